import type { AnnotationDocument, SentenceState } from './document';

/** How far the work on a document is, in sentences. */
export interface Progress {
  readonly done: number;
  /** New or in progress: what is still to be done. */
  readonly left: number;
  readonly skipped: number;
  readonly total: number;
}

export function progressOf({ sentences }: Pick<AnnotationDocument, 'sentences'>): Progress {
  const count = (...states: readonly SentenceState[]): number => sentences.filter(({ state }) => states.includes(state)).length;
  return { done: count('done'), left: count('new', 'in-progress'), skipped: count('skipped'), total: sentences.length };
}

/** "12 of 40 done", or that there is nothing to do. */
export function progressText({ done, total }: Pick<Progress, 'done' | 'total'>): string {
  return total === 0 ? 'no sentences yet' : `${done} of ${total} done`;
}
