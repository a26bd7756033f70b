/**
 * Makes what a training step is measured on, for our process (trainingProcess.ts) and the peers: `node trainingTask.js ENCODER TRAIN FOLDER`
 * writes task.json and head.safetensors.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import * as v from 'valibot';
import { readTrainingData } from '../src/cli/trainingData';
import { newModelOptions } from '../src/cli/trainOptions';
import type { EncoderConfig } from '../src/model/encoder/config';
import { readEncoderFolder } from '../src/model/encoder/encoderFolder';
import { safetensors } from '../src/model/encoder/safetensors';
import { Subwords } from '../src/model/subwords/subwords';
import type { TableOptions } from '../src/model/table/options';
import { exampleOf, type Example } from '../src/model/training/examples';
import { checkpointOf, freshHead } from '../src/model/training/parameters';
import { Random } from '../src/model/training/random';
import { TrainingSettingsSchema, type TrainingSettings } from '../src/model/training/settings';
import { batchesOf, parameterShapes } from '../src/model/training/trainer';

export interface TrainingStepTask {
  readonly config: EncoderConfig;
  readonly options: TableOptions;
  /** A new model's; an epoch is one step. */
  readonly settings: TrainingSettings;
  /** Folder of the encoder, its model.safetensors, and the file with a head that has learned nothing. */
  readonly encoderFolder: string;
  readonly encoder: string;
  readonly head: string;
  /**
   * Batches of an epoch, from short sentences to long ones; then that with the longest sentences of at most `LONG` words; then that with
   * the longest of all, for memory.
   */
  readonly batches: readonly (readonly Example[])[];
}

const SEED = 1;
/** Batches that stand for an epoch. */
const BATCHES = 6;
const LONG = 50;

async function make(encoderFolder: string, train: string, folder: string): Promise<void> {
  const { config, tokenizer } = await readEncoderFolder(encoderFolder);
  const data = await readTrainingData({ train, dev: train.replace('_train', '_dev') });
  const options = newModelOptions({}, config.num_hidden_layers, data);
  const settings = v.parse(TrainingSettingsSchema, { seed: SEED });
  const subwords = new Subwords(tokenizer, config.model_type);
  const examples = data.sentences.train.map((sentence) => exampleOf(sentence, subwords, options, new Set()));
  const head = join(folder, 'head.safetensors');
  const values = freshHead(parameterShapes(config, options), options, config, new Random(SEED, 0));
  writeFileSync(head, Buffer.concat(safetensors(checkpointOf(values, options, config))));
  const encoder = join(encoderFolder, 'model.safetensors');
  const batches = chosen(batchesOf(examples, settings.batchSize, new Random(SEED, 1, 0)), settings.batchSize);
  const task: TrainingStepTask = { config, options, settings, encoderFolder, encoder, head, batches };
  writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
}

/** By the length of their longest sentence, the batches in the middle of each of `BATCHES` equal parts of an epoch; and the long ones. */
function chosen(epoch: readonly (readonly Example[])[], size: number): (readonly Example[])[] {
  const longest = (batch: readonly Example[]): number => Math.max(...batch.map(({ ranges }) => ranges.length));
  const sorted = epoch.filter((batch) => batch.length === size).sort((a, b) => longest(a) - longest(b));
  const middles = Array.from({ length: BATCHES }, (_, part) => Math.floor(((part + 0.5) * sorted.length) / BATCHES));
  const long = sorted.findLastIndex((batch) => longest(batch) <= LONG);
  return [...middles, long, sorted.length - 1].map((at) => sorted[at] as readonly Example[]);
}

const [encoderFolder = '', train = '', folder = ''] = process.argv.slice(2);
await make(encoderFolder, train, folder);
