/**
 * Our training step as a process: `node trainingProcess.js TASK`. Speaks as peers/peer.py does: says what it is in a line of JSON, then,
 * for each line with the number of a batch, does a training step on that batch and answers with a line of JSON.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { readEncoderFolder } from '../src/model/encoder/encoderFolder';
import { WORD_EMBEDDINGS } from '../src/model/encoder/layers';
import { parseSafetensors } from '../src/model/encoder/safetensors';
import { Weights } from '../src/model/encoder/weights';
import { runtimeVersion } from '../src/model/runtime/session';
import type { Example } from '../src/model/training/examples';
import { parametersOf } from '../src/model/training/parameters';
import { parameterShapes, Trainer } from '../src/model/training/trainer';
import type { ParameterShape } from '../src/model/training/trainingGraph';
import type { TrainingStepTask } from './trainingTask';

async function run(file: string): Promise<void> {
  const task = JSON.parse(readFileSync(file, 'utf8')) as TrainingStepTask;
  const { batches } = task;
  // A batch is all there is to train on, so that each step is an epoch and takes what stands in here.
  const examples: Example[] = [...(batches[0] ?? [])];
  const trainer = await trainerOf(task, examples);
  say({
    version: `ONNX Runtime ${await runtimeVersion()}`,
    parameters: trainer.trained.reduce((sum, { value }) => sum + value.length, 0),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    examples.splice(0, examples.length, ...(batches[Number(line)] ?? []));
    const started = performance.now();
    const before = process.cpuUsage();
    const { loss, gradientNorm } = await trainer.next();
    const milliseconds = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    say({ loss, norm: gradientNorm, milliseconds, cpu: (user + system) / 1000 });
  }
}

async function trainerOf(task: TrainingStepTask, examples: readonly Example[]): Promise<Trainer> {
  const { config, options, settings, encoderFolder, head } = task;
  const { weights } = await readEncoderFolder(encoderFolder);
  const shapes = parameterShapes(config, options);
  const isOfEncoder = ({ name }: ParameterShape): boolean => name.startsWith('encoder.');
  const ofHead = shapes.filter((shape) => !isOfEncoder(shape));
  const initial = new Map([
    ...parametersOf(shapes.filter(isOfEncoder), weights, options, config),
    ...parametersOf(ofHead, new Weights(parseSafetensors(readFileSync(head), head)), options, config),
  ]);
  return new Trainer({ config, options, settings, examples, embeddings: weights.only(WORD_EMBEDDINGS) }, initial);
}

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

await run(process.argv[2] ?? '');
