// What the benches share: their programs, each bundled to out/bench/NAME.mjs, how they name the machine, and the median.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../scripts/children.mjs';

export const PROGRAMS = join(ROOT, 'out', 'bench');

/**
 * @param {string[]} sources in bench/
 * @param {string} external package that is not bundled
 */
export async function buildPrograms(sources, external) {
  await build({
    absWorkingDir: ROOT,
    entryPoints: sources.map((source) => ({ in: join('bench', source), out: source.replace(/^.*\/|\.ts$/g, '') })),
    outdir: PROGRAMS,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: [external],
    logLevel: 'warning',
  });
}

export function machine() {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`;
}

/** Processes that wanted to run in the last minute. */
export function load() {
  return (loadavg()[0] ?? 0).toFixed(1);
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  const [lower = NaN, upper = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return (lower + upper) / 2;
}
