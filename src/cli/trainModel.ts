/** One training from its start to a model folder that is scored as it was written. */
import { join } from 'node:path';
import type { TokenSentence } from '../annotation/tokenSentence';
import { isFile } from '../files/folders';
import { scoreOn } from '../model/evaluation/scoreOn';
import type { Score, Task } from '../model/evaluation/scores';
import { Extractor } from '../model/extract';
import type { Manifest } from '../model/folder/manifest';
import { writeManifest, writeModelFolder } from '../model/folder/writeModel';
import type { TrainingSettings } from '../model/training/settings';
import { train as runTraining, type TrainingInput, type TrainingOutcome } from '../model/training/training';
import { usageError } from './command';
import type { Terminal } from './terminal';
import type { TrainingData } from './trainingData';
import { shownTraining } from './trainingDisplay';
import { f1Of, roundedReport } from './trainingFigures';
import { TrainingLog } from './trainingLog';
import type { TrainingStart } from './trainingStart';

/** What to train, and what to call it. */
export interface ModelTask {
  readonly start: TrainingStart;
  readonly data: TrainingData;
  readonly test: readonly TokenSentence[] | undefined;
  readonly settings: TrainingSettings;
  /** The folder of the model. */
  readonly out: string;
  readonly isResumed: boolean;
  readonly name: string;
  /** Stands above the curves. */
  readonly title: string;
  /** What the manifest says of the data: its name among the scores, the training sentences, those of dev. */
  readonly about: { readonly set: string; readonly train: string; readonly dev: string; readonly terms: string | undefined };
  /** Stands before each line of the display. */
  readonly prefix: string;
}

export interface TrainedModel {
  readonly outcome: Omit<TrainingOutcome, 'tensors'>;
  /** Scores of the model as written, products in 8 bits: dev where it was not trained on, and test where there is one. */
  readonly scores: { readonly dev?: Readonly<Record<Task, Score>>; readonly test?: Readonly<Record<Task, Score>> };
}

/** The folder of checkpoints, log and curves. */
export function trainingFolder(out: string): string {
  return join(out, 'training');
}

/** Refuses to begin anew where a training is under way. Errors: usage. */
export async function refuseToOverwrite(out: string): Promise<void> {
  const folder = trainingFolder(out);
  if (await isFile(join(folder, 'checkpoint.json')))
    throw usageError('train', `${folder} holds a training already: go on with --resume, or remove it`);
}

/** The input of the training itself. */
export function inputOf({ start, data, settings, out, isResumed }: ModelTask): TrainingInput {
  return {
    config: start.encoder.config,
    options: start.options,
    schema: data.schema,
    settings,
    tokenizer: start.encoder.tokenizer,
    initial: start.initial,
    embeddings: start.embeddings,
    ...data.sentences,
    folder: trainingFolder(out),
    isResumed,
  };
}

/**
 * Trains, writes the model of the epoch that is kept, and scores it. A training that ends badly after its first epoch has a model too: see
 * `outcome.failure`.
 * Errors: those of `train` (training.ts).
 */
export async function trainModel(task: ModelTask, terminal: Terminal): Promise<TrainedModel> {
  const { start, data, test, settings, out, name, about } = task;
  const log = new TrainingLog(trainingFolder(out), task.title);
  const events = shownTraining(log, terminal, { settings, options: start.options }, task.prefix);
  const { tensors, ...outcome } = await runTraining(inputOf(task), events);
  terminal.endProgress();
  const manifest: Omit<Manifest, 'files'> = {
    name,
    licence: start.licence,
    encoder: start.encoder.config,
    options: start.options,
    schema: data.schema,
    trainedOn: {
      data: trainedOn(task, outcome.best.epoch),
      terms: about.terms ?? 'Not stated: ask who owns the training data before you pass the model on.',
      seed: settings.seed,
      from: start.from,
      settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Record<
        string,
        number | boolean | string
      >,
      epochs: outcome.epochs.map(roundedReport),
    },
    metrics: {},
  };
  const written = await writeModelFolder(out, manifest, tensors, start.encoder.tokenizer);
  const scores = await scoresOf(out, data.sentences.dev, test);
  const metrics = Object.fromEntries(Object.entries(scores).map(([split, of]) => [split, f1Of(of, 'micro')]));
  await writeManifest(out, { ...written, metrics: { [about.set]: metrics } });
  return { outcome, scores };
}

/** What the manifest says of the data. */
function trainedOn({ data: { sentences }, settings: { epochs, addDev }, about }: ModelTask, epoch: number): string {
  const choice = addDev ? (epoch === epochs ? 'the last' : 'the last before it went wrong') : `the best on ${about.dev}`;
  const files = addDev ? `${about.train} and ${about.dev}` : about.train;
  return `${files} (${String(sentences.train.length)} sentences), epoch ${String(epoch)} of ${String(epochs)}, ${choice}`;
}

async function scoresOf(
  folder: string,
  dev: readonly TokenSentence[],
  test: readonly TokenSentence[] | undefined,
): Promise<TrainedModel['scores']> {
  const extractor = await Extractor.open(folder, { device: 'cpu' });
  try {
    return {
      ...(dev.length === 0 ? {} : { dev: await scoreOn(extractor, dev) }),
      ...(test === undefined ? {} : { test: await scoreOn(extractor, test) }),
    };
  } finally {
    await extractor.dispose();
  }
}
