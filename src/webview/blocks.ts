import type { Schema } from '../annotation/schema';
import type { TableMention, TableRelation } from '../protocol/table';
import { percent } from './describe';
import { element, style, svg } from './dom';
import { isDoubtful } from './doubt';
import { icon } from './icons';
import { textWidth } from './measure';
import type { Palette } from './palette';
import type { Block, MentionBlock, RelationBlock } from './sentenceTable';

/** Gap between a block and the edge of its cells. */
const INSET = 1.5;
const RADIUS = 5;
const ARROW_WIDTH = 14;
const PADDING = 5;

/** What drawing a block takes. */
export interface BlockStyle {
  readonly cell: number;
  readonly palette: Palette;
  readonly schema: Schema;
  readonly abbreviations: { readonly mention: ReadonlyMap<string, string>; readonly relation: ReadonlyMap<string, string> };
  /** The label's font, as the CSS `font` shorthand. */
  readonly font: string;
  /** Whether the strength of the colour says how sure the model is. */
  readonly shaded: boolean;
}

/** How strong a block's colour is. An item that a person accepted, or that has no score, is certain. */
export function strengthOf({ status, score }: Pick<TableMention, 'status' | 'score'>, shaded: boolean): number {
  return shaded ? 0.08 + 0.4 * (status === 'suggested' ? (score ?? 1) : 1) : 0.2;
}

/** Signs on an item that say more than its colour: doubtful, to be discussed, with a note. What they mean is said in its text. */
export function marksOf(item: TableMention | TableRelation, inText = false): HTMLElement[] {
  const mark = (name: string, content: Node | string): HTMLElement =>
    element('span', { class: inText ? `mark ${name} in-text` : `mark ${name}` }, content);
  return [
    ...(item.note === undefined ? [] : [mark('noted', icon('note'))]),
    ...(item.discuss === true ? [mark('flagged', icon('flag'))] : []),
    ...(isDoubtful(item) ? [mark('doubt', '?')] : []),
  ];
}

/** A closed path through the points, its corners rounded. */
function roundedPath(points: readonly (readonly [number, number])[]): string {
  const parts = points.map((corner, at) => {
    const near = (other: readonly [number, number]): string => {
      const length = Math.hypot(other[0] - corner[0], other[1] - corner[1]);
      const share = Math.min(RADIUS, length / 2) / length;
      return `${(corner[0] + (other[0] - corner[0]) * share).toFixed(2)} ${(corner[1] + (other[1] - corner[1]) * share).toFixed(2)}`;
    };
    const before = points.at(at - 1) ?? corner;
    const after = points[(at + 1) % points.length] ?? corner;
    return `${at === 0 ? 'M' : 'L'}${near(before)}Q${corner[0]} ${corner[1]} ${near(after)}`;
  });
  return `${parts.join('')}Z`;
}

/** The upper triangle, diagonal included, over `words` words: one block that leaves the words below the diagonal free. */
export function stairPath(words: number, cell: number): string {
  const side = words * cell;
  const points: [number, number][] = [
    [INSET, INSET],
    [side - INSET, INSET],
    [side - INSET, side - INSET],
  ];
  for (let word = words - 1; word >= 0; word--) {
    points.push([word * cell + INSET, (word + 1) * cell - INSET]);
    if (word > 0) points.push([word * cell + INSET, word * cell - INSET]);
  }
  return roundedPath(points);
}

/** An arrow from the row's word to the column's (or back, or both ways), as seen from the cell in which they cross. */
export function bentArrow(forward: boolean, symmetric: boolean): SVGSVGElement {
  const up = 'M8.2 3.9 10.5 1.6 12.8 3.9';
  const back = 'M3.9 7.2 1.6 9.5 3.9 11.8';
  const heads = symmetric ? up + back : forward ? up : back;
  return svg(
    'svg',
    { class: 'arrow', viewBox: '0 0 14 13', width: ARROW_WIDTH, height: 13, 'aria-hidden': 'true' },
    svg('path', {
      d: `M1.8 9.5H7.5Q10.5 9.5 10.5 6.5V1.8${heads}`,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

/** The fullest name of the type that fits into `room` pixels. */
function fittingName(block: Block, room: number, drawing: BlockStyle): string {
  const { type } = block.item;
  const types = block.kind === 'mention' ? drawing.schema.entities : drawing.schema.relations;
  const short = drawing.abbreviations[block.kind].get(type) ?? [...type].slice(0, 2).join('');
  const names = [type, Object.hasOwn(types, type) ? types[type]?.short : undefined];
  return names.find((name) => name !== undefined && textWidth(name, drawing.font) <= room) ?? short;
}

function content(block: Block, width: number, height: number, drawing: BlockStyle): HTMLElement {
  const inner = width - 2 * (INSET + PADDING);
  const line = element('span', { class: 'block-line' });
  style(line, { 'block-size': `${height - 2 * INSET}px`, 'inline-size': `${width - 2 * INSET}px` });
  const single = width <= drawing.cell;
  const arrow = block.kind === 'relation' && !single ? ARROW_WIDTH + 3 : 0;
  const name = fittingName(block, single ? width - 2 * INSET - 3 : inner - arrow, drawing);
  const label = element('span', { class: 'block-name' }, name);
  const score = block.item.score === undefined || block.item.status !== 'suggested' ? undefined : percent(block.item.score);
  line.append(label);
  if (block.kind === 'relation') {
    const type = drawing.schema.relations[block.item.type];
    line.append(bentArrow(block.forward, type?.symmetric ?? false));
  }
  if (score !== undefined && !single && textWidth(name, drawing.font) + arrow + textWidth(score, drawing.font) + 8 <= inner) {
    line.append(element('span', { class: 'block-score' }, score));
  }
  line.classList.toggle('single', single);
  return line;
}

function mentionShape(block: MentionBlock, drawing: BlockStyle): SVGSVGElement {
  const words = block.rows[1] - block.rows[0];
  const side = words * drawing.cell;
  return svg(
    'svg',
    { class: 'shape', viewBox: `0 0 ${side} ${side}`, width: side, height: side },
    svg('path', { d: stairPath(words, drawing.cell) }),
  );
}

function relationShape(block: RelationBlock, drawing: BlockStyle): SVGSVGElement {
  const width = (block.columns[1] - block.columns[0]) * drawing.cell;
  const height = (block.rows[1] - block.rows[0]) * drawing.cell;
  const inner = { x: INSET, y: INSET, width: width - 2 * INSET, height: height - 2 * INSET, rx: RADIUS };
  return svg('svg', { class: 'shape', viewBox: `0 0 ${width} ${height}`, width, height }, svg('rect', inner));
}

/** Draws a block; its place is the caller's to set. It is a picture: what it says is said by the cells below it. */
export function drawBlock(block: Block, drawing: BlockStyle): HTMLElement {
  const { item } = block;
  const width = (block.columns[1] - block.columns[0]) * drawing.cell;
  // A mention's block is only one row high all the way across.
  const height = block.kind === 'mention' ? drawing.cell : (block.rows[1] - block.rows[0]) * drawing.cell;
  const paint = drawing.palette.paint(block.kind, item.type, item.status === 'rejected' ? 0 : strengthOf(item, drawing.shaded));
  const made = element(
    'div',
    { class: `block ${block.kind} ${item.status}`, 'data-id': item.id },
    block.kind === 'mention' ? mentionShape(block, drawing) : relationShape(block, drawing),
    content(block, width, height, drawing),
  );
  style(made, { '--line': paint.line, '--fill': paint.fill, '--on-fill': paint.onFill });
  if (item.score !== undefined && item.status === 'suggested') {
    const meter = element('span', { class: 'block-meter' });
    style(meter, {
      'inline-size': `${Math.max(0, width - 2 * (INSET + 3.5)) * item.score}px`,
      'inset-block-start': `${height - INSET - 4.5}px`,
    });
    made.append(meter);
  }
  const marks = marksOf(item);
  if (marks.length > 0) made.append(element('span', { class: 'marks' }, ...marks));
  return made;
}
