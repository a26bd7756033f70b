import { decodeText } from '../files/text';

/** Where a command's output goes. Results go to standard output, everything said about them to standard error. */
export class Terminal {
  /** Whether results may hold colour: only on a terminal that shows it, and not where NO_COLOR forbids it. */
  readonly isColoured = process.stdout.isTTY && process.stdout.hasColors();
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  #shownAt = 0;
  #isProgressShown = false;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Writes a piece of the result. */
  print(text: string): void {
    process.stdout.write(text);
  }

  /** Says a line about the work, for people. */
  say(line: string): void {
    this.endProgress();
    process.stderr.write(`${line}\n`);
  }

  /** Shows how far the work is, where somebody watches and no result is on the screen. */
  progress(done: number, total: number, what: string): void {
    this.status(`${String(done)} of ${String(total)} ${what}`);
  }

  /** Shows a line in place of the one before, where somebody watches. */
  status(line: string): void {
    if (!process.stderr.isTTY || performance.now() - this.#shownAt < 100) return;
    this.#shownAt = performance.now();
    this.#isProgressShown = true;
    process.stderr.write(`\r\u001B[K${line.slice(0, process.stderr.columns - 1)}`);
  }

  /** Takes the line of progress away. */
  endProgress(): void {
    if (this.#isProgressShown) process.stderr.write('\r\u001B[K');
    this.#isProgressShown = false;
  }

  /** Whether standard input is a person's keyboard. */
  get isInteractive(): boolean {
    return process.stdin.isTTY;
  }

  /** All of standard input, as a text. Errors: those of `decodeText`. */
  async readInput(): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin as AsyncIterable<Buffer>) pieces.push(piece);
    return decodeText(Buffer.concat(pieces), 'standard input').text;
  }
}
