import type { Item } from './document';

/** A suggestion that scores less than this is worth a second look. */
export const DOUBTFUL_BELOW = 0.7;

/** Whether a person should look at this item again. */
export function isDoubtful(item: Pick<Item, 'status' | 'score'>): boolean {
  return item.status === 'suggested' && item.score !== undefined && item.score < DOUBTFUL_BELOW;
}
