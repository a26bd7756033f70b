/**
 * Transformer encoder layers as Hugging Face has BERT (Devlin et al. 2019) and MPNet (Song et al. 2020): post-LayerNorm, exact GELU.
 * The rows of x are the subwords of one sentence or, while training, of several sentences of the same padded length.
 */
import type { Value } from '../graph/graph';
import { Add, Gather, Gelu, LayerNormalization, MatMul, Mul, Reshape, Slice, Softmax, Transpose, scalar } from '../graph/operators';
import { dimensionAt, type Dimension } from '../graph/shape';
import type { Tensor } from '../graph/tensor';
import type { EncoderConfig } from './config';
import type { Parameters } from './parameters';

/** Name of the word embeddings [vocabulary, d]; they are looked up outside the graph. */
export const WORD_EMBEDDINGS = 'encoder.embeddings.word_embeddings.weight';

/**
 * Sum of the embeddings, normalised.
 * @param words [t, d] word embeddings of the subwords
 * @param positions [t] int64
 * @returns [t, d]
 */
export function embed(parameters: Parameters, config: EncoderConfig, words: Value, positions: Value): Value {
  const width = config.hidden_size;
  const table = parameters.tensor('encoder.embeddings.position_embeddings.weight', [config.max_position_embeddings, width]);
  let sum = Add(words, Gather(table, positions));
  if (config.model_type === 'bert')
    sum = Add(sum, Slice(parameters.tensor('encoder.embeddings.token_type_embeddings.weight', [2, width]), 0, 0, 1));
  return parameters.dropout(norm(parameters, 'encoder.embeddings.LayerNorm', sum, config), 'encoder');
}

/**
 * MPNet's relative-position bias on the attention scores, shared by all layers.
 * @param buckets [t, t] int64, query by key
 * @returns [heads, t, t]
 */
export function attentionBias(parameters: Parameters, config: EncoderConfig & { model_type: 'mpnet' }, buckets: Value): Value {
  const shape = [config.relative_attention_num_buckets, config.num_attention_heads];
  return Transpose(Gather(parameters.tensor('encoder.encoder.relative_attention_bias.weight', shape), buckets), [2, 0, 1]);
}

/**
 * One layer: self-attention and feed-forward, each added to its input and normalised.
 * @param x [batch x length, d]
 * @param bias on the attention scores, broadcast to [batch, heads, length, length]
 * @returns [batch x length, d]
 */
export function encoderLayer(
  parameters: Parameters,
  config: EncoderConfig,
  index: number,
  x: Value,
  bias: Value | undefined,
  [batch, length]: readonly [Dimension, Dimension],
): Value {
  const prefix = `encoder.encoder.layer.${index}`;
  const names = config.model_type === 'bert' ? BERT : MPNET;
  const width = config.hidden_size;
  const heads = config.num_attention_heads;
  const linear = (name: string, input: Value, from: number, to: number): Value => parameters.linear(input, `${prefix}.${name}`, from, to);
  const split = (name: string, perm: readonly number[]): Value =>
    Transpose(Reshape(linear(name, x, width, width), [batch, length, heads, width / heads]), perm);
  const dropout = (value: Value): Value => parameters.dropout(value, 'encoder');

  const query = Mul(split(names.q, [0, 2, 1, 3]), scalar(x, 1 / Math.sqrt(width / heads)));
  const scores = MatMul(query, split(names.k, [0, 2, 3, 1]));
  const attention = dropout(Softmax(bias === undefined ? scores : Add(scores, bias), -1));
  const context = Transpose(MatMul(attention, split(names.v, [0, 2, 1, 3])), [0, 2, 1, 3]);
  const joined = Reshape(context, [dimensionAt(x.shape, 0), width]);
  const attended = norm(parameters, `${prefix}.${names.norm}`, Add(dropout(linear(names.o, joined, width, width)), x), config);
  const inner = Gelu(linear('intermediate.dense', attended, width, config.intermediate_size));
  const output = dropout(linear('output.dense', inner, config.intermediate_size, width));
  return norm(parameters, `${prefix}.output.LayerNorm`, Add(output, attended), config);
}

/** Names within a layer's attention, as the checkpoints have them. */
const BERT = {
  q: 'attention.self.query',
  k: 'attention.self.key',
  v: 'attention.self.value',
  o: 'attention.output.dense',
  norm: 'attention.output.LayerNorm',
};
const MPNET = { q: 'attention.attn.q', k: 'attention.attn.k', v: 'attention.attn.v', o: 'attention.attn.o', norm: 'attention.LayerNorm' };

/** MPNet's bucket of each relative position key - query (T5's bidirectional scheme: 32 buckets, maximum distance 128): [t, t] int64. */
export function relativePositionBuckets(length: number): Tensor {
  const byDistance = Array.from({ length: 2 * length - 1 }, (_, at) => BigInt(relativePositionBucket(at - length + 1)));
  const data = new BigInt64Array(length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++) data[query * length + key] = byDistance[key - query + length - 1] as bigint;
  return { type: 'int64', shape: [length, length], data };
}

function relativePositionBucket(relative: number): number {
  const distance = Math.abs(relative);
  const bucket = distance < 8 ? distance : Math.min(15, 8 + Math.floor((8 * Math.log(distance / 8)) / Math.log(16)));
  return relative > 0 ? 16 + bucket : bucket;
}

function norm(parameters: Parameters, name: string, x: Value, config: EncoderConfig): Value {
  const shape = [config.hidden_size];
  return LayerNormalization(x, parameters.tensor(`${name}.weight`, shape), parameters.tensor(`${name}.bias`, shape), config.layer_norm_eps);
}
