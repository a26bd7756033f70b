import type { Schema } from '../annotation/schema';

/** Longest abbreviation; it must fit into one cell of the table. */
const LONGEST = 3;

function candidates(type: string, short: string | undefined): string[] {
  const whole = [short, type].find((name) => name !== undefined && name !== '' && [...name].length <= LONGEST);
  const parts = type.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part !== '');
  const first = [...(parts[0] ?? type)];
  const initials = parts
    .slice(1)
    .map((part) => [...part][0] ?? '')
    .join('');
  const made: string[] = [];
  for (let taken = parts.length > 1 ? 1 : 2; taken <= first.length; taken++) made.push(first.slice(0, taken).join('') + initials);
  made.push(first.join(''));
  return [...(whole === undefined ? [] : [whole]), ...made].map((text) => [...text].slice(0, LONGEST).join(''));
}

/**
 * A short name for every type, at most three characters, no two alike: its own short name where it has one that is short enough, or
 * initials of its parts ("Work_For": "WF"), or its first letters.
 */
export function abbreviate(types: Schema['entities']): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const [type, { short }] of Object.entries(types)) {
    let name = candidates(type, short).find((candidate) => !used.has(candidate));
    for (let number = 2; name === undefined; number++) {
      const numbered = `${[...type][0] ?? '?'}${number}`;
      if (!used.has(numbered)) name = numbered;
    }
    used.add(name);
    names.set(type, name);
  }
  return names;
}
