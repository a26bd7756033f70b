import { DOUBTFUL_BELOW } from '../annotation/doubt';
import type { SentenceSummary } from '../protocol/table';

export { isDoubtful } from '../annotation/doubt';

/** Whether a sentence is still open, so that a doubt in it counts. */
export function isOpen(sentence: SentenceSummary): boolean {
  return sentence.state === 'new' || sentence.state === 'in-progress';
}

/** Whether a sentence still to be finished holds a doubtful item. */
export function hasDoubt(sentence: SentenceSummary): boolean {
  return isOpen(sentence) && sentence.doubt !== undefined && sentence.doubt < DOUBTFUL_BELOW;
}
