import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { formOf, type TypesForm } from '../../src/annotation/typesForm';
import { parseConfig } from '../../src/annotation/config';
import type { SpangridApi } from '../../src/extension';
import { closeAll, documentOf, inWorkspace, mentionsOf, open, run, spangrid, until } from './support';

const TEXT = 'Ada Berg lives in Oslo.\n';
const TYPES = `{
  "model": "fast",
  "entities": { "Person": { "colour": "#aa3377" }, "Place": { "colour": "#337755" } },
  "relations": { "in": { "colour": "#333333", "head": ["Person"], "tail": ["Place"] } }
}
`;

describe('the types editor', () => {
  let api: SpangridApi;
  const file = (): string => inWorkspace('spangrid.config.json');
  before(async () => {
    api = await spangrid();
  });
  afterEach(async () => {
    await closeAll();
    rmSync(file(), { force: true });
    await until('the types are the model’s again', async () => !(await api.services.configs.for(vscode.Uri.file(inWorkspace('a.txt')))));
  });

  /** Opens a text and marks its two mentions and their relation by hand. */
  const annotated = async (name: string): Promise<vscode.TextEditor> => {
    const editor = await open(name, TEXT);
    const { uri } = editor.document;
    await api.services.corrections.prepare(editor.document);
    await until('the types are those of the file', () => api.services.store.get(uri.toString())?.schema.entities['Person'] !== undefined);
    api.services.corrections.apply(uri, [
      { kind: 'addMention', span: { startChar: 0, endChar: 8 }, type: 'Person' },
      { kind: 'addMention', span: { startChar: 18, endChar: 22 }, type: 'Place' },
    ]);
    const [head, tail] = [...documentOf(api, editor).mentions.keys()];
    assert.ok(head !== undefined && tail !== undefined);
    api.services.corrections.apply(uri, [{ kind: 'addRelation', head, tail, type: 'in' }]);
    await until('the annotation file is there', () => existsSync(inWorkspace(`${name}.spangrid.json`)));
    await api.services.annotations.flush();
    return editor;
  };
  const sidecar = (name: string): string => readFileSync(inWorkspace(`${name}.spangrid.json`), 'utf8');
  const close = async (editor: vscode.TextEditor): Promise<void> => {
    await closeAll();
    await until('the text is let go', () => api.services.store.get(editor.document.uri.toString()) === undefined);
  };
  const renamed = (): TypesForm => {
    const form = formOf(parseConfig(TYPES, 'types').schema ?? { entities: {}, relations: {} }, TYPES);
    return { ...form, entities: form.entities.map((type) => (type.name === 'Person' ? { ...type, name: 'Human <b>being</b>' } : type)) };
  };
  const save = async (form: TypesForm): Promise<void> => {
    await run('editTypes');
    await api.typesPanel.receive({ kind: 'save', form, confirmed: true });
  };

  it('renames a type in the file, in open documents as one step to undo, and in those that are not open', async () => {
    writeFileSync(file(), TYPES);
    await close(await annotated('typesClosed.txt'));
    const editor = await annotated('typesOpen.txt');
    await save(renamed());
    assert.deepEqual(mentionsOf(api, editor), ['Human <b>being</b> Ada Berg', 'Place Oslo']);
    await until('the file has the new name', () => sidecar('typesClosed.txt').includes('"type":"Human <b>being</b>"'));
    assert.doesNotMatch(sidecar('typesClosed.txt'), /Person/);
    const written = readFileSync(file(), 'utf8');
    assert.deepEqual((JSON.parse(written) as { relations: { in: { head: string[] } }; model: string }).relations.in.head, [
      'Human <b>being</b>',
    ]);
    assert.ok(written.startsWith('{\n  "model": "fast",\n'), written);
    await until('the new name has the colour', () => {
      const schema = api.services.store.get(editor.document.uri.toString())?.schema;
      return schema?.entities['Human <b>being</b>']?.colour === '#aa3377';
    });
    await vscode.window.showTextDocument(editor.document);
    await run('undo');
    assert.deepEqual(mentionsOf(api, editor), ['Person Ada Berg', 'Place Oslo']);
  });

  it('loses nothing when one document fails: it stays as it was, and the others are renamed', async () => {
    writeFileSync(file(), TYPES);
    await close(await annotated('typesGood.txt'));
    await close(await annotated('typesBad.txt'));
    const broken = sidecar('typesBad.txt').slice(0, -10);
    writeFileSync(inWorkspace('typesBad.txt.spangrid.json'), broken);
    await assert.rejects(save(renamed()), /typesBad\.txt/);
    assert.equal(sidecar('typesBad.txt'), broken);
    await until('the other is renamed', () => !sidecar('typesGood.txt').includes('Person'));
    rmSync(inWorkspace('typesBad.txt.spangrid.json'));
  });

  it('writes nothing before the person has seen what is renamed, and nothing that the file may not say', async () => {
    writeFileSync(file(), TYPES);
    await annotated('typesSeen.txt');
    await run('editTypes');
    await api.typesPanel.receive({ kind: 'save', form: renamed(), confirmed: false });
    assert.equal(readFileSync(file(), 'utf8'), TYPES);
    const form = renamed();
    await api.typesPanel.receive({
      kind: 'save',
      form: { ...form, entities: form.entities.map((type) => ({ ...type, key: 'a' })) },
      confirmed: true,
    });
    assert.equal(readFileSync(file(), 'utf8'), TYPES);
  });

  it('does not write over a file that was changed meanwhile', async () => {
    writeFileSync(file(), TYPES);
    await annotated('typesChanged.txt');
    await run('editTypes');
    const other = TYPES.replace('#337755', '#000000');
    writeFileSync(file(), other);
    await assert.rejects(api.typesPanel.receive({ kind: 'save', form: renamed(), confirmed: true }), /changed meanwhile/);
    assert.equal(readFileSync(file(), 'utf8'), other);
  });
});
