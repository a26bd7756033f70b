import * as v from 'valibot';
import type { FromStatistics } from './statistics';

const message = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('count'), scope: v.picklist(['text', 'folder']) }),
  v.object({ kind: v.literal('filter'), type: v.string(), words: v.string() }),
  v.object({
    kind: v.literal('save'),
    name: v.pipe(v.string(), v.regex(/^[a-z-]+$/)),
    as: v.picklist(['svg', 'csv', 'json']),
    content: v.string(),
  }),
]);

/** A message from the statistics' page, validated. Throws where it is none. */
export function parseFromStatistics(data: unknown): FromStatistics {
  return v.parse(message, data);
}
