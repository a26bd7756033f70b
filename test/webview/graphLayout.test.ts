import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layOutGraph, type Size } from '../../src/webview/graphLayout';

const graphs = fc.integer({ min: 1, max: 30 }).chain((count) =>
  fc.record({
    boxes: fc.array(fc.record({ width: fc.integer({ min: 20, max: 260 }), height: fc.constant(44) }), {
      minLength: count,
      maxLength: count,
    }),
    edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }),
  }),
);

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function placed(boxes: readonly Size[], edges: readonly (readonly [number, number])[]): { boxes: Box[]; width: number; height: number } {
  const { centres, width, height } = layOutGraph(boxes, edges, 1000);
  return {
    width,
    height,
    boxes: boxes.map((box, index) => {
      const { x, y } = centres[index] ?? { x: NaN, y: NaN };
      return { left: x - box.width / 2, right: x + box.width / 2, top: y - box.height / 2, bottom: y + box.height / 2 };
    }),
  };
}

describe('the layout of a graph', () => {
  test('lets no box cover another, and all of them lie in the picture', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, edges }) => {
        const { boxes: all, width, height } = placed(boxes, edges);
        for (const [index, a] of all.entries()) {
          expect(a.left >= 0 && a.top >= 0 && a.right <= width && a.bottom <= height).toBe(true);
          for (const b of all.slice(index + 1))
            expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same for the same graph', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, edges }) => {
        expect(layOutGraph(boxes, edges, 1000)).toEqual(layOutGraph(boxes, edges, 1000));
      }),
      { numRuns: 20 },
    );
  });

  test('puts what is related nearer together than what is only related through others', () => {
    const boxes = Array.from({ length: 4 }, () => ({ width: 80, height: 44 }));
    const { centres } = layOutGraph(boxes, [[0, 1], [1, 2], [2, 3]], 1000); // prettier-ignore
    const apart = (a: number, b: number): number => Math.hypot(centres[a]!.x - centres[b]!.x, centres[a]!.y - centres[b]!.y);
    expect(apart(0, 1)).toBeLessThan(apart(0, 3));
    expect(apart(2, 3)).toBeLessThan(apart(0, 3));
  });

  test('puts entities without relations in rows, as wide as the picture may be', () => {
    const boxes = Array.from({ length: 12 }, () => ({ width: 200, height: 44 }));
    expect(layOutGraph(boxes, [], 1000).width).toBeLessThanOrEqual(1000);
  });
});
