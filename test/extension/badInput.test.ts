import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { closeAll, configure, documentOf, inWorkspace, mentionsOf, open, reports, run, spangrid, until } from './support';

const SENTENCE = 'John Smith lives in Boston.\n';

describe('bad input', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await configure('model', undefined);
    await configure('device', 'cpu');
    await configure('timeLimit', undefined);
    await configure('threshold', undefined);
    await closeAll();
  });

  /** The one message that the work leads to. */
  const message = async (work: () => Thenable<unknown>): Promise<string> => {
    const messages = await reports(api, work);
    assert.equal(messages.length, 1, messages.join('\n'));
    return messages[0]!;
  };

  for (const [name, content] of Object.entries({
    'an empty text': '',
    'only white space': ' \n\t\n  \n',
    'only symbols': '*** --- ***\n…\n👍🎉\n',
  })) {
    it(`${name}: says that there is no sentence, and where to put the cursor`, async () => {
      const editor = await open('nothing.txt', content);
      editor.selection = new vscode.Selection(0, 0, editor.document.lineCount, 0);
      assert.match(await message(() => run('extractSelection')), /^text\.empty: There is no sentence/);
      assert.match(await message(() => run('extractFile')), /^text\.empty: There is no sentence in this file/);
      assert.equal(api.services.store.get(editor.document.uri.toString()), undefined);
    });
  }

  it('no editor at all: says to open a text', async () => {
    await closeAll();
    assert.match(await message(() => run('extractSelection')), /^usage: No text is open/);
  });

  it('a binary text: says that it is none', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'PK\u0003\u0004\0\0\0 John Smith lives in Boston.' });
    await vscode.window.showTextDocument(document);
    assert.match(await message(() => run('extractFile')), /^text\.binary: .*not text/);
  });

  it('a device that there is not: lists those that there are', async () => {
    await open('device.txt', SENTENCE);
    await configure('device', 'abacus');
    assert.match(await message(() => run('extractFile')), /^device\.unknown: .*"abacus".*auto, cpu, webgpu/);
  });

  it('a setting of the wrong kind: names it, and what it may be', async () => {
    await open('setting.txt', SENTENCE);
    await configure('threshold', 'high');
    assert.match(await message(() => run('extractFile')), /^setting\.invalid: .*spangrid\.threshold must be a number from 0 to 1/);
  });

  it('a model that there is not: names those that there are', async () => {
    await open('model.txt', SENTENCE);
    await configure('model', 'brilliant');
    assert.match(await message(() => run('extractFile')), /^model\.missing: .*"brilliant".*fast/);
  });

  it('a model whose file was tampered with: names the file and the hashes; the next model works', async () => {
    const folder = inWorkspace('tampered');
    cpSync(join(api.services.extensionUri.fsPath, 'models', 'fast'), folder, { recursive: true });
    const weights = join(folder, 'head.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
    writeFileSync(weights, bytes);
    const editor = await open('tampered.txt', SENTENCE);
    await configure('model', 'tampered');
    assert.match(
      await message(() => run('extractFile')),
      /^model\.damaged: .*head\.safetensors.*SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/,
    );
    assert.deepEqual(mentionsOf(api, editor), []);
    await configure('model', 'fast');
    await run('extractFile');
    assert.equal(documentOf(api, editor).sentences.length, 1);
    rmSync(folder, { recursive: true });
  });

  it('a model from a newer version: says to update', async () => {
    const folder = inWorkspace('newer');
    mkdirSync(folder);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ format: 'spangrid-model', version: 2 }));
    await open('newer.txt', SENTENCE);
    await configure('model', 'newer');
    assert.match(await message(() => run('extractFile')), /^model\.newerVersion: .*version 2.*Update/);
  });

  it('a long text: asks first, says how many sentences and how long', async () => {
    // Tests may not show dialogs: the editor refuses with what the dialog would have said.
    const editor = await open('long.txt', `${SENTENCE.trim()} `.repeat(190_000));
    assert.ok(editor.document.getText().length > 5_000_000);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 10);
    const text = await message(() => run('extractFile'));
    clearInterval(timer);
    assert.match(text, /Extract from 190,000 sentences\? That takes about \d+ minutes/);
    assert.ok(turns > 20, 'the extension host was held up while the text was split into sentences');
    assert.equal(api.services.store.get(editor.document.uri.toString())?.document.mentions.size, 0);
  });

  it('one sentence of 3,000 words: is read like any other', async () => {
    const editor = await open('endless.txt', `John Smith lives in Boston ${'and so on and on '.repeat(600)}`.trim());
    await run('extractFile');
    assert.equal(documentOf(api, editor).sentences[0]!.tokens.length, 3005);
    assert.deepEqual(mentionsOf(api, editor).slice(0, 2), ['Peop John Smith', 'Loc Boston']);
  });

  describe('while the model works', () => {
    const many = SENTENCE.repeat(400);
    /** Starts a long extraction and waits until it shows its first results, and works on more. */
    const busy = async (name: string): Promise<{ readonly editor: vscode.TextEditor; readonly work: Promise<readonly string[]> }> => {
      const editor = await open(name, many);
      const work = reports(api, () => run('extractFile'));
      await until('the first sentences are shown', () => mentionsOf(api, editor).length > 100 && api.services.models.status.isBusy);
      return { editor, work };
    };

    it('its process is killed: the command says so, what was found stays, and the next one works', async () => {
      let messages: readonly string[] = [];
      // The process may have been at work for the table: that costs the extraction nothing. It is started again three times.
      for (let attempt = 1; attempt <= 3 && messages.length === 0; attempt += 1) {
        const { editor, work } = await busy(`killed-${String(attempt)}.txt`);
        process.kill(api.services.models.processId!, 'SIGKILL');
        messages = await work;
        const found = mentionsOf(api, editor).length;
        assert.ok(messages.length === 0 ? found === 800 : found > 100 && found < 800, String(found));
      }
      assert.match(messages.join(), /^engine\.crashed: The model process ended/);
      const next = await open('next.txt', SENTENCE);
      await run('extractFile');
      assert.deepEqual(mentionsOf(api, next), ['Peop John Smith', 'Loc Boston']);
    });

    it('the person cancels: nothing is reported, what was found stays as one step, and the next one works', async () => {
      const { editor, work } = await busy('cancelled.txt');
      await run('cancel');
      assert.deepEqual(await work, []);
      assert.ok(mentionsOf(api, editor).length < 800);
      await run('undo');
      assert.deepEqual(mentionsOf(api, editor), []);
      await run('extractSentence');
      assert.deepEqual(mentionsOf(api, editor), ['Peop John Smith', 'Loc Boston']);
    });

    it('the text is typed in: what comes later still lands on its words', async () => {
      const { editor, work } = await busy('typed.txt');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'It was late.\n'));
      assert.deepEqual(await work, []);
      const text = editor.document.getText();
      const { mentions } = documentOf(api, editor);
      assert.equal(mentions.size, 800);
      for (const mention of mentions.values())
        assert.equal(text.slice(mention.spans[0]!.startChar, mention.spans[0]!.endChar), mention.text);
    });
  });

  describe('exporting', () => {
    it('into a folder that cannot be written: says so, and the old files are as they were', async () => {
      const editor = await open('export.txt', SENTENCE);
      await run('extractFile');
      const old = inWorkspace('old.json');
      writeFileSync(old, 'old');
      mkdirSync(inWorkspace('old_types.json')); // the types would go here
      assert.match(await message(() => run('exportConll04', vscode.Uri.file(old))), /^file\.unwritable: .*old_types\.json/);
      assert.equal(readFileSync(old, 'utf8'), 'old');
      const nowhere = vscode.Uri.file(inWorkspace('no-such-folder/out.json'));
      assert.match(await message(() => run('exportConll04', nowhere)), /^file\.unwritable: .*its folder does not exist/);
      assert.equal(existsSync(inWorkspace('no-such-folder')), false);
      assert.equal(mentionsOf(api, editor).length, 2);
    });

    it('with nothing annotated: says to extract first', async () => {
      await open('unannotated.txt', SENTENCE);
      assert.match(
        await message(() => run('exportConll04', vscode.Uri.file(inWorkspace('x.json')))),
        /^usage: There are no annotations of unannotated\.txt/,
      );
    });
  });
});
