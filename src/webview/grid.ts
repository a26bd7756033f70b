import type { Schema } from '../annotation/schema';
import type { Heat, TableMention } from '../protocol/table';
import { abbreviate } from './abbreviations';
import { arrange, indices } from './arrange';
import { drawBlock, type BlockStyle } from './blocks';
import { cellText } from './describe';
import { element, style } from './dom';
import { Geometry, type CornerForm, type CornerSize, type Scroll } from './geometry';
import { fontOf, textWidth } from './measure';
import type { Palette } from './palette';
import type { Press } from './press';
import { crossing, firstCell, isSameCell, within, type Block, type Cell, type Range, type SentenceTable } from './sentenceTable';
import { Tooltip } from './tooltip';
import { Viewport } from './viewport';

/** What the table shows on its cells. */
export type Mode = 'labels' | 'heat' | 'both';

/** What the person did in the table. */
export interface GridEvents {
  /** The focus is on another cell, or the selection has another size. */
  moved(selection: Selection): void;
  /** A double click on a cell. */
  opened(): void;
  /** Words were selected with the mouse, along the diagonal or the words beside and above the table. */
  draggedWords(): void;
  /** The mouse went from a mention, or its word, to a cell or a word of another mention. */
  draggedPair(from: TableMention, to: TableMention): void;
  /** The keyboard focus came into the table or left it. */
  focused(inside: boolean): void;
  /** The view was scrolled or has another size: the corner may have become free or covered. */
  laidOut(): void;
}

/** The cell in focus, and what goes with it: its block, its selected neighbours, or itself alone. */
export interface Selection {
  readonly cell: Cell;
  readonly rows: Range;
  readonly columns: Range;
  /** Whether more than one cell is selected. */
  readonly isRange: boolean;
  readonly block: Block | undefined;
}

const WORD_FONT_PX = 12;
const LABEL_FONT_PX = 10;
const WORD_WIDTH: Range = [48, 136];
const HEADER_HEIGHT: Range = [44, 118];

/** Heat below this can't be seen; most cells have less. */
const VISIBLE_HEAT = 0.02;

interface Row {
  readonly element: HTMLElement;
  readonly header: HTMLElement;
  readonly cells: Map<number, HTMLElement>;
}

/** What the mouse is on. */
interface Pointed {
  readonly cell: Cell;
  readonly role: 'gridcell' | 'rowheader' | 'columnheader';
  /** Where that is on the screen. */
  readonly box: DOMRect;
}

interface Shown {
  readonly table: SentenceTable;
  readonly schema: Schema;
  readonly palette: Palette;
  readonly rtl: boolean;
  readonly wordWidth: number;
  readonly headerHeight: number;
}

function overlaps(first: Range, second: Range): boolean {
  return first[0] < second[1] && second[0] < first[1];
}

/**
 * The table itself: an ARIA grid over the upper triangle, of which only what is in view exists as elements (and the cell in focus, which
 * must stay). Of the cells, only those have a box on which something is: a word's own, an item, heat, focus or selection. The others, nine
 * in ten, are there for screen readers and look like their row's ground: boxes would be laid out and painted for each frame of a scroll. A
 * row's header is sticky between the view's two edges, so its word stands beside the diagonal while that is in sight.
 */
export class TableGrid {
  readonly element: HTMLElement;
  readonly #events: GridEvents;
  readonly #scroller = element('div', { class: 'scroller' });
  readonly #grid = element('div', { class: 'grid', role: 'grid', 'aria-multiselectable': true, 'aria-describedby': 'grid-keys' });
  readonly #head = element('div', { class: 'head', role: 'row', 'aria-rowindex': 1 });
  readonly #corner = element(
    'div',
    { class: 'head-corner', role: 'columnheader', 'aria-colindex': 1 },
    element('span', { class: 'unseen' }, 'Word'),
  );
  readonly #bands = element(
    'div',
    { class: 'layer bands', 'aria-hidden': 'true' },
    element('div', { class: 'guide along' }),
    element('div', { class: 'guide down' }),
  );
  readonly #hover = element('div', { class: 'hover', hidden: '' });
  readonly #lines = element('div', { class: 'layer', 'aria-hidden': 'true' });
  readonly #blocks = element('div', { class: 'layer blocks', 'aria-hidden': 'true' });
  readonly #ring = element('div', { class: 'ring', 'aria-hidden': 'true' });
  readonly #tooltip: Tooltip;
  readonly #view: Viewport;
  readonly #rows = new Map<number, Row>();
  readonly #columns = new Map<number, HTMLElement>();
  /** By the column that each is at the start of. */
  readonly #lineOf = new Map<number, HTMLElement>();
  readonly #columnBands = new Map<number, HTMLElement>();
  readonly #drawn = new Map<Block, HTMLElement>();
  readonly #places = new WeakMap<Element, Cell>();
  #shown: Shown | undefined;
  #geometry: Geometry | undefined;
  #cornerSize: CornerSize = { width: 0, full: 0, compact: 0, strip: 0 };
  #heat: Heat | undefined;
  #mode: Mode = 'both';
  #highlight: Range = [0, 0];
  #cell: Cell = [0, 0];
  #anchor: Cell = [0, 0];
  /** What #render last drew, so that it draws nothing twice. */
  #rendered = '';
  #scheduled = false;
  /** From where the mouse drags, and what is to be done where it is let go. */
  #drag: (Pointed & { done: (() => void) | undefined }) | undefined;
  #pointed: Pointed | undefined;
  /** Where in the window the mouse is, while it is in the table. */
  #mouse: { readonly x: number; readonly y: number } | undefined;
  /** Id of the mention that a relation is to go from. */
  #marked: string | undefined;
  /** Whether cells are being replaced: then the focus only seems to leave. */
  #rebuilding = false;

  constructor(events: GridEvents) {
    this.#events = events;
    this.#tooltip = new Tooltip();
    this.#head.append(this.#corner);
    this.#bands.append(this.#hover);
    this.#grid.append(this.#head);
    this.#scroller.append(this.#bands, this.#grid, this.#lines, this.#blocks, this.#ring);
    const keys = element(
      'p',
      { id: 'grid-keys', class: 'unseen' },
      'Arrow keys move, with Ctrl from mention to mention, with Shift they select words. A type’s key marks words, or relates the two mentions that cross. Enter lists the types and what else can be done. A accepts, X rejects, R reverses, E relates a mention to another, F flags, Delete removes; brackets widen a mention by a word, with Shift they narrow it. N and P go to the next and previous doubtful item. D marks the sentence as done, S skips it, U goes to the next one that is not done.',
    );
    this.element = element('div', { class: 'grid-frame' }, this.#scroller, keys, this.#tooltip.element);
    this.#view = new Viewport(this.#scroller, {
      scrolled: () => {
        this.#tooltip.hide();
        this.#pointed = undefined;
        this.#schedule();
      },
      resized: () => {
        this.#point(undefined);
        this.#layOut();
      },
    });
    this.#listen();
  }

  /**
   * Shows a sentence. Keeps the scroll where it is the sentence already shown, in a new state.
   * @param cell gets the focus; without it, the first relation in sight does, or the first mention: there a newcomer sees most
   */
  show(table: SentenceTable, schema: Schema, palette: Palette, cell: Cell | undefined): void {
    const before = this.#shown;
    const hadFocus = this.#grid.contains(document.activeElement);
    this.#rebuilding = true;
    const isSame = before?.table.view.index === table.view.index && before.table.hasSameWords(table);
    if (isSame) this.#renew({ ...before, table, schema, palette });
    else this.#replace(table, schema, palette);
    const place = table.clamp(cell ?? [0, 0]);
    // What is selected stays selected where the focus stays.
    if (!isSameCell(place, this.#cell)) this.#setCell(place);
    if (!isSame) {
      this.#view.measure();
      this.#layOut();
    }
    if (!cell) this.#setCell(this.#startCell(table));
    this.#renderState();
    if (hadFocus) this.focus();
    this.#rebuilding = false;
  }

  /** Shows the same words with other items: the cells, and the focus on one of them, stay. */
  #renew(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#rendered = '';
    if (before?.palette === shown.palette) this.#keepBlocks(shown.table);
    else this.#clearBlocks();
    for (const [row, { header, cells }] of this.#rows) {
      this.#colourWord(header, row);
      for (const [column, cell] of cells) this.#name(cell, [row, column]);
    }
    for (const [column, header] of this.#columns) this.#colourWord(header, column);
  }

  #replace(table: SentenceTable, schema: Schema, palette: Palette): void {
    const same = this.#shown?.table.view.index === table.view.index;
    const bold = fontOf(WORD_FONT_PX, 600);
    const longest = table.view.tokens.reduce((width, token) => Math.max(width, textWidth(token.text, bold)), 0);
    const between = ([low, high]: Range, value: number): number => Math.min(high, Math.max(low, Math.ceil(value)));
    this.#shown = {
      table,
      schema,
      palette,
      rtl: table.view.direction === 'rtl',
      wordWidth: between(WORD_WIDTH, longest + 24),
      headerHeight: between(HEADER_HEIGHT, longest + 24),
    };
    this.#point(undefined);
    this.#clear();
    if (this.#heat?.sentence !== table.view.index) this.#heat = undefined;
    if (!same) this.#highlight = [0, 0];
    this.#setCell(table.clamp(this.#cell));
    this.#grid.setAttribute('aria-rowcount', String(table.size + 1));
    this.#grid.setAttribute('aria-colcount', String(table.size + 1));
    this.#grid.setAttribute('aria-label', `Table of sentence ${table.view.index + 1}: ${table.size} words by ${table.size} words`);
    this.element.dir = table.view.direction;
    if (!same) this.#scrollTo({ x: 0, y: 0 });
  }

  #setCell(cell: Cell): void {
    this.#cell = cell;
    this.#anchor = cell;
  }

  #startCell(table: SentenceTable): Cell {
    const found = table.blocks.filter(({ item }) => item.status !== 'rejected');
    const relation = found.find((block) => block.kind === 'relation' && this.#inSight(firstCell(block)));
    const block = relation ?? found[0];
    return block ? firstCell(block) : [0, 0];
  }

  #inSight(cell: Cell): boolean {
    const here = this.#scroll();
    const there = this.#geometry?.reveal(cell, here);
    return there?.x === here.x && there.y === here.y;
  }

  /** Redraws in another theme. */
  repaint(palette: Palette): void {
    if (!this.#shown) return;
    this.#shown = { ...this.#shown, palette };
    this.#clearBlocks();
    this.#render();
  }

  setMode(mode: Mode): void {
    this.#mode = mode;
    this.element.dataset['mode'] = mode;
    this.#clearBlocks();
    this.#render();
  }

  setHeat(heat: Heat): void {
    if (heat.sentence !== this.#shown?.table.view.index) return;
    this.#heat = heat;
    for (const [row, { cells }] of this.#rows) for (const [column, cell] of cells) this.#dress(cell, [row, column]);
  }

  /** Lights up the rows and columns of words; `reveal` brings them into sight, unless the person is at work in the table. */
  setHighlight(range: Range, reveal: boolean): void {
    this.#highlight = range;
    this.#rendered = '';
    this.#renderState();
    if (reveal && range[1] > range[0] && !this.#grid.contains(document.activeElement)) this.reveal([range[0], range[0]]);
  }

  /** Says how big the corner's content is. */
  setCorner(corner: CornerSize): void {
    const now = this.#cornerSize;
    if (now.width === corner.width && now.full === corner.full && now.compact === corner.compact && now.strip === corner.strip) return;
    this.#cornerSize = corner;
    this.#layOut();
  }

  /** What the corner has room for, and where a card's upper edge goes (from the top of the frame). */
  get corner(): { readonly form: CornerForm; readonly top: number } {
    const geometry = this.#geometry;
    return geometry ? { form: geometry.cornerAt(this.#scroll()), top: geometry.cardTop } : { form: 'strip', top: 0 };
  }

  /** The cell in focus and what goes with it. */
  get selection(): Selection | undefined {
    if (!this.#shown) return undefined;
    const [row, column] = this.#cell;
    const rows: Range = [Math.min(row, this.#anchor[0]), Math.max(row, this.#anchor[0]) + 1];
    const columns: Range = [Math.min(column, this.#anchor[1]), Math.max(column, this.#anchor[1]) + 1];
    const block = this.#shown.table.blockAt(this.#cell);
    const isRange = rows[1] - rows[0] > 1 || columns[1] - columns[0] > 1;
    return {
      cell: this.#cell,
      rows: !isRange && block ? block.rows : rows,
      columns: !isRange && block ? block.columns : columns,
      isRange,
      block,
    };
  }

  /** The probability that something is in a cell, where it is known. */
  heatAt([row, column]: Cell): number | undefined {
    const heat = this.#heat;
    if (!heat || column - row > heat.band) return undefined;
    const value = heat.values[row * (heat.band + 1) + (column - row)];
    return value === undefined ? undefined : value / 255;
  }

  /** Moves to a cell and brings it into sight; `extend` keeps the other end of the selection. */
  moveTo(cell: Cell, extend = false): void {
    this.#select(cell, extend ? this.#anchor : undefined);
  }

  /** Selects words along the diagonal. */
  selectWords([start, end]: Range): void {
    this.#select(this.#onDiagonal(end - 1), this.#onDiagonal(start));
  }

  #select(cell: Cell, anchor?: Cell): void {
    if (!this.#shown || this.#shown.table.size === 0) return;
    const inside = this.#shown.table.clamp(cell);
    const hadFocus = this.#grid.contains(document.activeElement);
    const wasRebuilding = this.#rebuilding;
    // The cell that had the focus may lose its box.
    this.#rebuilding = true;
    this.#cell = inside;
    this.#anchor = anchor ?? inside;
    // All of a block, where it fits; the cell in any case.
    const block = this.#shown.table.blockAt(inside);
    if (block) this.reveal([block.rows[1] - 1, block.columns[1] - 1]);
    this.reveal(inside);
    this.#renderState();
    if (hadFocus) this.focus();
    this.#rebuilding = wasRebuilding;
    const selection = this.selection;
    if (selection) this.#events.moved(selection);
  }

  /** Marks the mention that a relation is to go from, by its id. */
  mark(mention: string | undefined): void {
    this.#marked = mention;
    this.#renderState();
  }

  /** Where the cell in focus is on the screen. */
  get focusBox(): DOMRect {
    return (this.#element(this.#cell) ?? this.#scroller).getBoundingClientRect();
  }

  /** Brings a cell into sight. */
  reveal(cell: Cell): void {
    if (this.#geometry) this.#scrollTo(this.#geometry.reveal(cell, this.#scroll()));
  }

  /** Gives the keyboard focus to the cell in focus. */
  focus(): void {
    const cell = this.#element(this.#cell);
    if (cell !== document.activeElement) cell?.focus({ preventScroll: true });
  }

  #element([row, column]: Cell): HTMLElement | undefined {
    return this.#rows.get(row)?.cells.get(column);
  }

  #scroll(): Scroll {
    return { x: Math.abs(this.#view.left), y: this.#view.top };
  }

  #scrollTo({ x, y }: Scroll): void {
    this.#view.scrollTo(this.#shown?.rtl ? -x : x, y);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#render();
      // Something else has come below the mouse.
      if (this.#mouse) this.#point(this.#pointedAt(this.#mouse, document.elementFromPoint(this.#mouse.x, this.#mouse.y)));
    });
  }

  #listen(): void {
    this.#grid.addEventListener('focusin', (event) => {
      if (!this.element.classList.contains('has-focus')) {
        this.element.classList.add('has-focus');
        this.element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
        this.#events.focused(true);
      }
      const place = event.target instanceof Element ? this.#places.get(event.target) : undefined;
      if (place && !isSameCell(place, this.#cell)) this.moveTo(place);
    });
    this.#grid.addEventListener('focusout', (event) => {
      if (this.#rebuilding || (event.relatedTarget instanceof Node && this.#grid.contains(event.relatedTarget))) return;
      this.element.classList.remove('has-focus');
      this.#events.focused(false);
    });
    this.#grid.addEventListener('mousedown', (event) => {
      const pointed = this.#pointedBy(event);
      if (!pointed) return;
      // The browser would focus the element below the pointer, which a header can't be and a scroll may have moved away.
      event.preventDefault();
      this.#tooltip.hide();
      if (event.button === 0) this.#drag = { ...pointed, done: undefined };
      this.moveTo(pointed.cell, event.shiftKey);
      this.focus();
    });
    this.#grid.addEventListener('mousemove', (event) => {
      if ((event.buttons & 1) === 0) this.#drag = undefined;
      this.#mouse = { x: event.clientX, y: event.clientY };
      const pointed = this.#pointedBy(event);
      if (this.#drag && pointed) this.#dragTo(pointed);
      this.#point(pointed);
    });
    document.addEventListener('mouseup', () => {
      this.#drag?.done?.();
      this.#drag = undefined;
    });
    this.#grid.addEventListener('dblclick', (event) => {
      if (this.#pointedBy(event)) this.#events.opened();
    });
    this.#grid.addEventListener('mouseleave', () => {
      this.#mouse = undefined;
      this.#point(undefined);
    });
  }

  #pointedBy({ target, clientX, clientY }: MouseEvent): Pointed | undefined {
    return this.#pointedAt({ x: clientX, y: clientY }, target instanceof Element ? target : null);
  }

  /** What is at a place in the window, whether or not a cell there has a box. @param target the element there */
  #pointedAt({ x, y }: { readonly x: number; readonly y: number }, target: Element | null): Pointed | undefined {
    const [shown, geometry] = [this.#shown, this.#geometry];
    if (!shown || !geometry || !target || !this.#grid.contains(target)) return undefined;
    const header = target.closest('.word');
    const word = header && this.#places.get(header);
    if (word) {
      return { cell: word, role: header.role === 'rowheader' ? 'rowheader' : 'columnheader', box: header.getBoundingClientRect() };
    }
    if (this.#head.contains(target)) return undefined;
    // The view's corner at which lines start, without a scroll bar.
    const frame = this.#scroller.getBoundingClientRect();
    const [left, top] = [frame.left + this.#scroller.clientLeft, frame.top + this.#scroller.clientTop];
    const scroll = this.#scroll();
    const fromStart = shown.rtl ? left + this.#view.width - x : x - left;
    const cell = geometry.cellAt({ x: fromStart + scroll.x, y: y - top + scroll.y });
    if (!cell) return undefined;
    const start = geometry.x(cell[1]) - scroll.x;
    const edge = geometry.cell;
    const box = new DOMRect(
      shown.rtl ? left + this.#view.width - start - edge : left + start,
      top + geometry.y(cell[0]) - scroll.y,
      edge,
      edge,
    );
    return { cell, role: 'gridcell', box };
  }

  /** Shows what the mouse is on, and offers to say what that holds. */
  #point(pointed: Pointed | undefined): void {
    const before = this.#pointed;
    if (pointed && before?.role === pointed.role && isSameCell(before.cell, pointed.cell)) return;
    this.#pointed = pointed;
    this.#hover.hidden = pointed?.role !== 'gridcell';
    if (!pointed || !this.#shown) {
      this.#tooltip.hide();
      return;
    }
    style(this.#hover, { '--row': String(pointed.cell[0]), '--column': String(pointed.cell[1]) });
    this.#tooltip.offer(cellText(this.#shown.table, pointed.cell, this.heatAt(pointed.cell)), pointed.box);
  }

  /** Words or a pair of mentions where the mouse went down on the diagonal or on a word; else a rectangle of cells. */
  #dragTo({ cell: place, role }: Pointed): void {
    const [drag, table] = [this.#drag, this.#shown?.table];
    if (!drag || !table) return;
    const { cell: start } = drag;
    if (start[0] !== start[1]) {
      if (!isSameCell(place, this.#cell)) this.moveTo(place, true);
      return;
    }
    const from = table.standingAt(start[0]);
    const isAcross = place[0] !== place[1] || (role !== drag.role && role !== 'gridcell' && drag.role !== 'gridcell');
    const to = isAcross
      ? [table.standingAt(place[1]), table.standingAt(place[0])].find((mention) => mention && mention !== from)
      : undefined;
    if (from && to) {
      this.moveTo(crossing(from, to));
      drag.done = () => {
        this.#events.draggedPair(from, to);
      };
      return;
    }
    const token = place[1] > start[0] ? place[1] : place[0];
    this.#select(this.#onDiagonal(token), start);
    drag.done =
      token === start[0]
        ? undefined
        : () => {
            this.#events.draggedWords();
          };
  }

  /** Moves as a key says. Says whether it is one that moves. */
  press({ key, shift, control, alt }: Press): boolean {
    const shown = this.#shown;
    this.#tooltip.hide();
    if (!shown || alt) return false;
    const target = control ? this.#jump(shown, key) : this.#step(shown, key, shift);
    if (!target) return false;
    const last = shown.table.size - 1;
    if (target[0] >= 0 || key.startsWith('Page')) this.moveTo([Math.min(target[0], last), target[1]], shift);
    return true;
  }

  #step({ table, rtl }: Shown, key: string, shift: boolean): Cell | undefined {
    const last = table.size - 1;
    const page = this.#geometry?.page ?? 1;
    const [row, column] = this.#cell;
    const [left, right] = rtl ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
    if (shift && row === column && this.#anchor[0] === this.#anchor[1]) {
      // Words are selected along the diagonal.
      const to = { ArrowUp: row - 1, [left]: row - 1, ArrowDown: row + 1, [right]: row + 1, Home: 0, End: last }[key];
      return to === undefined ? undefined : this.#onDiagonal(to);
    }
    // Left and down of the diagonal is nothing: there the keys go on along the diagonal.
    const back: Cell = column > row ? [row, column - 1] : [row - 1, column - 1];
    const down: Cell = row < column ? [row + 1, column] : [row + 1, column + 1];
    const targets: Readonly<Record<string, Cell>> = {
      ArrowUp: [row - 1, column],
      ArrowDown: down,
      [left]: back,
      [right]: [row, column + 1],
      Home: [row, row],
      End: [row, last],
      PageUp: [row - page, column],
      PageDown: [row + page, Math.max(column, row + page)],
    };
    return Object.hasOwn(targets, key) ? targets[key] : undefined;
  }

  /** From mention to mention: along the diagonal, or to the cells where they cross. */
  #jump({ table, rtl }: Shown, key: string): Cell | undefined {
    const [row, column] = this.#cell;
    const last = table.size - 1;
    const isDiagonal = row === column;
    const startOf = (token: number): number => table.mentionOf(token)?.rows[0] ?? token;
    const after = (token: number): number | undefined => table.mentionStarts.find((start) => start > token);
    const before = (token: number): number | undefined => table.mentionStarts.findLast((start) => start < startOf(token));
    const on = (token: number | undefined): Cell => (token === undefined ? this.#cell : this.#onDiagonal(token));
    const inside = (cell: readonly [number | undefined, number | undefined]): Cell =>
      cell[0] === undefined || cell[1] === undefined || cell[0] > cell[1] ? this.#cell : [cell[0], cell[1]];
    const [left, right] = rtl ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
    const targets: Readonly<Record<string, () => Cell>> = {
      Home: () => [0, 0],
      End: () => [last, last],
      [right]: () => inside([row, after(column)]),
      [left]: () => (isDiagonal ? on(before(row)) : inside([row, before(column)])),
      ArrowDown: () => (isDiagonal ? on(after(row)) : inside([after(row), column])),
      ArrowUp: () => inside([before(row), column]),
    };
    return Object.hasOwn(targets, key) ? targets[key]?.() : undefined;
  }

  #onDiagonal(token: number): Cell {
    const inside = Math.min(Math.max(0, token), Math.max(0, (this.#shown?.table.size ?? 1) - 1));
    return [inside, inside];
  }

  #clear(): void {
    this.#rendered = '';
    for (const row of this.#rows.values()) row.element.remove();
    for (const header of this.#columns.values()) header.remove();
    this.#rows.clear();
    this.#columns.clear();
    this.#lines.replaceChildren();
    this.#lineOf.clear();
    this.#clearBlocks();
  }

  /** Lets go of the blocks that are not in the table as they are drawn. */
  #keepBlocks(table: SentenceTable): void {
    const drawn = new Map(Array.from(this.#drawn, ([block, made]) => [JSON.stringify(block), made]));
    this.#drawn.clear();
    for (const block of table.blocks) {
      const made = drawn.get(JSON.stringify(block));
      if (made === undefined) continue;
      this.#drawn.set(block, made);
      drawn.delete(JSON.stringify(block));
    }
    for (const gone of drawn.values()) gone.remove();
  }

  #clearBlocks(): void {
    this.#rendered = '';
    this.#blocks.replaceChildren();
    this.#drawn.clear();
  }

  /** Works out sizes and places again. */
  #layOut(): void {
    const shown = this.#shown;
    const { width: viewWidth, height: viewHeight } = this.#view;
    if (!shown || viewWidth === 0) return;
    const before = this.#geometry;
    this.#geometry = new Geometry({
      size: shown.table.size,
      viewWidth,
      viewHeight,
      wordWidth: shown.wordWidth,
      headerHeight: Math.min(shown.headerHeight, Math.max(HEADER_HEIGHT[0], viewHeight * 0.35)),
      corner: this.#cornerSize,
    });
    const { cell, gutter, width, height, measures } = this.#geometry;
    style(this.#scroller, {
      '--cell': `${cell}px`,
      '--gutter': `${gutter}px`,
      '--word': `${measures.wordWidth}px`,
      '--head': `${measures.headerHeight}px`,
      '--width': `${width}px`,
      '--height': `${height}px`,
      '--size': String(shown.table.size),
    });
    // Where there is less to scroll than before, the browser may have scrolled back.
    if (before?.width !== width || before.height !== height) this.#view.measure();
    if (before?.cell !== cell) this.#clearBlocks();
    this.#render();
  }

  /** Draws what has come into sight and lets go of what has left it. */
  #render(): void {
    if (!this.#shown || !this.#geometry) return;
    const { rows, columns } = this.#geometry.window(this.#scroll());
    const place = JSON.stringify([rows, columns, this.#cell]);
    if (place !== this.#rendered) {
      this.#rendered = place;
      if (this.#shown.table.size > 0) {
        arrange(this.#head, this.#columns, indices(columns, this.#cell[1]), (column) => this.#columnHeader(column));
        arrange(this.#lines, this.#lineOf, indices([Math.max(1, columns[0]), Math.max(1, columns[1])]), (column) => {
          const line = element('div', { class: 'column-line' });
          style(line, { '--column': String(column) });
          return line;
        });
        this.#renderRows(rows, columns);
      }
      this.#renderBlocks(rows, columns);
      this.#renderBands(columns);
    }
    this.#events.laidOut();
  }

  /** Draws what is in sight again: focus, selection or highlight have changed. */
  #renderState(): void {
    this.#render();
    for (const [column, header] of this.#columns) this.#dressHeader(header, column, column === this.#cell[1]);
    for (const [index, row] of this.#rows) {
      row.element.classList.toggle('lit', within(this.#highlight, index));
      this.#dressHeader(row.header, index, index === this.#cell[0]);
      for (const [column, cell] of row.cells) this.#dressState(cell, [index, column]);
    }
    const current = this.#shown?.table.blockAt(this.#cell);
    for (const [block, drawn] of this.#drawn) {
      drawn.classList.toggle('current', block === current);
      drawn.classList.toggle('marked', block.item.id === this.#marked);
    }
    this.#renderRing();
  }

  /** One band a highlighted column, as long as the column is. */
  #renderBands(columns: Range): void {
    for (const [column, band] of this.#columnBands) {
      if (within(columns, column) && within(this.#highlight, column)) continue;
      band.remove();
      this.#columnBands.delete(column);
    }
    for (let column = Math.max(columns[0], this.#highlight[0]); column < Math.min(columns[1], this.#highlight[1]); column++) {
      if (this.#columnBands.has(column)) continue;
      const band = element('div', { class: 'band' });
      style(band, { '--column': String(column) });
      this.#columnBands.set(column, band);
      this.#hover.before(band);
    }
  }

  #renderRows(rows: Range, columns: Range): void {
    const wanted = indices(rows, this.#cell[0]);
    const elements = new Map([...this.#rows].map(([index, row]) => [index, row.element]));
    arrange(this.#grid, elements, wanted, (index) => {
      const row = this.#row(index);
      this.#rows.set(index, row);
      return row.element;
    });
    for (const index of this.#rows.keys()) if (!elements.has(index)) this.#rows.delete(index);
    for (const [index, row] of this.#rows) {
      const visible: Range = [Math.max(index, columns[0]), Math.max(index, columns[1])];
      const cells = indices(visible, index === this.#cell[0] ? this.#cell[1] : undefined);
      arrange(row.element, row.cells, cells, (column) => this.#cellElement(index, column));
    }
  }

  #row(index: number): Row {
    const header = element('div', { class: 'word row-word', role: 'rowheader', 'aria-colindex': 1 }, this.#word(index));
    this.#places.set(header, [index, index]);
    this.#colourWord(header, index);
    const made = element('div', { class: 'row', role: 'row', 'aria-rowindex': index + 2 }, header);
    style(made, { '--row': String(index) });
    made.classList.toggle('lit', within(this.#highlight, index));
    this.#dressHeader(header, index, index === this.#cell[0]);
    return { element: made, header, cells: new Map() };
  }

  #columnHeader(index: number): HTMLElement {
    const made = element('div', { class: 'word column-word', role: 'columnheader', 'aria-colindex': index + 2 }, this.#word(index));
    this.#places.set(made, [index, index]);
    this.#colourWord(made, index);
    style(made, { '--column': String(index) });
    this.#dressHeader(made, index, index === this.#cell[1]);
    return made;
  }

  #word(index: number): HTMLElement {
    return element('span', { class: 'word-text', dir: 'auto' }, this.#shown?.table.view.tokens[index]?.text ?? '');
  }

  #colourWord(header: HTMLElement, index: number): void {
    const mention = this.#shown?.table.standingAt(index);
    header.classList.toggle('in-mention', mention !== undefined);
    if (mention && this.#shown) style(header, { '--line': this.#shown.palette.paint('mention', mention.type, 0).line });
  }

  #cellElement(row: number, column: number): HTMLElement {
    const made = element('div', { class: row === column ? 'cell diagonal' : 'cell', role: 'gridcell', 'aria-colindex': column + 2 });
    style(made, { '--column': String(column) });
    this.#places.set(made, [row, column]);
    this.#dress(made, [row, column]);
    this.#dressState(made, [row, column]);
    return made;
  }

  /** What a cell says and how hot it is. */
  #dress(target: HTMLElement, cell: Cell): void {
    if (!this.#shown) return;
    const heat = this.heatAt(cell);
    const hot = heat !== undefined && heat >= VISIBLE_HEAT;
    target.classList.toggle('hot', hot);
    if (hot) style(target, { '--heat': heat.toFixed(2) });
    this.#name(target, cell);
  }

  #name(target: HTMLElement, cell: Cell): void {
    target.classList.toggle('held', this.#shown?.table.blockAt(cell) !== undefined);
    const text = this.#shown ? cellText(this.#shown.table, cell, this.heatAt(cell)) : '';
    if (target.ariaLabel !== text) target.ariaLabel = text;
  }

  /** What changes with every move: focus and selection. */
  #dressState(target: HTMLElement, [row, column]: Cell): void {
    const focus = isSameCell([row, column], this.#cell);
    const tabIndex = focus ? 0 : -1;
    if (target.tabIndex !== tabIndex || !target.hasAttribute('tabindex')) target.tabIndex = tabIndex;
    const selected =
      focus ||
      (row >= Math.min(this.#cell[0], this.#anchor[0]) &&
        row <= Math.max(this.#cell[0], this.#anchor[0]) &&
        column >= Math.min(this.#cell[1], this.#anchor[1]) &&
        column <= Math.max(this.#cell[1], this.#anchor[1]));
    if (selected !== (target.ariaSelected === 'true')) target.ariaSelected = selected ? 'true' : null;
  }

  #dressHeader(header: HTMLElement, index: number, current: boolean): void {
    header.classList.toggle('current', current);
    header.classList.toggle('lit', within(this.#highlight, index));
  }

  #blockStyle(shown: Shown, cell: number): BlockStyle {
    return {
      cell,
      palette: shown.palette,
      schema: shown.schema,
      abbreviations: { mention: abbreviate(shown.schema.entities), relation: abbreviate(shown.schema.relations) },
      font: fontOf(LABEL_FONT_PX, 600),
      shaded: this.#mode !== 'labels',
    };
  }

  #renderBlocks(rows: Range, columns: Range): void {
    const shown = this.#shown;
    const geometry = this.#geometry;
    if (!shown || !geometry) return;
    for (const [block, drawn] of this.#drawn) {
      if (overlaps(block.rows, rows) && overlaps(block.columns, columns)) continue;
      drawn.remove();
      this.#drawn.delete(block);
    }
    let drawing: BlockStyle | undefined;
    for (const block of shown.table.blocks) {
      if (!overlaps(block.rows, rows) || !overlaps(block.columns, columns)) continue;
      let drawn = this.#drawn.get(block);
      if (!drawn) {
        drawing ??= this.#blockStyle(shown, geometry.cell);
        drawn = drawBlock(block, drawing);
        const [row, column] = firstCell(block);
        style(drawn, { '--row': String(row), '--column': String(column) });
        drawn.classList.toggle('top', row === 0);
        this.#drawn.set(block, drawn);
        this.#blocks.append(drawn);
      }
    }
  }

  /** The ring around the cell in focus, or around all that is selected; two guides lead from its words to the cell. */
  #renderRing(): void {
    const [row, column] = this.#cell;
    const rows = [Math.min(row, this.#anchor[0]), Math.abs(row - this.#anchor[0]) + 1];
    const columns = [Math.min(column, this.#anchor[1]), Math.abs(column - this.#anchor[1]) + 1];
    style(this.#bands, { '--row': String(row), '--column': String(column), '--span': String(column - row) });
    style(this.#ring, {
      '--row': String(rows[0]),
      '--column': String(columns[0]),
      '--rows': String(rows[1]),
      '--columns': String(columns[1]),
    });
    this.#ring.hidden = (this.#shown?.table.size ?? 0) === 0;
    // A block shows the focus itself: a ring would cut its label in two.
    this.#ring.classList.toggle('in-block', rows[1] === 1 && columns[1] === 1 && this.#shown?.table.blockAt(this.#cell) !== undefined);
  }
}
