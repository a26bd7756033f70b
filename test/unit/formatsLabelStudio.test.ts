import { expect, test } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { detectFormat } from '../../src/formats/all';
import type { NamedContent } from '../../src/formats/format';
import { labelStudio } from '../../src/formats/labelStudio';
import { marked } from './marked';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { checkFidelity, itemsOf } from './offsetFormats';

const NO_TYPES = schemaOf({}, {});
/** An emoji of two UTF-16 units, and a line end of two characters, stand before most of what is marked. */
const TEXT = '🙂 Bob Smith lives in Rome.\r\nAnn lives in Oslo.';

const region = (
  id: string,
  start: number,
  end: number,
  text: string | undefined,
  labels: readonly string[],
  more: object = {},
): object => ({
  value: { start, end, text, labels },
  id,
  from_name: 'label',
  to_name: 'text',
  type: 'labels',
  origin: 'manual',
  ...more,
});
const relation = (from: string, to: string, labels: readonly string[] | undefined, direction = 'right'): object => ({
  from_id: from,
  to_id: to,
  type: 'relation',
  direction,
  labels,
});

/** As version 1.13 exports it: offsets are code points. */
const RESULT = [
  region('b0b', 2, 11, 'Bob Smith', ['Peop'], { meta: { text: ['the elder,', 'or the younger?'] } }),
  region('rome', 21, 25, 'Rome', ['Loc', 'Gpe']),
  region('ann', 28, 31, 'Ann', ['Peop']),
  region('oslo', 41, 45, undefined, ['Loc']),
  relation('b0b', 'rome', ['Live_In', 'Born_In']),
  relation('oslo', 'ann', ['Live_In'], 'left'),
  relation('ann', 'b0b', []),
  relation('ann', 'ann', ['Kin'], 'bi'),
];
const task = (result: readonly object[] = RESULT, more: object = {}): object => ({
  id: 7,
  annotations: [
    { id: 1, completed_by: 1, result: [], was_cancelled: true, ground_truth: false, lead_time: 3.5 },
    { id: 2, completed_by: 2, result, was_cancelled: false, parent_prediction: null },
    { id: 3, completed_by: 3, result: [], was_cancelled: false },
  ],
  drafts: [],
  predictions: [],
  data: { source: 'news', text: TEXT },
  meta: {},
  ...more,
});
const file = (...tasks: readonly object[]): NamedContent => ({ name: 'export.json', content: JSON.stringify(tasks) });
const read = (...tasks: readonly object[]): { items: string[][]; losses: Record<string, number>; states: string[][] } => {
  const { texts, losses } = readWhole(labelStudio, [file(...tasks)]);
  return {
    items: texts.map(({ document }) => itemsOf(document)),
    losses: Object.fromEntries(losses.map(({ what, count }) => [what, count])),
    states: texts.map(({ document }) => [...new Set(document.sentences.map(({ state }) => state))]),
  };
};

const ITEMS = [
  'Born_In 3-12 22-26',
  'Kin 28-31 28-31',
  'Live_In 28-31 41-45',
  'Live_In 3-12 22-26',
  "Gpe 22-26 'Rome'",
  "Loc 22-26 'Rome'",
  "Loc 41-45 'Oslo'",
  "Peop 28-31 'Ann'",
  "Peop 3-12 'Bob Smith' (the elder,\nor the younger?)",
  'Relation 28-31 3-12',
].sort();

test('regions and relations are read; code points become UTF-16 units, and a line end one', () => {
  const { texts } = readWhole(labelStudio, [file(task())]);
  expect(texts.map(({ text, document }) => [document.text.file, text])).toEqual([['export-7.txt', TEXT.replace('\r\n', '\n')]]);
  expect(read(task())).toEqual({
    items: [ITEMS],
    losses: {
      'further annotations of a task': 1,
      'relations that go both ways: they go one way': 1,
      'relations without a label: they are called "Relation"': 1,
    },
    states: [['done']],
  });
});

test('the unit of offsets is found out by the words beside them', () => {
  const shifted = (by: readonly number[]): object[] => [
    region('b0b', 2 + by[0]!, 11 + by[0]!, 'Bob Smith', ['Peop']),
    region('oslo', 41 + by[1]!, 45 + by[1]!, 'Oslo', ['Loc']),
  ];
  const expected = ["Loc 41-45 'Oslo'", "Peop 3-12 'Bob Smith'"];
  // Code points, UTF-16 units, code points with one character a line end, UTF-16 units with one.
  for (const by of [[0, 0], [1, 1], [0, -1], [1, 0]]) expect(read(task(shifted(by))).items).toEqual([expected]); // prettier-ignore
  expect(failure(() => read(task(), task(shifted([2, 1])))).message).toBe(
    "export.json: [1].annotations[1].result[0].value.text: is 'Bob Smith', but 4-13 of the text is 'b Smith l'. 1 of 2 records are bad, 1 are good; nothing was taken over.",
  );
});

test('predictions are suggestions; those that a person went on with are none', () => {
  const predictions = [
    {
      model_version: 'fast',
      score: 0.75,
      result: [
        region('p1', 2, 11, 'Bob Smith', ['Peop'], { score: 0.9 }),
        region('p2', 21, 25, 'Rome', ['Loc']),
        relation('p1', 'p2', ['Live_In']),
      ],
    },
    { model_version: 'slow', result: [] },
  ];
  const suggested = ['Live_In 3-12 22-26 suggested 0.75 by fast', "Loc 22-26 'Rome' suggested 0.75 by fast"];
  const bob = "Peop 3-12 'Bob Smith'";
  const only = task([], { annotations: [], predictions });
  expect(read(only)).toEqual({
    items: [[...suggested, `${bob} suggested 0.9 by fast`].sort()],
    losses: { 'further predictions of a task': 1 },
    states: [['new']],
  });
  // Beside a person's work: what is the same is not suggested.
  const annotations = [{ result: [region('x', 2, 11, 'Bob Smith', ['Peop'])] }];
  expect(read(task([], { annotations, predictions })).items).toEqual([[...suggested, bob].sort()]);
  for (const begun of [
    [{ result: [region('x', 2, 11, 'Bob Smith', ['Peop'])], parent_prediction: 4 }],
    [{ result: [region('x', 2, 11, 'Bob Smith', ['Peop'], { origin: 'prediction-changed' })] }],
  ])
    expect(read(task([], { annotations: begun, predictions }))).toEqual({
      items: [[bob]],
      losses: { 'further predictions of a task': 1, 'predictions that a person went on with': 1 },
      states: [['done']],
    });
});

test('a task that was skipped, one that nobody saw, one of an old version, and one whose text has another name', () => {
  const skipped = task([], { annotations: [{ result: RESULT, was_cancelled: true }] });
  const unseen = task([], { annotations: [], predictions: [4, 5] });
  const old = { id: 1, data: { url: 'https://example.org/1', body: TEXT }, completions: [{ result: RESULT.slice(0, 1) }] };
  expect(read(skipped, unseen, old)).toEqual({
    items: [[], [], ["Peop 3-12 'Bob Smith' (the elder,\nor the younger?)"]],
    losses: { 'further annotations of a task': 1, 'predictions that only their numbers stand for': 2 },
    states: [['skipped'], ['new'], ['done']],
  });
});

test('what is not taken over is counted', () => {
  const choice = { id: 'c', type: 'choices', value: { choices: ['sport'] } };
  const html = { id: 'h', type: 'labels', value: { start: '/p[1]/text()[1]', end: '/p[1]/text()[1]', labels: ['Peop'] } };
  const result = [
    region('a', 2, 5, 'Bob', []),
    region('b', 2, 5, 'Bob', ['Peop'], { score: 7 }),
    choice,
    html,
    relation('a', 'b', ['Kin']),
    relation('b', 'h', ['Kin']),
  ];
  expect(read(task(result, { annotations: [{ result }] })).losses).toEqual({
    'regions without a label': 1,
    'relations of regions that are not taken over': 2,
    'results of another kind (choices)': 1,
    'results of another kind (labels)': 1,
    'scores that are not from 0 to 1': 1,
  });
});

test.each([
  ['an end outside the text', [region('a', 40, 90, undefined, ['Loc'])], '[1].annotations[1].result[0].value: 40-90 ends outside the text'],
  ['nothing', [region('a', 4, 4, '', ['Loc'])], '[1].annotations[1].result[0].value: 4-4 is empty'],
  ['an offset that is none', [region('a', -1, 4, '', ['Loc'])], '[1].annotations[1].result[0].value.start: must not be negative'],
  ['an unknown region', [relation('a', 'b', ['Kin'])], '[1].annotations[1].result[0].from_id: there is no region "a"'],
  ['an unknown direction', [relation('a', 'b', ['Kin'], 'up')], '[1].annotations[1].result[0].direction: must be right, left or bi'],
  ['an empty label', [region('a', 2, 5, 'Bob', [''])], '[1].annotations[1].result[0].value.labels[0]: must not be empty'],
])('%s: the JSON path is named, and how many tasks were good', (_, result, message) => {
  const error = failure(() => read(task(), task(result)));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`export.json: ${message}`);
  expect(error.message).toContain('1 of 2 records are bad, 1 are good');
});

test('a task without a text, and what is no task', () => {
  expect(failure(() => read(task([], { data: { image: 5 } }))).message).toContain('[0].data: holds no text');
  expect(failure(() => read({ id: 1, text: 'Bob' })).message).toContain('[0].data');
  expect(failure(() => readWhole(labelStudio, [{ name: 'a.json', content: '{}' }])).message).toContain('it must be one JSON array');
});

test('the path of a text names no folder, and one that leads out is refused', () => {
  const at = (path: string): object => task([], { data: { text: 'Bob', file: path } });
  expect(readWhole(labelStudio, [file(at('news/a.txt'))]).texts[0]!.document.text.file).toBe('news_a.txt');
  for (const path of ['../../etc/passwd.txt', '/etc/passwd.txt', 'news\\..\\..\\a.txt']) {
    const error = failure(() => read(task(), at(path)));
    expect(error.message).toContain(`[1].data.file leads out of the folder: ${JSON.stringify(path)}`);
  }
});

test('tasks are written as Label Studio has them', () => {
  const { texts } = readWhole(labelStudio, [file(task())]);
  const written = JSON.parse(writeWhole(labelStudio, texts, NO_TYPES, 'out.json').files[0]!.content) as [
    { id: number; data: object; annotations: [{ result: { id: string; from_id: string }[] }]; predictions: [] },
  ];
  const [{ id, data, annotations, predictions }] = written;
  expect({ id, data, predictions }).toEqual({ id: 1, data: { text: TEXT.replace('\r\n', '\n'), file: 'export-7.txt' }, predictions: [] });
  const [bob, , rome, ann, , ...relations] = annotations[0].result;
  expect(bob).toEqual({
    id: bob!.id,
    from_name: 'label',
    to_name: 'text',
    type: 'labels',
    value: { start: 2, end: 11, text: 'Bob Smith', labels: ['Peop'] },
    meta: { text: ['the elder,\nor the younger?'] },
  });
  // One character before the line end, which is now one.
  expect(ann).toMatchObject({ value: { start: 27, end: 30, text: 'Ann' } });
  expect(relations).toContainEqual({
    type: 'relation',
    from_id: bob!.id,
    to_id: rome!.id,
    direction: 'right',
    labels: ['Born_In', 'Live_In'],
  });
  expect(JSON.parse(writeWhole(labelStudio, [], NO_TYPES, 'out.json').files[0]!.content)).toEqual([]);
});

test('states that come back otherwise are counted: skipped, with a suggestion or without', () => {
  const lossesOf = (text: string): unknown =>
    writeWhole(labelStudio, [marked(text, [], 'skipped')], NO_TYPES, 'out.json').losses.filter(({ what }) => what.startsWith('states'));
  expect(lossesOf('Ann waited.')).toEqual([]);
  expect(lossesOf('[Ann|Peop?] waited.')).toEqual([{ count: 1, what: 'states of sentences: they are read as new' }]);
  expect(lossesOf('[Ann|Peop] waited.')).toEqual([{ count: 1, what: 'states of sentences: they are read as done' }]);
});

test('the format is known by its content, cut anywhere', () => {
  expect(detectFormat(file(task()))?.name).toBe('label-studio');
  expect(detectFormat({ name: 'a.json', content: file(task()).content.slice(0, 900) })?.name).toBe('label-studio');
  expect(detectFormat({ name: 'a.json', content: '[{"data":{"text":"x"}}]' })).toBeUndefined();
});

test('export then import gives back the document, up to what is counted', () => {
  checkFidelity(labelStudio, {
    file: 'out.json',
    // One prediction has one model; only regions have notes.
    simplified: (item) => ({ model: undefined, ...('head' in item ? { note: undefined } : {}) }),
    changes: /^marks of suggestions/,
  });
});
