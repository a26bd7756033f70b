// A vitest reporter: writes how many tests passed and failed, and which were skipped and why, to the file named by SPANGRID_TEST_TALLY.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** @import { TestModule } from 'vitest/node' */

export default class TallyReporter {
  /** @param {readonly TestModule[]} modules */
  onTestRunEnd(modules) {
    const file = process.env['SPANGRID_TEST_TALLY'];
    if (file === undefined) return;
    const tally = { passed: 0, failed: 0, skipped: /** @type {{ name: string, reason: string }[]} */ ([]) };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail.
      if (module.state() === 'failed' && module.errors().length > 0) tally.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') tally.failed += 1;
        else tally.skipped.push({ name: test.fullName, reason: ('note' in result ? result.note : undefined) ?? '' });
      }
    }
    writeFileSync(file, JSON.stringify(tally));
  }
}
