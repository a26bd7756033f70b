import type { Cell, Range } from './sentenceTable';

const SMALLEST_CELL = 26;
const LARGEST_CELL = 30;
/** Free space after the last column and below the last row. */
const MARGIN = 16;
/** Free space around the card in the corner. */
const CARD_MARGIN = 12;
/** How far the table may be moved aside for the card where it doesn't fit into the view anyway. */
const LARGEST_SHIFT = 120;
/** Cells drawn beyond the view, so that a small scroll shows no gap. */
const OVERSCAN = 2;

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
  /** The card with legend and inspector. */
  readonly cardWidth: number;
  readonly cardHeight: number;
  /** The same as a strip along the lower edge. */
  readonly stripHeight: number;
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
  /** Distance of the card's lower edge from the top of the view. */
  readonly cardBottom: number;
  readonly #cardHasRoom: boolean;

  constructor(readonly measures: Measures) {
    const { size, viewWidth, viewHeight, wordWidth, headerHeight, cardWidth, cardHeight, stripHeight } = measures;
    const fitting = Math.floor((viewWidth - wordWidth - MARGIN) / Math.max(1, size));
    this.cell = Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, fitting));
    const side = size * this.cell;
    // The card stands on the table's last row, or on the view's lower edge where the table goes on below it.
    const lowest = Math.min(viewHeight - CARD_MARGIN, headerHeight + side);
    this.cardBottom = Math.max(lowest, cardHeight + CARD_MARGIN);
    // The row beside the card's upper edge has its word furthest to the left: it decides how far the table must move aside.
    const row = Math.max(0, Math.floor((this.cardBottom - cardHeight - headerHeight) / this.cell));
    const needed = row >= size ? 0 : cardWidth + 2 * CARD_MARGIN + wordWidth - row * this.cell;
    const shifted = Math.max(wordWidth, needed);
    const fits = shifted + side + MARGIN <= viewWidth;
    this.#cardHasRoom = this.cardBottom + CARD_MARGIN <= viewHeight + 1 && (fits || shifted - wordWidth <= LARGEST_SHIFT) && cardWidth + 2 * CARD_MARGIN < viewWidth;
    this.gutter = this.#cardHasRoom ? shifted : wordWidth;
    this.width = this.gutter + side + MARGIN;
    this.height = headerHeight + side + MARGIN + (this.#cardHasRoom && fits ? 0 : stripHeight);
  }

  /** Start of a column. */
  x(column: number): number {
    return this.gutter + column * this.cell;
  }

  /** Top of a row. */
  y(row: number): number {
    return this.measures.headerHeight + row * this.cell;
  }

  /** Whether the corner below the diagonal is free for the card at this place; otherwise its content goes into the strip. */
  cardFits(scroll: Scroll): boolean {
    if (!this.#cardHasRoom) return false;
    const { size, wordWidth, headerHeight, cardHeight, cardWidth } = this.measures;
    const row = Math.max(0, Math.floor((this.cardBottom - cardHeight - headerHeight + scroll.y) / this.cell));
    return row >= size || this.x(row) - wordWidth - scroll.x >= cardWidth + CARD_MARGIN;
  }

  /** What has to be drawn at this place. */
  window(scroll: Scroll): Window {
    const { size, viewWidth, viewHeight, headerHeight } = this.measures;
    const clamp = (index: number): number => Math.min(size, Math.max(0, index));
    return {
      rows: [clamp(Math.floor(scroll.y / this.cell) - OVERSCAN), clamp(Math.ceil((scroll.y + viewHeight - headerHeight) / this.cell) + OVERSCAN)],
      columns: [
        clamp(Math.floor((scroll.x - this.gutter) / this.cell) - OVERSCAN),
        clamp(Math.ceil((scroll.x + viewWidth - this.gutter) / this.cell) + OVERSCAN),
      ],
    };
  }

  /** The nearest place at which a cell is in sight, clear of headers and strip. */
  reveal([row, column]: Cell, scroll: Scroll): Scroll {
    const { viewWidth, viewHeight, wordWidth, headerHeight, stripHeight } = this.measures;
    const nearest = (now: number, start: number, end: number, low: number, high: number): number =>
      start - low < now ? Math.max(0, start - low) : end - high > now ? end - high : now;
    const place = (bottom: number): Scroll => ({
      x: nearest(scroll.x, this.x(column), this.x(column) + this.cell, wordWidth, viewWidth - MARGIN),
      y: nearest(scroll.y, this.y(row), this.y(row) + this.cell, headerHeight, bottom),
    });
    const open = place(viewHeight - MARGIN);
    return this.cardFits(open) ? open : place(viewHeight - stripHeight - MARGIN);
  }

  /** Rows in sight at once, for paging. */
  get page(): number {
    return Math.max(1, Math.floor((this.measures.viewHeight - this.measures.headerHeight) / this.cell) - 1);
  }
}
