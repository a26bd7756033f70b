import { SpangridError } from '../../errors';
import { float32, sizeOf, type Tensor } from '../graph/tensor';
import type { StoredTensor } from './safetensors';

/**
 * The weights of a model by name, as stored: float32, or int8 with `NAME.scale` (symmetric: value = int8 * scale). A scale has the
 * leading axes of its tensor: one a row, or one an expert and output channel.
 */
export class Weights {
  readonly #stored: ReadonlyMap<string, StoredTensor>;

  constructor(stored: ReadonlyMap<string, StoredTensor>) {
    this.#stored = stored;
  }

  has(name: string): boolean {
    return this.#stored.has(name);
  }

  /** A copy of this tensor alone, with its scale: what is kept when the file that all lie in may be forgotten. */
  only(name: string): Weights {
    const kept = [...this.#stored].filter(([key]) => key === name || key === `${name}.scale`);
    return new Weights(new Map(kept.map(([key, tensor]) => [key, { ...tensor, data: tensor.data.slice() } as StoredTensor])));
  }

  /** The tensor in float32. Errors: model.invalid where it is missing or has another shape. */
  get(name: string, shape: readonly number[]): Tensor<'float32'> {
    const stored = this.stored(name, shape);
    if (stored.dtype === 'F32') return float32(shape, stored.data);
    const scale = this.scale(name);
    const inner = sizeOf(shape) / scale.length;
    const data = new Float32Array(sizeOf(shape));
    scale.forEach((factor, row) => {
      for (let at = row * inner; at < (row + 1) * inner; at++) data[at] = (stored.data[at] as number) * factor;
    });
    return float32(shape, data);
  }

  /**
   * Rows of a matrix, dequantised one by one: for embeddings, which stay int8 in memory (a quarter of the size).
   * @param shape of the whole matrix, [rows, width]
   */
  rows(name: string, shape: readonly [number, number], indices: readonly number[]): Float32Array {
    const stored = this.stored(name, shape);
    const [, width] = shape;
    const result = new Float32Array(indices.length * width);
    if (stored.dtype === 'F32') indices.forEach((row, at) => result.set(stored.data.subarray(row * width, (row + 1) * width), at * width));
    else {
      const scale = this.scale(name);
      indices.forEach((row, at) => {
        const factor = scale[row] as number;
        for (let column = 0; column < width; column++) result[at * width + column] = (stored.data[row * width + column] as number) * factor;
      });
    }
    return result;
  }

  /** The tensor as stored. Errors: model.invalid. */
  stored(name: string, shape: readonly number[]): Exclude<StoredTensor, { dtype: 'I32' | 'I64' }> {
    const tensor = this.#stored.get(name);
    if (tensor === undefined) throw new SpangridError('model.invalid', `The model has no weights called ${name}. Get the model again.`);
    if (tensor.dtype === 'I32' || tensor.dtype === 'I64' || tensor.shape.join() !== shape.join())
      throw new SpangridError(
        'model.invalid',
        `The weights ${name} have the shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]: the model's options do not fit its weights.`,
      );
    return tensor;
  }

  /** The scale of an int8 tensor. Errors: model.invalid where there is none. */
  scale(name: string): Float32Array {
    const scale = this.#stored.get(`${name}.scale`);
    if (scale?.dtype !== 'F32') throw new SpangridError('model.invalid', `The int8 weights ${name} have no scale. Get the model again.`);
    return scale.data;
  }
}
