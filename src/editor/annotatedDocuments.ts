import * as vscode from 'vscode';
import type { AnnotationDocument } from '../annotation/document';
import { messageOf } from '../errors';
import { readAnnotations } from '../files/annotationFile';
import { ANNOTATION_FILES } from './annotations';
import type { Services } from './services';

/** The annotations of one text in the workspace. */
export interface AnnotatedDocument {
  readonly uri: vscode.Uri;
  readonly document: AnnotationDocument;
  /** The annotation file of a text that is not open. */
  readonly file: string | undefined;
}

/**
 * The annotations of the texts that are wanted, one after the other: of open ones as they are now, of others as their files say.
 * @param onUnread is told the files that cannot be read, and why; they are left out
 */
export async function* annotatedDocuments(
  { store, annotations }: Services,
  isWanted: (text: vscode.Uri) => boolean | Promise<boolean>,
  onUnread: (problem: string) => void,
): AsyncGenerator<AnnotatedDocument, void, undefined> {
  const open = new Set(store.uris);
  for (const key of open) {
    const uri = vscode.Uri.parse(key, true);
    const annotated = store.get(key);
    if (annotated !== undefined && uri.scheme === 'file' && (await isWanted(uri)))
      yield { uri, document: annotated.document, file: undefined };
  }
  for (const file of await vscode.workspace.findFiles(ANNOTATION_FILES, '**/node_modules/**')) {
    const uri = annotations.textOf(file);
    if (uri === undefined || open.has(uri.toString()) || !(await isWanted(uri))) continue;
    let document;
    try {
      document = await readAnnotations(file.fsPath);
    } catch (error) {
      onUnread(`${vscode.workspace.asRelativePath(file)}: ${messageOf(error)}`);
      continue;
    }
    yield { uri, document, file: file.fsPath };
  }
}
