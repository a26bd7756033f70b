import { readFileSync } from 'node:fs';
import { encoderConfig, type EncoderConfig } from '../../src/model/encoder/config';
import { parseSafetensors, type StoredTensor } from '../../src/model/encoder/safetensors';
import { Weights } from '../../src/model/encoder/weights';
import type { ShapedSentence } from '../../src/model/table/head';
import type { TableOptions } from '../../src/model/table/options';

export const TINY_MODELS = ['bert', 'mpnet', 'mpnet-layernorm'] as const;
export type TinyModel = (typeof TINY_MODELS)[number];

/** The parts of the reference's case-*.json that are looked at (test/fixtures/tiny/README.md). */
interface Case {
  readonly tau: number;
  readonly normalisation?: 'layer';
  readonly dims: Readonly<Record<'d' | 'S' | 'H' | 'K' | 'layers', number>>;
  readonly encoder: unknown;
  readonly sentences: readonly {
    readonly inputIds: readonly number[];
    readonly subwordRanges: readonly (readonly [number, number])[];
    readonly wordShapes: readonly number[];
    readonly entityLabels: readonly number[];
    readonly relationLabels: readonly (readonly number[])[];
  }[];
  readonly outputs: readonly {
    readonly wordVectors: number[][];
    readonly attention1: number[];
    readonly attention2: number[];
    readonly entityLogits: number[][];
    readonly relationLogits: number[][][];
  }[];
  readonly meanLoss: number;
}

/** A random tiny model of the reference, with what it must give at a router temperature. */
export function tinyModel(
  model: TinyModel,
  tau: number,
): { reference: Case; sentences: ShapedSentence[]; options: TableOptions; config: EncoderConfig; weights: Weights } {
  const folder = `test/fixtures/tiny/${model}`;
  const reference = JSON.parse(readFileSync(`${folder}/case-tau${String(tau)}.json`, 'utf8')) as Case;
  const { S, H, K, layers } = reference.dims;
  const options: TableOptions = {
    layers,
    hidden: H,
    convolutions: 2,
    experts: K,
    routerTemperature: reference.tau,
    wordShapeWidth: S,
    normalisation: reference.normalisation ?? 'none',
    distance: false,
    biaffine: false,
    entityLabelsFrom: 'layer1-diagonal',
    entityTypes: ['A', 'B'],
    relationTypes: ['P', 'Q'],
  };
  const sentences = reference.sentences.map(({ inputIds, subwordRanges, wordShapes }) => ({ inputIds, ranges: subwordRanges, wordShapes }));
  const weights = new Weights(parseSafetensors(readFileSync(`${folder}/weights.safetensors`), 'weights.safetensors'));
  return { reference, sentences, options, config: encoderConfig(reference.encoder), weights };
}

/** The gradients of the mean loss with respect to every parameter. */
export function tinyGradients(model: TinyModel, tau: number): ReadonlyMap<string, StoredTensor> {
  const file = `test/fixtures/tiny/${model}/gradients-tau${String(tau)}.safetensors`;
  return parseSafetensors(readFileSync(file), file);
}

/** Largest difference, as a share of the reference's largest magnitude. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [largest, difference] = [Number.MIN_VALUE, 0];
  for (let at = 0; at < expected.length; at++) {
    largest = Math.max(largest, Math.abs(expected[at] as number));
    difference = Math.max(difference, Math.abs((expected[at] as number) - (actual[at] as number)));
  }
  return difference / largest;
}
