import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSpert } from '../../src/formats/spert';
import { confusions } from '../../src/model/evaluation/confusions';
import { score, type Unscored } from '../../src/model/evaluation/scores';

type Mention = readonly [type: string, startToken: number, endToken: number];
type Relation = readonly [type: string, head: number, tail: number];
const sentence = (mentions: readonly Mention[], relations: readonly Relation[] = []): Unscored => ({
  mentions: mentions.map(([type, startToken, endToken]) => ({ type, startToken, endToken })),
  relations: relations.map(([type, head, tail]) => ({ type, head, tail })),
});

/** "Org as Loc x 2 (0)": kind, types, count and the sentence of the example. */
const lines = (errors: ReturnType<typeof confusions>[keyof ReturnType<typeof confusions>]): string[] =>
  errors.map(
    ({ kind, gold = '-', predicted = '-', count, example }) => `${kind}: ${gold} as ${predicted} x ${count} (${example.sentence})`,
  );

test('what is right is no error, in whatever order it stands', () => {
  const gold = sentence(
    [
      ['Peop', 0, 2],
      ['Loc', 4, 5],
    ],
    [['Live_In', 0, 1]],
  );
  const found = sentence(
    [
      ['Loc', 4, 5],
      ['Peop', 0, 2],
    ],
    [['Live_In', 1, 0]],
  );
  expect(confusions([gold], [found])).toEqual({ mentions: [], relations: [] });
});

test('mentions: wrong type, other words, missed, spurious; commonest first', () => {
  const gold = [
    sentence([
      ['Org', 0, 1],
      ['Org', 2, 4],
      ['Peop', 5, 8],
    ]),
    sentence([
      ['Org', 1, 2],
      ['Other', 4, 5],
      ['Loc', 7, 9],
    ]),
  ];
  const predicted = [
    // The first has another type, the second lacks a word, the third is right; a fourth stands where nothing is.
    sentence([
      ['Loc', 0, 1],
      ['Org', 2, 3],
      ['Peop', 5, 8],
      ['Peop', 9, 10],
    ]),
    // Another type again; the second is missed; the third has a word less and another type.
    sentence([
      ['Loc', 1, 2],
      ['Org', 8, 9],
    ]),
  ];
  const { mentions } = confusions(gold, predicted);
  expect(lines(mentions)).toEqual([
    'type: Org as Loc x 2 (0)',
    'missed: Other as - x 1 (1)',
    'span: Loc as Org x 1 (1)',
    'span: Org as Org x 1 (0)',
    'spurious: - as Peop x 1 (0)',
  ]);
  expect(mentions[0]?.example.spans).toMatchObject([{ startToken: 0, endToken: 1 }]);
});

test('a mention is set against the one that shares most words with it, and that only once', () => {
  const gold = [
    sentence([
      ['Loc', 0, 1],
      ['Org', 1, 5],
    ]),
  ];
  // It covers both: it stands for the longer, and the other is missed.
  expect(lines(confusions(gold, [sentence([['Org', 0, 5]])]).mentions)).toEqual(['missed: Loc as - x 1 (0)', 'span: Org as Org x 1 (0)']);
  // The second piece of one mention is spurious.
  const pieces = [
    sentence([
      ['Org', 1, 2],
      ['Org', 3, 5],
    ]),
  ];
  expect(lines(confusions(gold, pieces).mentions)).toEqual([
    'missed: Loc as - x 1 (0)',
    'span: Org as Org x 1 (0)',
    'spurious: - as Org x 1 (0)',
  ]);
  // What is right is not taken for something else.
  expect(
    lines(
      confusions(gold, [
        sentence([
          ['Peop', 1, 5],
          ['Org', 1, 5],
        ]),
      ]).mentions,
    ),
  ).toEqual(['missed: Loc as - x 1 (0)', 'spurious: - as Peop x 1 (0)']);
});

const ENDS: readonly Mention[] = [
  ['Peop', 0, 1],
  ['Org', 2, 3],
  ['Loc', 4, 5],
];

test('relations between right mentions: wrong direction, wrong type, missed, spurious', () => {
  const gold = sentence(ENDS, [
    ['Work_For', 0, 1],
    ['OrgBased_In', 1, 2],
  ]);
  const given = (...relations: Relation[]): string[] => lines(confusions([gold], [sentence(ENDS, relations)]).relations);
  expect(given(['Work_For', 1, 0], ['OrgBased_In', 1, 2])).toEqual(['direction: Work_For as Work_For x 1 (0)']);
  expect(given(['Live_In', 0, 1], ['OrgBased_In', 1, 2])).toEqual(['type: Work_For as Live_In x 1 (0)']);
  // Type and direction: it is the type that is told.
  expect(given(['Live_In', 1, 0], ['OrgBased_In', 1, 2])).toEqual(['type: Work_For as Live_In x 1 (0)']);
  expect(given(['OrgBased_In', 1, 2])).toEqual(['missed: Work_For as - x 1 (0)']);
  expect(given(['Work_For', 0, 1], ['OrgBased_In', 1, 2], ['Live_In', 0, 2])).toEqual(['spurious: - as Live_In x 1 (0)']);
  expect(given()).toEqual(['missed: OrgBased_In as - x 1 (0)', 'missed: Work_For as - x 1 (0)']);
});

test('a relation that is wrong because of a mention says so', () => {
  const gold = [sentence(ENDS, [['Work_For', 0, 1]])];
  const given = (mentions: readonly Mention[], ...relations: Relation[]): string[] =>
    lines(confusions(gold, [sentence(mentions, relations)]).relations);
  // An end with another type, with other words, and not found at all.
  expect(
    given(
      [
        ['Peop', 0, 1],
        ['Loc', 2, 3],
      ],
      ['Work_For', 0, 1],
    ),
  ).toEqual(['mention: Work_For as Work_For x 1 (0)']);
  expect(
    given(
      [
        ['Peop', 0, 1],
        ['Org', 1, 3],
      ],
      ['Work_For', 0, 1],
    ),
  ).toEqual(['mention: Work_For as Work_For x 1 (0)']);
  expect(given([['Peop', 0, 1]])).toEqual(['mention: Work_For as Work_For x 1 (0)']);
  // One that joins what is no mention.
  expect(given([...ENDS, ['Peop', 6, 7]], ['Work_For', 0, 1], ['Live_In', 3, 2])).toEqual(['mention: Live_In as Live_In x 1 (0)']);
  // The other way round is wrong whatever the mentions are.
  expect(
    given(
      [
        ['Peop', 0, 1],
        ['Loc', 2, 3],
      ],
      ['Work_For', 1, 0],
    ),
  ).toEqual(['direction: Work_For as Work_For x 1 (0)']);
});

test('what stands twice counts once, as in the scores', () => {
  const gold = sentence(
    [
      ['Peop', 0, 1],
      ['Peop', 0, 1],
      ['Loc', 4, 5],
    ],
    [
      ['Live_In', 0, 2],
      ['Live_In', 1, 2],
    ],
  );
  const found = sentence(
    [
      ['Peop', 0, 1],
      ['Loc', 4, 5],
    ],
    [['Live_In', 0, 1]],
  );
  expect(confusions([gold], [found])).toEqual({ mentions: [], relations: [] });
  expect(confusions([found], [gold])).toEqual({ mentions: [], relations: [] });
  expect(lines(confusions([gold], [sentence([])]).mentions)).toEqual(['missed: Loc as - x 1 (0)', 'missed: Peop as - x 1 (0)']);
});

test.for(['dev', 'test'])('on CoNLL04 %s they add up to what the scores say', (split, context) => {
  const [data, reference] = [
    `../shared/data/conll04/conll04_${split}.json`,
    `../shared/reference/conll04-mpnet6/predictions-${split}.json`,
  ];
  context.skip(!existsSync(data) || !existsSync(reference), `${data} or ${reference} is not beside the checkout`);
  const [gold, predicted] = [data, reference].map((name) => readSpert({ name, content: readFileSync(name, 'utf8') }));
  const { ner, 're+': re } = score(gold!, predicted!);
  const { mentions, relations } = confusions(gold!, predicted!);
  const sum = (errors: readonly { count: number }[]): number => errors.reduce((total, { count }) => total + count, 0);
  expect(sum(mentions.filter((one) => one.gold !== undefined))).toBe(ner.micro.gold - ner.micro.correct);
  expect(sum(mentions.filter((one) => one.predicted !== undefined))).toBe(ner.micro.predicted - ner.micro.correct);
  // A relation that is wrong because of a mention may be there in gold, in the predictions, or in both.
  const wrong = [re.micro.gold - re.micro.correct, re.micro.predicted - re.micro.correct];
  expect(sum(relations)).toBeGreaterThanOrEqual(Math.max(...wrong));
  expect(sum(relations)).toBeLessThanOrEqual(wrong[0]! + wrong[1]!);
});
