import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Workbench } from './workbench';

const TEXT = 'Ann Lee lives in Lisbon.\nBob Ray builds boats.\n';
/** Types of one's own, and no model that knows them. */
const CONFIG = {
  entities: { Person: { key: 'h' }, Place: { key: 'l' }, Company: { key: 'c' } },
  relations: { lives_in: { key: 'l', head: ['Person'], tail: ['Place'] }, owns: { key: 'o', head: ['Person'], tail: ['Company'] } },
};

interface Sidecar {
  readonly sentences: readonly { readonly state: string }[];
  readonly mentions: readonly { readonly id: string; readonly type: string; readonly text: string; readonly status: string }[];
  readonly relations: readonly { readonly head: string; readonly type: string; readonly tail: string }[];
}

describe('a person who annotates a text with the keyboard alone', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await Workbench.open({ vsix: [inject('vsix').extension], settings: { 'spangrid.model': 'none' } });
    writeFileSync(join(workbench.folder, 'spangrid.config.json'), JSON.stringify(CONFIG));
    writeFileSync(join(workbench.folder, 'letter.txt'), TEXT);
    await workbench.openFile('letter.txt');
  });

  afterAll(async () => {
    await workbench.close();
  });

  const path = (): string => join(workbench.folder, 'letter.txt.spangrid.json');
  const sidecar = (): Sidecar | undefined => (existsSync(path()) ? (JSON.parse(readFileSync(path(), 'utf8')) as Sidecar) : undefined);
  const mentions = (): readonly string[] => (sidecar()?.mentions ?? []).map(({ type, text }) => `${type} ${text}`);
  const relations = (): readonly string[] => {
    const written = sidecar();
    const words = (id: string): string => written?.mentions.find((mention) => mention.id === id)?.text ?? '?';
    return (written?.relations ?? []).map(({ head, type, tail }) => `${words(head)} ${type} ${words(tail)}`);
  };
  const status = (text: string): Locator => workbench.page.locator('.statusbar-item', { hasText: text });
  /** Selects words of the text by keys: the way of a person without a mouse. */
  const select = async (words: string): Promise<void> => {
    const before = TEXT.slice(0, TEXT.indexOf(words));
    const down = before.split('\n').length - 1;
    const right = before.length - before.lastIndexOf('\n') - 1;
    const times = (key: string, count: number): readonly string[] => new Array<string>(count).fill(key);
    await press('Control+Home', ...times('ArrowDown', down), ...times('ArrowRight', right), ...times('Shift+ArrowRight', words.length));
  };
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await workbench.page.keyboard.press(key);
  };

  it('enters annotate mode, which the status bar shows', async () => {
    await workbench.runCommand('Spangrid: Annotate');
    await status('Annotate: 0 of 2 done, this one new').waitFor();
    expect(existsSync(path())).toBe(false);
  });

  it('selects words and presses the key of a type', async () => {
    await select('nn Le');
    await press('h');
    await expect.poll(mentions).toEqual(['Person Ann Lee']);
    await select('Lisbon');
    await press('c');
    await expect.poll(mentions).toEqual(['Person Ann Lee', 'Company Lisbon']);
    await status("Company 'Lisbon', accepted").waitFor();
  });

  it('takes the wrong type back, and presses the right one', async () => {
    await press('Control+z');
    await expect.poll(mentions).toEqual(['Person Ann Lee']);
    await status('Undone: add').waitFor();
    await press('Control+y');
    await expect.poll(mentions).toEqual(['Person Ann Lee', 'Company Lisbon']);
    await press('l');
    await expect.poll(mentions).toEqual(['Person Ann Lee', 'Place Lisbon']);
  });

  it('relates two mentions', async () => {
    await press('Shift+Tab');
    await press('e');
    await status("Relate 'Ann Lee' to …").waitFor();
    await press('Tab');
    await status("Relate 'Ann Lee' to 'Lisbon': e adds lives_in").waitFor();
    await workbench.screenshot('annotate');
    await press('e');
    await expect.poll(relations).toEqual(['Ann Lee lives_in Lisbon']);
  });

  it('widens and narrows with brackets, and with Alt and an arrow', async () => {
    await press('[');
    await expect.poll(mentions).toContain('Place in Lisbon');
    await press('Alt+Shift+ArrowRight');
    await expect.poll(mentions).toContain('Place Lisbon');
  });

  it('marks the sentence as done and is in the next', async () => {
    await press('d');
    await expect.poll(() => sidecar()?.sentences.map(({ state }) => state)).toEqual(['done', 'new']);
    await status('Annotate: 1 of 2 done, this one new').waitFor();
  });

  it('has never changed the text', async () => {
    expect(readFileSync(join(workbench.folder, 'letter.txt'), 'utf8')).toBe(TEXT);
    await expect.poll(() => workbench.page.locator('.tab.active.dirty').count()).toBe(0);
  });

  it('is in the mode still when the window was loaded again', async () => {
    await workbench.reload();
    await status('Annotate: 1 of 2 done').waitFor();
    await workbench.runCommand('View: Focus First Editor Group');
    await select('Bob');
    await press('h', 'd');
    await expect.poll(mentions).toContain('Person Bob');
    await expect.poll(() => sidecar()?.sentences.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(readFileSync(join(workbench.folder, 'letter.txt'), 'utf8')).toBe(TEXT);
  });

  it('leaves, and types in the text again', async () => {
    await press('Escape');
    await status('Annotate:').waitFor({ state: 'hidden' });
    await workbench.select('Bob');
    await press('b');
    await workbench.page.locator('.tab.active.dirty').waitFor();
  });
});
