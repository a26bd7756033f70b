import fc from 'fast-check';
import type { TokenSentence } from '../../src/annotation/tokenSentence';

const token = fc.oneof(
  fc.constantFrom('Bob', '🙂', '👩‍👩‍👧', 'e\u0301', 'שלום', '"', '\\', '\uFEFFx', 'two words', '-LRB-', 'a/b', '\u2028'),
  fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\r')),
);
const score = fc.option(
  fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
  { nil: undefined },
);
/** Sentences with nested, overlapping and equal mentions, self relations, and several relations of a pair. */
export const tokenSentences = fc.array(
  fc.array(token, { minLength: 1, maxLength: 6 }).chain((tokens) =>
    fc
      .array(fc.tuple(fc.constantFrom('Peop', 'Loc'), fc.nat(tokens.length - 1), fc.nat(tokens.length - 1), score), { maxLength: 4 })
      .chain((mentions) =>
        fc
          .array(fc.tuple(fc.constantFrom('Kill', 'Live_In'), fc.nat(), fc.nat(), score), { maxLength: mentions.length === 0 ? 0 : 4 })
          .map((relations): TokenSentence => ({
            tokens,
            mentions: mentions.map(([type, a, b, value]) => ({
              type,
              startToken: Math.min(a, b),
              endToken: Math.max(a, b) + 1,
              ...(value === undefined ? {} : { score: value }),
            })),
            relations: relations.map(([type, head, tail, value]) => ({
              type,
              head: head % mentions.length,
              tail: tail % mentions.length,
              ...(value === undefined ? {} : { score: value }),
            })),
            origId: tokens.length,
          })),
      ),
  ),
);

/** A sentence with its annotations said independently of their order. */
export const said = ({ tokens, mentions, relations, origId }: TokenSentence): unknown => {
  const span = (index: number): string => JSON.stringify(mentions[index]);
  return {
    tokens,
    origId,
    mentions: mentions.map((one) => JSON.stringify([one.type, one.startToken, one.endToken, one.score])).sort(),
    relations: relations
      .map((one) => {
        const { type, startToken, endToken } = mentions[one.head]!;
        const tail = mentions[one.tail]!;
        return JSON.stringify([one.type, one.score, type, startToken, endToken, tail.type, tail.startToken, tail.endToken]);
      })
      .sort(),
    self: relations.filter(({ head, tail }) => span(head) === span(tail)).length,
  };
};
