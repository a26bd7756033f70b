import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/model/gradient/gradients';
import { RULES } from '../../src/model/gradient/rules';
import { Graph, type Value } from '../../src/model/graph/graph';
import * as op from '../../src/model/graph/operators';
import { float32, int64, sizeOf } from '../../src/model/graph/tensor';
import { Session } from '../../src/model/runtime/session';

/** One use of an operator: the shapes of its inputs, what range they lie in, and the expression. */
interface Use {
  readonly shapes: readonly (readonly number[])[];
  readonly from?: number;
  readonly to?: number;
  readonly build: (inputs: readonly Value[]) => Value;
}

const [a, b, c] = [0, 1, 2] as const;
const at = (inputs: readonly Value[], index: number): Value => inputs[index] as Value;

const USES: Readonly<Record<string, Use | readonly Use[]>> = {
  MatMul: [
    {
      shapes: [
        [3, 4],
        [4, 2],
      ],
      build: (x) => op.MatMul(at(x, a), at(x, b)),
    },
    {
      shapes: [
        [2, 3, 4],
        [4, 2],
      ],
      build: (x) => op.MatMul(at(x, a), at(x, b)),
    },
    {
      shapes: [
        [1, 4],
        [3, 4, 2],
      ],
      build: (x) => op.MatMul(at(x, a), at(x, b)),
    },
  ],
  Gemm: { shapes: [[3, 4], [2, 4], [2]], build: (x) => op.Gemm(at(x, a), at(x, b), at(x, c)) },
  Add: { shapes: [[2, 3], [3]], build: (x) => op.Add(at(x, a), at(x, b)) },
  Sub: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (x) => op.Sub(at(x, a), at(x, b)),
  },
  Mul: {
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: (x) => op.Mul(at(x, a), at(x, b)),
  },
  Div: { shapes: [[2, 3], [3]], from: 0.5, to: 2, build: (x) => op.Div(at(x, a), at(x, b)) },
  Exp: { shapes: [[2, 3]], build: (x) => op.Exp(at(x, a)) },
  Log: { shapes: [[2, 3]], from: 0.5, to: 3, build: (x) => op.Log(at(x, a)) },
  Relu: { shapes: [[3, 5]], build: (x) => op.Relu(at(x, a)) },
  Gelu: { shapes: [[3, 5]], build: (x) => op.Gelu(at(x, a)) },
  Softmax: [
    { shapes: [[3, 5]], build: (x) => op.Softmax(at(x, a), -1) },
    { shapes: [[3, 5]], build: (x) => op.Softmax(at(x, a), 0) },
  ],
  LogSoftmax: { shapes: [[3, 5]], build: (x) => op.LogSoftmax(at(x, a), -1) },
  LayerNormalization: { shapes: [[3, 6], [6], [6]], build: (x) => op.LayerNormalization(at(x, a), at(x, b), at(x, c), 1e-5) },
  Transpose: { shapes: [[2, 3, 4]], build: (x) => op.Transpose(at(x, a), [2, 0, 1]) },
  Reshape: { shapes: [[2, 6]], build: (x) => op.Reshape(at(x, a), [3, 4]) },
  Unsqueeze: { shapes: [[2, 3]], build: (x) => op.Unsqueeze(at(x, a), 1) },
  Slice: [
    { shapes: [[5, 2]], build: (x) => op.Slice(at(x, a), 0, 1, -1) },
    { shapes: [[5, 2]], build: (x) => op.Slice(at(x, a), 0, 2) },
    { shapes: [[2, 5]], build: (x) => op.Slice(at(x, a), 1, 1, 3) },
  ],
  Concat: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (x) => op.Concat([at(x, a), at(x, b), at(x, a)], 1),
  },
  Pad: { shapes: [[2, 3]], build: (x) => op.Pad(at(x, a), 1, 2, 1) },
  Gather: { shapes: [[4, 3]], build: (x) => op.Gather(at(x, a), at(x, a).graph.constant('rows', int64([2, 2], [3, 0, 3, 1]))) },
  ReduceSum: [
    { shapes: [[2, 3, 4]], build: (x) => op.ReduceSum(at(x, a), [0, 2]) },
    { shapes: [[2, 3]], build: (x) => op.ReduceSum(at(x, a), [-1]) },
  ],
  ReduceMean: { shapes: [[2, 3, 4]], build: (x) => op.ReduceMean(at(x, a), [1]) },
  ReduceMax: { shapes: [[2, 5]], build: (x) => op.ReduceMax(at(x, a), [1]) },
  Identity: {
    shapes: [[3]],
    build: (x) => {
      const { graph } = at(x, a);
      graph.output('same', at(x, a));
      return graph.outputs[0] as Value;
    },
  },
};

/** A weighted sum of the expression, its gradient by the rules, and the sum at any point. */
async function prepare(
  { shapes, build }: Use,
  weights: (size: number) => Float32Array,
): Promise<{
  loss: (values: readonly Float32Array[]) => Promise<number>;
  gradient: (values: readonly Float32Array[]) => Promise<Float32Array[]>;
}> {
  const graph = new Graph();
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, 'float32', shape));
  const y = build(inputs);
  const size = sizeOf(y.shape as number[]);
  const weighted = op.Mul(y, graph.constant('weights', float32(y.shape as number[], weights(size))));
  const loss = op.ReduceSum(
    weighted,
    y.shape.map((_, axis) => axis),
  );
  graph.output('loss', loss);
  gradients(loss, inputs).forEach((value, index) => {
    expect(value.shape).toEqual(shapes[index]);
    graph.output(`gradient${index}`, value);
  });
  const session = await Session.create(graph);
  const run = (values: readonly Float32Array[]): ReturnType<Session['run']> =>
    session.run(Object.fromEntries(values.map((data, index) => [`x${index}`, float32(shapes[index] as number[], data)])));
  return {
    loss: async (values) => Number(((await run(values))['loss']?.data as Float32Array)[0]),
    gradient: async (values) => {
      const results = await run(values);
      return shapes.map((_, index) => results[`gradient${index}`]?.data as Float32Array);
    },
  };
}

describe('gradient rules', () => {
  it('are all tried', () => {
    expect(Object.keys(USES).sort()).toEqual(Object.keys(RULES).sort());
  });

  const cases = Object.entries(USES).flatMap(([name, uses]) => [uses].flat().map((use, index) => [`${name} ${index + 1}`, use] as const));
  it.each(cases)('%s agrees with finite differences', async (_, use) => {
    const { from = -2, to = 2 } = use;
    const weights = (size: number): Float32Array => Float32Array.from({ length: size }, (_unused, index) => Math.cos(index + 1));
    const { loss, gradient } = await prepare(use, weights);
    const value = fc.integer({ min: Math.ceil(from * 64), max: Math.floor(to * 64) }).map((number) => number / 64);
    // Kinks (0 for Relu, ties for a maximum) have no derivative: values keep a distance from them and from each other.
    const distinct = (size: number): fc.Arbitrary<number[]> =>
      fc.uniqueArray(
        value.filter((number) => Math.abs(number) > 0.05),
        { minLength: size, maxLength: size },
      );
    await fc.assert(
      fc.asyncProperty(fc.tuple(...use.shapes.map((shape) => distinct(sizeOf(shape)))), async (point) => {
        const values = point.map((numbers) => Float32Array.from(numbers));
        const analytic = await gradient(values);
        const step = 1 / 128;
        for (const [input, data] of values.entries())
          for (let index = 0; index < data.length; index += Math.max(1, Math.floor(data.length / 4))) {
            const moved = async (by: number): Promise<number> =>
              loss(values.map((other, which) => (which === input ? data.with(index, (data[index] ?? 0) + by) : other)));
            const [up, down] = [await moved(step), await moved(-step)];
            const numeric = (up - down) / (2 * step);
            expect(Math.abs((analytic[input]?.[index] ?? NaN) - numeric)).toBeLessThan(0.02 * (1 + Math.abs(numeric)));
          }
      }),
      { numRuns: 5 },
    );
  });

  it('count every use of a row that is read many times, whatever the threads', async () => {
    const [rows, width, reads] = [4, 64, 20_000];
    const indices = Array.from({ length: reads }, (_, read) => (read * read) % rows);
    const { gradient } = await prepare(
      { shapes: [[rows, width]], build: (x) => op.Gather(at(x, a), at(x, a).graph.constant('rows', int64([reads], indices))) },
      (size) => new Float32Array(size).fill(1),
    );
    const [found] = await gradient([new Float32Array(rows * width)]);
    const counts = Array.from({ length: rows }, (_, row) => indices.filter((index) => index === row).length);
    expect(Array.from(found as Float32Array)).toEqual(counts.flatMap((count) => Array.from({ length: width }, () => count)));
  });

  it('name an operator that has none, and a value that the loss does not depend on', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    expect(() => gradients(op.ReduceSum(op.Sign(x), [0]), [x])).toThrow('Sign has no gradient rule');
    expect(() => gradients(op.ReduceSum(x, [0]), [graph.input('other', 'float32', [2])])).toThrow('the loss does not depend on other');
  });
});
