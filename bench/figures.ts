/** Tables of what was measured, as the programs of `editing.mjs` print them. */
import process from 'node:process';
import { spreadOf } from '../src/cli/statistics';

const NAME_WIDTH = 44;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function head(): void {
  say(`${'in ms'.padEnd(NAME_WIDTH)}   median      p95      max`);
}

/** @param times in milliseconds, not empty */
export function row(name: string, times: readonly number[]): void {
  const { median, p95 } = spreadOf(times);
  say([name.padEnd(NAME_WIDTH), ...[median, p95, Math.max(...times)].map((time) => time.toFixed(2).padStart(8))].join(' '));
}
