// What the devices that ONNX Runtime offers here make of the models: extraction beside the CPU's, and training steps beside the CPU's and, where
// there are an encoder and --python, PyTorch's on CUDA. A device that does not start is named with the reason.
// node bench/devices.mjs [--model NAME]... [--encoder NAME]... [--rounds N] [--python FILE]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { encodersFolder } from '../scripts/cache.mjs';
import { build, ROOT, runNode } from '../scripts/children.mjs';
import { CONLL04 } from '../scripts/evaluate.mjs';
import { buildPrograms, load, machine, median, PROGRAMS } from './programs.mjs';
import { changedTask, Contender, makeTask, ourContender } from './trainingSteps.mjs';

/** @import { DeviceExtraction } from './devicesProcess' */

const CHECKED_STEPS = 6;

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: ['fast', 'accurate'] },
    encoder: { type: 'string', multiple: true, default: ['minilm', 'mpnet'] },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
await build('cli');
/** @type {{ devices: { device: string }[] }} */
const { devices: offered } = JSON.parse((await runNode(['dist/cli.js', 'info', '--json'])).output);
const devices = offered.map(({ device }) => device);

/** @param {string} model */
async function extraction(model) {
  const contenders = [['cpu', 'int8'], ['cpu', 'float32'], ...devices.filter((name) => name !== 'cpu').map((name) => [name, 'float32'])];
  console.log(`\n${model}: a sentence of CoNLL04's test set, ms\n${row(['', 'median', 'p95', 'processor', 'start', 'same answers'])}`);
  /** @type {readonly string[] | undefined} */
  let expected;
  for (const [device = '', precision = ''] of contenders) {
    const words = [join('models', model), `${CONLL04}_test.json`, device, precision, String(rounds)];
    const { code, output } = await runNode([join(PROGRAMS, 'devicesProcess.mjs'), ...words]);
    const result = code === 0 ? output.split('\n').find((line) => line.startsWith('{')) : undefined;
    if (result === undefined) {
      console.log(`${device}: ${/(?:The device|ONNX Runtime could).*/.exec(output)?.[0] ?? `ended with ${code}`}`);
      continue;
    }
    const { start, sentence, answers } = /** @type {DeviceExtraction} */ (JSON.parse(result));
    if (device === 'cpu' && precision === 'float32') expected = answers;
    const same = expected === undefined ? '' : `${answers.filter((answer, at) => answer === expected?.[at]).length} of ${answers.length}`;
    const times = [sentence.median, sentence.p95, sentence.processor, start].map((time) => time.toFixed(1));
    console.log(row([`${device} ${precision}`, ...times, same]));
  }
}

/**
 * A training step on each device, with what the steps lose without dropout: they must agree.
 * @param {string} encoder
 */
async function training(encoder) {
  await makeTask(encoder);
  console.log(`\n${encoder}: a training step, ms\n${row(['', 'median', 'first', 'processor', 'losses'])}`);
  const python = values.python;
  const peers = python === undefined ? [] : ['dense', 'separable'];
  for (const one of [...devices, ...peers]) {
    /** @param {number} steps @param {object} change */
    const contender = async (steps, change) => {
      const { file, batches } = await changedTask(encoder, (task) => ({
        batches: task.batches.slice(0, -2),
        settings: { ...task.settings, ...change, epochs: steps * (task.batches.length - 2), device: /** @type {'cpu'} */ (one) },
      }));
      const words = ['-W', 'ignore', join(ROOT, 'bench', 'peers', 'peer.py'), file, one, '4', 'cuda'];
      return {
        batches,
        process: devices.includes(/** @type {'cpu'} */ (one)) ? ourContender(file) : new Contender(one, python ?? '', words),
      };
    };
    try {
      const checked = await contender(1, { encoderDropout: 0, dropout: 0 });
      await checked.process.ready();
      const losses = [];
      for (let step = 0; step < CHECKED_STEPS; step++) losses.push((await checked.process.step(step)).loss.toFixed(4));
      checked.process.end();
      const timed = await contender(rounds + 1, {});
      await timed.process.ready();
      const steps = [];
      for (let round = 0; round <= rounds; round++) for (const batch of timed.batches.keys()) steps.push(await timed.process.step(batch));
      timed.process.end();
      const warm = steps.slice(timed.batches.length);
      console.log(
        row([
          peers.includes(one) ? `PyTorch ${one} cuda` : one,
          ...[median(warm.map((step) => step.milliseconds)), steps[0]?.milliseconds ?? NaN, median(warm.map(({ cpu }) => cpu))].map(
            (time) => time.toFixed(1),
          ),
          losses.join(' '),
        ]),
      );
    } catch (error) {
      console.log(`${one}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** @param {string[]} cells */
function row([name = '', ...cells]) {
  return [name.padEnd(22), ...cells.map((cell) => cell.padStart(14))].join('');
}

await buildPrograms(['trainingTask.ts', 'trainingProcess.ts', 'devicesProcess.ts'], 'onnxruntime-node');
console.log(`${machine()}, ${new Date().toISOString().slice(0, 10)}, load ${load()}; ${devices.join(', ')}`);
for (const model of values.model) await extraction(model);
for (const encoder of values.encoder)
  if (existsSync(join(encodersFolder, encoder))) await training(encoder);
  else console.log(`${encoder}: not measured, it is not in ${encodersFolder}`);
process.exit(0);
