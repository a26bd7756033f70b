import * as v from 'valibot';
import * as vscode from 'vscode';
import { progressOf, progressText } from '../annotation/progress';
import { sentenceBefore } from '../annotation/places';
import { SpangridError } from '../errors';
import { ANNOTATION_SUFFIX } from '../files/annotationPath';
import { AnnotateKeys } from './annotateKeys';
import { movedUri, nameOf } from './annotations';
import { type Handler, requireTypes } from './itemCommands';
import { offsetAt } from './offsets';
import { activeEditor } from './selections';
import type { Services } from './services';
import { subjectOf } from './subject';
import { plain } from './typePick';

/** Holds the URIs of the texts in the mode: in the workspace's state, and as a context key for the key bindings. */
const STATE = 'spangrid.annotate';
const CONTEXT = 'spangrid.annotateResources';

/** The commands that do for a text in any mode what a key does in this one. */
const COMMANDS: Readonly<Record<string, string>> = {
  'spangrid.nextDoubtful': 'n',
  'spangrid.previousDoubtful': 'p',
  'spangrid.nextOpenSentence': 'u',
  'spangrid.acceptSentence': 'shift+a',
  'spangrid.markSentenceDone': 'd',
  'spangrid.skipSentence': 's',
};

/**
 * Annotate mode: the text is read-only for the moment, and letters mark, relate and decide, as in the table. A text stays in it until one
 * leaves it, also while its editor is closed, because the editor keeps it read-only that long.
 */
export class AnnotateMode implements vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #services: Services;
  readonly #keys: AnnotateKeys;
  readonly #item = vscode.window.createStatusBarItem('spangrid.annotate', vscode.StatusBarAlignment.Left, 0);
  readonly #subscriptions: vscode.Disposable[];
  /** URIs of the texts in the mode. */
  #uris: ReadonlySet<string>;
  /** Those that were made read-only in this session. */
  readonly #locked = new Set<string>();

  constructor(state: vscode.Memento, services: Services) {
    this.#state = state;
    this.#services = services;
    this.#keys = new AnnotateKeys(services);
    this.#item.name = 'Spangrid Annotate Mode';
    this.#item.command = 'spangrid.annotate';
    this.#uris = stillOpen(state.get(STATE));
    const show = (): void => {
      this.#show();
    };
    this.#subscriptions = [
      this.#item,
      this.#keys,
      this.#keys.onDidChange(show),
      { dispose: services.store.onDidChange(show) },
      vscode.window.onDidChangeTextEditorSelection(show),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#takeUp();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#takeUp();
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        this.#renamed(files);
      }),
    ];
    void this.#keep(this.#uris);
    this.#takeUp();
  }

  /** Whether a text is in the mode. */
  has(uri: vscode.Uri): boolean {
    return this.#uris.has(uri.toString());
  }

  /** What the status bar says of the active text; empty where it is not in the mode. */
  get text(): string {
    const editor = vscode.window.activeTextEditor;
    return editor !== undefined && this.has(editor.document.uri) ? this.#item.text : '';
  }

  readonly commands: Readonly<Record<string, Handler>> = {
    'spangrid.annotate': () => this.#toggle(activeEditor()),
    'spangrid.annotateKey': async (key) => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined || !this.has(editor.document.uri) || typeof key !== 'string') return;
      if (key !== 'escape') await this.#keys.press(editor, key);
      else if (!this.#keys.leave()) await this.#leave(editor.document);
    },
    ...Object.fromEntries(
      Object.entries(COMMANDS).map(([name, key]) => [name, (): Promise<void> => this.#keys.press(activeEditor(), key)]),
    ),
  };

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #toggle({ document }: vscode.TextEditor): Promise<void> {
    return this.has(document.uri) ? this.#leave(document) : this.#enter(document);
  }

  async #enter(document: vscode.TextDocument): Promise<void> {
    const { corrections } = this.#services;
    if (document.uri.scheme !== 'file' || document.uri.path.endsWith(ANNOTATION_SUFFIX))
      throw new SpangridError('usage', 'Only a text in a file can be annotated. Save it as a file first, or open the text itself.');
    // The editor does not save what is read-only.
    if (document.isDirty && !(await document.save()))
      throw new SpangridError(
        'file.unwritable',
        `${nameOf(document.uri)} could not be saved, so it cannot be annotated yet. Save it first.`,
      );
    await corrections.prepare(document);
    requireTypes(subjectOf(this.#services, document.uri.toString()));
    await this.#onlyReading(document, true);
    await this.#keep([...this.#uris, document.uri.toString()]);
  }

  async #leave(document: vscode.TextDocument): Promise<void> {
    this.#keys.leave();
    await this.#keep([...this.#uris].filter((uri) => uri !== document.uri.toString()));
    await this.#onlyReading(document, false);
  }

  /** The editor's commands for this act on its active editor. */
  async #onlyReading(document: vscode.TextDocument, isOn: boolean): Promise<void> {
    if (vscode.window.activeTextEditor?.document !== document) await vscode.window.showTextDocument(document);
    if (isOn) this.#locked.add(document.uri.toString());
    else this.#locked.delete(document.uri.toString());
    await vscode.commands.executeCommand(`workbench.action.files.${isOn ? 'set' : 'reset'}ActiveEditorReadonlyInSession`);
  }

  async #keep(uris: Iterable<string>): Promise<void> {
    this.#uris = new Set(uris);
    this.#show();
    const list = [...this.#uris];
    // As URIs, not as strings: in a remote window the editor knows the files by others.
    await vscode.commands.executeCommand('setContext', CONTEXT, list.map((uri) => vscode.Uri.parse(uri, true))); // prettier-ignore
    await this.#state.update(STATE, list);
  }

  /** A text that was in the mode before the window was loaded is read-only no more: it is again once it is in the active editor. */
  #takeUp(): void {
    this.#show();
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !this.has(document.uri) || this.#locked.has(document.uri.toString()) || !vscode.workspace.isTrusted)
      return;
    void this.#services.reporter.run(() => this.#onlyReading(document, true));
  }

  /** Under its new name it is not read-only yet. */
  #renamed(files: vscode.FileRenameEvent['files']): void {
    const renamed = (uri: vscode.Uri): vscode.Uri =>
      files.map(({ oldUri, newUri }) => movedUri(uri, oldUri, newUri)).find((moved) => moved !== undefined) ?? uri;
    void this.#keep([...this.#uris].map((uri) => renamed(vscode.Uri.parse(uri, true)).toString())).then(() => {
      this.#takeUp();
    });
  }

  #show(): void {
    const editor = vscode.window.activeTextEditor;
    const annotated = editor && this.#services.store.get(editor.document.uri.toString());
    if (editor === undefined || annotated === undefined || !this.has(editor.document.uri)) {
      this.#item.hide();
      return;
    }
    const { sentences } = annotated.document;
    const index = Math.max(0, sentenceBefore(sentences, offsetAt(editor.document, editor.selection.active)));
    const state = sentences[index]?.state.replace('-', ' ');
    const about = this.#keys.describe(editor);
    const progress = [progressText(progressOf(annotated.document)), ...(state === undefined ? [] : [`this one ${state}`])].join(', ');
    // What is asked for comes first: the end may be cut off.
    const isRelating = this.#keys.isRelating(editor);
    const parts = isRelating ? [about, progress] : [`Annotate: ${progress}`, about];
    const text = parts.flatMap((part) => part ?? []).join(' · ');
    this.#item.text = `$(${isRelating ? 'arrow-right' : 'edit'}) ${plain(text)}`;
    this.#item.tooltip = keyHelp(annotated.schema.entities);
    this.#item.accessibilityInformation = { label: `Spangrid, annotate mode. ${text}`, role: 'button' };
    this.#item.show();
  }
}

/** The texts of a list that some tab still shows. */
function stillOpen(kept: unknown): ReadonlySet<string> {
  const parsed = v.safeParse(v.array(v.string()), kept);
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  const open = new Set(inputs.flatMap((input) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])));
  return new Set(parsed.success ? parsed.output.filter((uri) => open.has(uri)) : []);
}

/** What the keys do, for the status bar's tooltip. */
function keyHelp(types: Readonly<Record<string, { readonly key: string }>>): vscode.MarkdownString {
  const help = new vscode.MarkdownString();
  const entry = (keys: string, does: string): void => {
    help.appendMarkdown('**').appendText(keys).appendMarkdown('** ').appendText(does).appendMarkdown('  \n');
  };
  for (const [type, { key }] of Object.entries(types)) if (key !== '') entry(key, `mark as ${type}`);
  entry('e', 'relate: go to the other mention, then e, or the relation’s key');
  entry('a x r f', 'accept, reject, reverse, flag');
  entry('[ ] { }', 'widen or narrow by a word (also Alt and an arrow)');
  entry('Enter Delete', 'all that can be done, delete');
  entry('n p Tab', 'next or previous doubtful item, next mention');
  entry('d s u', 'sentence done, skipped, next open one');
  entry('Shift+A Shift+D', 'accept all of the sentence, and mark it done');
  entry('Esc', 'leave (or click here)');
  return help;
}
