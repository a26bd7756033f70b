import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation, type Status } from '../../src/annotation/document';
import { makeMention } from '../../src/annotation/mention';
import { Statistics, type TokenCounts } from '../../src/annotation/statistics';
import { statisticsSummary, type StatisticsTable, statisticsTables, toCsv } from '../../src/annotation/statisticsTables';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';
import { annotated } from './annotationArbitraries';

const TEXT = 'Ada met Tom Ek in Oslo. Tom Ek left the old Oslo town. Nobody came.';
// Tokens:    0   1   2   3  4  5   6  7   8  9    10  11  12   13  14 15     16  17

const mention = (id: string, type: string, words: readonly string[], status: Status = 'accepted', from = 0): Mention =>
  makeMention(
    TEXT,
    id,
    type,
    words.map((piece) => {
      const startChar = TEXT.indexOf(piece, from);
      return { startChar, endChar: startChar + piece.length };
    }),
    status,
  );
const relation = (id: string, type: string, head: string, tail: string, status: Status = 'accepted'): Relation => ({
  id,
  type,
  head,
  tail,
  status,
});
const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

const states = ['done', 'in-progress', 'new'] as const;
const DOCUMENT: AnnotationDocument = {
  ...emptyDocument(
    textReference('a.txt', TEXT),
    segment(TEXT).map((sentence, at) => ({ ...sentence, state: states[at]! })),
  ),
  mentions: byId([
    mention('ada', 'Peop', ['Ada']),
    mention('tom1', 'Peop', ['Tom Ek'], 'suggested'),
    mention('tom2', 'Peop', ['Tom Ek'], 'accepted', 20),
    mention('oslo', 'Loc', ['Oslo']),
    mention('town', 'Loc', ['the old', 'town'], 'accepted', 20),
    mention('no', 'Org', ['Nobody'], 'rejected'),
    { ...mention('gone', 'Loc', ['Oslo']), spans: [{ startChar: 5, endChar: 5 }] },
  ]),
  relations: byId([
    relation('r1', 'Met', 'ada', 'tom1'),
    relation('r2', 'In', 'tom1', 'oslo', 'suggested'),
    relation('r3', 'In', 'oslo', 'tom1', 'rejected'),
    relation('r4', 'In', 'tom2', 'oslo'),
    relation('r5', 'In', 'tom2', 'no'),
  ]),
};

const report = (...documents: readonly AnnotationDocument[]): ReturnType<Statistics['report']> => {
  const statistics = new Statistics();
  for (const document of documents) statistics.add(document);
  return statistics.report();
};
const NOTHING_KNOWN = { unknown: 'No git.' };
const table = (name: string, of = report(DOCUMENT)): StatisticsTable =>
  statisticsTables(of, NOTHING_KNOWN).find((one) => one.name === name)!;
const pairs = (counts: TokenCounts): readonly (readonly number[])[] => counts.map(({ tokens, count }) => [tokens, count]);

describe('what is counted in a text', () => {
  const counts = report(DOCUMENT);

  test('types by decision, those with the most that stands first', () => {
    expect(counts.mentions).toEqual([
      { type: 'Loc', accepted: 3, suggested: 0, rejected: 0 },
      { type: 'Peop', accepted: 2, suggested: 1, rejected: 0 },
      { type: 'Org', accepted: 0, suggested: 0, rejected: 1 },
    ]);
    expect(counts.relations).toEqual([
      { type: 'In', accepted: 2, suggested: 1, rejected: 1 },
      { type: 'Met', accepted: 1, suggested: 0, rejected: 0 },
    ]);
    expect(counts.lost).toBe(1);
  });

  test('the commonest texts of each type, without what is rejected or lost', () => {
    expect(counts.commonest).toEqual([
      { type: 'Loc', text: 'Oslo', count: 1 },
      { type: 'Loc', text: 'the old town', count: 1 },
      { type: 'Peop', text: 'Tom Ek', count: 2 },
      { type: 'Peop', text: 'Ada', count: 1 },
    ]);
  });

  test('the types that relations join; one with a rejected end joins nothing', () => {
    expect(counts.pairs).toEqual([
      { head: 'Peop', relation: 'In', tail: 'Loc', count: 2 },
      { head: 'Peop', relation: 'Met', tail: 'Peop', count: 1 },
    ]);
  });

  test('lengths in tokens: of sentences, and of mentions without the gap of a discontinuous one', () => {
    expect(pairs(counts.sentenceLengths)).toEqual([
      [3, 1],
      [7, 1],
      [8, 1],
    ]);
    // Ada, Oslo: 1; Tom Ek twice: 2; "the old ... town": 3.
    expect(pairs(counts.mentionLengths)).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  test('the distance of head and tail: the tokens between them, across sentences too', () => {
    // Ada [met] Tom Ek: 1; Tom Ek [in] Oslo: 1; Oslo [.] Tom Ek: 1.
    expect(pairs(counts.distances)).toEqual([[1, 3]]);
    const near = { ...DOCUMENT, relations: byId([relation('r', 'In', 'ada', 'town'), relation('s', 'In', 'town', 'tom2')]) };
    // Ada [met Tom Ek in Oslo . Tom Ek left] the: 9; Tom Ek [left] the: 1.
    expect(pairs(report(near).distances)).toEqual([
      [1, 1],
      [9, 1],
    ]);
  });

  test('sentences by state', () => {
    expect(counts.sentences).toEqual({ new: 1, 'in-progress': 1, done: 1, skipped: 0 });
    expect(statisticsSummary(counts)).toBe('1 text, 3 sentences, 1 of them done');
  });
});

test('two texts are the sum of both', () => {
  const { texts, mentions, distances, commonest } = report(DOCUMENT, DOCUMENT);
  expect(texts).toBe(2);
  expect(mentions[0]).toEqual({ type: 'Loc', accepted: 6, suggested: 0, rejected: 0 });
  expect(pairs(distances)).toEqual([[1, 6]]);
  expect(commonest[2]).toEqual({ type: 'Peop', text: 'Tom Ek', count: 4 });
});

test('types that are called as an object’s own properties are types like others', () => {
  const odd = {
    ...DOCUMENT,
    mentions: byId([mention('x', '__proto__', ['Ada']), mention('y', 'constructor', ['Ada'])]),
    relations: new Map(),
  };
  expect(report(odd).mentions.map(({ type, accepted }) => [type, accepted])).toEqual([
    ['__proto__', 1],
    ['constructor', 1],
  ]);
});

test('whatever is annotated: every item is counted once, and no length is longer than the text', () => {
  fc.assert(
    fc.property(annotated, ({ document }) => {
      const { mentions, relations, mentionLengths, distances } = report(document);
      const all = (counts: readonly Record<Status, number>[]): number =>
        counts.reduce((sum, { accepted, suggested, rejected }) => sum + accepted + suggested + rejected, 0);
      expect([all(mentions), all(relations)]).toEqual([document.mentions.size, document.relations.size]);
      const tokens = document.sentences.reduce((sum, sentence) => sum + sentence.tokens.length, 0);
      for (const { tokens: length } of [...mentionLengths, ...distances]) {
        expect(length).toBeGreaterThanOrEqual(0);
        expect(length).toBeLessThanOrEqual(tokens);
      }
    }),
  );
});

describe('as tables', () => {
  test('short lengths stand for themselves, with their median and the greatest', () => {
    expect(table('mention-lengths')).toMatchObject({
      columns: ['tokens', 'mentions'],
      rows: [
        ['1', 2],
        ['2', 2],
        ['3', 1],
      ],
      note: 'Median 2, greatest 3.',
    });
  });

  test('many lengths are put together by a round number; the longest hundredth stands in one', () => {
    // 1 to 100 tokens, twice each, and one outlier.
    const sentenceLengths = [...Array.from({ length: 100 }, (_, at) => ({ tokens: at + 1, count: 2 })), { tokens: 5000, count: 1 }];
    const { rows, note } = table('sentence-lengths', { ...report(), sentenceLengths });
    expect(rows.slice(0, 2)).toEqual([
      ['1–5', 10],
      ['6–10', 10],
    ]);
    expect(rows.slice(-2)).toEqual([
      ['96–100', 10],
      ['101+', 1],
    ]);
    expect(rows).toHaveLength(21);
    expect(note).toBe('Median 51, greatest 5000.');
  });

  test('distances begin at 0', () => {
    expect(table('distances').rows).toEqual([
      ['0', 0],
      ['1', 3],
    ]);
  });

  test('without anything annotated, tables are empty', () => {
    const tables = statisticsTables(report(), NOTHING_KNOWN);
    expect(tables.filter(({ rows }) => rows.length > 0).map(({ name }) => name)).toEqual(['states']);
    expect(tables.find(({ name }) => name === 'days')?.note).toBe('No git.');
  });

  test('CSV quotes what would be read as more than one cell', () => {
    const odd = { ...table('texts'), rows: [['Peop', 'a "b", c', 2]] };
    expect(toCsv(odd)).toBe('type,text,mentions\r\nPeop,"a ""b"", c",2\r\n');
  });
});
