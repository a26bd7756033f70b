import type { Span } from '../../src/text/span';

/** Precision, recall and F1 in percent. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores of found keys against gold ones, each counted once. */
export function scores(gold: readonly (string | number)[], found: readonly (string | number)[]): Scores {
  const known = new Set(gold);
  const correct = found.filter((key) => known.has(key)).length;
  const precision = (100 * correct) / found.length;
  const recall = (100 * correct) / gold.length;
  return { precision, recall, f1: (200 * correct) / (gold.length + found.length) };
}

/** Scores of spans: a span is correct when both its ends are. */
export function spanScores(gold: readonly Span[], found: readonly Span[]): Scores {
  const key = (span: Span): string => `${span.startChar}-${span.endChar}`;
  return scores(gold.map(key), found.map(key));
}
