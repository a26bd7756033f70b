import type { Cell, Range } from './sentenceTable';

const SMALLEST_CELL = 26;
const LARGEST_CELL = 30;
/** Free space after the last column and below the last row. */
const MARGIN = 16;
/** Free space around the card in the corner. */
const CARD_MARGIN = 12;
/** How much of the view's width the table may be moved aside for the card, where it doesn't fit into the view anyway. */
const LARGEST_SHIFT = 0.3;
/** Cells drawn beyond the view, so that a small scroll shows no gap. */
const OVERSCAN = 2;

/** Forms of the corner's content: a card with inspector and legend, the same without legend, or a strip along the view's lower edge. */
export type CornerForm = 'full' | 'compact' | 'strip';

/** Sizes of the corner's content in CSS pixels: the cards' width, and the height of each form. */
export interface CornerSize extends Readonly<Record<CornerForm, number>> {
  readonly width: number;
}

/** What the layout of the table follows from, in CSS pixels. */
export interface Measures {
  /** Number of words. */
  readonly size: number;
  /** The view that the table scrolls in. */
  readonly viewWidth: number;
  readonly viewHeight: number;
  /** Width of the longest word beside a row, height of the longest above a column. */
  readonly wordWidth: number;
  readonly headerHeight: number;
  readonly corner: CornerSize;
}

/** How far the view is scrolled: `x` from the start of the line (right in right-to-left text), `y` from the top. */
export interface Scroll {
  readonly x: number;
  readonly y: number;
}

/** Rows and columns to draw. */
export interface Window {
  readonly rows: Range;
  readonly columns: Range;
}

/** Where everything in the table is. `x` counts from the start of the line, so that right-to-left needs no code of its own. */
export class Geometry {
  /** Edge of a cell. */
  readonly cell: number;
  /** Start of the first column. */
  readonly gutter: number;
  readonly width: number;
  readonly height: number;
  /** Distance of the card's upper edge from the top of the view. */
  readonly cardTop: number;
  /** The form that the corner has where nothing is scrolled. */
  readonly #form: CornerForm;

  constructor(readonly measures: Measures) {
    const { size, viewWidth, wordWidth, headerHeight, corner } = measures;
    const fitting = Math.floor((viewWidth - wordWidth - MARGIN) / Math.max(1, size));
    const largest = Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, fitting));
    const cells = Array.from({ length: largest - SMALLEST_CELL + 1 }, (_, smaller) => largest - smaller);
    const cards = cells.map((cell) => ({ cell, card: cardBeside(measures, cell) }));
    // Smaller cells, where those let the whole table stand beside the card.
    const { cell, card } = cards.find((one) => one.card?.fits) ?? { cell: largest, card: cardBeside(measures, largest) };
    const side = size * cell;
    this.cell = cell;
    this.#form = card?.form ?? 'strip';
    this.cardTop = card?.top ?? 0;
    this.gutter = card?.gutter ?? wordWidth;
    this.width = this.gutter + side + MARGIN;
    this.height = headerHeight + side + MARGIN + (card?.fits === true ? 0 : corner.strip);
  }

  /** Start of a column. */
  x(column: number): number {
    return this.gutter + column * this.cell;
  }

  /** Top of a row. */
  y(row: number): number {
    return this.measures.headerHeight + row * this.cell;
  }

  /** The cell at a place in the table; undefined where there is none. */
  cellAt({ x, y }: Scroll): Cell | undefined {
    const [row, column] = [Math.floor((y - this.measures.headerHeight) / this.cell), Math.floor((x - this.gutter) / this.cell)];
    return row < 0 || column < row || column >= this.measures.size ? undefined : [row, column];
  }

  /** What the corner below the diagonal has room for at this place. */
  cornerAt(scroll: Scroll): CornerForm {
    if (this.#form === 'strip') return 'strip';
    const { size, wordWidth, headerHeight, corner } = this.measures;
    const row = rowAt(this.cardTop - headerHeight + scroll.y, this.cell);
    return row >= size || this.x(row) - wordWidth - scroll.x >= corner.width + CARD_MARGIN ? this.#form : 'strip';
  }

  /** What has to be drawn at this place. */
  window(scroll: Scroll): Window {
    const { size, viewWidth, viewHeight, headerHeight } = this.measures;
    const clamp = (index: number): number => Math.min(size, Math.max(0, index));
    return {
      rows: [
        clamp(Math.floor(scroll.y / this.cell) - OVERSCAN),
        clamp(Math.ceil((scroll.y + viewHeight - headerHeight) / this.cell) + OVERSCAN),
      ],
      columns: [
        clamp(Math.floor((scroll.x - this.gutter) / this.cell) - OVERSCAN),
        clamp(Math.ceil((scroll.x + viewWidth - this.gutter) / this.cell) + OVERSCAN),
      ],
    };
  }

  /** The nearest place at which a cell is in sight, clear of headers and strip. */
  reveal([row, column]: Cell, scroll: Scroll): Scroll {
    const { viewWidth, viewHeight, wordWidth, headerHeight, corner } = this.measures;
    const nearest = (now: number, start: number, end: number, low: number, high: number): number =>
      start - low < now ? Math.max(0, start - low) : end - high > now ? end - high : now;
    const place = (bottom: number): Scroll => ({
      x: nearest(scroll.x, this.x(column), this.x(column) + this.cell, wordWidth, viewWidth - MARGIN),
      y: nearest(scroll.y, this.y(row), this.y(row) + this.cell, headerHeight, bottom),
    });
    const open = place(viewHeight - MARGIN);
    return this.cornerAt(open) === 'strip' ? place(viewHeight - corner.strip - MARGIN) : open;
  }

  /** Rows in sight at once, for paging. */
  get page(): number {
    return Math.max(1, Math.floor((this.measures.viewHeight - this.measures.headerHeight) / this.cell) - 1);
  }
}

interface Card {
  readonly form: CornerForm;
  readonly top: number;
  /** Start of the first column. */
  readonly gutter: number;
  /** Whether all columns are in view beside it. */
  readonly fits: boolean;
}

/** The fullest card that there is room for below the diagonal of a table with cells of this size. */
function cardBeside({ size, viewWidth, viewHeight, wordWidth, headerHeight, corner }: Measures, cell: number): Card | undefined {
  const side = size * cell;
  // A card stands on the table's last row, or on the view's lower edge where the table goes on below it.
  const lowest = Math.min(viewHeight - CARD_MARGIN, headerHeight + side);
  return (['full', 'compact'] as const)
    .map((form) => {
      const top = Math.max(lowest - corner[form], CARD_MARGIN);
      // The row beside the card's upper edge has its word furthest to the left: it decides how far the table must move aside.
      const row = rowAt(top - headerHeight, cell);
      const needed = row >= size ? 0 : corner.width + 2 * CARD_MARGIN + wordWidth - row * cell;
      const gutter = Math.max(wordWidth, needed);
      return { form, top, gutter, fits: gutter + side + MARGIN <= viewWidth };
    })
    .find(({ form, top, gutter, fits }) => {
      const isNear = fits || gutter - wordWidth <= LARGEST_SHIFT * viewWidth;
      return isNear && top + corner[form] + CARD_MARGIN <= viewHeight && corner.width + 2 * CARD_MARGIN < viewWidth;
    });
}

/** The row at a distance below the headers; the first one above all rows. */
function rowAt(distance: number, cell: number): number {
  return Math.max(0, Math.floor(distance / cell));
}
