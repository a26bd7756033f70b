// What `spangrid eval` says, for scripts that write figures down: no figure is typed by hand.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode } from './children.mjs';

/** CoNLL04, beside the checkout on the machines that this project is developed on. */
export const CONLL04 = '../shared/data/conll04/conll04';

/**
 * @typedef {{ ner: number, re: number, 're+': number }} F1s in percent
 * @typedef {object} Evaluation the parts of `spangrid eval --json` that are used here
 * @property {F1s} micro
 * @property {F1s} macro
 * @property {{ leftOut: number, micro: F1s, macro: F1s }} [unseen]
 * @property {{ segmentation: { words: number, sentenceStarts: number }, withoutFullStops: { micro: F1s } }} [raw]
 */

/**
 * @param {string[]} words of the command line, after `spangrid`
 * @returns {Promise<unknown>} what it prints as JSON
 */
export async function spangrid(words) {
  const { code, output } = await runNode(['dist/cli.js', ...words, '--json']);
  if (code !== 0) throw new Error(`spangrid ${words.join(' ')} ended with ${code}:\n${output}`);
  return JSON.parse(output);
}

/**
 * @param {string} split dev or test
 * @param {string[]} words further options
 * @returns {Promise<Evaluation>}
 */
export async function evaluate(split, words) {
  const data = `${CONLL04}_${split}.json`;
  if (!existsSync(join(ROOT, data))) throw new Error(`CoNLL04 is not beside the checkout: there is no ${data}`);
  return /** @type {Evaluation} */ (await spangrid(['eval', '--data', data, ...words]));
}
