import type { Prediction, TablePrediction } from '../annotation/prediction';
import type { Schema } from '../annotation/schema';
import { messageOf, SpangridError } from '../errors';
import type { SentenceSpans } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import { packSentences } from './packing';
import type { LoadedModel, ModelSummary, RealDevice, Request, Response, Results } from './messages';

/** What the server needs of a loaded model. */
export interface ServedModel {
  readonly name: string;
  readonly device: RealDevice;
  readonly schema: Schema;
  /** Works in pieces of at most about 200 ms and looks at `signal` between them. Errors: cancelled, runtime.failed. */
  extract(
    sentences: readonly (readonly string[])[],
    options: {
      readonly constraints: boolean;
      readonly tables: boolean;
      readonly signal: AbortSignal;
      readonly onSentence: (index: number, prediction: Prediction | TablePrediction) => void;
    },
  ): Promise<readonly (Prediction | TablePrediction)[]>;
  dispose(): Promise<void>;
}

/** What the server is made of; the model process fills it with the real model, tests with one of their own. */
export interface Services {
  open(folder: string, device: RealDevice): Promise<{ readonly model: ServedModel; readonly identity: string; readonly runtime: string }>;
  inspect(folder: string): Promise<ModelSummary>;
  segment(text: string, tokenizer: Tokenizer): readonly SentenceSpans[];
  /** Milliseconds between signs of life while a request is worked on. */
  readonly heartbeat: number;
  send(response: Response): void;
}

type Work = Exclude<Request, { kind: 'cancel' }>;

/** The model process's side of the conversation: one request at a time, each ending in exactly one result or named error. */
export class Server {
  readonly #services: Services;
  readonly #controllers = new Map<number, AbortController>();
  #model: ServedModel | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Takes a request; its answer goes out through `send` when its turn is over. */
  receive(request: Request): void {
    if (request.kind === 'cancel') {
      this.#controllers.get(request.target)?.abort();
      return;
    }
    const controller = new AbortController();
    this.#controllers.set(request.id, controller);
    this.#last = this.#last.then(() => this.#answer(request, controller.signal));
  }

  async #answer(request: Work, signal: AbortSignal): Promise<void> {
    const { id } = request;
    const progress = { done: 0, total: request.kind === 'extract' ? request.sentences.length : 1 };
    const tell = (): void => {
      this.#services.send({ kind: 'progress', id, ...progress });
    };
    // Pieces of work let the event loop turn in between; it turns no more when the runtime hangs.
    const heartbeat = setInterval(tell, this.#services.heartbeat);
    const onSentence = (): void => {
      progress.done += 1;
      tell();
    };
    try {
      if (signal.aborted) throw new SpangridError('cancelled', 'Cancelled.');
      this.#services.send({ kind: 'result', id, result: await this.#work(request, signal, onSentence) });
    } catch (error) {
      const code = error instanceof SpangridError ? error.code : 'runtime.failed';
      this.#services.send({ kind: 'error', id, code, message: messageOf(error) });
    } finally {
      clearInterval(heartbeat);
      this.#controllers.delete(id);
    }
  }

  #work(request: Work, signal: AbortSignal, onSentence: () => void): Promise<Results[keyof Results]> | Results[keyof Results] {
    switch (request.kind) {
      case 'load':
        return this.#load(request.folder, request.device);
      case 'inspect':
        return this.#services.inspect(request.folder);
      case 'segment':
        return packSentences(this.#services.segment(request.text, request.tokenizer));
      case 'extract': {
        if (this.#model === undefined) throw new SpangridError('model.missing', 'No model is loaded.');
        return this.#model.extract(request.sentences, { constraints: request.constraints, tables: request.tables, signal, onSentence });
      }
    }
  }

  /** The old model goes first: two of them would not fit a small machine's memory. */
  async #load(folder: string, device: RealDevice): Promise<LoadedModel> {
    const started = performance.now();
    await this.#model?.dispose();
    this.#model = undefined;
    const { model, identity, runtime } = await this.#services.open(folder, device);
    this.#model = model;
    const { name, schema } = model;
    return { name, device: model.device, schema, identity, runtime, milliseconds: Math.round(performance.now() - started) };
  }
}
