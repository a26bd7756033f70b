import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { closeAll, documentOf, inWorkspace, mentionsOf, open, provided, reports, run, select, spangrid, until } from './support';

const TEXT = 'The mayor was late.\nJohn Smith lives in Boston and works for the Washington Post.\nMary Jones lives in Chicago.\n';
const FOUND = ['Peop John Smith', 'Loc Boston', 'Org Washington Post'];

describe('extracting', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(closeAll);

  const relationsOf = (editor: vscode.TextEditor): readonly string[] => {
    const { mentions, relations } = documentOf(api, editor);
    return [...relations.values()].map(({ type, head, tail }) => `${mentions.get(head)!.text} ${type} ${mentions.get(tail)!.text}`).sort();
  };

  it('from a selection decorates what is found in the sentences that it touches, and shows their table beside', async () => {
    const editor = await open('selection.txt', TEXT);
    select(editor, 'lives in Boston and works');
    await run('extractSelection');
    const uri = editor.document.uri.toString();
    assert.deepEqual(mentionsOf(api, editor), FOUND);
    assert.equal(api.services.decorations.shown(uri), 3);
    assert.equal(api.panel.view?.uri?.toString(), uri);
    assert.equal(vscode.window.activeTextEditor, editor, 'the focus stays in the text');
    const relations = relationsOf(editor);
    assert.ok(relations.includes('John Smith Live_In Boston'), relations.join());
    assert.ok(relations.includes('John Smith Work_For Washington Post'), relations.join());
  });

  it('without a selection takes the sentence at the cursor', async () => {
    const editor = await open('cursor.txt', TEXT);
    editor.selection = new vscode.Selection(2, 7, 2, 7);
    await run('extractSelection');
    assert.deepEqual(mentionsOf(api, editor), ['Peop Mary Jones', 'Loc Chicago']);
  });

  it('from the sentence at the cursor pays no attention to the selection around it', async () => {
    const editor = await open('sentence.txt', TEXT);
    editor.selection = new vscode.Selection(0, 0, 2, 7);
    await run('extractSentence');
    assert.deepEqual(mentionsOf(api, editor), ['Peop Mary Jones', 'Loc Chicago']);
  });

  it('from the whole file takes every sentence', async () => {
    const editor = await open('file.txt', TEXT);
    await run('extractFile');
    assert.deepEqual(mentionsOf(api, editor), [...FOUND, 'Peop Mary Jones', 'Loc Chicago']);
    assert.equal(documentOf(api, editor).sentences.length, 3);
  });

  it('is one step to undo, makes no file beside the text, and leaves the text itself alone', async () => {
    const editor = await open('undone.txt', TEXT);
    await run('extractFile');
    const before = mentionsOf(api, editor);
    await run('undo');
    assert.deepEqual(mentionsOf(api, editor), []);
    assert.equal(api.services.decorations.shown(editor.document.uri.toString()), 0);
    await run('redo');
    assert.deepEqual(mentionsOf(api, editor), before);
    assert.equal(editor.document.isDirty, false);
    assert.equal(existsSync(inWorkspace('undone.txt.spangrid.json')), false);
  });

  it('again finds the same again, and adds nothing', async () => {
    const editor = await open('again.txt', TEXT);
    await run('extractFile');
    const before = documentOf(api, editor);
    await run('extractFile');
    assert.equal(documentOf(api, editor), before);
  });

  it('of a suggestion cleared away can be undone, too', async () => {
    const editor = await open('cleared.txt', TEXT);
    await run('extractFile');
    await run('clearSuggestions');
    assert.deepEqual(mentionsOf(api, editor), []);
    await run('undo');
    assert.equal(mentionsOf(api, editor).length, 5);
  });

  it('keeps annotations on their words while the text is typed in, and brings them back with the text’s own undo', async () => {
    const editor = await open('typing.txt', TEXT);
    await run('extractFile');
    const before = documentOf(api, editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Yesterday.\n'));
    assert.deepEqual(await hoveredWords(editor), ['John Smith', 'Boston', 'Washington Post', 'Mary Jones', 'Chicago']);
    await editor.edit((edit) => edit.delete(new vscode.Range(2, 0, 3, 0)));
    assert.deepEqual(await hoveredWords(editor), ['Mary Jones', 'Chicago']);
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), TEXT);
    assert.deepEqual(
      [...documentOf(api, editor).mentions.values()].map(({ spans }) => spans),
      [...before.mentions.values()].map(({ spans }) => spans),
    );
    assert.deepEqual(documentOf(api, editor).sentences, before.sentences);
  });

  for (const [name, content] of Object.entries({
    'CRLF line ends': TEXT.replaceAll('\n', '\r\n'),
    'mixed line ends': TEXT.replace('late.\n', 'late.\r\n'),
    'a byte order mark': `\uFEFF${TEXT}`,
    'emoji and combining marks': `👩‍👩‍👧 🇩🇪 “Café” is closed.\r\nJohn Smith 👍🏽 lives in Boston and works for the Washington Post.\r\n`,
    'right-to-left text': `ولد أحمد في القاهرة.\n\nJohn Smith lives in Boston and works for the Washington Post.\n`,
  })) {
    it(`puts mentions on their words in a text with ${name}`, async () => {
      const editor = await open(`${name.replaceAll(' ', '-')}.txt`, content);
      await run('extractFile');
      const words = await hoveredWords(editor);
      for (const word of ['John Smith', 'Boston', 'Washington Post']) assert.ok(words.includes(word), words.join());
      // An edit moves what lies behind it, whatever the line ends.
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'One line.\nTwo.\n'));
      assert.deepEqual(await hoveredWords(editor), words);
    });
  }

  it('works in a text that has no file, and says why its annotations cannot be saved where they cannot', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('spangrid-test', { provideTextDocumentContent: () => TEXT });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('spangrid-test:/read-only.txt'));
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    await run('extractFile');
    assert.equal(mentionsOf(api, editor).length, 5);
    const [message] = await reports(api, () => run('saveAnnotations'));
    assert.match(message ?? '', /^usage: .*beside a text's file.*Export them instead/);
    provider.dispose();
  });

  it('works in an untitled text', async () => {
    const document = await vscode.workspace.openTextDocument({ content: TEXT });
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    await run('extractFile');
    assert.equal(mentionsOf(api, editor).length, 5);
    assert.equal(api.services.decorations.shown(document.uri.toString()), 5);
  });

  it('says in the status bar which model worked, and on which device', async () => {
    await open('status.txt', TEXT);
    await run('extractFile');
    await until('the model rests', () => !api.services.models.status.isBusy);
    assert.match(api.statusBar.text, /(accurate|fast) · cpu/);
  });
});

/** The words under each hover of ours: what the editor itself makes of our offsets. */
async function hoveredWords(editor: vscode.TextEditor): Promise<readonly string[]> {
  const { document } = editor;
  const words: string[] = [];
  for (let line = 0; line < document.lineCount; line += 1) {
    for (let character = 0; character < document.lineAt(line).text.length; character += 1) {
      const hovers = await provided<vscode.Hover>('vscode.executeHoverProvider', document.uri, new vscode.Position(line, character));
      const range = hovers.find(({ contents }) =>
        contents.some((content) => content instanceof vscode.MarkdownString && content.value.includes('spangrid.showTable')),
      )?.range;
      if (range === undefined) continue;
      words.push(document.getText(range));
      character = range.end.character;
    }
  }
  return words;
}
