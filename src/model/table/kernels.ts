/**
 * The head's expert kernels as the graph multiplies with them. The checkpoint has a kernel as PyTorch does, [K, out, in, 3, 3], the last
 * two axes the row and column offset; a product wants everything that is summed over side by side.
 */
import { Weights } from '../encoder/weights';
import type { StoredTensor } from '../encoder/safetensors';
import type { TableOptions } from './options';

/** Names of the first layer's two halves: what comes from the row word and what from the column word. */
export const ROW_KERNEL = 'table.conv1.row';
export const COLUMN_KERNEL = 'table.conv1.column';

/**
 * The first layer's experts as two matrices for the words' windows (e_(i-1), e_i, e_(i+1)), each [K x 3 x hidden, 3 x D]: for the row
 * word, the output row is (expert, column offset, channel) and the window runs over row offsets; for the column word the other way round.
 * @param width D, the width of a word vector
 */
export function separableKernels(weights: Weights, options: TableOptions, width: number): Weights {
  const { experts, hidden } = options;
  const name = 'table.conv1.experts.weight';
  const source = weights.stored(name, [experts, hidden, 2 * width, 3, 3]);
  const result = new Map<string, StoredTensor>();
  for (const side of [ROW_KERNEL, COLUMN_KERNEL]) {
    const data = source.dtype === 'I8' ? new Int8Array(source.data.length / 2) : new Float32Array(source.data.length / 2);
    const scale = source.dtype === 'I8' ? weights.scale(name) : undefined;
    const scales = new Float32Array(experts * 3 * hidden);
    const firstChannel = side === ROW_KERNEL ? 0 : width;
    let to = 0;
    for (let expert = 0; expert < experts; expert++)
      for (let offset = 0; offset < 3; offset++)
        for (let channel = 0; channel < hidden; channel++) {
          const output = expert * hidden + channel;
          scales[(expert * 3 + offset) * hidden + channel] = scale?.[output] ?? 1;
          for (let window = 0; window < 3; window++) {
            const kernelCell = side === ROW_KERNEL ? window * 3 + offset : offset * 3 + window;
            let from = (output * 2 * width + firstChannel) * 9 + kernelCell;
            for (let input = 0; input < width; input++, from += 9) data[to++] = source.data[from] as number;
          }
        }
    result.set(`${side}.weight`, { dtype: source.dtype, shape: [experts * 3 * hidden, 3 * width], data } as StoredTensor);
    if (scale !== undefined) result.set(`${side}.weight.scale`, { dtype: 'F32', shape: [scales.length], data: scales });
  }
  return new Weights(result);
}

/** The second layer's experts as [K, hidden x 9 x R]: a cell's contribution to itself and its eight neighbours in one product. */
export function scatteringKernel(weights: Weights, options: TableOptions, labels: number): Float32Array {
  const { experts, hidden } = options;
  const { data } = weights.get('table.conv2.experts.weight', [experts, labels, hidden, 3, 3]);
  const result = new Float32Array(data.length);
  let to = 0;
  for (let expert = 0; expert < experts; expert++)
    for (let channel = 0; channel < hidden; channel++)
      for (let cell = 0; cell < 9; cell++)
        for (let label = 0; label < labels; label++)
          result[to++] = data[((expert * labels + label) * hidden + channel) * 9 + cell] as number;
  return result;
}

/**
 * The checkpoint's experts of the first layer from the two matrices: the inverse of `separableKernels`.
 * @param width D, the width of a word vector
 * @returns [K, hidden, 2D, 3, 3]
 */
export function expertsOfFirst(row: Float32Array, column: Float32Array, options: TableOptions, width: number): Float32Array {
  const { experts, hidden } = options;
  const result = new Float32Array(row.length + column.length);
  for (const [side, data] of [row, column].entries()) {
    let from = 0;
    for (let expert = 0; expert < experts; expert++)
      for (let offset = 0; offset < 3; offset++)
        for (let channel = 0; channel < hidden; channel++)
          for (let window = 0; window < 3; window++) {
            const kernelCell = side === 0 ? window * 3 + offset : offset * 3 + window;
            let to = ((expert * hidden + channel) * 2 * width + side * width) * 9 + kernelCell;
            for (let input = 0; input < width; input++, to += 9) result[to] = data[from++] as number;
          }
  }
  return result;
}

/** The checkpoint's experts of the second layer, [K, R, hidden, 3, 3]: the inverse of `scatteringKernel`. */
export function expertsOfSecond(kernels: Float32Array, options: TableOptions, labels: number): Float32Array {
  const { experts, hidden } = options;
  const result = new Float32Array(kernels.length);
  let from = 0;
  for (let expert = 0; expert < experts; expert++)
    for (let channel = 0; channel < hidden; channel++)
      for (let cell = 0; cell < 9; cell++)
        for (let label = 0; label < labels; label++)
          result[((expert * labels + label) * hidden + channel) * 9 + cell] = kernels[from++] as number;
  return result;
}
