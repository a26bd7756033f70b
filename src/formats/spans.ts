import type { TokenRange } from '../annotation/placement';
import type { TokenAnnotations, TokenMention } from '../annotation/tokenSentence';

/* What formats have in common that say by their tokens which mentions a relation is between. */

/** What such a format can't say. */
export const AMBIGUOUS = 'which of several mentions of the same words relations are of';

/** The index of the mention that these tokens name: the first of them; -1 where there is none. */
export function mentionAt(mentions: readonly TokenMention[], { startToken, endToken }: TokenRange): number {
  return mentions.findIndex((one) => one.startToken === startToken && one.endToken === endToken);
}

/**
 * Of how many relations it can't be said which mentions they are between: the first of the same words has another type.
 * @param order the mentions in the order in which they are read
 */
export function countAmbiguous({ mentions, relations }: TokenAnnotations, order: readonly TokenMention[] = mentions): number {
  const isFound = (index: number): boolean => {
    const mention = mentions[index];
    return mention !== undefined && order[mentionAt(order, mention)]?.type === mention.type;
  };
  return relations.filter(({ head, tail }) => !isFound(head) || !isFound(tail)).length;
}
