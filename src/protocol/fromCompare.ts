import * as v from 'valibot';
import type { FromCompare } from './compare';

const message = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('decide'), key: v.string(), choice: v.picklist(['first', 'second', 'both', 'neither']) }),
  v.object({ kind: v.literal('takeEqual') }),
  v.object({ kind: v.literal('scope'), scope: v.picklist(['done', 'all']) }),
  v.object({ kind: v.literal('undo') }),
  v.object({ kind: v.literal('redo') }),
  v.object({ kind: v.literal('reveal'), sentence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
]);

/** A message from the page that compares annotations, validated. Throws where it is none. */
export function parseFromCompare(data: unknown): FromCompare {
  return v.parse(message, data);
}
