import { isInsideCharacter } from '../text/characters';
import type { Span } from '../text/span';

/** A replacement in a text: what was in the span is now `inserted`. */
export interface TextChange extends Span {
  readonly inserted: string;
}

/** How a text is cut to compare it: by lines first, then what differs by words. Every character is in one piece. */
const CUTS = [/[^\n]*\n|[^\n]+/g, /\s+|\S+/g];

/**
 * A change as the smaller ones that it comes to. An editor that reloads a file, and a comparison of two texts, replace all from the first
 * difference to the last; what stands between them is the same, and annotations there need not notice.
 * @param before the text that the change is made in
 * @returns in order, none touching another; none where nothing changes
 */
export function refined({ startChar, endChar, inserted }: TextChange, before: string): readonly TextChange[] {
  const found: TextChange[] = [];
  for (const change of differences(before.slice(startChar, endChar), inserted, startChar, 0)) {
    const last = found.at(-1);
    if (last?.endChar !== change.startChar) found.push(change);
    else found[found.length - 1] = { ...last, endChar: change.endChar, inserted: last.inserted + change.inserted };
  }
  return found;
}

function differences(old: string, now: string, startChar: number, level: number): readonly TextChange[] {
  if (old === now) return [];
  const cut = CUTS[level];
  if (cut === undefined || old === '' || now === '') return [smallest(old, now, startChar)];
  const found: TextChange[] = [];
  compare(old.match(cut) ?? [], now.match(cut) ?? [], startChar, (oldPieces, newPieces, at) => {
    found.push(...differences(oldPieces.join(''), newPieces.join(''), at, level + 1));
  });
  return found;
}

/** Calls `differ` with each run of pieces that is not the same, in order; `startChar` is where the old pieces begin. */
function compare(
  old: readonly string[],
  now: readonly string[],
  startChar: number,
  differ: (old: readonly string[], now: readonly string[], startChar: number) => void,
): void {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let same = 0;
  while (same < shorter - start && old[old.length - 1 - same] === now[now.length - 1 - same]) same += 1;
  const [left, right] = [old.slice(start, old.length - same), now.slice(start, now.length - same)];
  const at = startChar + lengthOf(old.slice(0, start));
  if (left.length === 0 && right.length === 0) return;
  // Pieces that stand once on each side, and in the same order, are the same piece.
  const anchors = left.length === 0 || right.length === 0 ? [] : inSameOrder(left, right);
  if (anchors.length === 0) {
    if (left.length !== right.length) {
      differ(left, right, at);
      return;
    }
    // As many on both sides: each was changed where it stands.
    let from = at;
    for (const [index, piece] of left.entries()) {
      differ([piece], right.slice(index, index + 1), from);
      from += piece.length;
    }
    return;
  }
  let [oldFrom, newFrom, from] = [0, 0, at];
  for (const [oldTo, newTo] of [...anchors, [left.length, right.length] as const]) {
    compare(left.slice(oldFrom, oldTo), right.slice(newFrom, newTo), from, differ);
    from += lengthOf(left.slice(oldFrom, oldTo + 1));
    [oldFrom, newFrom] = [oldTo + 1, newTo + 1];
  }
}

/** The longest run of pairs of indices, growing on both sides, of pieces that stand once on each side. */
function inSameOrder(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  const places = placesOf(now);
  const pairs = [...placesOf(old)].flatMap(([piece, index]): (readonly [number, number])[] => {
    const other = places.get(piece);
    return index < 0 || other === undefined || other < 0 ? [] : [[index, other]];
  });
  pairs.sort(([a], [b]) => a - b);
  // For each length, the pair that ends a run of it earliest; each pair knows the one before it in its run.
  const ends: number[] = [];
  const before = new Array<number>(pairs.length).fill(-1);
  pairs.forEach(([, other], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] ?? -1]?.[1] ?? Infinity) < other) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  });
  const run: (readonly [number, number])[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) run.unshift(pair);
  }
  return run;
}

/** The index of each piece; -1 where it stands more than once. */
function placesOf(pieces: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  pieces.forEach((piece, index) => places.set(piece, places.has(piece) ? -1 : index));
  return places;
}

/** One change, without what both sides begin and end with; words that share little are exchanged whole. */
function smallest(old: string, now: string, startChar: number): TextChange {
  const { startChar: from, endChar: to, inserted } = changeBetween(old, now);
  const kept = old.length - (to - from);
  const isWithin = from === to || inserted === '' || 2 * kept >= Math.max(old.length, now.length);
  return isWithin
    ? { startChar: startChar + from, endChar: startChar + to, inserted }
    : { startChar, endChar: startChar + old.length, inserted: now };
}

/** The change between two texts: all from the first difference to the last. A character of two units changes as a whole. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isInsideCharacter(before, start) || isInsideCharacter(after, start)) start -= 1;
  let same = 0;
  while (same < shorter - start && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)) same += 1;
  if (isInsideCharacter(before, before.length - same) || isInsideCharacter(after, after.length - same)) same -= 1;
  return { startChar: start, endChar: before.length - same, inserted: after.slice(start, after.length - same) };
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
