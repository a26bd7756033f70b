// Makes a finished training on CoNLL04 the model that is shipped under a name: node scripts/ship.mjs FOLDER models/fast
// FOLDER is what `spangrid train --out` was given. Weights and tokenizer are taken as they are; the manifest says what people should know.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { build } from './children.mjs';
import { evaluate } from './evaluate.mjs';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) throw new Error('name the folder of the training, and the folder of the model');

/** Colours that are told apart easily, and keys that are easily remembered. */
const LOOK = {
  entities: { Loc: ['#2e9e6b', 'l'], Org: ['#b8782a', 'o'], Peop: ['#3f7fd9', 'h'], Other: ['#8a7fae', 't'] },
  relations: {
    Work_For: ['#8f5bd0', 'w'],
    Kill: ['#d04848', 'k'],
    OrgBased_In: ['#b0741a', 'b'],
    Live_In: ['#1f8fa8', 'l'],
    Located_In: ['#5b8f22', 'i'],
  },
};
const ENCODERS = { mpnet: 'all-mpnet-base-v2', bert: 'all-MiniLM-L6-v2' };

/**
 * @typedef {{ colour: string, key: string, short?: string }} Type
 * @typedef {object} Manifest the parts that are changed here
 * @property {string} name
 * @property {string} licence
 * @property {{ model_type: 'bert' | 'mpnet' }} encoder
 * @property {{ layers: number }} options
 * @property {{ entities: Record<string, Type>, relations: Record<string, Type> }} schema
 * @property {Record<string, unknown>} files
 * @property {{ data: string, terms: string, settings: { addDev?: boolean } }} trainedOn
 * @property {Record<string, unknown>} metrics
 */

/** @type {Manifest} */
const trained = JSON.parse(await readFile(join(source, 'manifest.json'), 'utf8'));
if (trained.trainedOn.settings.addDev === true)
  throw new Error(`${source} was trained on dev, too: what is shipped is chosen on dev, and says how well it does there`);
/**
 * @param {Record<string, Type>} types
 * @param {Record<string, string[]>} look
 */
const dressed = (types, look) =>
  Object.fromEntries(
    Object.entries(types).map(([name, { short: _, ...type }]) => {
      const [colour = type.colour, key = type.key] = look[name] ?? [];
      return [name, { ...type, colour, key }];
    }),
  );

/** @type {Manifest} */
const manifest = {
  ...trained,
  name: basename(target),
  licence:
    `Encoder: Apache-2.0 (sentence-transformers/${ENCODERS[trained.encoder.model_type]}, first ${String(trained.options.layers)} layers, fine-tuned). ` +
    'Weights learned from CoNLL04, whose text is for research use.',
  schema: { entities: dressed(trained.schema.entities, LOOK.entities), relations: dressed(trained.schema.relations, LOOK.relations) },
  trainedOn: {
    ...trained.trainedOn,
    data: `CoNLL04 train (news sentences; Roth and Yih 2004, split of Gupta et al. 2016): ${trained.trainedOn.data}`,
    terms:
      'The training text is for research use. Whether weights learned from it may be used commercially is not settled: ask before you do.',
  },
  metrics: {},
};
const file = join(target, 'manifest.json');
const write = async () => writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
await mkdir(target, { recursive: true });
for (const name of Object.keys(trained.files)) await copyFile(join(source, name), join(target, name));
await write();

// Measured on the folder as it now is.
await build('cli');
for (const [name, words] of /** @type {const} */ ([
  ['conll04, as shipped (products in 8 bits, constraints)', []],
  ['conll04, in float32', ['--precision', 'float32']],
  ['conll04, in float32 without constraints', ['--precision', 'float32', '--no-constraints']],
])) {
  const dev = await evaluate('dev', ['--model', target, ...words]);
  const test = await evaluate('test', ['--model', target, ...words]);
  const unseen = test.unseen === undefined ? {} : { 'test without sentences seen in train': test.unseen.micro };
  manifest.metrics[name] = { dev: dev.micro, test: test.micro, ...unseen };
}
await write();
console.log(JSON.stringify(manifest.metrics, null, 2));
