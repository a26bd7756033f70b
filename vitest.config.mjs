import { defineConfig } from 'vitest/config';

/** They only end what hangs: a machine that is slow, or busy with other things, is no failure. */
const limits = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 30_000 } } };

/** @param {string} name of the suite and of its folder under test/ */
const suite = (name, options = {}) => ({ test: { name, include: [`test/${name}/**/*.test.ts`], ...limits, ...options } });

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './scripts/tally.mjs'],
    projects: [suite('unit'), suite('webview'), suite('e2e', { fileParallelism: false, globalSetup: 'test/e2e/setup.ts' })],
  },
});
