/** A dimension: a number, or a name for one known only when the graph runs ("n"), possibly with an offset ("n+2"). */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** The dimension `by` larger. */
export function plus(dimension: Dimension, by: number): Dimension {
  if (typeof dimension === 'number') return dimension + by;
  const [, name = dimension, offset = '0'] = /^(.*?)([+-]\d+)?$/.exec(dimension) ?? [];
  const sum = Number(offset) + by;
  return sum === 0 ? name : `${name}${sum > 0 ? '+' : ''}${sum}`;
}

/** The product of two dimensions; of names it is a name. */
export function product(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 1) return b;
  return b === 1 ? a : `${a}*${b}`;
}

/** The shape of an elementwise operation on two shapes, by ONNX's (NumPy's) broadcasting; throws when they do not fit. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new RangeError(`shapes ${show(a)} and ${show(b)} do not broadcast`);
  });
}

/** The dimension at an axis, which may count from the end (-1 is the last). */
export function dimensionAt(shape: Shape, axis: number): Dimension {
  const dimension = shape.at(axis);
  if (dimension === undefined || axis < -shape.length) throw new RangeError(`axis ${axis} is outside the shape ${show(shape)}`);
  return dimension;
}

/** The shape with one dimension replaced. */
export function withDimension(shape: Shape, axis: number, dimension: Dimension): Shape {
  dimensionAt(shape, axis);
  return shape.with(axis, dimension);
}

/** For messages. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
