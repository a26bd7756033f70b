import { basename, join, resolve } from 'node:path';
import * as v from 'valibot';
import { appendLines } from '../files/append';
import { atomicWrite } from '../files/atomicWrite';
import { isFile, makeFolder } from '../files/folders';
import { readText } from '../files/text';
import { readEncoderFolder, type EncoderFolder } from '../model/encoder/encoderFolder';
import { WORD_EMBEDDINGS } from '../model/encoder/layers';
import { score } from '../model/evaluation/scores';
import { Extractor } from '../model/extract';
import { readModelFolder } from '../model/folder/folder';
import type { EpochReport, F1Scores, Manifest } from '../model/folder/manifest';
import { writeManifest, writeModelFolder } from '../model/folder/writeModel';
import { TableOptionsSchema, type TableOptions } from '../model/table/options';
import { freshHead, headForTypes, parametersOf, type ParameterValues } from '../model/training/parameters';
import { Random } from '../model/training/random';
import { TrainingSettingsSchema, type TrainingSettings } from '../model/training/settings';
import { parameterShapes } from '../model/training/trainer';
import { train as runTraining, type TrainingEvents } from '../model/training/training';
import { command, usageError } from './command';
import { learningCurves } from './curves';
import { readDataSet } from './dataSet';
import { modelFolder } from './models';
import { noticesOf, readTrainingData, type TrainingData } from './trainingData';
import type { Terminal } from './terminal';

/** Options with a number, and what they set. */
const NUMBERS = {
  epochs: { of: 'settings', name: 'epochs', help: 'times that all sentences are seen (default: 16)' },
  seed: { of: 'settings', name: 'seed', help: 'where all random numbers start (default: 1)' },
  layers: { of: 'options', name: 'layers', help: "encoder layers that are used, from the first (default: the encoder's, at most 6)" },
  'batch-size': { of: 'settings', name: 'batchSize', help: 'sentences in a step (default: 8)' },
  'encoder-rate': { of: 'settings', name: 'encoderRate', help: 'peak learning rate of the encoder (default: 0.00005)' },
  'head-rate': { of: 'settings', name: 'headRate', help: 'peak learning rate of the head (default: 0.001)' },
  'layer-decay': { of: 'settings', name: 'layerDecay', help: "each layer's rate as a share of the next one's (default: 1)" },
  'warm-up': { of: 'settings', name: 'warmUp', help: 'share of the steps in which the rates rise (default: 0.2)' },
  dropout: { of: 'settings', name: 'dropout', help: 'on word vectors and cells (default: 0.3)' },
  'average-decay': {
    of: 'settings',
    name: 'averageDecay',
    help: 'of the moving average that is kept; 0 keeps the weights (default: 0.995)',
  },
  'label-smoothing': { of: 'settings', name: 'labelSmoothing', help: 'taken from the right label (default: 0)' },
  'negative-weight': { of: 'settings', name: 'negativeWeight', help: 'weight of cells without a relation (default: 1)' },
  'trained-layers': { of: 'settings', name: 'trainedLayers', help: 'only so many of the last layers are trained (default: all)' },
  patience: { of: 'settings', name: 'patience', help: 'stop after so many epochs without a better one; 0: never (default: 0)' },
  hidden: { of: 'options', name: 'hidden', help: 'channels of the hidden table (default: 512)' },
  experts: { of: 'options', name: 'experts', help: 'kernels that are mixed for each sentence; 1 is a static convolution (default: 4)' },
} as const;
type NumberName = keyof typeof NUMBERS;

const DEFAULT_LAYERS = 6;

/** Trains a model, from an encoder or from a model. */
export const train = command({
  name: 'train',
  summary: 'trains a model on annotated sentences',
  usage: '--train FILE --dev FILE (--encoder FOLDER | --init MODEL) --out FOLDER [OPTION...]',
  takesWords: false,
  options: {
    train: { type: 'string', value: 'FILE', help: 'sentences to learn from: SpERT JSON or DyGIE++ JSON lines' },
    dev: { type: 'string', value: 'FILE', help: 'sentences by which the best epoch is chosen' },
    test: { type: 'string', value: 'FILE', help: 'sentences on which the finished model is scored, once' },
    types: { type: 'string', value: 'FILE', help: 'the types (default: the types file beside --train, else the types that occur)' },
    encoder: { type: 'string', value: 'FOLDER', help: 'a BERT or MPNet encoder: config.json, model.safetensors, tokenizer.json' },
    init: { type: 'string', value: 'MODEL', help: 'go on from this model (name or folder) instead; it may have other types' },
    out: { type: 'string', value: 'FOLDER', help: 'where the model goes; checkpoints, log and curves go to training/ in it' },
    name: { type: 'string', value: 'NAME', help: 'what the model is called (default: the name of the folder)' },
    terms: { type: 'string', value: 'TEXT', help: 'the terms of the training data, for the manifest' },
    normalisation: { type: 'string', value: 'NAME', help: 'of the hidden table: layer or none (default: layer)' },
    'no-distance': { type: 'boolean', help: 'no vectors by the distance of two words (in new models they are on)' },
    'no-biaffine': { type: 'boolean', help: 'no biaffine term in the relation logits (in new models it is on)' },
    resume: { type: 'boolean', help: 'go on from the last checkpoint in --out' },
    'train-word-embeddings': { type: 'boolean', help: 'train the word embeddings, too' },
    ...(Object.fromEntries(Object.entries(NUMBERS).map(([name, { help }]) => [name, { type: 'string', value: 'NUMBER', help }])) as Record<
      NumberName,
      { readonly type: 'string'; readonly value: string; readonly help: string }
    >),
  },
  notes: [
    'All data is checked before anything starts. The epoch with the best RE+ on dev is written to --out as a model folder.',
    'Ctrl+C stops; the same command with --resume goes on from the end of the last epoch, to exactly the model of an uninterrupted run.',
  ],
  async run(values, _words, terminal) {
    const { train: trainFile, dev: devFile, out } = values;
    if (trainFile === undefined || devFile === undefined) throw usageError('train', 'Name the data with --train and --dev');
    if (out === undefined) throw usageError('train', 'Name the folder of the model with --out');
    if ((values.encoder === undefined) === (values.init === undefined))
      throw usageError('train', 'Name what to start from, with either --encoder or --init');
    const settings = parseSettings(values);
    const data = await readTrainingData({ train: trainFile, dev: devFile, types: values.types });
    noticesOf(data, { train: trainFile, dev: devFile }).forEach((line) => terminal.say(line));
    const test = values.test === undefined ? undefined : await readDataSet(values.test);
    const start =
      values.encoder === undefined ? await fromModel(values, data, settings) : await fromEncoder(values.encoder, values, data, settings);

    const folder = join(out, 'training');
    const log = new RunLog(folder, basename(resolve(out)));
    const isResumed = values.resume === true;
    if (!isResumed && (await isFile(join(folder, 'checkpoint.json'))))
      throw usageError('train', `${folder} holds a training already: go on with --resume, or remove it`);
    const outcome = await runTraining(
      {
        config: start.encoder.config,
        options: start.options,
        schema: data.schema,
        settings,
        tokenizer: start.encoder.tokenizer,
        initial: start.initial,
        embeddings: start.encoder.weights.only(WORD_EMBEDDINGS),
        train: data.sentences.train,
        dev: data.sentences.dev,
        folder,
        isResumed,
      },
      eventsOf(log, terminal, { settings, options: start.options }),
    );
    terminal.endProgress();

    const manifest: Omit<Manifest, 'files'> = {
      name: values.name ?? basename(resolve(out)),
      licence: start.licence,
      encoder: start.encoder.config,
      options: start.options,
      schema: data.schema,
      trainedOn: {
        data: `${basename(trainFile)} (${String(data.sentences.train.length)} sentences), epoch ${String(outcome.best.epoch)} of ${String(settings.epochs)}, the best on ${basename(devFile)}`,
        terms: values.terms ?? 'Not stated: ask who owns the training data before you pass the model on.',
        seed: settings.seed,
        settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Record<
          string,
          number | boolean
        >,
        epochs: outcome.epochs.map(({ epoch, loss, dev }) => ({ epoch, loss: rounded(loss), dev: roundedScores(dev) })),
      },
      metrics: {},
    };
    const written = await writeModelFolder(out, manifest, outcome.tensors, start.encoder.tokenizer);
    const metrics = await asWritten(out, { dev: data.sentences.dev, ...(test === undefined ? {} : { test: test.sentences }) });
    const set = basename(trainFile).replace(/[._-]?train.*$/i, '') || 'data';
    await writeManifest(out, { ...written, metrics: { [set]: metrics } });
    for (const [split, { ner, re, 're+': rePlus }] of Object.entries(metrics))
      terminal.print(`${split}: NER ${ner.toFixed(2)}, RE ${re.toFixed(2)}, RE+ ${rePlus.toFixed(2)} (as written, in 8 bits)\n`);
    terminal.print(`Wrote ${out} (epoch ${String(outcome.best.epoch)}; ${duration(outcome.seconds)} of training)\n`);
    if (outcome.failure !== undefined) throw outcome.failure;
    return 0;
  },
});

type Given = Readonly<Partial<Record<string, string | boolean>>>;

/** Numbers of the options, by what they set. Errors: usage. */
function numbersOf(values: Given, of: 'settings' | 'options'): Record<string, number> {
  return Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([option, { of: what, name }]) => {
      const given = values[option];
      if (what !== of || given === undefined) return [];
      const number = Number(given);
      if (String(given).trim() === '' || Number.isNaN(number))
        throw usageError('train', `--${option} must be a number, and "${String(given)}" is none`);
      return [[name, number]];
    }),
  );
}

function parseSettings(values: Given): TrainingSettings {
  const given = { ...numbersOf(values, 'settings'), trainWordEmbeddings: values['train-word-embeddings'] === true };
  const parsed = v.safeParse(TrainingSettingsSchema, given);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const option = Object.entries(NUMBERS).find(([, { name }]) => name === v.getDotPath(issue))?.[0] ?? '';
  throw usageError('train', `--${option}: ${issue.message}`);
}

/** What the training starts from. */
interface Start {
  readonly encoder: EncoderFolder;
  readonly options: TableOptions;
  readonly initial: ParameterValues;
  readonly licence: string;
}

/** Streams of random numbers: that of the head's first values. */
const HEAD = 0;

async function fromEncoder(folder: string, values: Given, data: TrainingData, settings: TrainingSettings): Promise<Start> {
  const encoder = await readEncoderFolder(folder);
  const { config } = encoder;
  const options = parseOptions(
    {
      layers: Math.min(DEFAULT_LAYERS, config.num_hidden_layers),
      hidden: 512,
      experts: 4,
      routerTemperature: 1,
      wordShapeWidth: 32,
      normalisation: values['normalisation'] ?? 'layer',
      distance: values['no-distance'] !== true,
      biaffine: values['no-biaffine'] !== true,
      entityLabelsFrom: 'layer1-diagonal',
      ...numbersOf(values, 'options'),
    },
    data,
  );
  if (options.layers > config.num_hidden_layers)
    throw usageError('train', `--layers: the encoder has ${String(config.num_hidden_layers)} layers`);
  const shapes = parameterShapes(config, options);
  const ofEncoder = shapes.filter(({ name }) => name.startsWith('encoder.'));
  const head = freshHead(shapes, options, config, new Random(settings.seed, HEAD));
  const initial = new Map([...parametersOf(ofEncoder, encoder.weights, options, config), ...head]);
  return { encoder, options, initial, licence: `As the encoder's (${basename(resolve(folder))}) and the training data's.` };
}

async function fromModel(values: Given, data: TrainingData, settings: TrainingSettings): Promise<Start> {
  const { manifest, weights, tokenizer } = await readModelFolder(await modelFolder(values['init'] as string));
  const { encoder: config, licence } = manifest;
  const [fixed] = (['layers', 'hidden', 'experts', 'normalisation', 'no-distance', 'no-biaffine'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (fixed !== undefined) throw usageError('train', `--${fixed} is the model's own, with --init it can't be chosen`);
  const options = parseOptions({ ...manifest.options }, data);
  const trained = parametersOf(parameterShapes(config, manifest.options), weights, manifest.options, config);
  const shapes = parameterShapes(config, options);
  const fresh = freshHead(shapes, options, config, new Random(settings.seed, HEAD));
  const ofEncoder = [...trained].filter(([name]) => name.startsWith('encoder.'));
  const initial = new Map([...ofEncoder, ...headForTypes(fresh, trained, manifest.options, options)]);
  return { encoder: { config, weights, tokenizer: tokenizer as object }, options, initial, licence };
}

function parseOptions(given: object, { entityTypes, relationTypes }: TrainingData): TableOptions {
  const parsed = v.safeParse(TableOptionsSchema, { ...given, entityTypes, relationTypes });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw usageError('train', `--${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}

/** Scores of the model as it lies in its folder, products in 8 bits. */
async function asWritten(
  folder: string,
  sets: Readonly<Record<string, TrainingData['sentences']['dev']>>,
): Promise<Record<string, F1Scores>> {
  const extractor = await Extractor.open(folder, { device: 'cpu' });
  const scores: Record<string, F1Scores> = {};
  for (const [split, gold] of Object.entries(sets)) {
    const predicted = await extractor.extract(
      gold.map(({ tokens }) => tokens),
      { constraints: true, tables: false },
    );
    const { ner, re, 're+': rePlus } = score(gold, predicted);
    scores[split] = roundedScores({ ner: ner.micro.f1, re: re.micro.f1, 're+': rePlus.micro.f1 });
  }
  await extractor.dispose();
  return scores;
}

/** What is said of a training while it runs: the display, the log, the curves. */
function eventsOf(log: RunLog, terminal: Terminal, about: object): TrainingEvents {
  let steps = 0;
  let perEpoch = 1;
  let milliseconds = 0;
  let done = 0;
  let last = '';
  return {
    signal: terminal.signal,
    async onStart(start) {
      ({ steps, stepsPerEpoch: perEpoch } = start);
      const from = start.checkpoint?.step ?? 0;
      await log.start(from, { event: 'start', steps, stepsPerEpoch: perEpoch, ...about });
      terminal.say(
        from > 0 ? `Going on after step ${String(from)} of ${String(steps)}` : `${String(steps)} steps, ${String(perEpoch)} an epoch`,
      );
    },
    async onStep({ step, epoch, loss, gradientNorm, milliseconds: taken }) {
      milliseconds += taken;
      done += 1;
      const left = duration(((steps - step) * milliseconds) / done / 1000);
      const within = step - (epoch - 1) * perEpoch;
      terminal.status(
        `epoch ${String(epoch)}/${String(steps / perEpoch)}  step ${String(within)}/${String(perEpoch)}  loss ${loss.toFixed(2)}${last}  ${left} left`,
      );
      await log.line({ event: 'step', step, epoch, loss: rounded(loss), norm: rounded(gradientNorm), ms: Math.round(taken) });
    },
    async onEpoch({ epoch, loss, dev, isBest }, all: readonly EpochReport[]) {
      last = `  dev ${inWords(dev)}`;
      terminal.say(
        `epoch ${String(epoch)}/${String(steps / perEpoch)}  loss ${loss.toFixed(2)}  dev NER ${dev.ner.toFixed(2)}  RE ${dev.re.toFixed(2)}  RE+ ${dev['re+'].toFixed(2)}${isBest ? '  best' : ''}  ${duration(((steps - all.length * perEpoch) * milliseconds) / done / 1000)} left`,
      );
      await log.line({ event: 'epoch', epoch, step: epoch * perEpoch, loss: rounded(loss), dev: roundedScores(dev) });
      await log.draw();
    },
  };
}

/** The log of a training, a JSON object a line, and the curves that are drawn from it. */
class RunLog {
  readonly #file: string;

  constructor(
    private readonly folder: string,
    private readonly title: string,
  ) {
    this.#file = join(folder, 'log.jsonl');
  }

  /** Starts the log, or cuts it back to what the checkpoint that is gone on from knows. */
  async start(step: number, first: object): Promise<void> {
    await makeFolder(this.folder);
    if (step === 0 || !(await isFile(this.#file))) return atomicWrite(this.#file, `${JSON.stringify(first)}\n`);
    const lines = (await readText(this.#file)).text.split('\n').filter((line) => line !== '');
    const kept = lines.filter((line) => !isAfter(line, step));
    await atomicWrite(this.#file, kept.map((line) => `${line}\n`).join(''));
  }

  async line(event: object): Promise<void> {
    await appendLines(this.#file, [JSON.stringify(event)]);
  }

  async draw(): Promise<void> {
    const { text } = await readText(this.#file);
    await atomicWrite(join(this.folder, 'curves.svg'), learningCurves({ name: this.#file, content: text }, this.title));
  }
}

/** Whether a line of the log is of a step after this one, or cut off. */
function isAfter(line: string, step: number): boolean {
  try {
    const { step: of = 0 } = JSON.parse(line) as { readonly step?: number };
    return of > step;
  } catch {
    return true;
  }
}

function inWords({ ner, re, 're+': rePlus }: F1Scores): string {
  return `${ner.toFixed(1)}/${re.toFixed(1)}/${rePlus.toFixed(1)}`;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function roundedScores({ ner, re, 're+': rePlus }: F1Scores): F1Scores {
  const percent = (score: number): number => Math.round(score * 100) / 100;
  return { ner: percent(ner), re: percent(re), 're+': percent(rePlus) };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${String(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
