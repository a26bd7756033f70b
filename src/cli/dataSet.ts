import { basename } from 'node:path';
import type { Schema } from '../annotation/schema';
import type { TokenSentence } from '../annotation/tokenSentence';
import { isFile } from '../files/folders';
import { readText } from '../files/text';
import { dygieRecords } from '../formats/dygie';
import type { Loss, NamedContent } from '../formats/format';
import { allGood, type Records } from '../formats/records';
import { readSpert, readTypes, spertRecords, typesName } from '../formats/spert';

/** Data sets come as NAME_train.json, NAME_dev.json, NAME_test.json or NAME_full.json, with one NAME_types.json for all of them. */
const SPLIT = /_(?:train|dev|valid|validation|test|full)\.json$/;

/** The gold annotations of a file. */
export interface DataSet {
  readonly sentences: readonly TokenSentence[];
  /** What the file holds that sentences of tokens can't. */
  readonly losses: readonly Loss[];
}

/**
 * A data set in SpERT JSON or DyGIE++ JSON lines. Where a types file lies beside it, types that it doesn't have are refused.
 * Errors: file.*, text.*, data.invalid.
 */
export async function readDataSet(path: string): Promise<DataSet> {
  const file = await readNamed(path);
  const records = recordsOf(file, await typesBeside(path));
  return { sentences: allGood(file, records), losses: records.losses };
}

/**
 * Predictions for a data set, in SpERT JSON: of DyGIE++'s files gold annotations are read.
 * Errors: as `readDataSet`.
 */
export async function readPredictions(path: string): Promise<readonly TokenSentence[]> {
  return readSpert(await readNamed(path), await typesBeside(path));
}

/**
 * The records of a data file, good and bad. Its content says which format it is in.
 * @param schema finds fault with types that it doesn't have, where given
 */
export function recordsOf(file: NamedContent, schema?: Schema): Records {
  // Not `dygie.detect`: that the first line is bad must be said of that line.
  const isDygie = /^\uFEFF?\s*\{/.test(file.content) && /"sentences"\s*:/.test(file.content);
  return isDygie ? dygieRecords(file, schema) : spertRecords(file, schema);
}

/** The types that lie beside a data file, if any. Errors: file.*, text.*, data.invalid. */
export async function typesBeside(path: string): Promise<Schema | undefined> {
  const types = [typesName(path), path.replace(SPLIT, '_types.json')];
  for (const file of types) if (file !== path && (await isFile(file))) return readTypes(await readNamed(file));
  return undefined;
}

/**
 * For each sentence, whether the training data that lies beside the data set has it too, word for word; undefined where there is no
 * training data, or the data set is that itself.
 * Errors: as `readDataSet`.
 */
export async function seenInTraining(path: string, sentences: readonly TokenSentence[]): Promise<TrainingOverlap | undefined> {
  const file = path.replace(SPLIT, '_train.json');
  if (file === path || !(await isFile(file))) return undefined;
  return { file: basename(file), seen: seenIn((await readDataSet(file)).sentences, sentences) };
}

export interface TrainingOverlap {
  /** The training data, without its folder. */
  readonly file: string;
  /** One for each sentence of the data set. */
  readonly seen: readonly boolean[];
}

/** For each sentence, whether it also stands in `training`, word for word. */
export function seenIn(training: readonly TokenSentence[], sentences: readonly TokenSentence[]): readonly boolean[] {
  const wordsOf = ({ tokens }: TokenSentence): string => JSON.stringify(tokens);
  const known = new Set(training.map(wordsOf));
  return sentences.map((sentence) => known.has(wordsOf(sentence)));
}

/** Reads a file under its path as its name. Errors: file.*, text.*. */
export async function readNamed(path: string): Promise<NamedContent> {
  return { name: path, content: (await readText(path)).text };
}
