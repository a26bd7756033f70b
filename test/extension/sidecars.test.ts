import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Mention } from '../../src/annotation/document';
import { fromJson, toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import type { SpangridApi } from '../../src/extension';
import { AnnotationStore } from '../../src/files/annotationStore';
import { segment } from '../../src/text/segment';
import { skip } from './skip';
import { closeAll, codeOf, configure, documentOf, inWorkspace, open, provided, reports, spangrid, until } from './support';

const TEXT = 'John Smith lives in Boston.\nMary Jones lives in Chicago.\n';

describe('annotation files', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await configure('annotationsDir', undefined);
    await closeAll();
  });

  const sidecar = (name: string): string => inWorkspace(`${name}.spangrid.json`);
  const written = (name: string): ReturnType<typeof documentOf> => fromJson(readFileSync(sidecar(name), 'utf8'), name).document;
  const types = (mentions: ReadonlyMap<string, Mention>): Record<string, string> =>
    Object.fromEntries([...mentions.values()].map(({ text, type }) => [text, type]));

  /** Writes an annotation file with these mentions, all of type Any, over a text. */
  function annotate(name: string, words: readonly string[], text = TEXT, path = sidecar(name)): void {
    const mentions = words.map((word, index) => {
      const startChar = text.indexOf(word);
      return makeMention(text, `${'abcdefgh'[index]!.repeat(7)}a`, 'Any', [{ startChar, endChar: startChar + word.length }], 'accepted');
    });
    const sentences = segment(text).map((sentence) => ({ ...sentence, state: 'done' as const }));
    const byId = new Map(mentions.map((mention) => [mention.id, mention]));
    writeFileSync(path, toJson({ text: textReference(name, text), sentences, mentions: byId, relations: new Map() }));
  }

  /** Changes the type of the mention of these words, as a person does. */
  function setType(editor: vscode.TextEditor, words: string, type: string): void {
    const mention = [...documentOf(api, editor).mentions.values()].find(({ text }) => text === words);
    assert.ok(mention);
    const next = { ...mention, type };
    api.services.store.apply(editor.document.uri.toString(), { kind: 'mention', id: mention.id, previous: mention, next });
  }

  const opened = async (name: string, text = TEXT): Promise<vscode.TextEditor> => {
    const editor = await open(name, text);
    await api.services.annotations.restore(editor.document);
    return editor;
  };

  describe('when the text was changed elsewhere', () => {
    it('find their mentions again; what is lost stands among the problems, and can be put somewhere or deleted', async () => {
      annotate('elsewhere.txt', ['John Smith', 'Boston', 'Chicago']);
      const editor = await opened('elsewhere.txt', `Today: ${TEXT.replace('Boston', 'Bostn').replace('Chicago', 'Paris')}`);
      const { uri } = editor.document;
      const { mentions } = documentOf(api, editor);
      assert.equal(editor.document.getText().indexOf('John Smith'), [...mentions.values()][0]!.spans[0]!.startChar);
      const problems = (): vscode.Diagnostic[] =>
        vscode.languages.getDiagnostics(uri).filter((problem) => codeOf(problem) === 'stale-anchor');
      await until('two are lost', () => problems().length === 2);
      assert.match(
        problems()
          .map(({ message }) => message)
          .join(),
        /'Boston' \(Any\).*'Chicago' \(Any\)/s,
      );

      const fixes = async (range: vscode.Range): Promise<readonly vscode.CodeAction[]> =>
        await provided<vscode.CodeAction>('vscode.executeCodeActionProvider', uri, range, 'quickfix');
      const perform = async (title: string, range: vscode.Range): Promise<void> => {
        const actions = await fixes(range);
        const { command } =
          actions.find((action) => action.title === title) ?? assert.fail(actions.map((action) => action.title).join('\n'));
        await vscode.commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));
      };
      await perform("Put it at line 1: 'Bostn'", editor.document.lineAt(0).range);
      await until('one is left', () => problems().length === 1);
      assert.deepEqual(types(documentOf(api, editor).mentions), { 'John Smith': 'Any', Bostn: 'Any', Chicago: 'Any' });
      const mary = editor.document.getText().indexOf('Mary');
      await perform(
        "Put the lost 'Chicago' (Any) at the selection",
        new vscode.Range(editor.document.positionAt(mary), editor.document.positionAt(mary + 4)),
      );
      await until('none is left', () => problems().length === 0);
      await until('it is written', () => existsSync(sidecar('elsewhere.txt')) && 'Mary' in types(written('elsewhere.txt').mentions));
    });

    it('keep a lost mention until it is deleted', async () => {
      annotate('deleted.txt', ['Boston']);
      const editor = await opened('deleted.txt', 'Nobody lives there.\n');
      const { uri } = editor.document;
      await until('it is lost', () => vscode.languages.getDiagnostics(uri).some((problem) => codeOf(problem) === 'stale-anchor'));
      const actions = await provided<vscode.CodeAction>(
        'vscode.executeCodeActionProvider',
        uri,
        editor.document.lineAt(0).range,
        'quickfix',
      );
      const { command } = actions.find(({ title }) => title === "Delete the lost 'Boston' (Any)")!;
      await vscode.commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));
      await until('it is gone', () => vscode.languages.getDiagnostics(uri).length === 0);
      assert.equal(documentOf(api, editor).mentions.size, 0);
    });
  });

  describe('when someone else changes them, too', () => {
    /** What another window would write, which read the file when we did. */
    async function elsewhere(name: string, change: (mention: Mention) => Mention): Promise<string> {
      const { document } = (await new AnnotationStore(sidecar(name)).load(TEXT))!;
      return toJson({ ...document, mentions: new Map([...document.mentions].map(([id, mention]) => [id, change(mention)])) });
    }

    it('both changes are kept, here and in the file, and the steps to undo with them', async () => {
      annotate('both.txt', ['John Smith', 'Boston']);
      const editor = await opened('both.txt');
      const theirs = await elsewhere('both.txt', (mention) => (mention.text === 'Boston' ? { ...mention, type: 'Loc' } : mention));
      // At once, so that ours is not written yet.
      setType(editor, 'John Smith', 'Peop');
      writeFileSync(sidecar('both.txt'), theirs);
      const both = { 'John Smith': 'Peop', Boston: 'Loc' };
      await until(
        'both are here',
        () => documentOf(api, editor).mentions.size === 2 && types(documentOf(api, editor).mentions)['Boston'] === 'Loc',
      );
      await until('both are in the file', () => types(written('both.txt').mentions)['John Smith'] === 'Peop');
      assert.deepEqual([types(documentOf(api, editor).mentions), types(written('both.txt').mentions)], [both, both]);
      api.services.store.undo(editor.document.uri.toString());
      assert.deepEqual(types(documentOf(api, editor).mentions), { 'John Smith': 'Any', Boston: 'Loc' });
    });

    it('what does not fit is said, and kept on both sides; the step to undo is dropped', async () => {
      annotate('conflict.txt', ['John Smith', 'Boston']);
      const editor = await opened('conflict.txt');
      const theirs = await elsewhere('conflict.txt', (mention) => (mention.text === 'Boston' ? { ...mention, type: 'Loc' } : mention));
      const messages = await reports(api, async () => {
        setType(editor, 'Boston', 'Org');
        writeFileSync(sidecar('conflict.txt'), theirs);
        await until('both are in the file', () => written('conflict.txt').mentions.size === 3);
      });
      assert.match(
        messages.join('\n'),
        /^annotation\.conflict: conflict\.txt.*Both changes are kept.*Loc 'Boston' elsewhere, Org 'Boston' here.*One step can no longer be undone/,
      );
      const boston = [...written('conflict.txt').mentions.values()].filter(({ text }) => text === 'Boston');
      assert.deepEqual(boston.map(({ type, status, discuss }) => [type, status, discuss]).sort(), [
        ['Loc', 'suggested', true],
        ['Org', 'suggested', true],
      ]);
      assert.equal(api.services.store.undoLabel(editor.document.uri.toString()), undefined);
    });

    it('a file that is deleted is written again with the next change', async () => {
      annotate('removed.txt', ['John Smith', 'Boston']);
      const editor = await opened('removed.txt');
      rmSync(sidecar('removed.txt'));
      await until('it is noticed', () => api.services.store.saved(editor.document.uri.toString()) === undefined);
      setType(editor, 'Boston', 'Loc');
      await until('it is there again', () => existsSync(sidecar('removed.txt')));
      assert.deepEqual(types(written('removed.txt').mentions), { 'John Smith': 'Any', Boston: 'Loc' });
    });
  });

  describe('when they cannot be written', () => {
    it('the reason is shown once, the work stays and is written as soon as it can be', async function () {
      if (process.platform === 'win32') skip(this, 'links need a privilege on Windows');
      const editor = await opened('stuck.txt');
      // A link into a folder that does not exist: no file, and none can be made.
      symlinkSync(inWorkspace('missing/stuck.json'), sidecar('stuck.txt'));
      await api.services.annotations.begin(editor.document);
      const uri = editor.document.uri.toString();
      const add = (word: string, id: string): void => {
        const startChar = TEXT.indexOf(word);
        const next = makeMention(TEXT, id, 'Loc', [{ startChar, endChar: startChar + word.length }], 'accepted');
        api.services.store.apply(uri, { kind: 'mention', id, previous: undefined, next });
      };
      const messages: string[] = [];
      const listening = api.services.reporter.onDidReport(({ code, message }) => messages.push(`${code}: ${message}`));
      add('Boston', 'aaaaaaaa');
      await until('the reason is shown', () => messages.length > 0);
      add('Chicago', 'bbbbbbbb');
      await api.services.annotations.flush();
      await api.services.annotations.flush();
      listening.dispose();
      assert.equal(messages.length, 1, messages.join('\n'));
      assert.match(messages[0]!, /^file\.unwritable: .*stuck\.txt\.spangrid\.json could not be written: its folder does not exist/);
      await closeAll();
      mkdirSync(inWorkspace('missing'));
      await until('it is written', () => existsSync(inWorkspace('missing/stuck.json')));
      assert.deepEqual(types(written('stuck.txt').mentions), { Boston: 'Loc', Chicago: 'Loc' });
      await until('the closed text is let go', () => api.services.store.get(uri) === undefined);
    });
  });

  describe('when texts are renamed, moved or deleted in the editor', () => {
    const at = (name: string): vscode.Uri => vscode.Uri.file(inWorkspace(name));
    async function rename(from: string, to: string): Promise<void> {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(at(from), at(to));
      assert.ok(await vscode.workspace.applyEdit(edit));
    }

    it('an open text keeps its annotations, with the steps to undo', async () => {
      annotate('old.txt', ['John Smith', 'Boston']);
      const editor = await opened('old.txt');
      setType(editor, 'Boston', 'Loc');
      await rename('old.txt', 'new.txt');
      await until('they have moved', () => existsSync(sidecar('new.txt')) && !existsSync(sidecar('old.txt')));
      await until('the file names its text', () => written('new.txt').text.file === 'new.txt');
      assert.deepEqual(types(written('new.txt').mentions), { 'John Smith': 'Any', Boston: 'Loc' });
      const uri = at('new.txt').toString();
      await until('the text is shown at its new place', () => api.services.store.get(uri));
      await until('the step is there', () => api.services.store.undoLabel(uri) === "change type of 'Boston'");
      api.services.store.undo(uri);
      await until('it is written', () => types(written('new.txt').mentions)['Boston'] === 'Any');
      assert.equal(existsSync(sidecar('old.txt')), false);
    });

    it('a text that is not open does, too; one whose annotations move by themselves is not moved twice', async () => {
      for (const name of ['one.txt', 'two.txt']) {
        writeFileSync(inWorkspace(name), TEXT);
        annotate(name, ['Boston']);
      }
      await rename('one.txt', 'first.txt');
      assert.deepEqual([existsSync(sidecar('one.txt')), existsSync(sidecar('first.txt'))], [false, true]);
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(at('two.txt'), at('second.txt'));
      edit.renameFile(at('two.txt.spangrid.json'), at('second.txt.spangrid.json'));
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.deepEqual([existsSync(sidecar('two.txt')), existsSync(sidecar('second.txt'))], [false, true]);
      await until('the file names its text', () => written('second.txt').text.file === 'second.txt');
    });

    it('a folder does, beside its texts and in a folder of annotations', async () => {
      mkdirSync(inWorkspace('texts/deep'), { recursive: true });
      writeFileSync(inWorkspace('texts/deep/a.txt'), TEXT);
      annotate('a.txt', ['Boston'], TEXT, sidecar('texts/deep/a.txt'));
      await rename('texts', 'moved');
      assert.ok(existsSync(sidecar('moved/deep/a.txt')));

      await configure('annotationsDir', 'spans');
      mkdirSync(inWorkspace('spans/moved/deep'), { recursive: true });
      annotate('a.txt', ['Chicago'], TEXT, sidecar('spans/moved/deep/a.txt'));
      await rename('moved', 'again');
      assert.deepEqual([existsSync(sidecar('spans/moved/deep/a.txt')), existsSync(sidecar('spans/again/deep/a.txt'))], [false, true]);
      await rename('again/deep/a.txt', 'again/b.txt');
      assert.ok(existsSync(sidecar('spans/again/b.txt')));
      await until('the file names its text', () => written('spans/again/b.txt').text.file === 'b.txt');
    });

    it('annotations that stand at the new place already are not written over', async () => {
      writeFileSync(inWorkspace('source.txt'), TEXT);
      annotate('source.txt', ['Boston']);
      annotate('target.txt', ['Chicago']);
      const messages = await reports(api, () => rename('source.txt', 'target.txt'));
      assert.match(messages.join(), /^annotation\.conflict: .*target\.txt\.spangrid\.json is there already/);
      assert.deepEqual(
        [types(written('source.txt').mentions), types(written('target.txt').mentions)],
        [{ Boston: 'Any' }, { Chicago: 'Any' }],
      );
    });

    it('a deleted text takes its annotations along, and undo brings both back', async () => {
      writeFileSync(inWorkspace('gone.txt'), TEXT);
      annotate('gone.txt', ['Boston']);
      const explorer = vscode.workspace.getConfiguration('explorer');
      // Tests may not show dialogs.
      await explorer.update('confirmDelete', false, vscode.ConfigurationTarget.Workspace);
      await explorer.update('confirmUndo', 'light', vscode.ConfigurationTarget.Workspace);
      await vscode.commands.executeCommand('revealInExplorer', at('gone.txt'));
      const isThere = (): readonly boolean[] => [existsSync(inWorkspace('gone.txt')), existsSync(sidecar('gone.txt'))];
      await until('both are gone', async () => {
        await vscode.commands.executeCommand('workbench.files.action.focusFilesExplorer');
        await vscode.commands.executeCommand('deleteFile');
        return !isThere().includes(true);
      });
      await until('both are back', async () => {
        await vscode.commands.executeCommand('workbench.files.action.focusFilesExplorer');
        await vscode.commands.executeCommand('undo');
        return !isThere().includes(false);
      });
      assert.deepEqual(types(written('gone.txt').mentions), { Boston: 'Any' });
    });
  });

  it('a file whose text is gone says so, and is left as it is', async () => {
    annotate('orphan.txt', ['Boston']);
    const content = readFileSync(sidecar('orphan.txt'), 'utf8');
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(sidecar('orphan.txt')), 'spangrid.table');
    const view = await until('the table is open', () => api.annotationEditor.views[0]);
    await until('it says why it is empty', () => view.failure);
    assert.match(view.failure ?? '', /orphan\.txt, is not there/);
    assert.equal(readFileSync(sidecar('orphan.txt'), 'utf8'), content);
  });
});
