import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../src/annotation/json';
import { partOf, splitOf } from '../../src/annotation/split';
import { fromTokenSentences } from '../../src/formats/tokenText';
import { annotated } from './annotationArbitraries';

const SHARES = [80, 10, 10];

test('a sentence is always in the split that its SHA-256 says', () => {
  // printf '' | sha256sum: e3b0c44298fc..., and 0xe3b0 / 0x10000 is 0.889.
  expect(splitOf('', SHARES)).toBe(1);
  expect(splitOf('', [1, 0, 0])).toBe(0);
  expect(splitOf('', [0, 0, 5])).toBe(2);
  expect(splitOf('', [88, 12])).toBe(1);
  expect(splitOf('', [89, 11])).toBe(0);
});

test('the splits have the sizes that were asked for', () => {
  const counts = [0, 0, 0];
  for (let number = 0; number < 5000; number += 1) counts[splitOf(`Sentence number ${number} .`, SHARES)]! += 1;
  // Five standard deviations of a fair draw.
  expect(Math.abs(counts[0]! - 4000)).toBeLessThan(142);
  expect(Math.abs(counts[1]! - 500)).toBeLessThan(107);
  expect(counts[0]! + counts[1]! + counts[2]!).toBe(5000);
});

const SENTENCES = [
  { tokens: ['Ann', 'lives', 'in', 'Rome', '.'], origId: 7 },
  { tokens: ['🙂'], origId: 8 },
  { tokens: ['Bob', 'left', 'Oslo', '.'], origId: 9 },
].map((sentence) => ({ ...sentence, mentions: [], relations: [] }));

test('a part has its sentences a line each, and what lies in them', () => {
  const { text, document, origIds } = fromTokenSentences('a.txt', [
    {
      ...SENTENCES[0]!,
      mentions: [
        { type: 'Peop', startToken: 0, endToken: 1 },
        { type: 'Loc', startToken: 3, endToken: 4 },
      ],
      relations: [{ type: 'Live_In', head: 0, tail: 1 }],
    },
    SENTENCES[1]!,
    { ...SENTENCES[2]!, mentions: [{ type: 'Peop', startToken: 0, endToken: 1 }] },
  ]);
  const [ann, rome, bob] = [...document.mentions.values()];
  const across = { ...ann!, id: 'aaaaaaaa', spans: [{ startChar: 18, endChar: 25 }] };
  const torn = {
    ...ann!,
    id: 'bbbbbbbb',
    spans: [
      { startChar: 23, endChar: 26 },
      { startChar: 32, endChar: 36 },
    ],
    note: 'n',
  };
  const given = {
    text,
    origIds: origIds!,
    document: {
      ...document,
      mentions: new Map([ann!, rome!, bob!, across, torn].map((mention) => [mention.id, mention])),
      relations: new Map([
        ...document.relations,
        ...['cccccccc', 'dddddddd'].map(
          (id, index) =>
            [id, { id, type: 'Knows', head: ann!.id, tail: index === 0 ? bob!.id : across.id, status: 'accepted' as const }] as const,
        ),
      ]),
    },
  };
  const last = partOf(given, (index) => index === 2);
  expect(last.part.text).toBe('Bob left Oslo .');
  expect(last.part.origIds).toEqual([9]);
  expect(last.part.document.sentences[0]?.tokens.map(({ startChar, endChar }) => last.part.text.slice(startChar, endChar))).toEqual(
    SENTENCES[2]!.tokens,
  );
  expect([...last.part.document.mentions.values()]).toEqual([
    { ...bob!, spans: [{ startChar: 0, endChar: 3 }], before: '', after: ' left Oslo .' },
    {
      ...torn,
      spans: [
        { startChar: 0, endChar: 3 },
        { startChar: 9, endChar: 13 },
      ],
      text: 'Bob Oslo',
      before: '',
      after: ' .',
    },
  ]);
  expect(last.losses.map(({ count }) => count)).toEqual([0, 0]);

  const first = partOf(given, (index) => index === 0);
  expect([...first.part.document.relations.values()].map(({ type }) => type)).toEqual(['Live_In']);
  expect(first.losses.map(({ count }) => count)).toEqual([1, 2]);

  const both = partOf(given, (index) => index !== 1);
  expect(both.part.text).toBe('Ann lives in Rome .\nBob left Oslo .');
  expect([...both.part.document.relations.values()].map(({ type }) => type)).toEqual(['Live_In', 'Knows']);
  expect(both.losses.map(({ count }) => count)).toEqual([1, 1]);
});

test('over all parts, each item is somewhere or counted once, and each part is a sound annotation file', () => {
  fc.assert(
    fc.property(annotated, fc.constantFrom(1, 2, 3), ({ text, document }, size) => {
      fc.pre(document.sentences.length > 0);
      const parts = Array.from({ length: size }, (_, split) => partOf({ text, document }, (index) => index % size === split));
      const total = (count: (one: (typeof parts)[number]) => number): number => parts.reduce((sum, one) => sum + count(one), 0);
      expect(total(({ part }) => part.document.sentences.length)).toBe(document.sentences.length);
      expect(total(({ part, losses }) => part.document.mentions.size + losses[0]!.count)).toBe(document.mentions.size);
      expect(total(({ part, losses }) => part.document.relations.size + losses[1]!.count)).toBe(document.relations.size);
      for (const { part } of parts) {
        expect(toJson(fromJson(toJson(part.document), 'a').document)).toBe(toJson(part.document));
        for (const mention of part.document.mentions.values()) {
          const was = document.mentions.get(mention.id)!;
          expect(mention.text).toBe(was.text);
          expect(mention.spans.map(({ startChar, endChar }) => part.text.slice(startChar, endChar))).toEqual(
            was.spans.map(({ startChar, endChar }) => text.slice(startChar, endChar)),
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});
