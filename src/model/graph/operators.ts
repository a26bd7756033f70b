/** Operators by their ONNX names (opset 21, https://onnx.ai/onnx/operators/). Each checks its shapes and adds one node. */
import type { Value } from './graph';
import { broadcast, dimensionAt, plus, product, show, withDimension, type Dimension, type Shape } from './shape';
import { float32, int64 } from './tensor';

/** Matrix product over the last two axes, the others broadcast: [..., m, k] x [..., k, n] -> [..., m, n]. */
export function MatMul(a: Value, b: Value): Value {
  if (a.shape.length < 2 || b.shape.length < 2 || dimensionAt(a.shape, -1) !== dimensionAt(b.shape, -2))
    throw new RangeError(`MatMul: ${show(a.shape)} and ${show(b.shape)} do not multiply`);
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), dimensionAt(a.shape, -2), dimensionAt(b.shape, -1)];
  return a.graph.node('MatMul', [a, b], { type: a.type, shape });
}

/** x W^T + b for the rows of x, as PyTorch's Linear holds W: [m, k], [n, k], [n] -> [m, n]. */
export function Gemm(x: Value, weight: Value, bias?: Value): Value {
  const [rows = 0] = x.shape;
  const [width = 0] = weight.shape;
  if (
    x.shape.length !== 2 ||
    weight.shape.length !== 2 ||
    x.shape[1] !== weight.shape[1] ||
    (bias !== undefined && bias.shape[0] !== width)
  )
    throw new RangeError(`Gemm: ${show(x.shape)}, ${show(weight.shape)} and ${bias ? show(bias.shape) : 'no bias'} do not fit`);
  return x.graph.node('Gemm', bias ? [x, weight, bias] : [x, weight], { type: x.type, shape: [rows, width] }, { transB: 1 });
}

/**
 * x W^T for int8 weights with a scale a row, x rounded to 8 bits in blocks of 32 (ONNX Runtime's com.microsoft.MatMulNBits with
 * accuracy_level 4): [m, k], [n x k], [n] -> [m, n], k a multiple of 32.
 */
export function MatMulNBits(x: Value, weight: Int8Array, scale: Float32Array, rows: number): Value {
  const width = dimensionAt(x.shape, -1);
  if (typeof width !== 'number' || width % BLOCK !== 0 || weight.length !== rows * width || scale.length !== rows)
    throw new RangeError(`MatMulNBits: ${show(x.shape)} and ${weight.length} weights in ${rows} rows do not fit`);
  const blocks = width / BLOCK;
  const shifted = new Uint8Array(weight.length);
  for (let at = 0; at < weight.length; at++) shifted[at] = (weight[at] as number) + 128;
  const scales = new Float32Array(rows * blocks);
  scale.forEach((factor, row) => scales.fill(factor, row * blocks, (row + 1) * blocks));
  const { graph } = x;
  return graph.node(
    'com.microsoft.MatMulNBits',
    [
      x,
      graph.constant('weight', { type: 'uint8', shape: [rows, blocks, BLOCK], data: shifted }),
      graph.constant('scales', float32([rows * blocks], scales)),
    ],
    { type: 'float32', shape: [...x.shape.slice(0, -1), rows] },
    { K: width, N: rows, bits: 8, block_size: BLOCK, accuracy_level: 4 },
  );
}

/** Blocks of 128 are a fifth faster, but cost 0.65 RE F1 on CoNLL04 test with the MPNet model; blocks of 32 cost 0.06. */
const BLOCK = 32;

export function Add(a: Value, b: Value): Value {
  return elementwise('Add', a, b);
}

export function Mul(a: Value, b: Value): Value {
  return elementwise('Mul', a, b);
}

export function Sub(a: Value, b: Value): Value {
  return elementwise('Sub', a, b);
}

export function Div(a: Value, b: Value): Value {
  return elementwise('Div', a, b);
}

export function Erf(x: Value): Value {
  return x.graph.node('Erf', [x], x);
}

export function Exp(x: Value): Value {
  return x.graph.node('Exp', [x], x);
}

export function Log(x: Value): Value {
  return x.graph.node('Log', [x], x);
}

export function Sqrt(x: Value): Value {
  return x.graph.node('Sqrt', [x], x);
}

/** -1, 0 or 1. */
export function Sign(x: Value): Value {
  return x.graph.node('Sign', [x], x);
}

export function Relu(x: Value): Value {
  return x.graph.node('Relu', [x], x);
}

/** Gaussian error linear unit with the exact erf (not the tanh approximation). */
export function Gelu(x: Value): Value {
  return x.graph.node('Gelu', [x], x, { approximate: 'none' });
}

/** Softmax along an axis. */
export function Softmax(x: Value, axis: number): Value {
  dimensionAt(x.shape, axis);
  return x.graph.node('Softmax', [x], x, { axis });
}

/** Logarithm of the softmax along an axis. */
export function LogSoftmax(x: Value, axis: number): Value {
  dimensionAt(x.shape, axis);
  return x.graph.node('LogSoftmax', [x], x, { axis });
}

/** Normalises over the last axis with the biased variance, then scales and shifts: scale and bias are [d]. */
export function LayerNormalization(x: Value, scale: Value, bias: Value, epsilon: number): Value {
  const width = dimensionAt(x.shape, -1);
  if (scale.shape[0] !== width || bias.shape[0] !== width)
    throw new RangeError(`LayerNormalization: scale ${show(scale.shape)} and bias ${show(bias.shape)} are not as wide as ${show(x.shape)}`);
  return x.graph.node('LayerNormalization', [x, scale, bias], x, { axis: -1 }, { epsilon });
}

/** The axes in the order `perm`. */
export function Transpose(x: Value, perm: readonly number[]): Value {
  if (perm.length !== x.shape.length || new Set(perm).size !== perm.length)
    throw new RangeError(`Transpose: ${show(perm)} does not order the axes of ${show(x.shape)}`);
  return x.graph.node('Transpose', [x], { type: x.type, shape: perm.map((axis) => dimensionAt(x.shape, axis)) }, { perm });
}

/**
 * The same elements in another shape. A symbolic dimension stands at the same axis as in the input, but for one, which is inferred; where
 * more are missing, they are read from `like` when the graph runs.
 */
export function Reshape(x: Value, shape: Shape, like = x): Value {
  const { graph } = x;
  const sizes = shape.map((dimension, axis) => (typeof dimension === 'number' ? dimension : x.shape[axis] === dimension ? 0 : -1));
  const [before, after] = [factors(x.shape), factors(shape)];
  const inferred = sizes.filter((size) => size === -1).length;
  const isMissing = inferred > 1 && shape.some((dimension) => typeof dimension === 'string' && !like.shape.includes(dimension));
  if (before.number !== after.number || before.names !== after.names || isMissing)
    throw new RangeError(`Reshape: ${show(x.shape)} does not become ${show(shape)}`);
  const constant = (numbers: readonly number[]): Value => graph.constant('shape', int64([numbers.length], numbers));
  if (inferred <= 1) return graph.node('Reshape', [x, constant(sizes)], { type: x.type, shape });
  const all = graph.node('Shape', [like], { type: 'int64', shape: [like.shape.length] });
  const parts = shape.map((dimension) => {
    const axis = like.shape.indexOf(dimension);
    return typeof dimension === 'number' ? constant([dimension]) : Slice(all, 0, axis, axis + 1);
  });
  return graph.node('Reshape', [x, Concat(parts as [Value, ...Value[]], 0)], { type: x.type, shape });
}

/** A new axis of size 1 at `axis`. */
export function Unsqueeze(x: Value, axis: number): Value {
  return x.graph.node('Unsqueeze', [x, x.graph.constant('axes', int64([1], [axis]))], {
    type: x.type,
    shape: x.shape.toSpliced(axis, 0, 1),
  });
}

/** The elements [start, end) along an axis; without `end`, up to the end. Negative positions count from the end. */
export function Slice(x: Value, axis: number, start: number, end?: number): Value {
  const size = dimensionAt(x.shape, axis);
  const from = start < 0 ? plus(size, start) : start;
  const to = end === undefined ? size : end < 0 ? plus(size, end) : end;
  const length = typeof from === 'number' ? plus(to, -from) : typeof to === 'string' ? difference(to, from) : Number.NaN;
  if (typeof length === 'number' && !(length >= 0)) throw new RangeError(`Slice: [${start}, ${end ?? ''}) is outside ${show(x.shape)}`);
  const constant = (name: string, value: number): Value => x.graph.constant(name, int64([1], [value]));
  return x.graph.node('Slice', [x, constant('starts', start), constant('ends', end ?? 2 ** 31 - 1), constant('axes', axis)], {
    type: x.type,
    shape: withDimension(x.shape, axis, length),
  });
}

/** The values one after the other along an axis. */
export function Concat(values: readonly [Value, ...Value[]], axis: number): Value {
  const [first, ...rest] = values;
  let size = dimensionAt(first.shape, axis);
  for (const value of rest) {
    const other = dimensionAt(value.shape, axis);
    if (show(withDimension(value.shape, axis, 0)) !== show(withDimension(first.shape, axis, 0)))
      throw new RangeError(`Concat: ${show(first.shape)} and ${show(value.shape)} differ beside axis ${axis}`);
    if (typeof other === 'number') size = plus(size, other);
    else if (typeof size === 'number') size = plus(other, size);
    else throw new RangeError(`Concat: the sum of ${size} and ${other} has no name`);
  }
  return first.graph.node('Concat', values, { type: first.type, shape: withDimension(first.shape, axis, size) }, { axis });
}

/** Zeros before and after along an axis. */
export function Pad(x: Value, axis: number, before: number, after: number): Value {
  const pads = x.shape.flatMap((_, at) => (at === axis ? [before] : [0])).concat(x.shape.map((_, at) => (at === axis ? after : 0)));
  const shape = withDimension(x.shape, axis, plus(dimensionAt(x.shape, axis), before + after));
  return x.graph.node('Pad', [x, x.graph.constant('pads', int64([pads.length], pads))], { type: x.type, shape }, { mode: 'constant' });
}

/** Rows of `x` along its first axis, by index: [v, ...] and [a, b] -> [a, b, ...]. */
export function Gather(x: Value, indices: Value): Value {
  return x.graph.node('Gather', [x, indices], { type: x.type, shape: [...indices.shape, ...x.shape.slice(1)] }, { axis: 0 });
}

/**
 * `x` with `updates` added to the rows that `indices` name: x [v, d], indices [a...], updates [a..., d]. A row that is named several times
 * gets the sum, in the order of the indices. (ScatterND does not promise that: ONNX Runtime adds with all threads at once there, and two
 * that meet in a row can lose a number.)
 */
export function ScatterElements(x: Value, indices: Value, updates: Value): Value {
  const width = dimensionAt(x.shape, -1);
  if (x.shape.length !== 2 || typeof width !== 'number' || show([...indices.shape, width]) !== show(updates.shape))
    throw new RangeError(`ScatterElements: ${show(updates.shape)} at ${show(indices.shape)} does not go into ${show(x.shape)}`);
  const rows = indices.shape.reduce(product, 1);
  const shape = x.graph.constant('shape', int64([2], [1, width]));
  const columns = x.graph.node('Expand', [Reshape(indices, [rows, 1]), shape], { type: 'int64', shape: [rows, width] });
  return x.graph.node('ScatterElements', [x, columns, Reshape(updates, [rows, width])], x, { axis: 0, reduction: 'add' });
}

export function ReduceMax(x: Value, axes: readonly number[]): Value {
  return reduce('ReduceMax', x, axes);
}

export function ReduceMean(x: Value, axes: readonly number[]): Value {
  return reduce('ReduceMean', x, axes);
}

export function ReduceSum(x: Value, axes: readonly number[]): Value {
  return reduce('ReduceSum', x, axes);
}

/** A constant number that broadcasts to any float32 shape. */
export function scalar(like: Value, value: number): Value {
  return like.graph.constant('scalar', float32([], Float32Array.of(value)));
}

function elementwise(operator: string, a: Value, b: Value): Value {
  return a.graph.node(operator, [a, b], { type: a.type, shape: broadcast(a.shape, b.shape) });
}

/** The reduced axes are dropped. */
function reduce(operator: string, x: Value, axes: readonly number[]): Value {
  const dropped = new Set(axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
  dropped.forEach((axis) => dimensionAt(x.shape, axis));
  const shape = x.shape.filter((_, axis) => !dropped.has(axis));
  return x.graph.node(operator, [x, x.graph.constant('axes', int64([axes.length], axes))], { type: x.type, shape }, { keepdims: 0 });
}

/** `to` - `from` where both are the same name with offsets. */
function difference(to: string, from: string): Dimension {
  for (let gap = 0; gap <= 64; gap++) if (plus(from, gap) === to) return gap;
  throw new RangeError(`${to} - ${from} has no name`);
}

/** The number of elements as a product of a number and names; a dimension may itself be a product ("n*512"). */
function factors(shape: Shape): { readonly number: number; readonly names: string } {
  const parts = shape.flatMap((dimension) => String(dimension).split('*'));
  const numbers = parts.filter((part) => /^\d+$/.test(part));
  return {
    number: numbers.reduce((product, part) => product * Number(part), 1),
    names: parts
      .filter((part) => !/^\d+$/.test(part))
      .sort()
      .join('*'),
  };
}
