import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { AnnotationDocument, Mention } from '../../src/annotation/document';
import { mentionId } from '../../src/annotation/ids';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import type { SpangridApi } from '../../src/extension';
import type { ToCompare } from '../../src/protocol/compare';
import { segment } from '../../src/text/segment';
import { closeAll, inWorkspace, mentionsOf, open, reports, run, spangrid, until } from './support';

const TEXT = 'Ann Berg met Bob in Rome.\nShe lives in Lisbon.\n';

describe('comparing annotations in the editor', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await closeAll();
    rmSync(inWorkspace('annotations'), { recursive: true, force: true });
  });

  /** Annotations of a person in a folder of their own: "TYPE WORDS". */
  const annotate = (person: string, file: string, ...given: readonly string[]): vscode.Uri => {
    const mentions = given.map((one): [string, Mention] => {
      const [type, words] = [one.slice(0, one.indexOf(' ')), one.slice(one.indexOf(' ') + 1)];
      const startChar = TEXT.indexOf(words);
      const spans = [{ startChar, endChar: startChar + words.length }];
      const id = mentionId(type, spans, () => false);
      return [id, makeMention(TEXT, id, type, spans, 'accepted')];
    });
    const document: AnnotationDocument = {
      text: textReference(file, TEXT),
      sentences: segment(TEXT).map((sentence) => ({ ...sentence, state: 'done' })),
      mentions: new Map(mentions),
      relations: new Map(),
    };
    const path = inWorkspace(`annotations/${person}/${file}.spangrid.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, toJson(document));
    return vscode.Uri.file(path);
  };
  const comparison = (): Extract<ToCompare, { kind: 'comparison' }> => {
    const sent = api.comparePanel.sent.comparison;
    assert.ok(sent?.kind === 'comparison', 'nothing is compared');
    return sent;
  };
  const choices = (): Readonly<Record<string, string>> => {
    const sent = api.comparePanel.sent.decisions;
    return sent?.kind === 'decisions' ? sent.choices : {};
  };
  const keyOf = (words: string): string => {
    const found = comparison()
      .sentences.flatMap(({ differences }) => differences)
      .find(({ first, second }) => first === words || second === words);
    assert.ok(found, `there is no difference ${words}`);
    return found.key;
  };

  it('adopts one or the other into the annotations of the text; the two files stay, and every step can be undone', async () => {
    const editor = await open('compared.txt', TEXT);
    const ada = annotate('ada', 'compared.txt', 'Peop Ann Berg', 'Peop Bob', 'Loc Lisbon');
    const bea = annotate('bea', 'compared.txt', 'Peop Ann Berg', 'Org Bob', 'Loc Lisbon');
    const [before, other] = [ada, bea].map(({ fsPath }) => readFileSync(fsPath, 'utf8'));
    await run('compareAnnotations', ada, [ada, bea]);
    const { people, sentences, scope, into } = comparison();
    assert.deepEqual([people, scope, into], [['ada', 'bea'], 'done', 'compared.txt.spangrid.json']);
    assert.deepEqual(
      sentences.map(({ differences }) => differences.length),
      [1, 0],
    );
    await api.comparePanel.receive({ kind: 'takeEqual' });
    assert.deepEqual(mentionsOf(api, editor), ['Peop Ann Berg', 'Loc Lisbon']);
    await api.comparePanel.receive({ kind: 'decide', key: keyOf('Org: Bob'), choice: 'second' });
    assert.deepEqual(Object.values(choices()), ['second']);
    const sidecar = await until('the decisions are written', () => {
      try {
        const json = readFileSync(inWorkspace('compared.txt.spangrid.json'), 'utf8');
        return json.includes('"type":"Org"') && json;
      } catch {
        return undefined;
      }
    });
    assert.equal(sidecar.match(/"state":"done"/g)?.length, 2);
    assert.equal(sidecar.match(/"status":"rejected"/g)?.length, 1);
    await api.comparePanel.receive({ kind: 'undo' });
    assert.deepEqual(choices(), {});
    assert.deepEqual(mentionsOf(api, editor), ['Peop Ann Berg', 'Loc Lisbon']);
    assert.deepEqual([readFileSync(ada.fsPath, 'utf8'), readFileSync(bea.fsPath, 'utf8')], [before, other]);
  });

  it('goes along when the text changes', async () => {
    const editor = await open('comparedChanged.txt', TEXT);
    const ada = annotate('ada', 'comparedChanged.txt', 'Peop Bob');
    const bea = annotate('bea', 'comparedChanged.txt', 'Org Bob');
    await run('compareAnnotations', ada, [ada, bea]);
    const change = new vscode.WorkspaceEdit();
    change.insert(editor.document.uri, new vscode.Position(0, 0), 'It rained. ');
    await vscode.workspace.applyEdit(change);
    await until(
      'the comparison has the new text',
      () =>
        comparison().sentences[0]?.text.endsWith('Ann Berg met Bob in Rome.') === true &&
        api.services.texts.of(editor.document).startsWith('It rained'),
    );
    await api.comparePanel.receive({ kind: 'decide', key: keyOf('Peop: Bob'), choice: 'first' });
    const [bob] = api.services.store.get(editor.document.uri.toString())?.document.mentions.values() ?? [];
    assert.equal(bob?.spans[0]?.startChar, TEXT.indexOf('Bob') + 'It rained. '.length);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('refuses what it would write over, and two texts', async () => {
    await open('comparedOwn.txt', TEXT);
    const ada = annotate('ada', 'comparedOwn.txt', 'Peop Bob');
    const own = vscode.Uri.file(inWorkspace('comparedOwn.txt.spangrid.json'));
    writeFileSync(own.fsPath, readFileSync(ada.fsPath));
    const [first] = await reports(api, () => run('compareAnnotations', own, [own, ada]));
    assert.match(first ?? '', /usage: .*decisions would go into it/);
    await open('comparedOther.txt', `${TEXT}More.\n`);
    const [second] = await reports(api, () => run('compareAnnotations', ada, [ada, annotate('bea', 'comparedOther.txt', 'Peop Bob')]));
    assert.match(second ?? '', /usage: These are annotations of two texts/);
  });

  it('sets git up to merge annotation files, in the repository of the text in front', async () => {
    const repository = inWorkspace('repository');
    mkdirSync(join(repository, 'news'), { recursive: true });
    try {
      execFileSync('git', ['init', '--quiet', repository]);
      await open('repository/news/merged.txt', TEXT);
      await run('setUpGitMerge');
      assert.equal(readFileSync(join(repository, '.gitattributes'), 'utf8'), '*.spangrid.json merge=spangrid\n');
      const driver = execFileSync('git', ['-C', repository, 'config', 'merge.spangrid.driver'], { encoding: 'utf8' });
      assert.match(driver, /dist\/cli\.js' merge %O %A %B %P/);
    } finally {
      await closeAll();
      rmSync(repository, { recursive: true, force: true });
    }
  });
});
