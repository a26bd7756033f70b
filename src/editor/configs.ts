import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { type Config, CONFIG_NAME, type ConfigProblem, invalidConfig, readConfig } from '../annotation/config';
import { jsonSpan } from '../annotation/jsonSpan';
import { messageOf, SpangridError } from '../errors';
import { configPath, type FoundConfig } from '../files/config';
import { readText } from '../files/text';
import type { Reporter } from './report';

/** What is known of a project file. */
interface Known {
  /** Its content as last read; undefined where it could not be. */
  readonly content: string | undefined;
  /** What it says, or said when it could last be used. */
  readonly config: Config | undefined;
}

/**
 * The project files that hold for texts. One that can't be used is reported once, and stands in the Problems panel until it can; the
 * last that could stays in force.
 */
export class Configs implements vscode.Disposable {
  readonly #reporter: Reporter;
  readonly #known = new Map<string, Known>();
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('spangrid.config');
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];

  /** Fires when a project file was made, changed or removed. */
  readonly onDidChange = this.#changed.event;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${CONFIG_NAME}`);
    const onFile = async ({ fsPath }: vscode.Uri): Promise<void> => {
      await this.#read(fsPath);
      this.#changed.fire();
    };
    const isConfig = ({ scheme, path }: vscode.Uri): boolean => scheme === 'file' && path.endsWith(`/${CONFIG_NAME}`);
    this.#subscriptions = [
      this.#diagnostics,
      this.#changed,
      watcher,
      watcher.onDidChange(onFile),
      watcher.onDidCreate(onFile),
      watcher.onDidDelete(onFile),
      // Outside the open folders nothing is watched.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => (isConfig(uri) ? onFile(uri) : undefined)),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => (isConfig(uri) ? this.#read(uri.fsPath) : undefined)),
    ];
  }

  /** The project file that holds for a text, where there is one that can be, or could be, used. */
  async for(text: vscode.Uri): Promise<FoundConfig | undefined> {
    const path = await this.pathFor(text);
    if (path === undefined) return undefined;
    const config = await this.#read(path);
    return config === undefined ? undefined : { path, config };
  }

  /** The nearest project file from a text's folder up to its workspace folder; for a text without a file, that of the first workspace folder. */
  async pathFor(text: vscode.Uri): Promise<string | undefined> {
    const isFile = text.scheme === 'file';
    if (!isFile && text.scheme !== 'untitled') return undefined;
    const top = isFile ? vscode.workspace.getWorkspaceFolder(text) : vscode.workspace.workspaceFolders?.[0];
    const folder = isFile ? dirname(text.fsPath) : top?.uri.fsPath;
    return folder === undefined ? undefined : configPath(folder, top?.uri.fsPath ?? folder);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #read(path: string): Promise<Config | undefined> {
    let content: string | undefined;
    let failure: unknown;
    try {
      content = (await readText(path)).text;
    } catch (error) {
      if (error instanceof SpangridError && error.code === 'file.missing') {
        this.#known.delete(path);
        this.#diagnostics.delete(vscode.Uri.file(path));
        return undefined;
      }
      failure = error;
    }
    const known = this.#known.get(path);
    if (known !== undefined && known.content === content) return known.config;
    if (content === undefined) {
      this.#known.set(path, { content, config: known?.config });
      this.#show(path, '', [{ path: [], message: messageOf(failure) }]);
      this.#reporter.error(failure);
      return known?.config;
    }
    const read = readConfig(content);
    const config = 'config' in read ? read.config : known?.config;
    this.#known.set(path, { content, config });
    this.#show(path, content, 'config' in read ? [] : read.problems);
    if ('problems' in read) this.#reporter.error(invalidConfig(path, read.problems));
    return config;
  }

  #show(path: string, content: string, problems: readonly ConfigProblem[]): void {
    const diagnostics = problems.map((problem) => {
      const diagnostic = new vscode.Diagnostic(rangeOf(content, problem), `${problem.message}.`);
      diagnostic.source = 'Spangrid';
      diagnostic.code = 'config.invalid';
      return diagnostic;
    });
    this.#diagnostics.set(vscode.Uri.file(path), diagnostics);
  }
}

function rangeOf(content: string, { path, line }: ConfigProblem): vscode.Range {
  if (line !== undefined) return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
  const span = jsonSpan(content, path) ?? { startChar: 0, endChar: 0 };
  return new vscode.Range(positionOf(content, span.startChar), positionOf(content, span.endChar));
}

function positionOf(content: string, offset: number): vscode.Position {
  const before = content.slice(0, offset);
  return new vscode.Position(before.split('\n').length - 1, offset - before.lastIndexOf('\n') - 1);
}
