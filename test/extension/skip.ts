import type { Context, Runnable, Test } from 'mocha';

const reasons = new WeakMap<Runnable, string>();

/** Skips the running test and says why; `test` is the test function's `this`. */
export function skip(test: Context, reason: string): never {
  if (test.test !== undefined) reasons.set(test.test, reason);
  return test.skip();
}

/** Why a test was skipped; empty where it does not say. */
export function reasonOf(test: Test): string {
  return reasons.get(test) ?? '';
}
