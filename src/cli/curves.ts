import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import { SpangridError } from '../errors';
import type { NamedContent } from '../formats/format';
import { between, frame, numeral, PLOT, roundNumbers, vertical, type Axis } from '../plot/axes';
import { escaped, pixels, svgFile, type Style } from '../plot/picture';

/** The events of a training log that make curves, one JSON object a line; JSON writes a loss that is not a number as null. */
const step = v.object({ event: v.literal('step'), step: v.number(), loss: v.nullable(v.number()) });
const scores = v.object({ ner: v.number(), re: v.number(), 're+': v.number() });
const epoch = v.object({ event: v.literal('epoch'), epoch: v.number(), dev: v.exactOptional(scores) });
const event = v.looseObject({ event: v.string() });

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Losses of `steps` neighbouring steps. `y` is their mean. */
interface Stretch extends Point {
  readonly steps: number;
  readonly low: number;
  readonly high: number;
}

const TASKS = ['ner', 're', 're+'] as const;

interface Run {
  /** By step. */
  readonly loss: readonly Point[];
  /** F1 on dev in percent, by epoch. */
  readonly dev: Readonly<Record<(typeof TASKS)[number], readonly Point[]>>;
}

/**
 * The learning curves of a training run as an SVG picture: the loss by step (on a logarithmic scale where it falls to less than a
 * hundredth), and NER, RE and RE+ on dev by epoch.
 * @param log the run's JSON lines; other events are passed over, and so are lines that were not written to their end. Of a step or epoch
 *   that stands twice, because the run was resumed before it, the last counts.
 * @param title what is trained
 * @throws SpangridError `data.invalid` with file, line and reason
 */
export function learningCurves(log: NamedContent, title: string): string {
  const run = readLog(log);
  const loss = stretches(run.loss);
  const plots = [lossPlot(loss), devPlot(run.dev)].map((plot, at) => `<g transform="translate(${at * PLOT.width} 34)">${plot}</g>`);
  return svgFile(
    {
      title: `Learning curves of ${title}`,
      description: description(run),
      width: 2 * PLOT.width,
      height: PLOT.height + 34,
      body: [`<text class="heading" x="${PLOT.left}" y="26">${escaped(title)}</text>`, ...plots].join('\n'),
    },
    STYLE,
  );
}

function readLog({ name, content }: NamedContent): Run {
  const losses = new Map<number, number>();
  const dev = new Map<number, v.InferOutput<typeof scores>>();
  const torn: string[] = [];
  let events = 0;
  for (const [at, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const checked = <Schema extends v.GenericSchema>(schema: Schema, data: unknown): v.InferOutput<Schema> => {
      const found = v.safeParse(schema, data);
      if (!found.success) throw invalid(name, `line ${at + 1}: ${firstIssue(found.issues)}`);
      return found.output;
    };
    const parsed = parseJson(line);
    if ('reason' in parsed) {
      torn.push(`line ${at + 1}: ${parsed.reason.replace(/ \(line \d+\)$/, '')}`);
      continue;
    }
    events++;
    const kind = checked(event, parsed.data);
    if (kind.event === 'step') {
      const { step: number, loss } = checked(step, parsed.data);
      // Of a loss that is no number nothing can be drawn.
      if (loss === null) losses.delete(number);
      else losses.set(number, loss);
    } else if (kind.event === 'epoch') {
      const found = checked(epoch, parsed.data);
      if (found.dev !== undefined) dev.set(found.epoch, found.dev);
    }
  }
  const [first] = torn;
  if (events === 0 && first !== undefined) throw invalid(name, first);
  const inOrder = <T>(values: ReadonlyMap<number, T>): [number, T][] => [...values].sort(([a], [b]) => a - b);
  const byEpoch = inOrder(dev);
  const pointsOf = (task: (typeof TASKS)[number]): Point[] => byEpoch.map(([x, values]) => ({ x, y: values[task] }));
  return {
    loss: inOrder(losses).map(([x, y]) => ({ x, y })),
    dev: { ner: pointsOf('ner'), re: pointsOf('re'), 're+': pointsOf('re+') },
  };
}

function invalid(name: string, reason: string): SpangridError {
  return new SpangridError('data.invalid', `${name}: ${reason}. It must be the log of a training run.`);
}

const MOST_STRETCHES = 120;

/** Batches differ: the mean of neighbouring steps shows where the loss goes, lowest and highest how much it jumps. */
function stretches(points: readonly Point[]): readonly Stretch[] {
  const size = Math.ceil(points.length / MOST_STRETCHES);
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, at) => {
    const some = points.slice(at * size, (at + 1) * size);
    const ys = some.map(({ y }) => y);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { steps: some.length, x: mean(some.map(({ x }) => x)), y: mean(ys), low: Math.min(...ys), high: Math.max(...ys) };
  });
}

const STYLE: Style = {
  light: `.curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.loss { stroke: #57606a } .band { fill: #57606a; opacity: .22 }
.ner { stroke: #0969da; color: #0969da } .re { stroke: #bc4c00; color: #bc4c00 }
.re-plus { stroke: #1a7f37; color: #1a7f37; stroke-dasharray: 5 4 }
.mark { fill: #ffffff; stroke-width: 2; stroke-dasharray: none }
.best { fill: currentColor }`,
  dark: `.loss { stroke: #b1bac4 } .band { fill: #b1bac4 }
.ner { stroke: #58a6ff; color: #58a6ff } .re { stroke: #f0883e; color: #f0883e } .re-plus { stroke: #56d364; color: #56d364 }
.mark { fill: #1f1f1f }
.best { fill: currentColor }`,
};

function lossPlot(points: readonly Stretch[]): string {
  if (points.length === 0) return frame('Loss in training', 'step', [], undefined, undefined, 'No step is done yet.');
  const means = points.map(({ y }) => y);
  const isLogarithmic = Math.min(...means) > 0 && Math.max(...means) > 100 * Math.min(...means);
  const lowest = Math.min(...points.map(({ low }) => low).filter((low) => !isLogarithmic || low > 0));
  const highest = Math.max(...points.map(({ high }) => high));
  const x = horizontal(points.map((point) => point.x));
  const y = isLogarithmic ? logarithmic(lowest, highest) : vertical(Math.min(0, lowest), highest);
  const height = (value: number): number => y.place(isLogarithmic ? Math.max(value, lowest) : value);
  const band = [
    ...points.map((point) => at(x.place(point.x), height(point.high))),
    ...points.toReversed().map((point) => at(x.place(point.x), height(point.low))),
  ];
  const line = points.map((point) => at(x.place(point.x), height(point.y)));
  const curves = [`<polygon class="band" points="${band.join(' ')}"/>`, `<polyline class="curve loss" points="${line.join(' ')}"/>`];
  const steps = points[0]?.steps ?? 1;
  if (steps > 1) curves.push(`<text x="${PLOT.left}" y="38">Mean of ${steps} steps, with their lowest and highest</text>`);
  if (points.length === 1) curves.push(mark('loss', 'loss', points[0] as Stretch, x, y, 'step'));
  return frame(`Loss in training${isLogarithmic ? ' (logarithmic scale)' : ''}`, 'step', curves, x, y);
}

function devPlot(dev: Run['dev']): string {
  const all = TASKS.flatMap((task) => dev[task]);
  if (all.length === 0) return frame('F1 on dev, in percent', 'epoch', [], undefined, undefined, 'No epoch is scored on dev.');
  const x = horizontal(all.map((point) => point.x));
  const ys = all.map((point) => point.y);
  const y = vertical(Math.min(...ys), Math.max(...ys));
  // The last one drawn lies on top: RE+ is below RE, and dashed, so that both are seen where they meet.
  const curves = TASKS.map((task) => {
    const points = dev[task];
    const line = points.map((point) => at(x.place(point.x), y.place(point.y)));
    const top = best(points);
    const shown = points.filter((point) => points.length <= 40 || point === top);
    const marks = shown.map((point) => mark(`${classOf(task)}${point === top ? ' best' : ''}`, task.toUpperCase(), point, x, y, 'epoch'));
    return `<polyline class="curve ${classOf(task)}" points="${line.join(' ')}"/>${marks.join('')}`;
  });
  const legend = TASKS.map((task, number) => {
    const left = PLOT.left + number * 110;
    return `<path class="curve ${classOf(task)}" d="M${left} 34h18"/><text x="${left + 24}" y="38"><tspan class="name">${task.toUpperCase()}</tspan> ${best(dev[task]).y.toFixed(1)}</text>`;
  });
  return frame('F1 on dev, in percent (the best of each: filled)', 'epoch', [...curves, ...legend], x, y);
}

function mark(kind: string, name: string, { x, y }: Point, across: Axis, up: Axis, along: string): string {
  return `<circle class="mark ${kind}" cx="${pixels(across.place(x))}" cy="${pixels(up.place(y))}" r="2.5"><title>${name} ${y.toFixed(2)}, ${along} ${x}</title></circle>`;
}

/** The axis of steps or epochs: whole numbers. */
function horizontal(values: readonly number[]): Axis {
  const [first, last] = [Math.min(...values), Math.max(...values)];
  const [from, to] = first === last ? [first - 1, last + 1] : [first, last];
  const ticks = roundNumbers(from, to, 7).filter((value) => Number.isInteger(value) && value >= from && value <= to && value >= 0);
  return { place: between(from, to, PLOT.left + 8, PLOT.width - PLOT.right - 8), ticks };
}

/** A logarithmic axis; both ends are greater than 0. */
function logarithmic(lowest: number, highest: number): Axis {
  const decades = Math.log10(highest / lowest);
  const all = Array.from({ length: 40 }, (_, power) => 10 ** (power - 20)).flatMap((one) =>
    decades < 4 ? [one, 2 * one, 5 * one] : [one],
  );
  const [bottom, top] = [all.findLast((value) => value <= lowest) ?? lowest, all.find((value) => value >= highest) ?? highest];
  const place = between(Math.log10(bottom), Math.log10(top), PLOT.height - PLOT.bottom, PLOT.top);
  return { place: (value) => place(Math.log10(value)), ticks: all.filter((value) => value >= bottom && value <= top) };
}

function best(points: readonly Point[]): Point {
  return points.reduce((found, point) => (point.y > found.y ? point : found));
}

/** What the picture shows, for those who do not see it. */
function description({ loss, dev }: Run): string {
  const [first, last] = [loss[0], loss.at(-1)];
  const fall =
    first === undefined || last === undefined
      ? 'No step is done yet.'
      : `The loss goes from ${numeral(first.y)} (step ${first.x}) to ${numeral(last.y)} (step ${last.x}).`;
  if (dev.ner.length === 0) return `${fall} No epoch is scored on dev.`;
  const scored = TASKS.map((task) => {
    const { x, y } = best(dev[task]);
    return `${task.toUpperCase()} ${y.toFixed(1)} (epoch ${x})`;
  });
  return `${fall} Best F1 on dev, in percent: ${scored.join(', ')}.`;
}

function classOf(task: (typeof TASKS)[number]): string {
  return task.replace('+', '-plus');
}

function at(x: number, y: number): string {
  return `${pixels(x)},${pixels(y)}`;
}
