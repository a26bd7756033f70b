import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../src/text/lineEnds';
import { segment, sentenceAt } from '../../src/text/segment';
import type { SentenceSpans, Span } from '../../src/text/span';

const pieces = [
  ...Array.from(' \n\n\t.!?…,;:\'"“”«»`()[]{}-–—_*#/&@$%|>1234567890aBcZéßあ中กשد।。！'),
  '\n\n',
  '- ',
  '// ',
  '/* ',
  '1. ',
  'Mr.',
  'U.S.',
  'Inc. ',
  'The ',
  'e.g. ',
  "n't",
  "''",
  '...',
  'https://a.b/',
  '\u0301',
  '\u200D',
  '\uFE0F',
  '\u200E',
  '\u00AD',
  '\u0600',
  '\u1100\u1161\u11A8',
  'क्षि',
  'กำ',
  '👨‍👩‍👧',
  '🇧🇪',
  '👍🏽',
  '©',
  '‼️',
  '» ',
  '» \uFE0F',
  '\u0E33',
  '1️⃣',
  '\uD800',
  '\uDC00',
  '𝔘',
];
/** What decides about lines and sentence ends, alone: it meets more often. */
const few = ['\n', ' ', 'a', 'A', '1', '.', ')', '-', '*', '"'];
/** Text with all that the rules look at, and text of any code points and lone surrogates. */
const anyText = fc
  .oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
    { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...few), maxLength: 20 }) },
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  )
  .map(normaliseText);
const runs = { numRuns: 3000 };

function inOrder(spans: readonly Span[], from: number, to: number): void {
  let last = from;
  for (const span of spans) {
    expect(span.startChar).toBeGreaterThanOrEqual(last);
    expect(span.endChar).toBeGreaterThan(span.startChar);
    last = span.endChar;
  }
  expect(last).toBeLessThanOrEqual(to);
}

/** Per UTF-16 unit, which token holds it; -1 for none. */
function tokenNumbers(text: string, sentences: readonly SentenceSpans[]): Int32Array {
  const numbers = new Int32Array(text.length).fill(-1);
  sentences.flatMap((sentence) => sentence.tokens).forEach((token, number) => numbers.fill(number, token.startChar, token.endChar));
  return numbers;
}

describe('segment, for any text', () => {
  it('gives sentences and tokens in order, without overlap, tokens inside their sentence', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sentences = segment(text);
        inOrder(sentences, 0, text.length);
        for (const sentence of sentences) {
          inOrder(sentence.tokens, sentence.startChar, sentence.endChar);
          expect(sentence.tokens.length).toBeGreaterThan(0);
          expect(text.slice(sentence.startChar, sentence.endChar)).toMatch(/[\p{L}\p{N}]/u);
        }
      }),
      runs,
    );
  });

  it('has every letter and digit, and every visible character of a sentence, in a token; white space in none', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sentences = segment(text);
        const numbers = tokenNumbers(text, sentences);
        for (const { index, 0: character } of text.matchAll(/[\p{L}\p{N}]/gu)) {
          expect(numbers[index], `${JSON.stringify(character)} at ${String(index)}`).not.toBe(-1);
        }
        for (const { index } of text.matchAll(/\s/g)) expect(numbers[index]).toBe(-1);
        for (const { startChar, endChar } of sentences) {
          for (const { index, 0: character } of text.slice(startChar, endChar).matchAll(/[^\s\p{C}]/gu)) {
            expect(numbers[startChar + index], `${JSON.stringify(character)} at ${String(startChar + index)}`).not.toBe(-1);
          }
        }
      }),
      runs,
    );
  });

  it('never has parts of one grapheme cluster in two tokens', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(anyText, (text) => {
        const numbers = tokenNumbers(text, segment(text));
        for (const { index, segment: cluster } of graphemes.segment(text)) {
          // A mark may follow a space, and form one cluster with it and what stands before: there the space parts tokens.
          if (/\s/.test(cluster)) continue;
          const holders = new Set(numbers.slice(index, index + cluster.length));
          holders.delete(-1);
          expect(holders.size, JSON.stringify(cluster)).toBeLessThanOrEqual(1);
        }
      }),
      runs,
    );
  });

  it('gives the same again, and the same for a range as for its text alone', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (before, text, after) => {
        const shift = before.length;
        const alone = segment(text);
        const move = ({ startChar, endChar }: Span): Span => ({ startChar: startChar + shift, endChar: endChar + shift });
        expect(segment(text)).toEqual(alone);
        expect(segment(before + text + after, undefined, { startChar: shift, endChar: shift + text.length })).toEqual(
          alone.map((sentence) => ({ ...move(sentence), tokens: sentence.tokens.map(move) })),
        );
      }),
      runs,
    );
  });
});

describe('sentenceAt, for any text and offset', () => {
  it('gives the sentence that segment gives', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, offset) => {
        const at = Math.min(offset, text.length);
        const lineStart = text.lastIndexOf('\n', at - 1) + 1;
        const lineEnd = !text.includes('\n', at) ? text.length : text.indexOf('\n', at);
        const sentences = segment(text);
        const before = sentences.filter(({ startChar, endChar }) => startChar <= at && endChar >= (at === 0 ? 0 : lineStart)).at(-1);
        const after = sentences.find(({ startChar }) => startChar > at && startChar <= lineEnd);
        expect(sentenceAt(text, offset)).toEqual(before ?? after);
      }),
      runs,
    );
  });
});
