// Training steps of processes that do them when they are asked to (trainingProcess.ts, peers/peer.py), and the task that they have (trainingTask.ts).
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { encodersFolder } from '../scripts/cache.mjs';
import { runNode } from '../scripts/children.mjs';
import { CONLL04 } from '../scripts/evaluate.mjs';
import { PROGRAMS } from './programs.mjs';

/** @import { TrainingStepTask } from './trainingTask' */

/**
 * @typedef {{ loss: number, norm: number, milliseconds: number, cpu: number }} Step what a process says of a training step
 * @typedef {{ version: string, parameters: number }} Start what it says before the first
 */

/** One of the processes that are compared. They wait while another one works. */
export class Contender {
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

/** Ours. @param {string} task file */
export function ourContender(task) {
  return new Contender('ours', process.execPath, [join(PROGRAMS, 'trainingProcess.mjs'), task]);
}

/** Makes the task of an encoder. @param {string} encoder */
export async function makeTask(encoder) {
  const folder = join(encodersFolder, encoder);
  if (!existsSync(folder)) throw new Error(`there is no ${folder}: run "npm run encoders"`);
  await mkdir(join(PROGRAMS, encoder), { recursive: true });
  const made = await runNode([join(PROGRAMS, 'trainingTask.mjs'), folder, `${CONLL04}_train.json`, join(PROGRAMS, encoder)]);
  if (made.code !== 0) throw new Error(`the task could not be made:\n${made.output}`);
}

/**
 * Writes the task of an encoder with something else in place of some of it.
 * @param {string} encoder
 * @param {(task: TrainingStepTask) => Partial<TrainingStepTask>} change
 */
export async function changedTask(encoder, change) {
  const folder = join(PROGRAMS, encoder);
  const task = /** @type {TrainingStepTask} */ (JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')));
  const changed = { ...task, ...change(task) };
  const file = join(folder, 'changed.json');
  await writeFile(file, JSON.stringify(changed));
  return { file, batches: changed.batches };
}
