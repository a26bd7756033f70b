/**
 * Sentences that are longer than the encoder's window are read in windows that overlap by half, and the windows' tables become one: each
 * cell is taken from the window in which it lies deepest. Pairs of words that no window holds have no relation.
 */
import { mentionLabelCount, relationLabelCount } from './table/labels';
import { upperIndex, type TableLogits } from './table/logits';

/** A window's tokens, half-open. */
export type Window = readonly [startToken: number, endToken: number];

/**
 * The windows of a sentence.
 * @param lengths subwords of each word
 * @param maximum subwords that fit a window; a single longer word makes a window of its own
 */
export function windowsOf(lengths: readonly number[], maximum: number): Window[] {
  const windows: Window[] = [];
  let start = 0;
  for (;;) {
    let end = start;
    let sum = 0;
    while (end < lengths.length && (end === start || sum + (lengths[end] as number) <= maximum)) sum += lengths[end++] as number;
    windows.push([start, end]);
    if (end >= lengths.length) return windows;
    start += Math.max(1, Math.floor((end - start) / 2));
  }
}

/** The tables of a sentence's windows as one banded table over all its words. */
export function mergeWindows(
  size: number,
  windows: readonly Window[],
  tables: readonly TableLogits[],
  entityTypes: number,
  relationTypes: number,
): TableLogits {
  const mentionLabels = mentionLabelCount(entityTypes);
  const labels = relationLabelCount(relationTypes);
  const band = Math.max(...windows.map(([start, end]) => end - start)) - 1;
  const diagonal = new Float32Array(size * mentionLabels);
  // Where no window looked, X is certain.
  const upper = new Float32Array(size * band * labels).fill(NEVER);
  for (let at = 0; at < upper.length; at += labels) upper[at] = 0;
  const depths = new Float32Array(size * (band + 1)).fill(-1);
  windows.forEach(([start, end], index) => {
    const table = tables[index] as TableLogits;
    for (let i = start; i < end; i++)
      for (let j = i; j < end; j++) {
        const depth = Math.min(i === 0 ? Infinity : i - start, end === size && j === size - 1 ? Infinity : end - 1 - j);
        const cell = i * (band + 1) + (j - i);
        if (depth <= (depths[cell] as number)) continue;
        depths[cell] = depth;
        if (i === j) {
          const from = (i - start) * mentionLabels;
          diagonal.set(table.diagonal.subarray(from, from + mentionLabels), i * mentionLabels);
        } else {
          const from = upperIndex(table.band, labels, i - start, j - start);
          upper.set(table.upper.subarray(from, from + labels), upperIndex(band, labels, i, j));
        }
      }
  });
  return { size, band, diagonal, upper };
}

/** A logit whose probability is zero. */
const NEVER = -1e4;
