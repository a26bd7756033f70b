/**
 * What each reserved letter does in the table and in annotate mode: no type can have it. Mention types and relation types have a set of
 * keys each, so one of either kind may have the same key.
 */
export const RESERVED_KEYS: Readonly<Record<string, string>> = {
  a: 'accepts',
  x: 'rejects',
  r: 'reverses a relation',
  e: 'relates two mentions',
  n: 'goes to the next doubtful item',
  p: 'goes to the previous doubtful item',
  d: 'marks a sentence as done',
  s: 'skips a sentence',
  u: 'goes to the next sentence that is not done',
  f: 'flags an item to discuss',
};

/** The keys that types can have, in the order in which they are given out: digits, then the letters that are not reserved. */
export const TYPE_KEYS = Array.from('1234567890bcghijklmoqtvwyz');

/** A key for each of these types: its own, or else the first free one; empty where none is left. */
export function keysOf(types: readonly { readonly key?: string }[]): readonly string[] {
  const taken = new Set(types.map(({ key }) => key));
  const free = TYPE_KEYS.filter((key) => !taken.has(key));
  let next = 0;
  return types.map(({ key }) => key ?? free[next++] ?? '');
}
