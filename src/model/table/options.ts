import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** How a DYTNet head is built: the `options` of a model manifest. */
export const TableOptionsSchema = v.object({
  /** Encoder layers that are run; overrules the encoder's own number. */
  layers: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Channels of the hidden table (layer 1's output). */
  hidden: count,
  /** Dynamic convolutions: with one, relations are read from layer 1's output at each cell by a linear layer. */
  convolutions: v.optional(v.picklist([1, 2]), 2),
  /** Kernels K that the router mixes. */
  experts: count,
  /** The router's softmax temperature at inference. */
  routerTemperature: v.pipe(v.number(), v.minValue(0.001)),
  wordShapeWidth: count,
  normalisation: v.picklist(['none', 'layer']),
  /** Whether layer 1's output gets a vector by the words' distance (distance.ts). */
  distance: v.optional(v.boolean(), false),
  /** Whether the relation logits get a biaffine term (biaffine.ts). */
  biaffine: v.optional(v.boolean(), false),
  entityLabelsFrom: v.literal('layer1-diagonal'),
  entityTypes: v.array(v.string()),
  relationTypes: v.array(v.string()),
});
export type TableOptions = v.InferOutput<typeof TableOptionsSchema>;
