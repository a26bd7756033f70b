import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Code, CODES, type Severities, type Severity, severityOf } from '../annotation/check/catalogue';
import { Checker } from '../annotation/check/checker';
import { type Fix, fixesFor } from '../annotation/check/fixes';
import { type Checked, type Finding, nameOf, stands } from '../annotation/check/rules';
import type { Correction } from '../annotation/corrections';
import { type AnnotationDocument, extent, isLost, type Mention } from '../annotation/document';
import { messageOf } from '../errors';
import { AnnotationStore } from '../files/annotationStore';
import { type FoundConfig, includesText } from '../files/config';
import { readText } from '../files/text';
import { Lines } from '../text/lines';
import type { Span } from '../text/span';
import { ANNOTATION_FILES } from './annotations';
import { openedDocument, spanOf } from './offsets';
import type { Services } from './services';

/** How long after a change the problems are listed anew; where that takes long, it is done less often. */
const DELAY_MS = 200;
const DELAY_FACTOR = 5;

/** The extension host is held up for so long at a time. */
const SLICE_MS = 10;

/** A workspace may hold more annotation files than anyone works on. */
const MAX_FILES = 5000;

/** At a selection at most so many lost mentions are offered a place. */
const PROPOSED = 3;

const LEVELS: Readonly<Record<Exclude<Severity, 'off'>, vscode.DiagnosticSeverity>> = {
  info: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
  error: vscode.DiagnosticSeverity.Error,
};

/** A text as it was last checked. */
interface Known {
  readonly uri: vscode.Uri;
  readonly lines: Lines;
  readonly severities: Severities;
  /** Of an open text: what was checked. */
  readonly checked: Checked | undefined;
  /** What is listed of it. */
  problems: readonly { readonly finding: Finding; readonly diagnostic: vscode.Diagnostic }[];
}

/**
 * Lists what looks wrong in annotations among the problems, and offers what can be done about it: in open texts, and in all that the
 * workspace has annotations of. After a change, only what it can touch is checked again.
 */
export class Problems implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #services: Services;
  readonly #checker = new Checker();
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('spangrid');
  readonly #known = new Map<string, Known>();
  /** Annotation files of the workspace, by their texts. */
  readonly #files = new Map<string, vscode.Uri>();
  /** Texts that are to be checked. */
  readonly #due = new Set<string>();
  readonly #subscriptions: vscode.Disposable[];
  #pages: Promise<ReadonlyMap<Code, vscode.Uri>> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delay = DELAY_MS;
  #work: Promise<void> = Promise.resolve();
  #sliceEnd = 0;

  constructor(services: Services) {
    this.#services = services;
    const leave = services.store.onDidChange((uri) => {
      this.#soon(uri);
    });
    const watcher = vscode.workspace.createFileSystemWatcher(ANNOTATION_FILES);
    const onFile = (file: vscode.Uri): void => {
      const text = services.annotations.textOf(file)?.toString();
      if (text === undefined) return;
      this.#files.set(text, file);
      if (services.store.get(text) === undefined) this.#soon(text);
    };
    this.#subscriptions = [
      { dispose: leave },
      this.#diagnostics,
      watcher,
      watcher.onDidCreate(onFile),
      watcher.onDidChange(onFile),
      watcher.onDidDelete((file) => {
        const text = services.annotations.textOf(file)?.toString();
        if (text === undefined) return;
        this.#files.delete(text);
        this.#soon(text);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#findFiles()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('spangrid.annotationsDir')) void this.#findFiles();
      }),
      services.configs.onDidChange(() => {
        this.#soon(...this.#known.keys(), ...this.#files.keys());
      }),
      vscode.languages.registerCodeActionsProvider('*', this, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    ];
    this.#soon(...services.store.uris);
    void this.#findFiles();
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const key = document.uri.toString();
    const current = (): AnnotationDocument | undefined => this.#services.store.get(key)?.document;
    if (current() === undefined || !vscode.workspace.isTrusted) return [];
    if (this.#known.get(key)?.checked?.document !== current()) await this.#now();
    const known = this.#known.get(key);
    const checked = known?.checked;
    // What was changed again meanwhile is asked for again.
    if (known === undefined || checked === undefined || checked.document !== current()) return [];
    const here = known.problems.filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined);
    const fixes = here.flatMap(({ finding, diagnostic }) =>
      fixesFor(finding, checked).map((fix) => actionFor(document, fix, [diagnostic])),
    );
    const codes = CODES.filter((code) => here.some(({ finding }) => finding.code === code));
    const all = codes.flatMap((code) => allOfKind(document, code, known, checked));
    return [...fixes, ...all, ...atSelection(document, checked.document, spanOf(document, range), known)];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #findFiles(): Promise<void> {
    const files = await vscode.workspace.findFiles(ANNOTATION_FILES, '**/node_modules/**', MAX_FILES);
    const before = [...this.#files.keys()];
    this.#files.clear();
    for (const file of files) {
      const text = this.#services.annotations.textOf(file);
      if (text !== undefined) this.#files.set(text.toString(), file);
    }
    this.#soon(...before, ...this.#files.keys());
  }

  #soon(...texts: readonly string[]): void {
    for (const text of texts) this.#due.add(text);
    if (this.#due.size > 0) this.#timer ??= setTimeout(() => void this.#now(), this.#delay);
  }

  /** Checks what is to be checked, behind what is being checked. */
  #now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work = this.#work
      .then(() => this.#check())
      .catch((error: unknown) => {
        this.#services.log.error(error instanceof Error ? error : String(error));
      });
    return this.#work;
  }

  async #check(): Promise<void> {
    const started = performance.now();
    const texts = [...this.#due];
    this.#due.clear();
    const configs = new Map<string, Promise<FoundConfig | undefined>>();
    for (const text of texts) {
      await this.#take(text, configs);
      await this.#breathe();
    }
    const steps = this.#checker.comparing();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await this.#breathe();
    const pages = await (this.#pages ??= this.#readPages());
    for (const text of new Set([...texts, ...step.value.changed])) this.#show(text, pages);
    this.#delay = Math.max(DELAY_MS, texts.length === 1 ? DELAY_FACTOR * (performance.now() - started) : 0);
  }

  /** Lets the extension host do other things where it was held up long enough. */
  async #breathe(): Promise<void> {
    if (performance.now() < this.#sliceEnd) return;
    await setImmediate();
    this.#sliceEnd = performance.now() + SLICE_MS;
  }

  async #take(key: string, configs: Map<string, Promise<FoundConfig | undefined>>): Promise<void> {
    const uri = vscode.Uri.parse(key, true);
    const folder = `${uri.scheme} ${dirname(uri.fsPath)}`;
    const config = configs.get(folder) ?? this.#services.configs.for(uri);
    configs.set(folder, config);
    const project = await config;
    const schema = project?.config.schema;
    const open = this.#openText(uri);
    const read = open ?? (await this.#readFile(uri, project));
    if (read === undefined) {
      this.#checker.remove(key);
      this.#known.delete(key);
      return;
    }
    const checked = { ...read, schema };
    this.#checker.put({ name: key, path: vscode.workspace.asRelativePath(uri), ...checked });
    const severities = project?.config.check ?? {};
    this.#known.set(key, { uri, lines: new Lines(read.text), severities, checked: open && checked, problems: [] });
  }

  /** Versions from source control are not what a person works on. */
  #openText(uri: vscode.Uri): Checked | undefined {
    if (uri.scheme === 'git') return undefined;
    const annotated = this.#services.store.get(uri.toString());
    const document = openedDocument(uri.toString());
    return annotated && document && { text: this.#services.texts.of(document), document: annotated.document };
  }

  /** What the annotation file of a text says that is not open; undefined where there is none, or the project does not include the text. */
  async #readFile(uri: vscode.Uri, project: FoundConfig | undefined): Promise<Checked | undefined> {
    const file = this.#files.get(uri.toString());
    if (file === undefined || (project !== undefined && !includesText(project, uri.fsPath))) return undefined;
    try {
      return await new AnnotationStore(file.fsPath, () => Promise.resolve(project?.config.tokenizer ?? 'words')).load(
        (await readText(uri.fsPath)).text,
      );
    } catch (error) {
      this.#services.log.warn(`${vscode.workspace.asRelativePath(file)} is not checked: ${messageOf(error)}`);
      return undefined;
    }
  }

  #show(key: string, pages: ReadonlyMap<Code, vscode.Uri>): void {
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#diagnostics.delete(vscode.Uri.parse(key, true));
      return;
    }
    known.problems = this.#checker.findings(key).flatMap((finding) => {
      const level = severityOf(finding.code, known.severities);
      return level === 'off' ? [] : [{ finding, diagnostic: this.#diagnosticOf(finding, LEVELS[level], known, pages) }];
    });
    this.#diagnostics.set(
      known.uri,
      known.problems.map(({ diagnostic }) => diagnostic),
    );
  }

  #diagnosticOf(
    { code, span, message, related }: Finding,
    severity: vscode.DiagnosticSeverity,
    { lines }: Known,
    pages: ReadonlyMap<Code, vscode.Uri>,
  ): vscode.Diagnostic {
    // What is lost has no characters: its line stands for them.
    const where = span.startChar < span.endChar ? span : lines.around(span.startChar);
    const diagnostic = new vscode.Diagnostic(rangeIn(lines, where), message, severity);
    diagnostic.source = 'Spangrid';
    const target = pages.get(code);
    diagnostic.code = target === undefined ? code : { value: code, target };
    const other = related && this.#known.get(related.name);
    if (related !== undefined && other !== undefined)
      diagnostic.relatedInformation = [
        new vscode.DiagnosticRelatedInformation(new vscode.Location(other.uri, rangeIn(other.lines, related.span)), 'See here'),
      ];
    return diagnostic;
  }

  /** Where the page that explains the rules has a section on each. */
  async #readPages(): Promise<ReadonlyMap<Code, vscode.Uri>> {
    const page = vscode.Uri.joinPath(this.#services.extensionUri, 'docs', 'check.md');
    try {
      const lines = (await readText(page.fsPath)).text.split('\n');
      const lineOf = (code: Code): string => `L${lines.indexOf(`## ${code}`) + 1}`;
      return new Map(CODES.map((code) => [code, page.with({ fragment: lineOf(code) })]));
    } catch (error) {
      this.#services.log.warn(messageOf(error));
      return new Map();
    }
  }
}

function rangeIn(lines: Lines, { startChar, endChar }: Span): vscode.Range {
  const [start, end] = [lines.at(startChar), lines.at(endChar)];
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

function actionFor(
  document: vscode.TextDocument,
  { title, corrections }: Omit<Fix, 'isSafe'>,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: 'spangrid.correct', arguments: [document.uri.toString(), corrections] };
  action.diagnostics = [...diagnostics];
  return action;
}

/** All findings of a rule that have a safe fix, fixed as one step to undo; nothing where there is one alone. */
function allOfKind(document: vscode.TextDocument, code: Code, { problems }: Known, checked: Checked): readonly vscode.CodeAction[] {
  const fixable = problems.flatMap(({ finding, diagnostic }) => {
    const fix = finding.code === code ? fixesFor(finding, checked).find(({ isSafe }) => isSafe) : undefined;
    return fix === undefined ? [] : [{ fix, diagnostic }];
  });
  const [first] = fixable;
  if (first === undefined || fixable.length === 1) return [];
  const corrections = fixable.flatMap(({ fix }): readonly Correction[] => fix.corrections);
  const title = `Fix all ${fixable.length} of this kind (${code}): ${first.fix.title} …`;
  return [
    actionFor(
      document,
      { title, corrections },
      fixable.map(({ diagnostic }) => diagnostic),
    ),
  ];
}

/** Lost mentions can be put where a person selects words, those nearest first. */
function atSelection(
  document: vscode.TextDocument,
  { mentions }: AnnotationDocument,
  span: Span,
  known: Known,
): readonly vscode.CodeAction[] {
  if (span.startChar === span.endChar) return [];
  const distance = (mention: Mention): number => Math.abs(extent(mention).startChar - span.startChar);
  return [...mentions.values()]
    .filter((mention) => isLost(mention) && stands(mention))
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, PROPOSED)
    .map((mention) => {
      const own = known.problems.filter(({ finding }) => finding.code === 'stale-anchor' && finding.items[0] === mention.id);
      const corrections: readonly Correction[] = [{ kind: 'setSpan', id: mention.id, span }];
      return actionFor(
        document,
        { title: `Put the lost ${nameOf(mention)} at the selection`, corrections },
        own.map(({ diagnostic }) => diagnostic),
      );
    });
}
