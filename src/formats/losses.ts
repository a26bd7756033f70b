/** Something that a format can't hold: how many, and what, in the plural ("discontinuous mentions"). */
export interface Loss {
  readonly count: number;
  readonly what: string;
}

/** What is lost where a format has no ids of sentences. */
export const ORIG_IDS = 'ids of sentences in their data set';

/** Adds losses of the same kind up, most first, and leaves out what is none. */
export function totalLosses(losses: readonly Loss[]): readonly Loss[] {
  const totals = new Map<string, number>();
  for (const { what, count } of losses) totals.set(what, (totals.get(what) ?? 0) + count);
  return [...totals]
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count);
}
