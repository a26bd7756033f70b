import { basename } from 'node:path';
import type { TokenSentence } from '../annotation/tokenSentence';
import { isFile } from '../files/folders';
import { readText } from '../files/text';
import { readSpert, readTypes, typesName } from '../formats/spert';

/** Data sets come as NAME_train.json, NAME_dev.json, NAME_test.json, with one NAME_types.json for all of them. */
const SPLIT = /_(?:train|dev|valid|validation|test)\.json$/;

/**
 * The sentences of a data set in SpERT JSON. Where a types file lies beside it, types that it doesn't have are refused.
 * Errors: file.*, text.*, data.invalid.
 */
export async function readDataSet(path: string): Promise<readonly TokenSentence[]> {
  const types = [typesName(path), path.replace(SPLIT, '_types.json')];
  for (const file of types) {
    if (file !== path && (await isFile(file))) return readSpert(await named(path), readTypes(await named(file)));
  }
  return readSpert(await named(path));
}

/**
 * For each sentence, whether the training data that lies beside the data set has it too, word for word; undefined where there is no
 * training data, or the data set is that itself.
 * Errors: as `readDataSet`.
 */
export async function seenInTraining(path: string, sentences: readonly TokenSentence[]): Promise<TrainingOverlap | undefined> {
  const file = path.replace(SPLIT, '_train.json');
  if (file === path || !(await isFile(file))) return undefined;
  const training = new Set((await readDataSet(file)).map(wordsOf));
  return { file: basename(file), seen: sentences.map((sentence) => training.has(wordsOf(sentence))) };
}

export interface TrainingOverlap {
  /** The training data, without its folder. */
  readonly file: string;
  /** One for each sentence of the data set. */
  readonly seen: readonly boolean[];
}

function wordsOf({ tokens }: TokenSentence): string {
  return JSON.stringify(tokens);
}

async function named(path: string): Promise<{ readonly name: string; readonly content: string }> {
  return { name: path, content: (await readText(path)).text };
}
