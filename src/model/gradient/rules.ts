/**
 * Gradient rules by operator, as tables of this kind are written in tinygrad and JAX: a rule adds the nodes that carry the gradient of a
 * node's output (its adjoint) to the node's inputs.
 */
import type { Node, Value } from '../graph/graph';
import {
  Add,
  Div,
  Erf,
  Exp,
  MatMul,
  Mul,
  Pad,
  ReduceMean,
  ReduceSum,
  Reshape,
  scalar,
  ScatterElements,
  Sign,
  Slice,
  Sqrt,
  Sub,
  Transpose,
  Unsqueeze,
} from '../graph/operators';
import { dimensionAt, type Shape } from '../graph/shape';

/** Gradients of a node's inputs, in their order; undefined for inputs that have none (indices, shapes). */
export type Rule = (node: Node, adjoint: Value) => readonly (Value | undefined)[];

export const RULES: Readonly<Record<string, Rule>> = {
  Identity: (_, adjoint) => [adjoint],

  MatMul({ inputs }, adjoint) {
    const [a, b] = two(inputs);
    return [sumTo(MatMul(adjoint, swapLast(b)), a.shape), sumTo(MatMul(swapLast(a), adjoint), b.shape)];
  },

  Gemm({ inputs }, adjoint) {
    const [x, weight] = two(inputs);
    const rest = inputs.length > 2 ? [ReduceSum(adjoint, [0])] : [];
    return [MatMul(adjoint, weight), MatMul(Transpose(adjoint, [1, 0]), x), ...rest];
  },

  Add: ({ inputs }, adjoint) => inputs.map(({ shape }) => sumTo(adjoint, shape)),

  Sub({ inputs }, adjoint) {
    const [a, b] = two(inputs);
    return [sumTo(adjoint, a.shape), sumTo(Mul(adjoint, scalar(adjoint, -1)), b.shape)];
  },

  Mul({ inputs }, adjoint) {
    const [a, b] = two(inputs);
    return [sumTo(Mul(adjoint, b), a.shape), sumTo(Mul(adjoint, a), b.shape)];
  },

  Div({ inputs, outputs }, adjoint) {
    const [a, b] = two(inputs);
    const overB = Div(adjoint, b);
    return [sumTo(overB, a.shape), sumTo(Mul(Mul(overB, one(outputs)), scalar(adjoint, -1)), b.shape)];
  },

  Exp: ({ outputs }, adjoint) => [Mul(adjoint, one(outputs))],

  Log: ({ inputs }, adjoint) => [Div(adjoint, one(inputs))],

  Relu: ({ outputs }, adjoint) => [Mul(adjoint, Sign(one(outputs)))],

  /** x Phi(x): Phi(x) + x phi(x). */
  Gelu({ inputs }, adjoint) {
    const x = one(inputs);
    const cumulative = Mul(Add(Erf(Mul(x, scalar(x, Math.SQRT1_2))), scalar(x, 1)), scalar(x, 0.5));
    const density = Mul(Exp(Mul(Mul(x, x), scalar(x, -0.5))), scalar(x, 1 / Math.sqrt(2 * Math.PI)));
    return [Mul(adjoint, Add(cumulative, Mul(x, density)))];
  },

  Softmax({ outputs, attributes }, adjoint) {
    const y = one(outputs);
    const axis = attributes['axis'] as number;
    return [Mul(y, Sub(adjoint, keep(ReduceSum(Mul(adjoint, y), [axis]), axis)))];
  },

  LogSoftmax({ outputs, attributes }, adjoint) {
    const axis = attributes['axis'] as number;
    return [Sub(adjoint, Mul(Exp(one(outputs)), keep(ReduceSum(adjoint, [axis]), axis)))];
  },

  LayerNormalization({ inputs, floats }, adjoint) {
    const [x, scale] = two(inputs);
    const centred = Sub(x, keep(ReduceMean(x, [-1]), -1));
    const variance = keep(ReduceMean(Mul(centred, centred), [-1]), -1);
    const deviation = Sqrt(Add(variance, scalar(x, floats['epsilon'] ?? 0)));
    const normal = Div(centred, deviation);
    const scaled = Mul(adjoint, scale);
    const mean = keep(ReduceMean(scaled, [-1]), -1);
    const along = Mul(normal, keep(ReduceMean(Mul(scaled, normal), [-1]), -1));
    return [Div(Sub(Sub(scaled, mean), along), deviation), sumTo(Mul(adjoint, normal), scale.shape), sumTo(adjoint, scale.shape)];
  },

  Transpose({ attributes }, adjoint) {
    const perm = attributes['perm'] as readonly number[];
    return [
      Transpose(
        adjoint,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ];
  },

  Reshape: ({ inputs }, adjoint) => [Reshape(adjoint, one(inputs).shape, one(inputs)), undefined],

  Unsqueeze: ({ inputs }, adjoint) => [Reshape(adjoint, one(inputs).shape, one(inputs)), undefined],

  Slice({ inputs, outputs }, adjoint) {
    const x = one(inputs);
    const [start = 0, end = 0, axis = 0] = inputs.slice(1).flatMap(integers);
    const size = dimensionAt(x.shape, axis);
    const from = start < 0 && typeof size === 'number' ? size + start : start;
    const length = dimensionAt(one(outputs).shape, axis);
    const after = end < 0 ? -end : typeof size === 'number' && typeof length === 'number' ? size - from - length : 0;
    return [Pad(adjoint, axis, from, after), undefined, undefined, undefined];
  },

  Concat({ inputs, attributes }, adjoint) {
    const axis = attributes['axis'] as number;
    let start = 0;
    return inputs.map((input) => {
      const size = dimensionAt(input.shape, axis);
      if (typeof size !== 'number') throw new Error(`Concat: the size ${size} is not known when the graph is built`);
      start += size;
      return Slice(adjoint, axis, start - size, start);
    });
  },

  Pad({ inputs }, adjoint) {
    const x = one(inputs);
    const pads = integers(two(inputs)[1]);
    const padded = x.shape.map((_, axis) => ({ axis, before: pads[axis] ?? 0, after: pads[axis + x.shape.length] ?? 0 }));
    const inner = padded.reduce(
      (value, { axis, before, after }) => (before > 0 || after > 0 ? Slice(value, axis, before, after > 0 ? -after : undefined) : value),
      adjoint,
    );
    return [inner, undefined];
  },

  Gather({ inputs }, adjoint) {
    const [x, indices] = two(inputs);
    return [ScatterElements(zerosLike(x), indices, adjoint), undefined];
  },

  ReduceSum({ inputs }, adjoint) {
    const [x, axes] = two(inputs);
    return [Add(zerosLike(x), restore(adjoint, x.shape, integers(axes))), undefined];
  },

  ReduceMean({ inputs }, adjoint) {
    const [x, axes] = two(inputs);
    const ones = Add(zerosLike(x), scalar(x, 1));
    const share = Div(adjoint, ReduceSum(ones, integers(axes)));
    return [Mul(ones, restore(share, x.shape, integers(axes))), undefined];
  },

  /** Where several elements are the largest, they share. */
  ReduceMax({ inputs, outputs }, adjoint) {
    const [x, axes] = two(inputs);
    const largest = restore(one(outputs), x.shape, integers(axes));
    // 1 where x is the largest, 0 elsewhere: x - max is never positive.
    const isLargest = Add(Sign(Sub(x, largest)), scalar(x, 1));
    const share = Div(adjoint, ReduceSum(isLargest, integers(axes)));
    return [Mul(isLargest, restore(share, x.shape, integers(axes))), undefined];
  },
};

/** The adjoint of a value that was broadcast: summed over the axes along which it was repeated. */
function sumTo(adjoint: Value, shape: Shape): Value {
  const added = adjoint.shape.length - shape.length;
  const axes = adjoint.shape.flatMap((dimension, axis) => (axis < added || (shape[axis - added] === 1 && dimension !== 1) ? [axis] : []));
  if (axes.length === 0) return adjoint;
  const summed = ReduceSum(adjoint, axes);
  return summed.shape.length === shape.length
    ? summed
    : axes.filter((axis) => axis >= added).reduce((value, axis) => Unsqueeze(value, axis - added), summed);
}

/** The reduced axis back, with size 1. */
function keep(reduced: Value, axis: number): Value {
  return Unsqueeze(reduced, axis < 0 ? axis + reduced.shape.length + 1 : axis);
}

/** What was reduced over `axes` (and dropped), so that it broadcasts to `shape` again. */
function restore(reduced: Value, shape: Shape, axes: readonly number[]): Value {
  return axes
    .map((axis) => (axis < 0 ? axis + shape.length : axis))
    .sort((a, b) => a - b)
    .reduce((value, axis) => Unsqueeze(value, axis), reduced);
}

function zerosLike(x: Value): Value {
  return Mul(x, scalar(x, 0));
}

function swapLast(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return Transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/** The integers of a constant. */
function integers(value: Value): readonly number[] {
  const tensor = value.graph.constants.get(value);
  if (tensor?.type !== 'int64') throw new Error(`${value.name} is not a constant of integers`);
  return Array.from(tensor.data as BigInt64Array, Number);
}

function one([value]: readonly Value[]): Value {
  if (value === undefined) throw new Error('a node lacks its input or output');
  return value;
}

function two(values: readonly Value[]): readonly [Value, Value] {
  return [one(values), one(values.slice(1))];
}
