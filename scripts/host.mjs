// VS Code's server on this machine, with folders of its own: what the extension tests, the end-to-end tests and the demo run in.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { codeServer, node24 } from './cache.mjs';

/** Flags for Chromium: no sandbox (the tests run as root), nothing that calls home, no surprises from the machine. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Settings that keep a window quiet and equal on every machine. */
const SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'files.simpleDialog.enable': true,
  'window.commandCenter': false,
};

/**
 * @typedef {object} Host
 * @property {string} url where the workbench is served
 * @property {number} port
 * @property {number} pid of the server
 * @property {string} home its own folder (`user`, `extensions`, `log`), removed when it stops
 * @property {() => string} output what the server has printed so far
 * @property {() => Promise<void>} stop ends the server and all its children
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
 * @returns {Promise<Host>}
 */
export async function startHost({ port, vsix = [], settings = {}, trusted = true, flags = [], env = {} } = {}) {
  const node = node24();
  const main = join(codeServer(), 'lib', 'vscode', 'out', 'server-main.js');
  const home = mkdtempSync(join(tmpdir(), 'spangrid-host-'));
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
  for (const file of vsix) {
    const { status, stdout, stderr } = spawnSync(
      node,
      [main, ...folders, '--accept-server-license-terms', '--install-extension', file, '--force'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the server did not install ${file}:\n${stdout}${stderr}`);
  }

  const chosen = port ?? (await freePort());
  const server = spawn(
    node,
    [
      main,
      ...folders,
      ...[
        '--host',
        '127.0.0.1',
        '--port',
        String(chosen),
        '--without-connection-token',
        '--accept-server-license-terms',
        '--telemetry-level',
        'off',
      ],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...flags,
    ],
    // A group of its own, so that stopping reaches the extension host and whatever it has started.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  let output = '';
  const kill = () => killGroup(server.pid);
  process.once('exit', kill);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  /** @type {Promise<void>} */
  const ready = new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ data) => {
      output += data.toString();
      if (output.includes('Extension host agent listening on')) resolve();
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the server ended with exit code ${code}:\n${output}`)));
  });
  const stop = async () => {
    kill();
    await ended;
    process.off('exit', kill);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${chosen}`, port: chosen, pid: server.pid ?? 0, home, output: () => output, stop };
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
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
