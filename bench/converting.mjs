// How fast `spangrid convert` carries SpERT JSON to JSON lines, and in how much memory, beside what reads the file whole with `JSON.parse`.
// node bench/converting.mjs [MEGABYTES] (default: 20); the training sentences of CoNLL04 again and again. Prints a table, figures go into
// docs/benchmarks.md by hand.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { build, runNode } from '../scripts/children.mjs';
import { load, machine } from './programs.mjs';

const DATA = '../shared/data/conll04/conll04_train.json';
if (!existsSync(DATA)) throw new Error(`CoNLL04 is not beside the checkout (${DATA})`);
await build('cli');

const TIMES = 5;
const folder = mkdtempSync(join(tmpdir(), 'spangrid-converting-'));
const [data, out, reporter] = [join(folder, 'data.json'), join(folder, 'data.jsonl'), join(folder, 'usage.cjs')];
/** @type {object[]} */
const sentences = JSON.parse(readFileSync(DATA, 'utf8'));
const lines = [];
for (let size = 0, number = 0; size < Number(process.argv[2] ?? 20) * 1e6; number += 1) {
  const line = JSON.stringify({ ...sentences[number % sentences.length], orig_id: number });
  lines.push(line);
  size += line.length + 2;
}
writeFileSync(data, `[\n${lines.join(',\n')}\n]\n`);
const megabytes = statSync(data).size / 1e6;
// Each process says at its end what it took.
writeFileSync(
  reporter,
  `process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    process.stderr.write(\`usage \${userCPUTime + systemCPUTime} \${maxRSS}\\n\`);
  });`,
);

/** @param {string[]} words */
async function measured(words) {
  const started = performance.now();
  const { code, output } = await runNode(['--require', reporter, ...words]);
  const seconds = (performance.now() - started) / 1000;
  const [, processor, memory] = /usage (\d+) (\d+)/.exec(output) ?? [];
  if (code !== 0) throw new Error(output);
  return { seconds, processor: Number(processor) / 1e6, memory: Number(memory) / 1024 };
}

const programs = {
  'spangrid convert --to jsonl': ['dist/cli.js', 'convert', '--to', 'jsonl', '--out', out, '--force', data],
  'JSON.parse of the file': ['--eval', `JSON.parse(require('fs').readFileSync(${JSON.stringify(data)}, 'utf8'))`],
};
console.log(
  `${megabytes.toFixed(0)} MB, ${lines.length} sentences; ${machine()}, Node ${process.versions.node}, load ${load()}; the median of ${TIMES}, in turn`,
);
console.log(`${''.padEnd(28)}  seconds  of processor time  MB a second of it  MB of memory`);
/** @type {Record<string, { seconds: number, processor: number, memory: number }[]>} */
const found = {};
for (let time = 0; time < TIMES; time += 1)
  for (const [name, words] of Object.entries(programs)) (found[name] ??= []).push(await measured(words));
for (const [name, all] of Object.entries(found)) {
  const median = (/** @type {'seconds' | 'processor' | 'memory'} */ what) =>
    all.map((one) => one[what]).sort((a, b) => a - b)[TIMES >> 1] ?? 0;
  const cells = [
    median('seconds').toFixed(2).padStart(7),
    median('processor').toFixed(2).padStart(17),
    (megabytes / median('processor')).toFixed(1).padStart(17),
  ];
  console.log([name.padEnd(28), ...cells, median('memory').toFixed(0).padStart(12)].join('  '));
}
rmSync(folder, { recursive: true, force: true });
