import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnnotationDocument } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { spangrid, temporaryFolder } from './cliProcess';
import { documentOf, TEXT } from './comparing';

const ada = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome', 'Loc Lisbon'], relations: ['Met Ann Berg > Bob'] });
const bea = documentOf({
  mentions: ['Peop Ann Berg', 'Org Bob', 'Loc Lisbon'],
  relations: ['Met Bob > Ann Berg'],
  states: ['done', 'new'],
});

/** A folder with these files; gives its path. */
function folderOf(files: Readonly<Record<string, string | AnnotationDocument>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : toJson(content));
  }
  return folder;
}

/** Two people's annotations of one text, as `spangrid.annotationsDir` keeps them. */
const project = (more: Readonly<Record<string, string>> = {}): string =>
  folderOf({
    'news/a.txt': TEXT,
    'annotations/ada/news/a.txt.spangrid.json': ada,
    'annotations/bea/news/a.txt.spangrid.json': bea,
    ...more,
  });

interface Answer {
  readonly sentences: number;
  readonly alone: readonly number[];
  readonly alpha: { readonly all: number | null; readonly types: Readonly<Record<string, number>> };
  readonly pairs: readonly {
    readonly sentences: number;
    readonly kappa: { readonly all: number };
    readonly mentions: { readonly strict: { readonly all: { readonly f1: number; readonly first: number } } };
    readonly relations: { readonly boundary: { readonly all: { readonly f1: number } } };
  }[];
  readonly differing: readonly { readonly where: string; readonly differences: number }[];
}

async function json(...words: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await spangrid(['agree', '--json', ...words]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as Answer;
}

describe('spangrid agree', () => {
  test('compares two folders that mirror the texts, in what both have done', async () => {
    const folder = project();
    const [first, second] = [join(folder, 'annotations/ada'), join(folder, 'annotations/bea')];
    const { sentences, pairs, differing } = await json(first, second);
    expect(sentences).toBe(1);
    expect(pairs[0]?.mentions.strict.all).toMatchObject({ first: 3, f1: 40 });
    expect(pairs[0]?.relations.boundary.all.f1).toBe(0);
    // Tokens: B I O B O B O against B I O B' O O O: p_o = 5/7, p_e = (O 3x4 + B-Peop 2x1 + I-Peop 1x1) / 49.
    expect(pairs[0]?.kappa.all).toBeCloseTo((5 / 7 - 15 / 49) / (1 - 15 / 49), 4);
    expect(differing).toEqual([
      { where: join('news', 'a.txt.spangrid.json, sentence 1'), words: 'Ann Berg met Bob in Rome.', differences: 5 },
    ]);
    const all = await json(first, second, '--sentences', 'all');
    expect(all.sentences).toBe(2);
  });

  test('knows from the project file which relations have no direction', async () => {
    const folder = project({ 'spangrid.config.json': '{"entities":{"Peop":{}},"relations":{"Met":{"symmetric":true}}}' });
    const { pairs } = await json(join(folder, 'annotations/ada'), join(folder, 'annotations/bea'));
    expect(pairs[0]?.relations.boundary.all.f1).toBe(100);
  });

  test('compares a folder with a data set by the words of sentences, and says what nobody else has', async () => {
    const folder = project();
    const data = [
      { tokens: ['Ann', 'Berg', 'met', 'Bob', 'in', 'Rome', '.'], entities: [{ type: 'Peop', start: 0, end: 2 }], relations: [] },
      { tokens: ['Nobody', 'came', '.'], entities: [], relations: [] },
    ];
    writeFileSync(join(folder, 'data.json'), JSON.stringify(data));
    const { sentences, alone, pairs } = await json(join(folder, 'annotations/ada'), join(folder, 'data.json'));
    expect([sentences, alone]).toEqual([1, [1, 1]]);
    expect(pairs[0]?.mentions.strict.all.f1).toBe(50);
    const { stderr } = await spangrid(['agree', join(folder, 'annotations/ada'), join(folder, 'data.json')]);
    expect(stderr).toContain('compared with those of the same words');
  });

  test('of three people: alpha over all, then every pair', async () => {
    const folder = project({ 'annotations/cy/news/a.txt.spangrid.json': toJson(ada) });
    const people = ['ada', 'bea', 'cy'].map((name) => join(folder, 'annotations', name));
    const { pairs, alpha } = await json(...people);
    expect(pairs.map(({ mentions, sentences }) => [sentences, mentions.strict.all.f1])).toEqual([
      [1, 40],
      [2, 100],
      [1, 40],
    ]);
    // One Org among 31 labels, in a token that three have labelled: D_o = 2 of 31, D_e = 60 of 31 x 30.
    expect(alpha.types['Org']).toBe(0);
    const { stdout, code } = await spangrid(['agree', ...people]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^All 3, 2 sentences[\s\S]*alpha[\s\S]*kappa[\s\S]*mentions, strict[\s\S]*1 sentence with differences/);
  });

  test('says why there is nothing to compare', async () => {
    const folder = project({ 'other/b.txt': 'Nothing here.', 'other/b.txt.spangrid.json': toJson(documentOf({ text: 'Nothing here.' })) });
    const open = folderOf({ 'a.txt': TEXT, 'a.txt.spangrid.json': documentOf({ states: ['new', 'new'] }) });
    for (const [words, said] of [
      [[join(folder, 'annotations/ada'), join(folder, 'other')], /no sentence that two of them have/],
      [[join(folder, 'annotations/ada'), open], /--sentences all/],
      [[join(folder, 'annotations/ada')], /two people or more/],
      [[join(folder, 'annotations/ada'), join(folder, 'missing')], /missing/],
    ] as const) {
      const { code, stderr, stdout } = await spangrid(['agree', ...words]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(said);
    }
  });
});
