/** Cross-validation: each fold is trained and tested in a folder of its own, and done once. */
import { basename, join, resolve } from 'node:path';
import type { Schema } from '../annotation/schema';
import { SpangridError } from '../errors';
import { makeFolder } from '../files/folders';
import { sha256 } from '../files/hash';
import { lossText } from '../formats/losses';
import { removeCheckpoint } from '../model/training/checkpoint';
import type { TrainingSettings } from '../model/training/settings';
import { taskHash } from '../model/training/training';
import { usageError } from './command';
import { readFoldResults, writeFoldResults, type FoldResult } from './foldResults';
import { averageInWords, averageOfFolds, readFolds, type Fold } from './folds';
import type { Terminal } from './terminal';
import { noticesOf, trainingData } from './trainingData';
import { f1Of, inWords } from './trainingFigures';
import { inputOf, refuseToOverwrite, trainingFolder, trainModel, type ModelTask } from './trainModel';
import { startOf, type TrainingStart } from './trainingStart';
import type { TrainValues } from './trainOptions';

/** What the command was given. */
interface Asked {
  /** Of the folds (folds.ts). */
  readonly path: string;
  readonly out: string;
  readonly values: TrainValues;
  readonly settings: TrainingSettings;
}

/**
 * Trains and tests the folds that are asked for and not done yet, each in OUT/fold-NAME, and writes what they came to into OUT/folds.json
 * as each is over. A fold that is over keeps its model, log and curves, not its checkpoint.
 * Errors: usage, training.mismatch where a fold in OUT was trained in another way, and those of `readFolds` and `trainModel`.
 */
export async function trainFolds(asked: Asked, terminal: Terminal): Promise<void> {
  const { path, out, values, settings } = asked;
  const { folds, losses, schema } = await readFolds(path, { seed: settings.seed, types: values.types, data: values.data });
  const names = folds.map(({ name }) => name);
  const chosen = chosenFolds(names, values['only-folds']);
  for (const loss of losses) terminal.say(`${path}: not read: ${lossText(loss)}`);
  const results = new Map(await readFoldResults(join(out, RESULTS)));
  // All folds have the same types, and start from the same parameters.
  const types = { entityTypes: Object.keys(schema.entities), relationTypes: Object.keys(schema.relations) };
  const start = await startOf(values, types, settings.seed);
  const taskOf = (fold: Fold): ModelTask => foldTask(asked, fold, schema, start);
  refuseOthers(out, folds, results, taskOf);
  const waiting = folds.filter(({ name }) => chosen.includes(name) && !results.has(name));
  if (values.resume !== true) for (const { name } of waiting) await refuseToOverwrite(folderOf(out, name));
  await makeFolder(out);
  for (const fold of folds.filter(({ name }) => chosen.includes(name))) {
    const before = results.get(fold.name);
    const result = before ?? (await runFold(fold, taskOf(fold), terminal));
    if (before === undefined) {
      // Another process may have done other folds meanwhile.
      for (const [name, other] of await readFoldResults(join(out, RESULTS))) results.set(name, other);
      results.set(fold.name, result);
      await writeFoldResults(join(out, RESULTS), names, results);
    }
    await removeCheckpoint(trainingFolder(folderOf(out, fold.name)));
    terminal.print(`${lineOf(fold.name, result)}${before === undefined ? '' : ' (done before)'}\n`);
  }
  const average = averageOfFolds(names, results);
  if (average !== undefined) terminal.print(`${averageInWords(average)}\n`);
}

const RESULTS = 'folds.json';

function folderOf(out: string, fold: string): string {
  return join(out, `fold-${fold}`);
}

/** The names in a list such as 1,4. Errors: usage names those that there are. */
function chosenFolds(names: readonly string[], given: string | undefined): readonly string[] {
  if (given === undefined) return names;
  const chosen = given.split(',').map((name) => name.trim());
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) throw usageError('train', `--only-folds: there is no fold "${unknown}". There are: ${names.join(', ')}`);
  return chosen;
}

/** Refuses to mix folds that were not trained in the same way. Errors: training.mismatch. */
function refuseOthers(
  out: string,
  folds: readonly Fold[],
  results: ReadonlyMap<string, FoldResult>,
  taskOf: (fold: Fold) => ModelTask,
): void {
  for (const [name, { task }] of results) {
    const fold = folds.find((one) => one.name === name);
    if (fold === undefined || hashOf(taskOf(fold)) !== task)
      throw new SpangridError(
        'training.mismatch',
        `Fold ${name} in ${out} was trained on other data, from another encoder or with other settings. Give the same again, or another --out.`,
      );
  }
}

function foldTask({ path, out, values, settings }: Asked, fold: Fold, schema: Schema, start: TrainingStart): ModelTask {
  const name = `${values.name ?? basename(resolve(out))}-fold-${fold.name}`;
  return {
    start,
    data: trainingData(fold.train, fold.dev, schema, settings.addDev),
    test: fold.test,
    settings,
    out: folderOf(out, fold.name),
    isResumed: values.resume === true,
    name,
    title: name,
    about: {
      set: `${basename(path).replace(/_folds[.]json$/, '')}, fold ${fold.name}`,
      train: `${basename(path)}, train of fold ${fold.name}`,
      dev: 'a tenth that was taken from it',
      terms: values.terms,
    },
    prefix: `fold ${fold.name}: `,
  };
}

/** Hash of all that decides what a fold comes to. */
function hashOf(task: ModelTask): string {
  return sha256(Buffer.from(JSON.stringify([taskHash(inputOf(task)), task.test])));
}

async function runFold(fold: Fold, task: ModelTask, terminal: Terminal): Promise<FoldResult> {
  const { train, dev } = task.data.sentences;
  for (const line of noticesOf(task.data, { train: `fold ${fold.name}, train`, dev: `fold ${fold.name}, dev` })) terminal.say(line);
  const { outcome, scores } = await trainModel(task, terminal);
  if (outcome.failure !== undefined) throw outcome.failure;
  if (scores.test === undefined) throw new Error('a fold without a test');
  return {
    task: hashOf(task),
    sentences: { train: train.length, dev: dev.length, test: fold.test.length },
    epoch: outcome.best.epoch,
    seconds: Math.round(outcome.seconds),
    micro: f1Of(scores.test, 'micro'),
    macro: f1Of(scores.test, 'macro'),
  };
}

function lineOf(fold: string, { macro, micro, epoch }: FoldResult): string {
  return `Fold ${fold}: test ${inWords(macro)} (macro; micro ${inWords(micro)}), epoch ${String(epoch)}`;
}
