import { join } from 'node:path';
import { parseJson } from '../../annotation/parseJson';
import { SpangridError } from '../../errors';
import { sha256 } from '../../files/hash';
import { readBytes } from '../../files/read';
import { parseSafetensors, type StoredTensor } from '../encoder/safetensors';
import { Weights } from '../encoder/weights';
import { MANIFEST, parseManifest, type Manifest } from './manifest';

/** A model as it lies on disk, read and verified. */
export interface ModelFolder {
  readonly manifest: Manifest;
  readonly weights: Weights;
  /** The parsed tokenizer.json. */
  readonly tokenizer: unknown;
}

/** Reads and validates the manifest of a model folder. Errors: model.missing, and those of `parseManifest`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST);
  try {
    return parseManifest((await readBytes(file)).toString('utf8'), file);
  } catch (error) {
    if (error instanceof SpangridError && error.code === 'file.missing')
      throw new SpangridError(
        'model.missing',
        `There is no model in ${folder}: it has no ${MANIFEST}. Choose another folder (setting spangrid.model, option --model).`,
        {
          cause: error,
        },
      );
    throw error;
  }
}

/**
 * Reads a whole model and checks every file against the manifest before anything of it is used.
 * Errors: model.missing, model.damaged (naming the file and both hashes), model.invalid, model.newerVersion, model.unsupported.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const manifest = await readManifest(folder);
  const tensors = new Map<string, StoredTensor>();
  let tokenizer: unknown;
  for (const [name, expected] of Object.entries(manifest.files)) {
    const bytes = await readFile(folder, name, expected);
    if (name.endsWith('.safetensors')) parseSafetensors(bytes, join(folder, name)).forEach((tensor, key) => tensors.set(key, tensor));
    else if (name === 'tokenizer.json') {
      const parsed = parseJson(bytes.toString('utf8'));
      if ('reason' in parsed) throw new SpangridError('model.invalid', `${join(folder, name)} is ${parsed.reason}. Get the model again.`);
      tokenizer = parsed.data;
    }
  }
  return { manifest, weights: new Weights(tensors), tokenizer };
}

async function readFile(folder: string, name: string, expected: { readonly sha256: string; readonly bytes: number }): Promise<Buffer> {
  const path = join(folder, name);
  let bytes;
  try {
    bytes = await readBytes(path);
  } catch (error) {
    if (error instanceof SpangridError && error.code === 'file.missing')
      throw new SpangridError('model.missing', `The model in ${folder} is not complete: ${name} is missing. Get the model again.`, {
        cause: error,
      });
    throw error;
  }
  if (bytes.byteLength !== expected.bytes)
    throw new SpangridError(
      'model.damaged',
      `${path} is ${bytes.byteLength} bytes long, not ${expected.bytes}: it is cut off or changed. Get the model again.`,
    );
  const hash = sha256(bytes);
  if (hash !== expected.sha256)
    throw new SpangridError(
      'model.damaged',
      `${path} is not what the manifest says: its SHA-256 is ${hash}, not ${expected.sha256}. Get the model again.`,
    );
  return bytes;
}
