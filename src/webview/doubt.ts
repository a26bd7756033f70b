import type { SentenceSummary, TableMention, TableRelation } from '../protocol/table';

/** A suggestion that scores less than this is worth a second look. */
export const DOUBTFUL_BELOW = 0.7;

/** Whether a person should look at this item again. */
export function isDoubtful(item: TableMention | TableRelation): boolean {
  return item.status === 'suggested' && item.score !== undefined && item.score < DOUBTFUL_BELOW;
}

/** Whether a sentence is still open, so that a doubt in it counts. */
export function isOpen(sentence: SentenceSummary): boolean {
  return sentence.state === 'new' || sentence.state === 'in-progress';
}

/** Whether a sentence still to be finished holds a doubtful item. */
export function hasDoubt(sentence: SentenceSummary): boolean {
  return isOpen(sentence) && sentence.doubt !== undefined && sentence.doubt < DOUBTFUL_BELOW;
}
