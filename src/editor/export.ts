import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { AnnotationDocument } from '../annotation/document';
import { type ExportChoice, exported } from '../annotation/export';
import { SpangridError } from '../errors';
import { atomicWrite } from '../files/atomicWrite';
import { formatNamed } from '../formats/all';
import { writeWhole } from '../formats/whole';
import { nameOf } from './annotations';
import { settingsFor } from './settings';
import type { Store } from './store';
import type { Texts } from './texts';

/**
 * Writes what is annotated in a text as CoNLL04-style JSON, with the types beside it. Says what the format cannot hold before anything is
 * written.
 * @param target the file; asked for where it is not given, and what to take then, too
 * @param only what to take, beside a target
 * @returns the files written; undefined where the person changed their mind
 * Errors: usage where there is nothing to export; file.unwritable, and then no old file has changed.
 */
export async function exportConll04(
  document: vscode.TextDocument,
  store: Store,
  texts: Texts,
  target?: vscode.Uri,
  only?: ExportChoice['only'],
): Promise<readonly string[] | undefined> {
  const annotated = store.get(document.uri.toString());
  if (annotated === undefined || annotated.document.sentences.length === 0) {
    throw new SpangridError('usage', `There are no annotations of ${nameOf(document.uri)} yet. Extract from it first.`);
  }
  const format = formatNamed('conll04');
  const { threshold } = settingsFor(document.uri);
  const choice = target === undefined ? await askWhat(annotated.document) : { only };
  if (choice === undefined) return undefined;
  const text = { text: texts.of(document), document: exported(annotated.document, { threshold, only: choice.only }) };
  const { losses } = writeWhole(format, [text], annotated.schema, '');
  if (losses.length > 0 && target === undefined) {
    const list = losses.map(({ count, what }) => `${count} ${what}`).join(', ');
    const go = 'Export Without Them';
    const question = `CoNLL04 JSON cannot hold everything: ${list} will be left out.`;
    if ((await vscode.window.showWarningMessage(question, { modal: true }, go)) !== go) return undefined;
  }
  const chosen = target ?? (await askForFile(document));
  if (chosen === undefined) return undefined;
  const { files } = writeWhole(format, [text], annotated.schema, nameOf(chosen));
  const written: string[] = [];
  // The types go first: the file that the person named is there only when all is.
  for (const { name, content } of [...files].reverse()) {
    const path = join(dirname(chosen.fsPath), name);
    await atomicWrite(path, content);
    written.unshift(path);
  }
  return written;
}

/** What to take of annotations, where that makes a difference; undefined where the person changed their mind. */
async function askWhat(document: AnnotationDocument): Promise<Pick<ExportChoice, 'only'> | undefined> {
  const isAccepted = [...document.mentions.values(), ...document.relations.values()].some(({ status }) => status === 'accepted');
  const done = document.sentences.filter(({ state }) => state === 'done').length;
  if (!isAccepted && done === 0) return {};
  const items: (vscode.QuickPickItem & Pick<ExportChoice, 'only'>)[] = [
    { label: 'What is accepted or suggested', description: 'all but what was rejected', only: undefined },
    { label: 'What is accepted', description: 'no suggestions', only: 'accepted' },
    { label: 'Sentences that are done', description: `${done} of ${document.sentences.length}: the training data`, only: 'done' },
  ];
  return vscode.window.showQuickPick(items, { title: 'Export as CoNLL04 JSON' });
}

async function askForFile(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  const name = nameOf(document.uri).replace(/\.[^.]*$/, '');
  const folder = document.uri.scheme === 'file' ? vscode.Uri.joinPath(document.uri, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: 'Export as CoNLL04 JSON',
    saveLabel: 'Export',
    filters: { 'CoNLL04 JSON': ['json'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.conll04.json`) }),
  });
}
