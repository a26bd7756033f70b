// Measures a training step: ours, and the peers' in PyTorch (peers/README.md), in turn on the same batches.
// node bench/trainingStep.mjs [--encoder NAME]... [--rounds N] [--python FILE] [--write]; --write puts what it prints into docs/benchmarks.md.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, homedir, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ROOT } from '../scripts/children.mjs';
import { buildPrograms, load, machine, median } from './programs.mjs';
import { changedTask, Contender, makeTask, ourContender } from './trainingSteps.mjs';

/** @import { Step } from './trainingSteps.mjs' */

const FILE = join(ROOT, 'docs', 'benchmarks.md');
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

/** @param {string} task file */
function contenders(task) {
  return [
    ourContender(task),
    ...PEERS.map(
      (form) => new Contender(form, values.python, ['-W', 'ignore', join(ROOT, 'bench', 'peers', 'peer.py'), task, form, String(threads)]),
    ),
  ];
}

/** Without dropout, all must lose the same. @param {string} encoder @returns {Promise<number>} the largest relative difference */
async function check(encoder) {
  const { file } = await changedTask(encoder, ({ settings }) => ({
    settings: { ...settings, encoderDropout: 0, dropout: 0, epochs: CHECKED_STEPS },
  }));
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
  const { file, batches } = await changedTask(encoder, (task) => ({
    settings: { ...task.settings, epochs: (rounds + 1) * task.batches.length },
  }));
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
  await makeTask(encoder);
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
${machine()}, ${(totalmem() / 1e9).toFixed(0)} GB; ${type()} ${release()} ${arch()}, Node ${process.versions.node}; ${new Date().toISOString().slice(0, 10)}, load ${before} at the start, ${load()} at the end
${[...new Set(starts.map(({ version }) => version))].join('; ')}; ${threads} threads each; medians of ${rounds} rounds after a warm-up
Without dropout, the losses of ${CHECKED_STEPS} steps agree to ${difference.toExponential(0)}.

${table}

Peak memory of each process, in GB: ${contended(memory)}; after the longest batch of the epoch, too (${sizes.at(-1)}): ${contended(mostMemory)}.`;
}

if (!existsSync(values.python))
  throw new Error(`there is no ${values.python}: bench/peers/README.md says how to install the peers, --python names another`);
await buildPrograms(['trainingTask.ts', 'trainingProcess.ts'], 'onnxruntime-node');
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
