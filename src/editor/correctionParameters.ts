import * as v from 'valibot';
import type { Correction } from '../annotation/corrections';
import { SpangridError } from '../errors';

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.string();
const type = v.string();
const span = v.pipe(
  v.object({ startChar: index, endChar: index }),
  v.check(({ startChar, endChar }) => startChar <= endChar, 'ends before it starts'),
);

const correction: v.GenericSchema<unknown, Correction> = v.variant('kind', [
  v.object({ kind: v.literal('addMention'), span, type }),
  v.object({ kind: v.literal('addRelation'), head: id, tail: id, type }),
  v.object({ kind: v.literal('setType'), id, type }),
  v.object({ kind: v.literal('setSpan'), id, span }),
  v.object({ kind: v.literal('reverse'), id }),
  v.object({ kind: v.literal('setStatus'), id, status: v.picklist(['suggested', 'accepted', 'rejected']) }),
  v.object({ kind: v.literal('remove'), id }),
  v.object({ kind: v.literal('setNote'), id, note: v.string() }),
  v.object({ kind: v.literal('setDiscuss'), id, discuss: v.boolean() }),
  v.object({ kind: v.literal('acceptAll'), sentence: index }),
  v.object({ kind: v.literal('setState'), sentence: index, state: v.picklist(['new', 'in-progress', 'done', 'skipped']) }),
]);

/** Parameters of the commands behind links and menus: they come through the editor, so they are looked at like anything from outside. */
export const PARAMETERS = {
  correct: v.tuple([v.string(), v.array(correction)]),
  items: v.tuple([v.string(), v.pipe(v.array(id), v.minLength(1))]),
  item: v.tuple([v.string(), id]),
} as const;

/** @throws SpangridError usage where the parameters are not of this kind */
export function parseParameters<T extends v.GenericSchema>(schema: T, parameters: readonly unknown[]): v.InferOutput<T> {
  const parsed = v.safeParse(schema, parameters);
  if (parsed.success) return parsed.output;
  throw new SpangridError('usage', 'This command needs an annotation to work on: use it from the text, the table or a list.');
}
