import { counted } from './names';
import type { StatisticsReport, TokenCounts, TypeCount } from './statistics';

/** How far the work was at the end of a day. */
export interface DayProgress {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Sentences that became done that day, less those that no longer were. */
  readonly change: number;
  /** Done sentences in all. */
  readonly done: number;
}

/** Progress by day, or why nothing is known of it. */
export type History = { readonly days: readonly DayProgress[] } | { readonly unknown: string };

/** One table of a report, which is also what its plot is drawn from. */
export interface StatisticsTable {
  /** As its files are called. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  /** So many columns, the first ones, say what is counted; the others are counts. */
  readonly labels: number;
  readonly rows: readonly (readonly (string | number)[])[];
  /** What else is to be said, or why there are no rows; may be empty. */
  readonly note: string;
  /** Bars beside their names, the counts of a row one after the other; or columns in their order, of the last count. */
  readonly plot: 'bars' | 'columns';
}

/** More columns than this are no picture that can be read. */
const MOST_BINS = 20;

/** A report as tables: what the command line prints and the page shows. */
export function statisticsTables(report: StatisticsReport, history: History): readonly StatisticsTable[] {
  const { sentences } = report;
  return [
    {
      name: 'mentions',
      title: 'Mentions by type',
      ...byType(report.mentions),
      note: report.lost === 0 ? '' : `${counted(report.lost, 'mention')} no longer in the text.`,
    },
    { name: 'relations', title: 'Relations by type', ...byType(report.relations), note: '' },
    {
      name: 'texts',
      title: 'Commonest texts of each type',
      columns: ['type', 'text', 'mentions'],
      labels: 2,
      rows: report.commonest.map(({ type, text, count }) => [type, text, count]),
      note: '',
      plot: 'bars',
    },
    {
      name: 'pairs',
      title: 'Relations by the types of head and tail',
      columns: ['head', 'relation', 'tail', 'relations'],
      labels: 3,
      rows: report.pairs.map(({ head, relation, tail, count }) => [head, relation, tail, count]),
      note: '',
      plot: 'bars',
    },
    { name: 'mention-lengths', title: 'Length of mentions', ...lengths(report.mentionLengths, 'tokens', 'mentions', 1) },
    { name: 'sentence-lengths', title: 'Length of sentences', ...lengths(report.sentenceLengths, 'tokens', 'sentences', 1) },
    { name: 'distances', title: 'Distance between head and tail', ...lengths(report.distances, 'tokens between', 'relations', 0) },
    {
      name: 'states',
      title: 'Sentences by state',
      columns: ['state', 'sentences'],
      labels: 1,
      rows: [
        ['new', sentences.new],
        ['in progress', sentences['in-progress']],
        ['done', sentences.done],
        ['skipped', sentences.skipped],
      ],
      note: '',
      plot: 'bars',
    },
    {
      name: 'days',
      title: 'Progress by day',
      columns: ['day', 'change', 'done sentences'],
      labels: 1,
      rows: 'days' in history ? history.days.map(({ day, change, done }) => [day, change, done]) : [],
      note: 'days' in history ? 'Of what is committed to git.' : history.unknown,
      plot: 'columns',
    },
  ];
}

/** "3 texts, 40 sentences, 12 of them done" */
export function statisticsSummary({ texts, sentences }: StatisticsReport): string {
  const all = Object.values(sentences).reduce((sum, count) => sum + count, 0);
  return `${counted(texts, 'text')}, ${counted(all, 'sentence')}, ${String(sentences.done)} of them done`;
}

/** A table as CSV (RFC 4180), with its columns' names. */
export function toCsv({ columns, rows }: StatisticsTable): string {
  const cell = (value: string | number): string =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function byType(counts: readonly TypeCount[]): Pick<StatisticsTable, 'columns' | 'labels' | 'rows' | 'plot'> {
  return {
    columns: ['type', 'accepted', 'suggested', 'rejected'],
    labels: 1,
    rows: counts.map(({ type, accepted, suggested, rejected }) => [type, accepted, suggested, rejected]),
    plot: 'bars',
  };
}

/** @param from the smallest number that there can be: where the first bin begins */
function lengths(counts: TokenCounts, unit: string, what: string, from: number): Omit<StatisticsTable, 'name' | 'title'> {
  const [median, most, longest] = [valueAt(counts, 0.5), valueAt(counts, 0.99), valueAt(counts, 1)];
  const width = roundWidth((most - from + 1) / MOST_BINS);
  // The longest hundredth has one bin: it would press all others together.
  const bins = Math.ceil((most - from + 1) / width);
  const rows = Array.from({ length: bins }, (_, at): [string, number] => {
    const start = from + at * width;
    const end = start + width - 1;
    return [width === 1 ? String(start) : `${String(start)}–${String(end)}`, sumOf(counts, start, end)];
  });
  const rest = sumOf(counts, from + bins * width, Infinity);
  if (rest > 0) rows.push([`${String(from + bins * width)}+`, rest]);
  return {
    columns: [unit, what],
    labels: 1,
    rows: counts.length === 0 ? [] : rows,
    note: counts.length === 0 ? '' : `Median ${String(median)}, greatest ${String(longest)}.`,
    plot: 'columns',
  };
}

/** The smallest number of tokens that a part (in [0, 1]) of all that was counted does not exceed. */
function valueAt(counts: TokenCounts, part: number): number {
  const wanted = part * sumOf(counts, 0, Infinity);
  let passed = 0;
  return counts.find(({ count }) => (passed += count) >= wanted)?.tokens ?? 0;
}

function sumOf(counts: TokenCounts, from: number, to: number): number {
  return counts.reduce((sum, { tokens, count }) => (tokens >= from && tokens <= to ? sum + count : sum), 0);
}

/** The smallest of 1, 2, 5, 10, 20 ... that is not less. */
function roundWidth(least: number): number {
  let width = 1;
  while (width < least) width *= String(width).startsWith('2') ? 2.5 : 2;
  return width;
}
