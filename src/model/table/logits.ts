/**
 * The logits of a sentence's cells: labels as in labels.ts. Diagonal [n, labels], upper cells [n, band, labels] with cell (i, j),
 * i < j <= i + band, at (i * band + (j - i - 1)) * labels. The band is n - 1 where the whole sentence was seen at once.
 */
export interface TableLogits {
  readonly size: number;
  readonly band: number;
  readonly diagonal: Float32Array;
  readonly upper: Float32Array;
}

/** Where the labels of cell (i, j) start in `upper`. */
export function upperIndex(band: number, labels: number, i: number, j: number): number {
  return (i * band + (j - i - 1)) * labels;
}
