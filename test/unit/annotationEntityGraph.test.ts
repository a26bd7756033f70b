import { describe, expect, test } from 'vitest';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation, type Status } from '../../src/annotation/document';
import { entityGraph } from '../../src/annotation/entityGraph';
import { makeMention } from '../../src/annotation/mention';
import { type Schema, schemaOf } from '../../src/annotation/schema';
import { textReference } from '../../src/annotation/textHash';

const TEXT = 'Ada met Tom in Oslo. Tom met Ada in Oslo. Oslo the ship sank.';
const SCHEMA: Schema = schemaOf({ Peop: {}, Loc: {}, Ship: {} }, { In: {}, Met: { symmetric: true } });

const mention = (id: string, type: string, words: string, from = 0, status: Status = 'accepted'): Mention => {
  const startChar = TEXT.indexOf(words, from);
  return makeMention(TEXT, id, type, [{ startChar, endChar: startChar + words.length }], status);
};
const relation = (id: string, type: string, head: string, tail: string, status: Status = 'accepted'): Relation => ({
  id,
  type,
  head,
  tail,
  status,
});

const DOCUMENT: AnnotationDocument = {
  ...emptyDocument(textReference('a.txt', TEXT)),
  mentions: new Map(
    [
      mention('ada1', 'Peop', 'Ada'),
      mention('tom1', 'Peop', 'Tom'),
      mention('oslo1', 'Loc', 'Oslo'),
      mention('tom2', 'Peop', 'Tom', 20),
      mention('ada2', 'Peop', 'Ada', 20),
      mention('oslo2', 'Loc', 'Oslo', 30),
      mention('ship', 'Ship', 'Oslo', 42),
      mention('no', 'Peop', 'sank', 0, 'rejected'),
    ].map((item) => [item.id, item]),
  ),
  relations: new Map(
    [
      relation('r1', 'In', 'ada1', 'oslo1'),
      relation('r2', 'In', 'ada2', 'oslo2'),
      relation('m1', 'Met', 'ada1', 'tom1'),
      relation('m2', 'Met', 'tom2', 'ada2'),
      relation('r3', 'In', 'tom1', 'oslo1', 'rejected'),
    ].map((item) => [item.id, item]),
  ),
};

describe('the graph of a document', () => {
  const { nodes, edges, omitted } = entityGraph(DOCUMENT, SCHEMA);

  test('merges mentions of one type and the same words; another type is another entity', () => {
    expect(nodes).toEqual([
      { type: 'Peop', words: 'Ada', mentions: ['ada1', 'ada2'] },
      { type: 'Loc', words: 'Oslo', mentions: ['oslo1', 'oslo2'] },
      { type: 'Peop', words: 'Tom', mentions: ['tom1', 'tom2'] },
      { type: 'Ship', words: 'Oslo', mentions: ['ship'] },
    ]);
    expect(omitted).toBe(0);
  });

  test('counts relations by their type, without a direction where they have none, and leaves out what is rejected', () => {
    expect(edges).toEqual([
      { type: 'Met', head: 0, tail: 2, symmetric: true, relations: ['m1', 'm2'] },
      { type: 'In', head: 0, tail: 1, symmetric: false, relations: ['r1', 'r2'] },
    ]);
  });

  test('of a selection has what lies in it', () => {
    const first = entityGraph(DOCUMENT, SCHEMA, { startChar: 0, endChar: 20 });
    expect(first.nodes.map(({ mentions }) => mentions)).toEqual([['ada1'], ['oslo1'], ['tom1']]);
    expect(first.edges.map(({ relations }) => relations)).toEqual([['m1'], ['r1']]);
  });

  test('leaves out those with the fewest relations where there are too many to be seen, and counts them', () => {
    const many = Array.from({ length: 130 }, (_, index): Mention => ({ ...mention(`m${index}`, 'Peop', 'Ada'), text: `Name ${index}` }));
    const large = entityGraph(
      {
        ...DOCUMENT,
        mentions: new Map(many.map((item) => [item.id, item])),
        relations: new Map([['r', relation('r', 'In', 'm128', 'm129')]]),
      },
      SCHEMA,
    );
    expect([large.nodes.length, large.omitted]).toEqual([120, 10]);
    expect(large.edges).toEqual([{ type: 'In', head: 0, tail: 1, symmetric: false, relations: ['r'] }]);
  });
});
