// A vitest reporter: writes how many tests passed, which failed, and which were skipped, and why, to the file named by SPANGRID_TEST_TALLY.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** @import { TestModule } from 'vitest/node' */

export default class TallyReporter {
  /** @param {readonly TestModule[]} modules */
  onTestRunEnd(modules) {
    const file = process.env['SPANGRID_TEST_TALLY'];
    if (file === undefined) return;
    /** @type {import('./test.mjs').Tally} */
    const tally = { passed: 0, failed: 0, skipped: [], failures: [] };
    /** @param {string} name @param {readonly { stack?: string, message: string, diff?: string }[]} errors */
    const fail = (name, errors) => {
      tally.failed += 1;
      tally.failures.push([name, ...errors.map(({ stack, message, diff }) => [stack ?? message, diff ?? ''].join('\n'))].join('\n'));
    };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail.
      if (module.state() === 'failed' && module.errors().length > 0) fail(module.relativeModuleId, module.errors());
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') fail(`${module.relativeModuleId}: ${test.fullName}`, result.errors);
        else tally.skipped.push({ name: test.fullName, reason: ('note' in result ? result.note : undefined) ?? '' });
      }
    }
    writeFileSync(file, JSON.stringify(tally));
  }
}
