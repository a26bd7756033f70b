import { within, type Range } from './sentenceTable';

/** The indices of a range, and one more that must be there wherever it is. */
export function indices([start, end]: Range, also?: number): number[] {
  const inside = Array.from({ length: end - start }, (_, at) => start + at);
  if (also === undefined || within([start, end], also)) return inside;
  return also < start ? [also, ...inside] : [...inside, also];
}

/** Makes `parent` hold an element for each index, in order, after what else it holds: `made` has those that are there already. */
export function arrange(
  parent: HTMLElement,
  made: Map<number, HTMLElement>,
  wanted: readonly number[],
  make: (index: number) => HTMLElement,
): void {
  const keep = new Set(wanted);
  for (const [index, gone] of made) {
    if (keep.has(index)) continue;
    gone.remove();
    made.delete(index);
  }
  // What stays is in order, so each new one goes before its right neighbour.
  let next: HTMLElement | undefined;
  for (const index of wanted.toReversed()) {
    let child = made.get(index);
    if (!child) {
      child = make(index);
      made.set(index, child);
      if (next) next.before(child);
      else parent.append(child);
    }
    next = child;
  }
}
