import { type ChildProcess, fork } from 'node:child_process';
import { SpangridError } from '../errors';
import type { Request, Response } from './messages';

/** One request's work: everything of it but the id. */
export type Work = DistributiveOmit<Exclude<Request, { kind: 'cancel' }>, 'id'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

interface Running {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SpangridError) => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * One model process, from its start to its end. It is asked one thing at a time. A process that shows no sign of life (an answer or
 * progress) for `timeLimit` milliseconds is killed; a request that the end of the process leaves open fails with engine.crashed or
 * engine.timeout.
 */
export class Worker {
  readonly #child: ChildProcess;
  readonly #log: (line: string) => void;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #ending: { readonly code: 'engine.timeout' | 'cancelled'; readonly message: string } | undefined;
  #ended = false;

  /**
   * @param onEnd called once when the process has ended; `wanted` when it was disposed of
   */
  constructor(processPath: string, log: (line: string) => void, onEnd: (wanted: boolean) => void) {
    this.#log = log;
    this.#child = fork(processPath, [], {
      execPath: process.execPath,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log(text.trimEnd());
      });
    }
    this.#child.on('message', (message) => {
      this.#receive(message as Response);
    });
    const ended = (reason: string): void => {
      if (this.#ended) return;
      this.#ended = true;
      clearTimeout(this.#timer);
      const wanted = this.#ending?.code === 'cancelled';
      if (!wanted) log(`the model process ended (${reason})`);
      const { code, message } = this.#ending ?? {
        code: 'engine.crashed' as const,
        message: `The model process ended in the middle of its work (${reason}). Run the command again; "Spangrid: Show Log" has what it said last.`,
      };
      onEnd(wanted);
      this.#settle((running) => {
        running.reject(new SpangridError(code, message));
      });
    };
    this.#child.on('error', (error) => {
      ended(error.message);
    });
    this.#child.on('exit', (code, signal) => {
      ended(signal ?? `exit code ${code ?? 'unknown'}`);
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Asks for one piece of work and waits for its end. An abort asks the process to stop; the promise still waits for its word, so that
   * the next request starts with a free process.
   * Errors: engine.crashed, engine.timeout, and whatever the process names.
   */
  ask(work: Work, timeLimit: number, signal?: AbortSignal, onProgress?: (done: number, total: number) => void): Promise<unknown> {
    const id = ++this.#lastId;
    const cancel = (): void => {
      this.#send({ kind: 'cancel', target: id });
    };
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#running = { id, resolve, reject, onProgress };
    });
    if (this.#ended) {
      this.#settle((running) => {
        running.reject(new SpangridError('engine.crashed', 'The model process has ended. Run the command again.'));
      });
      return answer;
    }
    this.#restartTimer(timeLimit);
    this.#send({ ...work, id });
    signal?.addEventListener('abort', cancel);
    return answer.finally(() => {
      signal?.removeEventListener('abort', cancel);
    });
  }

  /** Ends the process at once: it holds nothing that could be lost. */
  dispose(): void {
    this.#ending ??= { code: 'cancelled', message: 'The model process was stopped.' };
    this.#child.kill('SIGKILL');
  }

  #send(request: Request): void {
    // A send that fails means that the process is gone: its exit event says so to whoever waits.
    this.#child.send(request, (error) => {
      if (error !== null) this.#log(`could not reach the model process: ${error.message}`);
    });
  }

  #receive(message: Response): void {
    const running = this.#running;
    if (message.kind === 'ready' || running?.id !== message.id) return;
    if (message.kind === 'progress') {
      this.#timer?.refresh();
      running.onProgress?.(message.done, message.total);
      return;
    }
    this.#settle(() => {
      if (message.kind === 'result') running.resolve(message.result);
      else running.reject(new SpangridError(message.code, message.message));
    });
  }

  #settle(how: (running: Running) => void): void {
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) how(running);
  }

  #restartTimer(timeLimit: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ending = {
        code: 'engine.timeout',
        message:
          `The model process did not answer for ${String(Math.round(timeLimit / 100) / 10)} seconds and was stopped. ` +
          'Extract from a shorter text, or raise the setting spangrid.timeLimit.',
      };
      this.#child.kill('SIGKILL');
    }, timeLimit);
  }
}
