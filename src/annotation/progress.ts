import type { AnnotationDocument, SentenceState } from './document';
import { isOpen } from './doubt';

/** How far the work on a document is, in sentences. */
export interface Progress {
  readonly done: number;
  /** New or in progress: what is still to be done. */
  readonly left: number;
  readonly skipped: number;
  readonly total: number;
}

export function progressOf({ sentences }: Pick<AnnotationDocument, 'sentences'>): Progress {
  const count = (wanted: SentenceState): number => sentences.filter(({ state }) => state === wanted).length;
  return { done: count('done'), left: sentences.filter(isOpen).length, skipped: count('skipped'), total: sentences.length };
}

/** "12 of 40 done", or that there is nothing to do. */
export function progressText({ done, total }: Pick<Progress, 'done' | 'total'>): string {
  return total === 0 ? 'no sentences yet' : `${done} of ${total} done`;
}
