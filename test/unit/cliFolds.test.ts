import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TokenSentence } from '../../src/annotation/tokenSentence';
import { averageInWords, averageOfFolds, foldsOfLists, pairsOfNames, readFolds, withDev, type FoldScores } from '../../src/cli/folds';
import { trainingData } from '../../src/cli/trainingData';
import type { SpangridError } from '../../src/errors';
import { temporaryFolder } from './cliProcess';
import { failure } from './failure';

const sentence = (origId: number): TokenSentence => ({ tokens: [`word${origId}`, '.'], mentions: [], relations: [], origId });
const sentences = Array.from({ length: 6 }, (_, at) => sentence(at));
const idsOf = (some: readonly TokenSentence[]): unknown[] => some.map(({ origId }) => origId);
const lists = (content: unknown): { name: string; content: string } => ({ name: 'x_folds.json', content: JSON.stringify(content) });

test('each list is tested on, and the rest is trained on', () => {
  const folds = foldsOfLists(
    lists([
      [4, 0],
      [1, 2],
      [3, 5],
    ]),
    sentences,
    'x_full.json',
  );
  expect(folds.map(({ name, train, test: held }) => [name, idsOf(train), idsOf(held)])).toEqual([
    ['1', [1, 2, 3, 5], [0, 4]],
    ['2', [0, 3, 4, 5], [1, 2]],
    ['3', [0, 1, 2, 4], [3, 5]],
  ]);
});

test.each([
  [
    'an id that there is not',
    [
      [0, 1, 2],
      [3, 4, 5, 6],
    ],
    '[1][3]: no sentence of x_full.json has the orig_id 6',
  ],
  [
    'an id in two folds',
    [
      [0, 1, 2],
      [3, 4, 5, 1],
    ],
    '[1][3]: 1 is in the list [0], too',
  ],
  [
    'a sentence in no fold',
    [
      [0, 1],
      [3, 4],
    ],
    '2 sentences of x_full.json are in no fold',
  ],
  ['one fold', [[0, 1, 2, 3, 4, 5]], 'at least two folds are needed'],
  ['an empty fold', [[0, 1, 2, 3, 4, 5], []], '[1]: the fold is empty'],
  ['what is no list', { folds: [] }, 'Expected Array'],
])('%s is refused', (_, content, message) => {
  const error = failure(() => foldsOfLists(lists(content), sentences, 'x_full.json'));
  expect(error).toMatchObject({ code: 'data.invalid' });
  expect(error.message).toMatch(/^x_folds\.json: /);
  expect(error.message).toContain(message);
});

test('sentences without ids of their own make no folds', () => {
  expect(failure(() => foldsOfLists(lists([[0], [1]]), [sentence(0), sentence(1), sentence(1)], 'd')).message).toContain(
    'orig_id of their own',
  );
});

test('pairs of files are found by their names, in the order of their numbers', () => {
  const names = [0, 1, 2, 10].flatMap((fold) => [`ade_split_${fold}_test.json`, `ade_split_${fold}_train.json`]);
  const pairs = pairsOfNames([...names, 'ade_types.json', 'latest.txt', 'ade_full.json', 'fastest.json'], 'ade');
  expect(pairs.map(({ name }) => name)).toEqual(['0', '1', '2', '10']);
  expect(pairs[3]).toEqual({ name: '10', train: 'ade_split_10_train.json', test: 'ade_split_10_test.json' });
  // The number of the data set is not that of the fold; without a number, the name itself tells.
  const named = (...trains: string[]): string[] =>
    pairsOfNames([...trains, ...trains.map((name) => name.replace('train', 'test'))], 'a').map(({ name }) => name);
  expect(named('a5-train-2.json', 'a5-train-1.json')).toEqual(['1', '2']);
  expect(named('news-train.json', 'law-train.json')).toEqual(['law-train.json', 'news-train.json']);
});

test('half a pair is named, and one pair is no cross-validation', () => {
  const error = failure(() => pairsOfNames(['s0_train.json', 's0_test.json', 's1_train.json', 's2_test.json'], 'ade'));
  expect(error.message).toBe('ade: of pairs of train and test files these are missing: s1_test.json, s2_train.json.');
  expect(failure(() => pairsOfNames(['s0_train.json', 's0_test.json'], 'ade')).message).toContain('ade: there are no folds');
});

test('dev is a tenth of train, the same for the same seed and fold, and of no other', () => {
  const train = Array.from({ length: 100 }, (_, at) => sentence(at));
  const { train: rest, dev } = withDev(train, 1, 0);
  expect([rest.length, dev.length]).toEqual([90, 10]);
  expect(idsOf([...rest, ...dev]).sort()).toEqual(idsOf(train).sort());
  expect(idsOf(dev)).toEqual(idsOf(dev).toSorted((a, b) => Number(a) - Number(b)));
  expect(withDev(train, 1, 0)).toEqual({ train: rest, dev });
  expect(idsOf(withDev(train, 2, 0).dev)).not.toEqual(idsOf(dev));
  expect(idsOf(withDev(train, 1, 1).dev)).not.toEqual(idsOf(dev));
  expect(withDev(train.slice(0, 2), 1, 0).dev).toHaveLength(1);
});

const figures = (macro: number): FoldScores => ({
  micro: { ner: macro + 2, re: macro + 1, 're+': macro },
  macro: { ner: macro + 1, re: macro, 're+': macro - 1 },
});

test('fewer than all folds are never called the average of all', () => {
  const names = ['1', '2', '3', '4'];
  const some = averageOfFolds(
    names,
    new Map([
      ['4', figures(80)],
      ['1', figures(90)],
    ]),
  )!;
  expect(some).toMatchObject({ isWhole: false, folds: ['1', '4'], of: 4, what: 'mean of 2 of 4 folds (1, 4) only' });
  expect(some.macro.re.mean).toBe(85);
  // (90 - 85)² + (80 - 85)² = 50, over 2 - 1.
  expect(some.macro.re.deviation).toBeCloseTo(Math.sqrt(50));
  expect(some.micro.ner.mean).toBe(87);
  expect(averageInWords(some)).toBe(
    'Macro F1, mean of 2 of 4 folds (1, 4) only: NER 86.00 (± 7.07), RE 85.00 (± 7.07), RE+ 84.00 (± 7.07)',
  );
  const whole = averageOfFolds(names, new Map(names.map((name, at) => [name, figures(80 + at)])))!;
  expect(whole).toMatchObject({ isWhole: true, what: 'average of all 4 folds', folds: names });
  expect(whole.macro.re.mean).toBe(81.5);
  expect(averageOfFolds(names, new Map())).toBeUndefined();
  expect(averageOfFolds(names, new Map([['2', figures(80)]]))).toMatchObject({ isWhole: false, macro: { re: { mean: 80, deviation: 0 } } });
  expect(() => averageOfFolds(names, new Map([['5', figures(80)]]))).toThrow('no folds 5');
});

const BOB = {
  tokens: ['Bob', 'lives', 'in', 'Rome'],
  entities: [
    { type: 'Peop', start: 0, end: 1 },
    { type: 'Loc', start: 3, end: 4 },
  ],
  relations: [{ type: 'Live_In', head: 0, tail: 1 }],
};
const record = (origId: number): object => ({ ...BOB, tokens: [`Bob${origId}`, 'lives', 'in', 'Rome'], orig_id: origId });

/** Files in a folder of their own; gives the folder. */
function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

test('folds are read from a list beside its sentences, and from a folder or pattern of pairs', async () => {
  const all = [0, 1, 2, 3].map(record);
  const folder = folderWith({
    'x_full.json': all,
    'x_folds.json': [
      [0, 1],
      [2, 3],
    ],
    's_1_train.json': all.slice(2),
    's_1_test.json': all.slice(0, 2),
    's_2_train.json': all.slice(0, 2),
    's_2_test.json': all.slice(2),
    'other_train.json': all,
    'other_test.json': all.slice(1),
  });
  const fromLists = await readFolds(join(folder, 'x_folds.json'), { seed: 1 });
  const fromPairs = await readFolds(join(folder, 's_*.json'), { seed: 1 });
  expect(fromLists).toEqual(fromPairs);
  expect(fromLists.folds.map(({ name, train, dev, test: held }) => [name, train.length, dev.length, idsOf(held)])).toEqual([
    ['1', 1, 1, [0, 1]],
    ['2', 1, 1, [2, 3]],
  ]);
  expect(Object.keys(fromLists.schema.entities)).toEqual(['Loc', 'Peop']);
  expect((await readFolds(folder, { seed: 1 })).folds).toHaveLength(3);
  const [fold] = fromLists.folds;
  expect(trainingData(fold!.train, fold!.dev, fromLists.schema).schema.relations['Live_In']).toMatchObject({
    head: ['Peop'],
    tail: ['Loc'],
  });
});

test('what is bad in any fold is listed before one runs', async () => {
  const bad = { ...BOB, relations: [{ type: 'Live_In', head: 0, tail: 7 }] };
  const folder = folderWith({ 's_1_train.json': [bad], 's_1_test.json': [BOB], 's_2_train.json': [BOB], 's_2_test.json': [BOB] });
  const error = (await readFolds(folder, { seed: 1 }).catch((reason: unknown) => reason)) as SpangridError;
  expect(error.code).toBe('data.invalid');
  expect(error.message.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    '2 things are wrong with the data; no training was started.',
    "  s_1_train.json: [0].relations[0].tail: 7 is no index into the sentence's 2 entities",
    '  s_2_test.json: it holds the same as s_2_train.json; test must be other sentences',
  ]);
  await expect(readFolds(join(folder, 'nowhere'), { seed: 1 })).rejects.toMatchObject({ code: 'file.missing' });
  await expect(readFolds(join(folder, 's_1_test.json'), { seed: 1 })).rejects.toThrow('is not called NAME_folds.json');
});

test('the ten folds of ADE', async (context) => {
  const path = '../shared/data/ade/ade_folds.json';
  context.skip(!existsSync(path), `ADE is not beside the checkout (${path})`);
  const { folds, schema } = await readFolds(path, { seed: 1 });
  expect(folds.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  expect(new Set(folds.flatMap(({ test: held }) => idsOf(held))).size).toBe(4272);
  for (const { train, dev, test: held } of folds) expect(train.length + dev.length + held.length).toBe(4272);
  expect(folds[0]?.dev).toHaveLength(385); // a tenth of 4272 - 427
  expect(Object.keys(schema.entities)).toEqual(['Drug', 'Adverse-Effect']);
  // 10,839 entities, of which 240 overlap another (model-spec.md): fewer than those are left out.
  const { left } = trainingData(
    folds.flatMap(({ test: held }) => held),
    [],
    schema,
  );
  const overlapping = left.train.find(({ what }) => what.includes('overlap'))?.count;
  expect(overlapping).toBeGreaterThanOrEqual(240 / 3);
  expect(overlapping).toBeLessThan(240);
});
