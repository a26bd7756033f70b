// Measures what each encoder layer of MiniLM costs, at extraction and in training: node bench/layers.mjs [--rounds N]. Writes docs/runs/layers.json,
// of which scripts/trainedRuns.mjs makes a table in docs/results.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, runNode } from '../scripts/children.mjs';
import { CONLL04 } from '../scripts/evaluate.mjs';
import { buildPrograms, load, machine, PROGRAMS } from './programs.mjs';
import { changedTask, makeTask, ourContender } from './trainingSteps.mjs';

/** @import { LayersRow } from './layersProcess' */

const ENCODER = 'minilm';
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(values.rounds);

/** Processor time of a training step in milliseconds: the mean over batches that stand for an epoch. @param {number} layers */
async function trainingStep(layers) {
  const { file, batches } = await changedTask(ENCODER, (task) => {
    // The last two batches are there for other measurements.
    const epoch = task.batches.slice(0, -2);
    return {
      batches: epoch,
      settings: { ...task.settings, epochs: (rounds + 1) * epoch.length },
      options: { ...task.options, layers },
    };
  });
  const ours = ourContender(file);
  await ours.ready();
  let sum = 0;
  for (let round = -1; round < rounds; round++)
    for (const batch of batches.keys()) {
      const { cpu } = await ours.step(batch);
      if (round >= 0) sum += cpu;
    }
  ours.end();
  return sum / (rounds * batches.length);
}

await buildPrograms(['trainingTask.ts', 'trainingProcess.ts', 'layersProcess.ts'], 'onnxruntime-node');
const before = load();
const extraction = await runNode([join(PROGRAMS, 'layersProcess.mjs'), 'models/fast', `${CONLL04}_test.json`, String(rounds)]);
if (extraction.code !== 0) throw new Error(`extraction could not be measured:\n${extraction.output}`);
const rows = /** @type {LayersRow[]} */ (JSON.parse(extraction.output));
await makeTask(ENCODER);
const measured = [];
for (const row of rows) measured.push({ ...row, step: { processor: await trainingStep(row.layers) } });
const about = `${machine()}, ${new Date().toISOString().slice(0, 10)}, load ${before} at the start`;
await writeFile(join(ROOT, 'docs', 'runs', 'layers.json'), `${JSON.stringify({ machine: about, rounds, rows: measured }, undefined, 1)}\n`);
