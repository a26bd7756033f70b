import * as v from 'valibot';
import type { TableOptions } from '../model/table/options';
import { TableOptionsSchema } from '../model/table/options';
import { TrainingSettingsSchema, type TrainingSettings } from '../model/training/settings';
import { usageError, type Values } from './command';
import { DEVICE_OPTION, parseDevice } from './deviceOption';

/** Options with a number, and what they set: settings of the training, or options of a new model. */
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
  'evaluate-every': {
    of: 'settings',
    name: 'evaluateEvery',
    help: 'epochs from one evaluation on dev, and checkpoint, to the next (default: 1)',
  },
  'mention-replacement': {
    of: 'settings',
    name: 'mentionReplacement',
    help: 'probability that the words of a mention give way to those of another of its type, anew in each epoch (default: 0)',
  },
  patience: { of: 'settings', name: 'patience', help: 'stop after so many evaluations on dev without a better one; 0: never (default: 0)' },
  hidden: { of: 'options', name: 'hidden', help: 'channels of the hidden table (default: 512)' },
  convolutions: {
    of: 'options',
    name: 'convolutions',
    help: 'layers of the table, 1 or 2; with 1, relations are read from the hidden table (default: 2)',
  },
  experts: { of: 'options', name: 'experts', help: 'kernels that are mixed for each sentence; 1 is a static convolution (default: 4)' },
} as const;
type NumberName = keyof typeof NUMBERS;

/** The options of `spangrid train`. */
export const TRAIN_OPTIONS = {
  train: {
    type: 'string',
    value: 'PATH',
    help: 'sentences to learn from: SpERT JSON, DyGIE++ JSON lines, or the done sentences of Spangrid annotation files: one, a folder, or jsonl',
  },
  dev: { type: 'string', value: 'PATH', help: 'sentences by which the best epoch is chosen' },
  test: { type: 'string', value: 'PATH', help: 'sentences on which the finished model is scored, once' },
  types: {
    type: 'string',
    value: 'FILE',
    help: 'the types (default: those of the types file beside the data or of the spangrid.config.json over it, else those that occur)',
  },
  folds: {
    type: 'string',
    value: 'PATH',
    help: 'cross-validation instead: NAME_folds.json (lists of orig_id), a folder of pairs of train and test files, or a path with *',
  },
  'only-folds': { type: 'string', value: 'NAMES', help: 'of these folds alone, such as 1,4; the others may follow later' },
  data: { type: 'string', value: 'FILE', help: 'the sentences of NAME_folds.json (default: NAME_full.json beside it)' },
  encoder: { type: 'string', value: 'FOLDER', help: 'a BERT or MPNet encoder: config.json, model.safetensors, tokenizer.json' },
  init: { type: 'string', value: 'MODEL', help: 'go on from this model (name or folder) instead; it may have other types' },
  out: { type: 'string', value: 'FOLDER', help: 'where the model goes; checkpoints, log and curves go to training/ in it' },
  name: { type: 'string', value: 'NAME', help: 'what the model is called (default: the name of the folder)' },
  terms: { type: 'string', value: 'TEXT', help: 'the terms of the training data, for the manifest' },
  normalisation: { type: 'string', value: 'NAME', help: 'of the hidden table: layer or none (default: layer)' },
  'no-distance': { type: 'boolean', help: 'no vectors by the distance of two words (in new models they are on)' },
  'no-biaffine': { type: 'boolean', help: 'no biaffine term in the relation logits (in new models it is on)' },
  device: DEVICE_OPTION,
  'add-dev': { type: 'boolean', help: 'train on dev, too, when all is chosen: nothing is scored on dev, and the last epoch is kept' },
  resume: { type: 'boolean', help: 'go on from the last checkpoint in --out' },
  'train-word-embeddings': { type: 'boolean', help: 'train the word embeddings, too' },
  ...(Object.fromEntries(Object.entries(NUMBERS).map(([name, { help }]) => [name, { type: 'string', value: 'NUMBER', help }])) as Record<
    NumberName,
    { readonly type: 'string'; readonly value: string; readonly help: string }
  >),
} as const;

export type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** What a model is built like, but for its types. */
type Shape = Omit<TableOptions, 'entityTypes' | 'relationTypes'>;

/** The types that a model is to know, in the order of its labels. */
export type ModelTypes = Readonly<Record<'entityTypes' | 'relationTypes', readonly string[]>>;

const MOST_LAYERS = 6;

/** How a new model is built where nothing else is asked for. */
function defaultShape(encoderLayers: number): Shape {
  return {
    layers: Math.min(MOST_LAYERS, encoderLayers),
    hidden: 512,
    convolutions: 2,
    experts: 4,
    routerTemperature: 1,
    wordShapeWidth: 32,
    normalisation: 'layer',
    distance: true,
    biaffine: true,
    entityLabelsFrom: 'layer1-diagonal',
  };
}

/** How to train. Errors: usage. */
export function settingsOf(values: TrainValues): TrainingSettings {
  const given = {
    ...numbersOf(values, 'settings'),
    device: parseDevice(values.device),
    trainWordEmbeddings: values['train-word-embeddings'] === true,
    addDev: values['add-dev'] === true,
  };
  const parsed = v.safeParse(TrainingSettingsSchema, given);
  if (parsed.success && parsed.output.addDev && parsed.output.patience > 0)
    throw usageError('train', '--patience goes by what dev says, and with --add-dev nothing is scored on dev');
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const option = Object.entries(NUMBERS).find(([, { name }]) => name === v.getDotPath(issue))?.[0] ?? '';
  throw usageError('train', `--${option}: ${issue.message}`);
}

/** The options of a new model. Errors: usage. */
export function newModelOptions(values: TrainValues, encoderLayers: number, types: ModelTypes): TableOptions {
  const options = checked(
    {
      ...defaultShape(encoderLayers),
      ...(values.normalisation === undefined ? {} : { normalisation: values.normalisation }),
      distance: values['no-distance'] !== true,
      biaffine: values['no-biaffine'] !== true,
      ...numbersOf(values, 'options'),
    },
    types,
  );
  if (options.layers > encoderLayers) throw usageError('train', `--layers: the encoder has ${String(encoderLayers)} layers`);
  return options;
}

/** The options of a model that goes on as it is built, with other types where the data has others. Errors: usage. */
export function grownModelOptions(values: TrainValues, model: TableOptions, types: ModelTypes): TableOptions {
  const [fixed] = (['layers', 'hidden', 'convolutions', 'experts', 'normalisation', 'no-distance', 'no-biaffine'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (fixed !== undefined) throw usageError('train', `--${fixed} is the model's own, with --init it can't be chosen`);
  return checked(model, types);
}

function checked(given: object, { entityTypes, relationTypes }: ModelTypes): TableOptions {
  const parsed = v.safeParse(TableOptionsSchema, { ...given, entityTypes, relationTypes });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw usageError('train', `--${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}

/** Numbers of the options, by what they set. Errors: usage. */
function numbersOf(values: TrainValues, of: 'settings' | 'options'): Record<string, number> {
  return Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([option, { of: what, name }]) => {
      const given = values[option as NumberName];
      if (what !== of || given === undefined) return [];
      const number = Number(given);
      if (given.trim() === '' || Number.isNaN(number)) throw usageError('train', `--${option} must be a number, and "${given}" is none`);
      return [[name, number]];
    }),
  );
}

/**
 * The words of the command line, such as `--epochs 20 --no-distance`, that make of the defaults what a model was trained with.
 * @param built how a new model was built; left out for one that went on from another, as that is built
 */
export function wordsOf(
  settings: Readonly<Record<string, number | boolean | string>>,
  built?: { readonly options: TableOptions; readonly encoderLayers: number },
): readonly string[] {
  const { device = 'cpu', trainWordEmbeddings, addDev } = settings;
  return [
    ...numberWords('settings', settings, v.getDefaults(TrainingSettingsSchema)),
    ...(device === 'cpu' ? [] : ['--device', String(device)]),
    ...(trainWordEmbeddings === true ? ['--train-word-embeddings'] : []),
    ...(addDev === true ? ['--add-dev'] : []),
    ...(built === undefined ? [] : shapeWords(built.options, defaultShape(built.encoderLayers))),
  ];
}

function shapeWords(options: TableOptions, usual: Shape): readonly string[] {
  return [
    ...numberWords('options', options, usual),
    ...(options.normalisation === usual.normalisation ? [] : ['--normalisation', options.normalisation]),
    ...(options.distance ? [] : ['--no-distance']),
    ...(options.biaffine ? [] : ['--no-biaffine']),
  ];
}

function numberWords(of: 'settings' | 'options', used: object, usual: object): readonly string[] {
  const [values, defaults] = [new Map<string, unknown>(Object.entries(used)), new Map<string, unknown>(Object.entries(usual))];
  return Object.entries(NUMBERS).flatMap(([option, { of: what, name }]) => {
    const value = values.get(name);
    return what !== of || typeof value !== 'number' || value === defaults.get(name) ? [] : [`--${option}`, String(value)];
  });
}
