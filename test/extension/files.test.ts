import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SpangridApi } from '../../src/extension';
import { skip } from './skip';
import { closeAll, configure, documentOf, inWorkspace, mentionsOf, open, reports, run, spangrid, until } from './support';

const TEXT = 'John Smith lives in Boston.\nMary Jones lives in Chicago.\n';
const FOUND = ['Peop John Smith', 'Loc Boston', 'Peop Mary Jones', 'Loc Chicago'];

interface Sidecar {
  readonly format: string;
  readonly text: { readonly file: string; readonly sha256: string };
  readonly sentences: readonly { state: string }[];
  readonly mentions: readonly { readonly text: string; status: string }[];
}

describe('files', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await configure('annotationsDir', undefined);
    await configure('threshold', undefined);
    await closeAll();
  });

  const sidecar = (name: string): Sidecar => JSON.parse(readFileSync(inWorkspace(`${name}.spangrid.json`), 'utf8')) as Sidecar;
  const wordsIn = (name: string): readonly string[] => sidecar(name).mentions.map(({ text }) => text);
  /** Closes the text and waits until its annotations are let go. */
  const close = async (editor: vscode.TextEditor): Promise<void> => {
    const uri = editor.document.uri.toString();
    await closeAll();
    await until('the text is let go', () => api.services.store.get(uri) === undefined);
  };

  const activeInput = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

  describe('an export', () => {
    it('holds the tokens, entities and relations, with the types beside it', async () => {
      await open('export.txt', TEXT);
      await run('extractFile');
      const target = inWorkspace('export.json');
      const files = await run('exportConll04', vscode.Uri.file(target));
      assert.deepEqual(files, [target, inWorkspace('export_types.json')]);
      const [first] = JSON.parse(readFileSync(target, 'utf8')) as {
        tokens: string[];
        entities: { type: string; start: number; end: number }[];
        relations: object[];
      }[];
      assert.deepEqual(first!.tokens, ['John', 'Smith', 'lives', 'in', 'Boston', '.']);
      assert.deepEqual(
        first!.entities.map(({ type, start, end }) => [type, start, end]),
        [
          ['Peop', 0, 2],
          ['Loc', 4, 5],
        ],
      );
      assert.partialDeepStrictEqual(first!.relations, [{ type: 'Live_In', head: 0, tail: 1 }]);
      const types = JSON.parse(readFileSync(inWorkspace('export_types.json'), 'utf8')) as { entities: object; relations: object };
      assert.deepEqual(Object.keys(types.entities).sort(), ['Loc', 'Org', 'Other', 'Peop']);
      assert.equal(Object.keys(types.relations).length, 5);
    });

    it('leaves out what scores less than the threshold', async () => {
      await open('threshold.txt', TEXT);
      await run('extractFile');
      await configure('threshold', 1);
      await run('exportConll04', vscode.Uri.file(inWorkspace('threshold.json')));
      const sentences = JSON.parse(readFileSync(inWorkspace('threshold.json'), 'utf8')) as { entities: { score: number }[] }[];
      assert.equal(sentences.length, 2);
      for (const { entities } of sentences) for (const { score } of entities) assert.equal(score, 1);
    });
  });

  describe('an annotation file', () => {
    it('appears when annotations are saved, and is written again when they change', async () => {
      await open('saved.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      assert.equal(sidecar('saved.txt').format, 'spangrid');
      assert.equal(sidecar('saved.txt').text.file, 'saved.txt');
      assert.deepEqual(wordsIn('saved.txt'), ['John Smith', 'Boston', 'Mary Jones', 'Chicago']);
      await run('undo');
      await until('the file is written again', () => wordsIn('saved.txt').length === 0);
    });

    it('appears with a person’s first correction, not with an extraction', async () => {
      const editor = await open('corrected.txt', TEXT);
      await run('extractFile');
      await api.services.annotations.flush();
      assert.equal(existsSync(inWorkspace('corrected.txt.spangrid.json')), false);
      const [first] = [...documentOf(api, editor).mentions.values()];
      const next = { ...first!, status: 'accepted' as const };
      api.services.store.apply(editor.document.uri.toString(), { kind: 'mention', id: first!.id, previous: first, next });
      await until('the file is there', () => existsSync(inWorkspace('corrected.txt.spangrid.json')));
      assert.equal(sidecar('corrected.txt').mentions.filter(({ status }) => status === 'accepted').length, 1);
    });

    it('is read again when the text is opened again', async () => {
      const editor = await open('reopened.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      await close(editor);
      const again = await open('reopened.txt', TEXT);
      await until('the annotations are read', () => mentionsOf(api, again).length === 4);
      assert.deepEqual(mentionsOf(api, again), FOUND);
      assert.equal(api.services.decorations.shown(again.document.uri.toString()), 4);
    });

    it('follows the text: typing moves it, saving the text writes it', async () => {
      const editor = await open('followed.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      const before = sidecar('followed.txt').text.sha256;
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Yes. '));
      await editor.document.save();
      await until('the file names the new text', () => sidecar('followed.txt').text.sha256 !== before);
      await close(editor);
      const again = await open('followed.txt', `Yes. ${TEXT}`);
      await until('the annotations are read', () => mentionsOf(api, again).length === 4);
    });

    it('goes back to the text on disk when the text is closed unsaved', async () => {
      const editor = await open('unsaved.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      const before = readFileSync(inWorkspace('unsaved.txt.spangrid.json'), 'utf8');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'No. '));
      await run('undo');
      await run('redo');
      await until('it is written for the unsaved text', () => readFileSync(inWorkspace('unsaved.txt.spangrid.json'), 'utf8') !== before);
      await close(editor);
      await until('it is as it was', () => readFileSync(inWorkspace('unsaved.txt.spangrid.json'), 'utf8') === before);
    });

    it('that another program changed is read again', async () => {
      const editor = await open('changed.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      const other = sidecar('changed.txt');
      other.mentions[0]!.status = 'accepted';
      writeFileSync(inWorkspace('changed.txt.spangrid.json'), JSON.stringify(other));
      await until('the change is seen', () => [...documentOf(api, editor).mentions.values()].some(({ status }) => status === 'accepted'));
    });

    it('that is broken is reported and left as it is', async () => {
      const broken = '{"format":"spangrid","version":1,';
      writeFileSync(inWorkspace('broken.txt.spangrid.json'), broken);
      const messages = await reports(api, async () => {
        const editor = await open('broken.txt', TEXT);
        await api.services.annotations.restore(editor.document);
      });
      assert.match(messages.join(), /^annotation\.invalid: .*broken\.txt\.spangrid\.json/);
      await run('extractFile');
      assert.match((await reports(api, () => run('saveAnnotations'))).join(), /^annotation\.invalid: .*left as it is/);
      assert.equal(readFileSync(inWorkspace('broken.txt.spangrid.json'), 'utf8'), broken);
      // The tests share a workspace.
      rmSync(inWorkspace('broken.txt.spangrid.json'));
    });

    it('lies in the folder that the setting names', async () => {
      await configure('annotationsDir', 'notes/spans');
      await open('elsewhere.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      assert.equal(existsSync(inWorkspace('elsewhere.txt.spangrid.json')), false);
      assert.equal(existsSync(inWorkspace('notes/spans/elsewhere.txt.spangrid.json')), true);
    });

    it('is another when the setting changes: what was corrected stays in the one before, and the other is shown', async () => {
      const label = async (editor: vscode.TextEditor, endChar: number): Promise<void> => {
        await api.services.corrections.prepare(editor.document);
        api.services.corrections.apply(editor.document.uri, [{ kind: 'addMention', span: { startChar: 0, endChar }, type: 'Peop' }]);
      };
      await configure('annotationsDir', 'by/ada');
      const editor = await open('place.txt', TEXT);
      await label(editor, 4);
      await configure('annotationsDir', 'by/bea');
      await until('nothing of the one before is shown', () => mentionsOf(api, editor).length === 0);
      assert.match(readFileSync(inWorkspace('by/ada/place.txt.spangrid.json'), 'utf8'), /"text":"John","/);
      await label(editor, 10);
      await configure('annotationsDir', 'by/ada');
      await until('the first is shown again', () => mentionsOf(api, editor).join() === 'Peop John');
      assert.match(readFileSync(inWorkspace('by/bea/place.txt.spangrid.json'), 'utf8'), /"text":"John Smith","/);
      rmSync(inWorkspace('by'), { recursive: true });
    });

    it('opens as the table of its text; a comparison shows it as text', async () => {
      const editor = await open('table.txt', TEXT);
      await run('extractFile');
      await run('saveAnnotations');
      const file = vscode.Uri.file(inWorkspace('table.txt.spangrid.json'));
      await vscode.commands.executeCommand('vscode.open', file);
      const view = await until('the table is open', () => api.annotationEditor.views[0]);
      await until('it shows the text', () => view.uri?.toString() === editor.document.uri.toString());
      await until('it is the active tab', () => activeInput() instanceof vscode.TabInputCustom);
      await closeAll();
      const copy = vscode.Uri.file(inWorkspace('copy.spangrid.json'));
      writeFileSync(copy.fsPath, readFileSync(file.fsPath));
      await vscode.commands.executeCommand('vscode.diff', file, copy);
      await until('the comparison is the active tab', () => activeInput() instanceof vscode.TabInputTextDiff);
    });
  });

  it('a version of an annotation file that is no file is shown from its own content', async () => {
    const editor = await open('version.txt', TEXT);
    await run('extractFile');
    await run('saveAnnotations');
    const content = readFileSync(inWorkspace('version.txt.spangrid.json'), 'utf8').replaceAll('"Peop"', '"Hero"');
    const provider = vscode.workspace.registerTextDocumentContentProvider('spangrid-version', {
      provideTextDocumentContent: ({ path }) => (path.endsWith('.json') ? content : TEXT),
    });
    const file = vscode.Uri.parse('spangrid-version:/version.txt.spangrid.json');
    await vscode.commands.executeCommand('vscode.openWith', file, 'spangrid.table');
    const shown = await until('its annotations are there', () => api.services.store.get('spangrid-version:/version.txt'));
    assert.ok([...shown.document.mentions.values()].some(({ type }) => type === 'Hero'));
    assert.ok(Object.hasOwn(shown.schema.entities, 'Hero'));
    assert.deepEqual(mentionsOf(api, editor), FOUND);
    provider.dispose();
  });

  it('a version of annotations in the folder that the setting names is shown over its text, found again where that is another', async () => {
    const editor = await open('mirrored.txt', TEXT);
    await run('extractFile');
    await run('saveAnnotations');
    const content = readFileSync(inWorkspace('mirrored.txt.spangrid.json'), 'utf8');
    await configure('annotationsDir', 'by/ada');
    const version = `It rained.\n${TEXT}`;
    const provider = vscode.workspace.registerTextDocumentContentProvider('spangrid-mirrored', {
      provideTextDocumentContent: ({ path }) => (path.endsWith('.json') ? content : version),
    });
    const file = vscode.Uri.from({
      scheme: 'spangrid-mirrored',
      path: vscode.Uri.file(inWorkspace('by/ada/mirrored.txt.spangrid.json')).path,
    });
    await vscode.commands.executeCommand('vscode.openWith', file, 'spangrid.table');
    const text = file.with({ path: editor.document.uri.path }).toString();
    const shown = await until('its annotations are there', () => api.services.store.get(text));
    assert.deepEqual(
      Array.from(shown.document.mentions.values(), ({ spans: [span] }) => version.slice(span?.startChar, span?.endChar)).sort(),
      ['Boston', 'Chicago', 'John Smith', 'Mary Jones'],
    );
    provider.dispose();
  });

  it('an untitled text gets a file first when its annotations are saved', async function () {
    if (vscode.env.uiKind === vscode.UIKind.Desktop) skip(this, 'a test cannot press the button of the system’s own save dialog');
    const document = await vscode.workspace.openTextDocument({ content: TEXT });
    await vscode.window.showTextDocument(document);
    await run('extractFile');
    let saved: string | undefined;
    const saving = Promise.resolve(run('saveAnnotations')).then((path) => (saved = path as string));
    await until('the dialog with its proposed name is accepted', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return saved !== undefined;
    });
    await saving;
    const editor = vscode.window.activeTextEditor;
    assert.equal(saved, `${editor?.document.uri.fsPath ?? ''}.spangrid.json`);
    const written = JSON.parse(readFileSync(saved, 'utf8')) as Sidecar;
    assert.deepEqual(
      written.mentions.map(({ text }) => text),
      ['John Smith', 'Boston', 'Mary Jones', 'Chicago'],
    );
    assert.ok(editor);
    assert.deepEqual(mentionsOf(api, editor), FOUND);
  });

  it('what was only extracted comes back when the text is opened again, without a file beside it', async () => {
    const editor = await open('kept.txt', TEXT);
    await run('extractFile');
    await close(editor);
    const again = await open('kept.txt', TEXT);
    await until('the suggestions are back', () => mentionsOf(api, again).length === 4);
    assert.equal(existsSync(inWorkspace('kept.txt.spangrid.json')), false);
  });
});
