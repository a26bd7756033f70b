import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SpangridError } from '../errors';
import { isFile } from '../files/folders';
import { readText } from '../files/text';
import { INSTALLATION } from './installation';

/*
 * The programs whose start and memory the bench measures, each as people start it: the command line, and the model process as the
 * editor forks it (src/engine/messages.ts has what is said to it).
 */

/**
 * Milliseconds from the start of `spangrid extract` to the first byte of its result.
 * Errors: runtime.failed where it ends without one.
 */
export async function timeCommandLine(model: string, text: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [__filename, 'extract', '--model', model, '-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  child.stdin.end(text);
  const first = await Promise.race([once(child.stdout, 'data').then(() => performance.now() - started), ended]);
  // Nobody listens for the rest, and the process is over only when it was read.
  child.stdout.resume();
  await ended;
  if (typeof first !== 'number') throw new SpangridError('runtime.failed', 'The command line ended without a result.');
  return first;
}

const MODEL_PROCESS = join(INSTALLATION, 'dist', 'process.js');

/** Makes sure that the model process was built. Errors: file.missing. */
export async function checkModelProcess(): Promise<void> {
  if (!(await isFile(MODEL_PROCESS))) throw new SpangridError('file.missing', `There is no ${MODEL_PROCESS}: run "npm run build" first.`);
}

/** A model process that is forked for measuring. */
export class MeasuredModelProcess {
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  #lastId = 0;

  /** Errors: those of `checkModelProcess`. */
  static async start(): Promise<MeasuredModelProcess> {
    await checkModelProcess();
    return new MeasuredModelProcess(MODEL_PROCESS);
  }

  private constructor(path: string) {
    this.#child = fork(path, [], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** Milliseconds since it was started. */
  get age(): number {
    return performance.now() - this.#started;
  }

  /** Loads a model. Errors: runtime.failed, with what the process says. */
  async load(folder: string): Promise<void> {
    await this.#ask({ kind: 'load', folder, device: 'cpu' });
  }

  /** Extracts from sentences. Errors: as `load`. */
  async extract(sentences: readonly (readonly string[])[], tables: boolean): Promise<void> {
    await this.#ask({ kind: 'extract', sentences, constraints: true, tables });
  }

  /** Largest memory, in bytes, that the process has had in use so far; undefined where the system doesn't say. */
  async peakMemory(): Promise<number | undefined> {
    try {
      const { text } = await readText(`/proc/${String(this.#child.pid)}/status`);
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #ask(work: object): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const settle = (problem: string | undefined): void => {
        this.#child.off('message', receive).off('exit', exit);
        if (problem === undefined) resolve();
        else reject(new SpangridError('runtime.failed', `The model process: ${problem}`));
      };
      const receive = (answer: unknown): void => {
        const { id: to, kind, message } = answer as { id?: number; kind: string; message?: string };
        if (to === id && kind !== 'progress') settle(kind === 'error' ? (message ?? '') : undefined);
      };
      const exit = (): void => {
        settle('it ended in the middle of its work.');
      };
      this.#child.on('message', receive).on('exit', exit);
      this.#child.send({ ...work, id });
    });
  }
}
