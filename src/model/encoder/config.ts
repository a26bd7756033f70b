import * as v from 'valibot';
import { SpangridError } from '../../errors';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const common = {
  hidden_size: count,
  num_attention_heads: count,
  num_hidden_layers: count,
  intermediate_size: count,
  max_position_embeddings: count,
  vocab_size: count,
  layer_norm_eps: v.pipe(v.number(), v.minValue(0)),
  hidden_act: v.literal('gelu'),
};

/** `config.json` of a Hugging Face encoder, as far as it matters here. */
export const EncoderConfigSchema = v.variant('model_type', [
  v.object({ model_type: v.literal('bert'), ...common, position_embedding_type: v.optional(v.literal('absolute')) }),
  v.object({
    model_type: v.literal('mpnet'),
    ...common,
    pad_token_id: v.optional(v.literal(1), 1),
    relative_attention_num_buckets: v.literal(32),
  }),
]);
export type EncoderConfig = v.InferOutput<typeof EncoderConfigSchema>;

/**
 * Validates the contents of a config.json.
 * Errors: model.unsupported names the architecture, or the setting, that is not implemented.
 */
export function encoderConfig(value: unknown, file = 'config.json'): EncoderConfig {
  const parsed = v.safeParse(EncoderConfigSchema, value);
  if (parsed.success) return parsed.output;
  const type = v.safeParse(v.object({ model_type: v.string() }), value);
  if (type.success && !['bert', 'mpnet'].includes(type.output.model_type))
    throw new SpangridError(
      'model.unsupported',
      `${file}: encoders of type "${type.output.model_type}" are not supported; use a BERT or MPNet one.`,
    );
  const [issue] = parsed.issues;
  throw new SpangridError(
    'model.unsupported',
    `${file}: ${v.getDotPath(issue) ?? 'contents'}: ${issue.message}. Use a BERT or MPNet encoder with these settings.`,
  );
}

/** The position of the first subword. MPNet's start behind its padding token's. */
export function firstPosition(config: EncoderConfig): number {
  return config.model_type === 'mpnet' ? 2 : 0;
}

/** The largest number of subwords, special tokens included, that the encoder has positions for. */
export function maximumLength(config: EncoderConfig): number {
  return config.max_position_embeddings - firstPosition(config);
}
