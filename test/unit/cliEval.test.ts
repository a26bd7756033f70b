import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { spangrid, temporaryFolder } from './cliProcess';

interface Json {
  readonly micro: Record<string, number>;
  readonly macro: Record<string, number>;
  readonly types: Record<string, Record<string, number>>;
  readonly details: Record<string, { micro: Record<string, number> }>;
  readonly confusions: Record<'mentions' | 'relations', readonly object[]>;
  readonly unseen?: { leftOut: number; micro: Record<string, number> };
  readonly raw?: { segmentation: Record<string, number>; withoutFullStops: { micro: Record<string, number> } };
}

async function evaluate(words: readonly string[]): Promise<Json> {
  const { code, stdout, stderr } = await spangrid(['eval', ...words, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Json;
}

const shared = '../shared';
const present = existsSync(`${shared}/reference/conll04-mpnet6`) && existsSync(`${shared}/data/conll04`);

describe.each(['conll04-mpnet6', 'conll04-minilm6'])('eval of the predictions of %s', (reference) => {
  beforeEach((context) => {
    context.skip(!present, 'the reference predictions and CoNLL04 are not beside the checkout (../shared/reference, ../shared/data)');
  });
  const { scores } = JSON.parse(present ? readFileSync(`${shared}/reference/${reference}/options.json`, 'utf8') : '{}') as {
    scores: Record<'dev' | 'test' | 'testWithoutSeenInTrain', [number, number, number]>;
  };
  const named = ([ner, re, rePlus]: readonly [number, number, number]): object => ({ ner, re, 're+': rePlus });

  it.each(['dev', 'test'] as const)('gives the F1 of the reference on %s', async (split) => {
    const data = `${shared}/data/conll04/conll04_${split}.json`;
    const result = await evaluate(['--data', data, '--predictions', `${shared}/reference/${reference}/predictions-${split}.json`]);
    expect(result.micro).toEqual(named(scores[split]));
    expect(result.unseen?.leftOut).toBe(split === 'test' ? 18 : 12);
    if (split === 'test') expect(result.unseen?.micro).toEqual(named(scores.testWithoutSeenInTrain));
  });
});

/** Two sentences: in the first everything is right; in the second a type, a span's end and so two relations are wrong. */
const FIRST = { tokens: ['Bob', 'lives', 'in', 'Rome', '.'] };
const SECOND = { tokens: ['Ann', 'Lee', 'left', 'Acme', 'Corp', 'in', 'Oslo', '.'] };
const entity = (type: string, first: number, end: number): object => ({ type, start: first, end });
const relation = (type: string, head: number, tail: number): object => ({ type, head, tail });
const GOLD = [
  { ...FIRST, entities: [entity('Peop', 0, 1), entity('Loc', 3, 4)], relations: [relation('Live_In', 0, 1)] },
  {
    ...SECOND,
    entities: [entity('Peop', 0, 2), entity('Org', 3, 5), entity('Loc', 6, 7)],
    relations: [relation('Work_For', 0, 1), relation('OrgBased_In', 1, 2)],
  },
];
const PREDICTED = [
  { ...FIRST, entities: [entity('Peop', 0, 1), entity('Loc', 3, 4)], relations: [relation('Live_In', 0, 1)] },
  {
    ...SECOND,
    // In another order than gold's; Oslo is called an organisation, which RE does not mind and RE+ does; Ann is without Lee.
    entities: [entity('Org', 3, 5), entity('Org', 6, 7), entity('Peop', 0, 1)],
    relations: [relation('OrgBased_In', 0, 1), relation('Work_For', 2, 0)],
  },
];

/** Files of a data set in a folder of their own; gives a function from names to paths. */
function folderWith(files: Readonly<Record<string, unknown>>): (name: string) => string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  return (name) => join(folder, name);
}

describe('eval of predictions', () => {
  it('counts strictly, by type, micro and macro', async () => {
    const path = folderWith({ 'a.json': GOLD, 'b.json': PREDICTED });
    const { micro, macro, types, details, unseen } = await evaluate(['--data', path('a.json'), '--predictions', path('b.json')]);
    // NER: 5 gold, 5 predicted, 3 right. RE: 3 gold, 3 predicted, 2 right. RE+: 1 right.
    expect(micro).toEqual({ ner: 60, re: 66.67, 're+': 33.33 });
    expect(details['ner']?.micro).toEqual({ precision: 60, recall: 60, f1: 60, correct: 3, predicted: 5, gold: 5 });
    // Loc: 2 gold, 1 predicted, 1 right. Org: 1 gold, 2 predicted, 1 right. Peop: 2, 2, 1.
    expect(types).toEqual({
      Loc: { ner: 66.67 },
      Org: { ner: 66.67 },
      Peop: { ner: 50 },
      Live_In: { re: 100, 're+': 100 },
      OrgBased_In: { re: 100, 're+': 0 },
      Work_For: { re: 0, 're+': 0 },
    });
    expect(macro).toEqual({ ner: 61.11, re: 66.67, 're+': 33.33 });
    expect(unseen).toBeUndefined();
  });

  it('lists the commonest errors, in words and as JSON', async () => {
    const path = folderWith({ 'a.json': GOLD, 'b.json': PREDICTED });
    const { stdout } = await spangrid(['eval', '--data', path('a.json'), '--predictions', path('b.json')]);
    expect(stdout).toMatch(/^ {2}Loc as Org +1 {2}\[1\] Oslo$/m);
    expect(stdout).toMatch(/^ {2}Peop: other words +1 {2}\[1\] Ann Lee$/m);
    expect(stdout).toMatch(/^ {2}Work_For: an entity is wrong +1 {2}\[1\] Ann Lee -> Acme Corp$/m);
    const { confusions } = await evaluate(['--data', path('a.json'), '--predictions', path('b.json')]);
    expect(confusions.mentions).toContainEqual({
      what: 'Loc as Org',
      kind: 'type',
      gold: 'Loc',
      predicted: 'Org',
      count: 1,
      example: { sentence: 1, words: 'Oslo' },
    });
    expect(confusions.relations).toHaveLength(2);
    const right = await evaluate(['--data', path('a.json'), '--predictions', path('a.json')]);
    expect(right.confusions).toEqual({ mentions: [], relations: [] });
  });

  it('gives a second score without the sentences that are in the training data beside it', async () => {
    const path = folderWith({ 'x_test.json': GOLD, 'x_train.json': [{ ...SECOND, entities: [], relations: [] }], 'p.json': PREDICTED });
    const { unseen } = await evaluate(['--data', path('x_test.json'), '--predictions', path('p.json')]);
    expect(unseen).toMatchObject({ leftOut: 1, training: 'x_train.json', micro: { ner: 100, re: 100, 're+': 100 } });
    const { stdout } = await spangrid(['eval', '--data', path('x_test.json'), '--predictions', path('p.json')]);
    expect(stdout).toMatch(/^NER micro +60\.00 +60\.00 +60\.00 +3 +5 +5$/m);
    expect(stdout).toContain('Without the 1 sentences that are in the training data too (x_train.json), F1:\nNER 100.00');
  });

  it('leaves out predictions that score less than --threshold', async () => {
    const scored = PREDICTED.map((sentence, index) => ({
      ...sentence,
      entities: sentence.entities.map((one) => ({ ...one, score: index === 0 ? 0.9 : 0.4 })),
    }));
    const path = folderWith({ 'a.json': GOLD, 'b.json': scored });
    const { details } = await evaluate(['--data', path('a.json'), '--predictions', path('b.json'), '--threshold', '0.5']);
    expect(details['ner']?.micro).toMatchObject({ correct: 2, predicted: 2, gold: 5 });
    expect(details['re']?.micro).toMatchObject({ correct: 1, predicted: 1, gold: 3 });
  });

  it('reads gold in DyGIE++ JSON lines and says what of it is not scored, and takes no predictions from such a file', async () => {
    const document = {
      sentences: [FIRST.tokens, SECOND.tokens],
      // Tokens 0 to 4 and 5 to 12.
      ner: [
        [
          [0, 0, 'Peop'],
          [3, 3, 'Loc'],
        ],
        [
          [5, 6, 'Peop'],
          [8, 9, 'Org'],
          [11, 11, 'Loc'],
        ],
      ],
      relations: [
        [
          [0, 0, 3, 3, 'Live_In'],
          [0, 0, 8, 9, 'Work_For'],
        ],
        [
          [5, 6, 8, 9, 'Work_For'],
          [8, 9, 11, 11, 'OrgBased_In'],
        ],
      ],
    };
    const path = folderWith({ 'a.json': document, 'b.json': PREDICTED });
    const { code, stdout, stderr } = await spangrid(['eval', '--data', path('a.json'), '--predictions', path('b.json'), '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${path('a.json')}: not scored: relations across sentences (1)\n` });
    expect((JSON.parse(stdout) as Json).micro).toEqual({ ner: 60, re: 66.67, 're+': 33.33 });
    const refused = await spangrid(['eval', '--data', path('b.json'), '--predictions', path('a.json')]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('it must be one JSON array');
  });

  it.each([
    ['another number of sentences', { 'b.json': PREDICTED.slice(1) }, [], 'has 1 sentences'],
    ['other tokens', { 'b.json': [...PREDICTED].reverse() }, [], '[0].tokens: not the tokens of'],
    ['a model beside predictions', { 'b.json': PREDICTED }, ['--model', 'fast'], '--model says how to predict'],
    ['what is no list of sentences', { 'b.json': {} }, [], 'it must be one JSON array'],
    ['a bad index', { 'b.json': [{ ...FIRST, entities: [], relations: [relation('Kill', 0, 9)] }] }, [], '[0].relations[0].head'],
    [
      'a type that the types file beside it does not have',
      {
        'b.json': [{ ...FIRST, entities: [entity('Plane', 0, 1)], relations: [] }],
        'b_types.json': { entities: { Peop: {} }, relations: {} },
      },
      [],
      'unknown type "Plane" (known: Peop)',
    ],
  ])('refuses %s', async (_, files, more, message) => {
    const path = folderWith({ 'a.json': GOLD, ...files });
    const { code, stdout, stderr } = await spangrid(['eval', '--data', path('a.json'), '--predictions', path('b.json'), ...more]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

const OSWALD = {
  tokens: ['Lee', 'Harvey', 'Oswald', 'shot', 'John', 'F.', 'Kennedy', 'in', 'Dallas', ',', 'Texas', '.'],
  entities: [entity('Peop', 0, 3), entity('Peop', 4, 7), entity('Loc', 8, 9), entity('Loc', 10, 11)],
  relations: [relation('Kill', 0, 1)],
  orig_id: 17,
};

describe('predict and eval with a model', () => {
  const sentences = [OSWALD, { ...FIRST, entities: [], relations: [], orig_id: 'b' }, { ...SECOND, entities: [], relations: [] }];

  it('predicts for the tokens given, keeps ids, and scores what it predicts', async () => {
    const path = folderWith({ 'data.json': sentences });
    const { code, stdout } = await spangrid(['predict', '--data', path('data.json'), '--model', 'fast', '--out', path('out.json')]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const predicted = JSON.parse(readFileSync(path('out.json'), 'utf8')) as (typeof OSWALD)[];
    expect(predicted.map(({ tokens }) => tokens)).toEqual(sentences.map(({ tokens }) => tokens));
    expect(predicted.map(({ orig_id: id }) => id)).toEqual([17, 'b', undefined]);
    const score = expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0.5 && value <= 1) as number;
    expect(predicted[0]!.entities).toEqual(OSWALD.entities.map((one) => ({ ...one, score })));
    expect(existsSync(path('out_types.json'))).toBe(true);

    // Scoring the file and scoring the model are the same.
    const [fromFile, fromModel] = [
      await evaluate(['--data', path('data.json'), '--predictions', path('out.json')]),
      await evaluate(['--data', path('data.json'), '--model', 'fast']),
    ];
    expect(fromModel.details).toEqual(fromFile.details);
  });

  it('never writes over its data', async () => {
    const path = folderWith({ 'data.json': sentences });
    const { code, stderr } = await spangrid(['predict', '--data', path('data.json'), '--model', 'fast', '--out', path('data.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain('it is an input');
  });

  it('lets relations join what the schema does not admit only with --no-constraints', async () => {
    // The schema of this model admits a relation between no two of the types that it finds.
    const path = folderWith({ 'data.json': [OSWALD] });
    const free = await evaluate(['--data', path('data.json'), '--model', 'fast', '--no-constraints', '--precision', 'float32']);
    expect(free).toMatchObject({ predictions: { constraints: false, precision: 'float32', model: 'fast' }, types: { Kill: { re: 100 } } });
  });

  it('scores from running text what it finds there, in places of the text', async () => {
    const text = 'Lee Harvey Oswald shot John F. Kennedy in Dallas, Texas.\n\nBob lives in Rome.';
    const spansOf = (tokens: readonly string[], from: number): [number, number][] => {
      let at = from;
      return tokens.map((token) => {
        const first = text.indexOf(token, at);
        at = first + token.length;
        return [first, at];
      });
    };
    const raw = {
      text,
      sentences: [
        { start: 0, end: 56, tokens: spansOf(OSWALD.tokens, 0) },
        { start: 58, end: text.length, tokens: spansOf(FIRST.tokens, 58) },
      ],
    };
    const path = folderWith({
      'data.json': [OSWALD, GOLD[0]],
      'raw.json': raw,
      'short.json': { ...raw, sentences: raw.sentences.slice(1) },
    });
    const fromTokens = await evaluate(['--data', path('data.json'), '--model', 'fast']);
    const fromText = await evaluate(['--data', path('data.json'), '--model', 'fast', '--raw', path('raw.json')]);
    expect(fromText.raw?.segmentation).toEqual({ words: 100, sentenceStarts: 100 });
    expect(fromText.micro['ner']).toBe(100);
    expect(fromText.details).toEqual(fromTokens.details);

    // Gold that keeps the sentence's full stop in its last word: CoNLL04 does so in places.
    const kept = { ...FIRST, tokens: ['Bob', 'lives', 'in', 'Rome.'], entities: GOLD[0]!.entities, relations: [] };
    const keptRaw = {
      text: 'Bob lives in Rome.',
      sentences: [
        {
          start: 0,
          end: 18,
          tokens: [
            [0, 3],
            [4, 9],
            [10, 12],
            [13, 18],
          ],
        },
      ],
    };
    writeFileSync(path('kept.json'), JSON.stringify([kept]));
    writeFileSync(path('kept_raw.json'), JSON.stringify(keptRaw));
    const strict = await evaluate(['--data', path('kept.json'), '--model', 'fast', '--raw', path('kept_raw.json')]);
    expect([strict.micro['ner'], strict.raw?.withoutFullStops.micro['ner']]).toEqual([50, 100]);

    // Gold that begins one character later is nowhere met.
    const moved = { ...raw, sentences: raw.sentences.map((one) => ({ ...one, tokens: one.tokens.map(([a, b]) => [a + 1, b + 1]) })) };
    writeFileSync(path('raw.json'), JSON.stringify(moved));
    const { micro, raw: scored } = await evaluate(['--data', path('data.json'), '--model', 'fast', '--raw', path('raw.json')]);
    expect({ micro, words: scored?.segmentation['words'] }).toEqual({ micro: { ner: 0, re: 0, 're+': 0 }, words: 0 });

    const { code, stderr } = await spangrid(['eval', '--data', path('data.json'), '--raw', path('short.json'), '--model', 'fast']);
    expect(code).toBe(2);
    expect(stderr).toContain('it has 1 sentences and the data set has 2');
  });
});
