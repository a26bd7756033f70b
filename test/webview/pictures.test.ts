import { describe, expect, test } from 'vitest';
import type { LabelProbability } from '../../src/protocol/table';
import { LONG, NEWS, RTL, view } from './fixtures';
import type { PageOptions, TablePageUnderTest } from './page';
import { useBrowsers } from './useBrowsers';

const SENTENCES = [
  { ...NEWS, state: 'in-progress' as const },
  LONG,
  RTL,
  view(3, 'The committee will meet again in the autumn _.', [], [], { state: 'done' }),
  view(4, 'Nobody was hurt _, the company said _.', [], [], { state: 'skipped' }),
];

/** Labels as a model would send them: the block's type first. */
function labelsOf([row, column]: readonly [number, number], type: string | undefined): LabelProbability[] {
  const others =
    row === column ? ['none', 'Other', 'Org', 'Loc', 'Peop'] : ['none', 'Live_In →', '← OrgBased_In', 'Kill →', 'Located_In →'];
  const first = type ?? 'none';
  const labels = [row === column || first === 'none' ? first : `${first} →`, ...others.filter((label) => !label.includes(first))].slice(
    0,
    5,
  );
  return labels.map((label, at) => ({ label, probability: [0.9, 0.06, 0.025, 0.01, 0.003][at] ?? 0 }));
}

describe('pictures to look at, under test-output/webview; in each, all stays inside the window', () => {
  const browsers = useBrowsers();

  const take = (
    name: string,
    options: PageOptions,
    shown: number,
    act: (table: TablePageUnderTest) => Promise<void> = async () => undefined,
  ): void => {
    test(name, async () => {
      const table = await browsers.open(options);
      await table.open(SENTENCES, shown);
      await table.send({ kind: 'status', model: 'accurate', device: 'cpu', busy: false });
      await act(table);
      const cell = (await table.sent('focusCell')).at(-1)?.cell ?? ([0, 0] as const);
      const [type] = await table.page.locator('.pair-type').allTextContents();
      await table.send({ kind: 'labels', sentence: shown, cell, labels: labelsOf(cell, type) });
      await table.picture(name);
      const beyond = await table.page.evaluate(() => [
        document.documentElement.scrollWidth - innerWidth,
        document.documentElement.scrollHeight - innerHeight,
      ]);
      expect(beyond).toEqual([0, 0]);
    });
  };

  const keys =
    (...pressed: readonly string[]) =>
    async (table: TablePageUnderTest): Promise<void> => {
      await table.page.focus('[role=gridcell][tabindex="0"]');
      await table.press(...pressed);
    };
  const mode =
    (name: string) =>
    async (table: TablePageUnderTest): Promise<void> =>
      table.page.click(`.modes label:has([value=${name}])`);

  take('news-dark', { theme: 'dark' }, 0, keys('Shift+Tab', 'Tab'));
  take('news-light', { theme: 'light' }, 0);
  take('news-high-contrast', { theme: 'highContrast' }, 0, keys('n'));
  take('news-high-contrast-light', { theme: 'highContrastLight' }, 0);
  take('news-heat-dark', { theme: 'dark' }, 0, mode('heat'));
  take('news-labels-light', { theme: 'light' }, 0, mode('labels'));
  take(
    'news-selection-light',
    { theme: 'light' },
    0,
    keys('Control+Home', 'End', 'ArrowDown', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowDown'),
  );
  take('news-highlight-dark', { theme: 'dark' }, 0, async (table) => table.send({ kind: 'highlight', startToken: 6, endToken: 8 }));
  take('long-dark', { theme: 'dark' }, 1);
  take('long-beside-light', { theme: 'light', width: 820, height: 900 }, 1, keys('n', 'n'));
  take('long-narrow-dark', { theme: 'dark', width: 400, height: 760 }, 1, keys('n'));
  take('list-narrow-light', { theme: 'light', width: 400, height: 760 }, 1, async (table) =>
    table.page.click('button[aria-label=Sentences]'),
  );
  take('long-zoom-light', { theme: 'light', width: 1000, height: 800, zoom: 2 }, 1, keys('n'));
  take('rtl-dark', { theme: 'dark' }, 2, keys('Control+Home', 'ArrowDown', 'End'));
  take('short-light', { theme: 'light' }, 3);
});
