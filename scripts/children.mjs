// Child processes whose output is kept and that never outlive this one.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

/** The checkout's root folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Passes what ends this process on to its children. */
function guard() {
  if (process.listenerCount('SIGTERM') > 0) return;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.exit(1);
    });
  }
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
    guard();
    running.add(child);
    let output = '';
    child.stdout?.on('data', (data) => (output += String(data)));
    child.stderr?.on('data', (data) => (output += String(data)));
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
