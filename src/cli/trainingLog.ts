import { join } from 'node:path';
import { parseJson } from '../annotation/parseJson';
import { appendLines } from '../files/append';
import { atomicWrite } from '../files/atomicWrite';
import { isFile, makeFolder } from '../files/folders';
import { readText } from '../files/text';
import { learningCurves } from './curves';

/** The log of a training, a JSON object a line (log.jsonl), and the curves that are drawn from it (curves.svg). */
export class TrainingLog {
  readonly #file: string;

  /** @param title stands above the curves */
  constructor(
    private readonly folder: string,
    private readonly title: string,
  ) {
    this.#file = join(folder, 'log.jsonl');
  }

  /**
   * Starts the log, or cuts it back to what the checkpoint that is gone on from knows.
   * @param last what is said of the checkpoint's epoch: a kill may have come between the checkpoint and its line
   */
  async start(step: number, first: object, last: object | undefined): Promise<void> {
    await makeFolder(this.folder);
    if (step === 0 || !(await isFile(this.#file))) return atomicWrite(this.#file, `${JSON.stringify(first)}\n`);
    const lines = (await readText(this.#file)).text.split('\n').filter((line) => line !== '');
    const kept = lines.filter((line) => (eventOf(line)?.step ?? Infinity) <= step);
    if (last !== undefined && eventOf(kept.at(-1) ?? '')?.event !== 'epoch') kept.push(JSON.stringify(last));
    await atomicWrite(this.#file, kept.map((line) => `${line}\n`).join(''));
  }

  async line(event: object): Promise<void> {
    await appendLines(this.#file, [JSON.stringify(event)]);
  }

  async draw(): Promise<void> {
    const { text } = await readText(this.#file);
    await atomicWrite(join(this.folder, 'curves.svg'), learningCurves({ name: this.#file, content: text }, this.title));
  }
}

/** What a line of the log is about, and after how many steps; undefined for one that was cut off. */
function eventOf(line: string): { readonly event: string; readonly step: number } | undefined {
  const parsed = parseJson(line);
  return 'data' in parsed ? { step: 0, ...(parsed.data as { readonly event: string }) } : undefined;
}
