import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Workbench } from './workbench';

const TEXT = 'Ann Lee\nLisbon\nBob Ray\nPorto\n';
const CONFIG = { entities: { Person: { key: 'h' }, Place: { key: 'l' } }, relations: {} };

describe('two windows on one text', () => {
  let first: Workbench;
  let second: Workbench;

  beforeAll(async () => {
    first = await Workbench.open({ vsix: [inject('vsix').extension], settings: { 'spangrid.model': 'none' } });
    writeFileSync(join(first.folder, 'spangrid.config.json'), JSON.stringify(CONFIG));
    writeFileSync(join(first.folder, 'letter.txt'), TEXT);
    second = await first.openAnother();
    for (const workbench of [first, second]) {
      await workbench.openFile('letter.txt');
      await workbench.runCommand('Spangrid: Annotate');
      await workbench.page.locator('.statusbar-item', { hasText: 'Annotate: 0 of 4 done' }).waitFor();
    }
  });

  afterAll(async () => {
    await first.close();
  });

  /** Labels the words of a line, by keys. */
  const label = async ({ page }: Workbench, line: number, key: string): Promise<void> => {
    await page.keyboard.press('Control+Home');
    for (let down = 0; down < line; down += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+End');
    await page.keyboard.press(key);
  };
  const written = (): readonly string[] => {
    const path = join(first.folder, 'letter.txt.spangrid.json');
    if (!existsSync(path)) return [];
    const { mentions } = JSON.parse(readFileSync(path, 'utf8')) as { mentions: readonly { type: string; text: string }[] };
    return mentions.map(({ type, text }) => `${type} ${text}`);
  };
  /** The lines that a window shows with a mention in them. */
  const shown = async ({ page }: Workbench): Promise<readonly string[]> => {
    const lines = await page.locator('.view-line', { has: page.locator('[class*="TextEditorDecorationType"]') }).allInnerTexts();
    return lines.map((line) => line.replaceAll('\u00a0', ' '));
  };

  it('what one adds the other shows', async () => {
    await label(first, 0, 'h');
    await expect.poll(written).toEqual(['Person Ann Lee']);
    await expect.poll(() => shown(second)).toContain('Ann Lee');
    await label(second, 1, 'l');
    await expect.poll(written).toEqual(['Person Ann Lee', 'Place Lisbon']);
    await expect.poll(() => shown(first)).toContain('Lisbon');
  });

  it('what both add at the same time is in the file, and in both', async () => {
    await Promise.all([label(first, 2, 'h'), label(second, 3, 'l')]);
    const all = ['Ann Lee', 'Lisbon', 'Bob Ray', 'Porto'];
    await expect.poll(written).toEqual(['Person Ann Lee', 'Place Lisbon', 'Person Bob Ray', 'Place Porto']);
    for (const workbench of [first, second]) await expect.poll(() => shown(workbench)).toEqual(expect.arrayContaining(all));
  });

  it('one takes back what it did itself, and no more', async () => {
    await first.page.keyboard.press('Control+z');
    await expect.poll(written).toEqual(['Person Ann Lee', 'Place Lisbon', 'Place Porto']);
    await expect.poll(() => shown(second)).not.toContain('Bob Ray');
  });
});
