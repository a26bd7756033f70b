import { pixels } from './picture';

/** Sizes in pixels: of a plot with its margins, and of these. */
export const PLOT = { width: 460, height: 330, left: 62, right: 18, top: 44, bottom: 48 };

/** One axis: where a value lies in pixels, and the values that are named. */
export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
  /** What a tick is called, where not by its number. */
  readonly label?: (tick: number) => string;
}

/** Axes with ticks and names, what is drawn on them, and, where there is nothing, why. Names must be fit for SVG. */
export function frame(name: string, along: string, curves: readonly string[], x?: Axis, y?: Axis, nothing = ''): string {
  const [right, bottom] = [PLOT.width - PLOT.right, PLOT.height - PLOT.bottom];
  const label = (axis: Axis | undefined, value: number): string => axis?.label?.(value) ?? numeral(value);
  const rows = (y?.ticks ?? []).map((value) => {
    const top = y?.place(value) ?? 0;
    return `<path class="grid" d="M${PLOT.left} ${pixels(top)}H${right}"/><text x="${PLOT.left - 8}" y="${pixels(top + 4)}" text-anchor="end">${label(y, value)}</text>`;
  });
  const columns = (x?.ticks ?? []).map((value) => {
    const left = pixels(x?.place(value) ?? 0);
    return `<path class="axis" d="M${left} ${bottom}v5"/><text x="${left}" y="${bottom + 19}" text-anchor="middle">${label(x, value)}</text>`;
  });
  return [
    `<text class="name" x="${PLOT.left}" y="16">${name}</text>`,
    ...rows,
    `<path class="axis" d="M${PLOT.left} ${PLOT.top}V${bottom}H${right}"/>`,
    ...columns,
    `<text x="${(PLOT.left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${along}</text>`,
    ...curves,
    ...(nothing === ''
      ? []
      : [`<text x="${(PLOT.left + right) / 2}" y="${(PLOT.top + bottom) / 2}" text-anchor="middle">${nothing}</text>`]),
  ].join('\n');
}

/** A linear axis from a round number below to one above. */
export function vertical(lowest: number, highest: number): Axis {
  const ticks = roundNumbers(lowest, highest === lowest ? lowest + 1 : highest, 6);
  return { place: between(ticks[0] ?? 0, ticks.at(-1) ?? 1, PLOT.height - PLOT.bottom, PLOT.top), ticks };
}

/** Where a value lies from `start` to `end`, as it lies from `from` to `to`. */
export function between(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round numbers, one round step apart, from one at or below `from` to one at or above `to`, about `count` of them. */
export function roundNumbers(from: number, to: number, count: number): number[] {
  const size = roundStep((to - from) / count);
  const [first, last] = [Math.floor(from / size), Math.ceil(to / size)];
  // Multiples, not sums: 0.1 + 0.2 is no round number.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * size).toPrecision(12)));
}

/** The smallest of 1, 2 and 5 times a power of ten that is not less than a number above 0. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

export function numeral(value: number): string {
  return Number(value.toPrecision(3)) === 0 ? '0' : String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}
