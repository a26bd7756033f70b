import { expect, test } from 'vitest';
import { learningCurves } from '../../src/cli/curves';
import { failure } from './failure';

const step = (number: number, loss: number | null): object => ({ event: 'step', step: number, epoch: 1, loss, rate: 0.1 });
const epoch = (number: number, ner: number, re: number, rePlus: number): object => ({
  event: 'epoch',
  epoch: number,
  loss: 1,
  dev: { ner, re, 're+': rePlus },
});
const lines = (...events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const draw = (content: string, title = 'a run'): string => learningCurves({ name: 'log.jsonl', content }, title);

/** The points of a curve, [x, y] in pixels. */
function curve(svg: string, kind: string): number[][] {
  const [, points = ''] = new RegExp(`<polyline class="curve ${kind}" points="([^"]*)"`).exec(svg) ?? [];
  return points
    .split(' ')
    .filter(Boolean)
    .map((point) => point.split(',').map(Number));
}

/** What the axes say, in order of appearance. */
const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

const RUN = [step(1, 40), step(2, 30), epoch(1, 50, 0, 0), step(3, 20), step(4, 10), epoch(2, 80, 60, 50), epoch(3, 90, 55, 54)];

test('the loss falls from left to right, in equal steps for equal losses', () => {
  const points = curve(draw(lines(...RUN)), 'loss');
  expect(points).toHaveLength(4);
  const [across, down] = [0, 1].map((axis) => points.slice(1).map((point, at) => point[axis]! - points[at]![axis]!));
  for (const distance of [across!, down!]) {
    expect(distance[0]).toBeGreaterThan(10);
    for (const one of distance) expect(one).toBeCloseTo(distance[0]!, 0);
  }
});

test('a loss that falls by more than a hundred is drawn logarithmically: a tenth is a tenth everywhere', () => {
  const [steep, even] = [draw(lines(step(1, 100), step(2, 10), step(3, 1), step(4, 0.1))), draw(lines(step(1, 100), step(2, 1)))];
  const points = curve(steep, 'loss').map(([, y]) => y!);
  expect(points[1]! - points[0]!).toBeGreaterThan(10);
  expect(points[2]! - points[1]!).toBeCloseTo(points[1]! - points[0]!, 0);
  expect(steep).toContain('logarithmic');
  expect(texts(steep)).toEqual(expect.arrayContaining(['100', '10', '1', '0.1']));
  expect(even).not.toContain('logarithmic');
});

test('both plots have axes with names and round numbers', () => {
  const all = texts(draw(lines(...RUN)));
  expect(all).toEqual(expect.arrayContaining(['Loss in training', 'step', 'epoch', '0', '10', '40', '100', '1', '2', '3']));
});

test('NER, RE and RE+ by epoch, the best of each named and marked', () => {
  const svg = draw(lines(...RUN));
  for (const kind of ['ner', 're', 're-plus']) expect(curve(svg, kind)).toHaveLength(3);
  // NER is above RE is above RE+ in epoch 2: smaller y is higher.
  const heights = ['ner', 're', 're-plus'].map((kind) => curve(svg, kind)[1]![1]!);
  expect(heights).toEqual([...heights].sort((a, b) => a - b));
  for (const best of ['NER</tspan> 90.0', 'RE</tspan> 60.0', 'RE+</tspan> 54.0']) expect(svg).toContain(best);
  expect([...svg.matchAll(/<circle class="mark \S+ best"[^>]*><title>([^<]*)</g)].map(([, title]) => title)).toEqual([
    'NER 90.00, epoch 3',
    'RE 60.00, epoch 2',
    'RE+ 54.00, epoch 3',
  ]);
});

test('it is said in words, too, and a title cannot break the picture', () => {
  const svg = draw(lines(...RUN), 'a <b> & "c"');
  expect(svg).toContain('role="img"');
  expect(svg).toContain('>Learning curves of a &#60;b&#62; &#38; &#34;c&#34;</title>');
  expect(svg).toContain(
    'The loss goes from 40 (step 1) to 10 (step 4). Best F1 on dev, in percent: NER 90.0 (epoch 3), RE 60.0 (epoch 2), RE+ 54.0 (epoch 3).',
  );
  // Every element that is opened is closed.
  const open: string[] = [];
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (self === '') open.push(name!);
  }
  expect(open).toEqual([]);
});

test('it has colours for light and for dark viewers, on a ground of its own', () => {
  const [light, dark] = draw(lines(...RUN)).split('@media (prefers-color-scheme: dark)');
  expect(light).toContain('.ground { fill: #ffffff }');
  expect(dark).toContain('.ground { fill: #1f1f1f }');
});

test('a resumed run counts from where it was taken up; what was cut off is passed over', () => {
  const content = `${lines(step(1, 40), step(2, 99), epoch(1, 10, 10, 10))}{"event":"st\n${lines(step(2, 20), epoch(1, 50, 40, 30))}{"event":"step","st`;
  const svg = draw(content);
  expect(svg).toContain('to 20 (step 2)');
  expect(svg).toContain('NER 50.0 (epoch 1), RE 40.0');
  expect(svg).not.toContain('99');
});

test('a long run is drawn in stretches, with the lowest and highest of each', () => {
  const svg = draw(lines(...Array.from({ length: 10_000 }, (_, at) => step(at + 1, at % 2 === 0 ? 10 : 20))));
  const points = curve(svg, 'loss');
  expect(points.length).toBeGreaterThan(50);
  expect(points.length).toBeLessThanOrEqual(120);
  expect(new Set(points.map(([, y]) => y)).size).toBe(1);
  expect(svg).toContain('Mean of 84 steps');
  expect(svg.length).toBeLessThan(20_000);
});

test('a run that has only begun, or lost its numbers, is drawn too', () => {
  expect(texts(draw(''))).toEqual(expect.arrayContaining(['No step is done yet.', 'No epoch is scored on dev.']));
  const svg = draw(lines({ event: 'start', seed: 1 }, step(1, 5), step(2, null)));
  expect(svg).toContain('<title>loss 5.00, step 1</title>');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(draw(lines(step(1, 5), step(2, 5), epoch(1, 0, 0, 0)))).not.toMatch(/NaN|Infinity/);
});

test('what is no log is refused with its line', () => {
  const error = failure(() => draw('Step 1: loss 5\nStep 2: loss 4\n'));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toMatch(/^log\.jsonl: line 1: not valid JSON.*must be the log of a training run/);
  expect(failure(() => draw(lines(step(1, 4), { event: 'step', step: 'two', loss: 1 }))).message).toMatch(/^log\.jsonl: line 2: step: /);
  expect(failure(() => draw('[1]\n')).message).toContain('line 1: event');
});
