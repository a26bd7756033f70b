import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TokenMention, TokenRelation, TokenSentence } from '../../src/annotation/tokenSentence';
import { encodable } from '../../src/model/training/encodable';

const mention = (type: string, startToken: number, endToken: number): TokenMention => ({ type, startToken, endToken });
const relation = (type: string, head: number, tail: number): TokenRelation => ({ type, head, tail });
const sentence = (mentions: readonly TokenMention[], relations: readonly TokenRelation[] = []): TokenSentence => ({
  tokens: ['a', 'b', 'c', 'd', 'e', 'f'],
  mentions,
  relations,
});

test('what a table can hold stays as it is', () => {
  const whole = { ...sentence([mention('Loc', 4, 6), mention('Peop', 0, 2)], [relation('Live_In', 1, 0)]), origId: 7 };
  expect(encodable(whole)).toEqual({ sentence: whole, left: [] });
});

test('of mentions that overlap the longest stays, and what does not touch it', () => {
  // e-f is longer than f alone; a-c is longer than b-c and a; d stands beside both.
  const given = sentence([
    mention('A', 0, 1),
    mention('B', 5, 6),
    mention('C', 0, 3),
    mention('D', 1, 3),
    mention('E', 3, 4),
    mention('F', 4, 6),
  ]);
  const { sentence: kept, left } = encodable(given);
  expect(kept.mentions.map(({ type }) => type)).toEqual(['C', 'E', 'F']);
  expect(left).toEqual(['overlappingMention', 'overlappingMention', 'overlappingMention']);
});

test('of two of one length the earlier stays, of two of one span the one that is listed first', () => {
  const types = (...mentions: TokenMention[]): string[] => encodable(sentence(mentions)).sentence.mentions.map(({ type }) => type);
  expect(types(mention('Late', 1, 3), mention('Early', 0, 2))).toEqual(['Early']);
  expect(types(mention('First', 1, 3), mention('Second', 1, 3))).toEqual(['First']);
});

test('relations point to the mentions that are left, and are left out with the others', () => {
  const mentions = [mention('Part', 0, 1), mention('Peop', 0, 2), mention('Loc', 3, 4), mention('Org', 5, 6)];
  const { sentence: kept, left } = encodable(sentence(mentions, [relation('Of', 0, 3), relation('Live_In', 1, 2), relation('In', 3, 2)]));
  expect(kept.mentions).toEqual(mentions.slice(1));
  expect(kept.relations).toEqual([relation('Live_In', 0, 1), relation('In', 2, 1)]);
  expect(left).toEqual(['overlappingMention', 'relationOfLeftMention']);
});

test('a pair has one relation, the first, whichever way; none goes from a mention to itself', () => {
  const mentions = [mention('Peop', 0, 1), mention('Peop', 2, 3), mention('Loc', 4, 5)];
  const given = [relation('Kill', 1, 0), relation('Kill', 0, 1), relation('Know', 1, 0), relation('Kill', 2, 2), relation('Live_In', 0, 2)];
  const { sentence: kept, left } = encodable(sentence(mentions, given));
  expect(kept.relations).toEqual([relation('Kill', 1, 0), relation('Live_In', 0, 2)]);
  expect(left).toEqual(['secondRelation', 'secondRelation', 'selfRelation']);
});

test('a mention that stands twice is one, with the relations of both', () => {
  const mentions = [mention('Peop', 0, 1), mention('Loc', 4, 5), mention('Peop', 0, 1), mention('Org', 2, 3)];
  const { sentence: kept, left } = encodable(
    sentence(mentions, [relation('Live_In', 0, 1), relation('Work_For', 2, 3), relation('Same', 0, 2)]),
  );
  expect(kept.mentions).toEqual([mentions[0], mentions[1], mentions[3]]);
  expect(kept.relations).toEqual([relation('Live_In', 0, 1), relation('Work_For', 0, 2)]);
  expect(left).toEqual(['duplicateMention', 'selfRelation']);
});

test('nothing is lost uncounted, and what is left can be held', () => {
  const mentions = fc.array(
    fc
      .tuple(fc.constantFrom('A', 'B'), fc.nat(5), fc.integer({ min: 1, max: 4 }))
      .map(([type, start, length]) => mention(type, start, Math.min(6, start + length))),
    { maxLength: 8 },
  );
  const given = mentions.chain((all) =>
    fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: all.length === 0 ? 0 : 8 }).map((pairs) =>
      sentence(
        all,
        pairs.map(([head, tail]) => relation('R', head % all.length, tail % all.length)),
      ),
    ),
  );
  fc.assert(
    fc.property(given, (whole) => {
      const { sentence: kept, left } = encodable(whole);
      expect(kept.mentions.length + kept.relations.length + left.length).toBe(whole.mentions.length + whole.relations.length);
      const cells = kept.mentions.flatMap(({ startToken, endToken }) =>
        Array.from({ length: endToken - startToken }, (_, at) => startToken + at),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(kept.relations.every(({ head, tail }) => head !== tail && head < kept.mentions.length && tail < kept.mentions.length)).toBe(
        true,
      );
      expect(new Set(kept.relations.map(({ head, tail }) => [head, tail].sort().join())).size).toBe(kept.relations.length);
      // What was left out cannot be put back.
      const { left: again } = encodable(kept);
      expect(again).toEqual([]);
      for (const { startToken, endToken } of whole.mentions)
        expect(kept.mentions.some((other) => startToken < other.endToken && other.startToken < endToken)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
