import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noticesOf, readTrainingData, type TrainingData } from '../../src/cli/trainingData';
import { SpangridError } from '../../src/errors';
import { temporaryFolder } from './cliProcess';

const entity = (type: string, start: number, end: number): object => ({ type, start, end });
const relation = (type: string, head: number, tail: number): object => ({ type, head, tail });
const BOB = {
  tokens: ['Bob', 'lives', 'in', 'Rome'],
  entities: [entity('Peop', 0, 1), entity('Loc', 3, 4)],
  relations: [relation('Live_In', 0, 1)],
};
const ANN = { tokens: ['Ann', 'slept', '.'], entities: [entity('Peop', 0, 1)], relations: [] };
const ACME = {
  tokens: ['Acme', 'Corp', 'hired', 'Ann', '.'],
  entities: [entity('Org', 0, 2), entity('Peop', 3, 4), entity('Org', 0, 1)],
  relations: [relation('Work_For', 1, 0), relation('Work_For', 0, 1)],
};
const TYPES = {
  entities: { Org: {}, Peop: {}, Loc: {}, Other: {} },
  relations: { Work_For: { symmetric: false }, Live_In: {}, Meet: { symmetric: true } },
};

/** Files in a folder of their own; gives a function from names to paths. A text is written as it is, anything else as JSON. */
function folderWith(files: Readonly<Record<string, unknown>>): (name: string) => string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return (name) => join(folder, name);
}

async function read(files: Readonly<Record<string, unknown>>, types?: string): Promise<TrainingData> {
  const path = folderWith(files);
  return readTrainingData({ train: path('train.json'), dev: path('dev.json'), types: types === undefined ? undefined : path(types) });
}

/** The lines of the error, without the folder. */
async function findings(files: Readonly<Record<string, unknown>>, types?: string): Promise<string[]> {
  const error = await read(files, types).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SpangridError);
  expect((error as SpangridError).code).toBe('data.invalid');
  return (error as SpangridError).message.split('\n').map((line) => line.replace(/\/\S*\//g, ''));
}

test('types have the order of the types file, and relations the ends that they have in train', async () => {
  const { schema, entityTypes, relationTypes, sentences } = await read(
    { 'train.json': [BOB, ACME], 'dev.json': [ANN], 't.json': TYPES },
    't.json',
  );
  expect(entityTypes).toEqual(['Org', 'Peop', 'Loc', 'Other']);
  expect(relationTypes).toEqual(['Work_For', 'Live_In', 'Meet']);
  // One relation of ACME goes each way.
  expect(schema.relations['Work_For']).toMatchObject({ head: ['Org', 'Peop'], tail: ['Org', 'Peop'], symmetric: false });
  expect(schema.relations['Live_In']).toMatchObject({ head: ['Peop'], tail: ['Loc'] });
  expect(schema.relations['Meet']).toMatchObject({ head: [], tail: [], symmetric: true });
  expect([sentences.train.length, sentences.dev.length]).toEqual([2, 1]);
});

test('without a types file the types are those of train, sorted; one beside train is found', async () => {
  const files = { 'train.json': [ACME, BOB], 'dev.json': [ANN] };
  const { entityTypes, relationTypes } = await read(files);
  expect([entityTypes, relationTypes]).toEqual([
    ['Loc', 'Org', 'Peop'],
    ['Live_In', 'Work_For'],
  ]);
  const path = folderWith({ 'x_train.json': [BOB], 'x_dev.json': [ANN], 'x_types.json': TYPES });
  const beside = await readTrainingData({ train: path('x_train.json'), dev: path('x_dev.json') });
  expect(beside.entityTypes).toEqual(['Org', 'Peop', 'Loc', 'Other']);
});

test('what a table cannot hold is counted, left out of train, and stays in dev', async () => {
  const twice = { ...BOB, relations: [relation('Live_In', 0, 1), relation('Live_In', 0, 0)] };
  const data = await read({ 'train.json': [ACME, BOB, ANN], 'dev.json': [ACME, twice, BOB] });
  expect(data.left.train).toEqual([
    { what: 'entities that overlap a longer or earlier one', count: 1 },
    { what: 'second relations of a pair', count: 1 },
  ]);
  expect(Object.fromEntries(data.left.dev.map(({ what, count }) => [what, count]))).toEqual({
    'entities that overlap a longer or earlier one': 1,
    'second relations of a pair': 1,
    'relations of an entity with itself': 1,
  });
  expect(data.sentences.train[0]).toMatchObject({
    mentions: [{ type: 'Org', endToken: 2 }, { type: 'Peop' }],
    relations: [{ head: 1, tail: 0 }],
  });
  expect(data.sentences.dev.map(({ mentions, relations }) => [mentions.length, relations.length])).toEqual([
    [3, 2],
    [2, 2],
    [2, 1],
  ]);
  expect(data.seenInTrain).toBe(3);
  expect(noticesOf(data, { train: 'train.json', dev: 'dev.json' })).toEqual([
    "train.json: not trained on, because a word table can't hold it: entities that overlap a longer or earlier one (1), second relations of a pair (1)",
    "dev.json: can't be found, because a word table can't hold it: entities that overlap a longer or earlier one (1), second relations of a pair (1), relations of an entity with itself (1)",
    'dev.json: 3 of 3 sentences also stand in train.json',
  ]);
});

test('types that nothing can be learnt of are named', async () => {
  const data = await read({ 'train.json': [BOB], 'dev.json': [ANN], 't.json': TYPES }, 't.json');
  expect(noticesOf(data, { train: 'a', dev: 'b' })).toEqual(['a: nothing to learn these types from: Org, Other, Work_For, Meet']);
});

test('everything that is bad is listed, by file and record', async () => {
  const train = [
    BOB,
    { ...BOB, entities: [entity('Plane', 0, 1), entity('Loc', 3, 5)], relations: [relation('Fly', 0, 2)] },
    { tokens: [], entities: [], relations: [] },
    5,
  ];
  const dev = [{ ...ANN, entities: [entity('Peop', 2, 2)] }];
  const [head, ...lines] = await findings({ 'train.json': train, 'dev.json': dev, 't.json': TYPES }, 't.json');
  expect(head).toBe('7 things are wrong with the data; no training was started.');
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}train\.json: \[1\]\.entities\[0\]\.type: unknown type "Plane" \(known: Org, Peop, Loc, Other\)$/),
    expect.stringMatching(/^ {2}train\.json: \[1\]\.entities\[1\]\.end: 5 is beyond the sentence's 4 tokens$/),
    expect.stringMatching(/^ {2}train\.json: \[1\]\.relations\[0\]\.type: unknown type "Fly"/),
    expect.stringMatching(/^ {2}train\.json: \[1\]\.relations\[0\]\.tail: 2 is no index/),
    '  train.json: [2].tokens: the sentence has no tokens',
    expect.stringMatching(/^ {2}train\.json: \[3\]: Invalid type/),
    expect.stringMatching(/^ {2}dev\.json: \[0\]\.entities\[0\]\.end: must be greater than start/),
  ]);
});

test('twenty findings are listed, and all are counted', async () => {
  const bad = Array.from({ length: 23 }, () => ({ ...ANN, entities: [entity('Peop', 0, 9)] }));
  const lines = await findings({ 'train.json': bad, 'dev.json': [ANN] });
  expect(lines[0]).toMatch(/^23 things are wrong/);
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('  and 3 more');
});

test('types of dev that train does not have are unknown', async () => {
  const lines = await findings({ 'train.json': [ANN], 'dev.json': [BOB] });
  expect(lines.slice(1)).toEqual([
    '  dev.json: [0].entities[1].type: unknown type "Loc" (known: Peop)',
    '  dev.json: [0].relations[0].type: unknown type "Live_In" (known: )',
  ]);
});

test('one file is not train and dev, under whatever name', async () => {
  expect(await findings({ 'train.json': [ANN], 'dev.json': [ANN] })).toEqual([
    'One thing is wrong with the data; no training was started.',
    '  dev.json: it holds the same as train.json; dev must be other sentences',
  ]);
  const path = folderWith({ 'train.json': [BOB] });
  symlinkSync(path('train.json'), path('dev.json'));
  await expect(readTrainingData({ train: path('train.json'), dev: path('dev.json') })).rejects.toThrow('it is the training data');
});

test('test is checked like dev, and is not train', async () => {
  const path = folderWith({ 'train.json': [BOB], 'dev.json': [ANN], 'test.json': [ACME], 'same.json': [BOB], 'other.json': [ANN] });
  const files = { train: path('train.json'), dev: path('dev.json') };
  await expect(readTrainingData({ ...files, test: path('test.json') })).rejects.toThrow(
    'test.json: [0].entities[0].type: unknown type "Org"',
  );
  await expect(readTrainingData({ ...files, test: path('train.json') })).rejects.toThrow('it is the training data; test must be other');
  await expect(readTrainingData({ ...files, test: path('same.json') })).rejects.toThrow('it holds the same as');
  await expect(readTrainingData({ ...files, test: path('dev.json') })).rejects.toThrow('dev.json: it is dev, too');
  expect((await readTrainingData({ ...files, test: path('other.json') })).test?.sentences).toHaveLength(1);
});

test('files without sentences and files of another kind are named', async () => {
  expect((await findings({ 'train.json': [], 'dev.json': [ANN] }))[1]).toBe('  train.json: it has no sentences');
  expect((await findings({ 'train.json': [ANN], 'dev.json': '{"a":1}' }))[1]).toBe(
    '  dev.json: it must be one JSON array. No record was read',
  );
  await expect(readTrainingData({ train: '/nowhere/a.json', dev: 'b.json' })).rejects.toMatchObject({ code: 'file.missing' });
});

test('DyGIE++ JSON lines are read by their content, and what they lose is counted', async () => {
  const document = {
    doc_key: 'a',
    sentences: [BOB.tokens, ANN.tokens],
    ner: [
      [
        [0, 0, 'Peop'],
        [3, 3, 'Loc'],
      ],
      [[4, 4, 'Peop']],
    ],
    relations: [
      [
        [0, 0, 3, 3, 'Live_In'],
        [0, 0, 4, 4, 'Meet'],
      ],
      [],
    ],
  };
  const line = `${JSON.stringify(document)}\n`;
  const data = await read({ 'train.json': line, 'dev.json': [ACME], 't.json': TYPES }, 't.json');
  expect(data.sentences.train.map(({ tokens }) => tokens)).toEqual([BOB.tokens, ANN.tokens]);
  expect(data.sentences.train[0]?.relations).toEqual([relation('Live_In', 0, 1)]);
  expect(data.left.train).toEqual([{ what: 'relations across sentences', count: 1 }]);
  // A first line that is cut off is said to be so.
  const lines = await findings({ 'train.json': `${line.slice(0, 50)}\n${line}`, 'dev.json': [ANN] });
  expect(lines[1]).toMatch(/^ {2}train\.json: line 1: not valid JSON/);
});

const DATA = '../shared/data';

test('CoNLL04 is whole but for one relation', async (context) => {
  context.skip(!existsSync(`${DATA}/conll04`), 'CoNLL04 is not beside the checkout (../shared/data)');
  const [train, dev] = [`${DATA}/conll04/conll04_train.json`, `${DATA}/conll04/conll04_dev.json`];
  const data = await readTrainingData({ train, dev });
  expect([data.sentences.train.length, data.sentences.dev.length]).toEqual([922, 231]);
  // orig_id 954 has a pair related in both directions (model-spec.md).
  expect(data.left.train).toEqual([{ what: 'second relations of a pair', count: 1 }]);
  expect(data.entityTypes).toEqual(['Loc', 'Org', 'Peop', 'Other']);
  // "Each CoNLL04 relation type has exactly one (head type, tail type) pair" (model-spec.md).
  expect(Object.values(data.schema.relations).map(({ head, tail }) => [...head, ...tail].length)).toEqual([2, 2, 2, 2, 2]);
  expect(data.seenInTrain).toBe(12);
});

test('SciERC has its types, two of them symmetric', async (context) => {
  context.skip(!existsSync(`${DATA}/scierc`), 'SciERC is not beside the checkout (../shared/data)');
  const data = await readTrainingData({ train: `${DATA}/scierc/scierc_train.json`, dev: `${DATA}/scierc/scierc_dev.json` });
  expect([data.entityTypes.length, data.relationTypes.length]).toEqual([6, 7]);
  expect(Object.values(data.schema.relations).filter(({ symmetric }) => symmetric)).toHaveLength(2);
});
