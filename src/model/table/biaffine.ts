import type { Parameters } from '../encoder/parameters';
import type { Value } from '../graph/graph';
import { MatMul, Relu, Reshape, Transpose } from '../graph/operators';
import { dimensionAt, product } from '../graph/shape';
import { relationLabelCount } from './labels';
import type { TableOptions } from './options';

/** Width of the two projections. */
export const BIAFFINE_WIDTH = 128;
export const BIAFFINE = 'table.biaffine';

/**
 * A biaffine term of the relation logits (Dozat and Manning 2017): u_i^T U_r v_j with u = relu(A e), v = relu(B e).
 * @param words [b, n, D]
 * @returns [b, n, n, R]
 */
export function biaffineLogits(parameters: Parameters, options: TableOptions, words: Value): Value {
  const [batch = 0, count = 0, width = 0] = words.shape;
  const labels = relationLabelCount(options.relationTypes.length);
  const flat = Reshape(words, [product(batch, count), width]);
  const project = (name: string): Value =>
    parameters.dropout(Relu(parameters.linear(flat, `${BIAFFINE}.${name}`, Number(width), BIAFFINE_WIDTH)), 'words');
  const fromRows = parameters.linear(project('row'), BIAFFINE, BIAFFINE_WIDTH, labels * BIAFFINE_WIDTH);
  const columns = Transpose(Reshape(project('column'), [batch, count, BIAFFINE_WIDTH], words), [0, 2, 1]);
  const pairs = MatMul(Reshape(fromRows, [batch, product(count, labels), BIAFFINE_WIDTH], words), columns);
  return Transpose(Reshape(pairs, [batch, count, labels, dimensionAt(pairs.shape, -1)], words), [0, 1, 3, 2]);
}
