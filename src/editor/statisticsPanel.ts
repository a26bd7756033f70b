import * as vscode from 'vscode';
import { Statistics } from '../annotation/statistics';
import type { History } from '../annotation/statisticsTables';
import { SpangridError } from '../errors';
import { annotationPath, mirrorOf } from '../files/annotationPath';
import { doneByDay } from '../files/history';
import { parseFromStatistics } from '../protocol/fromStatistics';
import type { StatisticsScope, ToStatistics } from '../protocol/statistics';
import { type AnnotatedDocument, annotatedDocuments } from './annotatedDocuments';
import type { AnnotationTree } from './annotationTree';
import { annotationsFolderOf, isIn, nameOf } from './annotations';
import { openDocument } from './offsets';
import { openPage } from './pages';
import { saveAs } from './saveAs';
import type { Services } from './services';

/** What can be counted; one of them at least is there. */
type Subjects = Readonly<Partial<Record<StatisticsScope, vscode.Uri>>>;

/** The view of what is annotated in a text or folder, in numbers. It counts when it is asked to, and says when the numbers are old. */
export class StatisticsPanel implements vscode.Disposable {
  readonly #services: Services;
  readonly #tree: AnnotationTree;
  readonly #leave: () => void;
  #panel: vscode.WebviewPanel | undefined;
  #subjects: Subjects = {};
  #scope: StatisticsScope = 'text';
  #counting: AbortController | undefined;
  #sent: Extract<ToStatistics, { kind: 'statistics' }> | undefined;
  #isStale = false;

  constructor(services: Services, tree: AnnotationTree) {
    this.#services = services;
    this.#tree = tree;
    this.#leave = services.store.onDidChange((uri, change) => {
      const subject = this.#subjects[this.#scope];
      // A text that is opened or closed counts as it did before.
      if (change === 'open' || change === 'close' || this.#isStale || subject === undefined || !isIn(vscode.Uri.parse(uri, true), subject))
        return;
      this.#isStale = true;
      this.#post({ kind: 'stale' });
    });
  }

  /** What the page shows, and whether it is old: what a test can see of it. */
  get sent(): ToStatistics | undefined {
    return this.#isStale ? { kind: 'stale' } : this.#sent;
  }

  /**
   * Shows what is in a text or folder; of a text where it has annotations, else of its workspace folder.
   * Errors: usage where there is neither
   */
  async show(text: vscode.Uri | undefined, folder = folderOf(text)): Promise<void> {
    if (text !== undefined) await this.#services.annotations.restore(await openDocument(text));
    const isAnnotated = text !== undefined && this.#services.store.get(text.toString()) !== undefined;
    if (!isAnnotated && folder === undefined)
      throw new SpangridError('usage', 'There are no annotations to count. Open a folder with annotated texts, or extract from this one.');
    this.#subjects = { ...(isAnnotated ? { text } : {}), ...(folder === undefined ? {} : { folder }) };
    if (this.#panel === undefined) {
      this.#panel = openPage(this.#services, {
        page: 'statistics',
        title: 'Statistics',
        column: vscode.ViewColumn.Active,
        receive: (message) => this.receive(message),
        onClosed: () => {
          this.#counting?.abort();
          this.#panel = undefined;
          this.#subjects = {};
          this.#sent = undefined;
        },
      });
    } else {
      this.#panel.reveal();
    }
    await this.#count(isAnnotated ? 'text' : 'folder');
  }

  /**
   * What the page asks for; the tests in the extension host ask the same.
   * @param target where something is saved; it is asked for when absent
   */
  async receive(message: unknown, target?: vscode.Uri): Promise<void> {
    const parsed = parseFromStatistics(message);
    switch (parsed.kind) {
      case 'ready':
        if (this.#sent !== undefined) this.#post(this.#sent);
        if (this.#isStale) this.#post({ kind: 'stale' });
        return;
      case 'count':
        await this.#count(parsed.scope);
        return;
      case 'filter':
        this.#tree.filter = { only: { type: parsed.type }, words: parsed.words };
        await vscode.commands.executeCommand('spangrid.annotations.focus');
        return;
      case 'save': {
        const type = parsed.as;
        const place = this.#placeFor(`${parsed.name}.${type}`);
        const options = { title: 'Save Statistics', filters: { [type.toUpperCase()]: [type] }, ...(place && { defaultUri: place }) };
        await saveAs(parsed.content, options, target);
      }
    }
  }

  dispose(): void {
    this.#counting?.abort();
    this.#leave();
    this.#panel?.dispose();
  }

  async #count(scope: StatisticsScope): Promise<void> {
    const subject = this.#subjects[scope];
    if (subject === undefined) return;
    this.#counting?.abort();
    const { signal } = (this.#counting = new AbortController());
    this.#scope = scope;
    const progress = { location: vscode.ProgressLocation.Window, title: `Spangrid: counting what is in ${nameOf(subject)}` };
    await vscode.window.withProgress(progress, async () => {
      this.#isStale = false;
      const statistics = new Statistics();
      const unread: string[] = [];
      for await (const { document } of this.#documents(subject, scope, unread)) {
        if (signal.aborted) return;
        statistics.add(document);
      }
      const history = await historyOf(subject, scope, signal);
      if (signal.aborted) return;
      const scopes = (['text', 'folder'] as const).filter((one) => this.#subjects[one] !== undefined);
      this.#sent = { kind: 'statistics', name: nameOf(subject), scope, scopes, report: statistics.report(), history, unread };
      this.#post(this.#sent);
      // Something was corrected while it was counted.
      if (this.sent?.kind === 'stale') this.#post(this.sent);
    });
  }

  async *#documents(
    subject: vscode.Uri,
    scope: StatisticsScope,
    unread: string[],
  ): AsyncGenerator<Pick<AnnotatedDocument, 'document'>, void> {
    const own = scope === 'text' ? this.#services.store.get(subject.toString()) : undefined;
    if (own !== undefined) yield own;
    else
      yield* annotatedDocuments(
        this.#services,
        (text) => isIn(text, subject),
        (problem) => unread.push(problem),
      );
  }

  /** Where a file of what is shown is best kept: beside the text, or in the folder. */
  #placeFor(name: string): vscode.Uri | undefined {
    const subject = this.#subjects[this.#scope];
    if (subject?.scheme !== 'file') return undefined;
    return this.#scope === 'folder' ? vscode.Uri.joinPath(subject, name) : subject.with({ path: `${subject.path}.${name}` });
  }

  #post(message: ToStatistics): void {
    void this.#panel?.webview.postMessage(message);
  }
}

/** Git is asked only where the person trusts what lies in the folder: a repository can make it run programs. */
async function historyOf(subject: vscode.Uri, scope: StatisticsScope, signal: AbortSignal): Promise<History> {
  if (subject.scheme !== 'file') return { unknown: 'Progress is read from git, and this text has no file.' };
  if (!vscode.workspace.isTrusted) return { unknown: 'Progress is read from git, which is not asked in a folder that is not trusted.' };
  const pathOf = scope === 'text' ? annotationPath : mirrorOf;
  return doneByDay([pathOf(subject.fsPath, annotationsFolderOf(subject))], signal);
}

function folderOf(text: vscode.Uri | undefined): vscode.Uri | undefined {
  const folder = (text && vscode.workspace.getWorkspaceFolder(text)) ?? vscode.workspace.workspaceFolders?.[0];
  return folder?.uri;
}
