import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/annotation/config';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { apply, describe as inWords, invert } from '../../src/annotation/edits';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import { addUse, formOf, isRenaming, renameEdit, renamesOf, type TypesForm, typeUse, writeForm } from '../../src/annotation/typesForm';

const FILE = `{
  "model": "fast",
  "entities": {
    "Drug": { "colour": "#112233", "guideline": "Brand names, too.", "patterns": { "words": ["aspirin"] } },
    "Dose": { "colour": "#445566", "key": "3" }
  },
  "relations": {
    "Has dose": { "colour": "#778899", "head": ["Drug"], "tail": ["Dose"] }
  }
}`;

const form = (): TypesForm => formOf(parseConfig(FILE, 'a file').schema ?? { entities: {}, relations: {} }, FILE);
const written = (edited: TypesForm, json?: string): unknown => {
  const result = writeForm(edited, json);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return JSON.parse(result.json);
};

describe('the form of types', () => {
  test('leaves a file as it was in meaning, with two spaces', () => {
    const result = writeForm(form(), FILE);
    expect('json' in result && JSON.parse(result.json)).toEqual(JSON.parse(FILE));
    expect('json' in result && result.json.startsWith('{\n  "model": "fast",\n  "entities": {\n    "Drug": {')).toBe(true);
  });

  test('keeps a key open that the file leaves open, and shows the one that it sets', () => {
    expect(form().entities.map(({ key }) => key)).toEqual(['', '3']);
  });

  test('renames a type with its patterns, wherever it is named', () => {
    const { entities, relations } = form();
    const edited = { entities: entities.map((type) => (type.name === 'Drug' ? { ...type, name: 'Medicine "new" 💊' } : type)), relations };
    expect(written(edited, FILE)).toMatchObject({
      entities: { 'Medicine "new" 💊': { colour: '#112233', patterns: { words: ['aspirin'] } }, Dose: {} },
      relations: { 'Has dose': { head: ['Medicine "new" 💊'], tail: ['Dose'] } },
    });
    expect(renamesOf(edited)).toEqual({ entities: { Drug: 'Medicine "new" 💊' }, relations: {} });
    expect([isRenaming(renamesOf(edited)), isRenaming(renamesOf(form()))]).toEqual([true, false]);
  });

  test('adds, removes and constrains types, and makes a file where there was none', () => {
    const { entities } = form();
    const fields = { colour: '#abcdef', key: '', description: ' A unit. ', guideline: '' };
    const edited: TypesForm = {
      entities: [...entities.slice(1), { ...fields, name: 'Unit' }],
      relations: [{ ...fields, name: 'In', head: [0], tail: [1], symmetric: true }],
    };
    expect(written(edited)).toEqual({
      entities: { Dose: { colour: '#445566', key: '3' }, Unit: { colour: '#abcdef', description: 'A unit.' } },
      relations: { In: { colour: '#abcdef', description: 'A unit.', head: ['Dose'], tail: ['Unit'], symmetric: true } },
    });
  });

  test.each([
    ['two types of one name', (types: TypesForm) => ({ ...types, entities: types.entities.map((type) => ({ ...type, name: 'Same' })) })],
    [
      'a name of blanks',
      (types: TypesForm) => ({ ...types, entities: types.entities.map((type, at) => ({ ...type, name: at === 0 ? ' ' : 'B' })) }),
    ],
    ['a reserved key', (types: TypesForm) => ({ ...types, entities: types.entities.map((type) => ({ ...type, key: 'a' })) })],
    ['one key twice', (types: TypesForm) => ({ ...types, entities: types.entities.map((type) => ({ ...type, key: '1' })) })],
  ])('refuses %s', (_, change) => {
    expect(writeForm(change(form()), FILE)).toHaveProperty('problems.0.message');
  });
});

const TEXT = 'Aspirin 10 mg and aspirin';
const mention = (id: string, type: string, startChar: number, endChar: number): Mention => ({
  ...makeMention(TEXT, id, type, [{ startChar, endChar }], 'suggested'),
  score: 0.5,
  model: 'fast',
  note: 'kept',
});
const RELATION: Relation = { id: 'r', type: 'Has dose', head: 'a', tail: 'b', status: 'accepted' };
const DOCUMENT: AnnotationDocument = {
  ...emptyDocument(textReference('a.txt', TEXT)),
  mentions: new Map([mention('a', 'Drug', 0, 7), mention('b', 'Dose', 8, 13), mention('c', 'Drug', 18, 25)].map((item) => [item.id, item])),
  relations: new Map([['r', RELATION]]),
};

describe('renaming types in a document', () => {
  test('changes the types, nothing else, and is taken back as one step', () => {
    const edit = renameEdit(DOCUMENT, { entities: { Drug: 'Medicine' }, relations: {} });
    const renamed = apply(DOCUMENT, edit);
    expect([...renamed.mentions.values()].map(({ type }) => type)).toEqual(['Medicine', 'Dose', 'Medicine']);
    expect(renamed.mentions.get('a')).toEqual({ ...DOCUMENT.mentions.get('a'), type: 'Medicine' });
    expect(renamed.relations).toEqual(DOCUMENT.relations);
    expect(inWords(edit, renamed)).toBe('rename type Drug to Medicine');
    expect(toJson(apply(renamed, invert(edit)))).toBe(toJson(DOCUMENT));
  });

  test('swaps two names without mixing them up', () => {
    const edit = renameEdit(DOCUMENT, { entities: { Drug: 'Dose', Dose: 'Drug' }, relations: { 'Has dose': 'of' } });
    const swapped = apply(DOCUMENT, edit);
    expect([...swapped.mentions.values()].map(({ type }) => type)).toEqual(['Dose', 'Drug', 'Dose']);
    expect(swapped.relations.get('r')?.type).toBe('of');
    expect(inWords(edit, swapped)).toBe('rename 3 types');
  });

  test('is preceded by counts, over all documents', () => {
    const use = typeUse(DOCUMENT);
    expect(use).toEqual({ entities: { Drug: 2, Dose: 1 }, relations: { 'Has dose': 1 } });
    expect(addUse(use, { entities: { Drug: 1, constructor: 2 }, relations: {} })).toEqual({
      entities: { Drug: 3, Dose: 1, constructor: 2 },
      relations: { 'Has dose': 1 },
    });
  });
});
