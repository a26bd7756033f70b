import * as v from 'valibot';
import type { FromGraph } from './graph';

const message = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('reveal'), id: v.string() }),
  v.object({ kind: v.literal('save'), svg: v.pipe(v.string(), v.startsWith('<svg ')) }),
]);

/** A message from the graph's page, validated. Throws where it is none. */
export function parseFromGraph(data: unknown): FromGraph {
  return v.parse(message, data);
}
