import { float32, int64, type Tensor } from '../graph/tensor';
import { Graph } from '../graph/graph';
import { Session, type Provider } from '../runtime/session';
import type { SubwordSentence } from '../subwords/subwords';
import type { EncoderConfig } from './config';
import { attentionBias, embed, encoderLayer, relativePositionBucket, WORD_EMBEDDINGS } from './layers';
import { constantParameters, type Precision } from './parameters';
import type { Weights } from './weights';

/** Added to an attention score between two sentences of a pack: its exponential is exactly zero. */
const APART = -1e9;

/**
 * A BERT or MPNet encoder cut off after its first layers. Each layer is a session of its own: the float32 copies that a session is made
 * from are gone before the next is made, and a run can be cancelled between layers.
 */
export class Encoder {
  readonly #config: EncoderConfig;
  readonly #weights: Weights;
  readonly #embedding: Session;
  readonly #layers: readonly Session[];

  private constructor(config: EncoderConfig, weights: Weights, embedding: Session, layers: readonly Session[]) {
    this.#config = config;
    this.#weights = weights;
    this.#embedding = embedding;
    this.#layers = layers;
  }

  /**
   * @param weights under their Hugging Face names with `encoder.` before them
   * @param layers how many layers to keep; 0 leaves the embeddings alone
   * Errors: those of `Weights.get` and `Session.create`.
   */
  static async open(config: EncoderConfig, weights: Weights, layers: number, provider: Provider, precision: Precision): Promise<Encoder> {
    const width = config.hidden_size;
    const session = async (build: (graph: Graph) => void): Promise<Session> => {
      const graph = new Graph();
      build(graph);
      return Session.create(graph, provider);
    };
    const embedding = await session((graph) => {
      const parameters = constantParameters(graph, weights, precision);
      const words = graph.input('words', 'float32', ['t', width]);
      const positions = graph.input('positions', 'int64', ['t']);
      const mask = graph.input('mask', 'float32', ['t', 't']);
      graph.output('embedded', embed(parameters, config, words, positions));
      const buckets = config.model_type === 'mpnet' ? graph.input('buckets', 'int64', ['t', 't']) : undefined;
      graph.output('bias', attentionBias(parameters, config, mask, buckets));
    });
    const sessions: Session[] = [];
    for (let index = 0; index < layers; index++)
      sessions.push(
        await session((graph) => {
          const x = graph.input('x', 'float32', ['t', width]);
          const bias = graph.input('bias', 'float32', [config.model_type === 'mpnet' ? config.num_attention_heads : 1, 't', 't']);
          graph.output('y', encoderLayer(constantParameters(graph, weights, precision), config, index, x, bias));
        }),
      );
    return new Encoder(config, weights.only(WORD_EMBEDDINGS), embedding, sessions);
  }

  /**
   * Subword vectors of several sentences, packed one after the other, special tokens included: [t, d].
   * No sentence may be longer than `maximumLength(config)`. Throws the signal's reason when it is aborted.
   */
  async encode(sentences: readonly SubwordSentence[], signal?: AbortSignal): Promise<Tensor> {
    const ids = sentences.flatMap(({ inputIds }) => inputIds);
    const width = this.#config.hidden_size;
    const firstPosition = this.#config.model_type === 'mpnet' ? 2 : 0;
    const positions = sentences.flatMap(({ inputIds }) => inputIds.map((_, at) => at + firstPosition));
    const words = this.#weights.rows(WORD_EMBEDDINGS, [this.#config.vocab_size, width], ids);
    const { embedded, bias } = (await this.#embedding.run({
      words: float32([ids.length, width], words),
      positions: int64([ids.length], positions),
      mask: mask(sentences),
      ...(this.#config.model_type === 'mpnet' ? { buckets: buckets(positions) } : {}),
    })) as { embedded: Tensor; bias: Tensor };
    let x = embedded;
    for (const layer of this.#layers) {
      signal?.throwIfAborted();
      ({ y: x } = (await layer.run({ x, bias })) as { y: Tensor });
    }
    return x;
  }

  /** Frees the memory of all sessions. */
  async dispose(): Promise<void> {
    await Promise.all([this.#embedding, ...this.#layers].map((session) => session.dispose()));
  }
}

/** [t, t]: 0 where both subwords are of one sentence, APART elsewhere. */
function mask(sentences: readonly SubwordSentence[]): Tensor {
  const total = sentences.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
  const data = new Float32Array(total * total);
  if (sentences.length > 1) {
    data.fill(APART);
    let start = 0;
    for (const { inputIds } of sentences) {
      const end = start + inputIds.length;
      for (let row = start; row < end; row++) data.fill(0, row * total + start, row * total + end);
      start = end;
    }
  }
  return float32([total, total], data);
}

/** [t, t] buckets of key - query; between sentences they do not matter. */
function buckets(positions: readonly number[]): Tensor {
  const total = positions.length;
  const data = new BigInt64Array(total * total);
  positions.forEach((query, row) => {
    positions.forEach((key, column) => {
      data[row * total + column] = BUCKETS[key - query + MAXIMUM_DISTANCE] as bigint;
    });
  });
  return { type: 'int64', shape: [total, total], data };
}

const MAXIMUM_DISTANCE = 1024;
const BUCKETS = Array.from({ length: 2 * MAXIMUM_DISTANCE + 1 }, (_, at) => BigInt(relativePositionBucket(at - MAXIMUM_DISTANCE)));
