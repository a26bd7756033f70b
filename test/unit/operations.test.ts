import { describe, expect, it } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { operationsOf } from '../../src/model/operations';
import type { TableOptions } from '../../src/model/table/options';

const BERT_BASE = encoderConfig({
  ...{ model_type: 'bert', hidden_size: 768, num_attention_heads: 12, num_hidden_layers: 12, intermediate_size: 3072 },
  ...{ max_position_embeddings: 512, vocab_size: 30522, layer_norm_eps: 1e-12, hidden_act: 'gelu' },
});
const TINY = encoderConfig({
  ...{ model_type: 'bert', hidden_size: 6, num_attention_heads: 2, num_hidden_layers: 2, intermediate_size: 8 },
  ...{ max_position_embeddings: 64, vocab_size: 10, layer_norm_eps: 1e-12, hidden_act: 'gelu' },
});
const OPTIONS: TableOptions = {
  ...{ layers: 0, hidden: 5, convolutions: 1, experts: 1, routerTemperature: 1, wordShapeWidth: 2, normalisation: 'layer' },
  ...{ distance: false, biaffine: false, entityLabelsFrom: 'layer1-diagonal', entityTypes: ['A'], relationTypes: ['P'] },
};

describe('operations of a sentence', () => {
  it("are the paper's for BERT-base at 128 subwords: 22.35 billion for twelve layers, 1.86 for one", () => {
    const encoder = (layers: number): number =>
      operationsOf(BERT_BASE, { ...OPTIONS, layers }, { subwords: 128, words: 128 }).encoder / 1e9;
    expect(encoder(12)).toBeCloseTo(22.35, 2);
    expect(encoder(1)).toBeCloseTo(1.86, 2);
    expect(encoder(0)).toBe(0);
  });

  it('count every product of the head', () => {
    const head = (more: Partial<TableOptions>): number => operationsOf(TINY, { ...OPTIONS, ...more }, { subwords: 9, words: 4 }).head / 2;
    // D = 8. Router: 16 -> 4 -> 1. Words: 2 halves x 4 words x 24 in x 15 out, mixed by one expert; the bias of 5. Diagonal: 4 x 5 x (3 + 5 labels).
    const first = 4 * 17 + 2 * 4 * 25 * 15 + 5 + 4 * 5 * 8;
    // All 16 cells are in one tile. Each sums 6 numbers a channel, and is multiplied with 5 x 3 weights.
    expect(head({})).toBe(first + 16 * 5 * 6 + 16 * 5 * 3);
    // The second convolution sees the cells twice. Router: 5 -> 4 -> 1. Its kernel is mixed from one, and has 5 x 9 x 3 weights.
    expect(head({ convolutions: 2 })).toBe(first + 2 * 16 * 5 * 6 + 4 * 6 + (45 + 1) * 3 + 16 * 45 * 3);
    expect(head({ biaffine: true }) - head({})).toBe(128 * (2 * 4 * 8 + 4 * 3 * 128 + 16 * 3));
  });
});
