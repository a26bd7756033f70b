/** A whole training: steps, evaluation on dev, checkpoints, the best model. */
import process from 'node:process';
import type { Schema } from '../../annotation/schema';
import type { TokenSentence } from '../../annotation/tokenSentence';
import { SpangridError } from '../../errors';
import { makeFolder } from '../../files/folders';
import { sha256 } from '../../files/hash';
import { scoreOn } from '../evaluation/scoreOn';
import { Extractor } from '../extract';
import { maximumLength, type EncoderConfig } from '../encoder/config';
import type { StoredTensor } from '../encoder/safetensors';
import { WORD_EMBEDDINGS } from '../encoder/layers';
import { Weights } from '../encoder/weights';
import type { EpochReport, F1Scores, Manifest } from '../folder/manifest';
import { Subwords } from '../subwords/subwords';
import type { TableOptions } from '../table/options';
import { readCheckpoint, readTensors, restore, writeCheckpoint, type Checkpoint } from './checkpoint';
import { exampleOf, type Example } from './examples';
import { MentionReplacement } from './mentionReplacement';
import { checkpointOf, type ParameterValues } from './parameters';
import { Random } from './random';
import type { TrainingSettings } from './settings';
import { diverged, Trainer, type StepReport } from './trainer';

/** What a training starts from. */
export interface TrainingInput {
  readonly config: EncoderConfig;
  readonly options: TableOptions;
  readonly schema: Schema;
  readonly settings: TrainingSettings;
  /** The parsed tokenizer.json. */
  readonly tokenizer: object;
  /** The parameters to start with (training graphs' names), and the word embeddings. */
  readonly initial: ParameterValues;
  readonly embeddings: Weights;
  /** What a table can hold (encodable.ts). */
  readonly train: readonly TokenSentence[];
  /** What epochs are chosen on; without, the last is kept. */
  readonly dev: readonly TokenSentence[];
  /** Where checkpoints lie. */
  readonly folder: string;
  readonly isResumed: boolean;
}

export interface TrainingEvents {
  /** Called once before the first step, with the checkpoint that is gone on from. */
  readonly onStart: (start: {
    readonly steps: number;
    readonly stepsPerEpoch: number;
    readonly checkpoint: Checkpoint | undefined;
    /** Sentences that are not trained on because the encoder can't hold them. */
    readonly tooLong: number;
  }) => Promise<void>;
  /** Called after each step with what it took: time, and processor time of all threads together. */
  readonly onStep: (step: StepReport & { readonly milliseconds: number; readonly processorMilliseconds: number }) => Promise<void>;
  /** Called after each epoch that is evaluated (or, without dev, would be), when its checkpoint is written. */
  readonly onEpoch: (epoch: EpochReport & { readonly isBest: boolean }) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface TrainingOutcome {
  readonly epochs: readonly EpochReport[];
  /** The epoch with the best RE+ on dev (of equal ones the better NER, then the earlier); without dev the last. */
  readonly best: EpochReport;
  /** Its parameters, as checkpoints of models have them, with the word embeddings. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Seconds of all steps. */
  readonly seconds: number;
  /** Why the training stopped early, where it did not end well (training.diverged). */
  readonly failure: SpangridError | undefined;
}

/** Stream of random numbers, beside the trainer's own. */
const REPLACEMENT = 3;
/** How much worse than the first an epoch's loss may be before the training is given up. */
const DIVERGED = 2;

/**
 * Trains until the epochs are over, dev gets no better for `patience` evaluations, or the signal is aborted.
 * Errors: cancelled (go on with `isResumed`), training.diverged (in the first epoch; later ones have a model to give back),
 * training.mismatch, data.invalid, file.*, runtime.failed.
 */
export async function train(input: TrainingInput, events: TrainingEvents): Promise<TrainingOutcome> {
  const { config, options, settings, initial, embeddings, folder } = input;
  await makeFolder(folder);
  const task = taskHash(input);
  const subwords = new Subwords(input.tokenizer, config.model_type);
  const symmetric = new Set(options.relationTypes.filter((type) => input.schema.relations[type]?.symmetric === true));
  const toExample = (sentence: TokenSentence): Example => exampleOf(sentence, subwords, options, symmetric);
  const isHeld = ({ inputIds }: Example): boolean => inputIds.length <= maximumLength(config);
  const held = input.train.map((sentence) => ({ sentence, example: toExample(sentence) })).filter(({ example }) => isHeld(example));
  const examples = held.map(({ example }) => example);
  if (examples.length === 0) throw new SpangridError('data.invalid', 'All training sentences are too long for the encoder. Split them.');
  const { mentionReplacement, seed } = settings;
  const replacement = mentionReplacement > 0 ? new MentionReplacement(held.map(({ sentence }) => sentence)) : undefined;
  const examplesIn =
    replacement &&
    ((epoch: number): readonly Example[] =>
      replacement.draw(mentionReplacement, new Random(seed, REPLACEMENT, epoch)).map((sentence, index) => {
        const example = toExample(sentence);
        return isHeld(example) ? example : (examples[index] as Example);
      }));
  const trainer = new Trainer({ config, options, settings, examples, embeddings, examplesIn }, initial);
  let checkpoint = input.isResumed ? await readCheckpoint(folder, task) : undefined;
  if (checkpoint !== undefined) {
    await restore(folder, checkpoint, trainer.updated);
    trainer.step = checkpoint.step;
  }
  await events.onStart({
    steps: trainer.steps,
    stepsPerEpoch: trainer.stepsPerEpoch,
    checkpoint,
    tooLong: input.train.length - examples.length,
  });
  let seconds = checkpoint?.seconds ?? 0;
  let failure: SpangridError | undefined;
  const epochs: EpochReport[] = [...(checkpoint?.epochs ?? [])];
  try {
    while (trainer.step < trainer.steps && !isOver(epochs, settings)) {
      let loss = 0;
      for (let step = 0; step < trainer.stepsPerEpoch; step++) {
        if (events.signal.aborted) throw new SpangridError('cancelled', 'Cancelled. Go on from the last epoch with --resume.');
        const [started, before] = [performance.now(), process.cpuUsage()];
        const report = await trainer.next();
        const milliseconds = performance.now() - started;
        seconds += milliseconds / 1000;
        loss += report.loss / trainer.stepsPerEpoch;
        const { user, system } = process.cpuUsage(before);
        await events.onStep({ ...report, milliseconds, processorMilliseconds: (user + system) / 1000 });
      }
      if (trainer.epoch % settings.evaluateEvery !== 0 && trainer.step < trainer.steps) continue;
      const tensors = checkpointOf(trainer.values, options, config);
      const scores = input.dev.length === 0 ? {} : { dev: await evaluate(withWordEmbeddings(tensors, input), input) };
      const epoch: EpochReport = { epoch: trainer.epoch, loss, ...scores };
      const [first] = epochs;
      const isDiverged = first !== undefined && loss > DIVERGED * first.loss;
      // Without dev, the loss alone can say that an epoch is none to keep.
      const isBest = !(isDiverged && epoch.dev === undefined) && epochs.every((other) => isBetter(epoch, other));
      epochs.push(epoch);
      const kept = checkpoint?.best === undefined ? {} : { best: checkpoint.best };
      const state = { task, step: trainer.step, seconds, epochs, ...kept };
      checkpoint = await writeCheckpoint(folder, state, trainer.updated, isBest ? tensors : undefined);
      await events.onEpoch({ ...epoch, isBest });
      if (isDiverged)
        throw diverged(`The loss rose to ${loss.toFixed(2)} in epoch ${String(epoch.epoch)} (${first.loss.toFixed(2)} in the first).`);
    }
  } catch (error) {
    if (!(error instanceof SpangridError && error.code === 'training.diverged') || checkpoint?.best === undefined) throw error;
    failure = error;
  } finally {
    await trainer.dispose();
  }
  if (checkpoint?.best === undefined) throw new Error('a training without an epoch');
  const { epoch } = checkpoint.best;
  const best = epochs.find((one) => one.epoch === epoch) as EpochReport;
  const tensors = withWordEmbeddings(await readTensors(folder, checkpoint.best.tensors), input);
  return { epochs, best, tensors, seconds, failure };
}

/** F1 on dev, in float32. */
async function evaluate(
  tensors: ReadonlyMap<string, StoredTensor>,
  { config, options, schema, settings, tokenizer, dev }: TrainingInput,
): Promise<F1Scores> {
  const manifest: Manifest = {
    name: 'in training',
    licence: '',
    encoder: config,
    options,
    schema,
    files: {},
    trainedOn: { data: '', terms: '', seed: 0 },
    metrics: {},
  };
  const model = { manifest, weights: new Weights(tensors), tokenizer };
  const extractor = await Extractor.of(model, { device: settings.device, precision: 'float32' });
  try {
    const scores = await scoreOn(extractor, dev);
    return { ner: scores.ner.micro.f1, re: scores.re.micro.f1, 're+': scores['re+'].micro.f1 };
  } finally {
    await extractor.dispose();
  }
}

/** Whether an epoch is better than an earlier one. */
function isBetter({ dev: a }: EpochReport, { dev: b }: EpochReport): boolean {
  if (a === undefined || b === undefined) return true;
  return a['re+'] > b['re+'] || (a['re+'] === b['re+'] && a.ner > b.ner);
}

function isOver(epochs: readonly EpochReport[], { patience }: TrainingSettings): boolean {
  if (patience === 0 || epochs.length <= patience) return false;
  const before = epochs.slice(0, -patience);
  return epochs.slice(-patience).every((epoch) => before.some((earlier) => !isBetter(epoch, earlier)));
}

/** A model's tensors with the word embeddings that were not trained; those that were are among them already. */
function withWordEmbeddings(
  tensors: ReadonlyMap<string, StoredTensor>,
  { config, embeddings, settings }: TrainingInput,
): ReadonlyMap<string, StoredTensor> {
  if (settings.trainWordEmbeddings) return tensors;
  const all = new Map(tensors).set(WORD_EMBEDDINGS, embeddings.stored(WORD_EMBEDDINGS, [config.vocab_size, config.hidden_size]));
  if (embeddings.has(`${WORD_EMBEDDINGS}.scale`))
    all.set(`${WORD_EMBEDDINGS}.scale`, { dtype: 'F32', shape: [config.vocab_size], data: embeddings.scale(WORD_EMBEDDINGS) });
  return all;
}

/** What settings were before there was a choice: left out of the hash, so that trainings that were begun then go on. */
const BEFORE_CHOICE = { device: 'cpu', mentionReplacement: 0, addDev: false };

/** Hash of all that a step depends on. */
export function taskHash({ config, options, settings, train: sentences, dev, initial }: TrainingInput): string {
  const values = [...initial].map(([name, { data }]) => [name, sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]);
  const before = new Map<string, unknown>(Object.entries(BEFORE_CHOICE));
  const chosen = Object.fromEntries(Object.entries(settings).filter(([name, value]) => !before.has(name) || before.get(name) !== value));
  return sha256(Buffer.from(JSON.stringify([config, options, chosen, sentences, dev, values])));
}
