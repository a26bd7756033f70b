import * as vscode from 'vscode';
import { SpangridError } from '../errors';
import { nameOf } from './annotations';

/**
 * Writes what a page has made to a file that the person chooses; nothing happens where they change their mind.
 * @param given the file, where it is known
 * @throws SpangridError `file.unwritable`
 */
export async function saveAs(content: string, options: vscode.SaveDialogOptions, given?: vscode.Uri): Promise<void> {
  const target = given ?? (await vscode.window.showSaveDialog(options));
  if (target === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(content));
  } catch (error) {
    throw new SpangridError('file.unwritable', `${nameOf(target)} could not be written. Choose another place.`, { cause: error });
  }
  vscode.window.setStatusBarMessage(`Spangrid: saved ${nameOf(target)}`, 4000);
}
