import * as vscode from 'vscode';
import { messageOf, SpangridError } from '../errors';

/**
 * Copies the sample project, a few texts with types and guidelines and one that is partly annotated, and opens it.
 * @param target the folder to put it in, without opening it; it is asked for when absent
 * @returns the copy's folder; undefined where the person chose none
 * @throws SpangridError `file.unwritable`
 */
export async function openSampleProject(context: vscode.ExtensionContext, target?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const parent = target ?? (await askFolder(context));
  if (parent === undefined) return undefined;
  const folder = await freeFolder(parent);
  try {
    await vscode.workspace.fs.createDirectory(parent);
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, 'samples', 'project'), folder);
  } catch (error) {
    throw new SpangridError(
      'file.unwritable',
      `The sample could not be copied to ${folder.fsPath}: ${messageOf(error)}. Choose another folder.`,
      {
        cause: error,
      },
    );
  }
  if (target === undefined) {
    const isOccupied = vscode.workspace.workspaceFolders !== undefined;
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: isOccupied });
  }
  return folder;
}

async function askFolder({ globalStorageUri }: vscode.ExtensionContext): Promise<vscode.Uri | undefined> {
  const own: vscode.QuickPickItem = { label: '$(folder) Choose a Folder …', detail: 'The sample is copied into it and stays there.' };
  const ours: vscode.QuickPickItem = { label: '$(beaker) Only Try It', detail: 'The sample is kept in the storage of the extension.' };
  const chosen = await vscode.window.showQuickPick([own, ours], {
    title: 'Spangrid: Open Sample Project',
    placeHolder: 'Where should the sample be copied to?',
  });
  if (chosen === ours) return vscode.Uri.joinPath(globalStorageUri, 'samples');
  if (chosen === undefined) return undefined;
  const folders = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: 'Copy Sample Here' });
  return folders?.[0];
}

/** What a person has changed in an earlier copy is left alone. */
async function freeFolder(parent: vscode.Uri): Promise<vscode.Uri> {
  for (let count = 1; ; count += 1) {
    const folder = vscode.Uri.joinPath(parent, count === 1 ? 'spangrid-sample' : `spangrid-sample-${count}`);
    try {
      await vscode.workspace.fs.stat(folder);
    } catch {
      return folder;
    }
  }
}
