import { describe, expect, test } from 'vitest';
import type { AnnotationDocument } from '../../src/annotation/document';
import { RESERVED_KEYS, TYPE_KEYS } from '../../src/annotation/keys';
import type { Schema } from '../../src/annotation/schema';
import type { TableChange } from '../../src/protocol/table';
import { ACTION_OF_KEY } from '../../src/webview/actions';
import { axeViolations } from './axe';
import { documentOf, SCHEMA, sizedView, summaryOf } from './fixtures';
import { annotated, MemoryEditor } from './memoryEditor';
import { cell, type PageOptions, type TablePageUnderTest } from './page';
import type { ThemeName } from './themes';
import { useBrowsers } from './useBrowsers';

const between = (head: string, tail: string): { head: string[]; tail: string[] } => ({ head: [head], tail: [tail] });

/** CoNLL04's types with what they admit, and one that goes both ways. */
const TYPES: Schema = {
  entities: {
    ...SCHEMA.entities,
    Org: { ...SCHEMA.entities['Org']!, description: 'A company, a school, an authority', guideline: 'Not a team that has no name.' },
  },
  relations: {
    Work_For: { ...SCHEMA.relations['Work_For']!, ...between('Peop', 'Org') },
    Kill: { ...SCHEMA.relations['Kill']!, ...between('Peop', 'Peop') },
    OrgBased_In: { ...SCHEMA.relations['OrgBased_In']!, ...between('Org', 'Loc') },
    Live_In: { ...SCHEMA.relations['Live_In']!, ...between('Peop', 'Loc') },
    Met: { colour: '#777777', key: 'm', symmetric: true, ...between('Peop', 'Peop') },
  },
};

const TEXT = 'Ada Brandt works for Tellus Labs in Lund near the river. Otto Weiss shot Karl Moser in Graz. Nothing happened on Sunday.';

const DOCUMENT = annotated(
  TEXT,
  {
    ada: ['Peop', 'Ada Brandt', { score: 0.95 }],
    tellus: ['Org', 'Tellus', { score: 0.5 }],
    lund: ['Loc', 'Lund'],
    river: ['Other', 'river', { score: 0.3 }],
    otto: ['Peop', 'Otto Weiss', { status: 'accepted' }],
    karl: ['Org', 'Karl Moser', { score: 0.6 }],
    graz: ['Loc', 'Graz'],
  },
  {},
);

test('every letter that is reserved does something', () => {
  expect(Object.keys(ACTION_OF_KEY)).toEqual(expect.arrayContaining(Object.keys(RESERVED_KEYS)));
  expect(TYPE_KEYS.filter((key) => Object.hasOwn(ACTION_OF_KEY, key))).toEqual([]);
});

describe('correcting in the table', () => {
  const browsers = useBrowsers();
  let table: TablePageUnderTest;
  let editor: MemoryEditor;

  const open = async (document: AnnotationDocument = DOCUMENT, schema = TYPES, options: PageOptions = {}): Promise<void> => {
    table = await browsers.open(options);
    editor = new MemoryEditor(table, TEXT, document, schema);
    await editor.open();
  };

  const said = async (): Promise<string> => table.page.getByRole('status').first().innerText();
  const changes = async (): Promise<readonly TableChange[]> => (await table.sent('change')).at(-1)?.changes ?? [];
  const picker = (): ReturnType<TablePageUnderTest['page']['getByRole']> => table.page.getByRole('dialog');

  describe('a key', () => {
    test('of a type marks the selected words, another one changes the type, and the focus stays', async () => {
      await open();
      await editor.press('Control+ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
      expect(await table.focused()).toBe('near: no mention');
      await editor.press('Shift+ArrowDown', 'Shift+ArrowRight', 'l');
      expect(editor.items()).toContain('Loc near the river (accepted)');
      expect(editor.items().some((item) => item.startsWith('Other'))).toBe(false);
      expect(await table.focused()).toBe('near the river: Loc, accepted');
      await editor.press('o');
      expect(editor.items()).toContain('Org near the river (accepted)');
      expect(await said()).toBe('near the river: Org, accepted');
      expect(editor.steps).toBe(2);
    });

    test('of a relation type relates the mentions of row and column, in the direction that the types admit', async () => {
      await open();
      await editor.press('Control+ArrowRight', 'w');
      expect(editor.items()).toContain('Ada Brandt Work_For Tellus (accepted)');
      expect(editor.items()).toContain('Org Tellus (accepted)');
      expect(await table.focused()).toBe('Ada Brandt Work_For Tellus, accepted');

      const backwards = annotated(TEXT, { lund: ['Loc', 'Lund'], tellus: ['Org', 'Tellus'] }, {});
      editor = new MemoryEditor(table, TEXT, backwards, {
        ...TYPES,
        relations: { Hosts: { ...TYPES.relations['Kill']!, ...between('Loc', 'Org') } },
      });
      await editor.open();
      await editor.press('Control+ArrowDown', 'Control+ArrowRight', 'k');
      expect(editor.items()).toContain('Lund Hosts Tellus (accepted)');
    });

    test('that the types do not admit, or that no type has, changes nothing and says so', async () => {
      await open();
      await editor.press('Control+ArrowRight', 'v');
      expect(await said()).toBe('Live_In does not go between Peop and Org in the types of this text.');
      await editor.press('z');
      expect(await said()).toBe('No relation type has the key z. Enter lists them.');
      await editor.press('ArrowLeft', 'w');
      expect(await said()).toBe('A relation needs a mention in its row and in its column, and “for” is in none. Mark it first.');
      await editor.press('Home', 'w');
      expect(await said()).toBe('No mention type has the key w. Enter lists them.');
      expect(editor.items()).toEqual(new MemoryEditor(table, TEXT, DOCUMENT, TYPES).items());
      expect(await table.sent('change')).toEqual([]);
    });

    test('accepts, rejects and deletes what is in focus; what is rejected is out of sight until the focus comes to it', async () => {
      await open();
      await editor.press('a');
      expect(editor.items()[0]).toBe('Peop Ada Brandt (accepted)');
      await editor.press('a');
      expect(await said()).toBe('This is accepted already.');
      await editor.press('n', 'n', 'x');
      expect(editor.items()).toContain('Other river (rejected)');
      expect(await table.focused()).toBe('river: Other, 30%, rejected');
      const block = table.page.locator('.block[data-id=river]');
      expect(await block.isVisible()).toBe(true);
      await editor.press('ArrowDown');
      expect(await block.isVisible()).toBe(false);
      // A model's suggestion is rejected, so that it does not come again; what a person made is gone.
      await editor.press('Control+Home', 'Control+ArrowRight', 'w', 'Delete');
      expect(editor.items().some((item) => item.includes('Work_For'))).toBe(false);
      await editor.press('e');
      expect(await said()).toBe('A relation starts at a mention: go to one, or mark the words first.');
      await editor.press('x');
      expect(await said()).toBe('There is nothing here to reject.');
    });

    test('reverses a relation where the types admit it, and says where not', async () => {
      await open(
        annotated(
          TEXT,
          { ada: ['Peop', 'Ada Brandt'], lund: ['Loc', 'Lund'], otto: ['Peop', 'Otto Weiss'], karl: ['Peop', 'Karl Moser'] },
          { r1: ['Live_In', 'ada', 'lund'], r2: ['Kill', 'karl', 'otto'] },
        ),
      );
      await editor.press('Control+ArrowRight', 'r');
      expect(await said()).toContain('Live_In does not go from Loc to Peop');
      await editor.press('u');
      expect(await table.focused()).toContain('Karl Moser Kill Otto Weiss');
      await editor.press('r');
      expect(await table.focused()).toContain('Otto Weiss Kill Karl Moser, accepted');
      await editor.press('m', 'r');
      expect(await said()).toBe('Met goes both ways: there is nothing to reverse.');
      await editor.press('Home', 'r');
      expect(await said()).toBe('Only a relation has a direction. Go to one to reverse it.');
    });

    test('makes a mention wider and narrower by a word at either end, and the focus goes with it', async () => {
      await open();
      await editor.press('n', ']');
      expect(editor.items()).toContain('Org Tellus Labs (accepted)');
      await editor.press('[');
      expect(editor.items()).toContain('Org for Tellus Labs (accepted)');
      expect(await table.focusedCell()).toEqual([4, 4]);
      await editor.press('{');
      expect(editor.items()).toContain('Org Tellus Labs (accepted)');
      expect(await table.focused()).toBe('Tellus Labs: Org, accepted');
      await editor.press('}', '}');
      expect(editor.items()).toContain('Org Tellus (accepted)');
      expect(await said()).toBe('A mention needs at least one word. Delete removes it.');
      await editor.press('Control+ArrowDown', '[', '[', '[');
      expect(await said()).toBe('The word beside it belongs to Tellus. Delete or narrow that first.');
      expect(editor.items()).toContain('Loc Labs in Lund (accepted)');
    });

    test('flags to discuss and takes it back', async () => {
      await open();
      await editor.press('f');
      expect(await table.focused()).toBe('Ada Brandt: Peop, 95%, suggested by fast, to discuss');
      expect(await table.page.locator('.block[data-id=ada] .flagged').count()).toBe(1);
      expect(await table.page.getByRole('option').first().innerText()).toContain('to discuss');
      await editor.press('f');
      expect(await table.focused()).toBe('Ada Brandt: Peop, 95%, suggested by fast');
    });

    test('accepts all, marks as done or skipped and goes on, each as one step', async () => {
      await open();
      await editor.press('Shift+A');
      expect(
        editor
          .items()
          .slice(0, 4)
          .every((item) => item.endsWith('(accepted)')),
      ).toBe(true);
      expect(editor.items()).toContain('Org Karl Moser');
      expect(await said()).toBe('Every suggestion of this sentence is accepted.');
      await editor.press('d');
      expect(editor.document.sentences.map(({ state }) => state)).toEqual(['done', 'new', 'new']);
      expect(await table.page.getByText('2 / 3').isVisible()).toBe(true);
      // The first doubtful item of the sentence that was gone to.
      expect(await table.focused()).toContain('Karl Moser: Org, 60%');
      await editor.press('Shift+D');
      expect(editor.document.sentences.map(({ state }) => state)).toEqual(['done', 'done', 'new']);
      expect(editor.steps).toBe(3);
      await editor.press('s');
      expect(editor.document.sentences.map(({ state }) => state)).toEqual(['done', 'done', 'skipped']);
      expect(await said()).toBe('Every sentence is done or skipped.');
      expect(await table.page.getByText('2 done, 0 left').isVisible()).toBe(true);
      await editor.press('s');
      expect(await said()).toBe('Sentence 3 is in progress again.');
    });

    test('works on all that is selected', async () => {
      await open();
      for (let word = 0; word < 11; word++) await editor.press('Shift+ArrowDown');
      await editor.press('a');
      expect((await changes()).length).toBe(4);
      expect(
        editor
          .items()
          .slice(0, 4)
          .every((item) => item.endsWith('(accepted)')),
      ).toBe(true);
    });

    test('is one of the table only there: elsewhere it is typed', async () => {
      await open();
      await table.page.getByRole('button', { name: 'Next sentence' }).focus();
      await editor.press('a', 'x', 'Delete', 'l');
      expect(await table.sent('change')).toEqual([]);
      await editor.press('d');
      expect(await changes()).toEqual([{ kind: 'setState', state: 'done' }]);
    });

    test('pressed before the editor has answered waits for the answer, and is about what came of the one before', async () => {
      await open();
      await table.press('ArrowDown', 'ArrowDown', 'o', 'ArrowDown', 'l', 'ArrowDown');
      expect(await table.sent('change')).toHaveLength(1);
      await editor.answer();
      expect(editor.items()).toEqual(expect.arrayContaining(['Org works (accepted)', 'Loc for (accepted)']));
      expect(await table.focused()).toBe('Tellus: Org, 50%, suggested by fast');
    });
  });

  describe('relating by keyboard', () => {
    test('starts at a mention, goes through those that the types admit, and takes a key', async () => {
      await open();
      await editor.press('e');
      expect(await said()).toBe('Relate Ada Brandt to Tellus: w Work_For. Arrow keys choose another mention, Escape leaves.');
      expect(await table.page.locator('.chip.marked').getAttribute('data-id')).toBe('ada');
      await editor.press('ArrowRight');
      expect(await said()).toContain('Relate Ada Brandt to Lund: v Live_In.');
      await editor.press('w');
      expect(await said()).toBe('Work_For does not go from Peop to Loc in the types of this text.');
      await editor.press('v');
      expect(editor.items()).toContain('Ada Brandt Live_In Lund (accepted)');
      expect(await table.focused()).toBe('Ada Brandt Live_In Lund, accepted');
      expect(await table.page.locator('.marked').count()).toBe(0);
    });

    test('can be picked from a list, and left', async () => {
      await open();
      await editor.press('e', 'p', 'Enter');
      expect(await picker().getByRole('heading').innerText()).toBe('Relation from Ada Brandt to Lund');
      expect(await picker().getByRole('option').allInnerTexts()).toEqual([expect.stringContaining('Live_In')]);
      await editor.press('Escape');
      expect(await picker().count()).toBe(0);
      await editor.press('Escape');
      expect(await table.focusedCell()).toEqual([0, 0]);
      expect(await table.page.locator('.marked').count()).toBe(0);
      expect(await table.sent('change')).toEqual([]);
    });

    test('says where there is nothing to relate to', async () => {
      await open(annotated(TEXT, { lund: ['Loc', 'Lund'], river: ['Other', 'river'] }, {}));
      await editor.press('Control+ArrowDown', 'e');
      expect(await said()).toBe('No relation goes from Loc to another mention of this sentence.');
      await editor.press('Control+ArrowDown', 'x', 'Control+ArrowLeft', 'e');
      expect(await said()).toBe('There is no other mention to relate it to. Mark one first.');
    });
  });

  describe('the picker', () => {
    test('lists the types with key and description, is narrowed down by typing, and gives the focus back', async () => {
      await open();
      await editor.press('n', 'Enter');
      expect(await picker().getByRole('heading').innerText()).toBe('Tellus');
      const entries = async (): Promise<string[]> =>
        (await picker().getByRole('option').allInnerTexts()).map((text) => text.replace(/\s+/gu, ' ').trim());
      expect((await entries()).slice(0, 4)).toEqual(['Loc l', 'Org now o A company, a school, an authority', 'Peop b', 'Other t']);
      expect(await entries()).toContain('Delete Del');
      expect(await picker().getByRole('option', { selected: true }).innerText()).toContain('Org');
      expect(await picker().getByText('Not a team that has no name.').isVisible()).toBe(true);
      await table.page.keyboard.type('pe');
      expect(await entries()).toEqual(['Peop b']);
      expect(await picker().getByText('Not a team').count()).toBe(0);
      await editor.press('Enter');
      expect(editor.items()).toContain('Peop Tellus (accepted)');
      expect(await table.focused()).toBe('Tellus: Peop, accepted');
      // A key alone finds its type first.
      await editor.press('Enter', 't', 'Enter');
      expect(editor.items()).toContain('Other Tellus (accepted)');
      await editor.press('Enter', 'q', 'q');
      expect(await picker().getByRole('status').innerText()).toBe('Nothing is called that.');
      await editor.press('Escape');
      expect(await table.focusedCell()).toEqual([4, 4]);
    });

    test('offers only what the types admit, and all that can be done', async () => {
      await open();
      await editor.press('Control+ArrowRight', 'Enter');
      expect(await picker().getByRole('option').allInnerTexts()).toEqual([expect.stringContaining('Work_For')]);
      await editor.press('Enter', 'Enter');
      await table.page.keyboard.type('dele');
      await editor.press('Enter');
      expect(editor.items().some((item) => item.includes('Work_For'))).toBe(false);
      const [river] = await table.page.locator(cell([3, 10])).all();
      expect(river).toBeDefined();
      await editor.press('End', 'ArrowLeft', 'Enter');
      expect(await said()).toBe('No relation goes between Peop and Other in the types of this text.');
      expect(await picker().count()).toBe(0);
    });

    test('writes a note, which the inspector, the block and a screen reader then have', async () => {
      await open();
      await editor.press('Enter');
      await table.page.keyboard.type('note');
      await editor.press('Enter');
      await table.page.keyboard.type('Is <b>she</b> “Ada”?');
      await editor.press('Enter');
      expect(editor.document.mentions.get('ada')?.note).toBe('Is <b>she</b> “Ada”?');
      expect(await table.focused()).toBe('Ada Brandt: Peop, 95%, suggested by fast, note: Is <b>she</b> “Ada”?');
      expect(await table.page.locator('.block[data-id=ada] .noted').count()).toBe(1);
      await table.page.getByRole('button', { name: 'Change note…' }).click();
      await table.page.keyboard.press('Control+A');
      await table.page.keyboard.type('No');
      await editor.press('Escape');
      expect(editor.document.mentions.get('ada')?.note).toBe('Is <b>she</b> “Ada”?');
      expect(await table.focusedCell()).toEqual([0, 0]);
    });
  });

  describe('with the mouse', () => {
    type Place = string | readonly [number, number];
    const hover = async (place: Place): Promise<void> => (typeof place === 'string' ? table.page.hover(place) : table.hoverCell(place));
    const drag = async (from: Place, to: Place): Promise<void> => {
      await hover(from);
      await table.page.mouse.down();
      await hover(to);
      await table.page.mouse.up();
      await editor.answer();
    };

    test('dragging along the diagonal, beside it or in the sentence marks words', async () => {
      await open();
      await drag([2, 2], [3, 3]);
      expect(await picker().getByRole('heading').innerText()).toBe('works for');
      await picker().getByRole('option', { name: 'Other' }).click();
      await editor.answer();
      expect(editor.items()).toContain('Other works for (accepted)');
      await drag('[role=rowheader] >> text=near', '[role=rowheader] >> text=the');
      expect(await picker().getByRole('heading').innerText()).toBe('near the');
      await editor.press('Escape');
      await drag('.arcs .token[data-token="8"]', '.arcs .token[data-token="9"]');
      expect(await picker().getByRole('heading').innerText()).toBe('near the');
    });

    test('dragging from a mention to another relates them, whichever way it is done', async () => {
      await open();
      for (const [from, to] of [
        [
          [0, 0],
          [1, 4],
        ],
        ['[role=rowheader] >> text=Brandt', '[role=columnheader] >> text=Tellus'],
        ['.chip[data-id=ada]', '.chip[data-id=tellus]'],
        ['.chip[data-id=tellus]', '.chip[data-id=ada]'],
      ] as const) {
        await drag(from, to);
        expect(await picker().getByRole('option').allInnerTexts()).toEqual([expect.stringContaining('Work_For')]);
        await editor.press('Escape');
      }
      await drag('[role=rowheader] >> text=Brandt', '[role=columnheader] >> text=Tellus');
      await picker().getByRole('option', { name: 'Work_For' }).click();
      await editor.answer();
      expect(editor.items()).toContain('Ada Brandt Work_For Tellus (accepted)');
    });

    test('the inspector does all that keys do', async () => {
      await open();
      const press = async (name: string): Promise<void> => {
        await table.page.getByRole('region', { name: 'Cell in focus' }).getByRole('button', { name, exact: true }).click();
        await editor.answer();
      };
      await press('Accept');
      expect(editor.items()[0]).toBe('Peop Ada Brandt (accepted)');
      await press('Org');
      expect(editor.items()[0]).toBe('Org Ada Brandt (accepted)');
      await press('Discuss');
      expect(editor.document.mentions.get('ada')?.discuss).toBe(true);
      await press('Delete');
      expect(editor.items()[0]).toBe('Org Tellus');
      expect(await table.focusedCell()).toEqual([0, 0]);
      await table.page.getByRole('group', { name: 'This sentence' }).getByRole('button', { name: 'Done', exact: true }).click();
      await editor.answer();
      expect(editor.document.sentences[0]?.state).toBe('done');
    });

    test('a double click opens the picker', async () => {
      await open();
      await table.page.dblclick(cell([5, 5]));
      expect(await picker().getByRole('heading').innerText()).toBe('Labs');
    });
  });

  test('an error of the editor is shown in the status line and read out, and what stands is left', async () => {
    await open();
    await table.press('a');
    await table.send({ kind: 'changed', error: 'This workspace is not trusted.' });
    expect(await said()).toBe('This workspace is not trusted.');
    expect(await table.focused()).toBe('Ada Brandt: Peop, 95%, suggested by fast');
  });

  test('what waits in vain for a sentence goes on after a moment', async () => {
    await open();
    await table.press('u', 'a');
    expect(await table.sent('change')).toEqual([]);
    await expect.poll(() => table.sent('change')).toHaveLength(1);
  });

  test('types with blanks, quotes, emoji and markup are shown as text and can be set', async () => {
    const odd = `<b>Big "firm"</b> 🏢`;
    await open(annotated(TEXT, { ada: ['Peop', 'Ada Brandt'] }, {}), {
      entities: { ...TYPES.entities, [odd]: { colour: '#123456', key: '7', description: '<i>any</i>' } },
      relations: {},
    });
    await editor.press('Enter');
    expect(await picker().getByRole('option', { name: odd }).innerText()).toContain('<i>any</i>');
    await editor.press('Escape', '7');
    expect(editor.items()).toContain(`${odd} Ada Brandt (accepted)`);
    expect(await table.page.locator('#app :is(b, i)').count()).toBe(0);
  });

  test('a correction in a sentence of 300 words asks for little, and keeps the elements that stay', async () => {
    table = await browsers.open();
    const big = sizedView(0, 300);
    await table.send(documentOf([summaryOf(big)]), { kind: 'sentence', sentence: big });
    await table.page.focus('[role=gridcell][tabindex="0"]');
    await table.press('Control+Home');
    const [before, sent] = [await table.nodes(), (await table.sentAll()).length];
    await table.page.evaluate(() => document.activeElement?.setAttribute('data-was', 'here'));
    await table.press('a');
    const asked = (await table.sentAll()).slice(sent);
    expect(asked).toEqual([{ kind: 'change', sentence: 0, changes: [{ kind: 'setStatus', id: 'm0', status: 'accepted' }] }]);
    expect(JSON.stringify(asked).length).toBeLessThan(200);
    const mentions = big.mentions.map((one) => (one.id === 'm0' ? { ...one, status: 'accepted' as const } : one));
    await table.send({ kind: 'sentence', sentence: { ...big, mentions } }, { kind: 'changed' });
    expect(await table.page.evaluate(() => document.activeElement?.getAttribute('data-was'))).toBe('here');
    expect(await table.focused()).toContain('accepted');
    expect(Math.abs((await table.nodes()) - before)).toBeLessThan(20);
    expect(before).toBeLessThan(3000);
  });

  describe('axe-core finds nothing', () => {
    for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] satisfies ThemeName[]) {
      test(`in ${theme}, with the picker, a note and a relation on its way`, async () => {
        await open(DOCUMENT, TYPES, { theme });
        await editor.press('f');
        const check = async (): Promise<void> => {
          expect(await axeViolations(table.page)).toEqual([]);
        };
        await editor.press('Enter');
        await check();
        await table.picture(`picker-${theme}`);
        await table.page.keyboard.type('note');
        await editor.press('Enter');
        await check();
        await editor.press('H', 'm', 'Enter', 'e');
        await check();
        await table.picture(`relate-${theme}`);
      });
    }
  });
});
