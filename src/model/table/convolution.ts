/**
 * Dynamic convolution over the word table (Chen et al. 2020, "Dynamic Convolution: Attention over Convolution Kernels") as graphs. The
 * first layer is never computed densely: cell (i, j) = [e_i ; e_j] and zero padding make its 3 x 3 convolution separable,
 *
 *   cell(i, j) = b + sum_dj m(j + dj) P_dj(i) + sum_di m(i + di) Q_di(j),    P_dj(i) = sum_di W_row[di, dj] e_(i+di),
 *                                                                            Q_di(j) = sum_dj W_col[di, dj] e_(j+dj),
 *
 * where m is 1 inside the sentence and 0 outside: n wide products instead of n^2, and the same result.
 * Offsets are in the order -1, 0, +1; `inside` [b, n, 3] holds m at the three offsets of each word. The first axis is the sentence, b = 1
 * at inference.
 */
import type { Parameters } from '../encoder/parameters';
import type { Value } from '../graph/graph';
import {
  Add,
  Concat,
  Gather,
  LayerNormalization,
  MatMul,
  Mul,
  Pad,
  ReduceMax,
  Relu,
  Reshape,
  scalar,
  Slice,
  Softmax,
  Unsqueeze,
} from '../graph/operators';
import { dimensionAt, product } from '../graph/shape';
import { distanceVectors, NO_DISTANCE } from './distance';
import { COLUMN_KERNEL, ROW_KERNEL } from './kernels';
import { mentionLabelCount, relationLabelCount } from './labels';
import type { TableOptions } from './options';
import { WORD_SHAPES } from './wordShape';

const LAYER_NORM_EPSILON = 1e-5;

/**
 * Word vectors: the maximum over each word's subwords, and the embedding of its shape (Eq. 1).
 * @param subwords [t, d]
 * @param pieces [b x n, p] int64 positions of each word's subwords, the first repeated up to p
 * @param shapes [b x n] int64
 * @returns [b x n, D]
 */
export function wordVectors(parameters: Parameters, options: TableOptions, subwords: Value, pieces: Value, shapes: Value): Value {
  const pooled = ReduceMax(Gather(subwords, pieces), [1]);
  return Concat([pooled, Gather(parameters.tensor('words.shape.weight', [WORD_SHAPES, options.wordShapeWidth]), shapes)], 1);
}

/**
 * Weights of the experts for each sentence (Eq. 2): FC, ReLU, FC, softmax(z / temperature).
 * @param pooled [b, C] the mean of the sentence's cells
 * @param inverseTemperature 1 / tau where it is not the model's own
 * @returns [b, K]
 */
export function router(
  parameters: Parameters,
  options: TableOptions,
  convolution: 1 | 2,
  pooled: Value,
  inverseTemperature = scalar(pooled, 1 / options.routerTemperature),
): Value {
  const channels = Number(dimensionAt(pooled.shape, 1));
  const inner = routerWidth(channels);
  const name = `table.conv${convolution}.router`;
  const z = parameters.linear(Relu(parameters.linear(pooled, `${name}.0`, channels, inner)), `${name}.2`, inner, options.experts);
  return Softmax(Mul(z, inverseTemperature), -1);
}

/** Width between a router's two layers. */
export function routerWidth(channels: number): number {
  return Math.max(4, Math.floor(channels / 4));
}

/** The two halves of the first layer's sums. */
export interface SeparableParts {
  /** P [b, n, 3, hidden], by column offset; the bias is in the middle one, which every cell has. */
  readonly rows: Value;
  /** Q [b, n, 3, hidden], by row offset. */
  readonly columns: Value;
}

/**
 * The first layer as P and Q, with each sentence's own mixture of kernels (Eq. 3).
 * @param words [b, n, D], zero outside the sentence
 * @param attention [b, K] from the first router
 */
export function separableConvolution(parameters: Parameters, options: TableOptions, words: Value, attention: Value): SeparableParts {
  const { experts, hidden } = options;
  const [batch = 0, count = 0, width = 0] = words.shape;
  const padded = Pad(words, 1, 1, 1);
  const window = Concat([Slice(padded, 1, 0, -2), words, Slice(padded, 1, 2)], 2);
  const rows = Reshape(window, [product(batch, count), 3 * Number(width)]);
  const mixture = Unsqueeze(Unsqueeze(attention, 1), 1);
  const part = (name: string): Value => {
    const all = Reshape(parameters.linear(rows, name, 3 * Number(width), experts * 3 * hidden), [batch, count, experts, 3 * hidden]);
    return Reshape(MatMul(mixture, all), [batch, count, 3, hidden]);
  };
  const bias = MatMul(attention, parameters.tensor('table.conv1.experts.bias', [experts, hidden]));
  return { rows: Add(part(ROW_KERNEL), Pad(Unsqueeze(Unsqueeze(bias, 1), 1), 2, 1, 1)), columns: part(COLUMN_KERNEL) };
}

/**
 * Layer 1's output for a rectangle of cells, after normalisation and ReLU.
 * @param rows P of the row words, [b, r, 3, hidden]
 * @param insideRows [b, r, 3]
 * @param columns Q of the column words by offset, [b, 3, c x hidden]
 * @param insideColumns [b, c, 3]
 * @param distances buckets of the cells [r, c] int64 (distance.ts), where the model has them
 * @returns [b, r, c, hidden]
 */
export function hiddenCells(
  parameters: Parameters,
  options: TableOptions,
  rows: Value,
  insideRows: Value,
  columns: Value,
  insideColumns: Value,
  distances?: Value,
): Value {
  const fromRows = MatMul(Unsqueeze(insideColumns, 1), rows);
  const fromColumns = Reshape(MatMul(insideRows, columns), fromRows.shape);
  const sums = Add(fromRows, fromColumns);
  return activate(parameters, options, distances === undefined ? sums : Add(sums, Gather(distanceVectors(parameters, options), distances)));
}

/** Logits of the diagonal, read from layer 1's output at (i, i): P and Q [1, n, 3, hidden], inside [1, n, 3] -> [n, 1 + 4 x entity types]. */
export function diagonalLogits(parameters: Parameters, options: TableOptions, { rows, columns }: SeparableParts, inside: Value): Value {
  const [, count = 0] = rows.shape;
  const sums = MatMul(Unsqueeze(inside, 2), Add(rows, columns));
  const cells = Reshape(sums, [count, options.hidden]);
  const near = options.distance ? Add(cells, Slice(distanceVectors(parameters, options), 0, NO_DISTANCE, NO_DISTANCE + 1)) : cells;
  return mentionLogits(parameters, options, activate(parameters, options, near));
}

/** Logits of BILOU labels from layer 1's output at diagonal cells: [m, hidden] -> [m, 1 + 4 x entity types]. */
export function mentionLogits(parameters: Parameters, options: TableOptions, cells: Value): Value {
  return parameters.linear(cells, 'entity', options.hidden, mentionLabelCount(options.entityTypes.length));
}

/** Logits of relation labels from layer 1's output alone, where there is no second convolution: [m, hidden] -> [m, R]. */
export function relationLogits(parameters: Parameters, options: TableOptions, cells: Value): Value {
  return parameters.linear(cells, 'relation', options.hidden, relationLabelCount(options.relationTypes.length));
}

/**
 * Each sentence's own second-layer kernel and bias.
 * @param mean [b, hidden] mean of layer 1's output over all n x n cells
 * @param kernels [K, hidden x 9 x R] (kernels.ts)
 * @returns attention [b, K], kernel [b, hidden, 9 x R] and bias [b, R]
 */
export function secondKernel(
  parameters: Parameters,
  options: TableOptions,
  mean: Value,
  kernels: Value,
  inverseTemperature?: Value,
): { readonly attention: Value; readonly kernel: Value; readonly bias: Value } {
  const labels = relationLabelCount(options.relationTypes.length);
  const attention = router(parameters, options, 2, mean, inverseTemperature);
  return {
    attention,
    kernel: Reshape(MatMul(attention, kernels), [dimensionAt(mean.shape, 0), options.hidden, 9 * labels]),
    bias: MatMul(attention, parameters.tensor('table.conv2.experts.bias', [options.experts, labels])),
  };
}

function activate(parameters: Parameters, options: TableOptions, cells: Value): Value {
  if (options.normalisation === 'none') return Relu(cells);
  const shape = [options.hidden];
  const scale = parameters.tensor('table.norm.weight', shape);
  return Relu(LayerNormalization(cells, scale, parameters.tensor('table.norm.bias', shape), LAYER_NORM_EPSILON));
}
