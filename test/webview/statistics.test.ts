import { describe, expect, test } from 'vitest';
import type { StatisticsReport } from '../../src/annotation/statistics';
import { parseFromStatistics } from '../../src/protocol/fromStatistics';
import type { FromStatistics, ToStatistics } from '../../src/protocol/statistics';
import { axeViolations } from './axe';
import type { PageUnderTest } from './page';
import type { ThemeName } from './themes';
import { useBrowsers } from './useBrowsers';

const REPORT: StatisticsReport = {
  texts: 2,
  sentences: { new: 5, 'in-progress': 1, done: 12, skipped: 0 },
  mentions: [
    { type: 'Peop', accepted: 20, suggested: 6, rejected: 2 },
    { type: '<b>Loc</b>', accepted: 11, suggested: 0, rejected: 0 },
  ],
  relations: [{ type: 'Live_In', accepted: 7, suggested: 1, rejected: 0 }],
  lost: 1,
  commonest: [
    { type: 'Peop', text: 'Maria Lindqvist', count: 9 },
    { type: '<b>Loc</b>', text: '"R&D", <i>Oslo</i> 🧪', count: 3 },
  ],
  pairs: [{ head: 'Peop', relation: 'Live_In', tail: '<b>Loc</b>', count: 8 }],
  sentenceLengths: [
    { tokens: 4, count: 10 },
    { tokens: 61, count: 8 },
  ],
  mentionLengths: [
    { tokens: 1, count: 30 },
    { tokens: 2, count: 7 },
  ],
  distances: [{ tokens: 3, count: 8 }],
};
const MESSAGE: ToStatistics = {
  kind: 'statistics',
  name: 'news',
  scope: 'folder',
  scopes: ['text', 'folder'],
  report: REPORT,
  history: {
    days: [
      { day: '2026-03-02', change: 5, done: 5 },
      { day: '2026-03-04', change: 7, done: 12 },
    ],
  },
  unread: [],
};

describe('the statistics', () => {
  const browsers = useBrowsers();
  let page: PageUnderTest;

  const open = async (theme: ThemeName = 'light', ...messages: readonly ToStatistics[]): Promise<void> => {
    page = await browsers.openView('statistics', { theme });
    await page.receive(...(messages.length === 0 ? [MESSAGE] : messages));
  };
  const sent = async (): Promise<readonly FromStatistics[]> => (await page.posted()).map(parseFromStatistics);
  const rows = async (title: string): Promise<readonly string[][]> =>
    page.page
      .getByRole('table', { name: title })
      .evaluate((table) => [...(table as HTMLTableElement).rows].map((row) => [...row.cells].map((cell) => cell.textContent)));

  test('are tables, each with a plot; markup in words is text', async () => {
    await open();
    expect(await rows('Mentions by type')).toEqual([
      ['type', 'accepted', 'suggested', 'rejected'],
      ['Peop', '20', '6', '2'],
      ['<b>Loc</b>', '11', '0', '0'],
    ]);
    expect(await rows('Progress by day')).toEqual([
      ['day', 'change', 'done sentences'],
      ['2026-03-02', '5', '5'],
      ['2026-03-04', '7', '12'],
    ]);
    expect(await page.page.locator('.plot').count()).toBe(9);
    // Accepted, suggested and rejected of Peop, accepted of Loc: each as long as it counts.
    const widths = await page.page
      .locator('.plot')
      .first()
      .locator('rect:has(title)')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))));
    expect(widths).toHaveLength(4);
    expect(widths[0]).toBeCloseTo(10 * widths[2]!, 0);
    expect(await page.page.locator('.status-message').textContent()).toBe('2 texts, 18 sentences, 12 of them done.');
    expect(await page.page.locator('b, i').count()).toBe(0);
  });

  test('show a type, or a text, in the tree with the keyboard', async () => {
    await open();
    for (const name of ['Peop', '"R&D", <i>Oslo</i> 🧪', 'Live_In']) {
      await page.page.getByRole('button', { name, exact: true }).first().focus();
      await page.press('Enter');
    }
    expect((await sent()).filter(({ kind }) => kind === 'filter')).toEqual([
      { kind: 'filter', type: 'Peop', words: '' },
      { kind: 'filter', type: '<b>Loc</b>', words: '"R&D", <i>Oslo</i> 🧪' },
      { kind: 'filter', type: 'Live_In', words: '' },
    ]);
  });

  test('are saved as plots, as tables and as a whole', async () => {
    await open('highContrast');
    await page.page.getByRole('button', { name: 'Mentions by type: save as SVG' }).click();
    await page.page.getByRole('button', { name: 'Commonest texts of each type: save as CSV' }).click();
    await page.page.getByRole('button', { name: 'Save as JSON' }).click();
    const [plot, table, all] = (await sent()).flatMap((message) => (message.kind === 'save' ? [message] : []));
    expect(plot).toMatchObject({ name: 'mentions', as: 'svg' });
    expect(plot?.content).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(plot?.content).not.toMatch(/var\(|<b>|<script|url\(/);
    expect(table).toEqual({
      kind: 'save',
      name: 'texts',
      as: 'csv',
      content: 'type,text,mentions\r\nPeop,Maria Lindqvist,9\r\n<b>Loc</b>,"""R&D"", <i>Oslo</i> 🧪",3\r\n',
    });
    expect(JSON.parse(all?.content ?? '')).toEqual({ ...REPORT, history: (MESSAGE as { history: unknown }).history });
  });

  test('are of the text or the folder, and counted again when they are old; the focus stays', async () => {
    await open();
    await page.receive({ kind: 'stale' });
    expect(await page.page.locator('.status-message').textContent()).toContain('have changed');
    await page.page.getByRole('button', { name: 'Count Again' }).focus();
    await page.press('Enter');
    await page.receive(MESSAGE);
    expect(await page.focused()).toBe('Count Again');
    await page.page.getByRole('radio', { name: 'Folder' }).focus();
    await page.press('ArrowLeft');
    expect((await sent()).filter(({ kind }) => kind === 'count')).toEqual([
      { kind: 'count', scope: 'folder' },
      { kind: 'count', scope: 'text' },
    ]);
  });

  test('say what is missing', async () => {
    const empty = {
      texts: 0,
      mentions: [],
      relations: [],
      commonest: [],
      pairs: [],
      sentenceLengths: [],
      mentionLengths: [],
      distances: [],
    };
    await open('dark', {
      ...MESSAGE,
      report: { ...REPORT, ...empty, lost: 0 },
      history: { unknown: 'No git.' },
      unread: ['a.txt.spangrid.json: not valid JSON'],
    });
    expect(await page.page.getByRole('region', { name: 'Progress by day' }).textContent()).toContain('No git.');
    expect(await page.page.getByRole('region', { name: 'Relations by type' }).textContent()).toContain('There is nothing to count yet.');
    expect(await page.page.locator('.status-message').textContent()).toContain('Not read: a.txt.spangrid.json: not valid JSON');
    expect(await axeViolations(page.page)).toEqual([]);
  });

  for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'] as const)
    test(`have no fault that axe-core finds in ${theme}`, async () => {
      await open(theme);
      expect(await axeViolations(page.page)).toEqual([]);
      await page.picture(`statistics-${theme}`);
    });
});
