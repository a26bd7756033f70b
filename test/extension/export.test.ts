import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { readSpert } from '../../src/formats/spert';
import { closeAll, documentOf, inWorkspace, open, run, spangrid } from './support';

describe('export', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(closeAll);

  it('takes all but what is rejected, what is accepted, or the sentences that are done', async () => {
    const editor = await open('choice.txt', 'Ann left Rome.\n\nBob saw Oslo.\n');
    const { uri } = editor.document;
    await api.services.corrections.prepare(editor.document);
    api.services.corrections.apply(uri, [
      { kind: 'addMention', span: { startChar: 0, endChar: 3 }, type: 'Peop' },
      { kind: 'addMention', span: { startChar: 9, endChar: 13 }, type: 'Loc' },
      { kind: 'addMention', span: { startChar: 16, endChar: 19 }, type: 'Peop' },
    ]);
    const [first] = [...documentOf(api, editor).mentions.values()];
    api.services.corrections.apply(uri, [{ kind: 'setStatus', id: first!.id, status: 'suggested' }]);
    const exported = async (only?: string): Promise<readonly string[]> => {
      const target = inWorkspace(`choice-${only ?? 'all'}.json`);
      await run('exportConll04', vscode.Uri.file(target), only);
      const sentences = readSpert({ name: target, content: readFileSync(target, 'utf8') });
      return sentences.map(({ tokens, mentions }) => `${tokens[0]}: ${mentions.map(({ startToken }) => tokens[startToken]).join(' ')}`);
    };
    assert.deepEqual(await exported(), ['Ann: Ann Rome', 'Bob: Bob']);
    assert.deepEqual(await exported('accepted'), ['Ann: Rome', 'Bob: Bob']);
    assert.deepEqual(await exported('done'), []);
    api.services.corrections.apply(uri, [{ kind: 'setState', sentence: 1, state: 'done' }]);
    assert.deepEqual(await exported('done'), ['Bob: Bob']);
  });
});
