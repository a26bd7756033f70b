import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { readSpert } from '../../src/formats/spert';
import { closeAll, configure, documentOf, inWorkspace, open, reports, run, spangrid } from './support';

const SENTENCES = `[{"tokens":["Bob","lives","in","Rome"],"entities":[{"type":"Person","start":0,"end":1},{"type":"Town","start":3,"end":4}],"relations":[{"type":"Lives","head":0,"tail":1}]},
{"tokens":["Ann","left","."],"entities":[{"type":"Person","start":0,"end":1}],"relations":[]}]`;

describe('import and export', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(closeAll);

  const folderWith = (name: string, files: Readonly<Record<string, string>>): string => {
    const folder = inWorkspace(name);
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return folder;
  };
  const importInto = async (folder: string, file: string): Promise<unknown> =>
    run('import', [vscode.Uri.file(join(folder, file))], vscode.Uri.file(join(folder, 'texts')));

  it('makes a text, its annotations and the types of a data file, and opens them as any others', async () => {
    const folder = folderWith('imported', { 'data.json': SENTENCES });
    await importInto(folder, 'data.json');
    assert.deepEqual(readdirSync(join(folder, 'texts')).sort(), ['data.txt', 'data.txt.spangrid.json', 'spangrid.config.json']);
    const document = await vscode.workspace.openTextDocument(join(folder, 'texts', 'data.txt'));
    const editor = await vscode.window.showTextDocument(document);
    await api.services.annotations.restore(document);
    assert.equal(document.getText(), 'Bob lives in Rome\nAnn left .');
    const { mentions, relations, sentences } = documentOf(api, editor);
    assert.deepEqual([...mentions.values()].map(({ type, text }) => `${type} ${text}`).sort(), ['Person Ann', 'Person Bob', 'Town Rome']);
    assert.equal(relations.size, 1);
    assert.deepEqual(
      sentences.map(({ state }) => state),
      ['done', 'done'],
    );
    assert.deepEqual(Object.keys(api.services.store.get(document.uri.toString())?.schema.entities ?? {}), ['Person', 'Town']);
  });

  it('writes nothing of a file with a bad record, and says which it is', async () => {
    const folder = folderWith('refused', { 'data.json': SENTENCES.replace('"end":4', '"end":9') });
    const messages: string[] = [];
    const listening = api.services.reporter.onDidReport(({ message }) => messages.push(message));
    await importInto(folder, 'data.json');
    listening.dispose();
    assert.match(messages.join(), /\[0\]\.entities\[1\]\.end: 9 is beyond the sentence's 4 tokens\. 1 of 2 records are bad, 1 are good/);
    assert.deepEqual(readdirSync(folder), ['data.json']);
  });

  it('writes over no text that is there unless the person agrees', async () => {
    const folder = folderWith('occupied', { 'data.json': SENTENCES });
    mkdirSync(join(folder, 'texts'));
    writeFileSync(join(folder, 'texts', 'data.txt'), 'mine');
    await importInto(folder, 'data.json');
    assert.equal(readFileSync(join(folder, 'texts', 'data.txt'), 'utf8'), 'mine');
    assert.deepEqual(readdirSync(join(folder, 'texts')), ['data.txt']);
  });

  it('exports a folder of annotated texts as one data set', async () => {
    const folder = folderWith('exported', { 'data.json': SENTENCES });
    await importInto(folder, 'data.json');
    const target = join(folder, 'all.json');
    await run('exportFolder', vscode.Uri.file(join(folder, 'texts')), vscode.Uri.file(target), 'spert');
    assert.deepEqual(readSpert({ name: '', content: readFileSync(target, 'utf8') }), readSpert({ name: '', content: SENTENCES }));
  });

  it('exports what the folder of annotation files has of the texts in a folder', async () => {
    const folder = folderWith('mirrored', { 'data.json': SENTENCES });
    try {
      await configure('annotationsDir', 'by/ada');
      await importInto(folder, 'data.json');
      assert.deepEqual(readdirSync(join(folder, 'texts')).sort(), ['data.txt', 'spangrid.config.json']);
      for (const one of [join(folder, 'texts'), inWorkspace(''), inWorkspace('by/ada')]) {
        const target = join(folder, 'all.json');
        await run('exportFolder', vscode.Uri.file(one), vscode.Uri.file(target), 'spert');
        assert.deepEqual(readSpert({ name: '', content: readFileSync(target, 'utf8') }), readSpert({ name: '', content: SENTENCES }));
        rmSync(target);
      }
      mkdirSync(join(folder, 'other'));
      const none = await reports(api, () =>
        run('exportFolder', vscode.Uri.file(join(folder, 'other')), vscode.Uri.file(join(folder, 'x.json')), 'spert'),
      );
      assert.match(none.join(), /^data\.invalid: .*other has no annotation files/);
    } finally {
      await configure('annotationsDir', undefined);
      rmSync(inWorkspace('by'), { recursive: true });
    }
  });

  it('exports a text in any format', async () => {
    const editor = await open('formats.txt', 'Ann left Rome.\n');
    await api.services.corrections.prepare(editor.document);
    api.services.corrections.apply(editor.document.uri, [{ kind: 'addMention', span: { startChar: 9, endChar: 13 }, type: 'Loc' }]);
    const target = inWorkspace('formats.jsonl');
    await run('export', vscode.Uri.file(target), undefined, 'jsonl');
    assert.match(readFileSync(target, 'utf8'), /^\{"format":"spangrid".*"content":"Ann left Rome\.\\n".*"type":"Loc"/);
  });

  it('exports a task of each sentence, for tools that show a text at a time', async () => {
    const editor = await open('tasks.txt', 'Ann left Rome.\nShe came back.\n');
    await api.services.corrections.prepare(editor.document);
    api.services.corrections.apply(editor.document.uri, [{ kind: 'addMention', span: { startChar: 9, endChar: 13 }, type: 'Loc' }]);
    const target = inWorkspace('tasks.json');
    const textsOf = (): readonly string[] =>
      (JSON.parse(readFileSync(target, 'utf8')) as { data: { text: string } }[]).map(({ data }) => data.text);
    await run('export', vscode.Uri.file(target), undefined, 'label-studio', true);
    assert.deepEqual(textsOf(), ['Ann left Rome.', 'She came back.']);
    await run('export', vscode.Uri.file(target), undefined, 'label-studio');
    assert.deepEqual(textsOf(), ['Ann left Rome.\nShe came back.\n']);
  });
});
