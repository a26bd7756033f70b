import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { Encoder } from '../../src/model/encoder/encoder';
import { parseSafetensors } from '../../src/model/encoder/safetensors';
import { Weights } from '../../src/model/encoder/weights';
import { Head, type HeadTrace, type ShapedSentence } from '../../src/model/table/head';
import { upperIndex, type TableLogits } from '../../src/model/table/logits';
import type { TableOptions } from '../../src/model/table/options';

/** The parts of the reference's case-*.json that the forward pass needs (test/fixtures/tiny/README.md). */
interface Case {
  readonly tau: number;
  readonly normalisation?: 'layer';
  readonly dims: Readonly<Record<'d' | 'S' | 'H' | 'K' | 'layers', number>>;
  readonly encoder: unknown;
  readonly sentences: readonly { inputIds: number[]; subwordRanges: [number, number][]; wordShapes: number[] }[];
  readonly outputs: readonly {
    wordVectors: number[][];
    attention1: number[];
    attention2: number[];
    entityLogits: number[][];
    relationLogits: number[][][];
  }[];
}

async function run(model: string, tau: number): Promise<{ reference: Case; sentences: ShapedSentence[]; head: Head; encoder: Encoder }> {
  const folder = `test/fixtures/tiny/${model}`;
  const reference = JSON.parse(readFileSync(`${folder}/case-tau${tau}.json`, 'utf8')) as Case;
  const weights = new Weights(parseSafetensors(readFileSync(`${folder}/weights.safetensors`), 'weights.safetensors'));
  const { d, S, H, K, layers } = reference.dims;
  const options: TableOptions = {
    layers,
    hidden: H,
    experts: K,
    routerTemperature: reference.tau,
    wordShapeWidth: S,
    normalisation: reference.normalisation ?? 'none',
    entityLabelsFrom: 'layer1-diagonal',
    entityTypes: ['A', 'B'],
    relationTypes: ['P', 'Q'],
  };
  const encoder = await Encoder.open(encoderConfig(reference.encoder), weights, layers, 'cpu', 'float32');
  const head = await Head.open(options, weights, d, 'cpu', 'float32');
  const sentences = reference.sentences.map(({ inputIds, subwordRanges, wordShapes }) => ({ inputIds, ranges: subwordRanges, wordShapes }));
  return { reference, sentences, head, encoder };
}

/** Largest difference, as a share of the reference's largest magnitude. */
function difference(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(Number.MIN_VALUE, ...expected.map(Math.abs));
  return Math.max(0, ...expected.map((value, at) => Math.abs(value - (actual[at] ?? NaN)))) / largest;
}

function upperCells({ size, band, upper }: TableLogits, labels: number): number[] {
  const cells: number[] = [];
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++)
      cells.push(...upper.subarray(upperIndex(band, labels, i, j), upperIndex(band, labels, i, j) + labels));
  return cells;
}

describe.each(['bert', 'mpnet', 'mpnet-layernorm'])('tiny %s against the independent implementation', (model) => {
  it.each([1, 4])('agrees at every stage with router temperature %d', async (tau) => {
    const { reference, sentences, head, encoder } = await run(model, tau);
    for (const [at, output] of reference.outputs.entries()) {
      const sentence = sentences[at] as ShapedSentence;
      let trace: HeadTrace | undefined;
      const table = await head.table(sentence, await encoder.encode(sentence), undefined, (values) => (trace = values));
      const compared: [actual: ArrayLike<number> | undefined, expected: number[]][] = [
        [trace?.wordVectors.data as Float32Array, output.wordVectors.flat()],
        [trace?.attention1.data as Float32Array, output.attention1],
        [trace?.attention2.data as Float32Array, output.attention2],
        [table.diagonal, output.entityLogits.flat()],
        [upperCells(table, 5), output.relationLogits.flatMap((row, i) => row.slice(i + 1).flat())],
      ];
      for (const [actual, expected] of compared) expect(difference(actual ?? [], expected)).toBeLessThan(1e-4);
    }
  });
});
