import type { Parameters } from '../encoder/parameters';
import type { Value } from '../graph/graph';
import { int64, type Tensor } from '../graph/tensor';
import type { TableOptions } from './options';

const LARGEST = 10;
export const DISTANCE_BUCKETS = 2 * LARGEST + 1;
/** The bucket of the diagonal. */
export const NO_DISTANCE = LARGEST;

/**
 * The bucket of a signed distance j - i between words: up to 4 words each its own, then two an octave; 21 in all.
 */
function distanceBucket(distance: number): number {
  const size = Math.abs(distance);
  const bucket = size < 5 ? size : Math.min(LARGEST, 1 + Math.floor(2 * Math.log2(size)));
  return LARGEST + Math.sign(distance) * bucket;
}

/** Buckets of the cells of rows [first, end) and columns [firstColumn, endColumn): [rows, columns] int64. */
export function distanceBuckets(first: number, end: number, firstColumn: number, endColumn: number): Tensor {
  const width = endColumn - firstColumn;
  const buckets = Array.from({ length: (end - first) * width }, (_, at) =>
    distanceBucket(firstColumn + (at % width) - first - Math.floor(at / width)),
  );
  return int64([end - first, width], buckets);
}

/** A learned vector a bucket, [21, hidden], which is added to layer 1's output before normalisation. */
export function distanceVectors(parameters: Parameters, { hidden }: TableOptions): Value {
  return parameters.tensor('table.distance.weight', [DISTANCE_BUCKETS, hidden]);
}
