import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abbreviate } from '../../src/webview/abbreviations';
import { layOutArcs } from '../../src/webview/arcLayout';
import { contrast, mix, parseColour, withContrast, type Colour } from '../../src/webview/colour';
import { Geometry, type Measures } from '../../src/webview/geometry';
import { SentenceTable } from '../../src/webview/sentenceTable';
import { LONG, mention, NEWS, relation, SCHEMA, view } from './fixtures';

const channel = fc.integer({ min: 0, max: 255 });
const colour: fc.Arbitrary<Colour> = fc.tuple(channel, channel, channel);

describe('colours', () => {
  test('are read as themes and schemas write them', () => {
    const white: Colour = [255, 255, 255];
    expect(parseColour('#1f8', white)).toEqual([17, 255, 136]);
    expect(parseColour(' #10F080 ', white)).toEqual([16, 240, 128]);
    expect(parseColour('#00000080', white)).toEqual([127, 127, 127]);
    expect(parseColour('rgb(1, 2, 3)', white)).toEqual([1, 2, 3]);
    expect(parseColour('rgba(0, 0, 0, 0.5)', white)).toEqual([128, 128, 128]);
    expect(parseColour('red;background:url(//x)', white)).toBeUndefined();
    expect(parseColour('', white)).toBeUndefined();
  });

  test('contrast is that of WCAG 2', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    // 4.54, the grey that WebAIM gives as the lightest that is readable on white.
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
  });

  test('any colour can be made readable on any background, and is left alone where it is', () => {
    fc.assert(
      fc.property(colour, colour, fc.constantFrom(3, 4.5), (own, background, ratio) => {
        const made = withContrast(own, background, ratio);
        expect(contrast(made, background)).toBeGreaterThanOrEqual(ratio);
        if (contrast(own, background) >= ratio) expect(made).toEqual(own);
      }),
    );
  });

  test('a mixture lies between', () => {
    expect(mix([0, 100, 200], [100, 0, 200], 0.25)).toEqual([25, 75, 200]);
  });
});

describe('abbreviations', () => {
  test('are what a person would write', () => {
    const made = abbreviate({ ...SCHEMA.entities, ...SCHEMA.relations });
    expect(made.get('Loc')).toBe('Loc');
    expect(made.get('Work_For')).toBe('WF');
    expect(made.get('OrgBased_In')).toBe('OBI');
    expect(made.get('Live_In')).not.toBe(made.get('Located_In'));
  });

  test('are short, and no two alike', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 40 }), (names) => {
        const made = [...abbreviate(Object.fromEntries(names.map((name) => [name, { colour: '#000000', key: '' }]))).values()];
        expect(new Set(made).size).toBe(made.length);
        for (const name of made) expect([...name].length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('a sentence as a table', () => {
  const table = new SentenceTable(NEWS);

  test('knows what covers a cell', () => {
    expect(table.blockAt([0, 1])?.item.id).toBe('m1');
    expect(table.blockAt([1, 7])?.item.id).toBe('r1');
    expect(table.blockAt([14, 18])).toMatchObject({ item: { id: 'r4' }, forward: false, rows: [14, 15], columns: [17, 19] });
    expect(table.blockAt([2, 2])).toBeUndefined();
    expect(table.blockAt([0, 17])).toBeUndefined();
  });

  test('what was rejected gives way to what was not', () => {
    const { tokens } = NEWS;
    const both = new SentenceTable({
      ...NEWS,
      tokens,
      mentions: [mention('no', 'Other', 0, 3, { status: 'rejected' }), mention('yes', 'Peop', 0, 2, { status: 'accepted' })],
      relations: [],
    });
    expect([0, 1, 2].map((token) => both.mentionOf(token)?.item.id)).toEqual(['yes', 'yes', 'no']);
  });

  test('a relation without two mentions apart from each other has no place', () => {
    const odd = new SentenceTable({ ...NEWS, relations: [relation('a', 'Kill', 'm1', 'm1'), relation('b', 'Kill', 'm1', 'gone')] });
    expect(odd.blocks.filter(({ kind }) => kind === 'relation')).toEqual([]);
  });

  test('words are joined as in the text', () => {
    expect(table.words([0, 4])).toBe('Maria Lindqvist, who');
  });
});

describe('arcs', () => {
  const widths = (line: number) => ({ line, unit: () => 50, label: () => 60 });

  test('never overlap on a level, and every relation is drawn from its head to its tail', () => {
    const sentence = fc
      .record({
        words: fc.integer({ min: 2, max: 30 }),
        pairs: fc.uniqueArray(fc.tuple(fc.nat(29), fc.nat(29)), {
          maxLength: 12,
          selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
        }),
        line: fc.integer({ min: 60, max: 1500 }),
      })
      .map(({ words, pairs, line }) => ({
        words,
        line,
        pairs: pairs.map(([a, b]) => [a % words, b % words] as const).filter(([a, b]) => a !== b),
      }));
    fc.assert(
      fc.property(sentence, ({ words, pairs, line }) => {
        const made = new SentenceTable(
          view(
            0,
            Array.from({ length: words }, (_, at) => `w${at}`).join(' '),
            Array.from({ length: words }, (_, at) => mention(`m${at}`, 'Peop', at, at + 1)),
            pairs.map(([a, b], at) => relation(`r${at}`, 'Kill', `m${a}`, `m${b}`)),
          ),
        );
        const lines = layOutArcs(made, widths(line));
        expect(lines.flatMap(({ units }) => units.map(({ tokens }) => tokens[0]))).toEqual(Array.from({ length: words }, (_, at) => at));
        const ends = new Map<string, number>();
        for (const { arcs, units } of lines) {
          for (const arc of arcs) {
            for (const end of [arc.start, arc.end])
              if (end !== undefined) ends.set(arc.relation.item.id, (ends.get(arc.relation.item.id) ?? 0) + 1);
            const [from, to] = [arc.start ?? -1, arc.end ?? units.length];
            for (const other of arcs) {
              if (other === arc || other.level !== arc.level) continue;
              expect((other.end ?? units.length) <= from || (other.start ?? -1) >= to).toBe(true);
            }
          }
        }
        for (const { item } of made.blocks.filter(({ kind }) => kind === 'relation')) expect(ends.get(item.id)).toBe(2);
      }),
    );
  });

  test('a line ends at white space, unless there is none for a whole line', () => {
    const linesOf = (text: string): string[] => {
      const made = new SentenceTable(view(0, text, [], []));
      return layOutArcs(made, widths(200)).map(({ units }) => units.map(({ tokens }) => made.words(tokens)).join('|'));
    };
    expect(linesOf('he said that " _did _. _" Then')).toEqual(['he|said|that', '"|did|.|"', 'Then']);
    expect(linesOf('one two three " _no _" four')).toEqual(['one|two|three', '"|no|"|four']);
    expect(linesOf('a _b _c _d _e _f g')).toEqual(['a|b|c|d', 'e|f|g']);
  });

  test('an arc inside another one lies below it', () => {
    const [line] = layOutArcs(new SentenceTable(NEWS), { line: 5000, unit: ([start, end]) => (end - start) * 60, label: () => 60 });
    const level = (id: string): number | undefined => line?.arcs.find(({ relation: { item } }) => item.id === id)?.level;
    expect(level('r2')).toBe(0);
    expect(level('r1')).toBe(0);
    expect(level('r3')).toBe(1);
  });
});

describe('geometry', () => {
  const measures: fc.Arbitrary<Measures> = fc.record({
    size: fc.integer({ min: 1, max: 120 }),
    viewWidth: fc.integer({ min: 250, max: 2000 }),
    viewHeight: fc.integer({ min: 150, max: 1400 }),
    wordWidth: fc.integer({ min: 48, max: 136 }),
    headerHeight: fc.integer({ min: 44, max: 118 }),
    corner: fc.record({
      width: fc.constant(252),
      full: fc.integer({ min: 300, max: 420 }),
      compact: fc.constant(220),
      strip: fc.integer({ min: 40, max: 90 }),
    }),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  test('a card never lies over a word or a cell, wherever the table is scrolled', () => {
    fc.assert(
      fc.property(measures, share, share, (sizes, across, down) => {
        const geometry = new Geometry(sizes);
        const scroll = {
          x: across * Math.max(0, geometry.width - sizes.viewWidth),
          y: down * Math.max(0, geometry.height - sizes.viewHeight),
        };
        const form = geometry.cornerAt(scroll);
        if (form === 'strip') return;
        const bottom = geometry.cardTop + sizes.corner[form];
        expect(bottom).toBeLessThanOrEqual(sizes.viewHeight);
        for (let row = 0; row < sizes.size; row++) {
          const top = geometry.y(row) - scroll.y;
          if (top + geometry.cell <= Math.max(geometry.cardTop, sizes.headerHeight) || top >= bottom) continue;
          expect(geometry.x(row) - sizes.wordWidth - scroll.x).toBeGreaterThanOrEqual(12 + sizes.corner.width);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the cell at a place is the one whose square that is in', () => {
    fc.assert(
      fc.property(measures, share, share, share, share, (sizes, across, down, first, second) => {
        const geometry = new Geometry(sizes);
        const [row, column] = [Math.floor(first * sizes.size), Math.floor(second * sizes.size)].map((at) => Math.min(at, sizes.size - 1));
        // Never on an edge: which cell that belongs to makes no difference.
        const inside = (at: number): number => 0.5 + at * (geometry.cell - 1);
        const place = { x: geometry.x(column ?? 0) + inside(across), y: geometry.y(row ?? 0) + inside(down) };
        expect(geometry.cellAt(place)).toEqual((row ?? 0) <= (column ?? 0) ? [row, column] : undefined);
        expect(geometry.cellAt({ ...place, y: sizes.headerHeight - 1 })).toBeUndefined();
        expect(geometry.cellAt({ ...place, x: geometry.x(sizes.size) + 1 })).toBeUndefined();
      }),
    );
  });

  test('a cell that is revealed is clear of headers and strip, and is among those drawn', () => {
    fc.assert(
      fc.property(measures, share, share, (sizes, first, second) => {
        fc.pre(sizes.viewHeight > sizes.headerHeight + sizes.corner.strip + 60 && sizes.viewWidth > sizes.wordWidth + 60);
        const geometry = new Geometry(sizes);
        const column = Math.floor(second * (sizes.size - 1));
        const row = Math.floor(first * column);
        const scroll = geometry.reveal([row, column], { x: 0, y: 0 });
        const [left, top] = [geometry.x(column) - scroll.x, geometry.y(row) - scroll.y];
        const floor = geometry.cornerAt(scroll) === 'strip' ? sizes.corner.strip : 0;
        expect(left).toBeGreaterThanOrEqual(sizes.wordWidth);
        expect(left + geometry.cell).toBeLessThanOrEqual(sizes.viewWidth);
        expect(top).toBeGreaterThanOrEqual(sizes.headerHeight);
        expect(top + geometry.cell).toBeLessThanOrEqual(sizes.viewHeight - floor);
        const { rows, columns } = geometry.window(scroll);
        expect(row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1]).toBe(true);
        // The place exists: the table can be scrolled that far.
        expect(scroll.y).toBeLessThanOrEqual(Math.max(0, geometry.height - sizes.viewHeight));
        expect(scroll.x).toBeLessThanOrEqual(Math.max(0, geometry.width - sizes.viewWidth));
      }),
      { numRuns: 500 },
    );
  });

  test('a long sentence draws no more cells than a view holds', () => {
    const geometry = new Geometry({
      size: 3000,
      viewWidth: 1000,
      viewHeight: 800,
      wordWidth: 100,
      headerHeight: 100,
      corner: { width: 252, full: 390, compact: 220, strip: 50 },
    });
    const { rows, columns } = geometry.window({ x: 40_000, y: 30_000 });
    expect((rows[1] - rows[0]) * (columns[1] - columns[0])).toBeLessThan(45 * 35);
    expect(new SentenceTable(LONG).clamp([99, 3])).toEqual([3, 3]);
  });
});
