// Child processes whose output is kept and that never outlive this one.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

/** The checkout's root folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Ties a child to this process: what ends this one is passed on to the child, and this one ends when the child has.
 * @param {import('node:child_process').ChildProcess} child
 */
function tie(child) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    child.once('close', () => process.exit(1));
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, end);
  child.once('close', () => {
    for (const signal of signals) process.off(signal, end);
  });
}

/**
 * Runs this very command again under another Node, and ends with its exit code.
 * @param {string} node path of the executable
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<never>}
 */
export function continueUnder(node, env) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env });
  tie(child);
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => process.exit(code ?? 1));
  });
}

/**
 * Bundles programs with build.mjs.
 * @param {string[]} words programs or options of it; all that the product has when there are none
 */
export async function build(...words) {
  const { code, output } = await runNode(['scripts/build.mjs', '--quiet', ...words]);
  if (code !== 0) throw new Error(`the build failed:\n${output}`);
}

/**
 * Runs Node on a script, in the checkout's root, to its end.
 * @param {string[]} words script and its arguments
 * @param {{ show?: boolean, env?: NodeJS.ProcessEnv }} [options] `show` passes its output on as it comes
 * @returns {Promise<{ code: number, output: string }>} exit code, and what it printed where that was not shown
 */
export function runNode(words, { show = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: ROOT,
      // Colours are for people at a terminal.
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    tie(child);
    let output = '';
    child.stdout?.on('data', (data) => (output += String(data)));
    child.stderr?.on('data', (data) => (output += String(data)));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
