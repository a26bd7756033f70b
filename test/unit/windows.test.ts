import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upperIndex, type TableLogits } from '../../src/model/table/logits';
import { mergeWindows, windowsOf } from '../../src/model/windows';

/** A window's table in which every logit says which window and which cell it is from. */
function labelled(window: number, size: number): TableLogits {
  const diagonal = new Float32Array(size * 5).fill(window);
  const upper = new Float32Array(size * (size - 1) * 3).fill(window);
  return { size, band: size - 1, diagonal, upper };
}

describe('windows of a long sentence', () => {
  it('cover every word, fit the encoder, and overlap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 12, max: 60 }),
        (lengths, maximum) => {
          const windows = windowsOf(lengths, maximum);
          expect(windows[0]?.[0]).toBe(0);
          expect(windows.at(-1)?.[1]).toBe(lengths.length);
          windows.forEach(([start, end], at) => {
            expect(lengths.slice(start, end).reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(maximum);
            const next = windows[at + 1];
            if (next) {
              expect(next[0]).toBeGreaterThan(start);
              expect(next[0]).toBeLessThan(Math.max(end, start + 2));
            }
          });
        },
      ),
    );
  });

  it('give each cell to the window in which it lies deepest, and no relation to pairs that no window holds', () => {
    const windows = [
      [0, 4],
      [2, 6],
    ] as const;
    const merged = mergeWindows(6, windows, [labelled(1, 4), labelled(2, 4)], 1, 1);
    expect(Array.from({ length: 6 }, (_, token) => merged.diagonal[token * 5])).toEqual([1, 1, 1, 2, 2, 2]);
    expect(merged.band).toBe(3);
    expect(merged.upper[upperIndex(3, 3, 0, 3)]).toBe(1);
    expect(merged.upper[upperIndex(3, 3, 2, 5)]).toBe(2);
    // (1, 4) is in neither: X is certain.
    expect([...merged.upper.subarray(upperIndex(3, 3, 1, 4), upperIndex(3, 3, 1, 4) + 3)]).toEqual([0, -1e4, -1e4]);
  });
});
