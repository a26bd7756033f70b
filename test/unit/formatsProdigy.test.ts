import { expect, test } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { detectFormat } from '../../src/formats/all';
import type { NamedContent } from '../../src/formats/format';
import { prodigy } from '../../src/formats/prodigy';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { checkFidelity, itemsOf } from './offsetFormats';

const NO_TYPES = schemaOf({}, {});

/** A task of rel.manual. The emoji has two UTF-16 units; spaCy makes a token of a line end; "New York" nests in "New York Times". */
const TEXT = '🙂 Ann reads\nNew York Times';
const token = (text: string, start: number, id: number, ws = true): object => ({ text, start, end: start + [...text].length, id, ws });
const TOKENS = [
  token('🙂', 0, 0),
  token('Ann', 2, 1),
  token('reads', 6, 2, false),
  token('\n', 11, 3, false),
  token('New', 12, 4),
  token('York', 16, 5),
  token('Times', 21, 6, false),
];
const ANN = { start: 2, end: 5, token_start: 1, token_end: 1, label: 'Peop' };
const YORK = { start: 12, end: 20, token_start: 4, token_end: 5, label: 'Loc' };
const TIMES = { start: 12, end: 26, token_start: 4, token_end: 6, label: 'Org' };
const TASK = {
  text: TEXT,
  _input_hash: -1836054316,
  _task_hash: 123,
  _is_binary: false,
  tokens: TOKENS,
  _view_id: 'relations',
  spans: [ANN, { ...YORK, text: 'New York' }, TIMES],
  relations: [
    { head: 1, child: 6, head_span: ANN, child_span: TIMES, color: '#b5c6c9', label: 'Reads' },
    { head: 6, child: 5, head_span: TIMES, child_span: YORK, color: '#b5c6c9', label: 'Based_In' },
    { head: 1, child: 1, head_span: ANN, child_span: ANN, label: 'Kin' },
  ],
  answer: 'accept',
  _timestamp: 1670000000,
};
const file = (...tasks: readonly object[]): NamedContent => ({
  name: 'news.jsonl',
  content: tasks.map((task) => `${JSON.stringify(task)}\n`).join(''),
});
const ITEMS = [
  'Based_In 13-27 13-21',
  'Kin 3-6 3-6',
  "Loc 13-21 'New York'",
  "Org 13-27 'New York Times'",
  "Peop 3-6 'Ann'",
  'Reads 3-6 13-27',
];

test('spans and relations are read with the tokens that they count', () => {
  const { texts, losses } = readWhole(prodigy, [file(TASK)]);
  const [{ text, document }] = texts as [(typeof texts)[0]];
  expect(losses).toEqual([]);
  expect([document.text.file, text]).toEqual(['news-1.txt', TEXT]);
  expect(itemsOf(document)).toEqual(ITEMS);
  const words = document.sentences.flatMap(({ tokens }) => tokens.map(({ startChar, endChar }) => text.slice(startChar, endChar)));
  expect(words).toEqual(['🙂', 'Ann', 'reads', 'New', 'York', 'Times']);
  expect(new Set(document.sentences.map(({ state }) => state))).toEqual(new Set(['done']));
});

test('only accepted tasks are taken; what nobody has answered is suggested', () => {
  const { answer: _, ...unanswered } = TASK;
  const teach = { text: 'Ann reads', spans: [{ start: 0, end: 3, label: 'Peop', score: 0.5, rank: 0 }], answer: 'accept' };
  const { texts, losses } = readWhole(prodigy, [
    file({ ...TASK, answer: 'reject' }, { ...TASK, answer: 'ignore' }, unanswered, { text: 'New.', answer: 'accept' }, teach),
  ]);
  expect(losses).toEqual([
    { what: 'tasks that were rejected', count: 1 },
    { what: 'tasks that were ignored', count: 1 },
  ]);
  expect(texts.map(({ document }) => [document.text.file, document.sentences[0]?.state, itemsOf(document).length])).toEqual([
    ['news-3.txt', 'new', 6],
    ['news-4.txt', 'done', 0],
    ['news-5.txt', 'done', 1],
  ]);
  expect(itemsOf(texts[0]!.document)).toEqual(ITEMS.map((item) => `${item} suggested`));
  // A person accepted what has a score.
  expect(itemsOf(texts[2]!.document)).toEqual(["Peop 0-3 'Ann' 0.5"]);
});

test('relations find their mentions by span, by label, or by the last token', () => {
  const both = { ...YORK, label: 'Gpe' };
  const { texts, losses } = readWhole(prodigy, [
    file({
      ...TASK,
      spans: [ANN, YORK, both, { ...TIMES, label: null }],
      relations: [
        { head: 1, child: 5, head_span: ANN, child_span: both, label: 'A' },
        { head: 1, child: 5, label: 'B' },
        { head: 1, child: 2, head_span: ANN, child_span: { start: 6, end: 11, token_start: 2, token_end: 2, label: null }, label: 'C' },
      ],
    }),
  ]);
  const { mentions, relations } = texts[0]!.document;
  expect(Array.from(relations.values(), ({ type, tail }) => [type, mentions.get(tail)!.type])).toEqual([
    ['A', 'Gpe'],
    ['B', 'Loc'],
  ]);
  expect(losses).toEqual([
    { what: 'spans without a label', count: 1 },
    { what: 'relations of words that are no entity', count: 1 },
  ]);
});

test('tokens tell the unit; a line end of two characters is one', () => {
  const text = 'Ann.\r\n🙂 Bob';
  const tokens = [
    token('Ann', 0, 0, false),
    token('.', 3, 1, false),
    token('\r\n', 4, 2, false),
    token('🙂', 6, 3),
    token('Bob', 8, 4, false),
  ];
  const units = [...tokens.slice(0, 3), { text: '🙂', start: 6, end: 8, id: 3 }, { text: 'Bob', start: 9, end: 12, id: 4 }];
  for (const [counted, start] of [
    [tokens, 8],
    [units, 9],
  ] as const) {
    // prettier-ignore
    const { texts } = readWhole(prodigy, [file({ text, tokens: counted, spans: [{ start, end: start + 3, label: 'Peop' }], answer: 'accept' })]);
    expect(itemsOf(texts[0]!.document)).toEqual(["Peop 8-11 'Bob'"]);
  }
});

test.each([
  ['other words', { tokens: [token('Bob', 2, 0)], spans: [], relations: [] }, "tokens[0].text: is 'Bob', but 2-5 of the text is 'Ann'"],
  [
    'an exclusive end of tokens',
    { spans: [{ ...ANN, token_end: 2 }] },
    "spans[0].token_end: token 2 (the span's last, not the one behind) ends at 11, the span at 5",
  ],
  ['another start', { spans: [{ ...ANN, token_start: 0 }] }, 'spans[0].token_start: token 0 begins at 0, the span at 2'],
  ['a token that is not there', { spans: [{ ...ANN, token_end: 7 }] }, 'spans[0].token_end: is beyond the 7 tokens'],
  ['an end outside the text', { spans: [{ start: 2, end: 99, label: 'Peop' }] }, 'spans[0]: 2-99 ends outside the text'],
  ['no place', { spans: [{ label: 'Peop' }] }, 'spans[0]: has neither start and end nor token_start and token_end'],
  ['a relation of no token', { relations: [{ head: 1, child: 7, label: 'Kin' }] }, 'relations[0].child: is beyond the 7 tokens'],
  ['a relation without a label', { relations: [{ head: 1, child: 6 }] }, 'relations[0].label'],
  [
    'tokens that overlap',
    { tokens: [token('Ann', 2, 0), token('nn', 3, 1)], spans: [], relations: [] },
    'tokens[1].start: is before the end of the token before',
  ],
  ['another answer', { answer: 'yes' }, 'answer: must be accept, reject or ignore'],
  ['no text', { text: undefined }, 'text'],
  ['a path that leads out of the folder', { meta: { file: 'C:\\news.txt' } }, 'meta.file leads out of the folder: "C:\\\\news.txt"'],
])('%s: the line and the path are named, and how many tasks were good', (_, change, message) => {
  const error = failure(() => readWhole(prodigy, [file(TASK, { ...TASK, ...change })]));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`news.jsonl: line 2, ${message}`);
  expect(error.message).toContain('1 of 2 records are bad, 1 are good');
});

test('tasks are written as Prodigy has them', () => {
  const { texts } = readWhole(prodigy, [file(TASK)]);
  const { files, losses } = writeWhole(prodigy, texts, NO_TYPES, 'out.jsonl');
  expect(losses).toEqual([]);
  // The token of the line end is none of ours, so those behind it count one less.
  const less = <T extends { token_start: number; token_end: number }>(span: T): T => ({
    ...span,
    token_start: span.token_start - 1,
    token_end: span.token_end - 1,
  });
  const [york, times] = [less(YORK), less(TIMES)];
  expect(JSON.parse(files[0]!.content)).toEqual({
    text: TEXT,
    meta: { file: 'news-1.txt' },
    tokens: [...TOKENS.slice(0, 3), token('New', 12, 3), token('York', 16, 4), token('Times', 21, 5, false)],
    spans: [ANN, york, times],
    relations: [
      { head: 1, child: 1, head_span: ANN, child_span: ANN, label: 'Kin' },
      { head: 1, child: 5, head_span: ANN, child_span: times, label: 'Reads' },
      { head: 5, child: 4, head_span: times, child_span: york, label: 'Based_In' },
    ],
    answer: 'accept',
  });
  expect(readWhole(prodigy, files).texts[0]!.document).toEqual(texts[0]!.document);
});

test('the format is known by its content, cut anywhere', () => {
  expect(detectFormat(file(TASK))?.name).toBe('prodigy');
  expect(detectFormat({ name: 'a.jsonl', content: file(TASK).content.slice(0, 140) })?.name).toBe('prodigy');
  expect(detectFormat({ name: 'a.jsonl', content: '{"text":"Bob","label":[]}' })).toBeUndefined();
});

test('export then import gives back the document, up to what is counted', () => {
  checkFidelity(prodigy, {
    file: 'out.jsonl',
    simplified: () => ({ model: undefined, note: undefined }),
    changes: /^marks of suggestions/,
  });
});
