import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { closeAll, documentOf, open, provided, run, select, spangrid, until } from './support';

const TEXT = 'John Smith lives in Boston.\nMary Jones lives in Chicago.\nNothing else happened.\n';

describe('the table', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(closeAll);

  const lit = (editor: vscode.TextEditor): readonly string[] =>
    api.services.decorations
      .lit(editor.document.uri.toString())
      .map(({ startChar, endChar }) => editor.document.getText().slice(startChar, endChar));

  const shown = (): string | undefined => api.panel.view?.uri?.toString();

  it('lights up the words of its cell in the text', async () => {
    const editor = await open('lit.txt', TEXT);
    select(editor, 'John Smith');
    await run('extractSelection');
    // The page puts its focus on the first relation: its head's words and its tail's.
    await until('both are lit up', () => lit(editor).join() === 'John Smith,Boston');
  });

  it('shows the sentence in which the cursor is', async () => {
    const editor = await open('table-cursor.txt', TEXT);
    await run('extractFile');
    for (const [line, sentence] of [
      [1, 1],
      [2, 2],
      [0, 0],
    ] as const) {
      editor.selection = new vscode.Selection(line, 3, line, 3);
      await until(`sentence ${String(sentence)} is shown`, () => api.panel.view?.sentence === sentence);
    }
  });

  it('goes to the mention that a hover links to', async () => {
    const editor = await open('hover.txt', TEXT);
    await run('extractFile');
    const chicago = [...documentOf(api, editor).mentions.values()].find(({ text }) => text === 'Chicago');
    const hovers = await provided<vscode.Hover>('vscode.executeHoverProvider', editor.document.uri, new vscode.Position(1, 22));
    const content = hovers
      .flatMap(({ contents }) => contents)
      .find((one) => one instanceof vscode.MarkdownString && one.value.includes('Chicago'));
    assert.ok(content instanceof vscode.MarkdownString);
    assert.match(content.value, /\*\*Loc\*\*/);
    assert.match(content.value, /suggested with \d+ %/);
    assert.match(content.value, /Live\\?_In/);
    const link = /command:spangrid\.showTable\?([^ )]+)/.exec(content.value)?.[1];
    assert.deepEqual(JSON.parse(decodeURIComponent(link ?? '')), [editor.document.uri.toString(), chicago?.id]);
    await run('showTable', editor.document.uri.toString(), chicago?.id);
    await until('its sentence is shown', () => api.panel.view?.sentence === 1);
    await until('its words are lit up', () => lit(editor).join() === 'Chicago');
  });

  it('follows the text that is active', async () => {
    const first = await open('table-first.txt', TEXT);
    await run('extractFile');
    const second = await open('table-second.txt', 'Ann Miller works for Reuters.\n');
    assert.equal(shown(), first.document.uri.toString(), 'a text without annotations is no reason to leave');
    await run('extractFile');
    await until('the second text is shown', () => shown() === second.document.uri.toString());
    await vscode.commands.executeCommand('vscode.open', first.document.uri, { viewColumn: vscode.ViewColumn.One });
    await until('the first text is shown again', () => shown() === first.document.uri.toString());
  });

  it('is closed like any tab, and opens again', async () => {
    const editor = await open('closed.txt', TEXT);
    await run('extractFile');
    const isTable = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith('spangrid.table');
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).filter(isTable);
    await until('the table is open', () => tabs().length === 1);
    await vscode.window.tabGroups.close(tabs());
    await until('the table is closed', () => api.panel.view === undefined);
    assert.deepEqual(lit(editor), []);
    await vscode.window.showTextDocument(editor.document, { viewColumn: vscode.ViewColumn.One });
    await run('showTable');
    await until('the table is open', () => tabs().length === 1);
    assert.equal(shown(), editor.document.uri.toString());
  });

  it('in focus decides what commands work on', async () => {
    const editor = await open('focus.txt', TEXT);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await run('extractSelection');
    assert.equal(documentOf(api, editor).sentences.length, 1);
    await run('showTable');
    await until('the table has the focus', () => api.panel.view?.isActive);
    await run('extractFile');
    assert.equal(documentOf(api, editor).sentences.length, 3);
    await run('undo');
    assert.equal(documentOf(api, editor).sentences.length, 1);
  });

  it('asks the model for the probabilities of a sentence that was not kept', async () => {
    const editor = await open('probabilities.txt', TEXT);
    await run('extractFile');
    const tokens = ['Ann', 'Miller', 'works', 'for', 'Reuters', '.'];
    const table = await api.services.models.tableOf(editor.document.uri, tokens);
    assert.equal(table?.size, 6);
    const row = table.diagonal.subarray(0, 1 + 4 * table.entityTypes.length);
    assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-4, 'the labels of a cell add up to one');
    assert.equal(await api.services.models.tableOf(editor.document.uri, tokens), table);
  });

  it('has keys that the editor leaves free', async () => {
    await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
    const text = await until('the default keys are open', () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.scheme === 'vscode' && document.getText().length > 1000 ? document.getText() : undefined;
    });
    const ours = (
      vscode.extensions.getExtension('spangrid.spangrid')?.packageJSON as {
        contributes: { keybindings: { key: string; command: string }[] };
      }
    ).contributes.keybindings;
    const [extract] = ours.filter(({ command }) => command === 'spangrid.extractSelection');
    const uses = [...text.matchAll(/"key": "([^"]*)",\s*"command": "([^"]*)"/g)].filter(([, key]) => key === extract?.key);
    assert.deepEqual(
      uses.map(([, , command]) => command),
      ['spangrid.extractSelection'],
    );
  });
});
