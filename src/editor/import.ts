import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../annotation/names';
import { SpangridError } from '../errors';
import { Importing } from '../exchange/importing';
import { sourceTexts } from '../exchange/sourceTexts';
import { annotationPath } from '../files/annotationPath';
import { configPath } from '../files/config';
import { StagedFiles } from '../files/stagedFiles';
import { FORMATS, formatNamed } from '../formats/all';
import type { Format } from '../formats/format';
import { lossText, type Loss } from '../formats/losses';
import { annotationsFolderOf } from './annotations';
import { formatItem, writtenOver } from './exchangeDialogs';

/** What to import, and where to: asked for where it is not given. */
export interface ImportRequest {
  readonly files: readonly vscode.Uri[];
  /** The folder that gets the texts and their annotations. */
  readonly folder: vscode.Uri;
  /** Name of the format; found out by content where it is left out. */
  readonly format?: string;
}

/**
 * Makes texts and annotation files of data files in an interchange format. Everything is read and written under temporary names first;
 * the person sees the counts and what is left out, and only then the files take their places.
 * @param request without it, the person is asked
 * @returns the files that were written; undefined where the person changed their mind
 * Errors: text.*, data.invalid, file.*, cancelled, usage.
 */
export async function importFiles(request?: ImportRequest): Promise<readonly vscode.Uri[] | undefined> {
  const asked = request ?? (await askWhat());
  if (asked === undefined) return undefined;
  const from = asked.format === undefined ? undefined : formatNamed(asked.format);
  const folder = asked.folder.fsPath;
  const annotations = annotationsFolderOf(asked.folder);
  const files = new StagedFiles(folder);
  try {
    const importing = new Importing(files, folder, (path) => annotationPath(path, annotations));
    const losses: Loss[] = [];
    await withProgress(async (signal, report) => {
      const paths = asked.files.map(({ fsPath }) => fsPath);
      const options = { from, signal, onBytes: report, onLosses: (lost: readonly Loss[]) => losses.push(...lost) };
      for await (const text of sourceTexts(paths, options)) await importing.add(text);
    });
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(asked.folder);
    if ((await configPath(folder, workspaceFolder?.uri.fsPath ?? folder)) === undefined) await importing.addTypes();
    const there = (await files.existing()).map((path) => basename(path));
    if (request === undefined && !(await agreed(String(importing.counts), asked.folder, losses, there))) return undefined;
    if (request !== undefined && there.length > 0)
      throw new SpangridError('usage', `${there.join(', ')}: there already. Choose another folder.`);
    await files.commit();
    return files.paths.map((path) => vscode.Uri.file(path));
  } finally {
    await files.discard();
  }
}

async function withProgress(work: (signal: AbortSignal, report: (done: number, total: number) => void) => Promise<void>): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Spangrid: importing', cancellable: true };
  await vscode.window.withProgress(options, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => {
      abort.abort();
    });
    return work(abort.signal, (done, total) => {
      progress.report({ message: `${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB` });
    });
  });
}

async function agreed(counts: string, folder: vscode.Uri, losses: readonly Loss[], there: readonly string[]): Promise<boolean> {
  const detail = [...losses.map((loss) => `Left out: ${lossText(loss)}`), ...writtenOver(there)].join('\n');
  const go = there.length > 0 ? `Write Over ${counted(there.length, 'File')}` : 'Import';
  const question = `Import ${counts} into ${vscode.workspace.asRelativePath(folder)}?`;
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, go)) === go;
}

async function askWhat(): Promise<ImportRequest | undefined> {
  const endings = [...new Set(FORMATS.flatMap((format) => format.endings))].map((ending) => ending.replace(/^\./, ''));
  const files = await vscode.window.showOpenDialog({
    title: 'Import Annotations',
    openLabel: 'Import',
    canSelectMany: true,
    filters: { 'Annotated data': endings, 'All files': ['*'] },
  });
  const [first] = files ?? [];
  if (files === undefined || first === undefined) return undefined;
  const format = await askFormat();
  if (format === undefined) return undefined;
  const folder = await askFolder(first);
  return folder === undefined ? undefined : { files, folder, ...(format === 'detect' ? {} : { format: format.name }) };
}

async function askFormat(): Promise<Format | 'detect' | undefined> {
  const items: (vscode.QuickPickItem & { readonly format: Format | 'detect' })[] = [
    { label: 'Find Out by Content', format: 'detect' },
    ...FORMATS.map(formatItem),
  ];
  return (await vscode.window.showQuickPick(items, { title: 'Import: Format' }))?.format;
}

async function askFolder(file: vscode.Uri): Promise<vscode.Uri | undefined> {
  const beside = vscode.Uri.file(dirname(file.fsPath));
  const folders = [...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri), beside];
  const items: (vscode.QuickPickItem & { readonly uri?: vscode.Uri })[] = [
    ...[...new Map(folders.map((uri) => [uri.toString(), uri])).values()].map((uri) => ({ label: `$(folder) ${uri.fsPath}`, uri })),
    { label: '$(folder-opened) Choose a Folder …' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Import: Folder for the Texts and Their Annotations' });
  if (chosen === undefined || chosen.uri !== undefined) return chosen?.uri;
  return (await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: 'Import Here' }))?.[0];
}
