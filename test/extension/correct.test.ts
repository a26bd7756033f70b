import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { AnnotationDocument } from '../../src/annotation/document';
import type { SpangridApi } from '../../src/extension';
import { closeAll, configure, documentOf, inWorkspace, mentionsOf, open, provided, reports, run, select, spangrid, until } from './support';

const TEXT = 'The mayor was late.\nJohn Smith lives in Boston and works for the Washington Post.\nMary Jones lives in Chicago.\n';
const WORDS = { john: 'John Smith', boston: 'Boston', post: 'Washington Post', mary: 'Mary Jones', chicago: 'Chicago' };

describe('correcting in the text', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined && api.annotateMode.has(editor.document.uri)) await run('annotate');
    await closeAll();
  });

  const now = (editor: vscode.TextEditor): AnnotationDocument => documentOf(api, editor);
  const relationsOf = (editor: vscode.TextEditor): readonly string[] => {
    const { mentions, relations } = now(editor);
    return [...relations.values()]
      .filter(({ status }) => status !== 'rejected')
      .map(({ type, head, tail }) => `${mentions.get(head)!.text} ${type} ${mentions.get(tail)!.text}`)
      .sort();
  };
  const statusOf = (editor: vscode.TextEditor, words: string): string | undefined =>
    [...now(editor).mentions.values()].find(({ text }) => text === words)?.status;
  const stateOf = (editor: vscode.TextEditor, sentence: number): string | undefined => now(editor).sentences[sentence]?.state;
  const keyOf = (editor: vscode.TextEditor, kind: 'entities' | 'relations', type: string): string => {
    const key = api.services.store.get(editor.document.uri.toString())?.schema[kind][type]?.key;
    assert.ok(key, `${type} has no key`);
    return key;
  };
  const cursorIn = (editor: vscode.TextEditor, words: string): void => {
    const at = editor.document.positionAt(editor.document.getText().indexOf(words) + 1);
    editor.selection = new vscode.Selection(at, at);
  };
  const wordsAt = (editor: vscode.TextEditor): string =>
    editor.document.getText(editor.document.getWordRangeAtPosition(editor.selection.active));
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await run('annotateKey', key);
  };
  /** A text in which the model has found what it finds, so that the types are known. */
  const extracted = async (name: string): Promise<vscode.TextEditor> => {
    const editor = await open(name, TEXT);
    await run('extractFile');
    return editor;
  };
  const annotating = async (name: string): Promise<vscode.TextEditor> => {
    const editor = await extracted(name);
    await run('annotate');
    return editor;
  };

  describe('in annotate mode', () => {
    it('is shown in the status bar, keeps the text from being typed in, and lets it be typed in again when it is left', async () => {
      const editor = await open('mode.txt', TEXT);
      await run('extractFile');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Once. '));
      await run('annotate');
      assert.equal(editor.document.isDirty, false, 'an unsaved text is saved first');
      assert.match(api.annotateMode.text, /Annotate: 0 of 4 done, this one new/);
      const text = editor.document.getText();
      await vscode.commands.executeCommand('type', { text: 'zzz' });
      assert.equal(editor.document.getText(), text);
      await press('escape');
      assert.equal(api.annotateMode.text, '');
      await vscode.commands.executeCommand('type', { text: 'z' });
      await until('typing works again', () => editor.document.getText() !== text);
    });

    it('makes a mention of whole words by a type’s key, of the word at a cursor, too, and changes the type of a mention', async () => {
      const editor = await annotating('mark.txt');
      const [person, place] = [keyOf(editor, 'entities', 'Peop'), keyOf(editor, 'entities', 'Loc')];
      select(editor, 'he mayo');
      await press(person);
      assert.ok(mentionsOf(api, editor).includes('Peop The mayor'), mentionsOf(api, editor).join());
      cursorIn(editor, 'late');
      await press(place);
      assert.ok(mentionsOf(api, editor).includes('Loc late'), mentionsOf(api, editor).join());
      await press(person);
      assert.ok(mentionsOf(api, editor).includes('Peop late'), 'the next key is about the mention that was just made');
      assert.equal(statusOf(editor, 'late'), 'accepted');
      assert.equal(stateOf(editor, 0), 'in-progress');
    });

    it('gives what several cursors select a type in one step, which one undo takes back', async () => {
      const editor = await annotating('cursors.txt');
      const before = now(editor);
      const at = (words: string): vscode.Selection => {
        select(editor, words);
        return editor.selection;
      };
      editor.selections = [at('mayor'), at('Smith lives'), at('Mary')];
      await press(keyOf(editor, 'entities', 'Org'));
      const marked = mentionsOf(api, editor).filter((mention) => mention.startsWith('Org'));
      assert.deepEqual(marked, ['Org mayor', 'Org Smith lives', 'Org Washington Post', 'Org Mary']);
      await run('undo');
      assert.deepEqual(mentionsOf(api, editor), ['Peop John Smith', 'Loc Boston', 'Org Washington Post', 'Peop Mary Jones', 'Loc Chicago']);
      assert.deepEqual(now(editor).sentences, before.sentences);
    });

    it('relates a mention to the one that is gone to, by a key of the relation’s type', async () => {
      const editor = await annotating('relate.txt');
      await press('delete');
      cursorIn(editor, WORDS.boston);
      await press('e');
      assert.match(api.annotateMode.text, /Relate 'Boston' to …/);
      await press('shift+tab');
      assert.match(api.annotateMode.text, /Relate 'Boston' to 'John Smith'/);
      await press('escape');
      assert.doesNotMatch(api.annotateMode.text, /Relate/);
      assert.ok(api.annotateMode.text, 'the first Escape leaves relating, not the mode');
      cursorIn(editor, WORDS.mary);
      await press('e', 'tab', keyOf(editor, 'relations', 'Work_For'));
      assert.deepEqual(
        relationsOf(editor).filter((relation) => relation.includes('Mary')),
        ['Mary Jones Live_In Chicago'],
        'a person does not work for a place',
      );
      await press('escape');
      cursorIn(editor, WORDS.mary);
      await press(keyOf(editor, 'entities', 'Loc'), 'e', 'tab', keyOf(editor, 'relations', 'Located_In'));
      assert.ok(relationsOf(editor).includes('Mary Jones Located_In Chicago'), relationsOf(editor).join());
      assert.equal(statusOf(editor, 'Chicago'), 'accepted', 'whoever accepts a relation accepts its mentions');
      await press('r');
      assert.ok(relationsOf(editor).includes('Chicago Located_In Mary Jones'), relationsOf(editor).join());
    });

    it('takes the only type of relation that fits at once', async () => {
      const editor = await annotating('only.txt');
      select(editor, 'Mary Jones lives');
      await press(keyOf(editor, 'entities', 'Loc'));
      await press('e', 'tab', 'e');
      assert.ok(relationsOf(editor).includes('Mary Jones lives Located_In Chicago'), relationsOf(editor).join());
    });

    it('accepts, rejects, flags, widens, narrows and deletes the mention at the cursor', async () => {
      const editor = await annotating('decide.txt');
      cursorIn(editor, WORDS.boston);
      await press('a');
      assert.equal(statusOf(editor, 'Boston'), 'accepted');
      await press('f');
      assert.equal([...now(editor).mentions.values()].find(({ text }) => text === 'Boston')?.discuss, true);
      await press(']', '[');
      assert.ok(mentionsOf(api, editor).includes('Loc in Boston and'), mentionsOf(api, editor).join());
      await press('}', '{');
      assert.ok(mentionsOf(api, editor).includes('Loc Boston'), mentionsOf(api, editor).join());
      cursorIn(editor, WORDS.chicago);
      await press('x');
      assert.equal(statusOf(editor, 'Chicago'), 'rejected');
      cursorIn(editor, WORDS.mary);
      await press('delete');
      assert.equal(statusOf(editor, 'Mary Jones'), 'rejected', 'what a model suggested is not suggested again');
    });

    it('accepts a sentence as a whole, marks it done and goes on to the next that is not', async () => {
      const editor = await annotating('done.txt');
      cursorIn(editor, WORDS.boston);
      await press('shift+d');
      assert.equal(stateOf(editor, 1), 'done');
      assert.deepEqual([WORDS.john, WORDS.boston, WORDS.post].map((words) => statusOf(editor, words)), ['accepted', 'accepted', 'accepted']); // prettier-ignore
      assert.equal(editor.selection.active.line, 2);
      await press('s');
      assert.equal(stateOf(editor, 2), 'skipped');
      assert.equal(editor.selection.active.line, 0, 'after the last sentence it goes on with the first');
      assert.match(api.annotateMode.text, /1 of 3 done/);
      await press('d', 'd');
      assert.equal(stateOf(editor, 0), 'in-progress', 'a second time takes it back');
    });

    it('goes to what the model is least sure of with n and p, and says what it is', async () => {
      const editor = await annotating('doubt.txt');
      const uri = editor.document.uri.toString();
      const { document } = api.services.store.get(uri)!;
      const chicago = [...document.mentions.values()].find(({ text }) => text === 'Chicago')!;
      const doubtful = { ...chicago, score: 0.31 };
      api.services.store.apply(uri, { kind: 'mention', id: chicago.id, previous: chicago, next: doubtful }, undefined, 'machine');
      editor.selection = new vscode.Selection(2, 0, 2, 0);
      await press('n');
      assert.equal(wordsAt(editor), 'Chicago');
      assert.match(api.annotateMode.text, /Loc 'Chicago', suggested, 31 %/);
      await press('a');
      assert.equal(statusOf(editor, 'Chicago'), 'accepted');
    });

    it('takes keys one after the other, however fast they come', async () => {
      const editor = await annotating('fast.txt');
      cursorIn(editor, WORDS.john);
      const org = keyOf(editor, 'entities', 'Org');
      await Promise.all([press(org), press('tab'), press(org), press('tab'), press('a')]);
      assert.deepEqual(mentionsOf(api, editor).slice(0, 3), ['Org John Smith', 'Org Boston', 'Org Washington Post']);
      assert.equal(statusOf(editor, 'Washington Post'), 'accepted');
    });

    it('writes the annotation file with the first correction, not before', async () => {
      const editor = await annotating('file-of.txt');
      const sidecar = inWorkspace('file-of.txt.spangrid.json');
      assert.equal(existsSync(sidecar), false);
      cursorIn(editor, 'late');
      await press(keyOf(editor, 'entities', 'Org'));
      const written = await until('the file is written', () => existsSync(sidecar) && readFileSync(sidecar, 'utf8'));
      assert.match(written, /"text": ?"late"/);
    });

    it('stays on when the text gets another name', async () => {
      const editor = await annotating('renamed.txt');
      const target = vscode.Uri.file(inWorkspace('renamed-to.txt'));
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(editor.document.uri, target);
      await vscode.workspace.applyEdit(edit);
      const renamed = await until('the text is shown under its new name', () => {
        const active = vscode.window.activeTextEditor;
        return active?.document.uri.toString() === target.toString() && active;
      });
      assert.ok(api.annotateMode.has(target));
      assert.equal(api.annotateMode.has(editor.document.uri), false);
      await until('its annotations are there', () => mentionsOf(api, renamed).length === 5);
      cursorIn(renamed, WORDS.boston);
      await press('a');
      assert.equal(statusOf(renamed, 'Boston'), 'accepted');
    });

    it('is refused for a text without a file, and where there is no type, with what to do', async () => {
      const document = await vscode.workspace.openTextDocument({ content: TEXT });
      await vscode.window.showTextDocument(document);
      const [message] = await reports(api, () => run('annotate'));
      assert.match(message ?? '', /^usage: Only a text in a file can be annotated/);
      await open('no-types.txt', TEXT);
      await configure('model', 'no-such-model');
      try {
        const [none] = await reports(api, () => run('annotate'));
        assert.match(none ?? '', /^types\.none: There are no types to annotate with yet\. Make some with "Spangrid: Edit Types"/);
        assert.equal(api.annotateMode.text, '');
      } finally {
        await configure('model', undefined);
      }
    });

    it('annotates with types of one’s own where there is a types file and no model', async () => {
      mkdirSync(inWorkspace('own'));
      const types = { entities: { Ship: { key: 'h' }, Port: {} }, relations: { Lies_At: { head: ['Ship'], tail: ['Port'] } } };
      writeFileSync(inWorkspace('own/spangrid.config.json'), JSON.stringify(types));
      await configure('model', 'no-such-model');
      try {
        const editor = await open('own/ships.txt', 'The Aurora lies at Rostock.\n');
        await run('annotate');
        cursorIn(editor, 'Aurora');
        await press('h');
        cursorIn(editor, 'Rostock');
        await press('1', 'shift+tab', 'e', 'tab', 'e');
        assert.deepEqual(mentionsOf(api, editor), ['Ship Aurora', 'Port Rostock']);
        assert.deepEqual(relationsOf(editor), ['Aurora Lies_At Rostock']);
        await run('undo');
        await run('undo');
        await run('undo');
        assert.deepEqual(mentionsOf(api, editor), []);
        assert.equal(api.services.store.undoLabel(editor.document.uri.toString()), undefined, 'there is nothing before the first mention');
      } finally {
        await configure('model', undefined);
      }
    });
  });

  describe('outside of it', () => {
    const titlesAt = async (editor: vscode.TextEditor, range: vscode.Range = editor.selection): Promise<readonly string[]> =>
      (await actionsAt(editor, range)).map(({ title }) => title);
    const actionsAt = async (editor: vscode.TextEditor, range: vscode.Range): Promise<readonly vscode.CodeAction[]> => {
      const all = await provided<vscode.CodeAction>('vscode.executeCodeActionProvider', editor.document.uri, range);
      return all.filter(({ kind }) => kind?.value.endsWith('.spangrid') === true);
    };
    const choose = async (editor: vscode.TextEditor, title: string): Promise<void> => {
      const action = (await actionsAt(editor, editor.selection)).find((one) => one.title === title);
      assert.ok(action?.command, `${title} is not among ${(await titlesAt(editor)).join(', ')}`);
      await vscode.commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
    };

    it('offers code actions on a mention, and nothing where there is none', async () => {
      const editor = await extracted('actions.txt');
      cursorIn(editor, WORDS.boston);
      const titles = await titlesAt(editor);
      for (const title of [
        "Accept 'Boston'",
        "Reject 'Boston'",
        "Change type of 'Boston' to Org",
        "Widen to 'in Boston'",
        "Widen to 'Boston and'",
        "Add relation of 'Boston' …",
        'Relation John Smith Live_In Boston …',
        "Add note to 'Boston' …",
        "Flag 'Boston' to discuss",
        "Label every 'Boston' …",
        "Delete 'Boston'",
      ])
        assert.ok(titles.includes(title), `${title} is not among ${titles.join(', ')}`);
      cursorIn(editor, 'mayor');
      assert.deepEqual(await titlesAt(editor), []);
      const other = await open('without.txt', TEXT);
      select(other, 'mayor');
      assert.deepEqual(await titlesAt(other), []);
    });

    it('changes what a code action says', async () => {
      const editor = await extracted('chosen.txt');
      cursorIn(editor, WORDS.boston);
      await choose(editor, "Change type of 'Boston' to Org");
      assert.ok(mentionsOf(api, editor).includes('Org Boston'));
      await choose(editor, "Widen to 'in Boston'");
      assert.ok(mentionsOf(api, editor).includes('Org in Boston'));
      await choose(editor, "Flag 'in Boston' to discuss");
      await choose(editor, "Delete 'in Boston'");
      assert.deepEqual(
        mentionsOf(api, editor).filter((mention) => mention.includes('Boston')),
        [],
      );
    });

    it('marks what is selected, at several cursors at once', async () => {
      const editor = await extracted('selected.txt');
      select(editor, 'mayor');
      assert.ok((await titlesAt(editor)).includes("Mark 'mayor' as Peop"));
      const mayor = editor.selection;
      select(editor, 'works');
      editor.selections = [mayor, editor.selection];
      await choose(editor, 'Mark 2 selections as Other');
      assert.deepEqual(mentionsOf(api, editor).filter((mention) => mention.startsWith('Other')), ['Other mayor', 'Other works']); // prettier-ignore
      await run('undo');
      assert.deepEqual(mentionsOf(api, editor).filter((mention) => mention.startsWith('Other')), []); // prettier-ignore
    });

    it('accepts, rejects, changes and deletes through the links of a hover, which can run nothing else', async () => {
      const editor = await extracted('links.txt');
      const hover = async (words: string): Promise<vscode.MarkdownString> => {
        const at = editor.document.positionAt(editor.document.getText().indexOf(words) + 1);
        const hovers = await provided<vscode.Hover>('vscode.executeHoverProvider', editor.document.uri, at);
        const contents = hovers.flatMap(({ contents: parts }) => parts);
        const ours = contents.find((part) => part instanceof vscode.MarkdownString && part.value.includes('command:spangrid.'));
        assert.ok(ours instanceof vscode.MarkdownString);
        return ours;
      };
      const follow = async (words: string, label: string): Promise<void> => {
        const { value } = await hover(words);
        const link = new RegExp(`\\[${label}\\]\\(command:([\\w.]+)\\?([^)]*)\\)`, 'u').exec(value);
        assert.ok(link, `${label} is not linked in ${value}`);
        await vscode.commands.executeCommand(link[1]!, ...(JSON.parse(decodeURIComponent(link[2]!)) as unknown[]));
      };
      await follow(WORDS.boston, 'Accept');
      assert.equal(statusOf(editor, 'Boston'), 'accepted');
      assert.doesNotMatch(
        (await hover(WORDS.boston)).value.split('$(arrow-left)')[0]!,
        /\[Accept\]/,
        'what is accepted is not accepted again',
      );
      await follow(WORDS.chicago, 'Reject');
      assert.equal(statusOf(editor, 'Chicago'), 'rejected');
      await follow(WORDS.post, 'Delete');
      assert.equal(statusOf(editor, 'Washington Post'), 'rejected');
    });

    it('refuses what a command is given that is no annotation', async () => {
      const editor = await extracted('parameters.txt');
      const uri = editor.document.uri.toString();
      const before = now(editor);
      const messages = await reports(api, async () => {
        await run('correct', uri, [{ kind: 'setStatus', id: 'nothing!', status: 'accepted' }]);
        await run('correct', uri, [{ kind: 'setStatus', id: 1, status: 'great' }]);
        await run('correct', uri, [{ kind: 'addMention', span: { startChar: -1, endChar: 5 }, type: 'Loc' }]);
        await run('changeType');
      });
      assert.deepEqual(
        messages.map((message) => message.split(':')[0]),
        ['annotation.conflict', 'usage', 'usage', 'usage'],
      );
      assert.equal(now(editor), before);
    });

    it('asks in a list what to do about a mention, and does what is chosen', async () => {
      const editor = await extracted('picker.txt');
      cursorIn(editor, WORDS.boston);
      let isChosen = false;
      void run('editMention').then(() => {
        isChosen = true;
      });
      // Until the list is there, nothing is accepted.
      await until('an entry is chosen', async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return isChosen;
      });
      assert.equal(statusOf(editor, 'Boston'), 'accepted', 'the first entry accepts');
    });

    it('names in undo and redo what is taken back', async () => {
      const editor = await extracted('labels.txt');
      const uri = editor.document.uri.toString();
      cursorIn(editor, WORDS.boston);
      await choose(editor, "Change type of 'Boston' to Org");
      assert.equal(api.services.store.undoLabel(uri), "change type of 'Boston'");
      await run('undo');
      assert.ok(mentionsOf(api, editor).includes('Loc Boston'));
      assert.equal(api.services.store.redoLabel(uri), "change type of 'Boston'");
      await run('redo');
      assert.ok(mentionsOf(api, editor).includes('Org Boston'));
    });

    it('marks a sentence done, accepts it and goes on, from the palette', async () => {
      const editor = await extracted('palette.txt');
      cursorIn(editor, WORDS.boston);
      await run('acceptSentence');
      assert.equal(statusOf(editor, 'Boston'), 'accepted');
      await run('markSentenceDone');
      assert.equal(stateOf(editor, 1), 'done');
      assert.equal(editor.selection.active.line, 2);
    });
  });
});
