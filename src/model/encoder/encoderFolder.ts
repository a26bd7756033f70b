import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../annotation/parseJson';
import { SpangridError } from '../../errors';
import { readBytes } from '../../files/read';
import { encoderConfig, type EncoderConfig } from './config';
import { WORD_EMBEDDINGS } from './layers';
import { parseSafetensors } from './safetensors';
import { Weights } from './weights';

/** A pre-trained encoder. */
export interface EncoderFolder {
  readonly config: EncoderConfig;
  /** Under Hugging Face's names with `encoder.` before them. */
  readonly weights: Weights;
  /** The parsed tokenizer.json. */
  readonly tokenizer: object;
}

/**
 * Reads a folder as Hugging Face has them: config.json, model.safetensors, tokenizer.json.
 * Errors: file.missing, model.invalid, model.unsupported (naming the architecture).
 */
export async function readEncoderFolder(folder: string): Promise<EncoderFolder> {
  const config = encoderConfig(await readJson(join(folder, 'config.json')), join(folder, 'config.json'));
  const file = join(folder, 'model.safetensors');
  // Checkpoints of models with a head have the encoder under its architecture's name, those of encoders alone under none.
  const tensors = [...parseSafetensors(await readBytes(file), file)].map(
    ([name, tensor]) => [`encoder.${name.replace(/^(bert|mpnet)[.]/, '')}`, tensor] as const,
  );
  const weights = new Weights(new Map(tensors));
  if (!weights.has(WORD_EMBEDDINGS))
    throw new SpangridError(
      'model.unsupported',
      `${file} holds no BERT or MPNet encoder: it has no word embeddings. Choose another folder.`,
    );
  return { config, weights, tokenizer: v.parse(v.looseObject({}), await readJson(join(folder, 'tokenizer.json'))) };
}

async function readJson(file: string): Promise<unknown> {
  const parsed = parseJson((await readBytes(file)).toString('utf8'));
  if ('reason' in parsed) throw new SpangridError('model.invalid', `${file} is ${parsed.reason}. Get the encoder again.`);
  return parsed.data;
}
