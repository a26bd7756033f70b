import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SpangridError } from '../errors';
import { annotationPath } from '../files/annotationPath';
import { rewriteAnnotations } from '../files/annotationFile';
import { isFile } from '../files/folders';
import { movedSidecar, sidecarsOf } from '../files/sidecars';
import { type Annotations, annotationsFolderOf, isIn } from './annotations';
import type { Reporter } from './report';

/**
 * Takes annotation files along when their texts are renamed, moved or deleted in the editor, as part of the same operation: its undo brings
 * them back, too.
 */
export class SidecarMoves implements vscode.Disposable {
  readonly #annotations: Annotations;
  readonly #reporter: Reporter;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(annotations: Annotations, reporter: Reporter) {
    this.#annotations = annotations;
    this.#reporter = reporter;
    this.#subscriptions = [
      vscode.workspace.onWillRenameFiles((event) => {
        event.waitUntil(this.#alongRename(event.files));
      }),
      vscode.workspace.onWillDeleteFiles((event) => {
        event.waitUntil(this.#alongDelete(event.files));
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        void reporter.run(() => this.#renamed(files));
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** VS Code moves a collapsed nest whole: an annotation file that is among the files moves by itself. */
  async #alongRename(files: readonly Rename[]): Promise<vscode.WorkspaceEdit> {
    const edit = new vscode.WorkspaceEdit();
    for (const { oldUri, newUri } of files.filter(isOnDisk)) {
      await this.#annotations.settle(oldUri);
      const [before, after] = [annotationsFolderOf(oldUri), annotationsFolderOf(newUri)];
      for (const sidecar of await sidecarsOf(oldUri.fsPath, before)) {
        const { from, to } = movedSidecar(sidecar, oldUri.fsPath, newUri.fsPath, before, after);
        const uri = vscode.Uri.file(from);
        if (from === to || files.some((file) => isIn(uri, file.oldUri))) continue;
        if (await isFile(to)) {
          const message = `${to} is there already, so the annotations of ${basename(oldUri.fsPath)} stay where they are: ${from}. Choose which to keep.`;
          this.#reporter.error(new SpangridError('annotation.conflict', message));
        } else edit.renameFile(uri, vscode.Uri.file(to));
      }
    }
    return edit;
  }

  async #alongDelete(files: readonly vscode.Uri[]): Promise<vscode.WorkspaceEdit> {
    const edit = new vscode.WorkspaceEdit();
    for (const file of files.filter(({ scheme }) => scheme === 'file')) {
      await this.#annotations.settle(file);
      for (const sidecar of await sidecarsOf(file.fsPath, annotationsFolderOf(file))) {
        const uri = vscode.Uri.file(sidecar);
        if (!files.some((other) => isIn(uri, other))) edit.deleteFile(uri, { ignoreIfNotExists: true });
      }
    }
    return edit;
  }

  async #renamed(files: readonly Rename[]): Promise<void> {
    for (const { oldUri, newUri } of files.filter(isOnDisk)) {
      await this.#annotations.moved(oldUri, newUri);
      const file = basename(newUri.fsPath);
      if (basename(oldUri.fsPath) !== file) await nameText(annotationPath(newUri.fsPath, annotationsFolderOf(newUri)), file);
    }
  }
}

/** Writes the new name of a text into its annotation file. One that is missing or broken is left as it is. Errors: file.unwritable. */
async function nameText(path: string, file: string): Promise<void> {
  try {
    await rewriteAnnotations(path, (now) => (now.text.file === file ? now : { ...now, text: { ...now.text, file } }));
  } catch (error) {
    if (!(error instanceof SpangridError) || error.code === 'file.unwritable') throw error;
  }
}

interface Rename {
  readonly oldUri: vscode.Uri;
  readonly newUri: vscode.Uri;
}

function isOnDisk({ oldUri, newUri }: Rename): boolean {
  return oldUri.scheme === 'file' && newUri.scheme === 'file';
}
