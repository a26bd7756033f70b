import { dirname } from 'node:path';
import { execPath } from 'node:process';
import * as vscode from 'vscode';
import { SpangridError } from '../errors';
import { mergeDriver, renewDriver, setUpMerge } from '../files/mergeDriver';

/** Where it is kept which repositories were set up, and with which driver. */
const KEY = 'spangrid.mergeDriver';

interface SetUp {
  readonly driver: string;
  readonly repositories: readonly string[];
}

function driverOf({ extensionUri }: vscode.ExtensionContext): string {
  return mergeDriver(execPath, vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath);
}

/**
 * Makes git merge annotation files mention by mention, in the repository of a folder, of the text in front, or of the workspace.
 * @returns the repository
 * @throws SpangridError `workspace.untrusted`, `usage`, `file.unreadable`, `file.unwritable`
 */
export async function setUpGitMerge(context: vscode.ExtensionContext, given?: vscode.Uri): Promise<string> {
  if (!vscode.workspace.isTrusted)
    throw new SpangridError('workspace.untrusted', 'Git is set up only in a folder that is trusted: it runs what its configuration names.');
  const driver = driverOf(context);
  const { repository, isAttributeNew } = await setUpMerge(folderOf(given), driver);
  const known = context.globalState.get<SetUp>(KEY)?.repositories ?? [];
  await context.globalState.update(KEY, { driver, repositories: [...new Set([...known, repository])] } satisfies SetUp);
  const commit = isAttributeNew ? ' Commit .gitattributes: the others then run this command once, each in a clone of their own.' : '';
  void vscode.window.showInformationMessage(`Spangrid: git now merges annotation files of ${repository} mention by mention.${commit}`);
  return repository;
}

/** After an update, the driver lies elsewhere: names it anew in the repositories that were set up. */
export async function renewGitMerge(context: vscode.ExtensionContext): Promise<void> {
  const before = context.globalState.get<SetUp>(KEY);
  const driver = driverOf(context);
  if (before === undefined || before.driver === driver) return;
  const repositories: string[] = [];
  for (const repository of before.repositories) if (await renewDriver(repository, before.driver, driver)) repositories.push(repository);
  await context.globalState.update(KEY, { driver, repositories } satisfies SetUp);
}

function folderOf(given: vscode.Uri | undefined): string {
  const inFront = vscode.window.activeTextEditor?.document.uri;
  const folder = given ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (given === undefined && inFront?.scheme === 'file') return dirname(inFront.fsPath);
  if (folder?.scheme === 'file') return folder.fsPath;
  throw new SpangridError('usage', 'Open a folder of a git repository first.');
}
