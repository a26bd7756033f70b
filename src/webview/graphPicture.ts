import type { EntityGraph } from '../annotation/entityGraph';
import { svg } from './dom';
import { type GraphLayout, layOutGraph, type Point, type Size } from './graphLayout';
import type { Palette } from './palette';

/** How much of its type's colour a node has. */
const STRENGTH = 0.14;

const LINE = 20;
const PADDING = 10;
const CHARACTER = 7.4;
const MAX_CHARACTERS = 34;
const FONT = 'system-ui, "Segoe UI", Ubuntu, "Droid Sans", sans-serif';

/** Where everything in the picture of a graph is. */
export interface GraphPlan {
  readonly boxes: readonly Size[];
  readonly layout: GraphLayout;
}

/** The same graph always gets the same plan: sizes are counted in characters, not measured. */
export function planOf({ nodes, edges }: EntityGraph, width: number): GraphPlan {
  const boxes = nodes.map(({ words, type, mentions }) => ({
    width: Math.max(widthOf(shortened(words)), widthOf(shortened(typeLine(type, mentions.length))) * 0.85) + 2 * PADDING,
    height: 2 * LINE + 4,
  }));
  const pairs = edges.map(({ head, tail }): readonly [number, number] => [head, tail]);
  return { boxes, layout: layOutGraph(boxes, pairs, width) };
}

/**
 * The picture of a graph, with every colour in it, so that it can be saved as it is. Nodes and edges carry their index as `data-node` and
 * `data-edge`.
 * @param label says what it shows
 */
export function drawGraph(graph: EntityGraph, { boxes, layout }: GraphPlan, palette: Palette, label: string): SVGSVGElement {
  const picture = svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: layout.width,
      height: layout.height,
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      role: 'img',
      'aria-label': label,
      'font-family': FONT,
    },
    svg('title', {}, label),
    svg('rect', { width: layout.width, height: layout.height, fill: palette.background }),
  );
  const siblings = new Map<string, number>();
  for (const [index, { type, head, tail, symmetric, relations }] of graph.edges.entries()) {
    const [from, to] = [layout.centres[head], layout.centres[tail]];
    const [fromBox, toBox] = [boxes[head], boxes[tail]];
    if (from === undefined || to === undefined || fromBox === undefined || toBox === undefined) continue;
    // Edges between the same two nodes bend away from each other.
    const pair = [Math.min(head, tail), Math.max(head, tail)].join(' ');
    const place = siblings.get(pair) ?? 0;
    siblings.set(pair, place + 1);
    const bend = (place % 2 === 0 ? 1 : -1) * Math.ceil(place / 2) * 44 * (head < tail ? 1 : -1);
    const way = head === tail ? loop(from, fromBox, place) : curve(from, fromBox, to, toBox, bend);
    const { line, text } = palette.paint('relation', type, STRENGTH);
    const words = relations.length === 1 ? type : `${type} × ${relations.length}`;
    const group = svg('g', { 'data-edge': index, class: 'edge' });
    group.append(
      svg('path', { d: way.path, fill: 'none', stroke: line, 'stroke-width': Math.min(4, 1 + Math.log2(relations.length)) }),
      ...(symmetric ? [] : [svg('path', { d: arrow(way.end, way.from), fill: line })]),
      svg(
        'text',
        {
          x: way.middle.x,
          y: way.middle.y + 4,
          'text-anchor': 'middle',
          'font-size': 11,
          fill: text,
          stroke: palette.background,
          'stroke-width': 4,
          'stroke-linejoin': 'round',
          'paint-order': 'stroke',
        },
        shortened(words),
      ),
    );
    picture.append(group);
  }
  for (const [index, { words, type, mentions }] of graph.nodes.entries()) {
    const [centre, box] = [layout.centres[index], boxes[index]];
    if (centre === undefined || box === undefined) continue;
    const { line, fill, text, onFill } = palette.paint('mention', type, STRENGTH);
    const group = svg('g', { 'data-node': index, class: 'node' });
    group.append(
      svg('title', {}, `${words}: ${typeLine(type, mentions.length)}`),
      svg('rect', {
        x: centre.x - box.width / 2,
        y: centre.y - box.height / 2,
        width: box.width,
        height: box.height,
        rx: 7,
        fill,
        stroke: line,
        'stroke-width': 1.5,
      }),
      svg('text', { x: centre.x, y: centre.y - 3, 'text-anchor': 'middle', 'font-size': 13, fill: onFill }, shortened(words)),
      svg(
        'text',
        { x: centre.x, y: centre.y + 14, 'text-anchor': 'middle', 'font-size': 11, fill: text },
        shortened(typeLine(type, mentions.length)),
      ),
    );
    picture.append(group);
  }
  return picture;
}

export function typeLine(type: string, mentions: number): string {
  return mentions === 1 ? type : `${type} × ${mentions}`;
}

function shortened(words: string): string {
  const characters = [...words];
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…` : words;
}

/** About how wide words are at 13 pixels: what is not Latin, Greek or Cyrillic is taken as wide. */
function widthOf(words: string): number {
  return [...words].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x2000 ? 2 : 1) * CHARACTER, 0);
}

interface Way {
  readonly path: string;
  readonly middle: Point;
  readonly end: Point;
  /** The point that the end is reached from. */
  readonly from: Point;
}

function curve(from: Point, fromBox: Size, to: Point, toBox: Size, bend: number): Way {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
  const control = {
    x: (from.x + to.x) / 2 - ((to.y - from.y) / length) * bend * 2,
    y: (from.y + to.y) / 2 + ((to.x - from.x) / length) * bend * 2,
  };
  const start = border(from, fromBox, control);
  const end = border(to, toBox, control);
  const middle = { x: (start.x + 2 * control.x + end.x) / 4, y: (start.y + 2 * control.y + end.y) / 4 };
  return { path: `M${at(start)}Q${at(control)} ${at(end)}`, middle, end, from: control };
}

/** From a node to itself, above it. */
function loop({ x, y }: Point, { height }: Size, place: number): Way {
  const top = y - height / 2;
  const rise = 30 + 18 * place;
  const [start, end] = [
    { x: x - 16, y: top },
    { x: x + 16, y: top },
  ];
  const [first, second] = [
    { x: x - 30, y: top - rise },
    { x: x + 30, y: top - rise },
  ];
  return { path: `M${at(start)}C${at(first)} ${at(second)} ${at(end)}`, middle: { x, y: top - rise * 0.75 }, end, from: second };
}

/** Where the way from a box's middle to a point leaves the box. */
function border(centre: Point, { width, height }: Size, to: Point): Point {
  const [dx, dy] = [to.x - centre.x, to.y - centre.y];
  const share = Math.min(dx === 0 ? Infinity : (width / 2 + 3) / Math.abs(dx), dy === 0 ? Infinity : (height / 2 + 3) / Math.abs(dy), 1);
  return { x: centre.x + dx * share, y: centre.y + dy * share };
}

function arrow(tip: Point, from: Point): string {
  const length = Math.max(1, Math.hypot(tip.x - from.x, tip.y - from.y));
  const [ux, uy] = [(tip.x - from.x) / length, (tip.y - from.y) / length];
  const side = (sign: number): Point => ({ x: tip.x - 9 * ux - sign * 4.5 * uy, y: tip.y - 9 * uy + sign * 4.5 * ux });
  return `M${at(tip)}L${at(side(1))}L${at(side(-1))}Z`;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
