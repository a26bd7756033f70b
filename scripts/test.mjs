// `npm test [-- SUITE ...]`: every check of the project, or the suites named. Installs what the suites need into a cache, once.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { browser, codeServer, continueUnderNode24 } from './cache.mjs';
import { build, ROOT, runNode } from './children.mjs';

/**
 * @typedef {object} Tally what a suite's run came to
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped a test that is skipped without a reason has failed
 * @property {string[]} failures what failed, and how: shown once more at the end, where nobody has to look for it
 */

/** The suites, in the order in which they run. */
const SUITES = {
  lint,
  unit: () => vitest('unit'),
  webview: () => vitest('webview'),
  extension,
  e2e: () => vitest('e2e'),
};

/** Each check of the lint suite: a name and the script with its arguments. */
const CHECKS = {
  prettier: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  eslint: ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  tsc: ['node_modules/typescript/bin/tsc', '-p', '.'],
  'tsc (webview)': ['node_modules/typescript/bin/tsc', '-p', 'src/webview'],
  'tsc (webview tests)': ['node_modules/typescript/bin/tsc', '-p', 'test/webview'],
  'dependency-cruiser': [
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    '--output-type',
    'err',
    'src',
    'test',
    'scripts',
    'bench',
  ],
  knip: ['node_modules/knip/bin/knip.js', '--no-progress'],
};

/** @returns {Promise<Tally>} one check a tool, two at a time */
async function lint() {
  const waiting = Object.entries(CHECKS);
  /** @type {Tally} */
  const tally = { passed: 0, failed: 0, skipped: [], failures: [] };
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, words] = next;
      const { code, output } = await runNode(words);
      console.log(code === 0 ? ` ✓ ${name}` : ` ✗ ${name}\n${output}`);
      if (code === 0) {
        tally.passed += 1;
      } else {
        tally.failed += 1;
        tally.failures.push(`${name}\n${output}`);
      }
    }
  };
  await Promise.all([work(), work()]);
  return tally;
}

/**
 * @param {string} project of vitest.config.mjs
 * @returns {Promise<Tally>}
 */
function vitest(project) {
  return counted(project, ['node_modules/vitest/vitest.mjs', 'run', '--project', project]);
}

/** @returns {Promise<Tally>} */
async function extension() {
  await build('tests');
  return counted('extension', ['test/extension/launch.mjs']);
}

/**
 * Runs a suite that writes its tally, as JSON, to the file named by SPANGRID_TEST_TALLY.
 * @param {string} suite
 * @param {string[]} words script and its arguments
 * @returns {Promise<Tally>}
 */
async function counted(suite, words) {
  const file = join(ROOT, 'test-output', `${suite}.json`);
  mkdirSync(join(ROOT, 'test-output'), { recursive: true });
  rmSync(file, { force: true });
  const { code } = await runNode(words, { show: true, env: { SPANGRID_TEST_TALLY: file } });
  /** @type {Tally} */
  const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: [], failures: [] };
  // A suite that ends badly without a failed test (it could not start, or an error came outside its tests) has failed all the same.
  if (code !== 0 && tally.failed === 0) {
    tally.failed = 1;
    tally.failures.push(`${suite} ended with exit code ${code}, though no test failed: see what it printed`);
  }
  return tally;
}

/** @param {string[]} chosen */
async function prepare(chosen) {
  if (chosen.every((name) => name === 'lint')) return;
  browser();
  if (chosen.includes('extension') || chosen.includes('e2e')) codeServer();
  await build();
}

await continueUnderNode24();
const unknown = process.argv.slice(2).find((name) => !(name in SUITES));
if (unknown !== undefined) {
  console.error(`no suite is called ${unknown}; there are ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SUITES);
const total = { passed: 0, failed: 0 };
const skipped = [];
const failures = [];
try {
  await prepare(chosen);
  for (const [name, suite] of Object.entries(SUITES)) {
    if (!chosen.includes(name)) continue;
    console.log(`\n== ${name}`);
    const started = Date.now();
    const tally = await suite();
    const unexplained = tally.skipped.filter(({ reason }) => reason === '');
    for (const test of unexplained) console.log(` ✗ ${test.name} is skipped without a reason`);
    total.passed += tally.passed;
    total.failed += tally.failed + unexplained.length;
    skipped.push(...tally.skipped);
    failures.push(...tally.failures, ...unexplained.map((test) => `${test.name} is skipped without a reason`));
    console.log(
      `${name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped, in ${Math.round((Date.now() - started) / 1000)} s`,
    );
  }
} catch (error) {
  total.failed += 1;
  failures.push(error instanceof Error ? error.message : String(error));
}
if (skipped.length > 0) console.log('\nskipped:');
for (const { name, reason } of skipped) console.log(`  ${name}: ${reason}`);
if (failures.length > 0) console.log(`\nfailed:\n${failures.map((failure) => ` ✗ ${failure}`).join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
