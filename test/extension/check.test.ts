import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Mention, SentenceState } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import type { SpangridApi } from '../../src/extension';
import { segment } from '../../src/text/segment';
import { closeAll, codeOf, inWorkspace, mentionsOf, open, provided, run, spangrid, until } from './support';

const TEXT = 'Ann Lee met Bob in Springfield, Ohio.\nThey left Ohio, and Springfield, by car.\n';

describe('problems in annotations', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  const made = new Set<string>();
  afterEach(async () => {
    await closeAll();
    for (const name of made) rmSync(inWorkspace(name), { force: true });
    made.clear();
  });

  function write(name: string, content: string): void {
    writeFileSync(inWorkspace(name), content);
    made.add(name);
  }

  /** Writes a text with these mentions, [words, type, where to look for them from], beside it. */
  function annotate(
    name: string,
    words: readonly (readonly [string, string, number?])[],
    state: SentenceState = 'done',
    text = TEXT,
  ): void {
    const mentions = words.map(([word, type, from], index): [string, Mention] => {
      const startChar = text.indexOf(word, from);
      const id = `${'abcdefgh'[index]!.repeat(7)}a`;
      return [id, makeMention(text, id, type, [{ startChar, endChar: startChar + word.length }], 'accepted')];
    });
    const sentences = segment(text).map((sentence) => ({ ...sentence, state }));
    write(name, text);
    write(
      `${name}.spangrid.json`,
      toJson({ text: textReference(name, text), sentences, mentions: new Map(mentions), relations: new Map() }),
    );
  }

  const at = (name: string): vscode.Uri => vscode.Uri.file(inWorkspace(name));
  const problems = (name: string): readonly vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(at(name)).filter(({ source }) => source === 'Spangrid');
  const codes = (name: string): readonly string[] => problems(name).map(codeOf);

  async function actions(name: string, range: vscode.Range): Promise<readonly vscode.CodeAction[]> {
    return provided<vscode.CodeAction>('vscode.executeCodeActionProvider', at(name), range, 'quickfix');
  }

  async function perform(name: string, title: string, range: vscode.Range): Promise<void> {
    const found = await until(`there is "${title}"`, async () => (await actions(name, range)).find((action) => action.title === title));
    await vscode.commands.executeCommand(found.command!.command, ...(found.command!.arguments as unknown[]));
  }

  it('are listed with their severity and what explains them, and can be fixed one by one or all of a kind', async () => {
    annotate('edges.txt', [
      ['Ann Lee', 'Peop'],
      ['Springfield,', 'Loc'],
      ['Ohio.', 'Loc'],
      ['Ohio,', 'Loc'],
      ['Springf', 'Loc', 45],
    ]);
    const editor = await open('edges.txt', TEXT);
    await until('they are listed', () => codes('edges.txt').length === 4);
    assert.deepEqual(codes('edges.txt'), ['edge-punctuation', 'edge-punctuation', 'edge-punctuation', 'token-boundary']);
    const [first] = problems('edges.txt');
    assert.ok(first);
    assert.deepEqual([first.message, first.severity], ["'Springfield,' (Loc) ends with ,", vscode.DiagnosticSeverity.Warning]);
    assert.deepEqual([first.range.start.character, first.range.end.character], [19, 31]);
    const target = typeof first.code === 'object' ? first.code.target : assert.fail('no link');
    const page = await vscode.workspace.openTextDocument(target.with({ fragment: '' }));
    assert.equal(page.lineAt(Number(target.fragment.slice(1)) - 1).text, '## edge-punctuation');

    await perform('edges.txt', "Trim to 'Springfield'", first.range);
    await until('one is gone', () => codes('edges.txt').length === 3);
    const [second] = problems('edges.txt');
    await perform('edges.txt', "Fix all 2 of this kind (edge-punctuation): Trim to 'Ohio' …", second!.range);
    await until('all of the kind are gone', () => codes('edges.txt').join() === 'token-boundary');
    await perform('edges.txt', "Widen to 'Springfield'", problems('edges.txt')[0]!.range);
    await until('nothing is left', () => codes('edges.txt').length === 0);
    const fixed = ['Peop Ann Lee', 'Loc Springfield', 'Loc Ohio', 'Loc Ohio', 'Loc Springfield'];
    assert.deepEqual(mentionsOf(api, editor), fixed);
    // Both of the kind were one step.
    api.services.store.undo(at('edges.txt').toString());
    api.services.store.undo(at('edges.txt').toString());
    await until('they are back', () => codes('edges.txt').length === 3);
  });

  it('are found by comparison with texts that are not open, and follow what changes in either', async () => {
    annotate('known.txt', [
      ['Springfield', 'Loc'],
      ['Springfield', 'Loc', 45],
      ['Bob', 'Peop'],
    ]);
    annotate('other.txt', [
      ['Springfield', 'Org'],
      ['Bob', 'Peop'],
    ]);
    await until('both are listed', () => codes('other.txt').join() === 'inconsistent-type,unlabelled-repeat');
    const [inconsistent] = problems('other.txt');
    assert.equal(inconsistent?.message, "'Springfield' is Org here, and Loc in 2 other places");
    assert.equal(inconsistent.severity, vscode.DiagnosticSeverity.Information);
    assert.equal(inconsistent.relatedInformation?.[0]?.location.uri.fsPath, inWorkspace('known.txt'));
    assert.deepEqual(codes('known.txt'), []);

    const editor = await open('other.txt', TEXT);
    await until('its annotations are read', () => mentionsOf(api, editor).length === 2);
    await perform('other.txt', 'Change the type to Loc', inconsistent.range);
    await until('one is left', () => codes('other.txt').join() === 'unlabelled-repeat');
    await perform('other.txt', "Label 'Springfield' as Loc", problems('other.txt')[0]!.range);
    await until('none is left', () => codes('other.txt').length === 0);
    assert.deepEqual(mentionsOf(api, editor), ['Peop Bob', 'Loc Springfield', 'Loc Springfield']);

    // Someone else changes the text that is not open: now that one is the odd one out.
    annotate('known.txt', [
      ['Springfield', 'Org'],
      ['Bob', 'Peop'],
    ]);
    await until('it is found there', () => codes('known.txt').join() === 'inconsistent-type,unlabelled-repeat');
    rmSync(inWorkspace('known.txt.spangrid.json'));
    await until('with its annotations they are gone', () => codes('known.txt').length === 0);
  });

  it('are what the project file says they are, and are not there where it turns a rule off', async () => {
    const config = (check: object): void => {
      write('spangrid.config.json', JSON.stringify({ entities: { Peop: {}, Loc: {} }, check }));
    };
    annotate('levels.txt', [
      ['Ann Lee', 'Person'],
      ['Ohio.', 'loc'],
    ]);
    config({ 'edge-punctuation': 'error' });
    await open('levels.txt', TEXT);
    const listed = (): string =>
      problems('levels.txt')
        .map((problem) => `${codeOf(problem)} ${vscode.DiagnosticSeverity[problem.severity]}`)
        .sort()
        .join();
    await until('the file holds', () => listed() === 'edge-punctuation Error,unknown-type Error,unknown-type Error');
    await perform('levels.txt', 'Change the type to Loc', problems('levels.txt').at(-1)!.range);
    await until('the type is one of the file', () => listed() === 'edge-punctuation Error,unknown-type Error');
    config({ 'edge-punctuation': 'off', 'unknown-type': 'info' });
    await until('it is taken up', () => listed() === 'unknown-type Information');
    rmSync(inWorkspace('spangrid.config.json'));
    await until('without a file nothing is said of types', () => listed() === 'edge-punctuation Warning');
  });

  it('come and go with corrections and with what is typed', async () => {
    annotate('typed.txt', [['Ohio', 'Loc']], 'in-progress');
    const editor = await open('typed.txt', TEXT);
    await until('its annotations are read', () => mentionsOf(api, editor).length === 1);
    const uri = at('typed.txt').toString();
    const startChar = TEXT.indexOf('Springfield, Ohio');
    await run('correct', uri, [{ kind: 'addMention', span: { startChar, endChar: startChar + 12 }, type: 'Loc' }]);
    await until('the comma is found', () => codes('typed.txt').join() === 'edge-punctuation');
    assert.ok(await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Today\n')));
    await until('it moves with the words', () => problems('typed.txt')[0]?.range.start.line === 1);
    api.services.store.undo(uri);
    await until('it is gone', () => codes('typed.txt').length === 0);
  });
});
