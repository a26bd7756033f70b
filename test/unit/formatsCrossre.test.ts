import { expect, test } from 'vitest';
import { detectFormat } from '../../src/formats/all';
import { crossre } from '../../src/formats/crossre';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { expectRoundTrips } from './roundTrips';

const NO_TYPES = { entities: {}, relations: {} };
const SENTENCE = {
  doc_key: 'news-train-7',
  sentence: ['Ann', 'Lee', 'of', 'Acme', 'UK', 'left', 'for', 'Oslo', '🙂', '.'],
  ner: [
    [0, 1, 'person'],
    [3, 4, 'organisation'],
    [4, 4, 'country'],
    [7, 7, 'location'],
  ],
  relations: [
    [0, 1, 3, 4, 'role', 'Ann works for "Acme"', false, false],
    [0, 1, 7, 7, 'physical', '', true, false],
    [0, 1, 7, 7, 'general-affiliation', '', false, false],
  ],
};
const OTHER = { doc_key: 'news-train-8', sentence: ['It', 'rained', '.'], ner: [], relations: [] };
const lines = (...records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const read = (content: string): ReturnType<typeof readWhole> => readWhole(crossre, [{ name: 'news-train.json', content }]);

test('spans have inclusive ends; an explanation is a note, and uncertain is to discuss', () => {
  const { texts, losses } = read(lines(SENTENCE, OTHER));
  const [text] = texts;
  expect(losses).toEqual([]);
  expect(text?.text).toBe('Ann Lee of Acme UK left for Oslo 🙂 .\nIt rained .');
  expect(text?.origIds).toEqual(['news-train-7', 'news-train-8']);
  expect(Array.from(text!.document.mentions.values(), ({ type, text }) => [type, text])).toEqual([
    ['person', 'Ann Lee'],
    ['organisation', 'Acme UK'],
    ['country', 'UK'],
    ['location', 'Oslo'],
  ]);
  const words = (id: string): string | undefined => text?.document.mentions.get(id)?.text;
  expect(
    Array.from(text!.document.relations.values(), ({ type, head, tail, note, discuss }) => [type, words(head), words(tail), note, discuss]),
  ).toEqual([
    ['role', 'Ann Lee', 'Acme UK', 'Ann works for "Acme"', undefined],
    ['physical', 'Ann Lee', 'Oslo', undefined, true],
    ['general-affiliation', 'Ann Lee', 'Oslo', undefined, undefined],
  ]);
  expect(detectFormat({ name: 'x', content: lines(SENTENCE) })).toBe(crossre);
});

test('what was read is written as it was, but for the order of relations of one pair', () => {
  const { files, losses } = writeWhole(crossre, read(lines(SENTENCE, OTHER)).texts, NO_TYPES, 'out.jsonl');
  expect(losses).toEqual([]);
  const [role, physical, general] = SENTENCE.relations;
  expect(files).toEqual([{ name: 'out.jsonl', content: lines({ ...SENTENCE, relations: [role, general, physical] }, OTHER) }]);
});

test('what comes last in a relation may be left out, as may the annotations', () => {
  const { texts, losses } = read(
    lines(
      {
        sentence: ['a', 'b'],
        ner: [
          [0, 0, 'T'],
          [1, 1, 'T'],
        ],
        relations: [
          [0, 0, 1, 1, 'R'],
          [0, 0, 1, 1, 'S', null, null, true],
          [0, 1, 1, 1, 'R'],
        ],
      },
      { sentence: ['c'] },
    ),
  );
  expect(texts[0]?.document.relations.size).toBe(2);
  expect(texts[0]?.document.sentences).toHaveLength(2);
  expect(losses).toEqual([
    { what: 'marks of ambiguous syntax', count: 1 },
    { what: 'relations of words that are no entity', count: 1 },
  ]);
  expect(JSON.parse(writeWhole(crossre, texts, NO_TYPES, 'o.jsonl').files[0]!.content.split('\n')[1]!)).toEqual({
    doc_key: 'news-train-2',
    sentence: ['c'],
    ner: [],
    relations: [],
  });
});

test.each([
  ['a span beyond the sentence', { ner: [[9, 10, 'T']] }, "line 2, ner[0]: 10 is beyond the sentence's 10 tokens (0 to 9)"],
  ['an end before the start', { ner: [[3, 2, 'T']] }, 'line 2, ner[0]: the last token (2) is before the first (3)'],
  ['a relation beyond the sentence', { relations: [[0, 1, 10, 10, 'R', '', false, false]] }, 'line 2, relations[0]: 10 is beyond'],
  ['a flag that is none', { relations: [[0, 1, 7, 7, 'R', '', 'no', false]] }, 'line 2, relations[0][6]: must be true or false'],
  ['a span without a type', { ner: [[0, 0]] }, 'line 2, ner[0][2]'],
  ['an empty sentence', { sentence: [] }, 'line 2, sentence: the sentence has no tokens'],
])('%s is named, with the number of good records', (_, change, message) => {
  const error = failure(() => read(lines(OTHER, { ...SENTENCE, ...change }, OTHER)));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`news-train.json: ${message}`);
  expect(error.message).toContain('1 of 3 records are bad, 2 are good');
});

test('a line that is no JSON is named', () => {
  expect(failure(() => read(`${lines(OTHER)}{"sentence":["a"\n`)).message).toMatch(
    /: line 2: not valid JSON: .*\(line 2\)\. 1 of 2 records are bad/,
  );
});

test('what a line cannot hold is counted', () => {
  const { texts } = read(lines(SENTENCE));
  const document = texts[0]!.document;
  const mentions = new Map(document.mentions);
  const [ann] = document.mentions.values();
  // The same words under a type that comes before `person`, and a relation of the latter.
  mentions.set('aaaaaaaa', { ...ann!, id: 'aaaaaaaa', type: 'chief', note: 'n', discuss: true, status: 'suggested', score: 0.5 });
  const { losses } = writeWhole(crossre, [{ ...texts[0]!, document: { ...document, mentions } }], NO_TYPES, 'o.jsonl');
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    'which of several mentions of the same words relations are of': 3,
    'marks of suggestions: they count as accepted': 1,
    notes: 1,
    'flags to discuss': 1,
  });
});

test('what is written is read again, but for what the losses name', () => {
  expectRoundTrips(crossre, false);
});
