import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import type { ToStatistics } from '../../src/protocol/statistics';
import { closeAll, inWorkspace, open, reports, run, spangrid, until } from './support';

describe('the statistics in the editor', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
    mkdirSync(inWorkspace('counted'));
  });
  afterEach(async () => {
    await run('tree.clearFilter');
    await closeAll();
  });

  const shown = (): Extract<ToStatistics, { kind: 'statistics' }> => {
    const { sent } = api.statisticsPanel;
    assert.ok(sent?.kind === 'statistics', `it shows ${JSON.stringify(sent)}`);
    return sent;
  };
  const people = (): number | undefined => shown().report.mentions.find(({ type }) => type === 'Peop')?.suggested;

  it('are of a text or of its folder, and old when something was corrected', async () => {
    await open('counted/a.txt', 'John Smith lives in Boston.\n');
    await run('extractFile');
    await run('saveAnnotations');
    const editor = await open('counted/b.txt', 'John Smith lives in Boston.\nJohn Smith lives in Chicago.\n');
    await run('extractFile');
    await vscode.window.showTextDocument(editor.document);
    await run('showStatistics');
    assert.equal(shown().name, 'b.txt');
    assert.deepEqual(shown().scopes, ['text', 'folder']);
    assert.equal(people(), 2);
    assert.deepEqual(
      shown().report.pairs.map(({ head, relation, tail, count }) => [head, relation, tail, count]),
      [['Peop', 'Live_In', 'Loc', 2]],
    );
    assert.ok('unknown' in shown().history);
    const [first] = api.services.store.get(editor.document.uri.toString())?.document.mentions.keys() ?? [];
    assert.ok(first !== undefined);
    api.services.corrections.apply(editor.document.uri, [{ kind: 'setStatus', id: first, status: 'rejected' }]);
    await until('the numbers are old', () => api.statisticsPanel.sent?.kind === 'stale');
    await api.statisticsPanel.receive({ kind: 'count', scope: 'text' });
    assert.equal(people(), 1);
    await run('showStatistics', vscode.Uri.file(inWorkspace('counted')));
    assert.equal(shown().name, 'counted');
    assert.equal(shown().report.texts, 2);
    assert.equal(people(), 2);
  });

  it('show what they count in the tree, and are saved', async () => {
    await open('counted/c.txt', 'John Smith lives in Boston.\n');
    await run('extractFile');
    await run('showStatistics', vscode.Uri.file(inWorkspace('counted')));
    await api.statisticsPanel.receive({ kind: 'filter', type: 'Peop', words: 'John Smith' });
    assert.deepEqual(api.tree.filter, { only: { type: 'Peop' }, words: 'John Smith' });
    const target = inWorkspace('counted/mentions.csv');
    await api.statisticsPanel.receive({ kind: 'save', name: 'mentions', as: 'csv', content: 'type\r\n' }, vscode.Uri.file(target));
    assert.equal(readFileSync(target, 'utf8'), 'type\r\n');
    await assert.rejects(api.statisticsPanel.receive({ kind: 'save', name: '../x', as: 'csv', content: '' }));
  });

  it('are of the workspace folder where the text in the editor has no annotations', async () => {
    await open('plain.txt', 'Nothing is annotated here.\n');
    assert.deepEqual(await reports(api, () => run('showStatistics')), []);
    assert.equal(shown().scope, 'folder');
    assert.deepEqual(shown().scopes, ['folder']);
  });
});
