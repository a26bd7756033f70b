// VS Code's server on this machine, with folders of its own: what the extension tests, the end-to-end tests and the demo run in.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { codeServer, node24 } from './cache.mjs';

/** Settings that keep a window quiet and equal on every machine. */
const SETTINGS = {
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'editor.wordWrap': 'on',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'files.simpleDialog.enable': true,
  'window.commandCenter': false,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * @typedef {object} Host
 * @property {string} url where the workbench is served
 * @property {number} port
 * @property {string} home its own folder (`user`, `extensions`, `log`), removed when it stops
 * @property {() => string} output what the server has printed so far
 * @property {() => Promise<void>} stop ends the server and all its children
 * @property {() => Promise<void>} kill the same in the middle of whatever they do, as a crash would; its folder stays for the next server
 */

/**
 * Starts a server of its own.
 * @param {object} [options]
 * @param {number} [options.port] a free one when absent
 * @param {string[]} [options.vsix] files to install first
 * @param {Record<string, unknown>} [options.settings] the user's settings, over the quiet ones
 * @param {boolean} [options.trusted] whether every workspace is trusted (default: yes)
 * @param {string[]} [options.flags] more flags for the server
 * @param {NodeJS.ProcessEnv} [options.env] more environment variables
 * @param {string} [options.home] the folder of a server that was killed, to go on with: nothing is installed then
 * @returns {Promise<Host>}
 */
export async function startHost({ port, vsix = [], settings = {}, trusted = true, flags = [], env = {}, home: earlier } = {}) {
  const node = node24();
  const main = join(codeServer(), 'lib', 'vscode', 'out', 'server-main.js');
  const home = earlier ?? mkdtempSync(join(tmpdir(), 'spangrid-host-'));
  const folders = [
    '--user-data-dir',
    join(home, 'user'),
    '--server-data-dir',
    join(home, 'server'),
    '--extensions-dir',
    join(home, 'extensions'),
  ];
  mkdirSync(join(home, 'user', 'User'), { recursive: true });
  writeFileSync(join(home, 'user', 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  for (const file of earlier === undefined ? vsix : []) {
    const { status, stdout, stderr } = spawnSync(
      node,
      [main, ...folders, '--accept-server-license-terms', '--install-extension', file, '--force'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the server did not install ${file}:\n${stdout}${stderr}`);
  }

  const chosen = port ?? (await freePort());
  const words = [
    ...[main, ...folders, '--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token', '--accept-server-license-terms'],
    ...['--telemetry-level', 'off', ...(trusted ? ['--disable-workspace-trust'] : []), ...flags],
  ];
  // In a process group of its own, with whatever it starts; the group ends when the server does, and when our end of the shell's
  // standard input closes: on `stop`, and however this process ends.
  const script = '("$@"; echo "the server ended with exit code $?"; kill -9 0) & cat; kill -9 0';
  const shell = spawn('/bin/sh', ['-c', script, 'sh', node, ...words], {
    detached: true,
    env: { ...ordinaryEnvironment(), EXTENSIONS_GALLERY: '{}', ...env },
  });
  let output = '';
  const ended = new Promise((resolve) => shell.once('exit', resolve));
  const stop = async () => {
    shell.stdin.end();
    await ended;
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const kill = async () => {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    await ended;
  };
  try {
    /** @type {Promise<void>} */
    const listening = new Promise((resolve) => {
      const read = (/** @type {Buffer} */ data) => {
        output += data.toString();
        if (output.includes('Extension host agent listening on')) resolve();
      };
      shell.stdout.on('data', read);
      shell.stderr.on('data', read);
    });
    const failed = ended.then(() => {
      throw new Error(`the server did not start:\n${output}`);
    });
    await Promise.race([listening, failed]);
    failed.catch(() => undefined); // from here on, `stop` is what ends it
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${chosen}`, port: chosen, home, output: () => output, stop, kill };
}

/**
 * The environment of a person's machine: without the variables that keep ONNX Runtime from sending usage data by themselves, so that the
 * tests see what the product does about it.
 * @returns {NodeJS.ProcessEnv}
 */
export function ordinaryEnvironment() {
  const silencers = new Set(['CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'ORT_RUNNING_UNIT_TESTS', 'ORT_DISABLE_TELEMETRY']);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !silencers.has(name)));
}

/** @returns {Promise<number>} a port on 127.0.0.1 that nothing listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port is free'))));
    });
  });
}
