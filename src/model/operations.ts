/**
 * What a sentence costs in floating-point operations: 2 for each multiply-add of the matrix products that run (encoder/layers.ts,
 * table/convolution.ts, table/head.ts), whether in 8 bits or in float32. Sums, norms and activations are not counted, as is usual.
 */
import type { EncoderConfig } from './encoder/config';
import { BIAFFINE_WIDTH } from './table/biaffine';
import { routerWidth } from './table/convolution';
import { relationCells } from './table/head';
import { mentionLabelCount, relationLabelCount } from './table/labels';
import type { TableOptions } from './table/options';

export interface Operations {
  readonly encoder: number;
  readonly head: number;
}

/** @param subwords with the special tokens around the sentence */
export function operationsOf(
  config: EncoderConfig,
  options: TableOptions,
  size: { readonly subwords: number; readonly words: number },
): Operations {
  return { encoder: encoderOperations(config, options.layers, size.subwords), head: headOperations(config, options, size.words) };
}

function encoderOperations({ hidden_size: d, intermediate_size: inner }: EncoderConfig, layers: number, s: number): number {
  const projections = 4 * s * d * d;
  const attention = 2 * s * s * d;
  const feedForward = 2 * s * d * inner;
  return 2 * layers * (projections + attention + feedForward);
}

function headOperations({ hidden_size: d }: EncoderConfig, options: TableOptions, n: number): number {
  const { experts, hidden, convolutions, biaffine, wordShapeWidth } = options;
  const width = d + wordShapeWidth;
  const mentionLabels = mentionLabelCount(options.entityTypes.length);
  const relationLabels = relationLabelCount(options.relationTypes.length);
  const router = (channels: number): number => routerWidth(channels) * (channels + experts);
  // A cell sums three numbers of its row word and three of its column word for each channel.
  const cells = (count: number): number => 6 * count * hidden;
  const logitCells = relationCells(n, options);
  const first = router(2 * width) + 2 * n * (3 * width + 1) * experts * 3 * hidden + experts * hidden;
  const mentions = n * hidden * (3 + mentionLabels);
  const second = cells(n * n) + router(hidden) + experts * (hidden * 9 + 1) * relationLabels + logitCells * hidden * 9 * relationLabels;
  const relations = cells(logitCells) + (convolutions === 2 ? second : logitCells * hidden * relationLabels);
  const pairs = BIAFFINE_WIDTH * (2 * n * width + n * relationLabels * BIAFFINE_WIDTH + n * n * relationLabels);
  return 2 * (first + mentions + relations + (biaffine ? pairs : 0));
}
