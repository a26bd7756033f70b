/** What is said of repeated measurements. */
export interface Spread {
  readonly median: number;
  /** The value that 95 % of the measurements do not exceed; of fewer than twenty, the largest. */
  readonly p95: number;
  /** How many measurements. */
  readonly count: number;
}

/** Median and 95th percentile. @param values not empty */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
  const middle = sorted.length % 2 === 1 ? at(0.5) : (at(0.5) + (sorted[sorted.length / 2] ?? NaN)) / 2;
  return { median: middle, p95: at(0.95), count: sorted.length };
}

/** The mean. @param values not empty */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The exponent b of the curve y = a x^b that fits best: the slope of the line through the logarithms, by least squares. */
export function fittedExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const middleX = mean(logs.map(([x]) => x));
  const middleY = mean(logs.map(([, y]) => y));
  const covariance = mean(logs.map(([x, y]) => (x - middleX) * (y - middleY)));
  return covariance / mean(logs.map(([x]) => (x - middleX) ** 2));
}
