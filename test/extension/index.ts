import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { reasonOf } from './skip';

/** What the launcher and `npm test` read: the counts, what failed and how, and what to print of each test. */
interface Tally {
  passed: number;
  failed: number;
  readonly skipped: { readonly name: string; readonly reason: string }[];
  readonly failures: string[];
  readonly log: string[];
}

/**
 * Called by VS Code inside the extension host: runs every bundled test file that lies beside this one. The tally goes to the file named by
 * SPANGRID_TEST_TALLY, because a server's extension host has no exit code that the launcher could see.
 */
export async function run(): Promise<void> {
  const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [], log: [] };
  try {
    await runAll(tally);
  } catch (error) {
    fail(tally, 'the tests could not run', error);
  }
  const file = process.env['SPANGRID_TEST_TALLY'];
  if (file !== undefined) {
    writeFileSync(`${file}.partial`, JSON.stringify(tally));
    renameSync(`${file}.partial`, file);
  }
  if (tally.failed > 0) throw new Error(`${tally.failed} tests failed:\n${tally.log.join('\n')}`);
}

async function runAll(tally: Tally): Promise<void> {
  // The base reporter prints nothing: what the extension host prints reaches nobody. The limit only ends what hangs.
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, reporter: Mocha.reporters.Base });
  for (const name of readdirSync(__dirname)) if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', (test) => {
        tally.passed += 1;
        tally.log.push(` ✓ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      })
      .on('fail', (test, error: unknown) => {
        fail(tally, test.fullTitle(), error);
      })
      .on('pending', (test) => tally.skipped.push({ name: test.fullTitle(), reason: reasonOf(test) }));
  });
}

function fail(tally: Tally, name: string, error: unknown): void {
  const failure = `${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  tally.failed += 1;
  tally.failures.push(failure);
  tally.log.push(` ✗ ${failure}`);
}
