/** A place in the picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box by its size. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface GraphLayout extends Size {
  /** The middle of each node. */
  readonly centres: readonly Point[];
}

/** Room between boxes that are related, for what stands at their edges, and between the parts of a picture. */
const ROOM = { x: 100, y: 46 };
const GAP = { x: 46, y: 34 };
const MARGIN = 16;
const STEPS = 250;

/**
 * Places boxes so that none covers another: each connected part by forces (edges pull, boxes push), the parts then in rows. It begins
 * with the boxes on a circle and draws no lots: the same graph always gives the same picture.
 * @param edges pairs of indices of boxes
 * @param width about how wide the picture may be
 */
export function layOutGraph(boxes: readonly Size[], edges: readonly (readonly [number, number])[], width: number): GraphLayout {
  const parts = partsOf(boxes.length, edges).map((part) => layOutPart(part, boxes, edges));
  const centres: Point[] = boxes.map(() => ({ x: 0, y: 0 }));
  const whole = { width: 0, height: MARGIN };
  const row = { x: MARGIN, height: 0 };
  for (const { nodes, centres: own, size } of parts) {
    if (row.x > MARGIN && row.x + size.width + MARGIN > width) {
      whole.height += row.height + GAP.y;
      row.x = MARGIN;
      row.height = 0;
    }
    for (const [at, node] of nodes.entries()) {
      const centre = own[at] ?? { x: 0, y: 0 };
      centres[node] = { x: row.x + centre.x, y: whole.height + centre.y };
    }
    row.x += size.width + GAP.x;
    row.height = Math.max(row.height, size.height);
    whole.width = Math.max(whole.width, row.x - GAP.x + MARGIN);
  }
  return { centres, width: Math.ceil(whole.width), height: Math.ceil(whole.height + row.height + MARGIN) };
}

/** Whether two boxes at these places come nearer to each other than they may. */
function collide(a: Point, sizeA: Size, b: Point, sizeB: Size): boolean {
  return Math.abs(a.x - b.x) < (sizeA.width + sizeB.width) / 2 + ROOM.x && Math.abs(a.y - b.y) < (sizeA.height + sizeB.height) / 2 + ROOM.y;
}

/** The connected parts, the largest first; boxes without edges last, each on its own. */
function partsOf(count: number, edges: readonly (readonly [number, number])[]): readonly (readonly number[])[] {
  const part = Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    const up = part[index] ?? index;
    return up === index ? index : rootOf(up);
  };
  for (const [a, b] of edges) part[Math.max(rootOf(a), rootOf(b))] = Math.min(rootOf(a), rootOf(b));
  const parts = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) parts.set(rootOf(index), [...(parts.get(rootOf(index)) ?? []), index]);
  return [...parts.values()].sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}

interface Part {
  readonly nodes: readonly number[];
  readonly centres: readonly Point[];
  readonly size: Size;
}

function layOutPart(nodes: readonly number[], boxes: readonly Size[], edges: readonly (readonly [number, number])[]): Part {
  const sizes = nodes.map((node) => boxes[node] ?? { width: 0, height: 0 });
  const at = new Map(nodes.map((node, index) => [node, index]));
  const own = edges.flatMap(([a, b]) => {
    const [from, to] = [at.get(a), at.get(b)];
    return from === undefined || to === undefined || from === to ? [] : [[from, to] as const];
  });
  const spread = apart(pulled(sizes, own), sizes);
  const left = Math.min(...spread.map(({ x }, index) => x - (sizes[index]?.width ?? 0) / 2));
  const top = Math.min(...spread.map(({ y }, index) => y - (sizes[index]?.height ?? 0) / 2));
  const right = Math.max(...spread.map(({ x }, index) => x + (sizes[index]?.width ?? 0) / 2));
  const bottom = Math.max(...spread.map(({ y }, index) => y + (sizes[index]?.height ?? 0) / 2));
  return {
    nodes,
    centres: spread.map(({ x, y }) => ({ x: x - left, y: y - top })),
    size: { width: right - left, height: bottom - top },
  };
}

/** Fruchterman and Reingold's forces, wider than high as words are. */
function pulled(sizes: readonly Size[], edges: readonly (readonly [number, number])[]): readonly Point[] {
  const count = sizes.length;
  const ideal = 60 + sizes.reduce((sum, { width }) => sum + width, 0) / count;
  const radius = (ideal * count) / (2 * Math.PI);
  const xs = sizes.map((_, index) => radius * Math.cos((2 * Math.PI * index) / count));
  const ys = sizes.map((_, index) => radius * Math.sin((2 * Math.PI * index) / count));
  for (let step = 0; step < STEPS && count > 1; step += 1) {
    const moveX = new Float64Array(count);
    const moveY = new Float64Array(count);
    const push = (a: number, b: number, force: (distance: number) => number): void => {
      const [dx, dy] = [(xs[a] ?? 0) - (xs[b] ?? 0), (ys[a] ?? 0) - (ys[b] ?? 0)];
      const distance = Math.max(1, Math.hypot(dx, dy));
      const strength = force(distance) / distance;
      moveX[a] = (moveX[a] ?? 0) + dx * strength;
      moveY[a] = (moveY[a] ?? 0) + dy * strength;
      moveX[b] = (moveX[b] ?? 0) - dx * strength;
      moveY[b] = (moveY[b] ?? 0) - dy * strength;
    };
    for (let a = 0; a < count; a += 1) for (let b = a + 1; b < count; b += 1) push(a, b, (distance) => (ideal * ideal) / distance);
    for (const [a, b] of edges) push(a, b, (distance) => -(distance * distance) / ideal);
    const heat = ideal * (1 - step / STEPS);
    for (let index = 0; index < count; index += 1) {
      const [dx, dy] = [moveX[index] ?? 0, moveY[index] ?? 0];
      const length = Math.max(1, Math.hypot(dx, dy));
      const way = Math.min(length, heat) / length;
      xs[index] = (xs[index] ?? 0) + dx * way;
      ys[index] = (ys[index] ?? 0) + dy * way;
    }
  }
  // Whole pixels: so a box that was moved below another is below it, whatever the rounding.
  return xs.map((x, index) => ({ x: Math.round(x), y: Math.round((ys[index] ?? 0) * 0.7) }));
}

/** Moves boxes that cover each other apart: from the top down, each as far down as it must. */
function apart(centres: readonly Point[], sizes: readonly Size[]): readonly Point[] {
  const placed: { readonly point: Point; readonly size: Size }[] = [];
  const result: Point[] = [...centres];
  const order = centres.map((_, index) => index).sort((a, b) => (centres[a]?.y ?? 0) - (centres[b]?.y ?? 0) || a - b);
  for (const index of order) {
    const size = sizes[index] ?? { width: 0, height: 0 };
    let point = centres[index] ?? { x: 0, y: 0 };
    for (;;) {
      const inWay = placed.filter((other) => collide(point, size, other.point, other.size));
      if (inWay.length === 0) break;
      point = { x: point.x, y: Math.max(...inWay.map((other) => other.point.y + (other.size.height + size.height) / 2 + ROOM.y)) };
    }
    placed.push({ point, size });
    result[index] = point;
  }
  return result;
}
