import type { Prediction, TablePrediction } from '../annotation/prediction';
import { SpangridError } from '../errors';
import type { SentenceSpans } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import type { LoadedModel, ModelSummary, RealDevice } from './messages';
import { unpackSentences } from './packing';
import { type Work, Worker } from './worker';

/** A model folder and the device that it runs on. */
export interface ModelChoice {
  readonly folder: string;
  readonly device: RealDevice;
}

export interface EngineOptions {
  /** The bundled src/engine/process.ts. */
  readonly processPath: string;
  /** Milliseconds without a sign of life after which a request fails; asked anew for each request. */
  readonly timeLimit: () => number;
  readonly log: (line: string) => void;
  /** How often the process is started again after a crash, within `withinMs`. */
  readonly restarts?: { readonly limit: number; readonly withinMs: number };
}

export interface EngineState {
  /** Requests that wait or are being worked on. */
  readonly pending: number;
  /** The model that the running process has loaded. */
  readonly loaded: LoadedModel | undefined;
}

interface Job {
  readonly model: ModelChoice | undefined;
  readonly work: Work | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
  /** Told which model does the work, before it begins. */
  readonly onLoaded: ((model: LoadedModel) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const THREE_IN_THREE_MINUTES = { limit: 3, withinMs: 180_000 };

/**
 * The model process as its users see it: started at first use, started again after a crash, asked one thing at a time in the order of
 * the calls. Every call ends in a result or a SpangridError.
 */
export class EngineClient {
  readonly #options: EngineOptions;
  readonly #restarts: { readonly limit: number; readonly withinMs: number };
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #loaded: { readonly choice: ModelChoice; readonly model: LoadedModel } | undefined;
  #crashes: number[] = [];
  #pending = 0;
  #isDraining = false;
  #isDisposed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#restarts = options.restarts ?? THREE_IN_THREE_MINUTES;
  }

  get state(): EngineState {
    return { pending: this.#pending, loaded: this.#loaded?.model };
  }

  /** The process now running, for the log and for tests. */
  get processId(): number | undefined {
    return this.#worker?.processId;
  }

  /** Calls `listener` at every change of the state, until the function that it returns is called. */
  onChange(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads the model unless the process has it. Errors: model.*, device.unavailable, runtime.*, engine.*, cancelled. */
  async load(model: ModelChoice, signal?: AbortSignal): Promise<LoadedModel> {
    return (await this.#enqueue({ model, work: undefined, signal, onProgress: undefined, onLoaded: undefined })) as LoadedModel;
  }

  /** What a model folder says of itself. Errors: model.*, engine.*. */
  async inspect(folder: string): Promise<ModelSummary> {
    return (await this.#enqueue({
      model: undefined,
      work: { kind: 'inspect', folder },
      signal: undefined,
      onProgress: undefined,
      onLoaded: undefined,
    })) as ModelSummary;
  }

  /** Sentences and tokens of a text (line ends as LF). Errors: engine.*, cancelled. */
  async segment(text: string, tokenizer: Tokenizer, signal?: AbortSignal): Promise<readonly SentenceSpans[]> {
    const work = { kind: 'segment', text, tokenizer } as const;
    return unpackSentences(
      (await this.#enqueue({ model: undefined, work, signal, onProgress: undefined, onLoaded: undefined })) as Int32Array,
    );
  }

  /**
   * Mentions and relations of each sentence (given as its tokens), in order, and the model that found them; it is loaded first where the
   * process does not have it.
   * Errors: as `load`.
   */
  async extract(
    model: ModelChoice,
    sentences: readonly (readonly string[])[],
    options: {
      readonly constraints: boolean;
      readonly tables: boolean;
      readonly signal?: AbortSignal | undefined;
      readonly onProgress?: ((done: number, total: number) => void) | undefined;
    },
  ): Promise<{ readonly model: LoadedModel; readonly predictions: readonly (Prediction | TablePrediction)[] }> {
    const { constraints, tables, signal, onProgress } = options;
    const work = { kind: 'extract', sentences, constraints, tables } as const;
    let loaded: LoadedModel | undefined;
    const onLoaded = (found: LoadedModel): void => {
      loaded = found;
    };
    const predictions = await this.#enqueue({ model, work, signal, onProgress, onLoaded });
    if (loaded === undefined) throw new SpangridError('model.missing', 'No model is loaded.');
    return { model: loaded, predictions: predictions as readonly (Prediction | TablePrediction)[] };
  }

  /** Stops the process and forgets its crashes; the next call starts a new one. What is being worked on fails with `cancelled`. */
  restart(): void {
    this.#crashes = [];
    this.#stop();
  }

  /** Stops the process for good. */
  dispose(): void {
    this.#isDisposed = true;
    this.#stop();
    for (const job of this.#queue.splice(0)) job.reject(new SpangridError('cancelled', 'Spangrid was closed.'));
    this.#listeners.clear();
  }

  #stop(): void {
    this.#worker?.dispose();
    this.#worker = undefined;
    this.#loaded = undefined;
    this.#tell();
  }

  #enqueue(job: Omit<Job, 'resolve' | 'reject'>): Promise<unknown> {
    const { signal } = job;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true || this.#isDisposed) {
        reject(new SpangridError('cancelled', 'Cancelled.'));
        return;
      }
      this.#pending += 1;
      const whole: Job = {
        ...job,
        resolve: (result) => {
          settle(() => {
            resolve(result);
          });
        },
        reject: (error) => {
          settle(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        },
      };
      // The caller hears of a cancel at once; the process may need until the end of its piece, and its late answer counts for nothing.
      const cancel = (): void => {
        const index = this.#queue.indexOf(whole);
        if (index >= 0) this.#queue.splice(index, 1);
        whole.reject(new SpangridError('cancelled', 'Cancelled.'));
      };
      let isSettled = false;
      const settle = (how: () => void): void => {
        if (isSettled) return;
        isSettled = true;
        this.#pending -= 1;
        signal?.removeEventListener('abort', cancel);
        how();
        this.#tell();
      };
      signal?.addEventListener('abort', cancel);
      this.#queue.push(whole);
      this.#tell();
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      try {
        job.resolve(await this.#perform(job));
      } catch (error) {
        job.reject(error);
      }
    }
    this.#isDraining = false;
  }

  async #perform(job: Job): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    const timeLimit = this.#options.timeLimit();
    if (job.model !== undefined) {
      const { folder, device } = job.model;
      if (this.#loaded?.choice.folder !== folder || this.#loaded.choice.device !== device) {
        this.#loaded = undefined;
        const model = (await worker.ask({ kind: 'load', folder, device }, timeLimit)) as LoadedModel;
        this.#loaded = { choice: job.model, model };
        this.#options.log(`loaded ${model.name} on ${model.device} in ${String(model.milliseconds)} ms (ONNX Runtime ${model.runtime})`);
        this.#tell();
      }
    }
    if (this.#loaded !== undefined) job.onLoaded?.(this.#loaded.model);
    if (job.work === undefined) return this.#loaded?.model;
    if (job.signal?.aborted === true) throw new SpangridError('cancelled', 'Cancelled.');
    return worker.ask(job.work, timeLimit, job.signal, job.onProgress);
  }

  #start(): Worker {
    const { limit, withinMs } = this.#restarts;
    this.#crashes = this.#crashes.filter((at) => at > Date.now() - withinMs);
    if (this.#crashes.length > limit) {
      throw new SpangridError(
        'engine.crashed',
        `The model process ended unexpectedly ${String(this.#crashes.length)} times in a short while and is not started again by itself. ` +
          'Look at "Spangrid: Show Log", try another device (setting spangrid.device), then run "Spangrid: Restart Model".',
      );
    }
    const worker: Worker = new Worker(this.#options.processPath, this.#options.log, (wanted) => {
      if (!wanted) this.#crashes.push(Date.now());
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#loaded = undefined;
      this.#tell();
    });
    this.#options.log(`started the model process (${String(worker.processId)})`);
    return worker;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.state);
  }
}
