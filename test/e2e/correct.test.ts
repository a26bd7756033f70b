import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { mentionId, relationId } from '../../src/annotation/ids';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';
import { ROOT } from '../../scripts/children.mjs';
import { Workbench } from './workbench';

const TEXT =
  'Marta Keller shot Jonas Brandt near Ghent, said Elena Duarte of Harbour Bank in Antwerp.\nThe bank has been open since spring.\n';

/** What a model might have found: a score for each, low where it is wrong. */
function found(
  text: string,
  file: string,
  mentions: readonly (readonly [words: string, type: string, score: number])[],
  relations: readonly (readonly [head: string, type: string, tail: string, score: number])[],
): AnnotationDocument {
  const by = (score: number): { score: number; model: string } => ({ score, model: 'fast' });
  const never = (): boolean => false;
  const made = new Map(
    mentions.map(([words, type, score]): [string, Mention] => {
      const startChar = text.indexOf(words);
      const span = { startChar, endChar: startChar + words.length };
      return [words, { ...makeMention(text, mentionId(type, [span], never), type, [span], 'suggested'), ...by(score) }];
    }),
  );
  const idOf = (words: string): string => made.get(words)?.id ?? '';
  return {
    ...emptyDocument(
      textReference(file, text),
      segment(text).map((sentence) => ({ ...sentence, state: 'new' as const })),
    ),
    mentions: new Map([...made.values()].map((mention) => [mention.id, mention])),
    relations: new Map(
      relations.map(([head, type, tail, score]): [string, Relation] => {
        const ends = { head: idOf(head), tail: idOf(tail) };
        const id = relationId(type, ends.head, ends.tail, never);
        return [id, { id, type, ...ends, status: 'suggested', ...by(score) }];
      }),
    ),
  };
}

/** A sentence of 300 words with a mention at every fifth. */
const LONG_TEXT = `${Array.from({ length: 299 }, (_, at) => (at % 5 === 0 ? `Name${at}` : `word${at}`)).join(' ')}.\n`;

describe('a person who corrects in the table, by keyboard alone', () => {
  let workbench: Workbench;
  const sidecar = (name: string): string => join(workbench.folder, `${name}.spangrid.json`);
  const table = (): ReturnType<Workbench['table']> => workbench.table();
  const cell = (name: string | RegExp): ReturnType<ReturnType<Workbench['table']>['getByRole']> =>
    table().getByRole('gridcell', { name }).first();

  /** Opens a text whose annotations lie beside it, and goes into its table. */
  const openTable = async (name: string, text: string, document: AnnotationDocument): Promise<void> => {
    writeFileSync(join(workbench.folder, name), text);
    writeFileSync(sidecar(name), toJson(document));
    await workbench.openFile(name);
    await workbench.runCommand('Spangrid: Show Table');
    await table().getByRole('heading', { name }).waitFor();
    await table().locator('[role=gridcell]:focus').waitFor();
  };

  beforeAll(async () => {
    const { extension } = inject('vsix');
    workbench = await Workbench.open({ vsix: [extension], settings: { 'files.autoSave': 'off', 'workbench.colorTheme': 'Light Modern' } });
  });
  afterAll(async () => {
    await workbench.close();
  });

  it('fixes five wrong labels with at most three presses each, and the file holds what came of it', async () => {
    const wrong = found(
      TEXT,
      'shooting.txt',
      [
        ['Marta Keller', 'Peop', 0.97],
        ['Jonas Brandt', 'Peop', 0.96],
        ['Ghent', 'Org', 0.42], // wrong type
        ['said', 'Other', 0.31], // no mention
        ['Elena Duarte', 'Peop', 0.98],
        ['Harbour', 'Org', 0.55], // one word short
        ['Antwerp', 'Loc', 0.95],
      ],
      [
        ['Jonas Brandt', 'Kill', 'Marta Keller', 0.48], // the wrong way round
        ['Harbour', 'OrgBased_In', 'Antwerp', 0.9],
        // Elena Duarte works for the bank: missing
      ],
    );
    await openTable('shooting.txt', TEXT, wrong);
    let presses = 0;
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) {
        presses += 1;
        await workbench.page.keyboard.press(key);
      }
    };
    const fixes: readonly (readonly [keys: readonly string[], then: string])[] = [
      [['Control+Home', 'n', 'r'], 'Marta Keller Kill Jonas Brandt, accepted'],
      [['n', 'l'], 'Ghent: Loc, accepted'],
      [['n', 'x'], 'said: Other, 31%, rejected'],
      [['n', ']'], 'Harbour Bank: Org, accepted'],
      [['Control+ArrowUp', 'w'], 'Elena Duarte Work_For Harbour Bank, accepted'],
    ];
    for (const [keys, then] of fixes) {
      await press(...keys);
      await cell(then).waitFor();
    }
    // The rest was right: accept it, and the sentence is done.
    await press('Shift+D');
    await table().getByText('1 done, 1 left').waitFor();
    await workbench.screenshot('corrected');

    interface File {
      readonly sentences: readonly { readonly state: string }[];
      readonly mentions: readonly { readonly id: string; readonly type: string; readonly text: string; readonly status: string }[];
      readonly relations: readonly { readonly type: string; readonly head: string; readonly tail: string; readonly status: string }[];
    }
    const saved = (): File => JSON.parse(readFileSync(sidecar('shooting.txt'), 'utf8')) as File;
    await expect.poll(() => saved().sentences.map(({ state }) => state)).toEqual(['done', 'new']);
    const { mentions, relations } = saved();
    const words = (id: string): string | undefined => mentions.find((mention) => mention.id === id)?.text;
    expect(mentions.map(({ type, text, status }) => `${type} ${text} ${status}`)).toEqual([
      'Peop Marta Keller accepted',
      'Peop Jonas Brandt accepted',
      'Loc Ghent accepted',
      'Other said rejected',
      'Peop Elena Duarte accepted',
      'Org Harbour Bank accepted',
      'Loc Antwerp accepted',
    ]);
    expect(relations.map(({ head, type, tail, status }) => `${words(head)} ${type} ${words(tail)} ${status}`).sort()).toEqual([
      'Elena Duarte Work_For Harbour Bank accepted',
      'Harbour Bank OrgBased_In Antwerp accepted',
      'Marta Keller Kill Jonas Brandt accepted',
    ]);

    mkdirSync(join(ROOT, 'test-output'), { recursive: true });
    writeFileSync(join(ROOT, 'test-output', 'keys.json'), `${JSON.stringify({ fixes: fixes.length, presses })}\n`);
    expect(presses).toBeLessThanOrEqual(3 * fixes.length);

    // Each was one step; the last of them was the end of the sentence.
    await workbench.page.keyboard.press('Control+Z');
    await expect.poll(() => saved().sentences[0]?.state).toBe('in-progress');
    await workbench.page.keyboard.press('Control+Shift+Z');
    await expect.poll(() => saved().sentences[0]?.state).toBe('done');
  });

  it('sends little for a correction in a sentence of 300 words', async () => {
    const names = LONG_TEXT.match(/Name\d+/gu) ?? [];
    const long = found(
      LONG_TEXT,
      'long.txt',
      names.map((name) => [name, 'Peop', 0.9] as const),
      [],
    );
    await openTable('long.txt', LONG_TEXT, long);
    await table().getByText('1 / 1').waitFor();
    await workbench.page.keyboard.press('Control+Home');
    await cell('Name0: Peop, 90%, suggested by fast').waitFor();
    const page = table().locator('body');
    await page.evaluate(`(() => {
      window.received = [];
      window.addEventListener('message', ({ data }) => window.received.push({ kind: data.kind, bytes: JSON.stringify(data).length }));
    })()`);
    await workbench.page.keyboard.press('a');
    await cell('Name0: Peop, 90%, accepted').waitFor();
    const read = (): Promise<readonly { kind: string; bytes: number }[]> => page.evaluate('window.received');
    await expect.poll(async () => (await read()).map(({ kind }) => kind)).toContain('changed');
    const received = (await read()).filter(({ kind }) => kind !== 'status');
    expect(received.map(({ kind }) => kind).sort()).toEqual(['changed', 'sentence', 'sentences']);
    expect(received.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(32_000);
    expect(await page.evaluate(`document.querySelectorAll('*').length`)).toBeLessThan(3000);
  });
});
