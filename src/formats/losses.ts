import type { Sentence, SentenceState } from '../annotation/document';

/** Something that a format can't hold: how many, and what, in the plural ("discontinuous mentions"). */
export interface Loss {
  readonly count: number;
  readonly what: string;
}

/** A loss in words that fit any number: "notes (3)". */
export function lossText({ count, what }: Loss): string {
  return `${what} (${String(count)})`;
}

/** What is lost where a format has no ids of sentences. */
export const ORIG_IDS = 'ids of sentences in their data set';

/** One for each sentence whose id is lost. */
export function origIdsLost(origIds: readonly (string | number | undefined)[] = []): string[] {
  return origIds.filter((id) => id !== undefined).map(() => ORIG_IDS);
}

/** One for each sentence whose state is another when it is read again. @param readAs the state that all get */
export function statesLost(sentences: readonly Sentence[], readAs: SentenceState): string[] {
  return sentences.filter(({ state }) => state !== readAs).map(() => `states of sentences: they are read as ${readAs}`);
}

/** Each of these once: how many of which kind. */
export function countedLosses(left: readonly string[]): readonly Loss[] {
  return totalLosses(left.map((what) => ({ what, count: 1 })));
}

/** Adds losses of the same kind up, most first, and leaves out what is none. */
export function totalLosses(losses: readonly Loss[]): readonly Loss[] {
  const totals = new Map<string, number>();
  for (const { what, count } of losses) totals.set(what, (totals.get(what) ?? 0) + count);
  return [...totals]
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count);
}
