import { describe, expect, test } from 'vitest';
import type { EntityGraph } from '../../src/annotation/entityGraph';
import type { Schema } from '../../src/annotation/schema';
import { parseFromGraph } from '../../src/protocol/fromGraph';
import type { FromGraph, ToGraph } from '../../src/protocol/graph';
import { axeViolations } from './axe';
import { SCHEMA } from './fixtures';
import type { PageUnderTest } from './page';
import type { ThemeName } from './themes';
import { useBrowsers } from './useBrowsers';

const GRAPH: EntityGraph = {
  nodes: [
    { type: 'Peop', words: 'Maria Lindqvist', mentions: ['m1', 'm9'] },
    { type: 'Org', words: 'Northwind Institute', mentions: ['m2'] },
    { type: 'Loc', words: 'Bergen', mentions: ['m3'] },
    { type: 'Other', words: '<b>"R&D"</b> 🧪', mentions: ['m4'] },
  ],
  edges: [
    { type: 'Work_For', head: 0, tail: 1, symmetric: false, relations: ['r1', 'r2', 'r3'] },
    { type: 'OrgBased_In', head: 1, tail: 2, symmetric: false, relations: ['r4'] },
    { type: 'Met', head: 0, tail: 0, symmetric: true, relations: ['r5'] },
  ],
  omitted: 3,
};
const message = (graph = GRAPH, schema: Schema = SCHEMA): ToGraph => ({ kind: 'graph', name: 'news.txt', graph, schema });

describe('the relation graph', () => {
  const browsers = useBrowsers();
  let page: PageUnderTest;

  const open = async (theme: ThemeName = 'light', sent: ToGraph = message()): Promise<void> => {
    page = await browsers.openView('graph', { theme });
    await page.receive(sent);
  };
  const sent = async (): Promise<readonly FromGraph[]> => (await page.posted()).map(parseFromGraph);

  test('draws a node for each entity and an edge for each kind of relation, with counts; markup in words is text', async () => {
    await open();
    const nodes = await page.page.locator('.board .node').allTextContents();
    expect(nodes.map((text) => text.replace(/^.*?: /u, ''))).toEqual([
      'Peop × 2Maria LindqvistPeop × 2',
      'OrgNorthwind InstituteOrg',
      'LocBergenLoc',
      'Other<b>"R&D"</b> 🧪Other',
    ]);
    expect(await page.page.locator('.board .edge').allTextContents()).toEqual(['Work_For × 3', 'OrgBased_In', 'Met']);
    expect(await page.page.locator('.status-message').textContent()).toMatch(/^4 entities, 3 kinds of relations\. 3 more/);
    await page.picture('graph-light');
  });

  test('is reached with the keyboard: each press of Enter shows the next place of an entity in the text', async () => {
    await open();
    const entry = page.page.getByRole('button', { name: 'Maria Lindqvist: Peop × 2' });
    await entry.focus();
    await page.press('Enter', 'Enter', 'Enter');
    expect((await sent()).filter(({ kind }) => kind === 'reveal')).toEqual(['m1', 'm9', 'm1'].map((id) => ({ kind: 'reveal', id })));
    expect(await page.page.locator('.board .node.marked').count()).toBe(1);
    await page.page.getByRole('button', { name: 'Northwind Institute → Bergen: OrgBased_In' }).focus();
    expect(await page.page.locator('.board .marked').count()).toBe(3);
  });

  test('shows words in the text by a click on them', async () => {
    await open();
    await page.page.locator('.board .node').nth(2).click();
    expect(await sent()).toContainEqual({ kind: 'reveal', id: 'm3' });
  });

  test('is saved as a picture of its own, the same whatever the theme', async () => {
    const saved: string[] = [];
    for (const theme of ['light', 'highContrast'] as const) {
      await open(theme);
      await page.page.getByRole('button', { name: 'Save as SVG' }).click();
      saved.push(...(await sent()).flatMap((one) => (one.kind === 'save' ? [one.svg] : [])));
    }
    expect(saved[0]).toBe(saved[1]);
    expect(saved[0]).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(saved[0]).not.toMatch(/var\(|<b>|class="[^"]*marked|<script|url\(/);
    expect(saved[0]).toContain('&lt;b&gt;');
  });

  test('says what to do where there is nothing to show', async () => {
    await open('dark', { kind: 'empty', message: 'There are no entities in news.txt yet.' });
    expect(await page.page.locator('.empty').textContent()).toContain('no entities in news.txt');
    expect(await axeViolations(page.page)).toEqual([]);
  });

  for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'] as const)
    test(`has no fault that axe-core finds in ${theme}`, async () => {
      await open(theme);
      expect(await axeViolations(page.page)).toEqual([]);
      await page.picture(`graph-${theme}`);
    });
});
