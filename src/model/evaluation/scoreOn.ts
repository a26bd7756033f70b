import type { TokenSentence } from '../../annotation/tokenSentence';
import type { Extractor } from '../extract';
import { score, type Score, type Task } from './scores';

/** Scores of a model on gold sentences, with the schema's constraints. Errors: those of `Extractor.extract`. */
export async function scoreOn(extractor: Extractor, gold: readonly TokenSentence[]): Promise<Record<Task, Score>> {
  const words = gold.map(({ tokens }) => tokens);
  return score(gold, await extractor.extract(words, { constraints: true, tables: false }));
}
