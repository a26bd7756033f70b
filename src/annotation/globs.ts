/** A step through a glob: takes one character, or goes on at several places without one. */
type Step = ((character: string) => boolean) | number[];

/**
 * Whether a path, relative and with "/" between folders, is meant by a glob: `*` and `?` within a name, `**` over folders, `{a,b}` for
 * one of several. Takes time in proportion to both, whatever the glob: it may come from a folder that nobody has looked at yet.
 */
export function matchesGlob(glob: string, path: string): boolean {
  const steps = stepsOf(glob);
  let places = reached(steps, [0]);
  for (const character of path) {
    const next: number[] = [];
    for (const place of places) {
      const step = steps[place];
      if (typeof step === 'function' && step(character)) next.push(place + 1);
    }
    places = reached(steps, next);
  }
  return places.has(steps.length);
}

/** These places, and those that are reached from them without a character. */
function reached(steps: readonly Step[], from: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>(from);
  for (const place of places) {
    const step = steps[place];
    if (Array.isArray(step)) for (const next of step) places.add(next);
  }
  return places;
}

function stepsOf(glob: string): readonly Step[] {
  const steps: Step[] = [];
  const inName = (character: string): boolean => character !== '/';
  /** Any number of characters. */
  const repeat = (accepts: (character: string) => boolean): void => {
    const start = steps.length;
    steps.push([start + 1, start + 3], accepts, [start]);
  };
  /** Of each brace that is open, where its alternatives begin, and the steps behind each, which lead to its end. */
  const open: { readonly starts: number[]; readonly ends: number[][] }[] = [];
  const close = (): void => {
    for (const end of open.pop()?.ends ?? []) end.push(steps.length);
  };
  for (const [part] of glob.matchAll(/\*\*\/|\*\*|[^]/gu)) {
    const brace = open.at(-1);
    if (part === '**/') {
      const skip: number[] = [steps.length + 1];
      steps.push(skip);
      repeat(() => true);
      steps.push((character) => character === '/');
      skip.push(steps.length);
    } else if (part === '**') repeat(() => true);
    else if (part === '*') repeat(inName);
    else if (part === '?') steps.push(inName);
    else if (part === '{') {
      const starts = [steps.length + 1];
      steps.push(starts);
      open.push({ starts, ends: [] });
    } else if (part === '}' && brace !== undefined) close();
    else if (part === ',' && brace !== undefined) {
      const end: number[] = [];
      steps.push(end);
      brace.ends.push(end);
      brace.starts.push(steps.length);
    } else steps.push((character) => character === part);
  }
  while (open.length > 0) close();
  return steps;
}
