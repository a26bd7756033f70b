import type { Schema } from '../annotation/schema';
import { layOutArcs, type ArcPart, type Line, type Unit } from './arcLayout';
import { marksOf, strengthOf } from './blocks';
import { blockText, percent } from './describe';
import { element, replaceChanged, style, svg } from './dom';
import { isDoubtful } from './doubt';
import { fontOf, textWidth } from './measure';
import type { Palette } from './palette';
import { firstCell, within, type Block, type Cell, type Range, type SentenceTable } from './sentenceTable';
import { Viewport } from './viewport';

/** Sizes in CSS pixels; the style sheet has the same. */
const WORD_PX = 14;
const LABEL_PX = 10.5;
const WORDS_HEIGHT = 26;
const TYPE_HEIGHT = 15;
const LEVEL_HEIGHT = 19;
/** Room above the highest arc for its label, and below a line. */
const ABOVE = 10;
const BELOW = 8;
const CHIP_PADDING = 12;
const SPACE = 4.5;
/** Free space at both ends of a line. */
const SIDE = 14;
const CORNER = 6;
/** Space between two arcs at one mention. */
const LEG_GAP = 9;
/** Width of a sign on a mention, and on a relation. */
const MARK_WIDTH = 16;
const SIGN_WIDTH = 12;

function heightOf(line: Line): number {
  return (line.levels > 0 ? line.levels * LEVEL_HEIGHT + ABOVE : 2) + WORDS_HEIGHT + (line.hasMentions ? TYPE_HEIGHT : 0) + BELOW;
}

function itemLabel(block: Block): string {
  const { type, score, status } = block.item;
  return score === undefined || status !== 'suggested' ? type : `${type} ${percent(score)}`;
}

/** The same as `marksOf`, as characters. */
function signsOf({ item }: Block): readonly string[] {
  return [...(item.note === undefined ? [] : ['✎']), ...(item.discuss === true ? ['⚑'] : []), ...(isDoubtful(item) ? ['?'] : [])];
}

interface Shown {
  readonly table: SentenceTable;
  readonly schema: Schema;
  readonly palette: Palette;
}

/** A line whose words are in the page, and whose arcs wait for where these are. */
interface Drawn {
  readonly line: Line;
  readonly units: readonly HTMLElement[];
  readonly made: HTMLElement;
}

/** What the person did in the sentence. */
export interface ArcsEvents {
  /** Pressed on a block. */
  picked(cell: Cell): void;
  /** Pressed on a block twice. */
  opened(): void;
  /** The mouse goes from one word to another; `isDone` once it is let go. */
  dragged(from: number, to: number, isDone: boolean): void;
}

/**
 * The sentence as people read it, its mentions marked and its relations as arcs from head to tail. The browser lays the words out (so
 * right-to-left and mixed text are right); the arcs are drawn over what it made. Only lines in sight exist.
 */
export class ArcsView {
  readonly element: HTMLElement;
  readonly #events: ArcsEvents;
  readonly #body = element('div', { class: 'arcs-body' });
  readonly #list = element('ul', { class: 'unseen', 'aria-label': 'What was found' });
  readonly #lines = new Map<number, HTMLElement>();
  readonly #view: Viewport;
  readonly #waiting = new WeakMap<Element, Drawn>();
  /** Tells of lines that the browser has just laid out, before it paints: to ask earlier would make it lay out once more. */
  readonly #placed = new ResizeObserver((entries) => {
    this.#drawArcs(entries.map(({ target }) => target));
  });
  #shown: Shown | undefined;
  #layout: readonly Line[] = [];
  #tops: readonly number[] = [];
  /** What each line shows of items, and where. */
  #contents: readonly string[] = [];
  #current: Block | undefined;
  #marked: string | undefined;
  #lit: readonly Range[] = [];
  #highlight: Range = [0, 0];

  constructor(events: ArcsEvents) {
    this.#events = events;
    this.element = element('section', { class: 'arcs', 'aria-label': 'Sentence' }, this.#body, this.#list);
    let width = 0;
    this.#view = new Viewport(this.element, {
      scrolled: () => {
        this.#render();
      },
      resized: () => {
        if (this.#view.width !== width) {
          width = this.#view.width;
          this.#layOut();
        } else this.#render();
      },
    });
    this.#listen();
  }

  #listen(): void {
    const tokenOf = (event: Event): number | undefined => {
      const part = event.target instanceof Element ? event.target.closest('.token, .chip') : null;
      const token = part?.matches('.token') === true ? part : part?.querySelector('.token');
      return token instanceof HTMLElement ? Number(token.dataset['token']) : undefined;
    };
    let drag: { readonly from: number; to: number } | undefined;
    this.#body.addEventListener('mousedown', (event) => {
      const from = event.button === 0 ? tokenOf(event) : undefined;
      drag = from === undefined ? undefined : { from, to: from };
    });
    this.#body.addEventListener('mousemove', (event) => {
      if ((event.buttons & 1) === 0) drag = undefined;
      const to = drag ? tokenOf(event) : undefined;
      if (!drag || to === undefined || to === drag.to) return;
      drag.to = to;
      this.#events.dragged(drag.from, to, false);
    });
    document.addEventListener('mouseup', () => {
      if (drag && drag.to !== drag.from) this.#events.dragged(drag.from, drag.to, true);
      drag = undefined;
    });
    this.#body.addEventListener('dblclick', (event) => {
      if (event.target instanceof Element && event.target.closest('.chip, .arc')) this.#events.opened();
    });
  }

  show(table: SentenceTable, schema: Schema, palette: Palette): void {
    const before = this.#shown;
    if (before?.table.view.index !== table.view.index) {
      this.#view.scrollTo(0, 0);
      this.#highlight = [0, 0];
    } else if (before.schema === schema && before.palette === palette && before.table.hasSameWords(table)) {
      this.#shown = { table, schema, palette };
      this.#layOut(true);
      return;
    }
    this.#shown = { table, schema, palette };
    this.#body.dir = table.view.direction;
    this.#view.measure();
    this.#layOut();
  }

  repaint(palette: Palette): void {
    if (!this.#shown) return;
    this.#shown = { ...this.#shown, palette };
    this.#redraw();
  }

  /** Lights up the words of the focus in the table, and its block. */
  light(block: Block | undefined, ranges: readonly Range[]): void {
    this.#current = block;
    this.#lit = ranges;
    for (const line of this.#lines.values()) this.#dress(line);
    this.#reveal(ranges[0]?.[0]);
  }

  /** Marks the mention that a relation is to go from, by its id. */
  mark(mention: string | undefined): void {
    this.#marked = mention;
    for (const line of this.#lines.values()) this.#dress(line);
  }

  /** Lights up the words that are selected in the text. */
  setHighlight(range: Range): void {
    this.#highlight = range;
    for (const line of this.#lines.values()) this.#dress(line);
    if (range[1] > range[0]) this.#reveal(range[0]);
  }

  /** Brings the line of a word into sight. */
  #reveal(token: number | undefined): void {
    if (token === undefined) return;
    const index = this.#layout.findIndex(({ units }) => (units.at(-1)?.tokens[1] ?? 0) > token);
    const line = this.#layout[index];
    const top = this.#tops[index];
    if (!line || top === undefined) return;
    const { top: from, height } = this.#view;
    if (top < from) this.#view.scrollTo(0, top);
    else if (top + heightOf(line) > from + height) this.#view.scrollTo(0, Math.min(top, top + heightOf(line) - height));
  }

  /** @param keep lines that say the same as before, at the same place, are not drawn again */
  #layOut(keep = false): void {
    const shown = this.#shown;
    const { width } = this.#view;
    if (!shown || width === 0) return;
    const found = shown.table.blocks.filter(({ item }) => item.status !== 'rejected');
    replaceChanged(
      this.#list,
      found.map((block) => element('li', {}, blockText(shown.table, block))),
    );
    const wordFont = fontOf(WORD_PX, 400);
    const boldFont = fontOf(WORD_PX, 600);
    const labelFont = fontOf(LABEL_PX, 600);
    const { tokens } = shown.table.view;
    this.#layout = layOutArcs(shown.table, {
      line: width - 2 * SIDE,
      unit: ([start, end], mention) => {
        const space = tokens[end - 1]?.spaceAfter === true ? SPACE : 0;
        if (!mention) return textWidth(tokens[start]?.text ?? '', wordFont) + space;
        const words = Math.max(
          textWidth(shown.table.words([start, end]), boldFont),
          textWidth(itemLabel(mention), labelFont) + MARK_WIDTH * marksOf(mention.item).length,
        );
        return words + CHIP_PADDING + space;
      },
      label: (relation) => textWidth(itemLabel(relation), labelFont) + 16 + SIGN_WIDTH * signsOf(relation).length,
    });
    let top = 6;
    this.#tops = this.#layout.map((line) => {
      const here = top;
      top += heightOf(line);
      return here;
    });
    const height = `${top}px`;
    if (!keep || this.#body.style.blockSize !== height) {
      style(this.#body, { 'block-size': height });
      // What scrolls must be reachable by keyboard.
      this.#view.measure();
      if (top > this.#view.height) this.element.tabIndex = 0;
      else this.element.removeAttribute('tabindex');
    }
    const before = this.#contents;
    this.#contents = this.#layout.map((line, index) => contentOf(line, this.#tops[index] ?? 0));
    this.#redraw((index) => keep && before[index] === this.#contents[index]);
  }

  /** @param keeps says which of the lines that are drawn stay */
  #redraw(keeps: (index: number) => boolean = () => false): void {
    for (const [index, line] of this.#lines) {
      if (keeps(index)) continue;
      line.remove();
      this.#lines.delete(index);
    }
    this.#render();
  }

  #render(): void {
    const { top: from, height } = this.#view;
    for (const [index, line] of this.#layout.entries()) {
      const top = this.#tops[index] ?? 0;
      const visible = top < from + height + 100 && top + heightOf(line) > from - 100;
      const drawn = this.#lines.get(index);
      if (visible && !drawn) this.#draw(index, line, top);
      else if (!visible && drawn) {
        drawn.remove();
        this.#lines.delete(index);
      }
    }
  }

  /** Puts in the arcs of lines that the browser has laid out: first all places are asked for, then all pictures made. */
  #drawArcs(lines: readonly Element[]): void {
    const laidOut = lines
      .flatMap((made) => this.#waiting.get(made) ?? [])
      .map((drawn) => ({ ...drawn, legs: legPlaces(drawn.line.arcs, drawn.units) }));
    for (const { made, line, legs } of laidOut) {
      this.#waiting.delete(made);
      this.#placed.unobserve(made);
      made.append(this.#arcs(line, legs));
      this.#dress(made);
    }
  }

  #draw(index: number, line: Line, top: number): void {
    const words = element('div', { class: 'line-words' });
    const units = line.units.map((unit) => this.#unit(unit));
    for (const [at, unit] of line.units.entries()) {
      const made = units[at];
      if (made) words.append(made);
      if (this.#shown?.table.view.tokens[unit.tokens[1] - 1]?.spaceAfter === true) words.append(' ');
    }
    const made = element('div', { class: 'line' }, words);
    style(made, { 'inset-block-start': `${top}px`, 'block-size': `${heightOf(line)}px` });
    this.#body.append(made);
    this.#lines.set(index, made);
    this.#dress(made);
    if (line.arcs.length === 0) return;
    this.#waiting.set(made, { line, units, made });
    this.#placed.observe(made);
  }

  #unit({ tokens: [start, end], mention }: Unit): HTMLElement {
    const shown = this.#shown;
    const tokens = shown?.table.view.tokens ?? [];
    const words: (Node | string)[] = [];
    for (let token = start; token < end; token++) {
      words.push(element('span', { class: 'token', 'data-token': token }, tokens[token]?.text ?? ''));
      if (token + 1 < end && tokens[token]?.spaceAfter === true) words.push(' ');
    }
    if (!mention || !shown) return element('span', { class: 'plain' }, ...words);
    const label = element('span', { class: 'chip-type' }, mention.item.type);
    if (mention.item.score !== undefined && mention.item.status === 'suggested')
      label.append(element('span', { class: 'chip-score number' }, percent(mention.item.score)));
    label.append(...marksOf(mention.item, true));
    const chip = element(
      'span',
      { class: `chip ${mention.item.status}`, 'data-id': mention.item.id },
      element('span', { class: 'chip-words' }, ...words),
      label,
    );
    const paint = shown.palette.paint('mention', mention.item.type, strengthOf(mention.item, true) * 0.7);
    style(chip, { '--line': paint.line, '--fill': paint.fill, '--on-fill': paint.onFill, '--type': paint.text });
    chip.addEventListener('click', () => {
      this.#events.picked(firstCell(mention));
    });
    return chip;
  }

  #arcs(line: Line, legs: Legs): SVGSVGElement {
    const width = this.#view.width - 2 * SIDE;
    const base = heightOf(line) - WORDS_HEIGHT - (line.hasMentions ? TYPE_HEIGHT : 0) - BELOW;
    const picture = svg('svg', { class: 'line-arcs', width, height: base, viewBox: `0 0 ${width} ${base}`, 'aria-hidden': 'true' });
    const rtl = this.#shown?.table.view.direction === 'rtl';
    // Highest first, so that the legs of long arcs lie below the labels of short ones.
    for (const arc of [...line.arcs].sort((a, b) => b.level - a.level))
      picture.append(this.#arc(arc, legs, base, rtl ? width : 0, rtl ? 0 : width));
    return picture;
  }

  /** One arc: up from one mention, across, down to the other; or across to the edge where it goes on in another line. */
  #arc(arc: ArcPart, legs: Legs, base: number, lineStart: number, lineEnd: number): SVGGElement {
    const { relation } = arc;
    const y = base - 6 - (arc.level + 1) * LEVEL_HEIGHT + 10;
    const from = arc.start === undefined ? lineStart : (legs.start.get(arc) ?? 0);
    const to = arc.end === undefined ? lineEnd : (legs.end.get(arc) ?? 0);
    const towards = Math.sign(to - from) || 1;
    const corner = Math.min(CORNER, Math.abs(to - from) / 2);
    const floor = base - 1;
    const up = arc.start === undefined ? `M${from} ${y}` : `M${from} ${floor}V${y + corner}Q${from} ${y} ${from + towards * corner} ${y}`;
    const down = arc.end === undefined ? `H${to}` : `H${to - towards * corner}Q${to} ${y} ${to} ${y + corner}V${floor}`;
    const paint = this.#shown?.palette.paint('relation', relation.item.type, 0);
    const group = svg('g', { class: `arc ${relation.item.status}`, 'data-id': relation.item.id });
    style(group, { '--line': paint?.line ?? 'currentColor', '--type': paint?.text ?? 'currentColor' });
    const heads = this.#heads(arc, from, to, floor);
    const width = textWidth(itemLabel(relation), fontOf(LABEL_PX, 600)) + 8 + SIGN_WIDTH * signsOf(relation).length;
    const lineWidth = Math.max(lineStart, lineEnd);
    const middle = Math.min(Math.max((from + to) / 2, width / 2), lineWidth - width / 2);
    const label = svg(
      'text',
      { class: 'arc-label', x: middle, y: y + 3.5, 'text-anchor': 'middle', direction: 'ltr' },
      itemLabel(relation),
    );
    for (const sign of signsOf(relation)) label.append(svg('tspan', { class: 'arc-sign', dx: 4 }, sign));
    const ground = svg('rect', { class: 'arc-ground', x: middle - width / 2, y: y - 7, width, height: 14 });
    group.append(
      svg('path', { class: 'arc-hit', d: up + down }),
      svg('path', { class: 'arc-line', d: up + down }),
      ...heads,
      ground,
      label,
    );
    group.addEventListener('click', () => {
      this.#events.picked(firstCell(relation));
    });
    return group;
  }

  /** Arrow heads: at the tail, and for a symmetric type at both ends. */
  #heads({ relation, start, end }: ArcPart, from: number, to: number, floor: number): SVGPathElement[] {
    const symmetric = this.#shown?.schema.relations[relation.item.type]?.symmetric ?? false;
    const head = (x: number): SVGPathElement => svg('path', { class: 'arc-head', d: `M${x} ${floor + 1}l-4.2 -7.5h8.4z` });
    const made: SVGPathElement[] = [];
    if (end !== undefined && (relation.forward || symmetric)) made.push(head(to));
    if (start !== undefined && (!relation.forward || symmetric)) made.push(head(from));
    return made;
  }

  #dress(line: HTMLElement): void {
    const current = this.#current?.item.id;
    for (const token of line.querySelectorAll<HTMLElement>('.token')) {
      const index = Number(token.dataset['token']);
      token.classList.toggle('lit', within(this.#highlight, index));
      token.classList.toggle(
        'focused',
        this.#lit.some((range) => within(range, index)),
      );
    }
    for (const item of line.querySelectorAll<HTMLElement | SVGElement>('[data-id]')) {
      item.classList.toggle('current', item.dataset['id'] === current);
      item.classList.toggle('marked', item.dataset['id'] === this.#marked);
    }
  }
}

/** All that a line's picture follows from, but words, width and colours. */
function contentOf({ units, arcs }: Line, top: number): string {
  return JSON.stringify([
    top,
    units.map(({ tokens, mention }) => [tokens, mention?.item]),
    arcs.map(({ relation, start, end, level }) => [relation.item, relation.forward, start, end, level]),
  ]);
}

interface Legs {
  readonly start: ReadonlyMap<ArcPart, number>;
  readonly end: ReadonlyMap<ArcPart, number>;
}

/** Where each arc stands on its mentions: side by side, in an order in which no arc's line cuts another's leg. */
function legPlaces(arcs: readonly ArcPart[], units: readonly HTMLElement[]): Legs {
  const start = new Map<ArcPart, number>();
  const end = new Map<ArcPart, number>();
  const centre = (unit: number | undefined, edge: number): number => {
    const box = unit === undefined ? undefined : units[unit];
    return box ? box.offsetLeft + box.offsetWidth / 2 : edge;
  };
  for (const [unit, box] of units.entries()) {
    const touching = arcs.filter((arc) => arc.start === unit || arc.end === unit);
    if (touching.length === 0) continue;
    const middle = centre(unit, 0);
    const rtl = getComputedStyle(box).direction === 'rtl';
    const legs = touching.map((arc) => {
      const atStart = arc.start === unit;
      const edge = atStart !== rtl ? Infinity : -Infinity;
      const toLeft = centre(atStart ? arc.end : arc.start, edge) < middle;
      return { arc, atStart, place: toLeft ? arc.level - 1000 : 1000 - arc.level };
    });
    legs.sort((a, b) => a.place - b.place);
    const gap = Math.min(LEG_GAP, (box.offsetWidth - 8) / legs.length);
    for (const [at, { arc, atStart }] of legs.entries()) {
      (atStart ? start : end).set(arc, middle + (at - (legs.length - 1) / 2) * gap);
    }
  }
  return { start, end };
}
