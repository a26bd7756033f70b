import { basename, resolve } from 'node:path';
import { readEncoderFolder, type EncoderFolder } from '../model/encoder/encoderFolder';
import { WORD_EMBEDDINGS } from '../model/encoder/layers';
import type { Weights } from '../model/encoder/weights';
import { readModelFolder } from '../model/folder/folder';
import type { TableOptions } from '../model/table/options';
import { freshHead, headForTypes, parametersOf, type ParameterValues } from '../model/training/parameters';
import { Random } from '../model/training/random';
import { parameterShapes } from '../model/training/trainer';
import { modelFolder } from './models';
import { grownModelOptions, newModelOptions, type ModelTypes, type TrainValues } from './trainOptions';

/** What a training starts from. */
export interface TrainingStart {
  readonly encoder: Omit<EncoderFolder, 'weights'>;
  /** The word embeddings, in memory of their own: the file that they come from need not be kept. */
  readonly embeddings: Weights;
  readonly options: TableOptions;
  readonly initial: ParameterValues;
  readonly licence: string;
  /** What it is, for the manifest: "encoder minilm" or "model fast". */
  readonly from: string;
}

/** Streams of random numbers: that of the head's first values. */
const HEAD = 0;

/**
 * Reads the encoder or the model that a training starts from (one of the two is given), and draws the parameters that it doesn't have.
 * Errors: usage, file.*, model.*.
 */
export async function startOf(values: TrainValues, types: ModelTypes, seed: number): Promise<TrainingStart> {
  const { encoder, init } = values;
  return encoder === undefined ? fromModel(init as string, values, types, seed) : fromEncoder(encoder, values, types, seed);
}

async function fromEncoder(folder: string, values: TrainValues, types: ModelTypes, seed: number): Promise<TrainingStart> {
  const { config, tokenizer, weights } = await readEncoderFolder(folder);
  const options = newModelOptions(values, config.num_hidden_layers, types);
  const shapes = parameterShapes(config, options);
  const ofEncoder = shapes.filter(({ name }) => name.startsWith('encoder.'));
  const head = freshHead(shapes, options, config, new Random(seed, HEAD));
  const initial = new Map([...parametersOf(ofEncoder, weights, options, config), ...head]);
  const name = basename(resolve(folder));
  return {
    encoder: { config, tokenizer },
    embeddings: weights.only(WORD_EMBEDDINGS),
    options,
    initial,
    licence: `As the encoder's (${name}) and the training data's.`,
    from: `encoder ${name}`,
  };
}

async function fromModel(model: string, values: TrainValues, types: ModelTypes, seed: number): Promise<TrainingStart> {
  const { manifest, weights, tokenizer } = await readModelFolder(await modelFolder(model));
  const { encoder: config, licence, name } = manifest;
  const options = grownModelOptions(values, manifest.options, types);
  const trained = parametersOf(parameterShapes(config, manifest.options), weights, manifest.options, config);
  const fresh = freshHead(parameterShapes(config, options), options, config, new Random(seed, HEAD));
  const ofEncoder = [...trained].filter(([name]) => name.startsWith('encoder.'));
  const initial = new Map([...ofEncoder, ...headForTypes(fresh, trained, manifest.options, options)]);
  const encoder = { config, tokenizer: tokenizer as object };
  return { encoder, embeddings: weights.only(WORD_EMBEDDINGS), options, initial, licence, from: `model ${name}` };
}
