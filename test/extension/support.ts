import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { AnnotationDocument } from '../../src/annotation/document';
import type { SpangridApi } from '../../src/extension';

/** The extension, activated, with a device that every machine has. */
export async function spangrid(): Promise<SpangridApi> {
  const extension = vscode.extensions.getExtension<SpangridApi>('spangrid.spangrid');
  assert.ok(extension, 'spangrid.spangrid is not among the installed extensions');
  await configure('device', 'cpu');
  return extension.activate();
}

/** Sets a setting of ours for this window's folder; `undefined` takes it back. */
export async function configure(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('spangrid').update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** Path in the open folder. */
export function inWorkspace(name: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return join(folder.uri.fsPath, name);
}

/** Writes a file into the open folder, byte for byte, and opens it in an editor. */
export async function open(name: string, content: string | Uint8Array): Promise<vscode.TextEditor> {
  const path = inWorkspace(name);
  writeFileSync(path, content);
  // As a person opens it: a document that an extension has opened stays open for minutes after its editor is closed.
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.One });
  return until(`${name} is open`, () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.fsPath === path && editor;
  });
}

/** Selects the first occurrence of some words. */
export function select(editor: vscode.TextEditor, words: string): void {
  const at = editor.document.getText().indexOf(words);
  assert.notEqual(at, -1, `the text does not hold ${JSON.stringify(words)}`);
  editor.selection = new vscode.Selection(editor.document.positionAt(at), editor.document.positionAt(at + words.length));
}

/** Waits until something is so, for a minute at most: on a busy machine, what takes a moment may take many. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await wait(20);
  }
  throw new Error(`still not so after a minute: ${what}`);
}

/**
 * Makes a change of a file in a folder that was made a moment ago, and waits until something is so. The editor misses such a change until it
 * watches the new folder, too: the change is made again each second.
 */
export function untilSeen<T>(what: string, change: () => void, look: () => T | undefined | false): Promise<T> {
  let due = 0;
  return until(what, () => {
    if (Date.now() >= due) {
      change();
      due = Date.now() + 1000;
    }
    return look();
  });
}

/**
 * What extensions offer for a place of a text, by a command of the editor as `vscode.executeHoverProvider`. The editor cancels such a request
 * when something changes meanwhile: it is made again then.
 */
export function provided<T>(
  command: string,
  uri: vscode.Uri,
  place: vscode.Range | vscode.Position,
  ...more: unknown[]
): Promise<readonly T[]> {
  return until(`${command} answers`, async () => {
    try {
      return await vscode.commands.executeCommand<T[]>(command, uri, place, ...more);
    } catch (error) {
      if (error instanceof Error && error.message === 'Canceled') return undefined;
      throw error;
    }
  });
}

/** What the extension tells the person while `work` runs: its messages, each behind its code. */
export async function reports(api: SpangridApi, work: () => Thenable<unknown>): Promise<readonly string[]> {
  const messages: string[] = [];
  const listening = api.services.reporter.onDidReport(({ code, message }) => messages.push(`${code}: ${message}`));
  try {
    await work();
    return messages;
  } finally {
    listening.dispose();
  }
}

/** Runs one of our commands. */
export function run(command: string, ...parameters: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`spangrid.${command}`, ...parameters);
}

/** The document's annotations in the store. */
export function documentOf(api: SpangridApi, editor: vscode.TextEditor): AnnotationDocument {
  const annotated = api.services.store.get(editor.document.uri.toString());
  assert.ok(annotated, 'the store holds no annotations of this text');
  return annotated.document;
}

/** Type and words of each mention, in order of the text. */
export function mentionsOf(api: SpangridApi, editor: vscode.TextEditor): readonly string[] {
  const annotated = api.services.store.get(editor.document.uri.toString());
  return [...(annotated?.document.mentions.values() ?? [])]
    .sort((a, b) => (a.spans[0]?.startChar ?? 0) - (b.spans[0]?.startChar ?? 0))
    .map(({ type, text }) => `${type} ${text}`);
}

/** The code of a problem, with or without a link to what explains it. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Closes every editor, without asking about unsaved ones. */
export async function closeAll(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
