/**
 * The whole way from text to mentions and relations, on one page: sentences and tokens (src/text), subwords, encoder, word table,
 * decoding. One `Extractor` is one loaded model.
 */
import type { Prediction, TablePrediction } from '../annotation/prediction';
import type { Schema } from '../annotation/schema';
import { SpangridError } from '../errors';
import { maximumLength } from './encoder/config';
import { Encoder } from './encoder/encoder';
import type { Precision } from './encoder/parameters';
import { readModelFolder, type ModelFolder } from './folder/folder';
import type { Manifest } from './folder/manifest';
import { operationsOf, type Operations } from './operations';
import type { Provider } from './runtime/session';
import { Subwords, type SubwordSentence } from './subwords/subwords';
import { decode, decodeByArgmax, probabilities } from './table/decoding';
import { Head, type ShapedSentence } from './table/head';
import type { TableLogits } from './table/logits';
import { wordShape } from './table/wordShape';
import { mergeWindows, windowsOf, type Window } from './windows';

export interface OpenOptions {
  readonly device: Provider;
  /** Only the CPU multiplies in 8 bits; the default is the faster one that the device has. */
  readonly precision?: Precision;
}

export interface ExtractOptions {
  /** Whether relations respect the schema's head and tail types. */
  readonly constraints: boolean;
  /** Whether each prediction carries its table. */
  readonly tables: boolean;
  /** The paper's own decoder instead of the constrained one, for comparison. */
  readonly decoder?: 'constrained' | 'argmax';
  /** Looked at between pieces of at most about 200 ms. */
  readonly signal?: AbortSignal;
  /** Called for each sentence as soon as it is done, in order. */
  readonly onSentence?: (index: number, prediction: Prediction | TablePrediction) => void;
}

/** Milliseconds that each part has taken since the model was opened. */
export type Times = Record<'subwords' | 'encoder' | 'head' | 'decoding', number>;

/** A model that is loaded and ready. */
export class Extractor {
  readonly manifest: Manifest;
  readonly device: Provider;
  readonly times: Times = { subwords: 0, encoder: 0, head: 0, decoding: 0 };
  readonly #subwords: Subwords;
  readonly #encoder: Encoder;
  readonly #head: Head;

  private constructor(manifest: Manifest, device: Provider, subwords: Subwords, encoder: Encoder, head: Head) {
    this.manifest = manifest;
    this.device = device;
    this.#subwords = subwords;
    this.#encoder = encoder;
    this.#head = head;
  }

  /**
   * Reads, verifies and prepares a model folder.
   * Errors: those of `readModelFolder`; runtime.unavailable, device.unavailable, runtime.failed.
   */
  static async open(folder: string, options: OpenOptions): Promise<Extractor> {
    return Extractor.of(await readModelFolder(folder), options);
  }

  /** Prepares a model that is in memory. Errors: runtime.unavailable, device.unavailable, runtime.failed. */
  static async of({ manifest, weights, tokenizer }: ModelFolder, { device, precision }: OpenOptions): Promise<Extractor> {
    const { encoder: config, options } = manifest;
    const subwords = new Subwords(tokenizer, config.model_type);
    const chosen = precision ?? (device === 'cpu' ? 'int8' : 'float32');
    const encoder = await Encoder.open(config, weights, options.layers, device, chosen);
    const head = await Head.open(options, weights, config.hidden_size, device, chosen);
    return new Extractor(manifest, device, subwords, encoder, head);
  }

  get name(): string {
    return this.manifest.name;
  }

  get schema(): Schema {
    return this.manifest.schema;
  }

  /**
   * Finds mentions and relations in sentences that are already split into tokens (src/text/segment.ts does that for raw text).
   * A sentence without tokens has none. Each sentence is worked on alone: with products in 8 bits a batch is not faster, and nothing
   * beside a sentence can change its result.
   * Errors: cancelled, runtime.failed.
   */
  async extract(sentences: readonly (readonly string[])[], options: ExtractOptions): Promise<(Prediction | TablePrediction)[]> {
    const results: (Prediction | TablePrediction)[] = [];
    for await (const logits of this.logits(sentences, options.signal)) {
      const prediction = this.#time('decoding', () => this.#read(logits, options));
      options.onSentence?.(results.length, prediction);
      results.push(prediction);
    }
    return results;
  }

  /** The logits of each sentence's table, in order. Errors: cancelled, runtime.failed. */
  async *logits(sentences: readonly (readonly string[])[], signal?: AbortSignal): AsyncGenerator<TableLogits> {
    const { entityTypes, relationTypes } = this.manifest.options;
    for (const words of sentences) {
      const { windows, pieces } = this.#time('subwords', () => this.#pieces(words));
      const tables: TableLogits[] = [];
      for (const piece of pieces) {
        const started = performance.now();
        const subwords = await abortable(this.#encoder.encode(piece, signal));
        const encoded = performance.now();
        tables.push(await abortable(this.#head.table(piece, subwords, signal)));
        this.times.encoder += encoded - started;
        this.times.head += performance.now() - encoded;
      }
      const [first = EMPTY] = tables;
      yield tables.length > 1 ? mergeWindows(words.length, windows, tables, entityTypes.length, relationTypes.length) : first;
    }
  }

  /** What extracting from a sentence costs. */
  operations(words: readonly string[]): Operations {
    const { encoder: config, options } = this.manifest;
    const each = this.#pieces(words).pieces.map(({ inputIds, ranges }) =>
      operationsOf(config, options, { subwords: inputIds.length, words: ranges.length }),
    );
    const sum = (part: keyof Operations): number => each.reduce((total, operations) => total + operations[part], 0);
    return { encoder: sum('encoder'), head: sum('head') };
  }

  /** Frees the memory of the model. */
  async dispose(): Promise<void> {
    await Promise.all([this.#encoder.dispose(), this.#head.dispose()]);
  }

  #read(logits: TableLogits, { constraints, tables, decoder = 'constrained' }: ExtractOptions): Prediction | TablePrediction {
    const { entityTypes, relationTypes } = this.manifest.options;
    const read = decoder === 'argmax' ? decodeByArgmax : decode;
    const prediction = read(logits, { entityTypes, relationTypes, constraints: constraints ? this.schema : undefined });
    return tables ? { ...prediction, table: probabilities(logits, entityTypes, relationTypes) } : prediction;
  }

  /** A sentence as one piece, or as windows where the encoder cannot hold it at once. */
  #pieces(words: readonly string[]): { readonly windows: readonly Window[]; readonly pieces: readonly ShapedSentence[] } {
    if (words.length === 0) return { windows: [], pieces: [] };
    const wordShapes = words.map(wordShape);
    const whole = this.#subwords.encode(words);
    const maximum = maximumLength(this.manifest.encoder);
    if (whole.inputIds.length <= maximum) return { windows: [[0, words.length]], pieces: [{ ...whole, wordShapes }] };
    const lengths = whole.ranges.map(([start, end]) => end - start);
    const windows = windowsOf(lengths, maximum - 2);
    const pieces = windows.map(([start, end]) => ({
      ...cutOff(this.#subwords.encode(words.slice(start, end)), maximum),
      wordShapes: wordShapes.slice(start, end),
    }));
    return { windows, pieces };
  }

  #time<T>(part: keyof Times, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.times[part] += performance.now() - started;
    }
  }
}

/** The table of a sentence without tokens. */
const EMPTY: TableLogits = { size: 0, band: 0, diagonal: new Float32Array(0), upper: new Float32Array(0) };

/** A single word with more subwords than the encoder has positions keeps its first ones. */
function cutOff({ inputIds, ranges }: SubwordSentence, maximum: number): SubwordSentence {
  if (inputIds.length <= maximum) return { inputIds, ranges };
  return {
    inputIds: [...inputIds.slice(0, maximum - 1), inputIds[inputIds.length - 1] as number],
    ranges: ranges.map(([start]) => [start, maximum - 2] as const),
  };
}

/** An abort inside the encoder or the head, as the error that people see. */
async function abortable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw new SpangridError('cancelled', 'Cancelled.', { cause: error });
    throw error;
  }
}
