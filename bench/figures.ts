/** What is measured in a process, and tables of it as the programs of `editing.mjs` print them. */
import process from 'node:process';
import { spreadOf } from '../src/cli/statistics';

/** What pieces of work took, in milliseconds. */
export class Times {
  readonly wall: number[] = [];
  readonly processor: number[] = [];

  async add(work: () => Promise<unknown>): Promise<void> {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    this.wall.push(performance.now() - started);
    this.processor.push((user + system) / 1000);
  }
}

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
