import * as vscode from 'vscode';
import { carriedTo } from '../annotation/carry';
import { adoptEqual, adoptionEdit } from '../annotation/compare/adoption';
import type { AnnotationDocument } from '../annotation/document';
import { type Edit, isEmpty } from '../annotation/edits';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { findText } from '../files/annotatedText';
import { readAnnotations } from '../files/annotationFile';
import { ANNOTATION_SUFFIX, annotationPath } from '../files/annotationPath';
import { finalTarget } from '../files/atomicWrite';
import type { ToCompare } from '../protocol/compare';
import { parseFromCompare } from '../protocol/fromCompare';
import { annotationsFolderOf, ANNOTATION_FILES, nameOf } from './annotations';
import { type Compared, comparedIn, decisionsIn, figuresOf, type Scope, sentencesOf } from './compareContent';
import { requireTrust } from './corrections';
import { openDocument } from './offsets';
import { openPage } from './pages';
import { revealSpans } from './reveal';
import type { Services } from './services';
import { settingsFor } from './settings';
import { subjectOf } from './subject';

/** What is compared: two files, in terms of the text as it is open now. */
interface Compare {
  readonly uri: vscode.Uri;
  readonly files: readonly [vscode.Uri, vscode.Uri];
  readonly first: AnnotationDocument;
  readonly second: AnnotationDocument;
  readonly scope: Scope;
}

/**
 * Two people's annotations of a text side by side. Decisions go into the annotations of the text itself, the adjudicated ones, as edits of
 * the store; the two files stay as they are.
 */
export class ComparePanel implements vscode.Disposable {
  readonly #services: Services;
  readonly #leave: () => void;
  #panel: vscode.WebviewPanel | undefined;
  #compare: Compare | undefined;
  #compared: readonly Compared[] = [];
  #sent: Extract<ToCompare, { kind: 'comparison' }> | undefined;
  #decisions: Extract<ToCompare, { kind: 'decisions' }> | undefined;

  constructor(services: Services) {
    this.#services = services;
    this.#leave = services.store.onDidChange((uri, change, shift) => {
      const compare = this.#compare;
      if (compare?.uri.toString() !== uri) return;
      if (shift !== undefined) {
        this.#compare = { ...compare, first: shift.document(compare.first), second: shift.document(compare.second) };
        this.#send();
      } else if (change !== 'close') this.#sendDecisions();
    });
  }

  /** What the page was told last: what a test can see of it. */
  get sent(): { readonly comparison: ToCompare | undefined; readonly decisions: ToCompare | undefined } {
    return { comparison: this.#sent, decisions: this.#decisions };
  }

  /**
   * Shows two annotation files of one text side by side.
   * Errors: usage where they are of different texts, or one is the file that decisions go into; file.*, annotation.*.
   */
  async show(files: readonly [vscode.Uri, vscode.Uri]): Promise<void> {
    const documents = await Promise.all(files.map(({ fsPath }) => readAnnotations(fsPath)));
    const found = await Promise.all(files.map(({ fsPath }, at) => findText(fsPath, documents[at]?.text ?? { file: '', sha256: '' })));
    const [text, other] = found;
    const missing = files[found.indexOf(undefined)];
    if (text === undefined || other === undefined)
      throw new SpangridError(
        'file.missing',
        `The text of ${missing?.fsPath ?? ''} is not there: neither beside it, nor in the same folders beside the one that it is kept in.`,
      );
    if (text.textPath !== other.textPath && text.text !== other.text)
      throw new SpangridError(
        'usage',
        `These are annotations of two texts, ${text.textPath} and ${other.textPath}. Choose two of the same text.`,
      );
    const uri = vscode.Uri.file(text.textPath);
    const into = await finalTarget(annotationPath(text.textPath, annotationsFolderOf(uri)));
    for (const { fsPath } of files)
      if ((await finalTarget(fsPath)) === into)
        throw new SpangridError(
          'usage',
          `${fsPath} is the annotation file of the text itself: decisions would go into it. Move it to a folder of its own (annotations/NAME/), or set spangrid.annotationsDir to another folder, then compare again.`,
        );
    const document = await openDocument(uri);
    await this.#services.annotations.begin(document);
    const now = this.#services.texts.of(document);
    const tokenizer = await this.#services.types.tokenizerOf(uri);
    const carried = documents.map((one, at) => {
      const own = found[at]?.text;
      return carriedTo(one, own !== undefined && textHash(own) === one.text.sha256 ? own : undefined, now, tokenizer);
    });
    const [first, second] = carried;
    if (first === undefined || second === undefined) return;
    const isDone = (one: AnnotationDocument): boolean => one.sentences.some(({ state }) => state === 'done');
    this.#compare = { uri, files, first, second, scope: isDone(first) && isDone(second) ? 'done' : 'all' };
    this.#open(nameOf(uri));
    this.#send();
  }

  /** Asks which two files to compare, where they are not given. Nothing is shown where the person changes their mind. */
  async choose(given: readonly vscode.Uri[]): Promise<void> {
    const [first, second] = given.filter(({ path }) => path.endsWith(ANNOTATION_SUFFIX));
    const one = first ?? (await pickFile('Compare Annotations: Whose?', []));
    const other = one && (second ?? (await pickFile(`Compare ${vscode.workspace.asRelativePath(one)} With`, [one])));
    if (one !== undefined && other !== undefined) await this.show([one, other]);
  }

  /** What the page asks for; the tests in the extension host ask the same. */
  async receive(message: unknown): Promise<void> {
    const parsed = parseFromCompare(message);
    // A text that nobody shows is closed after some minutes.
    if (this.#compare !== undefined && this.#services.store.get(this.#compare.uri.toString()) === undefined)
      await this.show(this.#compare.files);
    const compare = this.#compare;
    if (compare === undefined) return;
    switch (parsed.kind) {
      case 'ready':
        this.#send();
        return;
      case 'decide':
        this.#edit(compare, (document, adopting) => adoptionEdit(document, this.#compared, parsed.key, parsed.choice, adopting));
        return;
      case 'takeEqual':
        this.#edit(compare, (document, adopting) => adoptEqual(document, this.#compared, adopting));
        return;
      case 'scope':
        this.#compare = { ...compare, scope: parsed.scope };
        this.#send();
        return;
      case 'undo':
        this.#services.store.undo(compare.uri.toString());
        return;
      case 'redo':
        this.#services.store.redo(compare.uri.toString());
        return;
      case 'reveal': {
        const sentence = this.#compared.find(({ number }) => number === parsed.sentence)?.sentence;
        if (sentence !== undefined) await revealSpans(this.#services, compare.uri, [sentence], false);
      }
    }
  }

  dispose(): void {
    this.#leave();
    this.#panel?.dispose();
  }

  #open(name: string): void {
    if (this.#panel === undefined) {
      this.#panel = openPage(this.#services, {
        page: 'compare',
        title: 'Compare',
        column: vscode.ViewColumn.Active,
        receive: (message) => this.receive(message),
        onClosed: () => {
          this.#panel = undefined;
          this.#compare = undefined;
        },
      });
    } else this.#panel.reveal();
    this.#panel.title = `Compare: ${name}`;
  }

  #edit({ uri }: Compare, make: (document: AnnotationDocument, adopting: { text: string; by?: string }) => Edit): void {
    requireTrust();
    const { document, text } = subjectOf(this.#services, uri.toString());
    const { annotator } = settingsFor(uri);
    const edit = make(document, { text, ...(annotator === '' ? {} : { by: annotator }) });
    if (!isEmpty(edit)) this.#services.store.apply(uri.toString(), edit);
  }

  #send(): void {
    const compare = this.#compare;
    if (compare === undefined) return;
    const two = { ...subjectOf(this.#services, compare.uri.toString()), first: compare.first, second: compare.second };
    this.#compared = comparedIn(two, compare.scope);
    this.#sent = {
      kind: 'comparison',
      name: nameOf(compare.uri),
      people: shortNames(compare.files),
      into: vscode.workspace.asRelativePath(annotationPath(compare.uri.fsPath, annotationsFolderOf(compare.uri))),
      schema: two.schema,
      scope: compare.scope,
      sentences: sentencesOf(two, this.#compared),
      figures: figuresOf(two, compare.scope),
    };
    void this.#panel?.webview.postMessage(this.#sent);
    this.#sendDecisions();
  }

  #sendDecisions(): void {
    const adjudicated = this.#compare && this.#services.store.get(this.#compare.uri.toString())?.document;
    if (adjudicated === undefined) return;
    this.#decisions = decisionsIn(adjudicated, this.#compared);
    void this.#panel?.webview.postMessage(this.#decisions);
  }
}

async function pickFile(title: string, without: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles(ANNOTATION_FILES, '**/node_modules/**');
  const [one] = without;
  const isOfSameName = (uri: vscode.Uri): boolean => one !== undefined && nameOf(uri) === nameOf(one);
  const items = files
    .filter((uri) => !without.some(({ fsPath }) => fsPath === uri.fsPath))
    .map((uri) => ({ label: nameOf(uri), description: vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..')), uri }))
    .sort((a, b) => Number(isOfSameName(b.uri)) - Number(isOfSameName(a.uri)) || (a.uri.path < b.uri.path ? -1 : 1));
  if (items.length === 0)
    throw new SpangridError(
      'usage',
      'There are no annotation files to compare in this workspace. Open the folder that has those of both people.',
    );
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.uri;
}

/** The parts of two paths that tell them apart: of `annotations/ada/a.json` and `annotations/bea/a.json`, `ada` and `bea`. */
function shortNames([first, second]: readonly [vscode.Uri, vscode.Uri]): readonly [string, string] {
  const [one, other] = [first, second].map(({ path }) => path.split('/'));
  if (one === undefined || other === undefined) return ['', ''];
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const part = (path: readonly string[]): string => path.slice(start, path.length - end).join('/') || path.slice(-2).join('/');
  return [part(one), part(other)];
}
