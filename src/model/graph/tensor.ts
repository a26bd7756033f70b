/** Element types that our graphs use, by ONNX Runtime's names. */
export interface ElementArrays {
  readonly float32: Float32Array;
  readonly int64: BigInt64Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
}
export type ElementType = keyof ElementArrays;

/** A dense row-major tensor. */
export interface Tensor<T extends ElementType = ElementType> {
  readonly type: T;
  readonly shape: readonly number[];
  readonly data: ElementArrays[T];
}

/** A float32 tensor; throws a RangeError when the data does not fill the shape. */
export function float32(shape: readonly number[], data: Float32Array): Tensor<'float32'> {
  return checked({ type: 'float32', shape, data });
}

/** An int64 tensor of small integers. */
export function int64(shape: readonly number[], values: ArrayLike<number>): Tensor<'int64'> {
  return checked({ type: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function checked<T extends ElementType>(tensor: Tensor<T>): Tensor<T> {
  const { length } = tensor.data;
  if (length !== sizeOf(tensor.shape)) throw new RangeError(`${length} elements do not fill the shape [${tensor.shape.join(', ')}]`);
  return tensor;
}
