import * as v from 'valibot';
import { PROVIDERS } from '../runtime/session';

const positive = v.pipe(v.number(), v.gtValue(0));
const share = v.pipe(v.number(), v.minValue(0, 'must be at least 0'), v.ltValue(1, 'must be less than 1'));
const count = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(1, 'must be at least 1'));

/** How a model is trained. The defaults are the model specification's (Table 2 of the paper, and what was found beside it). */
export const TrainingSettingsSchema = v.object({
  /** Where steps and evaluations run. Other devices round otherwise, so that it decides what is learned, as a seed does. */
  device: v.optional(v.picklist(PROVIDERS), 'cpu'),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
  epochs: v.optional(count, 16),
  batchSize: v.optional(count, 8),
  /** Peak learning rate of the encoder. */
  encoderRate: v.optional(positive, 5e-5),
  /** Peak learning rate of the head. */
  headRate: v.optional(positive, 1e-3),
  /** Each encoder layer learns at this multiple of the rate of the layer above it. */
  layerDecay: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  weightDecay: v.optional(v.pipe(v.number(), v.minValue(0)), 0.01),
  /** Largest Euclidean norm of all gradients together. */
  clip: v.optional(positive, 1),
  /** Share of the steps in which the rates rise. */
  warmUp: v.optional(share, 0.2),
  encoderDropout: v.optional(share, 0.1),
  /** On the word vectors, and on the cells of the hidden table. */
  dropout: v.optional(share, 0.3),
  /** Router temperature at the start; it falls to 1 over the first third of the steps. */
  routerTemperature: v.optional(v.pipe(v.number(), v.minValue(1)), 30),
  labelSmoothing: v.optional(share, 0),
  /** Weight of the cells without a relation in the loss. */
  negativeWeight: v.optional(positive, 1),
  /** Decay of the exponential moving average of the weights, which is what is evaluated and kept; 0 keeps the weights themselves. */
  averageDecay: v.optional(share, 0.995),
  /** Only so many of the last encoder layers are trained (default: all, and the embeddings but the words'). */
  trainedLayers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  trainWordEmbeddings: v.optional(v.boolean(), false),
  /** Probability that a mention's words are replaced, anew in each epoch (mentionReplacement.ts). */
  mentionReplacement: v.optional(share, 0),
  /** Dev is trained on, too: nothing is evaluated, and the last epoch is kept. */
  addDev: v.optional(v.boolean(), false),
  /** Epochs from one evaluation on dev, and checkpoint, to the next; the last epoch always has both. */
  evaluateEvery: v.optional(count, 1),
  /** Training stops after so many evaluations without a better score on dev; 0 never does. */
  patience: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});
export type TrainingSettings = v.InferOutput<typeof TrainingSettingsSchema>;
