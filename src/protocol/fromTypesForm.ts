import * as v from 'valibot';
import type { FromTypes } from './typesForm';

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const fields = {
  was: v.exactOptional(v.string()),
  name: v.string(),
  colour: v.string(),
  key: v.string(),
  description: v.string(),
  guideline: v.string(),
};
const form = v.object({
  entities: v.array(v.object(fields)),
  relations: v.array(v.object({ ...fields, head: v.array(index), tail: v.array(index), symmetric: v.boolean() })),
});
const message = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('draft'), form }),
  v.object({ kind: v.literal('save'), form, confirmed: v.boolean() }),
  v.object({ kind: v.literal('discard') }),
  v.object({ kind: v.literal('openFile') }),
]);

/** A message from the types form, validated. Throws where it is none. */
export function parseFromTypes(data: unknown): FromTypes {
  return v.parse(message, data);
}
