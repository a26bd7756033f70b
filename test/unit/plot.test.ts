import { expect, test } from 'vitest';
import { BAR_STYLE, barPlot, columnPlot } from '../../src/plot/bars';
import { svgFile } from '../../src/plot/picture';

/** Numbers of an attribute of the bars, in order of appearance. */
const bars = (svg: string, attribute: string): number[] =>
  [...svg.matchAll(new RegExp(`<rect class="part[^>]* ${attribute}="([^"]*)"[^>]*><title>`, 'g'))].map(([, value]) => Number(value));
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/g)].map(([, text = '']) => text);

test('bars are as long as what they count, their parts one after the other', () => {
  const { body } = barPlot(
    'By type',
    ['accepted', 'suggested'],
    [
      { label: 'Loc', counts: [30, 10] },
      { label: 'Org', counts: [0, 20] },
    ],
  );
  const [accepted, suggested, other] = bars(body, 'width');
  const [first, second, third] = bars(body, 'x');
  expect(accepted).toBeCloseTo(3 * suggested!, 0);
  expect(other).toBeCloseTo(2 * suggested!, 0);
  expect(second).toBeCloseTo(first! + accepted!, 0);
  expect(third).toBe(first);
  expect(texts(body)).toEqual(['By type', 'accepted', 'suggested', 'Loc', '40', 'Org', '20']);
});

test('columns are as high as what they count; not every one has room for its name', () => {
  const many = Array.from({ length: 30 }, (_, at) => ({ label: `day ${at}`, counts: [1, at] }));
  const { body, description } = columnPlot('By day', 'day', 'done', many);
  const heights = bars(body, 'height');
  expect(heights).toHaveLength(30);
  expect(heights[0]).toBe(0);
  expect(heights[20]).toBeCloseTo(2 * heights[10]!, 0);
  expect(texts(body).filter((text) => text.startsWith('day '))).toEqual(['day 0', 'day 5', 'day 10', 'day 15', 'day 20', 'day 25']);
  expect(description).toContain('day 29: 29 done.');
});

test('nothing to count is said', () => {
  for (const { body, description } of [barPlot('a', ['b'], []), columnPlot('a', 'b', 'c', [])]) {
    expect(texts(body)).toContain('There is nothing to count yet.');
    expect(description).toBe('There is nothing to count yet.');
    expect(body).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('words from outside are text in the file, and characters that XML forbids are replaced', () => {
  const file = svgFile(barPlot('<b>', ['"x"'], [{ label: 'a & </svg> \u0007 \uD800', counts: [1] }]), BAR_STYLE);
  expect(file).not.toContain('<b>');
  expect(file.match(/<\/svg>/g)).toHaveLength(1);
  expect(file).toContain('a &#38; &#60;/svg&#62; \uFFFD \uFFFD');
});

test('a long list shows its first rows and says so', () => {
  const { body } = barPlot(
    'Texts',
    ['mentions'],
    Array.from({ length: 50 }, (_, at) => ({ label: `t${at}`, counts: [50 - at] })),
  );
  expect(bars(body, 'width')).toHaveLength(40);
  expect(texts(body)[0]).toBe('Texts (40 of 50)');
});
