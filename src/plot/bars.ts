import { frame, numeral, PLOT, vertical } from './axes';
import { type Drawing, escaped, pixels, type Style } from './picture';

/** What is counted, and how often. */
export interface Bar {
  readonly label: string;
  /** One for each name of the plot. */
  readonly counts: readonly number[];
}

/** Of the bars' parts: by lightness and outline, not by hue alone. */
export const BAR_STYLE: Style = {
  light: `.part { stroke: #0969da; stroke-width: 1 }
.part-1 { fill: #0969da } .part-2 { fill: #b6d6fb } .part-3 { fill: none; stroke-dasharray: 3 2 }`,
  dark: `.part { stroke: #58a6ff }
.part-1 { fill: #58a6ff } .part-2 { fill: #1c3a5e } .part-3 { fill: none }`,
};

const WIDTH = 660;
const ROW = 22;
const TOP = 34;
const LABEL = 250;
/** Behind the bars, for the sums. */
const SUM = 60;
const MOST_ROWS = 40;
const MOST_CHARACTERS = 34;
/** So many labels have room under columns. */
const MOST_LABELS = 6;

/**
 * Bars from the left, one below the other, the parts of each one after the other.
 * @param names of the parts, three at most
 */
export function barPlot(title: string, names: readonly string[], bars: readonly Bar[]): Drawing {
  const shown = bars.slice(0, MOST_ROWS);
  const sum = ({ counts }: Bar): number => counts.reduce((total, count) => total + count, 0);
  const scale = (WIDTH - LABEL - SUM) / Math.max(1, ...shown.map(sum));
  const rows = shown.map((bar, at) => {
    const y = TOP + at * ROW;
    let x = LABEL;
    const parts = bar.counts.map((count, part) => {
      const left = x;
      x += count * scale;
      if (count === 0) return '';
      const what = escaped(`${bar.label}: ${String(count)} ${names[part] ?? ''}`);
      return `<rect class="part part-${part + 1}" x="${pixels(left)}" y="${y + 3}" width="${pixels(x - left)}" height="${ROW - 7}"><title>${what}</title></rect>`;
    });
    return [
      `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end"><title>${escaped(bar.label)}</title>${escaped(shortened(bar.label))}</text>`,
      ...parts,
      `<text x="${pixels(x + 6)}" y="${y + 15}">${sum(bar)}</text>`,
    ].join('');
  });
  const height = TOP + Math.max(1, shown.length) * ROW + 12;
  const axis = `<path class="axis" d="M${LABEL} ${TOP}V${height - 12}"/>`;
  const nothing = shown.length === 0 ? [`<text x="${LABEL + 8}" y="${TOP + 15}">There is nothing to count yet.</text>`] : [];
  const more = bars.length > shown.length ? ` (${shown.length} of ${bars.length})` : '';
  return {
    title,
    description: descriptionOf(bars, names),
    width: WIDTH,
    height,
    body: [`<text class="name" x="8" y="16">${escaped(title)}${more}</text>`, ...legend(names), axis, ...rows, ...nothing].join('\n'),
  };
}

/**
 * Columns side by side, in the order of what they are of.
 * @param along what the columns are of, in order
 * @param name what is counted
 */
export function columnPlot(title: string, along: string, name: string, bars: readonly Bar[]): Drawing {
  const heights = bars.map(({ counts }) => counts.at(-1) ?? 0);
  const y = vertical(0, Math.max(1, ...heights));
  const [left, bottom] = [PLOT.left + 4, PLOT.height - PLOT.bottom];
  const step = (PLOT.width - PLOT.right - left) / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / MOST_LABELS);
  const x = {
    place: (at: number) => left + (at + 0.5) * step,
    ticks: [...bars.keys()].filter((at) => at % every === 0),
    label: (at: number) => escaped(bars[at]?.label ?? ''),
  };
  const columns = bars.map(({ label }, at) => {
    const [count, top] = [heights[at] ?? 0, y.place(heights[at] ?? 0)];
    const width = Math.max(1, step * 0.8);
    const what = escaped(`${label}: ${numeral(count)} ${name}`);
    return `<rect class="part part-1" x="${pixels(x.place(at) - width / 2)}" y="${pixels(top)}" width="${pixels(width)}" height="${pixels(bottom - top)}"><title>${what}</title></rect>`;
  });
  const nothing = bars.length === 0 ? 'There is nothing to count yet.' : '';
  return {
    title,
    description: descriptionOf(
      bars.map(({ label }, at) => ({ label, counts: [heights[at] ?? 0] })),
      [name],
    ),
    width: PLOT.width,
    height: PLOT.height,
    body: [frame(escaped(title), escaped(along), columns, x, y, nothing), `<text x="${PLOT.left}" y="36">${escaped(name)}</text>`].join(
      '\n',
    ),
  };
}

function legend(names: readonly string[]): readonly string[] {
  if (names.length < 2) return [];
  return names.map((name, at) => {
    const left = LABEL + at * 110;
    return `<rect class="part part-${at + 1}" x="${left}" y="7" width="10" height="10"/><text x="${left + 16}" y="16">${escaped(name)}</text>`;
  });
}

function descriptionOf(bars: readonly Bar[], names: readonly string[]): string {
  if (bars.length === 0) return 'There is nothing to count yet.';
  const parts = ({ counts }: Bar): string => counts.map((count, at) => `${String(count)} ${names[at] ?? ''}`).join(', ');
  return bars.map((bar) => `${bar.label}: ${parts(bar)}.`).join(' ');
}

function shortened(label: string): string {
  const characters = [...label];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : label;
}
