import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { closeAll, inWorkspace, open, reports, run, select, spangrid, until } from './support';

const TEXT = 'John Smith lives in Boston.\nJohn Smith lives in Chicago.\n';

describe('the relation graph in the editor', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(closeAll);

  const shown = (): readonly string[] => {
    const { sent } = api.graphPanel;
    if (sent?.kind !== 'graph') return [];
    const { nodes, edges } = sent.graph;
    const name = (index: number): string => nodes[index]?.words ?? '';
    return [
      ...nodes.map(({ words, mentions }) => `${words} ${mentions.length}`),
      ...edges.map(({ head, tail, type }) => `${name(head)} ${type} ${name(tail)}`),
    ];
  };

  it('is of the whole text, or of the selection, and follows what is corrected', async () => {
    const editor = await open('graph.txt', TEXT);
    await run('extractFile');
    await vscode.window.showTextDocument(editor.document);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await run('showGraph');
    assert.deepEqual([...shown()].sort(), [
      'Boston 1',
      'Chicago 1',
      'John Smith 2',
      'John Smith Live_In Boston',
      'John Smith Live_In Chicago',
    ]);
    const sent = api.graphPanel.sent;
    const chicago = sent?.kind === 'graph' ? sent.graph.nodes.find(({ words }) => words === 'Chicago')?.mentions[0] : undefined;
    assert.ok(chicago !== undefined);
    await api.graphPanel.receive({ kind: 'reveal', id: chicago });
    assert.deepEqual(editor.selection.active, new vscode.Position(1, 20));
    api.services.corrections.apply(editor.document.uri, [{ kind: 'setStatus', id: chicago, status: 'rejected' }]);
    await until('the graph follows', () => !shown().some((line) => line.includes('Chicago')));
    select(editor, 'John Smith lives in Boston.');
    await run('showGraph');
    assert.deepEqual([...shown()].sort(), ['Boston 1', 'John Smith 1', 'John Smith Live_In Boston']);
  });

  it('is saved as SVG, or says why not', async () => {
    await open('graphSaved.txt', TEXT);
    await run('extractFile');
    await run('showGraph');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n';
    const target = inWorkspace('graph.svg');
    await api.graphPanel.receive({ kind: 'save', svg }, vscode.Uri.file(target));
    assert.equal(readFileSync(target, 'utf8'), svg);
    writeFileSync(inWorkspace('a-file'), '');
    await assert.rejects(
      api.graphPanel.receive({ kind: 'save', svg }, vscode.Uri.file(inWorkspace('a-file/graph.svg'))),
      /could not be written/,
    );
    await assert.rejects(api.graphPanel.receive({ kind: 'save', svg: '<html>' }));
  });
});

describe('the sample project', () => {
  before(spangrid);
  it('is copied to a folder, next to an earlier copy', async () => {
    const folder = inWorkspace('copies');
    mkdirSync(folder);
    const messages = await reports(await spangrid(), async () => {
      for (const name of ['spangrid-sample', 'spangrid-sample-2']) {
        const copy = await vscode.commands.executeCommand<vscode.Uri>('spangrid.openSample', vscode.Uri.file(folder));
        assert.equal(copy.fsPath, join(folder, name));
        assert.deepEqual(readdirSync(copy.fsPath).sort(), [
          'harbour.txt',
          'harbour.txt.spangrid.json',
          'hospital.txt',
          'spangrid.config.json',
        ]);
      }
    });
    assert.deepEqual(messages, []);
  });
});
