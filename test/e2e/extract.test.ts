import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ordinaryEnvironment } from '../../scripts/host.mjs';
import { NetworkWatch, runWatched } from './network';
import { Workbench } from './workbench';

/** A sentence of samples/news.txt, over two lines as it stands there. */
const SENTENCE = 'Crane, a former guard at Midland Savings Bank in\nDayton, told police that he "did not know the man."';

describe('a person who has installed both VSIX files and opens samples/news.txt', () => {
  let workbench: Workbench;
  let network: NetworkWatch;

  beforeAll(async () => {
    const { extension, accurate } = inject('vsix');
    workbench = await Workbench.open({
      vsix: [extension, accurate],
      settings: { 'workbench.colorTheme': 'Light Modern', 'editor.fontSize': 12 },
    });
    await workbench.openFile('news.txt');
    // From before the model process starts until the last test: it is watched with the host, as its child.
    network = await NetworkWatch.start(workbench.extensionHost());
  });

  afterAll(async () => {
    await workbench.close();
  });

  it('extracts from a selected sentence, and sees it in the text and in the table', async () => {
    await workbench.select(SENTENCE);
    await workbench.runCommand('Spangrid: Extract from Selection');
    const table = workbench.table();
    await table
      .getByRole('gridcell', { name: /^Crane Work_For Midland Savings Bank, \d+%, suggested by accurate$/ })
      .first()
      .waitFor();
    await table.getByRole('gridcell', { name: /^Dayton: Loc, / }).waitFor();
    await expect.poll(() => workbench.decorations().count()).toBeGreaterThanOrEqual(3);
    await workbench.page.locator('.statusbar-item', { hasText: 'accurate · cpu' }).waitFor();
    // A sentence that was only extracted makes no file.
    expect(readdirSync(workbench.folder).filter((name) => name.endsWith('.spangrid.json'))).toEqual([]);
  });

  it('hovers over a mention and reads its type, score and relations', async () => {
    const text = await workbench.hover('Midland', 'Midland Savings Bank');
    expect(text).toMatch(/Org\s+Midland Savings Bank/);
    expect(text).toMatch(/suggested with \d+ % by accurate/);
    expect(text).toMatch(/OrgBased_In → Dayton/);
    await workbench.screenshot('hover');
  });

  it('gives text and table the whole window', async () => {
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.page.locator('.explorer-folders-view').waitFor({ state: 'hidden' });
  });

  it.each(['light', 'dark', 'high-contrast', 'high-contrast-light'] as const)('looks at it in the %s theme', async (theme) => {
    await workbench.setTheme(theme);
    await workbench.table().getByRole('grid').waitFor();
    await workbench.screenshot(`extract-${theme}`);
  });

  it('exports CoNLL04 JSON with its types through the save dialog', async () => {
    await workbench.runCommand('Spangrid: Export as CoNLL04 JSON');
    await workbench.choose('What is accepted or suggested');
    await workbench.saveAs('Export as CoNLL04 JSON', join(workbench.folder, 'news.conll04.json'));
    await workbench.notifications().filter({ hasText: 'Exported to news.conll04.json' }).waitFor();
    const [sentence] = JSON.parse(readFileSync(join(workbench.folder, 'news.conll04.json'), 'utf8')) as {
      tokens: string[];
      entities: { type: string; start: number; end: number }[];
      relations: { type: string; head: number; tail: number }[];
    }[];
    const words = ({ start, end }: { start: number; end: number }): string => sentence!.tokens.slice(start, end).join(' ');
    const triples = sentence!.relations.map(({ type, head, tail }) => [
      words(sentence!.entities[head]!),
      type,
      words(sentence!.entities[tail]!),
    ]);
    expect(triples).toContainEqual(['Crane', 'Work_For', 'Midland Savings Bank']);
    expect(existsSync(join(workbench.folder, 'news.conll04_types.json'))).toBe(true);
  });

  it('extracts from the whole file, and shows the sentence in which the cursor is', async () => {
    await workbench.page.setViewportSize({ width: 1680, height: 840 });
    await workbench.runCommand('Spangrid: Extract from Whole File');
    await workbench.table().getByText('/ 11').waitFor();
    await workbench.select('Lars Solberg');
    await workbench.page.keyboard.press('ArrowLeft');
    const table = workbench.table();
    await table
      .getByRole('gridcell', { name: /^Lars Solberg Live_In Oslo, / })
      .first()
      .waitFor();
    await table.getByText('6 / 11').waitFor();
    // docs/images/editor.png is a copy of this picture.
    await workbench.setTheme('dark');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.screenshot('editor');
  });

  it('never saw the extension host or the model process reach for the network', async () => {
    expect(await network.stop()).toEqual([]);
  });

  it('reloads the window and has the table and the decorations back', async () => {
    await workbench.reload();
    await workbench
      .table()
      .getByRole('gridcell', { name: /^Oslo: Loc, / })
      .waitFor();
    await workbench.decorations().first().waitFor();
  });

  it('finds the command line inside the VSIX; it finds the accurate model, and reaches for no network either', () => {
    const installed = join(workbench.host.home, 'extensions');
    const folder = readdirSync(installed).find((name) => /^spangrid\.spangrid-\d/.test(name));
    const words = [join(installed, folder!, 'dist', 'cli.js'), 'extract', 'news.txt', '--format', 'jsonl'];
    const cache = mkdtempSync(join(workbench.folder, '.cache-'));
    const { output, calls } = runWatched(words, workbench.folder, { ...ordinaryEnvironment(), XDG_CACHE_HOME: cache });
    expect(output).toContain('"accurate"');
    expect(output).toContain('Work_For');
    expect(calls).toEqual([]);
    // ONNX Runtime's telemetry would keep a device id there.
    expect(readdirSync(cache)).toEqual([]);
  });
});
