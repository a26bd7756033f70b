import fc from 'fast-check';
import { expect } from 'vitest';
import type { TokenSentence } from '../../src/annotation/tokenSentence';
import type { AnnotatedText, Format } from '../../src/formats/format';
import type { Loss } from '../../src/formats/losses';
import { fromTokenSentences, toTokenSentences } from '../../src/formats/tokenText';
import { readWhole, writeWhole } from './wholeFiles';
import { annotated } from './annotationArbitraries';
import { tokenSentences } from './tokenArbitraries';

interface RoundTrip {
  readonly back: readonly TokenSentence[];
  readonly texts: readonly AnnotatedText[];
  readonly losses: readonly Loss[];
}

function roundTrip(format: Format, texts: readonly AnnotatedText[]): RoundTrip {
  const name = `F${format.endings[0]}`;
  const { files, losses } = writeWhole(format, texts, { entities: {}, relations: {} }, name);
  const read = readWhole(format, files);
  return {
    back: read.texts.flatMap((text) => toTokenSentences(text).sentences),
    texts: read.texts,
    losses: [...losses, ...read.losses],
  };
}

/** Of each item what a format holds: its type and tokens, and of suggestions their score. */
function itemsOf({ mentions, relations }: TokenSentence, withSuggestions: boolean): readonly string[] {
  const decision = ({ score, isSuggested }: { score?: number; isSuggested?: true }): unknown[] =>
    withSuggestions ? [score, isSuggested] : [];
  const span = (index: number): unknown => [mentions[index]!.startToken, mentions[index]!.endToken];
  return [
    ...mentions.map((one, index) => JSON.stringify([one.type, span(index), ...decision(one)])),
    ...relations.map((one) => JSON.stringify([one.type, span(one.head), span(one.tail), ...decision(one)])),
  ].sort();
}

/** What a loss counts is left out wholly, or only something of it or its place. */
const IS_ITEM = /^(rejected |discontinuous |overlapping or nested )?(mentions|relations)\b|^predictions of what is annotated/;

/** Whether all of `some` is in `all`, as often. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  const left = [...all];
  return some.every((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** A token-based format gives back what it says that it holds, and loses nothing of what it has given. */
export function expectRoundTrips(format: Format, withSuggestions: boolean): void {
  fc.assert(
    fc.property(tokenSentences, (given) => {
      const first = roundTrip(format, [fromTokenSentences('F.txt', given)]);
      const second = roundTrip(format, first.texts);
      expect(second.losses).toEqual([]);
      const said = ({ back }: RoundTrip): unknown => back.map((one) => [one.tokens, itemsOf(one, withSuggestions), one.origId]);
      expect(said(second)).toEqual(said(first));
      expect(second.texts.map(({ text }) => text)).toEqual(first.texts.map(({ text }) => text));
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(annotated, (text) => {
      const { document } = text;
      const { back, losses } = roundTrip(format, [text]);
      const kept = back.reduce((sum, { mentions, relations }) => sum + mentions.length + relations.length, 0);
      const lost = losses.filter(({ what }) => IS_ITEM.test(what)).reduce((sum, { count }) => sum + count, 0);
      expect(kept + lost).toBe(document.mentions.size + document.relations.size);
      const all = toTokenSentences(text).sentences;
      expect(back).toHaveLength(all.length);
      if (losses.some(({ what }) => what.includes('other characters'))) return;
      expect(back.map(({ tokens }) => tokens)).toEqual(all.map(({ tokens }) => tokens));
      for (const [index, sentence] of back.entries())
        expect(isWithin(itemsOf(sentence, withSuggestions), itemsOf(all[index]!, withSuggestions))).toBe(true);
    }),
    { numRuns: 400 },
  );
}
