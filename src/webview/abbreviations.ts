/** Longest abbreviation; it must fit into one cell of the table. */
const LONGEST = 4;

function candidates(type: string): string[] {
  const parts = type.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part !== '');
  const first = [...(parts[0] ?? type)];
  const initials = parts
    .slice(1)
    .map((part) => [...part][0] ?? '')
    .join('');
  const made: string[] = [];
  for (let taken = parts.length > 1 ? 1 : 2; taken <= first.length; taken++) made.push(first.slice(0, taken).join('') + initials);
  made.push(first.join(''));
  return made.map((text) => [...text].slice(0, LONGEST).join(''));
}

/** A short name for every type, at most four characters, no two alike: initials of its parts ("Work_For": "WF") or its first letters. */
export function abbreviate(types: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const type of types) {
    let name = candidates(type).find((candidate) => !used.has(candidate));
    for (let number = 2; name === undefined; number++) {
      const numbered = `${[...type][0] ?? '?'}${number}`;
      if (!used.has(numbered)) name = numbered;
    }
    used.add(name);
    names.set(type, name);
  }
  return names;
}
