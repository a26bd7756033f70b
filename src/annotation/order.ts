import type { Mention, Relation } from './document';

/** Document order of mentions: position (span by span, start before end), then type, then id. */
export function compareMentions(a: Mention, b: Mention): number {
  return comparePosition(a, b) || compareText(a.type, b.type) || compareText(a.id, b.id);
}

/** Document order of relations: position of the head, then of the tail, then type, then id. */
export function compareRelations(mentions: ReadonlyMap<string, Mention>): (a: Relation, b: Relation) => number {
  const position = (a: string, b: string): number => {
    const [first, second] = [mentions.get(a), mentions.get(b)];
    return a === b || first === undefined || second === undefined ? 0 : comparePosition(first, second);
  };
  return (a, b) => position(a.head, b.head) || position(a.tail, b.tail) || compareText(a.type, b.type) || compareText(a.id, b.id);
}

function comparePosition(a: Mention, b: Mention): number {
  const shared = Math.min(a.spans.length, b.spans.length);
  for (let index = 0; index < shared; index += 1) {
    const [first, second] = [a.spans[index], b.spans[index]];
    if (first === undefined || second === undefined) break;
    const difference = first.startChar - second.startChar || first.endChar - second.endChar;
    if (difference !== 0) return difference;
  }
  return a.spans.length - b.spans.length;
}

/** By UTF-16 code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
