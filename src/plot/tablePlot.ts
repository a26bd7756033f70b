import { barPlot, columnPlot } from './bars';
import type { Drawing } from './picture';

/** A table of counts: its first columns say what is counted. */
interface CountTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** How many columns say what is counted. */
  readonly labels: number;
  readonly rows: readonly (readonly (string | number)[])[];
  readonly plot: 'bars' | 'columns';
}

/** The plot of a table. */
export function tablePlot({ title, columns, labels, rows, plot }: CountTable): Drawing {
  const bars = rows.map((row) => ({ label: row.slice(0, labels).join(' · '), counts: row.slice(labels).map(Number) }));
  if (plot === 'bars') return barPlot(title, columns.slice(labels), bars);
  return columnPlot(title, columns.slice(0, labels).join(' · '), columns.at(-1) ?? '', bars);
}
