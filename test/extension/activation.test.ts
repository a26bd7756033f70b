import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('activates where the workspace is, with every command that the manifest promises', async () => {
    const extension = vscode.extensions.getExtension('spangrid.spangrid');
    assert.ok(extension, 'spangrid.spangrid is not among the installed extensions');
    await extension.activate();
    const manifest = extension.packageJSON as { contributes?: { commands?: { command: string }[] } };
    const commands = new Set(await vscode.commands.getCommands());
    const missing = (manifest.contributes?.commands ?? []).map(({ command }) => command).filter((command) => !commands.has(command));
    assert.deepEqual(missing, []);
  });
});
