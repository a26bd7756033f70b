import { describe, expect, test } from 'vitest';
import type { TypesForm } from '../../src/annotation/typesForm';
import { parseFromTypes } from '../../src/protocol/fromTypesForm';
import type { FromTypes, ToTypes } from '../../src/protocol/typesForm';
import { axeViolations } from './axe';
import type { PageOptions, PageUnderTest } from './page';
import { useBrowsers } from './useBrowsers';

const ODD = '<img src=x onerror="alert(1)"> "quoted" 🧪';
const fields = (name: string, more: Partial<TypesForm['entities'][number]> = {}): TypesForm['entities'][number] => ({
  ...{ was: name, name, colour: '#4e79a7', key: '', description: '', guideline: '' },
  ...more,
});
const FORM: TypesForm = {
  entities: [fields('Drug', { guideline: 'Brand names, too.' }), fields(ODD, { colour: '#f28e2b' }), fields('Dose', { key: '3' })],
  relations: [{ ...fields('has'), head: [0], tail: [2], symmetric: false }],
};
const TYPES: ToTypes = {
  kind: 'types',
  path: 'spangrid.config.json',
  isFile: true,
  form: FORM,
  use: { entities: { Drug: 12 }, relations: {} },
};

describe('the types editor', () => {
  const browsers = useBrowsers();
  let page: PageUnderTest;

  const open = async (options: PageOptions = {}): Promise<void> => {
    page = await browsers.openView('types', options);
    await page.receive(TYPES);
  };
  const sent = async (): Promise<readonly FromTypes[]> => (await page.posted()).map(parseFromTypes);
  const saved = async (): Promise<TypesForm> => {
    await page.page.getByRole('button', { name: 'Save', exact: true }).click();
    const last = (await sent()).at(-1);
    if (last?.kind !== 'save') throw new Error('nothing was saved');
    return last.form;
  };

  test('shows types as text, however they are called, with how often they are used', async () => {
    await open();
    expect(
      await page.page
        .getByRole('textbox', { name: 'Name', exact: true })
        .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['Drug', ODD, 'Dose', 'has']);
    expect(await page.page.locator('img').count()).toBe(0);
    expect(await page.page.locator('#entities-0 .used').textContent()).toBe('used 12 times');
    expect(await saved()).toEqual(FORM);
  });

  test('renames, describes, gives a key, and constrains with the keyboard alone; a new name stands at once where it is admitted', async () => {
    await open();
    await page.page.locator('#entities-0 .name').focus();
    await page.press('Control+a');
    await page.page.keyboard.type('Medicine');
    expect(await page.page.locator('#relations-0 .entity-name').first().textContent()).toBe('Medicine');
    await page.page.getByLabel('Description').first().fill('What is given.');
    await page.page.locator('#entities-1 .key-choice').selectOption('7');
    await page.page.locator('#relations-0 .ends').nth(1).getByRole('checkbox').first().focus();
    await page.press('Space');
    const form = await saved();
    expect(form.entities[0]).toEqual({ ...FORM.entities[0], name: 'Medicine', description: 'What is given.' });
    expect(form.entities[1]?.key).toBe('7');
    expect(form.relations[0]?.tail).toEqual([0, 2]);
  });

  test('offers no key that is reserved or taken', async () => {
    await open();
    const choice = page.page.locator('#entities-0 .key-choice');
    await choice.focus();
    const keys = await choice.locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(keys).toContain('1');
    for (const key of ['3', 'a', 'x', 'r', 'e', 'n', 'p', 'd', 's', 'u', 'f']) expect(keys).not.toContain(key);
  });

  test('adds a type and removes one; relations keep admitting what they admitted', async () => {
    await open();
    await page.page.getByRole('button', { name: 'Add mention type' }).click();
    await page.page.keyboard.type('Unit');
    await page.page.getByRole('button', { name: 'Remove Drug' }).click();
    const { entities, relations } = await saved();
    expect(entities.map(({ name }) => name)).toEqual([ODD, 'Dose', 'Unit']);
    expect(entities.at(-1)).not.toHaveProperty('was');
    expect([relations[0]?.head, relations[0]?.tail]).toEqual([[], [1]]);
  });

  test('asks before it renames, with counts, and saves only when told to', async () => {
    await open();
    await page.receive({
      kind: 'preview',
      documents: [
        { name: 'a.txt', mentions: 3, relations: 0 },
        { name: 'b <b>.txt', mentions: 9, relations: 2 },
      ],
      unlisted: [ODD],
    } satisfies ToTypes);
    const dialog = page.page.getByRole('dialog');
    expect((await dialog.locator('tr').allTextContents()).slice(1)).toEqual(['a.txt30', 'b <b>.txt92', 'All122']);
    expect(await dialog.textContent()).toContain(ODD);
    expect(await axeViolations(page.page)).toEqual([]);
    await page.press('Escape');
    expect(await dialog.count()).toBe(0);
    expect((await sent()).filter(({ kind }) => kind === 'save')).toEqual([]);
    await page.receive({ kind: 'preview', documents: [{ name: 'a.txt', mentions: 3, relations: 0 }], unlisted: [] } satisfies ToTypes);
    await page.page.getByRole('button', { name: 'Save and Rename' }).click();
    expect((await sent()).at(-1)).toEqual({ kind: 'save', form: FORM, confirmed: true });
  });

  test('says what is wrong beside the type, and goes there', async () => {
    await open();
    await page.receive({
      kind: 'problems',
      problems: [{ path: ['entities', 'Dose', 'key'], message: '"a" is reserved' }],
    } satisfies ToTypes);
    expect(await page.page.locator('#entities-2 .problem').textContent()).toBe('"a" is reserved.');
    expect(await page.page.locator('#entities-2 .key-choice').evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await page.page.locator('.status-message').textContent()).toBe('Not saved: "a" is reserved.');
  });

  for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'] as const)
    test(`has no fault that axe-core finds in ${theme}, and stays inside a narrow window`, async () => {
      await open({ theme, width: 480 });
      expect(await axeViolations(page.page)).toEqual([]);
      expect(await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      await page.picture(`types-${theme}`);
    });
});
