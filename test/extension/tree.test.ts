import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ItemNode, TreeNode } from '../../src/editor/annotationTree';
import type { SpangridApi } from '../../src/extension';
import { closeAll, documentOf, inWorkspace, open, run, spangrid, until } from './support';

const TEXT = 'John Smith lives in Boston.\nMary Jones lives in Chicago.\nNothing else happened.\n';

describe('the tree', () => {
  let api: SpangridApi;
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await run('tree.clearFilter');
    await closeAll();
  });

  const nodeOf = async (uri: vscode.Uri): Promise<TreeNode | undefined> =>
    (await api.tree.getChildren()).find((node) => node.kind === 'document' && node.uri.toString() === uri.toString());
  const labels = (nodes: readonly TreeNode[]): readonly string[] =>
    nodes.map((node) => {
      const { label, description } = api.tree.getTreeItem(node);
      return `${typeof label === 'string' ? label : (label?.label ?? '')} | ${String(description ?? '')}`;
    });
  const children = async (node: TreeNode | undefined): Promise<TreeNode[]> => (node === undefined ? [] : api.tree.getChildren(node));
  const extracted = async (name: string): Promise<{ editor: vscode.TextEditor; sentences: TreeNode[] }> => {
    const editor = await open(name, TEXT);
    await run('extractFile');
    return { editor, sentences: await children(await nodeOf(editor.document.uri)) };
  };
  const itemAt = async (sentence: TreeNode | undefined, start: string): Promise<ItemNode> => {
    const found = (await children(sentence)).find((node) => labels([node])[0]?.startsWith(start));
    assert.ok(found?.kind === 'mention' || found?.kind === 'relation', `no item ${start}`);
    return found;
  };

  it('lists sentences with their counts, and in each its mentions and relations', async () => {
    const { editor, sentences } = await extracted('tree.txt');
    const [first, , third] = labels(sentences);
    assert.match(first ?? '', /^John Smith lives in Boston\. \| 2 mentions · 1 relation/);
    assert.equal(third, 'Nothing else happened. | ');
    const items = labels(await children(sentences[0]));
    assert.match(
      items.join('\n'),
      /^John Smith \| Peop · suggested \d+ %\nBoston \| Loc · suggested \d+ %\nJohn Smith → Boston \| Live_In · suggested \d+ %$/,
    );
    assert.equal(labels([(await nodeOf(editor.document.uri))!])[0], 'tree.txt | 0 of 3 done');
  });

  it('corrects: accepting a relation accepts its mentions, and a sentence is marked as done; all can be undone', async () => {
    const { editor, sentences } = await extracted('treeEdits.txt');
    await run('tree.accept', await itemAt(sentences[0], 'John Smith →'));
    assert.deepEqual(
      labels(await children(sentences[0])).map((label) => label.split(' | ')[1]),
      ['Peop · accepted', 'Loc · accepted', 'Live_In · accepted'],
    );
    await run('tree.done', sentences[0]);
    assert.equal(labels([(await nodeOf(editor.document.uri))!])[0], 'treeEdits.txt | 1 of 3 done');
    await run('undo');
    await run('undo');
    assert.equal(documentOf(api, editor).sentences[0]?.state, 'new');
    assert.match(labels(await children(sentences[0])).join(), /Peop · suggested/);
  });

  it('corrects several lines as one step, and keeps flags', async () => {
    const { editor, sentences } = await extracted('treeSeveral.txt');
    const items = await children(sentences[1]);
    await run('tree.discuss', items[0], items);
    assert.ok(labels(items).every((label) => label.endsWith('to discuss')));
    await run('undo');
    assert.ok([...documentOf(api, editor).mentions.values()].every(({ discuss }) => discuss === undefined));
  });

  it('shows words in the text', async () => {
    const { editor, sentences } = await extracted('treeReveal.txt');
    await run('tree.reveal', await itemAt(sentences[1], 'Chicago'));
    assert.deepEqual(editor.selection.active, new vscode.Position(1, 20));
    const lit = api.services.decorations.lit(editor.document.uri.toString());
    assert.deepEqual(lit, [{ startChar: 48, endChar: 55 }]);
  });

  it('shows only what a filter and words let through, and says so', async () => {
    const { editor } = await extracted('treeFilter.txt');
    await run('tree.search', 'chicago');
    const shown = await children(await nodeOf(editor.document.uri));
    assert.equal(shown.length, 1);
    assert.match(labels(await children(shown[0])).join('\n'), /^Chicago \| Loc.*\nMary Jones → Chicago \| Live_In.*$/);
    assert.match(api.tree.message ?? '', /with "chicago"/);
    api.tree.filter = { only: 'discuss', words: '' };
    assert.equal(await nodeOf(editor.document.uri), undefined);
  });

  it('says all that is known of an item when the pointer rests on it, markup in it as text', async () => {
    const { editor, sentences } = await extracted('treeDetails.txt');
    const node = await itemAt(sentences[0], 'Boston');
    api.services.corrections.apply(editor.document.uri, [{ kind: 'setNote', id: node.id, note: '<b>which</b> *Boston*?' }]);
    const { tooltip } = api.tree.resolveTreeItem(api.tree.getTreeItem(node), node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.match(tooltip.value, /\*\*Loc\*\*/);
    assert.match(tooltip.value, /Score: /);
    assert.ok(tooltip.value.includes('\\*Boston\\*'), tooltip.value);
    assert.equal(tooltip.isTrusted ?? tooltip.supportHtml ?? false, false);
  });

  it('lists a document that is not open with what its file says, and opens it when it is unfolded', async () => {
    const { editor, sentences } = await extracted('treeClosed.txt');
    await run('tree.done', sentences[2]);
    const { uri } = editor.document;
    const file = inWorkspace('treeClosed.txt.spangrid.json');
    await until('the file is written', () => existsSync(file) && readFileSync(file, 'utf8').includes('"done"'));
    await closeAll();
    await until('the text is let go', () => api.services.store.get(uri.toString()) === undefined);
    await run('annotations.focus');
    await run('tree.refresh');
    const line = await until('its line says how far it is', async () => {
      const node = await nodeOf(uri);
      const [label] = node === undefined ? [] : labels([node]);
      return label?.endsWith('1 of 3 done') === true && label;
    });
    assert.equal(line, 'treeClosed.txt | 1 of 3 done');
    assert.equal((await children(await nodeOf(uri))).length, 3);
  });
});
