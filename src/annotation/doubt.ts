import type { Item, Sentence } from './document';

/** A suggestion that scores less than this is worth a second look. */
export const DOUBTFUL_BELOW = 0.7;

/** Whether a person should look at this item again. */
export function isDoubtful(item: Pick<Item, 'status' | 'score'>): boolean {
  return item.status === 'suggested' && item.score !== undefined && item.score < DOUBTFUL_BELOW;
}

/** Whether a sentence is still open, so that a doubt in it counts. */
export function isOpen({ state }: Pick<Sentence, 'state'>): boolean {
  return state === 'new' || state === 'in-progress';
}
