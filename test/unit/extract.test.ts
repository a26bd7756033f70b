import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TablePrediction } from '../../src/annotation/prediction';
import { SpangridError } from '../../src/errors';
import { Extractor } from '../../src/model/extract';
import { segment } from '../../src/text/segment';

let extractor: Extractor;
beforeAll(async () => {
  extractor = await Extractor.open('models/fast', { device: 'cpu' });
});
afterAll(() => extractor.dispose());

const choices = { constraints: true, tables: false };

function words(text: string): string[] {
  return text.split(' ');
}

describe('extraction', () => {
  it('finds who works for whom and who lives where', async () => {
    const tokens = words('Maria Keller , a spokeswoman for the Northern Grain Board in Oslo , Norway , declined to comment .');
    const [prediction] = await extractor.extract([tokens], choices);
    const text = (index: number): string => {
      const mention = prediction?.mentions[index];
      return tokens.slice(mention?.startToken, mention?.endToken).join(' ');
    };
    const found = prediction?.relations.map(({ type, head, tail }) => `${text(head)} ${type} ${text(tail)}`);
    expect(prediction?.mentions.map(({ type }, at) => `${text(at)}: ${type}`)).toEqual(
      expect.arrayContaining(['Maria Keller: Peop', 'Northern Grain Board: Org', 'Norway: Loc']),
    );
    expect(found).toContain('Maria Keller Work_For Northern Grain Board');
  });

  it('gives a sentence the same result whatever lies beside it', async () => {
    const sentences = [
      'Anna Lindqvist works for Volvo in Gothenburg , Sweden .',
      'Rain .',
      'The Bank of Portugal , based in Lisbon , said that its governor , Rui Costa , lives in Porto .',
      'Nothing happened on Monday in the afternoon and nobody said a word about it afterwards .',
    ].map(words);
    const alone = await Promise.all(
      sentences.map(async (sentence) => (await extractor.extract([sentence], { ...choices, tables: true }))[0] as TablePrediction),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(sentences.length - 1), { minLength: 1, maxLength: 8 }), async (order) => {
        const together = await extractor.extract(
          order.map((at) => sentences[at] as string[]),
          { ...choices, tables: true },
        );
        order.forEach((at, index) => {
          const [one, other] = [alone[at] as TablePrediction, together[index] as TablePrediction];
          expect(other).toEqual(one);
        });
      }),
      { numRuns: 10 },
    );
  });

  it('takes any text: what it finds lies within the tokens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
        const sentences = segment(text);
        const tokens = sentences.map((sentence) => sentence.tokens.map(({ startChar, endChar }) => text.slice(startChar, endChar)));
        const predictions = await extractor.extract(tokens, choices);
        expect(predictions).toHaveLength(sentences.length);
        predictions.forEach(({ mentions, relations }, at) => {
          for (const { startToken, endToken } of mentions) {
            expect(startToken).toBeGreaterThanOrEqual(0);
            expect(endToken).toBeLessThanOrEqual(tokens[at]?.length ?? 0);
          }
          for (const { head, tail } of relations) expect(Math.max(head, tail)).toBeLessThan(mentions.length);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('reads tokens that yield no subwords, look like special tokens, or are hundreds of characters long', async () => {
    const odd = ['\u0001', '[SEP]', '[CLS]', '<s>', '\u200d', 'x'.repeat(400), '!'.repeat(700), '👩‍👩‍👧‍👦', 'e\u0301'];
    const predictions = await extractor.extract([odd, [], ['\ufe0f']], choices);
    expect(predictions).toHaveLength(3);
    expect(predictions[1]).toEqual({ mentions: [], relations: [] });
  });

  it('reads a sentence of 3,000 words in windows, and finds in it what it finds alone', async () => {
    const sentence = words('Anna Lindqvist works for Volvo in Gothenburg , Sweden .');
    const filler = (count: number): string[] =>
      Array.from({ length: count }, (_, at) => ['and', 'then', 'it', 'rained', 'again'][at % 5] as string);
    const long = [...filler(1500), ...sentence, ...filler(1500 - sentence.length)];
    const [prediction] = await extractor.extract([long], { ...choices, tables: true });
    const { mentions, table } = prediction as TablePrediction;
    expect(table.size).toBe(3000);
    const found = mentions.map(({ startToken, endToken }) => long.slice(startToken, endToken).join(' '));
    expect(found).toContain('Anna Lindqvist');
    expect(found).toContain('Sweden');
  });

  it('stops between pieces when it is cancelled', async () => {
    const controller = new AbortController();
    const sentences = Array.from({ length: 200 }, () => words('Anna Lindqvist works for Volvo in Gothenburg , Sweden .'));
    const work = extractor.extract(sentences, {
      ...choices,
      signal: controller.signal,
      onSentence: (index) => {
        if (index === 3) controller.abort();
      },
    });
    await expect(work).rejects.toThrow(SpangridError);
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});
