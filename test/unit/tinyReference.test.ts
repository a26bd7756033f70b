import { describe, expect, it } from 'vitest';
import { Encoder } from '../../src/model/encoder/encoder';
import { Head, type HeadTrace, type ShapedSentence } from '../../src/model/table/head';
import { upperIndex, type TableLogits } from '../../src/model/table/logits';
import { relativeDifference, TINY_MODELS, tinyModel } from './tinyModels';

function upperCells({ size, band, upper }: TableLogits, labels: number): number[] {
  const cells: number[] = [];
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++)
      cells.push(...upper.subarray(upperIndex(band, labels, i, j), upperIndex(band, labels, i, j) + labels));
  return cells;
}

describe.each(TINY_MODELS)('tiny %s against the independent implementation', (model) => {
  it.each([1, 4])('agrees at every stage with router temperature %d', async (tau) => {
    const { reference, sentences, options, config, weights } = tinyModel(model, tau);
    const encoder = await Encoder.open(config, weights, options.layers, 'cpu', 'float32');
    const head = await Head.open(options, weights, config.hidden_size, 'cpu', 'float32');
    for (const [at, output] of reference.outputs.entries()) {
      const sentence = sentences[at] as ShapedSentence;
      let trace: HeadTrace | undefined;
      const table = await head.table(sentence, await encoder.encode(sentence), undefined, (values) => (trace = values));
      const compared: [actual: ArrayLike<number> | undefined, expected: number[]][] = [
        [trace?.wordVectors.data as Float32Array, output.wordVectors.flat()],
        [trace?.attention1.data as Float32Array, output.attention1],
        [trace?.attention2?.data as Float32Array, output.attention2],
        [table.diagonal, output.entityLogits.flat()],
        [upperCells(table, 5), output.relationLogits.flatMap((row, i) => row.slice(i + 1).flat())],
      ];
      for (const [actual, expected] of compared) expect(relativeDifference(actual ?? [], expected)).toBeLessThan(1e-4);
    }
  });
});
