import { readFileSync } from 'node:fs';
import { PreTrainedTokenizer } from '@xenova/transformers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Subwords } from '../../src/model/subwords/subwords';

const file = JSON.parse(readFileSync('models/fast/tokenizer.json', 'utf8')) as Record<string, unknown>;
const subwords = new Subwords(file, 'bert');

describe('subwords', () => {
  it('splits each word on its own, with special tokens around the sentence', () => {
    const { inputIds, ranges } = subwords.encode(['Hello', 'unaffable', '!']);
    // bert-base-uncased: hello 7592, un ##aff ##able 14477 20961 3468, ! 999.
    expect(inputIds).toEqual([101, 7592, 14477, 20961, 3468, 999, 102]);
    expect(ranges).toEqual([
      [0, 1],
      [1, 4],
      [4, 5],
    ]);
  });

  it('takes a word that looks like a special token for text, and one that yields nothing for one unknown token', () => {
    expect(subwords.encode(['[SEP]']).inputIds).toEqual([101, 1031, 19802, 1033, 102]);
    expect(subwords.encode(['\u0001', 'a']).inputIds).toEqual([101, 100, 1037, 102]);
  });

  it('never pads or cuts off: 300 words give at least 300 subwords', () => {
    const { inputIds, ranges } = subwords.encode(Array.from({ length: 300 }, () => 'word'));
    expect(inputIds).toHaveLength(302);
    expect(ranges).toHaveLength(300);
  });

  it('knows the word "prototype", which is a name of JavaScript, too', () => {
    // bert-base-uncased: prototype 8773.
    expect(subwords.encode(['prototype']).inputIds).toEqual([101, 8773, 102]);
  });

  it('agrees with @xenova/transformers on any word', () => {
    const oracle = new PreTrainedTokenizer({ ...file, added_tokens: [], padding: null, truncation: null, post_processor: null }, {});
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (word) => {
        const expected = oracle.encode(word, { add_special_tokens: false });
        expect(subwords.encode([word]).inputIds.slice(1, -1)).toEqual(expected.length > 0 ? expected : [100]);
      }),
      { numRuns: 500 },
    );
  });

  it('uses [UNK], not <unk>, with MPNet', () => {
    const mpnet = new Subwords(JSON.parse(readFileSync('models/accurate/tokenizer.json', 'utf8')), 'mpnet');
    expect(mpnet.encode(['\u0001']).inputIds).toEqual([0, 104, 2]);
  });

  it('refuses what is not a WordPiece tokenizer', () => {
    expect(() => new Subwords({ model: { type: 'BPE', vocab: {} }, added_tokens: [] }, 'bert')).toThrow(/not a WordPiece tokenizer/);
  });
});
