// Measures a training step: ours, and the peers' in PyTorch (peers/README.md), in turn on the same batches.
// node bench/trainingStep.mjs [--encoder NAME]... [--rounds N] [--python FILE] [--write]; --write puts what it prints into docs/benchmarks.md.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, homedir, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { encodersFolder } from '../scripts/cache.mjs';
import { ROOT, runNode } from '../scripts/children.mjs';
import { CONLL04 } from '../scripts/evaluate.mjs';

/** @import { TrainingStepTask } from './trainingTask' */

const FILE = join(ROOT, 'docs', 'benchmarks.md');
const PROGRAMS = join(ROOT, 'out', 'bench');
const PEERS = ['dense', 'separable'];
const CHECKED_STEPS = 6;
/** What losses of the same steps may differ by, relative to their size. */
const TOLERANCE = 1e-3;

const { values } = parseArgs({
  options: {
    encoder: { type: 'string', multiple: true, default: ['minilm', 'mpnet'] },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: join(homedir(), '.cache', 'spangrid-peers', 'bin', 'python') },
    write: { type: 'boolean', default: false },
  },
});
const threads = availableParallelism();

/**
 * @typedef {{ loss: number, norm: number, milliseconds: number, cpu: number }} Step what a process says of a training step
 * @typedef {{ version: string, parameters: number }} Start what it says before the first
 */

/** One of the processes that are compared. They wait while another one works. */
class Contender {
  #child;
  #lines;

  /** @param {string} name @param {string} command @param {string[]} words */
  constructor(name, command, words) {
    this.name = name;
    this.#child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.once('error', (error) => {
      throw error;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @returns {Promise<unknown>} the next line of its output */
  async #line() {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the process of ${this.name} ended`);
    return JSON.parse(value);
  }

  async ready() {
    return /** @type {Start} */ (await this.#line());
  }

  /** @param {number} batch */
  async step(batch) {
    this.#child.stdin.write(`${batch}\n`);
    return /** @type {Step} */ (await this.#line());
  }

  /** @returns {string} the most memory that it has had in use, in GB */
  peakMemory() {
    const status = `/proc/${this.#child.pid}/status`;
    const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
    return peak === undefined ? 'unknown' : ((Number(peak) * 1024) / 1e9).toFixed(2);
  }

  end() {
    this.#child.stdin.end();
  }
}

/** @param {string} task file */
function contenders(task) {
  return [
    new Contender('ours', process.execPath, [join(PROGRAMS, 'trainingProcess.mjs'), task]),
    ...PEERS.map(
      (form) => new Contender(form, values.python, ['-W', 'ignore', join(ROOT, 'bench', 'peers', 'peer.py'), task, form, String(threads)]),
    ),
  ];
}

/**
 * Makes the task of an encoder and writes it with these settings in place of some of its own.
 * @param {string} encoder
 * @param {(task: TrainingStepTask) => object} change
 */
async function writeTask(encoder, change) {
  const folder = join(PROGRAMS, encoder);
  const file = join(folder, 'task.json');
  const task = /** @type {TrainingStepTask} */ (JSON.parse(await readFile(file, 'utf8')));
  const changed = { ...task, settings: { ...task.settings, ...change(task) } };
  await writeFile(join(folder, 'changed.json'), JSON.stringify(changed));
  return { file: join(folder, 'changed.json'), batches: changed.batches };
}

/** Without dropout, all must lose the same. @param {string} encoder @returns {Promise<number>} the largest relative difference */
async function check(encoder) {
  const { file } = await writeTask(encoder, () => ({ encoderDropout: 0, dropout: 0, epochs: CHECKED_STEPS }));
  const all = contenders(file);
  const counts = await Promise.all(all.map(async (one) => (await one.ready()).parameters));
  if (new Set(counts).size > 1) throw new Error(`they train different numbers of parameters: ${counts.join(', ')}`);
  let worst = 0;
  for (let step = 0; step < CHECKED_STEPS; step++) {
    const losses = [];
    for (const one of all) losses.push((await one.step(step)).loss);
    worst = Math.max(worst, (Math.max(...losses) - Math.min(...losses)) / Math.max(...losses));
  }
  for (const one of all) one.end();
  if (worst > TOLERANCE) throw new Error(`without dropout, the losses differ by ${worst}`);
  return worst;
}

/** @param {string} encoder @param {number} rounds */
async function measure(encoder, rounds) {
  const { file, batches } = await writeTask(encoder, (task) => ({ epochs: (rounds + 1) * task.batches.length }));
  const all = contenders(file);
  const starts = [];
  for (const one of all) starts.push(await one.ready());
  const timed = batches.slice(0, -1);
  /** By batch, then contender: the steps of all rounds. @type {Step[][][]} */
  const steps = timed.map(() => all.map(() => []));
  for (let round = -1; round < rounds; round++)
    for (const [batch, ofBatch] of steps.entries())
      for (let turn = 0; turn < all.length; turn++) {
        // Each is first as often as the others are.
        const at = (turn + batch + round + 1) % all.length;
        const step = await /** @type {Contender} */ (all[at]).step(batch);
        if (round >= 0) ofBatch[at]?.push(step);
      }
  const memory = all.map((one) => one.peakMemory());
  for (const one of all) await one.step(timed.length);
  const mostMemory = all.map((one) => one.peakMemory());
  for (const one of all) one.end();
  return { batches, starts, steps, memory, mostMemory };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  const [lower = NaN, upper = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return (lower + upper) / 2;
}

/**
 * A row of figures of each contender in some batches: the medians over the rounds of what a step takes, and how many times as long as ours
 * the peers take, paired by round.
 * @param {Step[][][]} steps of those batches
 * @param {'milliseconds' | 'cpu'} what
 */
function figures(steps, what) {
  const rounds = /** @type {Step[][]} */ (steps[0])[0]?.map((_, round) => round) ?? [];
  /** By contender, then round: the mean over the batches. */
  const means = ['ours', ...PEERS].map((_, one) =>
    rounds.map((round) => steps.reduce((sum, ofBatch) => sum + (ofBatch[one]?.[round]?.[what] ?? NaN), 0) / steps.length),
  );
  const [ours = [], ...peers] = means;
  const ratios = peers.map((peer) => median(peer.map((value, round) => value / (ours[round] ?? NaN))));
  return [...means.map((one) => median(one).toFixed(0)), ...ratios.map((ratio) => `${ratio.toFixed(2)}x`)];
}

/** @param {string[][]} rows */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '))
    .join('\n');
}

/** @param {string} encoder @param {number} rounds */
async function report(encoder, rounds) {
  const folder = join(encodersFolder, encoder);
  if (!existsSync(folder)) throw new Error(`there is no ${folder}: run "npm run encoders"`);
  await mkdir(join(PROGRAMS, encoder), { recursive: true });
  const made = await runNode([join(PROGRAMS, 'trainingTask.mjs'), folder, `${CONLL04}_train.json`, join(PROGRAMS, encoder)]);
  if (made.code !== 0) throw new Error(`the task could not be made:\n${made.output}`);
  const load = () => (loadavg()[0] ?? 0).toFixed(1);
  console.error(`${encoder}: checking that all compute the same`);
  const difference = await check(encoder);
  console.error(`${encoder}: measuring`);
  const before = load();
  const { batches, starts, steps, memory, mostMemory } = await measure(encoder, rounds);
  const sizes = batches.map((batch) => {
    const words = batch.map(({ ranges }) => ranges.length);
    const subwords = Math.max(...batch.map(({ inputIds }) => inputIds.length));
    return `${Math.min(...words)} to ${Math.max(...words)} words, up to ${subwords} subwords`;
  });
  const rows = steps.map((ofBatch, at) => [sizes[at] ?? '', ...figures([ofBatch], 'milliseconds')]);
  const epoch = steps.slice(0, -1);
  const [processor] = cpus();
  const table = columns([
    ['A step, in ms', 'ours', ...PEERS, ...PEERS.map((form) => `${form}/ours`)],
    ...rows.slice(0, -1),
    ['the mean of these six', ...figures(epoch, 'milliseconds')],
    ['the same, processor time', ...figures(epoch, 'cpu')],
    ...rows.slice(-1),
    ['the same, processor time', ...figures(steps.slice(-1), 'cpu')],
  ]);
  const contended = (/** @type {string[]} */ memories) => memories.map((memory, at) => `${['ours', ...PEERS][at]} ${memory}`).join(', ');
  return `${encoder}, 6 layers, ${((starts[0]?.parameters ?? NaN) / 1e6).toFixed(1)} million trained parameters; batches of 8 sentences of CoNLL04's train split
${processor?.model.trim()}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB; ${type()} ${release()} ${arch()}, Node ${process.versions.node}; ${new Date().toISOString().slice(0, 10)}, load ${before} at the start, ${load()} at the end
${[...new Set(starts.map(({ version }) => version))].join('; ')}; ${threads} threads each; medians of ${rounds} rounds after a warm-up
Without dropout, the losses of ${CHECKED_STEPS} steps agree to ${difference.toExponential(0)}.

${table}

Peak memory of each process, in GB: ${contended(memory)}; after the longest batch of the epoch, too (${sizes.at(-1)}): ${contended(mostMemory)}.`;
}

if (!existsSync(values.python))
  throw new Error(`there is no ${values.python}: bench/peers/README.md says how to install the peers, --python names another`);
await build({
  absWorkingDir: ROOT,
  entryPoints: ['bench/trainingTask.ts', 'bench/trainingProcess.ts'],
  outdir: PROGRAMS,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});
const reports = [];
for (const encoder of values.encoder) {
  reports.push(await report(encoder, Number(values.rounds)));
  console.log(`${reports.at(-1)}\n`);
}
if (values.write) {
  const page = await readFile(FILE, 'utf8');
  const blocks = reports.map((text) => `\n\`\`\`\n${text}\n\`\`\`\n`).join('');
  await writeFile(
    FILE,
    page.replace(/(?<=<!-- training -->\n)[^]*(?=<!-- \/training -->)/, () => `${blocks}\n`),
  );
}
