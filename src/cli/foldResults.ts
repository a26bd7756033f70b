import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import { SpangridError } from '../errors';
import { atomicWrite } from '../files/atomicWrite';
import { isFile } from '../files/folders';
import { readText } from '../files/text';
import { F1ScoresSchema } from '../model/folder/manifest';
import { averageOfFolds } from './folds';

const result = v.object({
  /** Hash of all that decides what the fold comes to. */
  task: v.string(),
  /** How many sentences were learnt from, chosen on and tested on. */
  sentences: v.object({ train: v.number(), dev: v.number(), test: v.number() }),
  /** The epoch that was kept: the best on dev, or the last. */
  epoch: v.number(),
  /** Of all steps. */
  seconds: v.number(),
  /** F1 on test in percent, of the model as written. */
  micro: F1ScoresSchema,
  macro: F1ScoresSchema,
});

/** What one fold of a cross-validation came to. */
export type FoldResult = v.InferOutput<typeof result>;

/** The results in a cross-validation's folds.json, by the names of the folds. Errors: file.*, text.*, data.invalid. */
export async function readFoldResults(file: string): Promise<ReadonlyMap<string, FoldResult>> {
  if (!(await isFile(file))) return new Map();
  const invalid = (reason: string): SpangridError =>
    new SpangridError('data.invalid', `${file}: ${reason}. It must be what "spangrid train --folds" wrote; remove it to start again.`);
  const parsed = parseJson((await readText(file)).text);
  if ('reason' in parsed) throw invalid(parsed.reason);
  const checked = v.safeParse(v.object({ folds: v.record(v.string(), result) }), parsed.data);
  if (!checked.success) throw invalid(firstIssue(checked.issues));
  return new Map(Object.entries(checked.output.folds));
}

/**
 * Writes the results of the folds that ran, with their average.
 * @param names all folds there are
 * Errors: file.unwritable.
 */
export async function writeFoldResults(file: string, names: readonly string[], results: ReadonlyMap<string, FoldResult>): Promise<void> {
  const folds = Object.fromEntries(names.map((name) => [name, results.get(name)] as const).filter(([, one]) => one !== undefined));
  await atomicWrite(file, `${JSON.stringify({ average: averageOfFolds(names, results), folds }, undefined, 1)}\n`);
}
