// Makes a model folder (docs: product.md, "Models") from one of the project's reference checkpoints:
// node scripts/import-reference.mjs ../shared/reference/conll04-mpnet6 models/accurate accurate
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { buildCommandLine, evaluate } from './evaluate.mjs';

/** @typedef {{ dtype: string, shape: number[], data_offsets: [number, number] }} TensorEntry of a safetensors header */

const [source, target, name] = process.argv.slice(2);
if (source === undefined || target === undefined || name === undefined)
  throw new Error('name the reference checkpoint, the folder to make, and the model');
const bytes = await readFile(`${source}/weights.safetensors`);
const headerLength = Number(bytes.readBigUInt64LE(0));
/** @type {Record<string, TensorEntry>} */
const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString('utf8'));
/** @type {{ [key: string]: unknown, encoder: string, layers: number, scores: Record<'dev' | 'test' | 'testWithoutSeenInTrain', [number, number, number]> }} */
const options = JSON.parse(await readFile(`${source}/options.json`, 'utf8'));
const config = JSON.parse(await readFile(`${source}/encoder/config.json`, 'utf8'));
const tokenizer = JSON.parse(await readFile(`${source}/encoder/tokenizer.json`, 'utf8'));

/**
 * Shards by what changes: the word embeddings alone, the encoder, the head.
 * @param {string} tensor
 */
function shardOf(tensor) {
  if (tensor.startsWith('encoder.embeddings.word_embeddings.')) return 'embeddings';
  return tensor.startsWith('encoder.') ? 'encoder' : 'head';
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return Number(a > b) - Number(a < b);
}

/** @param {string} shard */
function safetensors(shard) {
  /** @type {Record<string, TensorEntry>} */
  const tensors = {};
  const parts = [];
  let offset = 0;
  // By type, so that each tensor stays aligned to its size.
  const entries = Object.entries(header).filter(([tensor]) => shardOf(tensor) === shard);
  entries.sort(([a, { dtype }], [b, other]) => compare(dtype, other.dtype) || compare(a, b));
  for (const [tensor, { dtype, shape, data_offsets: range }] of entries) {
    const part = bytes.subarray(8 + headerLength + range[0], 8 + headerLength + range[1]);
    tensors[tensor] = { dtype, shape, data_offsets: [offset, offset + part.length] };
    parts.push(part);
    offset += part.length;
  }
  const json = Buffer.from(JSON.stringify(tensors));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return Buffer.concat([length, json, padding, ...parts]);
}

/** @type {Record<string, Buffer>} */
const files = {};
for (const shard of ['embeddings', 'encoder', 'head']) files[`${shard}.safetensors`] = safetensors(shard);
files['tokenizer.json'] = Buffer.from(JSON.stringify({ ...tokenizer, padding: null, truncation: null }));

/** @type {(colour: string, key: string, verbose: string) => object} */
const type = (colour, key, verbose) => ({ colour, key, verbose });
/** @type {(colour: string, key: string, verbose: string, head: string, tail: string) => object} */
const relation = (colour, key, verbose, head, tail) => ({ colour, key, verbose, head: [head], tail: [tail], symmetric: false });
const schema = {
  entities: {
    Loc: type('#2e9e6b', 'l', 'Location'),
    Org: type('#b8782a', 'o', 'Organization'),
    Peop: type('#3f7fd9', 'h', 'People'),
    Other: type('#8a7fae', 't', 'Other'),
  },
  relations: {
    Work_For: relation('#8f5bd0', 'w', 'Work for', 'Peop', 'Org'),
    Kill: relation('#d04848', 'k', 'Kill', 'Peop', 'Peop'),
    OrgBased_In: relation('#b0741a', 'b', 'Organization based in', 'Org', 'Loc'),
    Live_In: relation('#1f8fa8', 'l', 'Live in', 'Peop', 'Loc'),
    Located_In: relation('#5b8f22', 'i', 'Located in', 'Loc', 'Loc'),
  },
};
/** @type {(scores: [number, number, number]) => object} */
const scores = ([ner, re, rePlus]) => ({ ner, re, 're+': rePlus });
const { layers, hidden, experts, routerTemperature, wordShapeWidth, normalisation, entityLabelsFrom, entityTypes, relationTypes } = options;
const manifest = {
  format: 'spangrid-model',
  version: 1,
  name,
  licence: `Encoder: Apache-2.0 (sentence-transformers/${options.encoder}, first ${layers} layers, fine-tuned). Weights learned from CoNLL04, whose text is for research use.`,
  encoder: config,
  options: { layers, hidden, experts, routerTemperature, wordShapeWidth, normalisation, entityLabelsFrom, entityTypes, relationTypes },
  schema,
  files: Object.fromEntries(
    Object.entries(files).map(([file, data]) => [file, { sha256: createHash('sha256').update(data).digest('hex'), bytes: data.length }]),
  ),
  trainedOn: {
    data: 'CoNLL04 train (922 news sentences; Roth and Yih 2004, split of Gupta et al. 2016), 14 epochs, best epoch on dev; by an independent PyTorch implementation',
    terms:
      'The training text is for research use. Whether weights learned from it may be used commercially is not settled: ask before you do.',
    seed: 'one seed, not recorded',
  },
  // In float32, without constraints: how the reference was measured.
  metrics: {
    conll04: {
      dev: scores(options.scores.dev),
      test: scores(options.scores.test),
      'test without sentences seen in train': scores(options.scores.testWithoutSeenInTrain),
    },
  },
};
const file = `${target}/manifest.json`;
/** @param {object} content */
const writeManifest = (content) => writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
await mkdir(target, { recursive: true });
for (const [shard, data] of Object.entries(files)) await writeFile(`${target}/${shard}`, data);
await writeManifest(manifest);

// What the products in 8 bits change is measured on the folder as it now is, in the same way otherwise.
await buildCommandLine();
const asShipped = async (/** @type {string} */ split) => (await evaluate(split, ['--model', target, '--no-constraints'])).micro;
const inEightBits = { dev: await asShipped('dev'), test: await asShipped('test') };
await writeManifest({ ...manifest, metrics: { ...manifest.metrics, 'conll04, products in 8 bits as shipped': inEightBits } });
