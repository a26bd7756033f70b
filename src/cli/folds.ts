import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { Schema } from '../annotation/schema';
import type { TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { isFile } from '../files/folders';
import { fileNames } from '../files/read';
import type { NamedContent } from '../formats/format';
import type { Loss } from '../formats/losses';
import { totalLosses } from '../formats/losses';
import { readTypes } from '../formats/spert';
import type { Task } from '../model/evaluation/scores';
import { Random } from '../model/training/random';
import { readNamed, recordsOf, typesBeside } from './dataSet';
import { findingsOf, invalidData, occurringTypes } from './trainingData';

/** One fold of a cross-validation: trained on `train`, the epoch chosen on `dev`, scored on `test`. */
export interface Fold {
  /** As it is called in results: its number in the file names, or its place in the list, from 1. */
  readonly name: string;
  readonly train: readonly TokenSentence[];
  readonly dev: readonly TokenSentence[];
  readonly test: readonly TokenSentence[];
}

export interface Folds {
  readonly folds: readonly Fold[];
  /** The types: those of the types file, else those that occur in the data, sorted. */
  readonly schema: Schema;
  /** What the files hold that sentences of tokens can't. */
  readonly losses: readonly Loss[];
}

/**
 * Reads the folds of a cross-validation and checks all of their data before anything starts.
 * @param path one of: a JSON file with a list of `orig_id`s a fold, those of its test sentences (NAME_folds.json, with the sentences in
 *   NAME_full.json beside it); a folder of pairs of files whose names differ in train and test (ade_split_0_train.json); a path with `*`
 *   in its last part, for some of the files of a folder
 * Errors: file.*, text.*; data.invalid lists what is bad, by file and record.
 */
export async function readFolds(
  path: string,
  options: { readonly seed: number; readonly types?: string | undefined; readonly data?: string | undefined },
): Promise<Folds> {
  const types = options.types === undefined ? undefined : readTypes(await readNamed(options.types));
  const { pairs, sentences, losses, schema } = (await isFile(path))
    ? await readLists(path, options.data ?? path.replace(/_folds\.json$/, '_full.json'), types)
    : await readPairs(path, types);
  const folds = pairs.map(({ name, train, test }, at): Fold => ({ name, test, ...withDev(train, options.seed, at) }));
  return { folds, losses, schema: schema ?? occurringTypes(sentences) };
}

/** A fold before dev is taken from train. */
type Pair = Pick<Fold, 'name' | 'train' | 'test'>;

interface ReadPairs {
  readonly pairs: readonly Pair[];
  readonly sentences: readonly TokenSentence[];
  readonly losses: readonly Loss[];
  readonly schema: Schema | undefined;
}

async function readLists(path: string, data: string, types: Schema | undefined): Promise<ReadPairs> {
  if (data === path)
    throw new SpangridError('usage', `${path} is not called NAME_folds.json: name the file with the sentences of its folds, too.`);
  const lists = await readNamed(path);
  const schema = types ?? (await typesBeside(data));
  const records = recordsOf(await readNamed(data), schema);
  const findings = findingsOf(data, records);
  if (findings.length > 0) throw invalidData(findings);
  return { pairs: foldsOfLists(lists, records.sentences, data), sentences: records.sentences, losses: records.losses, schema };
}

async function readPairs(path: string, types: Schema | undefined): Promise<ReadPairs> {
  const folder = path.includes('*') ? dirname(path) : path;
  const pattern = path.includes('*') ? basename(path) : '*';
  const named = pairsOfNames((await fileNames(folder)).filter(matches(pattern)), path);
  const first = named[0] === undefined ? undefined : join(folder, named[0].train);
  const schema = types ?? (first === undefined ? undefined : await typesBeside(first));
  const findings: string[] = [];
  const pairs: Pair[] = [];
  const losses: Loss[] = [];
  for (const { name, train, test } of named) {
    const [learnt, held] = [await readNamed(join(folder, train)), await readNamed(join(folder, test))];
    if (learnt.content === held.content) findings.push(`${held.name}: it holds the same as ${learnt.name}; test must be other sentences`);
    const [trainRecords, testRecords] = [recordsOf(learnt, schema), recordsOf(held, schema)];
    findings.push(...findingsOf(learnt.name, trainRecords), ...findingsOf(held.name, testRecords));
    losses.push(...trainRecords.losses, ...testRecords.losses);
    pairs.push({ name, train: trainRecords.sentences, test: testRecords.sentences });
  }
  if (findings.length > 0) throw invalidData(findings);
  return { pairs, sentences: pairs.flatMap(({ train, test }) => [...train, ...test]), losses: totalLosses(losses), schema };
}

function matches(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (name) => expression.test(name);
}

/**
 * The pairs of files in a folder whose names differ only in `train` and `test`, by the numbers in their names.
 * @param names those of data files, without the folder; others, and files for dev, are passed over
 * @param where names the folder in messages
 * Errors: data.invalid where one of a pair is missing, or there are fewer than two pairs.
 */
export function pairsOfNames(
  names: readonly string[],
  where: string,
): readonly { readonly name: string; readonly train: string; readonly test: string }[] {
  // A word of its own: "latest.json" tests nothing.
  const part = (split: string): RegExp => new RegExp(`(?<![A-Za-z])${split}(?![A-Za-z])`);
  const data = names.filter((name) => /\.jsonl?$/.test(name));
  const counterpart = (name: string, from: string, to: string): string => name.replace(part(from), to);
  const trains = data.filter((name) => part('train').test(name));
  const missing = [
    ...trains.map((name) => counterpart(name, 'train', 'test')),
    ...data.filter((name) => part('test').test(name)).map((name) => counterpart(name, 'test', 'train')),
  ].filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new SpangridError('data.invalid', `${where}: of pairs of train and test files these are missing: ${missing.join(', ')}.`);
  if (trains.length < 2)
    throw new SpangridError(
      'data.invalid',
      `${where}: there are no folds: pairs of files such as split_0_train.json and split_0_test.json.`,
    );
  const numbers = trains.map((name) => name.match(/\d+/g) ?? []);
  // The number that tells all apart: in "ade5_fold_1_train.json" it is the second.
  const place = (numbers[0] ?? []).findIndex((_, at) => new Set(numbers.map((found) => found[at])).size === trains.length);
  return trains
    .map((train, at) => ({ name: numbers[at]?.[place] ?? train, train, test: counterpart(train, 'train', 'test') }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

const listsOfIds = v.pipe(
  v.array(v.pipe(v.array(v.union([v.string(), v.number()])), v.minLength(1, 'the fold is empty'))),
  v.minLength(2, 'at least two folds are needed'),
);

/**
 * The folds that lists of `orig_id`s make: each list is tested on, and trained on is what is in none but the others.
 * @param data names the sentences in messages
 * Errors: data.invalid, unless each sentence is in exactly one list.
 */
export function foldsOfLists(lists: NamedContent, sentences: readonly TokenSentence[], data: string): readonly Pair[] {
  const fail = (reason: string): SpangridError => new SpangridError('data.invalid', `${lists.name}: ${reason}.`);
  const parsed = parseJson(lists.content);
  if ('reason' in parsed) throw fail(parsed.reason);
  const result = v.safeParse(listsOfIds, parsed.data, { abortPipeEarly: true });
  if (!result.success) throw fail(firstIssue(result.issues));
  const known = new Set(sentences.map(({ origId }) => origId));
  if (known.size < sentences.length) throw fail(`the sentences of ${data} don't each have an orig_id of their own`);
  const foldOf = new Map<string | number, number>();
  for (const [fold, ids] of result.output.entries())
    for (const [at, id] of ids.entries()) {
      const where = `[${String(fold)}][${String(at)}]`;
      if (!known.has(id)) throw fail(`${where}: no sentence of ${data} has the orig_id ${JSON.stringify(id)}`);
      const other = foldOf.get(id);
      if (other !== undefined) throw fail(`${where}: ${JSON.stringify(id)} is in the list [${String(other)}], too`);
      foldOf.set(id, fold);
    }
  if (foldOf.size < sentences.length) throw fail(`${String(sentences.length - foldOf.size)} sentences of ${data} are in no fold`);
  return result.output.map((_, fold) => {
    const isTested = ({ origId = '' }: TokenSentence): boolean => foldOf.get(origId) === fold;
    return { name: String(fold + 1), test: sentences.filter(isTested), train: sentences.filter((sentence) => !isTested(sentence)) };
  });
}

/** Streams of random numbers: those that choose dev, one a fold. */
const DEV = 4;

/** A tenth of a fold's train (one sentence at least) becomes dev: always the same for the same seed and fold. Both keep their order. */
export function withDev(train: readonly TokenSentence[], seed: number, fold: number): Pick<Fold, 'train' | 'dev'> {
  const count = Math.max(1, Math.round(train.length / 10));
  const places = new Set(new Random(seed, DEV, fold).shuffle([...train.keys()]).slice(0, count));
  return { train: train.filter((_, at) => !places.has(at)), dev: train.filter((_, at) => places.has(at)) };
}

/** F1 of a fold's test in percent: over all types together, and averaged over types. */
export interface FoldScores {
  readonly micro: Readonly<Record<Task, number>>;
  readonly macro: Readonly<Record<Task, number>>;
}

/** Mean and standard deviation (of the sample; 0 of one fold) over folds. */
export interface FoldMean {
  readonly mean: number;
  readonly deviation: number;
}

export interface FoldAverage {
  /** Whether every fold ran. What is not whole must not be called the average of the cross-validation. */
  readonly isWhole: boolean;
  /** What it is, for people: "average of all 10 folds", or "mean of 2 of 10 folds (1, 4) only". */
  readonly what: string;
  /** The folds that ran, in their order. */
  readonly folds: readonly string[];
  /** How many there are. */
  readonly of: number;
  readonly micro: Readonly<Record<Task, FoldMean>>;
  readonly macro: Readonly<Record<Task, FoldMean>>;
}

const TASKS = ['ner', 're', 're+'] as const satisfies readonly Task[];

/**
 * The average over the folds that ran; undefined where none did.
 * @param names all folds there are
 * @param scores by name, of those that ran
 */
export function averageOfFolds(names: readonly string[], scores: ReadonlyMap<string, FoldScores>): FoldAverage | undefined {
  const unknown = [...scores.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there are no folds ${unknown.join(', ')}`);
  const folds = names.filter((name) => scores.has(name));
  if (folds.length === 0) return undefined;
  const isWhole = folds.length === names.length;
  const over = (average: keyof FoldScores): Record<Task, FoldMean> => {
    const of = (task: Task): FoldMean => meanOf(folds.flatMap((name) => scores.get(name)?.[average][task] ?? []));
    return { ner: of('ner'), re: of('re'), 're+': of('re+') };
  };
  const what = isWhole
    ? `average of all ${String(names.length)} folds`
    : `mean of ${String(folds.length)} of ${String(names.length)} folds (${folds.join(', ')}) only`;
  return { isWhole, what, folds, of: names.length, micro: over('micro'), macro: over('macro') };
}

function meanOf(values: readonly number[]): FoldMean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** The average in one line: "Macro F1, average of all 10 folds: NER 89.60 (± 0.82), RE ..."; of one fold there is no deviation. */
export function averageInWords({ what, folds, macro }: FoldAverage): string {
  const scores = TASKS.map((task) => {
    const { mean, deviation } = macro[task];
    return `${task.toUpperCase()} ${mean.toFixed(2)}${folds.length > 1 ? ` (± ${deviation.toFixed(2)})` : ''}`;
  });
  return `Macro F1, ${what}: ${scores.join(', ')}`;
}
