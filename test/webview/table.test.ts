import { afterEach, describe, expect, test } from 'vitest';
import type { Schema } from '../../src/annotation/schema';
import type { LabelProbability } from '../../src/protocol/table';
import { axeViolations } from './axe';
import { documentOf, LONG, mention, NEWS, relation, RTL, SCHEMA, sizedView, summaryOf, tokensOf, view } from './fixtures';
import { cell, type PageOptions, type TablePageUnderTest } from './page';
import { THEMES, type ThemeName } from './themes';
import { useBrowsers } from './useBrowsers';

const LABELS: readonly LabelProbability[] = [
  { label: 'Work_For →', probability: 0.94 },
  { label: 'none', probability: 0.03 },
  { label: 'Live_In →', probability: 0.02 },
  { label: '← OrgBased_In', probability: 0.007 },
  { label: 'Work_For ←', probability: 0.003 },
];

/** Cells of the news sentence, by what crosses in them. */
const MARIA_NORTHWIND = [0, 6] as const;

describe('the table', () => {
  const browsers = useBrowsers();
  let table: TablePageUnderTest;

  afterEach(async () => {
    // Reading them throws where the editor would refuse one.
    await table.sentAll();
  });

  const open = async (options: PageOptions = {}): Promise<void> => {
    table = await browsers.open(options);
  };

  /** Presses Tab until the focus is in the table. */
  const tabIntoTable = async (): Promise<void> => {
    for (let presses = 0; presses < 20; presses++) {
      await table.press('Tab');
      if (await table.page.evaluate(() => document.activeElement?.getAttribute('role') === 'gridcell')) return;
    }
    throw new Error('Tab never reached the table');
  };

  describe('with the keyboard alone', () => {
    test('a person reaches a relation, reads what it is, and leaves the table again', async () => {
      await open();
      await table.open([NEWS]);
      await tabIntoTable();
      await table.press('Control+Home');
      for (let column = 0; column < MARIA_NORTHWIND[1]; column++) await table.press('ArrowRight');
      expect(await table.focused()).toBe('Maria Lindqvist Work_For Northwind Institute, 94%, suggested by fast');

      const asked = (await table.sent('focusCell')).at(-1);
      expect(asked?.cell).toEqual(MARIA_NORTHWIND);
      await table.send({ kind: 'labels', sentence: 0, cell: MARIA_NORTHWIND, labels: LABELS });
      const inspector = table.page.getByRole('region', { name: 'Cell in focus' });
      expect(await inspector.locator('h2').innerText()).toMatch(/Maria Lindqvist\s+Work_For →\s+Northwind Institute/u);
      expect(await inspector.locator('li').allInnerTexts()).toEqual([
        expect.stringMatching(/Work_For →\s+94%/u),
        expect.stringMatching(/none\s+3%/u),
        expect.stringMatching(/Live_In →\s+2%/u),
        expect.stringMatching(/← OrgBased_In\s+1%/u),
        expect.stringMatching(/Work_For ←\s+<1%/u),
      ]);
      expect(await inspector.locator('.chosen').allInnerTexts()).toEqual([expect.stringMatching(/^Work_For →/u)]);

      await table.press('Shift+Tab');
      expect(await table.page.evaluate(() => document.activeElement?.closest('[role=grid]'))).toBeNull();
      await table.press('Tab');
      expect(await table.focusedCell()).toEqual(MARIA_NORTHWIND);
      await table.press('Tab');
      expect(await table.page.evaluate(() => document.activeElement?.closest('[role=grid]') ?? null)).toBeNull();
    });

    test('arrows go along the diagonal where there is nothing below it, and never leave the upper triangle', async () => {
      await open();
      await table.open([NEWS]);
      await tabIntoTable();
      const last = NEWS.tokens.length - 1;
      const walk: readonly (readonly [string, readonly [number, number]])[] = [
        ['Control+Home', [0, 0]],
        ['ArrowLeft', [0, 0]],
        ['ArrowUp', [0, 0]],
        ['ArrowDown', [1, 1]],
        ['ArrowRight', [1, 2]],
        ['ArrowDown', [2, 2]],
        ['ArrowUp', [1, 2]],
        ['End', [1, last]],
        ['ArrowRight', [1, last]],
        ['Home', [1, 1]],
        ['ArrowLeft', [0, 0]],
        ['Control+End', [last, last]],
        ['ArrowDown', [last, last]],
        ['PageUp', [last - 17, last]],
        ['PageDown', [last, last]],
      ];
      for (const [key, place] of walk) {
        await table.press(key);
        if (!key.startsWith('Page')) expect(await table.focusedCell(), key).toEqual(place);
      }
      const [row, column] = await table.focusedCell();
      expect(row).toBeLessThanOrEqual(column ?? -1);
      // A cell on which nothing is loses its box with the focus, which stays in the table all the while.
      expect(await table.sent('focus')).toEqual([{ kind: 'focus', inTable: true }]);
    });

    test('a block lights up all its words, Shift and arrows any words, and leaving the table is said', async () => {
      await open();
      await table.open([NEWS]);
      await tabIntoTable();
      expect(await table.sent('focus')).toEqual([{ kind: 'focus', inTable: true }]);
      await table.press('Control+Home');
      expect((await table.sent('focusCell')).at(-1)).toEqual({ kind: 'focusCell', sentence: 0, cell: [0, 0], row: [0, 2], column: [0, 2] });
      await table.press('End', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowUp');
      const last = NEWS.tokens.length - 1;
      expect((await table.sent('focusCell')).at(-1)).toEqual({
        kind: 'focusCell',
        sentence: 0,
        cell: [2, last - 1],
        row: [2, 4],
        column: [last - 1, last + 1],
      });
      expect(await table.page.locator('[role=gridcell][aria-selected=true]').count()).toBe(4);
      await table.press('Tab');
      expect((await table.sent('focus')).at(-1)).toEqual({ kind: 'focus', inTable: false });
    });

    test('Ctrl+Enter shows the words of a mention in the text, and those from one end of a relation to the other', async () => {
      await open();
      await table.open([NEWS]);
      await tabIntoTable();
      await table.press('Control+Home', 'Control+Enter');
      for (let column = 0; column < MARIA_NORTHWIND[1]; column++) await table.press('ArrowRight');
      await table.press('Control+Enter');
      expect(await table.sent('revealInText')).toEqual([
        { kind: 'revealInText', sentence: 0, startToken: 0, endToken: 2 },
        { kind: 'revealInText', sentence: 0, startToken: 0, endToken: 8 },
      ]);
    });

    test('n and p go through what is doubtful, over the ends of sentences; u to the next sentence that is open', async () => {
      await open();
      const done = view(1, 'A quiet day _.', [mention('q', 'Other', 1, 2, { score: 0.2 })], [], { state: 'done' });
      const sentences = [NEWS, done, { ...LONG, index: 2 }];
      await table.open(sentences);
      await tabIntoTable();
      await table.press('Control+Home', 'n');
      expect(await table.focused()).toContain('Tomas Ek Live_In Lisbon, 41%');
      await table.press('n');
      expect(await table.focused()).toContain('Tomas Ek: Peop, 58%');
      await table.press('p');
      expect(await table.focused()).toContain('Tomas Ek Live_In Lisbon, 41%');
      await table.press('n', 'n');
      expect(await table.sent('showSentence')).toEqual([{ kind: 'showSentence', sentence: 2 }]);
      await table.send({ kind: 'sentence', sentence: sentences[2]! });
      expect(await table.focused()).toContain('Rafael Ortiz Work_For Austral Lines, 66%');
      await table.press('p');
      expect((await table.sent('showSentence')).at(-1)).toEqual({ kind: 'showSentence', sentence: 0 });
      await table.send({ kind: 'sentence', sentence: NEWS });
      expect(await table.focused()).toContain('Tomas Ek: Peop, 58%');
      await table.press('u');
      expect((await table.sent('showSentence')).at(-1)).toEqual({ kind: 'showSentence', sentence: 2 });
    });

    test('the list of sentences is one tab stop; arrows show another sentence', async () => {
      await open();
      await table.open([NEWS, LONG, RTL]);
      const list = table.page.getByRole('listbox', { name: 'Sentences' });
      await list.focus();
      await table.press('ArrowDown');
      expect(await table.sent('showSentence')).toEqual([{ kind: 'showSentence', sentence: 1 }]);
      await table.press('End');
      expect((await table.sent('showSentence')).at(-1)).toEqual({ kind: 'showSentence', sentence: 2 });
      expect(await list.getAttribute('aria-activedescendant')).toBe(await list.getByRole('option', { selected: true }).getAttribute('id'));
    });
  });

  describe('with the mouse', () => {
    test('pressing on a cell, a word, a marked mention or an arc puts the focus there', async () => {
      await open();
      await table.open([NEWS]);
      await table.page.click(cell([0, 7]));
      await table.settle();
      expect(await table.focused()).toContain('Work_For');
      await table.page.click('[role=columnheader][aria-colindex="18"]');
      await table.settle();
      expect(await table.focused()).toContain('met: no mention');
      await table.page.click('.chip[data-id=m3]');
      await table.settle();
      expect(await table.focused()).toContain('Bergen: Loc');
      await table.page.click('.arc[data-id=r4] .arc-label');
      await table.settle();
      expect(await table.focused()).toContain('Tomas Ek Live_In Lisbon');
    });

    test('dragging selects cells', async () => {
      await open();
      await table.open([NEWS]);
      await table.hoverCell([3, 12]);
      await table.page.mouse.down();
      await table.hoverCell([5, 13]);
      await table.page.mouse.up();
      await table.settle();
      expect((await table.sent('focusCell')).at(-1)).toMatchObject({ cell: [5, 13], row: [3, 6], column: [12, 14] });
    });
  });

  test('opened to work in it, it has the focus in the table as soon as there is one', async () => {
    await open({ focused: true });
    await table.open([NEWS]);
    expect(await table.focused()).toContain('Maria Lindqvist Work_For Northwind Institute');
  });

  test('what the text has selected is lit up in rows, columns and sentence, and goes out again', async () => {
    await open();
    await table.open([NEWS]);
    await table.send({ kind: 'highlight', startToken: 6, endToken: 8 });
    const lit = async (selector: string): Promise<string[]> => table.page.locator(`${selector}.lit`).allInnerTexts();
    expect(await lit('[role=rowheader]')).toEqual(['Northwind', 'Institute']);
    expect(await lit('[role=columnheader]')).toEqual(['Northwind', 'Institute']);
    expect(await lit('.token')).toEqual(['Northwind', 'Institute']);
    await table.send({ kind: 'highlight', startToken: 0, endToken: 0 });
    expect(await table.page.locator('.lit').count()).toBe(0);
  });

  test('words that are selected in the text are brought into sight, but not away from a cell that the editor asked for', async () => {
    await open({ width: 820 });
    await table.open([LONG]);
    const seen = async (place: readonly [number, number]): Promise<boolean> =>
      table.page.evaluate(
        ([selector]) => {
          const box = selector === undefined ? undefined : document.querySelector(selector)?.getBoundingClientRect();
          const frame = document.querySelector('.scroller')?.getBoundingClientRect();
          return (
            box !== undefined &&
            frame !== undefined &&
            box.left >= frame.left &&
            box.right <= frame.right &&
            box.top >= frame.top &&
            box.bottom <= frame.bottom
          );
        },
        [cell(place)],
      );
    await table.send({ kind: 'highlight', startToken: 50, endToken: 51 });
    expect(await seen([50, 50])).toBe(true);
    await table.send({ kind: 'sentence', sentence: LONG, cell: [16, 25] }, { kind: 'highlight', startToken: 60, endToken: 61 });
    expect(await seen([16, 25])).toBe(true);
  });

  test('going on twice goes on by two sentences, though the first one has not come yet', async () => {
    await open();
    await table.open([NEWS, LONG, RTL]);
    await table.page.getByRole('button', { name: 'Next sentence' }).dblclick();
    expect((await table.sent('showSentence')).map(({ sentence }) => sentence)).toEqual([1, 2]);
  });

  test('the editor can put the focus on a cell, and a new state of the sentence leaves it where it is', async () => {
    await open();
    await table.open([NEWS, LONG]);
    await table.send({ kind: 'sentence', sentence: LONG, cell: [53, 59] });
    expect(await table.page.getByRole('region', { name: 'Cell in focus' }).locator('h2').innerText()).toContain('Rafael Ortiz');
    expect(await table.page.locator(cell([53, 59])).isVisible()).toBe(true);
    await table.page.focus(cell([53, 59]));
    const corrected = { ...LONG, relations: LONG.relations.filter(({ id }) => id !== 'rd') };
    await table.send({ kind: 'sentence', sentence: corrected });
    expect(await table.focusedCell()).toEqual([53, 59]);
    expect(await table.focused()).toContain('no relation');
    expect(await table.sent('focus')).toEqual([{ kind: 'focus', inTable: true }]);
  });

  test('it says ready first, and a reload brings back sentence, cell and view', async () => {
    await open();
    await table.open([NEWS, LONG], 1);
    await table.page.focus('[role=gridcell][tabindex="0"]');
    await table.press('Control+Home', 'End', 'ArrowDown', 'ArrowDown');
    await table.page.click('.modes label:has([value=heat])');
    const place = (await table.sent('focusCell')).at(-1)?.cell;
    await table.page.reload();
    expect(await table.sentAll()).toEqual([{ kind: 'ready' }, { kind: 'openDocument', uri: 'file:///work/news.txt', sentence: 1 }]);
    // The editor first shows what it thinks best, then what it is asked for.
    await table.open([NEWS, LONG], 0);
    await table.send({ kind: 'sentence', sentence: LONG });
    expect(await table.page.locator(`${cell(place ?? [0, 0])}[tabindex="0"]`).count()).toBe(1);
    expect(await table.page.locator(cell(place ?? [0, 0])).isVisible()).toBe(true);
    expect(await table.page.isChecked('input[value=heat]')).toBe(true);
  });

  test('asks for the labels of a cell anew in another document, at the same place', async () => {
    await open();
    await table.open([NEWS]);
    const asked = (await table.sent('focusCell')).length;
    const other = {
      kind: 'document',
      uri: 'file:///work/other.txt',
      name: 'other.txt',
      schema: SCHEMA,
      sentences: [summaryOf(NEWS)],
    } as const;
    await table.send(other, { kind: 'sentence', sentence: NEWS });
    expect((await table.sent('focusCell')).slice(asked)).toEqual([expect.objectContaining({ sentence: 0 })]);
  });

  test('state that an older version kept is ignored', async () => {
    await open();
    await table.page.evaluate(() => {
      sessionStorage.setItem('state', '{"document":1}');
    });
    await table.page.reload();
    await table.open([NEWS]);
    expect(await table.sent('openDocument')).toEqual([]);
    expect(await table.page.locator('[role=gridcell]').count()).toBeGreaterThan(0);
  });

  describe('structure', () => {
    test('rows, columns and cells say where they are and what they hold; one block a mention, one a relation', async () => {
      await open();
      await table.open([NEWS]);
      const size = NEWS.tokens.length;
      const grid = table.page.getByRole('grid');
      expect([await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')]).toEqual([
        String(size + 1),
        String(size + 1),
      ]);
      const cells = await table.page
        .locator('[role=gridcell]')
        .evaluateAll((found) =>
          found.map(
            (one) =>
              [
                Number(one.parentElement?.getAttribute('aria-rowindex')),
                Number(one.getAttribute('aria-colindex')),
                one.getAttribute('aria-label'),
              ] as const,
          ),
        );
      expect(cells.every(([row, column, label]) => column >= row && label !== null && label.length > 8)).toBe(true);
      expect(await table.page.locator('[role=gridcell][tabindex="0"]').count()).toBe(1);
      expect(await table.page.locator('.block.mention').count()).toBe(NEWS.mentions.length);
      expect(await table.page.locator('.block.relation').count()).toBe(NEWS.relations.length);
    });

    test('a cell on which nothing is has no box until the focus comes to it, but screen readers know it, and it says on request what it is', async () => {
      await open();
      await table.open([NEWS]);
      // "Maria" and the comma: no item, and no heat to see.
      const place = [0, 2] as const;
      const hasBox = async (): Promise<boolean> => (await table.page.locator(cell(place)).boundingBox()) !== null;
      expect(await hasBox()).toBe(false);
      const browser = await table.page.context().newCDPSession(table.page);
      const { nodes } = await browser.send('Accessibility.getFullAXTree');
      const cells = nodes.filter(({ role, ignored }) => role?.value === 'gridcell' && !ignored);
      const size = NEWS.tokens.length;
      expect(cells).toHaveLength((size * (size + 1)) / 2);
      expect(cells.every(({ name }) => typeof name?.value === 'string' && name.value.length > 8)).toBe(true);
      await table.hoverCell(place);
      await table.page.locator('.tooltip').waitFor({ state: 'visible' });
      expect(await table.page.locator('.tooltip').innerText()).toMatch(/ and .*: no relation/);
      expect(await hasBox()).toBe(false);
      await table.page.mouse.down();
      await table.page.mouse.up();
      expect(await table.focusedCell()).toEqual([...place]);
      expect(await table.focused()).toMatch(/: no relation/);
      expect(await hasBox()).toBe(true);
      await table.press('Control+Home');
      expect(await hasBox()).toBe(false);
      await table.page.mouse.down({ button: 'right' });
      await table.page.mouse.up({ button: 'right' });
      expect(await table.focusedCell()).toEqual([...place]);
      expect(await table.sent('focus')).toEqual([{ kind: 'focus', inTable: true }]);
    });

    test('the mouse finds a cell on which nothing is in right-to-left text and after a scroll, and what comes below it', async () => {
      await open();
      await table.open([RTL]);
      await table.hoverCell([0, 4]);
      await table.page.mouse.down();
      await table.page.mouse.up();
      expect(await table.focusedCell()).toEqual([0, 4]);
      await table.open([LONG]);
      await table.page.evaluate(() => document.querySelector('.scroller')?.scrollTo(300, 200));
      await table.settle();
      await table.hoverCell([14, 21]);
      const hovered = async (): Promise<readonly number[]> =>
        table.page
          .locator('.hover')
          .evaluate((found: HTMLElement) => ['--row', '--column'].map((name) => Number(found.style.getPropertyValue(name))));
      expect(await hovered()).toEqual([14, 21]);
      const edge = (await table.page.locator('.hover').boundingBox())?.width ?? NaN;
      await table.page.evaluate((by) => document.querySelector('.scroller')?.scrollBy(by, 0), edge + 2);
      await table.settle();
      expect(await hovered()).toEqual([14, 22]);
      // A word above a column says what it is beside itself.
      await table.page.hover('[role=columnheader] >> nth=-1');
      await table.page.locator('.tooltip').waitFor({ state: 'visible' });
      const [word, tooltip] = await Promise.all(
        ['[role=columnheader] >> nth=-1', '.tooltip'].map(async (selector) => table.page.locator(selector).boundingBox()),
      );
      const [above, below] = [
        (word?.y ?? NaN) - (tooltip?.y ?? NaN) - (tooltip?.height ?? NaN),
        (tooltip?.y ?? NaN) - (word?.y ?? NaN) - (word?.height ?? NaN),
      ];
      expect(Math.max(above, below)).toBeCloseTo(6, 0);
    });

    test('each word stands just left of its diagonal cell while that is in sight, and at the edge when it is not', async () => {
      await open();
      await table.open([LONG]);
      const boxes = async (row: number): Promise<{ header: DOMRect; cell: DOMRect | undefined; view: DOMRect }> =>
        table.page.evaluate((index) => {
          const found = document.querySelector(`[role=row][aria-rowindex="${index + 2}"]`);
          const header = found?.querySelector('[role=rowheader]')?.getBoundingClientRect();
          const scroller = document.querySelector('.scroller')?.getBoundingClientRect();
          if (!header || !scroller) throw new Error(`row ${index} is not there`);
          return { header, cell: found?.querySelector(`[aria-colindex="${index + 2}"]`)?.getBoundingClientRect(), view: scroller };
        }, row);
      const stair = await boxes(3);
      expect(stair.header.right).toBeCloseTo(stair.cell?.left ?? NaN, 0);
      await table.page.evaluate(() => document.querySelector('.scroller')?.scrollBy(900, 0));
      await table.settle();
      const stuck = await boxes(3);
      expect(stuck.header.left).toBeCloseTo(stuck.view.left, 0);
      await table.page.evaluate(() => document.querySelector('.scroller')?.scrollBy(0, 700));
      await table.settle();
      const column = await table.page.locator('[role=columnheader]').last().boundingBox();
      expect(column?.y).toBeGreaterThanOrEqual((await boxes(30)).view.top);
      expect(column?.y).toBeLessThan((await boxes(30)).view.top + 120);
    });

    test('with 300 words and 40,000 sentences there is only what is in view', async () => {
      await open();
      const big = sizedView(0, 300);
      const nodes: number[] = [];
      await table.send(documentOf(Array.from({ length: 40_000 }, () => summaryOf(NEWS))), { kind: 'sentence', sentence: big });
      for (const [x, y] of [
        [0, 0],
        [4000, 500],
        [9000, 9000],
        [9000, 0],
      ] as const) {
        await table.page.evaluate(([left, top]) => document.querySelector('.scroller')?.scrollTo(left, top), [x, y] as const);
        await table.settle();
        nodes.push(await table.nodes());
      }
      await table.page.evaluate(() => document.querySelector('[role=listbox]')?.scrollTo(0, 1_000_000));
      await table.settle();
      nodes.push(await table.nodes());
      expect(await table.page.locator('[role=option]').count()).toBeLessThan(60);
      expect(Math.max(...nodes)).toBeLessThan(3000);
      await table.page.focus('[role=gridcell][tabindex="0"]');
      await table.press('Control+End');
      expect(await table.focused()).toContain('word299');
      expect(await table.page.locator('[role=rowheader]', { hasText: 'word299' }).isVisible()).toBe(true);
      // Ten times the words make no more elements.
      const before = await table.nodes();
      await table.send({ kind: 'sentence', sentence: sizedView(1, 3000) });
      expect(await table.nodes()).toBeLessThan(before + 1500);
    });

    test('the focus stays on its cell while that is scrolled out of view', async () => {
      await open();
      await table.open([sizedView(0, 300)]);
      await table.page.focus('[role=gridcell][tabindex="0"]');
      await table.press('Control+Home');
      await table.page.evaluate(() => document.querySelector('.scroller')?.scrollTo(5000, 3000));
      await table.settle();
      expect(await table.focusedCell()).toEqual([0, 0]);
      await table.press('ArrowRight');
      expect(await table.focusedCell()).toEqual([0, 1]);
      expect(await table.page.evaluate(() => document.querySelector('.scroller')?.scrollTop)).toBe(0);
    });

    test('the corner never covers a cell in focus, wherever that is', async () => {
      await open({ width: 820, height: 700 });
      await table.open([LONG]);
      await table.page.focus('[role=gridcell][tabindex="0"]');
      for (const key of ['Control+Home', 'End', 'Control+End', 'PageUp', 'n', 'n', 'n', 'Home', 'ArrowDown', 'ArrowDown']) {
        await table.press(key);
        const covered = await table.page.evaluate(() => {
          const box = document.activeElement?.getBoundingClientRect();
          if (!box) return 'nothing has the focus';
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return top === document.activeElement ? '' : (top?.className ?? 'outside the window');
        });
        expect(covered, key).toBe('');
      }
    });
  });

  test('right-to-left text: columns run to the left, words stand right of the diagonal, the left arrow goes on', async () => {
    await open();
    await table.open([RTL]);
    await tabIntoTable();
    await table.press('Control+Home', 'ArrowLeft');
    expect(await table.focusedCell()).toEqual([0, 1]);
    await table.press('ArrowRight', 'ArrowDown');
    expect(await table.focusedCell()).toEqual([1, 1]);
    const box = async (selector: string): Promise<{ x: number; width: number }> =>
      (await table.page.locator(selector).boundingBox()) ?? { x: NaN, width: NaN };
    const diagonal = await box(cell([1, 1]));
    const next = await box(cell([1, 2]));
    const word = await box('[role=row][aria-rowindex="3"] > [role=rowheader]');
    expect(next.x).toBeLessThan(diagonal.x);
    expect(word.x).toBeGreaterThanOrEqual(diagonal.x + diagonal.width - 1);
    // The head of the arc is right of its tail.
    const chips = await Promise.all([box('.chip[data-id=p]'), box('.chip[data-id=q]')]);
    expect(chips[0].x).toBeGreaterThan(chips[1].x);
  });

  test('words and type names from outside are text, whatever they say', async () => {
    await open();
    const nasty = '<img src=x onerror=alert(1)>';
    const schema: Schema = {
      entities: { [nasty]: { colour: 'red;background:url(//x)', key: 'x' }, __proto__: { colour: '#000000', key: 'y' } },
      relations: { '"><script>alert(2)</script>': { colour: '#777777', key: 'z', head: [], tail: [], symmetric: true } },
    };
    const hostile = view(
      0,
      'x',
      [mention('a', nasty, 0, 1), mention('b', 'constructor', 1, 2, { score: 0.1, model: '<b>model</b>' })],
      [relation('r', '"><script>alert(2)</script>', 'a', 'b')],
      { tokens: [...tokensOf('<script>alert(3)</script> &amp;'), { text: '\u202Eevil\u0000', spaceAfter: false }] },
    );
    await table.open([hostile], 0, schema);
    await table.send({ kind: 'labels', sentence: 0, cell: [0, 1], labels: [{ label: '<i>label</i>', probability: 1 }] });
    await table.send({ kind: 'status', model: '<u>fast</u>', busy: true, message: '<em>x</em>' });
    await table.page.click(cell([0, 1]));
    await table.settle();
    expect(await table.page.locator('#app :is(img, script, b, i, u, em)').count()).toBe(0);
    expect(await table.page.locator('.arcs .chip-type').first().innerText()).toContain(nasty);
    expect(await table.focused()).toContain('<script>alert(2)</script>');
    expect(await table.page.locator('[role=rowheader]').first().innerText()).toBe('<script>alert(3)</script>');
  });

  test('an empty document says what to do, and offers it', async () => {
    await open();
    await table.send(documentOf([]));
    expect(await table.page.getByRole('heading', { name: 'Nothing to show yet' }).isVisible()).toBe(true);
    await table.picture('empty-dark');
    await table.page.getByRole('button', { name: 'Extract from the whole file' }).click();
    expect(await table.sent('command')).toEqual([{ kind: 'command', command: 'extractFile' }]);
    await table.page.getByRole('button', { name: 'Annotate by hand' }).click();
    expect(await table.sent('prepare')).toHaveLength(1);
    await table.send({ kind: 'empty', message: 'Open a text file and select something.' });
    expect(await table.page.getByText('Open a text file and select something.').isVisible()).toBe(true);
    await table.open([NEWS]);
    expect(await table.page.getByRole('grid').isVisible()).toBe(true);
    expect(await table.page.locator('.empty').isVisible()).toBe(false);
  });

  test('what the table cannot hold is counted, in words', async () => {
    await open();
    await table.open([{ ...NEWS, notShown: 2 }]);
    expect(await table.page.getByText('2 annotations of this sentence have no place in a table').isVisible()).toBe(true);
  });

  test('the list says of each sentence its state, what was found, and whether it is doubtful', async () => {
    await open();
    await table.open([NEWS, { ...LONG, state: 'done' }, view(2, 'Nothing here _.', [], [], { state: 'skipped' })]);
    const entries = (await table.page.getByRole('option').allTextContents()).map((text) => text.replace(/\s+/gu, ' '));
    expect(entries[0]).toMatch(/^New1Maria .*5 mentions · 4 relations.*doubtful, 41%$/u);
    expect(entries[1]).toMatch(/^Done2After .*9 mentions · 5 relations$/u);
    expect(entries[2]).toMatch(/^Skipped3Nothing .*0 mentions · 0 relations$/u);
    expect(await table.page.getByText('1 of 3 done').isVisible()).toBe(true);
  });

  test('a change of the list puts sentences in and takes others out, and leaves the table where it is', async () => {
    await open();
    await table.open([NEWS, LONG], 1);
    const summaries = [NEWS, LONG, RTL].map(summaryOf);
    const previews = async (): Promise<string[]> =>
      (await table.page.locator('.entry-preview').allTextContents()).map((text) => text.slice(0, 5));
    await table.send({ kind: 'sentences', change: { start: 2, end: 2, sentences: [summaries[2]!] } });
    expect(await previews()).toEqual(['Maria', 'After', 'تعمل ']);
    expect(await table.page.getByText('2 / 3').isVisible()).toBe(true);
    await table.send({ kind: 'sentences', change: { start: 0, end: 1, sentences: [{ ...summaries[0]!, state: 'done' }] } });
    expect(await table.page.getByText('1 of 3 done').isVisible()).toBe(true);
    await table.send({ kind: 'sentences', change: { start: 0, end: 1, sentences: [] } });
    expect(await previews()).toEqual(['After', 'تعمل ']);
  });

  test('an edit makes the browser lay out once, and once more for the arcs', async () => {
    await open();
    await table.open([NEWS, LONG]);
    const browser = await table.page.context().newCDPSession(table.page);
    await browser.send('Performance.enable');
    const layouts = async (): Promise<number> => {
      const { metrics } = await browser.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? NaN;
    };
    const before = await layouts();
    const edits = 10;
    for (let round = 0; round < edits; round++) {
      const type = round % 2 === 0 ? 'Loc' : 'Peop';
      const sentence = { ...NEWS, mentions: NEWS.mentions.map((one) => (one.id === 'm1' ? { ...one, type } : one)) };
      await table.page.evaluate(
        (messages) => {
          for (const data of messages) window.dispatchEvent(new MessageEvent('message', { data }));
        },
        [
          { kind: 'sentences', change: { start: 0, end: 1, sentences: [{ ...summaryOf(sentence), doubt: round / edits }] } },
          { kind: 'sentence', sentence },
        ],
      );
      await table.settle();
    }
    expect((await layouts()) - before).toBeLessThanOrEqual(2 * edits);
  });

  test('labels, heat or both', async () => {
    await open();
    await table.open([NEWS]);
    const colour = (which: string): Promise<string> =>
      table.page
        .locator(which)
        .first()
        .evaluate((found) => getComputedStyle(found).backgroundColor);
    const shows = async (): Promise<readonly [boolean, boolean]> => [
      await table.page.locator('.block.mention .block-name').first().isVisible(),
      (await colour(cell([6, 9]))) !== (await colour('.cell:not(.hot, .diagonal, [aria-selected])')),
    ];
    expect(await shows()).toEqual([true, true]);
    await table.page.click('.modes label:has([value=labels])');
    expect(await shows()).toEqual([true, false]);
    await table.page.click('.modes label:has([value=heat])');
    expect(await shows()).toEqual([false, true]);
  });

  test('nothing moves for those who asked for less motion', async () => {
    await open({ reducedMotion: true });
    await table.open([NEWS]);
    await table.send({ kind: 'status', busy: true });
    expect(await table.page.locator('.spinner').evaluate((found) => getComputedStyle(found).animationName)).toBe('none');
  });

  test('in a narrow panel the list lies over the table and closes', async () => {
    await open({ width: 400, height: 760 });
    await table.open([NEWS, LONG]);
    const list = table.page.getByRole('listbox', { name: 'Sentences' });
    expect(await list.isVisible()).toBe(false);
    await table.page.getByRole('button', { name: 'Sentences' }).click();
    expect(await list.isVisible()).toBe(true);
    await table.page.getByRole('option').nth(1).click();
    expect(await table.sent('showSentence')).toEqual([{ kind: 'showSentence', sentence: 1 }]);
    expect(await list.isVisible()).toBe(false);
    expect(await table.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  });

  describe('axe-core finds nothing', () => {
    const check = async (): Promise<void> => {
      expect(await axeViolations(table.page)).toEqual([]);
    };

    for (const theme of Object.keys(THEMES) as ThemeName[]) {
      test(`in ${theme}, with a sentence and with none`, async () => {
        await open({ theme });
        await table.open([{ ...NEWS, state: 'in-progress', notShown: 1 }, { ...LONG, state: 'done' }, RTL]);
        await table.send({ kind: 'status', model: 'fast', device: 'cpu', busy: true, message: 'Extracting' });
        await table.press('n');
        await table.send({ kind: 'labels', sentence: 0, cell: (await table.sent('focusCell')).at(-1)?.cell ?? [0, 0], labels: LABELS });
        await check();
        await table.send({ kind: 'sentence', sentence: LONG });
        await check();
        await table.send({ kind: 'empty', message: 'Open a text file and select something.' });
        await check();
      });
    }

    test('with colours that are hard to read on', async () => {
      const recoloured = (colour: string): Schema => ({
        entities: Object.fromEntries(Object.entries(SCHEMA.entities).map(([name, type]) => [name, { ...type, colour }])),
        relations: Object.fromEntries(Object.entries(SCHEMA.relations).map(([name, type]) => [name, { ...type, colour }])),
      });
      for (const theme of ['light', 'dark'] as const) {
        for (const colour of ['#ffffff', '#000000', '#ffff00', '#808080']) {
          table = await browsers.open({ theme });
          await table.open([NEWS], 0, recoloured(colour));
          await check();
        }
      }
    });
  });
});
