// Measures what each encoder layer of MiniLM costs, at extraction and in training: node bench/layers.mjs [--rounds N]. Writes docs/runs/layers.json,
// of which scripts/trainedRuns.mjs makes a table in docs/results.md.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { encodersFolder } from '../scripts/cache.mjs';
import { ROOT, runNode } from '../scripts/children.mjs';
import { CONLL04 } from '../scripts/evaluate.mjs';

/** @import { TrainingStepTask } from './trainingTask' */
/** @import { LayersRow } from './layersProcess' */

const PROGRAMS = join(ROOT, 'out', 'bench');
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(values.rounds);

/**
 * Processor time of a training step in milliseconds: the mean over batches that stand for an epoch.
 * @param {TrainingStepTask} task
 * @param {number} layers
 */
async function trainingStep(task, layers) {
  // The last two batches are there for other measurements.
  const batches = task.batches.slice(0, -2);
  const file = join(PROGRAMS, 'layers', 'changed.json');
  const settings = { ...task.settings, epochs: (rounds + 1) * batches.length };
  await writeFile(file, JSON.stringify({ ...task, batches, settings, options: { ...task.options, layers } }));
  const child = spawn(process.execPath, [join(PROGRAMS, 'trainingProcess.mjs'), file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  let sum = 0;
  for (let round = -1; round < rounds; round++)
    for (const batch of batches.keys()) {
      child.stdin.write(`${batch}\n`);
      const { value: line } = /** @type {IteratorResult<string, string>} */ (await lines.next());
      const { cpu } = /** @type {{ cpu: number }} */ (JSON.parse(line));
      if (round >= 0) sum += cpu;
    }
  child.stdin.end();
  return sum / (rounds * batches.length);
}

await build({
  absWorkingDir: ROOT,
  entryPoints: ['bench/trainingTask.ts', 'bench/trainingProcess.ts', 'bench/layersProcess.ts'],
  outdir: PROGRAMS,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});
const load = (loadavg()[0] ?? 0).toFixed(1);
const extraction = await runNode([join(PROGRAMS, 'layersProcess.mjs'), 'models/fast', `${CONLL04}_test.json`, String(rounds)]);
if (extraction.code !== 0) throw new Error(`extraction could not be measured:\n${extraction.output}`);
const rows = /** @type {LayersRow[]} */ (JSON.parse(extraction.output));
const folder = join(PROGRAMS, 'layers');
await mkdir(folder, { recursive: true });
const made = await runNode([join(PROGRAMS, 'trainingTask.mjs'), join(encodersFolder, 'minilm'), `${CONLL04}_train.json`, folder]);
if (made.code !== 0) throw new Error(`the task could not be made:\n${made.output}`);
const task = /** @type {TrainingStepTask} */ (JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')));
const measured = [];
for (const row of rows) measured.push({ ...row, step: { processor: await trainingStep(task, row.layers) } });
const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}, load ${load} at the start`;
await writeFile(join(ROOT, 'docs', 'runs', 'layers.json'), `${JSON.stringify({ machine, rounds, rows: measured }, undefined, 1)}\n`);
