// How long a model takes to learn from a few sentences of a domain that it has not seen, and what it learns: SciERC, 20 and 100 sentences
// of train, scored on dev. node bench/fineTuning.mjs [MODEL] (default: accurate). Prints a table; figures go into docs/benchmarks.md by hand.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { build, runNode } from '../scripts/children.mjs';
import { load, machine } from './programs.mjs';

const DATA = '../shared/data/scierc';
if (!existsSync(DATA)) throw new Error(`SciERC is not beside the checkout (${DATA})`);
const model = process.argv[2] ?? 'accurate';
await build('cli');

/** @type {{ relations: unknown[] }[]} */
const sentences = JSON.parse(readFileSync(join(DATA, 'scierc_train.json'), 'utf8'));
// What a person corrects holds something: every third sentence with a relation, from the first on.
const corrected = sentences.filter(({ relations }) => relations.length > 0).filter((_, at) => at % 3 === 0);

console.log(`${model}, ${machine()}, load ${load()}`);
console.log('sentences  epochs  seconds in all  of training  dev NER / RE / RE+');
const folder = mkdtempSync(join(tmpdir(), 'spangrid-fine-tuning-'));
for (const [count, epochs] of [
  [20, 20],
  [100, 8],
]) {
  const train = join(folder, `train${String(count)}.json`);
  writeFileSync(train, JSON.stringify(corrected.slice(0, count)));
  const out = join(folder, `model${String(count)}`);
  const started = performance.now();
  const { code, output } = await runNode([
    'dist/cli.js',
    'train',
    ...['--init', model, '--train', train, '--dev', join(DATA, 'scierc_dev.json'), '--types', join(DATA, 'scierc_types.json')],
    ...['--out', out, '--epochs', String(epochs), '--evaluate-every', String(epochs), '--batch-size', '4', '--trained-layers', '4'],
    ...['--encoder-rate', '0.0001', '--head-rate', '0.002', '--warm-up', '0.1', '--average-decay', '0.9'],
  ]);
  if (code !== 0) throw new Error(output);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const scores = /dev: NER ([\d.]+), RE ([\d.]+), RE\+ ([\d.]+)/.exec(output)?.slice(1).join(' / ') ?? '';
  const training = /; (.*) of training/.exec(output)?.[1] ?? '';
  console.log([String(count).padStart(9), String(epochs).padStart(6), seconds.padStart(14), training.padStart(11), scores].join('  '));
}
rmSync(folder, { recursive: true, force: true });
