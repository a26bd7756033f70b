import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { CONFIG_NAME } from '../annotation/config';
import { apply, isEmpty } from '../annotation/edits';
import { addUse, formOf, renameEdit, type Renames, type TypesForm, typeUse, type TypeUse } from '../annotation/typesForm';
import { messageOf } from '../errors';
import { atomicWrite } from '../files/atomicWrite';
import { rewriteAnnotations } from '../files/annotationFile';
import { readText } from '../files/text';
import type { RenamedDocument } from '../protocol/typesForm';
import { type AnnotatedDocument, annotatedDocuments } from './annotatedDocuments';
import type { Services } from './services';
import { NO_TYPES } from './types';

/** A project whose types are edited: its file, which may not be there yet. */
export interface Project {
  readonly path: string;
  /** What the file holds; absent where there is none yet. */
  readonly json: string | undefined;
  readonly form: TypesForm;
}

/** The project of a text; without one, of the first workspace folder. Errors: file.*, text.*. */
export async function projectOf(services: Services, text: vscode.Uri | undefined): Promise<Project> {
  const folder = (text && vscode.workspace.getWorkspaceFolder(text)) ?? vscode.workspace.workspaceFolders?.[0];
  const inFolder = folder && vscode.Uri.joinPath(folder.uri, CONFIG_NAME);
  const scope = text?.scheme === 'file' ? text : inFolder;
  const found = scope && (await services.configs.pathFor(scope));
  const made = inFolder?.fsPath ?? (scope === undefined ? CONFIG_NAME : join(dirname(scope.fsPath), CONFIG_NAME));
  const json = found === undefined ? undefined : (await readText(found)).text;
  const schema = scope === undefined ? NO_TYPES : await services.types.for(scope);
  return { path: found ?? made, json, form: formOf(schema, json) };
}

/** What of a project's documents cannot be read is left out, and said. */
export async function documentsOf(
  services: Services,
  { path }: Project,
): Promise<{ readonly documents: readonly AnnotatedDocument[]; readonly unread: readonly string[] }> {
  const documents: AnnotatedDocument[] = [];
  const unread: string[] = [];
  const belongs = async (text: vscode.Uri): Promise<boolean> => {
    const own = await services.configs.pathFor(text);
    return own === path || (own === undefined && text.fsPath.startsWith(join(dirname(path), '/')));
  };
  for await (const document of annotatedDocuments(services, belongs, (problem) => unread.push(problem))) documents.push(document);
  return { documents, unread };
}

/** How often the types occur, over all documents. */
export function useIn(documents: readonly AnnotatedDocument[]): TypeUse {
  return documents.reduce<TypeUse>((sum, { document }) => addUse(sum, typeUse(document)), { entities: {}, relations: {} });
}

/** What renaming would change, document by document; only those in which it changes something. */
export function renamesIn(documents: readonly AnnotatedDocument[], renames: Renames): readonly RenamedDocument[] {
  return documents.flatMap(({ uri, document }) => {
    const { edits } = renameEdit(document, renames);
    const count = (kind: 'mention' | 'relation'): number => edits.filter((edit) => edit.kind === kind).length;
    if (edits.length === 0) return [];
    return [{ name: vscode.workspace.asRelativePath(uri), mentions: count('mention'), relations: count('relation') }];
  });
}

/** Writes a project file, whole or not at all. Errors: file.unwritable. */
export async function writeProject({ path }: Project, json: string): Promise<void> {
  await atomicWrite(path, json);
}

/**
 * Renames types in the documents, each on its own: what fails in one leaves that one as it was, and the others are renamed. In an open
 * document it is one step that can be undone.
 * @returns how many were renamed, and what failed, in words
 */
export async function renameIn(
  { store, log }: Services,
  documents: readonly AnnotatedDocument[],
  renames: Renames,
): Promise<{ readonly renamed: number; readonly failed: readonly string[] }> {
  let renamed = 0;
  const failed: string[] = [];
  for (const { uri, document, file } of documents) {
    if (isEmpty(renameEdit(document, renames))) continue;
    try {
      const open = store.get(uri.toString());
      // A name is nobody's correction: it makes no annotation file where there is none.
      if (open !== undefined) store.apply(uri.toString(), renameEdit(open.document, renames), undefined, 'machine');
      else if (file !== undefined) await rewriteAnnotations(file, (now) => apply(now, renameEdit(now, renames)));
      renamed += 1;
    } catch (error) {
      log.error(`types were not renamed in ${uri.fsPath}: ${messageOf(error)}`);
      failed.push(`${vscode.workspace.asRelativePath(uri)}: ${messageOf(error)}`);
    }
  }
  return { renamed, failed };
}
