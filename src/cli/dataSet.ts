import { basename, dirname } from 'node:path';
import { CONFIG_NAME } from '../annotation/config';
import type { Schema } from '../annotation/schema';
import type { TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { nearestConfig, readConfigFile } from '../files/config';
import { isFile, isFolder } from '../files/folders';
import { readText } from '../files/text';
import { dygieRecords } from '../formats/dygie';
import type { NamedContent } from '../formats/format';
import type { Loss } from '../formats/losses';
import { jsonl } from '../formats/jsonl';
import { allGood, type Records } from '../formats/records';
import { readSpert, readTypes, SPLIT, spertRecords, typesNames } from '../formats/spert';
import { readAnnotatedTexts } from './annotatedTexts';
import { isAnnotationFile } from '../exchange/sourceTexts';

/** The gold annotations of a file. */
export interface DataSet {
  readonly sentences: readonly TokenSentence[];
  /** What the file holds that sentences of tokens can't. */
  readonly losses: readonly Loss[];
  /** What was read, in words, where the sentences are the done ones of annotated texts. */
  readonly about?: string;
}

/**
 * A data set: SpERT JSON, DyGIE++ JSON lines, or the done sentences of annotation files (one, a folder of them, a `jsonl` stream). Types
 * that its types file or project file doesn't have are refused.
 * Errors: file.*, text.*, config.invalid, data.invalid.
 */
export async function readDataSet(path: string): Promise<DataSet> {
  const records = await readRecords(path, await typesBeside(path));
  return { ...records, sentences: allGood({ name: path, content: '' }, records) };
}

/** A data set with what is wrong with it; `about` as in `DataSet`. Errors: file.*, text.*, config.invalid. */
export async function readRecords(path: string, schema?: Schema): Promise<Records & { readonly about?: string }> {
  if (isAnnotationFile(path) || (await isFolder(path))) return readAnnotatedTexts(path, schema);
  const file = await readNamed(path);
  return jsonl.detect(file) ? readAnnotatedTexts(path, schema) : recordsOf(file, schema);
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

/** The types that a file names: a types file, or a project file. Errors: file.*, text.*, data.invalid, config.invalid. */
export async function readTypesFile(path: string): Promise<Schema> {
  if (basename(path) !== CONFIG_NAME) return readTypes(await readNamed(path));
  const { schema } = (await readConfigFile(path)).config;
  if (schema !== undefined) return schema;
  throw new SpangridError(
    'config.invalid',
    `${path} has no types: add "entities" and "relations" to it, or name another file with --types.`,
  );
}

/** The types that lie beside a data file, or that annotated texts' project file gives. Errors: file.*, text.*, data.invalid, config.invalid. */
export async function typesBeside(path: string): Promise<Schema | undefined> {
  if (await isFolder(path)) return (await nearestConfig(path))?.config.schema;
  if (isAnnotationFile(path) || (path.endsWith('.jsonl') && jsonl.detect(await readNamed(path)))) {
    const found = await nearestConfig(dirname(path));
    if (found?.config.schema !== undefined) return found.config.schema;
  }
  for (const file of typesNames(path)) if (await isFile(file)) return readTypes(await readNamed(file));
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
