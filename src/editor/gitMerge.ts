import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { SpangridError } from '../errors';
import { atomicWrite } from '../files/atomicWrite';
import { makeFolder } from '../files/folders';
import { mergeDriver, renewDriver, setUpMerge } from '../files/mergeDriver';
import { readText } from '../files/text';

/** The driver that each repository was set up with. */
const drivers = v.record(v.string(), v.string());
type Drivers = v.InferOutput<typeof drivers>;

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
  await remember(context, { ...(await remembered(context)), [repository]: driver });
  const commit = isAttributeNew ? ' Commit .gitattributes: the others then run this command once, each in a clone of their own.' : '';
  void vscode.window.showInformationMessage(`Spangrid: git now merges annotation files of ${repository} mention by mention.${commit}`);
  return repository;
}

/** After an update, the driver lies elsewhere: names it anew in the repositories that were set up. */
export async function renewGitMerge(context: vscode.ExtensionContext): Promise<void> {
  const driver = driverOf(context);
  const before = await remembered(context);
  const now: Drivers = {};
  for (const [repository, known] of Object.entries(before)) {
    const has = known === driver ? 'renewed' : await renewDriver(repository, known, driver);
    // A drive that is not there today is there tomorrow.
    if (has !== 'another') now[repository] = has === 'renewed' ? driver : known;
  }
  if (JSON.stringify(now) !== JSON.stringify(before)) await remember(context, now);
}

/** The storage of the machine that the extension runs on: repositories are paths there. */
function fileOf({ globalStorageUri }: vscode.ExtensionContext): string {
  return join(globalStorageUri.fsPath, 'mergeDrivers.json');
}

async function remembered(context: vscode.ExtensionContext): Promise<Drivers> {
  try {
    return v.parse(drivers, JSON.parse((await readText(fileOf(context))).text));
  } catch {
    return {};
  }
}

async function remember(context: vscode.ExtensionContext, known: Drivers): Promise<void> {
  await makeFolder(dirname(fileOf(context)));
  await atomicWrite(fileOf(context), JSON.stringify(known));
}

function folderOf(given: vscode.Uri | undefined): string {
  const inFront = vscode.window.activeTextEditor?.document.uri;
  const folder = given ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (given === undefined && inFront?.scheme === 'file') return dirname(inFront.fsPath);
  if (folder?.scheme === 'file') return folder.fsPath;
  throw new SpangridError('usage', 'Open a folder of a git repository first.');
}
