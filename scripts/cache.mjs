// What tests, packing and the demo need besides npm packages, installed once into a cache outside the repository.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { continueUnder } from './children.mjs';
import { CHROMIUM } from './chromium.mjs';

const NODE_VERSION = '24.21.0';
const CODE_SERVER_VERSION = '4.139.1';

const userCache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');

/** Where everything is kept: $SPANGRID_TEST_CACHE, or `spangrid-test` in the user's cache folder. */
export const cacheFolder = process.env['SPANGRID_TEST_CACHE'] ?? join(userCache, 'spangrid-test');

/** Where `npm run encoders` puts the base encoders, a folder each. */
export const encodersFolder = join(userCache, 'spangrid-encoders');

/**
 * The Node 24 that vitest, vsce and code-server need: this process's own, or one installed from npm.
 * @returns {string} path of the executable
 */
export function node24() {
  if (process.version.startsWith('v24.')) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = npmPackage(name, NODE_VERSION, process.env);
  return process.platform === 'win32' ? join(folder, 'bin', 'node.exe') : join(folder, 'bin', 'node');
}

/**
 * Runs this very command again under Node 24 where it runs under another, and ends with its exit code.
 * @returns {Promise<void>} only where this already is Node 24
 */
export async function continueUnderNode24() {
  if (process.version.startsWith('v24.')) return;
  const node = node24();
  await continueUnder(node, withNode(node));
}

/**
 * The environment in which `node` on the path is this executable.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
function withNode(node) {
  return { ...process.env, PATH: dirname(node) + delimiter + (process.env['PATH'] ?? '') };
}

/** Makes sure that Chromium (with its software Vulkan driver), Vulkan's loader and the tool that watches system calls are there. */
export function browser() {
  debianPackages({
    chromium: CHROMIUM.executablePath,
    libvulkan1: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libvulkan.so.1`,
    strace: '/usr/bin/strace',
  });
}

/**
 * VS Code's server and workbench, as code-server packs them.
 * @returns {string} the package's folder
 */
export function codeServer() {
  debianPackages({
    'libkrb5-dev': '/usr/include/krb5.h',
    'pkg-config': '/usr/bin/pkg-config',
    python3: '/usr/bin/python3',
    make: '/usr/bin/make',
    'g++': '/usr/bin/g++',
  });
  const node = node24();
  return npmPackage('code-server', CODE_SERVER_VERSION, {
    ...withNode(node),
    // Its native modules are compiled by their install scripts, against the headers that come with the Node package.
    npm_config_ignore_scripts: 'false',
    npm_config_dangerously_allow_all_scripts: 'true',
    npm_config_nodedir: dirname(dirname(node)),
    // Its install script reads the Node version from here, and `npm test` has left that of the Node it runs under.
    npm_config_user_agent: undefined,
  });
}

/**
 * Installs one npm package in a folder of its own. The folder gets its name only when everything is in it, so an interrupted
 * installation is never taken for a whole one.
 * @param {string} name
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} the package's folder
 */
function npmPackage(name, version, env) {
  const whole = join(cacheFolder, `${name}-${version}`);
  const found = join(whole, 'node_modules', name);
  if (existsSync(found)) return found;
  console.log(`installing ${name} ${version} into ${cacheFolder} (once)`);
  mkdirSync(cacheFolder, { recursive: true });
  const partial = mkdtempSync(join(cacheFolder, 'partial-'));
  try {
    writeFileSync(join(partial, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
    must('npm', ['install', '--prefix', partial, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: partial, env });
    if (!existsSync(join(partial, 'node_modules', name))) throw new Error(`npm did not install ${name} ${version}`);
    if (!existsSync(whole)) renameSync(partial, whole);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return found;
}

/**
 * Installs Debian packages that are missing, or says which to install.
 * @param {Record<string, string>} files by package, a file that is there when the package is
 */
function debianPackages(files) {
  const missing = Object.keys(files).filter((name) => !existsSync(files[name] ?? ''));
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `The tests need ${missing.join(', ')}, and ${isRoot ? 'this machine has no apt-get' : 'only root can install them'}. ` +
        `Run "${install}" as root on Debian and start the tests again. (Looked for ${missing.map((name) => files[name]).join(', ')}.)`,
    );
  }
  console.log(`installing Debian packages: ${missing.join(', ')} (once)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  must('apt-get', ['-qq', 'update'], { env });
  must('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...missing], { env });
}

/**
 * Runs a command to its end, quietly; its output is shown only when it fails.
 * @param {string} command
 * @param {string[]} words
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 */
function must(command, words, options) {
  const shell = process.platform === 'win32'; // npm is a .cmd there
  const { status, signal, error, stdout, stderr } = spawnSync(command, words, { ...options, shell, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === 0) return;
  console.error((stdout + stderr).slice(-8000));
  throw new Error(`${command} ${words.join(' ')} failed (${error?.message ?? signal ?? `exit code ${String(status)}`})`);
}
