/** The loop over batches: one step is a run of the training graph and a pass of the optimizer over the same memory. */
import { SpangridError } from '../../errors';
import type { EncoderConfig } from '../encoder/config';
import { WORD_EMBEDDINGS } from '../encoder/layers';
import { Weights } from '../encoder/weights';
import { float32, sizeOf } from '../graph/tensor';
import { Session, type Feeds } from '../runtime/session';
import type { TableOptions } from '../table/options';
import { adamW, gradientNorm, isDecayed, type Trained } from './adamw';
import { batchOf, type Batch } from './batch';
import { DropoutMasks } from './dropout';
import type { Example } from './examples';
import { ParameterMemory } from './memory';
import type { ParameterValues } from './parameters';
import { Random } from './random';
import { averageDecay, layerShare, rateShare, routerTemperature } from './schedule';
import type { TrainingSettings } from './settings';
import { trainingGraph, type DropoutRates, type ParameterShape, type TrainingGraph } from './trainingGraph';

/** What is trained, on what and how. */
export interface TrainingTask {
  readonly config: EncoderConfig;
  readonly options: TableOptions;
  readonly settings: TrainingSettings;
  readonly examples: readonly Example[];
  /** What is trained on in an epoch (from 0) instead, where that changes: as many as `examples`. */
  readonly examplesIn?: ((epoch: number) => readonly Example[]) | undefined;
  /** The word embeddings, which stay as they are unless `trainWordEmbeddings` is set. */
  readonly embeddings: Weights;
}

export interface StepReport {
  /** From 1. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** Mean over the batch's sentences. */
  readonly loss: number;
  readonly gradientNorm: number;
}

/** Streams of random numbers. */
const PURPOSE = { order: 1, dropout: 2 };
/** Sentences are sorted by length among this many batches. */
const BUCKET_BATCHES = 16;
const WORDS = 'words';

/** Parameters in training. Memory: 16 bytes a number, 20 with a moving average. */
export class Trainer {
  /** Steps that are done. */
  step = 0;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly trained: readonly Trained[];
  readonly #task: TrainingTask;
  readonly #fixed: ParameterValues;
  readonly #words: Trained | undefined;
  readonly #memory: ParameterMemory;
  readonly #rates: DropoutRates;
  readonly #graphs = new Map<number, { readonly session: Session; readonly masks: DropoutMasks }>();
  #order: { readonly epoch: number; readonly batches: readonly (readonly Example[])[] } | undefined;

  /**
   * @param initial all parameters, by the names of `parameterShapes`
   * Errors: model.unsupported where the parameters in training do not fit 4 GiB.
   */
  constructor(task: TrainingTask, initial: ParameterValues) {
    const { settings, examples, config, embeddings } = task;
    this.#task = task;
    this.stepsPerEpoch = Math.ceil(examples.length / settings.batchSize);
    this.steps = this.stepsPerEpoch * settings.epochs;
    this.#rates = { encoder: settings.encoderDropout, words: settings.dropout, cells: settings.dropout };
    const { trained, fixed } = this.#build(Math.min(settings.batchSize, examples.length));
    const value = (name: string): Float32Array => initial.get(name)?.data ?? missing(name);
    const isAveraged = settings.averageDecay > 0;
    const wordShape = [config.vocab_size, config.hidden_size];
    const lengths = [...trained, ...(settings.trainWordEmbeddings ? [{ shape: wordShape }] : [])].map(({ shape }) => sizeOf(shape));
    this.#memory = new ParameterMemory(lengths.flatMap((length) => Array.from({ length: isAveraged ? 5 : 4 }, () => length)));
    const inTraining = (name: string, shape: readonly number[], data: Float32Array): Trained => ({
      name,
      shape,
      value: this.#copy(data),
      gradient: this.#memory.array(data.length),
      first: this.#memory.array(data.length),
      second: this.#memory.array(data.length),
      average: isAveraged ? this.#copy(data) : undefined,
    });
    this.trained = trained.map(({ name, shape }) => inTraining(name, shape, value(name)));
    this.#fixed = new Map(fixed.map(({ name, shape }) => [name, float32(shape, value(name))]));
    if (settings.trainWordEmbeddings) this.#words = inTraining(WORD_EMBEDDINGS, wordShape, embeddings.get(WORD_EMBEDDINGS, wordShape).data);
  }

  /** All that is updated: the parameters of the graph and, where they are trained, the word embeddings. */
  get updated(): readonly Trained[] {
    return this.#words === undefined ? this.trained : [...this.trained, this.#words];
  }

  /** The parameters as they are to be evaluated and kept: averaged where an average is kept. Views, not copies. */
  get values(): ParameterValues {
    const updated = this.updated.map(({ name, shape, value, average }) => [name, float32(shape, average ?? value)] as const);
    return new Map([...this.#fixed, ...updated]);
  }

  get epoch(): number {
    return Math.floor(this.step / this.stepsPerEpoch);
  }

  /**
   * Does one step. What it does depends on the settings, the parameters and the number of the step alone.
   * Errors: training.diverged where loss or gradients are no numbers (nothing is updated then), runtime.failed.
   */
  async next(): Promise<StepReport> {
    const { config, options, settings, embeddings } = this.#task;
    const examples = this.#batch();
    const graph = await this.#graph(examples.length);
    const batch = batchOf(examples, config, options, this.#words === undefined ? embeddings : weightsOf(this.#words), settings);
    const temperature = routerTemperature(this.step, this.steps, settings.routerTemperature);
    const random = new Random(settings.seed, PURPOSE.dropout, this.step);
    const feeds: Feeds = {
      ...batch.feeds,
      ...graph.masks.draw(batch.sizes, random),
      ...Object.fromEntries(this.#fixed),
      ...Object.fromEntries(this.trained.map(({ name, shape, value }) => [name, float32(shape, value)])),
      inverseTemperature: float32([], Float32Array.of(1 / temperature)),
    };
    const outputs = Object.fromEntries(this.trained.map(({ name, shape, gradient }) => [`gradient.${name}`, float32(shape, gradient)]));
    const results = await graph.session.run(feeds, outputs);
    const loss = (results['loss']?.data as Float32Array)[0] as number;
    if (this.#words !== undefined)
      scatterRows(results[`gradient.${WORDS}`]?.data as Float32Array, batch, config.hidden_size, this.#words.gradient);
    const norm = gradientNorm(this.#memory, this.updated);
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      throw diverged(`At step ${String(this.step + 1)} the loss is ${String(loss)} and the norm of the gradients ${String(norm)}.`);
    this.#update(norm);
    this.step += 1;
    return { step: this.step, epoch: Math.ceil(this.step / this.stepsPerEpoch), loss, gradientNorm: norm };
  }

  /** Frees the memory of the sessions. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#graphs.values()].map(async ({ session }) => session.dispose()));
    this.#graphs.clear();
  }

  #update(norm: number): void {
    const { options, settings } = this.#task;
    const share = rateShare(this.step, this.steps, settings);
    for (const trained of this.updated) {
      const peak = trained.name.startsWith('encoder.') ? settings.encoderRate : settings.headRate;
      adamW(this.#memory, trained, {
        number: this.step + 1,
        rate: peak * share * layerShare(trained.name, options.layers, settings),
        weightDecay: isDecayed(trained.name) ? settings.weightDecay : 0,
        gradientScale: Math.min(1, settings.clip / (norm + 1e-6)),
        averageDecay: averageDecay(this.step, settings.averageDecay),
      });
    }
  }

  #copy(values: Float32Array): Float32Array {
    const array = this.#memory.array(values.length);
    array.set(values);
    return array;
  }

  #batch(): readonly Example[] {
    const { settings } = this.#task;
    const { epoch } = this;
    if (this.#order?.epoch !== epoch) {
      const examples = this.#task.examplesIn?.(epoch) ?? this.#task.examples;
      this.#order = { epoch, batches: batchesOf(examples, settings.batchSize, new Random(settings.seed, PURPOSE.order, epoch)) };
    }
    return this.#order.batches[this.step - epoch * this.stepsPerEpoch] as readonly Example[];
  }

  #build(batch: number): TrainingGraph {
    const { config, options, settings } = this.#task;
    return trainingGraph(config, options, {
      batch,
      dropout: this.#rates,
      firstTrainedLayer: options.layers - (settings.trainedLayers ?? options.layers),
      trainsWordEmbeddings: settings.trainWordEmbeddings,
    });
  }

  /** One session a batch size: the last batch of an epoch may be smaller. */
  async #graph(batch: number): Promise<{ readonly session: Session; readonly masks: DropoutMasks }> {
    const known = this.#graphs.get(batch);
    if (known !== undefined) return known;
    const { graph, masks } = this.#build(batch);
    const made = {
      session: await Session.create(graph, this.#task.settings.device, { keepsMemory: true }),
      masks: new DropoutMasks(masks, this.#rates),
    };
    this.#graphs.set(batch, made);
    return made;
  }
}

/** Names and shapes of all parameters of a model, as training graphs have them. */
export function parameterShapes(config: EncoderConfig, options: TableOptions): readonly ParameterShape[] {
  const dropout = { encoder: 0, words: 0, cells: 0 };
  return trainingGraph(config, options, { batch: 1, dropout, firstTrainedLayer: 0, trainsWordEmbeddings: false }).trained;
}

/** Batches of an epoch in random order; sentences of similar length stand together, so that little is padding. */
export function batchesOf(examples: readonly Example[], size: number, random: Random): readonly (readonly Example[])[] {
  const shuffled = random.shuffle(examples);
  const batches: Example[][] = [];
  for (let start = 0; start < shuffled.length; start += size * BUCKET_BATCHES) {
    const bucket = shuffled.slice(start, start + size * BUCKET_BATCHES).sort((a, b) => a.inputIds.length - b.inputIds.length);
    for (let at = 0; at < bucket.length; at += size) batches.push(bucket.slice(at, at + size));
  }
  return random.shuffle(batches);
}

/** The error of a training that goes wrong. */
export function diverged(what: string): SpangridError {
  const advice = 'Train with lower rates (--encoder-rate, --head-rate) or a longer warm-up; the best model so far is kept.';
  return new SpangridError('training.diverged', `${what} ${advice}`);
}

function weightsOf({ name, shape, value }: Trained): Weights {
  return new Weights(new Map([[name, { dtype: 'F32', shape, data: value }]]));
}

/** The gradient of a table from the gradients of the rows that were looked up. */
function scatterRows(rows: Float32Array, { inputIds }: Batch, width: number, gradient: Float32Array): void {
  gradient.fill(0);
  inputIds.forEach((id, row) => {
    for (let at = 0; at < width; at++)
      gradient[id * width + at] = (gradient[id * width + at] as number) + (rows[row * width + at] as number);
  });
}

function missing(name: string): never {
  throw new Error(`there is no parameter ${name}`);
}
