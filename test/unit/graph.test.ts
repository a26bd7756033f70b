import { describe, expect, it } from 'vitest';
import { Graph } from '../../src/model/graph/graph';
import * as operators from '../../src/model/graph/operators';
import { broadcast, plus } from '../../src/model/graph/shape';
import { float32 } from '../../src/model/graph/tensor';
import { Session } from '../../src/model/runtime/session';

describe('shapes', () => {
  it('add to names', () => {
    expect(plus('n', 2)).toBe('n+2');
    expect(plus('n+2', -2)).toBe('n');
    expect(plus('n+2', -3)).toBe('n-1');
    expect(plus(4, 3)).toBe(7);
  });

  it('broadcast as NumPy does, and refuse what does not fit', () => {
    expect(broadcast(['n', 1, 3], [4, 1])).toEqual(['n', 4, 3]);
    expect(() => broadcast(['n', 3], ['m', 3])).toThrow(/do not broadcast/);
  });
});

describe('a graph', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['n', 4]);

  it('is checked while it is built', () => {
    expect(() => operators.MatMul(x, graph.input('w', 'float32', [5, 2]))).toThrow('MatMul: [n, 4] and [5, 2] do not multiply');
    expect(() => operators.Reshape(x, ['n', 2, 3])).toThrow('Reshape: [n, 4] does not become [n, 2, 3]');
    expect(() => operators.Slice(x, 1, 3, 2)).toThrow(/Slice/);
    expect(() => operators.Concat([x, graph.input('y', 'float32', ['n', 4, 1])], 0)).toThrow(/Concat/);
    expect(() => operators.Add(x, new Graph().input('z', 'float32', ['n', 4]))).toThrow(/another graph/);
  });

  it('runs with the shapes that it was built with', async () => {
    const built = new Graph();
    const input = built.input('x', 'float32', ['n', 2]);
    const padded = operators.Pad(input, 0, 1, 1);
    const shifted = operators.Add(operators.Slice(padded, 0, 0, -2), operators.Slice(padded, 0, 2));
    expect(shifted.shape).toEqual(['n', 2]);
    built.output('neighbours', shifted);
    built.output('transposed', operators.Transpose(operators.Reshape(input, ['n', 1, 2]), [1, 0, 2]));
    const session = await Session.create(built);
    const { neighbours, transposed } = await session.run({ x: float32([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)) });
    expect([...(neighbours?.data as Float32Array)]).toEqual([3, 4, 6, 8, 3, 4]);
    expect(transposed?.shape).toEqual([1, 3, 2]);
    await session.dispose();
  });

  it('multiplies int8 weights in 8 bits close to the exact product', async () => {
    const [rows, width, count] = [5, 64, 3];
    const weight = Int8Array.from({ length: rows * width }, (_, at) => ((at * 37) % 255) - 127);
    const scale = Float32Array.from({ length: rows }, (_, row) => 0.01 * (row + 1));
    const data = Float32Array.from({ length: count * width }, (_, at) => Math.sin(at));
    const built = new Graph();
    built.output('y', operators.MatMulNBits(built.input('x', 'float32', ['m', width]), weight, scale, rows));
    const session = await Session.create(built);
    const { y } = await session.run({ x: float32([count, width], data) });
    for (let i = 0; i < count; i++)
      for (let row = 0; row < rows; row++) {
        let exact = 0;
        let size = 0;
        for (let k = 0; k < width; k++) {
          const term = (data[i * width + k] ?? 0) * (weight[row * width + k] ?? 0) * (scale[row] ?? 0);
          exact += term;
          size += Math.abs(term);
        }
        expect(Math.abs(((y?.data as Float32Array)[i * rows + row] as number) - exact)).toBeLessThan(size / 100);
      }
    await session.dispose();
  });
});
