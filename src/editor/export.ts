import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { AnnotationDocument } from '../annotation/document';
import { type ExportChoice, exported } from '../annotation/export';
import { SpangridError } from '../errors';
import { Conversion } from '../exchange/conversion';
import { Counts } from '../exchange/counts';
import { sourceTexts, type SourceText } from '../exchange/sourceTexts';
import { mirrorOf } from '../files/annotationPath';
import { checkWritable } from '../files/atomicWrite';
import { isFolder } from '../files/folders';
import { StagedFiles } from '../files/stagedFiles';
import { FORMATS, formatNamed } from '../formats/all';
import type { Format } from '../formats/format';
import { lossText, type Loss } from '../formats/losses';
import { annotationsFolderOf, nameOf } from './annotations';
import { formatItem, writtenOver } from './exchangeDialogs';
import type { Services } from './services';
import { settingsFor } from './settings';

/** What to export: what is left out is asked for, or (with a target) as it is usual. */
export interface ExportRequest {
  /** Name of the format. */
  readonly format?: string | undefined;
  /** The file, or the folder of a format that is one. */
  readonly target?: vscode.Uri | undefined;
  readonly only?: ExportChoice['only'];
  /** Whether each sentence is a text of its own. */
  readonly eachSentence?: boolean | undefined;
  /** A folder whose annotated texts are taken, in place of one text. */
  readonly folder?: vscode.Uri | undefined;
}

/**
 * Writes annotations in an interchange format. Before anything is written, the person sees what is taken, and what the format cannot hold.
 * @param document gives the text whose annotations are taken; it is asked only where no folder is
 * @returns the files written, the data first; undefined where the person changed their mind
 * Errors: usage where there is nothing to export; file.unwritable, and then no old file has changed.
 */
export async function exportAnnotations(
  services: Services,
  document: () => Promise<vscode.TextDocument>,
  request: ExportRequest,
): Promise<readonly string[] | undefined> {
  const { target } = request;
  const format = request.format === undefined ? await askFormat() : formatNamed(request.format);
  if (format === undefined) return undefined;
  const source = request.folder === undefined ? await ofDocument(services, await document()) : ofFolder(services, request.folder);
  const choice = target === undefined ? await askWhat(format, source) : { threshold: source.threshold, only: request.only };
  if (choice === undefined) return undefined;
  const shares = target === undefined && request.folder !== undefined ? await askSplits() : 'one';
  if (shares === undefined) return undefined;
  const eachSentence = target === undefined && format.showsWholeTexts === true ? await askTasks() : request.eachSentence === true;
  if (eachSentence === undefined) return undefined;
  const chosen = target ?? (await askTarget(format, source));
  if (chosen === undefined) return undefined;

  if (!format.isFolder) await checkWritable(chosen.fsPath);
  const files = new StagedFiles(format.isFolder ? chosen.fsPath : dirname(chosen.fsPath));
  try {
    const options = { format, file: basename(chosen.fsPath), choice, shares: shares === 'one' ? undefined : shares, eachSentence };
    const conversion = new Conversion(files, options);
    for await (const text of source.texts()) await conversion.add(text);
    await conversion.end();
    const { counts, losses } = conversion;
    // The save dialog has asked already about the file that it was for.
    const there = (await files.existing()).filter((path) => path !== chosen.fsPath).map((path) => basename(path));
    // What is taken of one text was shown with its counts when it was chosen.
    const isAsked = target === undefined && (source.document === undefined || losses.length > 0 || there.length > 0);
    if (isAsked && !(await agreed(format, String(counts), losses, there))) return undefined;
    await files.commit();
    return files.paths;
  } finally {
    await files.discard();
  }
}

/** Where annotations come from. */
interface Source {
  /** What a file of all is called, without its ending. */
  readonly name: string;
  /** Where it is offered to lie. */
  readonly folder: vscode.Uri | undefined;
  readonly threshold: number;
  /** The annotations, where they are at hand. */
  readonly document?: AnnotationDocument;
  texts(): AsyncIterable<SourceText> | readonly SourceText[];
}

async function ofDocument({ store, texts, annotations }: Services, document: vscode.TextDocument): Promise<Source> {
  await annotations.restore(document);
  const { uri } = document;
  const annotated = store.get(uri.toString());
  if (annotated === undefined || annotated.document.sentences.length === 0)
    throw new SpangridError('usage', `There are no annotations of ${nameOf(uri)} yet. Extract from it first.`);
  const text = { text: texts.of(document), document: annotated.document, schema: annotated.schema, name: nameOf(uri), path: uri.fsPath };
  return {
    name: nameOf(uri).replace(/\.[^.]*$/, ''),
    folder: uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : vscode.workspace.workspaceFolders?.[0]?.uri,
    threshold: settingsFor(uri).threshold,
    document: annotated.document,
    texts: () => [text],
  };
}

function ofFolder({ annotations }: Services, folder: vscode.Uri): Source {
  return {
    name: nameOf(folder),
    folder,
    threshold: settingsFor(folder).threshold,
    async *texts() {
      await annotations.flush();
      const mirror = mirrorOf(folder.fsPath, annotationsFolderOf(folder));
      // The folder may be one of annotation files itself.
      yield* sourceTexts([(await isFolder(mirror)) ? mirror : folder.fsPath]);
    },
  };
}

async function askFormat(): Promise<Format | undefined> {
  return (await vscode.window.showQuickPick(FORMATS.map(formatItem), { title: 'Export: Format' }))?.format;
}

interface WhatItem extends vscode.QuickPickItem {
  readonly choice?: ExportChoice;
}

/** What to take of annotations, where that makes a difference; undefined where the person changed their mind. */
async function askWhat(format: Format, { document, threshold }: Source): Promise<ExportChoice | undefined> {
  const countsOf = (choice: ExportChoice): string => {
    if (document === undefined) return '';
    const counts = new Counts();
    counts.add(exported(document, choice));
    return ` (${String(counts).replace(/^1 text, /, '')})`;
  };
  const item = (label: string, detail: string, choice: ExportChoice): WhatItem => ({
    label,
    detail: detail + countsOf(choice),
    choice,
  });
  const all = threshold === 0 ? 'All but what was rejected' : `Scored ${threshold} or more, all but what was rejected`;
  const byScore: WhatItem = { label: 'What is accepted, and suggestions from a score on …' };
  const items = [
    item('What is accepted or suggested', all, { threshold }),
    item('What is accepted', 'No suggestions', { threshold, only: 'accepted' }),
    item('Sentences that are done', 'The training data', { threshold, only: 'done' }),
    byScore,
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: `Export as ${format.title}: What to Take` });
  if (chosen !== byScore) return chosen?.choice;
  const given = await vscode.window.showInputBox({
    title: 'Lowest Score of a Suggestion',
    value: '0.5',
    validateInput: (value) => (isScore(value) ? undefined : 'A number from 0 to 1.'),
  });
  return given === undefined ? undefined : { threshold: Number(given) };
}

function isScore(value: string): boolean {
  return value.trim() !== '' && Number(value) >= 0 && Number(value) <= 1;
}

/** Shares of train, dev and test; `one` for one file of all. */
async function askSplits(): Promise<readonly number[] | 'one' | undefined> {
  const one: vscode.QuickPickItem = { label: 'All Together' };
  const items = [
    one,
    { label: 'Train, Dev and Test', detail: '80, 10 and 10 % of the sentences; equal sentences are never in two of them' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Export: Splits' });
  return chosen === undefined ? undefined : chosen === one ? 'one' : [80, 10, 10];
}

/** Whether each sentence is a task of its own; undefined where the person changed their mind. */
async function askTasks(): Promise<boolean | undefined> {
  const sentences: vscode.QuickPickItem = { label: 'A Task for Each Sentence', detail: 'What crosses sentences is left out' };
  const chosen = await vscode.window.showQuickPick([{ label: 'A Task for Each Text' }, sentences], { title: 'Export: Tasks' });
  return chosen === undefined ? undefined : chosen === sentences;
}

async function askTarget(format: Format, { name, folder }: Source): Promise<vscode.Uri | undefined> {
  if (format.isFolder) {
    const options = { canSelectFiles: false, canSelectFolders: true, openLabel: 'Export into This Folder' };
    return (await vscode.window.showOpenDialog({ ...options, ...(folder === undefined ? {} : { defaultUri: folder }) }))?.[0];
  }
  const [ending] = format.endings;
  return vscode.window.showSaveDialog({
    title: `Export as ${format.title}`,
    saveLabel: 'Export',
    filters: { [format.title]: [ending.slice(1)] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.${format.aliases[0] ?? format.name}${ending}`) }),
  });
}

async function agreed(format: Format, counts: string, losses: readonly Loss[], there: readonly string[]): Promise<boolean> {
  const detail = [...losses.map((loss) => `Not held by ${format.title}: ${lossText(loss)}`), ...writtenOver(there)].join('\n');
  const go = losses.length > 0 ? 'Export Without Them' : 'Export';
  return (await vscode.window.showInformationMessage(`Export ${counts}?`, { modal: true, detail }, go)) === go;
}
