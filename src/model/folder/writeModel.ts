import { join } from 'node:path';
import { atomicWrite } from '../../files/atomicWrite';
import { sha256 } from '../../files/hash';
import { safetensors, type StoredTensor } from '../encoder/safetensors';
import { sizeOf } from '../graph/tensor';
import { WORD_EMBEDDINGS } from '../encoder/layers';
import { MANIFEST, MANIFEST_VERSION, type Manifest } from './manifest';

/** Tensors of fewer numbers are kept in float32: there is nothing to save. */
const SMALLEST_QUANTISED = 4096;
/** Of these tensors the first two axes are output channels (expert and channel), of all others the first. */
const EXPERTS = /[.]experts[.]weight$/;

/**
 * Writes a model folder: weights in int8 with a scale per output channel (row of an embedding), in shards by what changes, the tokenizer
 * without padding and truncation, and the manifest last, so that a folder with a manifest is whole.
 * @param tensors float32, as checkpoints have them; the word embeddings may be int8 already
 * @returns the manifest as written
 * Errors: file.unwritable.
 */
export async function writeModelFolder(
  folder: string,
  manifest: Omit<Manifest, 'files'>,
  tensors: ReadonlyMap<string, StoredTensor>,
  tokenizer: object,
): Promise<Manifest> {
  const files: Record<string, Manifest['files'][string]> = {};
  const write = async (name: string, content: Uint8Array): Promise<void> => {
    await atomicWrite(join(folder, name), content);
    files[name] = { sha256: sha256(content), bytes: content.byteLength };
  };
  const shards = new Map<string, Map<string, StoredTensor>>();
  for (const [name, tensor] of tensors) {
    const shard = shards.get(shardOf(name)) ?? new Map<string, StoredTensor>();
    shards.set(shardOf(name), shard);
    for (const [stored, value] of quantised(name, tensor)) shard.set(stored, value);
  }
  for (const [shard, content] of shards) await write(`${shard}.safetensors`, Buffer.concat(safetensors(content)));
  await write('tokenizer.json', Buffer.from(JSON.stringify({ ...tokenizer, padding: null, truncation: null })));
  const written = { ...manifest, files };
  await writeManifest(folder, written);
  return written;
}

/** Writes the manifest of a model folder anew. Errors: file.unwritable. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const content = { format: 'spangrid-model', version: MANIFEST_VERSION, ...manifest };
  await atomicWrite(join(folder, MANIFEST), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** The file that a tensor lies in: what stays the same between versions of a model is apart from what is trained. */
function shardOf(name: string): 'embeddings' | 'encoder' | 'head' {
  if (name.replace(/[.]scale$/, '') === WORD_EMBEDDINGS) return 'embeddings';
  return name.startsWith('encoder.') ? 'encoder' : 'head';
}

/** A tensor as it is stored: value = int8 x scale, the scale of a channel that of its largest magnitude. */
export function quantised(name: string, tensor: StoredTensor): [string, StoredTensor][] {
  const { dtype, shape, data } = tensor;
  if (dtype !== 'F32' || shape.length < 2 || sizeOf(shape) < SMALLEST_QUANTISED) return [[name, tensor]];
  const scaleShape = shape.slice(0, EXPERTS.test(name) ? 2 : 1);
  const channels = sizeOf(scaleShape);
  const width = data.length / channels;
  const scale = new Float32Array(channels);
  const values = new Int8Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    let largest = 0;
    for (let at = channel * width; at < (channel + 1) * width; at++) largest = Math.max(largest, Math.abs(data[at] as number));
    const factor = largest / 127;
    scale[channel] = factor;
    if (factor === 0) continue;
    for (let at = channel * width; at < (channel + 1) * width; at++) values[at] = Math.round((data[at] as number) / factor);
  }
  return [
    [name, { dtype: 'I8', shape, data: values }],
    [`${name}.scale`, { dtype: 'F32', shape: scaleShape, data: scale }],
  ];
}
