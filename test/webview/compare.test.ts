import { describe, expect, test } from 'vitest';
import type { FromCompare, ToCompare } from '../../src/protocol/compare';
import { parseFromCompare } from '../../src/protocol/fromCompare';
import { axeViolations } from './axe';
import { SCHEMA } from './fixtures';
import type { PageOptions, PageUnderTest } from './page';
import { useBrowsers } from './useBrowsers';

const ODD = '<b>Rome</b> 🧪';
const both = { spans: [[0, 8]] as const, type: 'Peop', isEqual: true };
const COMPARISON: Extract<ToCompare, { kind: 'comparison' }> = {
  kind: 'comparison',
  name: 'news.txt',
  people: ['ada', 'bea'],
  into: 'news.txt.spangrid.json',
  schema: SCHEMA,
  scope: 'done',
  figures: [
    ['Kappa of words', '0.71'],
    ['Mentions, F1', '66.7 %'],
  ],
  sentences: [
    {
      number: 1,
      text: `Ann Berg met Bob in ${ODD}.`,
      isDone: true,
      first: {
        mentions: [both, { type: 'Peop', spans: [[13, 16]], isEqual: false }, { type: 'Loc', spans: [[20, 34]], isEqual: false }],
        relations: [{ type: 'Met', head: 'Ann Berg', tail: 'Bob', isEqual: false }],
      },
      second: { mentions: [both, { type: 'Org', spans: [[13, 16]], isEqual: false }], relations: [] },
      differences: [
        { key: 'a/b', first: 'Peop: Bob', second: 'Org: Bob' },
        { key: 'c/', first: `Loc: ${ODD}` },
        { key: 'r/', first: 'Ann Berg → Bob: Met' },
      ],
    },
    {
      number: 2,
      text: 'It rained.',
      isDone: true,
      first: { mentions: [], relations: [] },
      second: { mentions: [], relations: [] },
      differences: [],
    },
    {
      number: 5,
      text: 'She lives in Lisbon.',
      isDone: true,
      first: { mentions: [], relations: [] },
      second: { mentions: [{ type: 'Loc', spans: [[13, 19]], isEqual: false }], relations: [] },
      differences: [{ key: '/d', second: 'Loc: Lisbon' }],
    },
  ],
};

describe('the page that compares annotations', () => {
  const browsers = useBrowsers();
  let page: PageUnderTest;

  const open = async (options: PageOptions = {}, comparison = COMPARISON): Promise<void> => {
    page = await browsers.openView('compare', options);
    await page.receive(comparison, { kind: 'decisions', choices: {}, done: [] } satisfies ToCompare);
  };
  const decided = async (): Promise<readonly FromCompare[]> =>
    (await page.posted()).map(parseFromCompare).filter(({ kind }) => kind !== 'ready');
  const status = (): Promise<string | null> => page.page.locator('.status-message').textContent();

  test('shows what differs at first, each text twice, with signs on what the other does not have; the rest when asked', async () => {
    await open();
    const titles = (): Promise<readonly string[]> => page.page.locator('.compare-sentence h2 button').allTextContents();
    expect(await titles()).toEqual(['Sentence 1', 'Sentence 5']);
    expect(await page.page.locator('.compare-sentence').first().locator('.compare-text').allTextContents()).toEqual([
      `Ann Berg Peop  met Bob ≠ Peop  in ${ODD} ≠ Loc .`,
      `Ann Berg Peop  met Bob ≠ Org  in ${ODD}.`,
    ]);
    expect(await page.page.locator('.compare-relations li').allTextContents()).toEqual(['≠ Ann Berg → Bob: Met']);
    expect(await page.page.locator('main b').count()).toBe(0);
    expect(await page.page.locator('.compare-figures').textContent()).toBe(
      'Kappa of words0.71Mentions, F166.7 %in 3 sentences that both have done',
    );
    await page.page.getByLabel('Equal sentences, too').check();
    expect(await titles()).toEqual(['Sentence 1', 'Sentence 2', 'Sentence 5']);
  });

  test('is decided with the keyboard alone: each decision goes on to the next difference that is open', async () => {
    await open();
    await page.page.locator('.compare-line').first().focus();
    expect(await page.focused()).toBe('ada: Peop: Bob; bea: Org: Bob');
    await page.press('b');
    expect(await page.focused()).toBe(`ada: Loc: ${ODD}; bea: nothing`);
    // What one alone says is there or not: there is no both.
    await page.press('b', 'n', 'ArrowRight', 'ArrowLeft', 'ArrowRight');
    expect(await decided()).toEqual([
      { kind: 'decide', key: 'a/b', choice: 'both' },
      { kind: 'decide', key: 'c/', choice: 'second' },
      { kind: 'decide', key: 'r/', choice: 'first' },
      { kind: 'decide', key: '/d', choice: 'second' },
    ]);
    await page.press('ArrowUp', 'ArrowUp', 'ArrowDown');
    await page.press('Control+z', 'Control+Shift+Z', 'Control+y');
    expect((await decided()).slice(4).map(({ kind }) => kind)).toEqual(['undo', 'redo', 'redo']);
  });

  test('shows what is decided, and how far it is; the differences are one stop of the Tab key', async () => {
    await open();
    expect(await status()).toBe('0 of 4 differences decided; 0 of 3 sentences done.');
    await page.receive({ kind: 'decisions', choices: { 'a/b': 'both', '/d': 'second' }, done: [5] } satisfies ToCompare);
    expect(await status()).toBe('2 of 4 differences decided; 1 of 3 sentences done.');
    expect(await page.page.locator('[aria-pressed=true]').allTextContents()).toEqual(['BBoth', '→bea']);
    expect(await page.page.locator('[data-sentence="5"] .compare-state').textContent()).toBe('✓ done');
    expect(
      await page.page.locator('.compare-line[tabindex="0"]').evaluateAll((all) => all.map((one) => one.getAttribute('data-key'))),
    ).toEqual(['c/']);
  });

  test('is decided with the mouse, too; takes over what is equal; goes to the text; asks for sentences that are not done', async () => {
    await open();
    await page.page.locator('.compare-line').first().getByRole('button', { name: 'Neither' }).click();
    await page.page.getByRole('button', { name: 'Take What Is Equal' }).click();
    await page.page.getByRole('button', { name: 'Sentence 5' }).click();
    await page.page.getByLabel('Sentences not done, too').check();
    expect(await decided()).toEqual([
      { kind: 'decide', key: 'a/b', choice: 'neither' },
      { kind: 'takeEqual' },
      { kind: 'reveal', sentence: 5 },
      { kind: 'scope', scope: 'all' },
    ]);
  });

  test('says it where there is nothing to compare', async () => {
    await open({}, { ...COMPARISON, sentences: [] });
    expect(await page.page.locator('.compare-about').textContent()).toBe('There is no sentence that both have marked as done.');
  });

  for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'] as const)
    test(`has no fault that axe-core finds in ${theme}, and stays inside a narrow window`, async () => {
      await open({ theme });
      await page.receive({ kind: 'decisions', choices: { 'a/b': 'first' }, done: [5] } satisfies ToCompare);
      expect(await axeViolations(page.page)).toEqual([]);
      await page.picture(`compare-${theme}`);
      await page.page.setViewportSize({ width: 480, height: 860 });
      expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect(await axeViolations(page.page)).toEqual([]);
    });
});
