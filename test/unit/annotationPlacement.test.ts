import { expect, test } from 'vitest';
import type { Mention, Relation, Sentence, Status } from '../../src/annotation/document';
import { emptyDocument } from '../../src/annotation/document';
import { layoutOf } from '../../src/annotation/layout';
import { makeMention } from '../../src/annotation/mention';
import { placeInTable, tokensOf, tokensTouching } from '../../src/annotation/placement';
import { indexAt, touching } from '../../src/annotation/search';
import { textReference } from '../../src/annotation/textHash';

const TEXT = 'Ann Lee met Bob.  Cid left.';
const SENTENCE: Sentence = {
  startChar: 0,
  endChar: 16,
  state: 'new',
  tokens: [
    [0, 3],
    [4, 7],
    [8, 11],
    [12, 15],
    [15, 16],
  ].map(([startChar, endChar]) => ({ startChar: startChar!, endChar: endChar! })),
};
const LAST: Sentence = { startChar: 18, endChar: 27, state: 'new', tokens: [] };

const mention = (id: string, status: Status, ...spans: [number, number][]): Mention =>
  makeMention(
    TEXT,
    id,
    'Peop',
    spans.map(([startChar, endChar]) => ({ startChar, endChar })),
    status,
  );
const relation = (id: string, head: string, tail: string, status: Status = 'suggested'): Relation => ({
  id,
  type: 'Met',
  head,
  tail,
  status,
});

test('the sentence at an offset: the one that holds it, or that ends at the cursor', () => {
  const at = (offset: number): number | undefined => indexAt([SENTENCE, LAST], offset);
  expect([0, 15, 16].map(at)).toEqual([0, 0, 0]);
  expect([17].map(at)).toEqual([undefined]);
  expect([18, 27].map(at)).toEqual([1, 1]);
  expect(at(28)).toBeUndefined();
  expect(
    indexAt(
      [
        { startChar: 0, endChar: 5 },
        { startChar: 5, endChar: 9 },
      ],
      5,
    ),
  ).toBe(1);
});

test('the sentences that a selection touches', () => {
  expect(touching([SENTENCE, LAST], { startChar: 10, endChar: 19 })).toEqual([0, 2]);
  expect(touching([SENTENCE, LAST], { startChar: 16, endChar: 18 })).toEqual([1, 1]);
  expect(touching([SENTENCE, LAST], { startChar: 0, endChar: 1 })).toEqual([0, 1]);
});

test('the tokens of a mention, or why there are none', () => {
  expect(tokensOf(mention('m', 'accepted', [0, 7]), SENTENCE)).toEqual({ startToken: 0, endToken: 2 });
  expect(tokensOf(mention('m', 'accepted', [15, 16]), SENTENCE)).toEqual({ startToken: 4, endToken: 5 });
  expect(tokensOf(mention('m', 'accepted', [0, 6]), SENTENCE)).toBe('inside a token');
  expect(tokensOf(mention('m', 'accepted', [3, 7]), SENTENCE)).toBe('inside a token');
  expect(tokensOf(mention('m', 'accepted', [12, 21]), SENTENCE)).toBe('outside the sentence');
  expect(tokensOf(mention('m', 'accepted', [0, 3], [12, 15]), SENTENCE)).toBe('discontinuous');
  expect(tokensOf(mention('m', 'accepted', [4, 4]), SENTENCE)).toBe('deleted from the text');
});

test('the tokens that a selection touches', () => {
  expect(tokensTouching(SENTENCE, { startChar: 5, endChar: 9 })).toEqual({ startToken: 1, endToken: 3 });
  expect(tokensTouching(SENTENCE, { startChar: 7, endChar: 8 })).toEqual({ startToken: 2, endToken: 2 });
});

test('items are sorted by sentence; what lies in none stays findable', () => {
  const [ann, bob, cid, across] = [
    mention('ann', 'accepted', [0, 7]),
    mention('bob', 'accepted', [12, 15]),
    mention('cid', 'accepted', [18, 21]),
    mention('all', 'accepted', [12, 21]),
  ];
  const [inside, between] = [relation('r1', 'bob', 'ann'), relation('r2', 'ann', 'cid')];
  const document = {
    ...emptyDocument(textReference('a', TEXT), [SENTENCE, LAST]),
    mentions: new Map([cid, across, bob, ann].map((one) => [one.id, one])),
    relations: new Map([inside, between].map((one) => [one.id, one])),
  };
  const layout = layoutOf(document);
  expect(layout.sentences).toEqual([
    { mentions: [ann, bob], relations: [inside] },
    { mentions: [cid], relations: [] },
  ]);
  expect(layout.elsewhere).toEqual({ mentions: [across], relations: [between] });
});

test('of two mentions that overlap, the table shows the accepted one and says what it leaves out', () => {
  const [suggested, accepted, rejected] = [
    mention('s', 'suggested', [0, 3]),
    mention('a', 'accepted', [0, 7]),
    mention('r', 'rejected', [4, 7]),
  ];
  const bob = mention('b', 'suggested', [12, 15]);
  const lost = relation('lost', 's', 'b');
  const placement = placeInTable(SENTENCE, { mentions: [suggested, accepted, rejected, bob], relations: [lost, relation('r1', 'a', 'b')] });
  expect(placement.mentions.map(({ mention: { id }, startToken, endToken }) => [id, startToken, endToken])).toEqual([
    ['a', 0, 2],
    ['b', 3, 4],
  ]);
  expect(placement.relations.map(({ id }) => id)).toEqual(['r1']);
  expect(placement.left.map(({ item, why }) => [item.id, why])).toEqual([
    ['s', 'overlapping another mention'],
    ['r', 'overlapping another mention'],
    ['lost', 'of a mention that is not in the table'],
  ]);
});

test('a table holds one relation a pair, and none of a mention with itself', () => {
  const items = {
    mentions: [mention('a', 'accepted', [0, 7]), mention('b', 'accepted', [12, 15])],
    relations: [relation('one', 'a', 'b'), relation('two', 'b', 'a', 'accepted'), relation('self', 'a', 'a')],
  };
  const placement = placeInTable(SENTENCE, items);
  expect(placement.relations.map(({ id }) => id)).toEqual(['two']);
  expect(placement.left.map(({ item, why }) => [item.id, why])).toEqual([
    ['one', 'second relation of a pair'],
    ['self', 'between a mention and itself'],
  ]);
});

test('the context of a mention never cuts a character in two', () => {
  const text = `${'🙂'.repeat(20)}x${'🙂'.repeat(20)}`;
  // 24 units before and after are 12 whole faces; one unit further and the cut would fall inside one.
  const { before, after } = makeMention(text, 'm', 'T', [{ startChar: 40, endChar: 41 }], 'accepted');
  expect(before).toBe('🙂'.repeat(12));
  expect(after).toBe('🙂'.repeat(12));
  const shifted = makeMention(`${'🙂'.repeat(20)}ax`, 'm', 'T', [{ startChar: 41, endChar: 42 }], 'accepted');
  expect(shifted.before).toBe(`${'🙂'.repeat(11)}a`);
});
