import { defineConfig } from 'vitest/config';

/** @param {string} name of the suite and of its folder under test/ */
const suite = (name, options = {}) => ({ test: { name, include: [`test/${name}/**/*.test.ts`], ...options } });

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './scripts/tally.mjs'],
    projects: [
      suite('unit', { testTimeout: 60_000 }),
      suite('webview', { testTimeout: 60_000, hookTimeout: 60_000 }),
      suite('e2e', { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: 'test/e2e/setup.ts' }),
    ],
  },
});
