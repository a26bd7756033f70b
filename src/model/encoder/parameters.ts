import type { Graph, Value } from '../graph/graph';
import { Add, Gemm, MatMulNBits } from '../graph/operators';
import type { Weights } from './weights';

/** Gives the parameters of a model their place in a graph, by their names in the checkpoint: as constants, or as inputs when training. */
export interface Parameters {
  /** The whole tensor, in float32. */
  tensor(name: string, shape: readonly number[]): Value;
  /** x W^T + b for x [m, from]: W is `NAME.weight` [to, from], b is `NAME.bias` [to] where there is one. */
  linear(x: Value, name: string, from: number, to: number): Value;
  /** Dropout while training; nothing at inference. */
  dropout(x: Value, part: DropoutPart): Value;
}

/** Where dropout has a rate of its own: inside the encoder, on the word vectors, on the cells of the hidden table. */
export type DropoutPart = 'encoder' | 'words' | 'cells';

/**
 * How products with weights are computed: in float32, or with both sides in 8 bits (weights as stored, activations rounded a block of 32
 * at a time), which is faster on CPUs with integer dot products and takes a quarter of the memory.
 */
export type Precision = 'float32' | 'int8';

/** Parameters as constants of the graph. Weights that are not stored in int8 are multiplied in float32 in any case. */
export function constantParameters(graph: Graph, weights: Weights, precision: Precision): Parameters {
  const tensor = (name: string, shape: readonly number[]): Value => graph.constant(name, weights.get(name, shape));
  return {
    tensor,
    linear(x, name, from, to) {
      const stored = weights.stored(`${name}.weight`, [to, from]);
      const bias = weights.has(`${name}.bias`) ? tensor(`${name}.bias`, [to]) : undefined;
      if (precision === 'float32' || stored.dtype !== 'I8' || from % 32 !== 0) return Gemm(x, tensor(`${name}.weight`, [to, from]), bias);
      const product = MatMulNBits(x, stored.data, weights.scale(`${name}.weight`), to);
      return bias === undefined ? product : Add(product, bias);
    },
    dropout: (x) => x,
  };
}
