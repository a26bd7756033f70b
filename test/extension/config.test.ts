import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { parseConfig } from '../../src/annotation/config';
import type { SpangridApi } from '../../src/extension';
import {
  closeAll,
  configure,
  documentOf,
  inWorkspace,
  mentionsOf,
  open,
  reports,
  run,
  select,
  spangrid,
  until,
  untilSeen,
} from './support';

const CONFIG = 'spangrid.config.json';

describe('the types file', () => {
  let api: SpangridApi;
  let number = 0;
  /** Each test has a folder of its own. */
  let folder: string;
  before(async () => {
    api = await spangrid();
  });
  beforeEach(() => {
    folder = `types-${(number += 1)}`;
    mkdirSync(inWorkspace(folder));
  });
  afterEach(async () => {
    await configure('model', undefined);
    await closeAll();
    rmSync(inWorkspace(folder), { recursive: true, force: true });
  });

  const write = (config: unknown, name = CONFIG): void => {
    const path = inWorkspace(`${folder}/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config, undefined, 2));
  };
  const typesOf = (editor: vscode.TextEditor): readonly string[] =>
    Object.entries(api.services.store.get(editor.document.uri.toString())?.schema.entities ?? {}).map(
      ([name, { key }]) => `${key} ${name}`,
    );
  const problems = (): readonly string[] =>
    vscode.languages
      .getDiagnostics(vscode.Uri.file(inWorkspace(`${folder}/${CONFIG}`)))
      .filter(({ source }) => source === 'Spangrid')
      .map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  /** Opens a text and makes it ready to be annotated by hand. */
  const prepared = async (name: string, text: string): Promise<vscode.TextEditor> => {
    const editor = await open(`${folder}/${name}`, text);
    await api.services.corrections.prepare(editor.document);
    return editor;
  };

  it('a folder with a text and a types file alone is annotated and saved, with no model at all', async () => {
    await configure('model', 'there-is-none');
    write({ entities: { Stoff: {}, 'Ort <b>"1"</b> 📍': { key: 'q' } }, relations: { 'kommt aus': { head: ['Stoff'] } } });
    const messages = await reports(api, async () => {
      const editor = await prepared('a.txt', 'Salz kommt aus Halle.\n');
      assert.deepEqual(typesOf(editor), ['1 Stoff', 'q Ort <b>"1"</b> 📍']);
      const { uri } = editor.document;
      api.services.corrections.apply(uri, [
        { kind: 'addMention', span: { startChar: 0, endChar: 4 }, type: 'Stoff' },
        { kind: 'addMention', span: { startChar: 15, endChar: 20 }, type: 'Ort <b>"1"</b> 📍' },
      ]);
      const [head, tail] = [...documentOf(api, editor).mentions.keys()];
      api.services.corrections.apply(uri, [{ kind: 'addRelation', head: head!, tail: tail!, type: 'kommt aus' }]);
      assert.deepEqual(mentionsOf(api, editor), ['Stoff Salz', 'Ort <b>"1"</b> 📍 Halle']);
      const sidecar = inWorkspace(`${folder}/a.txt.spangrid.json`);
      await until('the annotation file is there', () => existsSync(sidecar) && readFileSync(sidecar, 'utf8').includes('kommt aus'));
    });
    assert.deepEqual(messages, []);
  });

  it('the nearest file holds, and a change of it is shown at once', async () => {
    write({ entities: { Outer: {} } });
    write({ entities: { Inner: {} } }, `sub/${CONFIG}`);
    const editor = await prepared('sub/a.txt', 'Ann saw Bob.\n');
    assert.deepEqual(typesOf(editor), ['1 Inner']);
    const changed = { entities: { Inner: { key: '5' }, Added: {} } };
    await untilSeen(
      'the new types',
      () => write(changed, `sub/${CONFIG}`),
      () => typesOf(editor).join() === '5 Inner,1 Added',
    );
    rmSync(inWorkspace(`${folder}/sub/${CONFIG}`));
    await until('the types of the outer file', () => typesOf(editor).join() === '1 Outer');
  });

  it('tells words apart as it says: at first, where words are typed, and from a change of it on', async () => {
    write({ entities: { Peop: {} }, tokenizer: 'whitespace' });
    const editor = await prepared('split.txt', "Mr. Lee did n't go. He stayed.\nAnn left .\n");
    const sentences = (): readonly string[] =>
      documentOf(api, editor).sentences.map(({ tokens }) =>
        tokens.map(({ startChar, endChar }) => editor.document.getText().slice(startChar, endChar)).join('|'),
      );
    assert.deepEqual(sentences(), ["Mr.|Lee|did|n't|go.|He|stayed.", 'Ann|left|.']);
    await editor.edit((edit) => edit.insert(editor.document.positionAt(editor.document.getText().indexOf(' left')), ' Berg-Lee,'));
    await until('the words of the sentence', () => sentences()[1] === 'Ann|Berg-Lee,|left|.');
    await untilSeen(
      'the change of the file',
      () => write({ entities: { Peop: {} } }),
      () => api.services.store.get(editor.document.uri.toString())?.tokenizer === 'words',
    );
    await editor.edit((edit) => edit.insert(editor.document.positionAt(editor.document.getText().indexOf(' left')), ' too,'));
    await until('the words by the other tokenizer', () => sentences()[1] === 'Ann|Berg-Lee|,|too|,|left|.');
    assert.equal(sentences()[0], "Mr.|Lee|did|n't|go.|He|stayed.");
  });

  it('a file that can’t be used is reported once, with all its problems in the panel, and the last good one holds', async () => {
    write({ entities: { Good: {} } });
    const editor = await prepared('a.txt', 'Ann saw Bob.\n');
    let other = editor;
    const messages = await reports(api, async () => {
      await untilSeen(
        'two problems',
        () => write('{\n  "entities": {\n    "A": { "key": "a" },\n    "B": { "color": "red" }\n  }\n}\n'),
        () => problems().length === 2,
      );
      assert.match(problems()[0]!, /^3: "a" is reserved: it accepts\./);
      assert.match(problems()[1]!, /^4: there is no such key: there are colour,/);
      assert.deepEqual(typesOf(editor), ['1 Good']);
      other = await prepared('b.txt', 'Bob saw Ann.\n');
      assert.deepEqual(typesOf(other), ['1 Good']);
      await wait(300);
    });
    assert.equal(messages.length, 1, messages.join('\n'));
    assert.match(messages[0]!, /^config\.invalid: .*spangrid\.config\.json can't be used\. Correct it:\nentities\.A\.key: /);
    await untilSeen(
      'the new type',
      () => write({ entities: { Better: {} } }),
      () => typesOf(other).join() === '1 Better',
    );
    assert.deepEqual(problems(), []);
  });

  it('what the model finds of types that the file lacks is shown beside its own', async () => {
    write({ entities: { Drug: {}, Loc: { colour: '#123456' } } });
    const editor = await open(`${folder}/a.txt`, 'John Smith lives in Boston.\n');
    await run('extractFile');
    assert.deepEqual(mentionsOf(api, editor), ['Peop John Smith', 'Loc Boston']);
    const { entities } = api.services.store.get(editor.document.uri.toString())!.schema;
    assert.deepEqual(Object.keys(entities), ['Drug', 'Loc', 'Peop']);
    assert.equal(entities['Loc']?.colour, '#123456');
  });

  it('its model extracts where the setting is empty, and is blamed by the file’s name', async () => {
    write({ model: 'brilliant' });
    await open(`${folder}/a.txt`, 'John Smith lives in Boston.\n');
    assert.match((await reports(api, () => run('extractFile'))).join(), /^model\.missing: .*spangrid\.config\.json says "brilliant"/);
    await configure('model', 'fast');
    assert.deepEqual(await reports(api, () => run('extractFile')), []);
  });

  it('is made with the model’s types, or examples where there is no model, and opened', async () => {
    const path = inWorkspace(CONFIG);
    try {
      await configure('model', 'fast');
      await open(`${folder}/a.txt`, 'Ann.\n');
      assert.equal(await run('createTypesFile'), path);
      assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path);
      assert.deepEqual(Object.keys(parseConfig(readFileSync(path, 'utf8'), path).schema!.entities).sort(), ['Loc', 'Org', 'Other', 'Peop']);
      await closeAll();
      rmSync(path);
      await configure('model', 'there-is-none');
      await open(`${folder}/a.txt`, 'Ann.\n');
      await until(
        'the file is gone',
        async () => (await api.services.configs.pathFor(vscode.Uri.file(inWorkspace('x.txt')))) === undefined,
      );
      await run('createTypesFile');
      const made = parseConfig(readFileSync(path, 'utf8'), path).schema!;
      assert.deepEqual([Object.keys(made.entities), Object.keys(made.relations)], [['Person', 'Organisation', 'Place'], ['Works for']]);
    } finally {
      await closeAll();
      rmSync(path, { force: true });
    }
  });

  describe('patterns', () => {
    const TEXT = 'Aspirin and zinc.\n\nZinc, aspirin, 20 mg.\n';

    it('suggest in the whole text or the selection, as one step to undo, with no annotation file', async () => {
      await configure('model', 'there-is-none');
      write({
        entities: { Drug: { patterns: { words: ['aspirin'], ignoreCase: true } }, Dose: { patterns: { expressions: ['\\d+ mg'] } } },
      });
      const editor = await open(`${folder}/a.txt`, TEXT);
      select(editor, 'Zinc');
      assert.equal(await run('labelByPatterns'), 2);
      assert.deepEqual(mentionsOf(api, editor), ['Drug aspirin', 'Dose 20 mg']);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      assert.equal(await run('labelByPatterns'), 1);
      assert.deepEqual(mentionsOf(api, editor), ['Drug Aspirin', 'Drug aspirin', 'Dose 20 mg']);
      assert.ok(
        [...documentOf(api, editor).mentions.values()].every(({ status, model }) => status === 'suggested' && model === 'patterns'),
      );
      await run('undo');
      assert.deepEqual(mentionsOf(api, editor), ['Drug aspirin', 'Dose 20 mg']);
      await api.services.annotations.flush();
      assert.ok(!existsSync(inWorkspace(`${folder}/a.txt.spangrid.json`)));
    });

    it('one that would match for ever is stopped and named; the editor is not held up, nothing is changed', async () => {
      write({ entities: { Bad: { patterns: { expressions: ['^(a+)+$'] } } } });
      const editor = await open(`${folder}/a.txt`, `${'a'.repeat(80)} b.\n`);
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 10);
      const messages = await reports(api, () => run('labelByPatterns'));
      clearInterval(timer);
      assert.match(messages.join(), /^pattern\.timeout: The expression "\^\(a\+\)\+\$" of Bad was stopped after 3 seconds/);
      assert.ok(turns > 20, 'the extension host was held up');
      assert.deepEqual(mentionsOf(api, editor), []);
    });

    it('without any, the command says where they go', async () => {
      await open(`${folder}/a.txt`, TEXT);
      assert.match((await reports(api, () => run('labelByPatterns'))).join(), /^usage: There is no spangrid\.config\.json for this text/);
      write({ entities: { Drug: {} } });
      assert.match((await reports(api, () => run('labelByPatterns'))).join(), /^usage: .*spangrid\.config\.json has no patterns/);
    });
  });

  it('every equal text is listed, and what stays chosen is suggested as one step to undo', async () => {
    write({ entities: { City: {} } });
    const editor = await prepared('a.txt', 'Rome is big.\n\nAll roads lead to Rome.\n\nA Romeo in Rome.\n');
    const { uri } = editor.document;
    api.services.corrections.apply(uri, [{ kind: 'addMention', span: { startChar: 0, endChar: 4 }, type: 'City' }]);
    editor.selection = new vscode.Selection(0, 1, 0, 1);
    const labelled = run('labelEqualTexts');
    const accept = async (): Promise<number | undefined> => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return Promise.race([labelled as Promise<number>, wait(200).then(() => undefined)]);
    };
    assert.equal(await until('the list is accepted', accept), 2);
    assert.deepEqual(mentionsOf(api, editor), ['City Rome', 'City Rome', 'City Rome']);
    const made = [...documentOf(api, editor).mentions.values()].filter(({ status }) => status === 'suggested');
    assert.deepEqual(
      made.map(({ model }) => model),
      ['equal text', 'equal text'],
    );
    await run('undo');
    assert.deepEqual(mentionsOf(api, editor), ['City Rome']);
  });
});
