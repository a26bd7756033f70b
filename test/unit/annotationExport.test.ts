import { expect, test } from 'vitest';
import type { AnnotationDocument, Mention, Relation, SentenceState, Status } from '../../src/annotation/document';
import type { ExportChoice } from '../../src/annotation/export';
import { exported } from '../../src/annotation/export';

/** Two sentences of ten characters; a mention is named by where it starts. */
function documentOf(states: readonly SentenceState[], items: readonly (Mention | Relation)[]): AnnotationDocument {
  return {
    text: { file: 'a.txt', sha256: '' },
    sentences: states.map((state, index) => ({ startChar: index * 10, endChar: index * 10 + 10, state, tokens: [] })),
    mentions: new Map(items.filter((item) => 'spans' in item).map((item) => [item.id, item])),
    relations: new Map(items.filter((item) => 'head' in item).map((item) => [item.id, item])),
  };
}
const mention = (startChar: number, status: Status, score?: number, endChar = startChar + 1): Mention => ({
  id: `m${startChar}`,
  type: 'T',
  spans: [{ startChar, endChar }],
  text: '',
  before: '',
  after: '',
  status,
  ...(score === undefined ? {} : { score }),
});
const relation = (id: string, head: number, tail: number, status: Status, score = 0.9): Relation => ({
  id,
  type: 'R',
  head: `m${head}`,
  tail: `m${tail}`,
  status,
  score,
});

const taken = (document: AnnotationDocument, choice: Partial<ExportChoice> = {}): string[] => {
  const { mentions, relations } = exported(document, { threshold: 0, ...choice });
  return [...mentions.keys(), ...relations.keys()];
};

test('by default what is not rejected, from a score of zero up', () => {
  const document = documentOf(
    ['new'],
    [
      mention(0, 'suggested', 0),
      mention(1, 'accepted'),
      mention(2, 'rejected', 1),
      relation('r', 0, 1, 'suggested'),
      relation('x', 0, 1, 'rejected'),
    ],
  );
  expect(taken(document)).toEqual(['m0', 'm1', 'r']);
});

test('the threshold holds for suggestions, including its own value; what was accepted or has no score passes', () => {
  const document = documentOf(
    ['in-progress'],
    [mention(0, 'suggested', 0.49), mention(1, 'suggested', 0.5), mention(2, 'accepted', 0.1), mention(3, 'suggested')],
  );
  expect(taken(document, { threshold: 0.5 })).toEqual(['m1', 'm2', 'm3']);
});

test('a suggested relation stays behind with its mention, an accepted one takes it along', () => {
  const items = [mention(0, 'suggested', 0.2), mention(1, 'suggested', 0.9), relation('r', 0, 1, 'suggested')];
  expect(taken(documentOf(['new'], items), { threshold: 0.5 })).toEqual(['m1']);
  expect(taken(documentOf(['new'], [...items, relation('s', 0, 1, 'accepted')]), { threshold: 0.5 })).toEqual(['m0', 'm1', 'r', 's']);
});

test('of a sentence that is done only what is accepted', () => {
  const document = documentOf(
    ['done', 'new'],
    [mention(0, 'accepted'), mention(1, 'suggested', 0.9), mention(10, 'suggested', 0.9), relation('r', 0, 0, 'suggested')],
  );
  expect(taken(document)).toEqual(['m0', 'm10']);
});

test('a suggestion that reaches into a done sentence is not taken', () => {
  expect(taken(documentOf(['new', 'done'], [mention(8, 'suggested', 0.9, 12), mention(9, 'accepted', 0.9, 12)]))).toEqual(['m9']);
});

test('only accepted', () => {
  const document = documentOf(
    ['new', 'done'],
    [mention(0, 'accepted'), mention(1, 'suggested', 1), mention(11, 'accepted'), mention(12, 'rejected')],
  );
  expect(taken(document, { only: 'accepted' })).toEqual(['m0', 'm11']);
  expect(exported(document, { threshold: 0, only: 'accepted' }).sentences).toHaveLength(2);
});

test('only done: those sentences, and what is accepted in them', () => {
  const document = documentOf(
    ['in-progress', 'done', 'skipped'],
    [
      mention(0, 'accepted'),
      mention(11, 'accepted'),
      mention(12, 'suggested', 1),
      mention(8, 'accepted', 1, 12),
      relation('r', 0, 11, 'accepted'),
      relation('s', 11, 11, 'accepted'),
    ],
  );
  expect(taken(document, { only: 'done' })).toEqual(['m11', 's']);
  expect(exported(document, { threshold: 0, only: 'done' }).sentences.map(({ startChar }) => startChar)).toEqual([10]);
});

test('an accepted relation of a rejected mention is not taken', () => {
  expect(taken(documentOf(['new'], [mention(0, 'rejected'), mention(1, 'accepted'), relation('r', 0, 1, 'accepted')]))).toEqual(['m1']);
});
