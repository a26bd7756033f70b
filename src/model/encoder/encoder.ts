import { float32, int64, type Tensor } from '../graph/tensor';
import { Graph } from '../graph/graph';
import { Session, type Provider } from '../runtime/session';
import type { SubwordSentence } from '../subwords/subwords';
import { firstPosition, type EncoderConfig } from './config';
import { attentionBias, embed, encoderLayer, relativePositionBuckets, WORD_EMBEDDINGS } from './layers';
import { constantParameters, type Precision } from './parameters';
import type { Weights } from './weights';

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
      graph.output('embedded', embed(parameters, config, words, graph.input('positions', 'int64', ['t'])));
      if (config.model_type === 'mpnet')
        graph.output('bias', attentionBias(parameters, config, graph.input('buckets', 'int64', ['t', 't'])));
    });
    const sessions: Session[] = [];
    for (let index = 0; index < layers; index++)
      sessions.push(
        await session((graph) => {
          const x = graph.input('x', 'float32', ['t', width]);
          const bias = config.model_type === 'mpnet' ? graph.input('bias', 'float32', [config.num_attention_heads, 't', 't']) : undefined;
          graph.output('y', encoderLayer(constantParameters(graph, weights, precision), config, index, x, bias, [1, 't']));
        }),
      );
    return new Encoder(config, weights.only(WORD_EMBEDDINGS), embedding, sessions);
  }

  /**
   * Subword vectors of a sentence, special tokens included: [t, d]. It may not be longer than `maximumLength(config)`.
   * Throws the signal's reason when it is aborted.
   */
  async encode({ inputIds }: SubwordSentence, signal?: AbortSignal): Promise<Tensor> {
    const { hidden_size: width, vocab_size: vocabulary, model_type: type } = this.#config;
    const first = firstPosition(this.#config);
    const { embedded, ...bias } = (await this.#embedding.run({
      words: float32([inputIds.length, width], this.#weights.rows(WORD_EMBEDDINGS, [vocabulary, width], inputIds)),
      positions: int64(
        [inputIds.length],
        inputIds.map((_, at) => at + first),
      ),
      ...(type === 'mpnet' ? { buckets: relativePositionBuckets(inputIds.length) } : {}),
    })) as { embedded: Tensor; bias?: Tensor };
    let x = embedded;
    for (const layer of this.#layers) {
      signal?.throwIfAborted();
      ({ y: x } = (await layer.run({ x, ...bias })) as { y: Tensor });
    }
    return x;
  }

  /** Frees the memory of all sessions. */
  async dispose(): Promise<void> {
    await Promise.all([this.#embedding, ...this.#layers].map((session) => session.dispose()));
  }
}
