import { DOUBTFUL_BELOW, isOpen } from '../annotation/doubt';
import type { SentenceSummary } from '../protocol/table';

export { isDoubtful, isOpen } from '../annotation/doubt';

/** Whether a sentence still to be finished holds a doubtful item. */
export function hasDoubt(sentence: SentenceSummary): boolean {
  return isOpen(sentence) && sentence.doubt !== undefined && sentence.doubt < DOUBTFUL_BELOW;
}
