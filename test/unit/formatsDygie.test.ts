import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { partOf } from '../../src/annotation/split';
import type { TokenSentence } from '../../src/annotation/tokenSentence';
import { detectFormat } from '../../src/formats/all';
import { dygie, dygieRecords } from '../../src/formats/dygie';
import type { AnnotatedText } from '../../src/formats/format';
import { readSpert } from '../../src/formats/spert';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { expectRoundTrips } from './roundTrips';

/** The example of DyGIE++'s own description of the format: tokens 0-5, 6-12 and 13-18. */
const SENTENCES = [
  ['Seattle', 'is', 'a', 'rainy', 'city', '.'],
  ['Jenny', 'Durkan', 'is', 'the', 'city', "'s", 'mayor'],
  ['She', 'was', 'elected', 'in', '2017', '.'],
];
const DOCUMENT = {
  doc_key: 'CNN/a.1',
  sentences: SENTENCES,
  ner: [
    [[0, 0, 'City']],
    [
      [6, 7, 'Person'],
      [9, 10, 'City'],
      [9, 12, 'Role'],
    ],
    [
      [13, 13, 'Person'],
      [17, 17, 'Year'],
    ],
  ],
  relations: [[], [[9, 10, 6, 7, 'Mayor-Of']], [[13, 13, 17, 17, 'Elected-In']]],
};
const SCHEMA = schemaOf(
  { City: {}, Person: {}, Year: {}, Role: {} },
  { 'Mayor-Of': { symmetric: false }, 'Elected-In': { symmetric: false } },
);

const file = (...documents: readonly unknown[]): { name: string; content: string } => ({
  name: 'ace.json',
  content: `${documents.map((document) => JSON.stringify(document)).join('\n')}\n`,
});

test('offsets of the document become offsets of the sentences, ends exclusive', () => {
  const { sentences, findings, losses } = dygieRecords(file(DOCUMENT), SCHEMA);
  expect({ findings, losses }).toEqual({ findings: [], losses: [] });
  expect(sentences).toEqual([
    { tokens: SENTENCES[0], mentions: [{ type: 'City', startToken: 0, endToken: 1 }], relations: [], origId: 'CNN/a.1:0' },
    {
      tokens: SENTENCES[1],
      mentions: [
        { type: 'Person', startToken: 0, endToken: 2 },
        { type: 'City', startToken: 3, endToken: 5 },
        { type: 'Role', startToken: 3, endToken: 7 },
      ],
      relations: [{ type: 'Mayor-Of', head: 1, tail: 0 }],
      origId: 'CNN/a.1:1',
    },
    {
      tokens: SENTENCES[2],
      mentions: [
        { type: 'Person', startToken: 0, endToken: 1 },
        { type: 'Year', startToken: 4, endToken: 5 },
      ],
      relations: [{ type: 'Elected-In', head: 0, tail: 1 }],
      origId: 'CNN/a.1:2',
    },
  ]);
});

test('each document is a text of its own, and a doc_key names no folder', () => {
  const { texts } = readWhole(dygie, [file(DOCUMENT, { sentences: [['Hello', '.']] })]);
  expect(texts.map(({ document }) => document.text.file)).toEqual(['CNN_a.1.txt', 'ace-2.txt']);
  expect(texts.map(({ text }) => text.split('\n')[0])).toEqual(['Seattle is a rainy city .', 'Hello .']);
  expect([...texts[0]!.document.mentions.values()].map(({ text }) => text)).toContain('Jenny Durkan');
});

test('a document is written as it was read, but for the order of what has none', () => {
  const { texts } = readWhole(dygie, [file(DOCUMENT)]);
  const [written] = writeWhole(dygie, texts, SCHEMA, 'out.jsonl').files;
  expect(JSON.parse(written!.content)).toEqual(DOCUMENT);
});

const PREDICTED = {
  ...DOCUMENT,
  predicted_ner: [
    [[0, 0, 'City', 4.5, 0.99]],
    [
      [6, 7, 'Role', 1.5, 0.75],
      [9, 9, 'City'],
    ],
    [],
  ],
  predicted_relations: [[], [[9, 9, 6, 7, 'Mayor-Of', 0.1, 0.5]], [[13, 13, 17, 17, 'Elected-In', 3, 0.9]]],
};

test('predictions are read as suggestions with their scores, beside what is annotated', () => {
  const { texts, losses } = readWhole(dygie, [file(PREDICTED)]);
  const { mentions, relations, sentences } = texts[0]!.document;
  const suggested = [...mentions.values()].filter(({ status }) => status === 'suggested');
  expect(suggested.map(({ type, text, score }) => [type, text, score])).toEqual([
    ['Role', 'Jenny Durkan', 0.75],
    ['City', 'the', undefined],
  ]);
  const [relation, ...others] = [...relations.values()].filter(({ status }) => status === 'suggested');
  expect(others).toEqual([]);
  // The words are annotated as a person, too: what was decided goes first.
  expect([mentions.get(relation!.head)?.text, mentions.get(relation!.tail)?.type, relation!.score]).toEqual(['the', 'Person', 0.5]);
  expect(losses).toEqual([{ what: 'predictions of what is annotated', count: 2 }]);
  expect(sentences.map(({ state }) => state)).toEqual(['new', 'new', 'new']);
});

test('suggestions are written as predictions, with their scores', () => {
  const { texts } = readWhole(dygie, [file(PREDICTED)]);
  const { files, losses } = writeWhole(dygie, texts, SCHEMA, 'out.jsonl');
  expect(losses).toEqual([]);
  expect(JSON.parse(files[0]!.content)).toEqual({
    ...DOCUMENT,
    predicted_ner: [
      [],
      [
        [6, 7, 'Role', 0.75, 0.75],
        [9, 9, 'City'],
      ],
      [],
    ],
    predicted_relations: [[], [[9, 9, 6, 7, 'Mayor-Of', 0.5, 0.5]], []],
  });
});

test('a document keeps its key, also where only some of its sentences are written', () => {
  const [text] = readWhole(dygie, [file(DOCUMENT)]).texts;
  const { part } = partOf(text!, (index) => index !== 0);
  const keyOf = (one: AnnotatedText): unknown =>
    (JSON.parse(writeWhole(dygie, [one], SCHEMA, 'o.jsonl').files[0]!.content) as { doc_key: unknown }).doc_key;
  expect(keyOf(part)).toBe('CNN/a.1');
  expect(keyOf({ text: part.text, document: part.document })).toBe('CNN_a.1');
  const foreign = { ...part, origIds: ['x', 7] };
  expect(keyOf(foreign)).toBe('CNN_a.1');
  expect(writeWhole(dygie, [foreign], SCHEMA, 'o.jsonl').losses).toEqual([{ what: 'ids of sentences in their data set', count: 2 }]);
});

test.each([
  ['an entity', { predicted_ner: [[[0, 99, 'City', 1, 1]], [], []] }, 'line 1, predicted_ner[0][0]: 99 is beyond'],
  ['a relation', { predicted_relations: [[[0, 0, 0, 99, 'R', 1, 1]], [], []] }, 'line 1, predicted_relations[0][0]: 99 is beyond'],
  ['another number of lists', { predicted_ner: [[]] }, 'line 1, predicted_ner: 1 lists for 3 sentences'],
])('a bad prediction is named: %s', (_, change, message) => {
  expect(failure(() => readWhole(dygie, [file({ ...DOCUMENT, ...change })])).message).toContain(message);
});

test('what is written is read again, but for what the losses name', () => {
  expectRoundTrips(dygie, true);
});

test('what sentences of tokens cannot hold is counted', () => {
  const { sentences, findings, losses } = dygieRecords(
    file({
      ...DOCUMENT,
      ner: [[[4, 6, 'City']], [[6, 7, 'Person']], [[13, 13, 'Person']]],
      relations: [
        [],
        [
          [6, 7, 13, 13, 'Same'],
          [6, 7, 6, 6, 'Part'],
        ],
        [[6, 7, 13, 13, 'Same']],
      ],
      clusters: [
        [
          [6, 7],
          [13, 13],
        ],
      ],
      events: [
        [],
        [],
        [
          [
            [15, 'Election'],
            [13, 13, 'Person'],
          ],
        ],
      ],
      predicted_ner: [[[0, 0, 'City', 4.5, 0.99]], [], []],
      predicted_relations: [[], [], []],
      weight: 0.5,
    }),
  );
  expect(findings).toEqual([]);
  expect(sentences.map(({ mentions, relations }) => [mentions.length, relations.length])).toEqual([
    [0, 0],
    [1, 0],
    [1, 0],
  ]);
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    'relations across sentences': 2,
    'entities across sentences': 1,
    'relations of words that are no entity': 1,
    'coreference clusters': 1,
    events: 1,
    'predictions (predicted_*)': 1,
    'weights of documents': 1,
  });
});

test('a document without annotations is sentences without annotations', () => {
  const { sentences, findings } = dygieRecords(file({ doc_key: 'a', sentences: SENTENCES }, { sentences: [['a']], ner: null }));
  expect(findings).toEqual([]);
  expect(sentences.map(({ mentions }) => mentions)).toEqual([[], [], [], []]);
});

test.each([
  ['an unknown entity type', { ner: [[[0, 0, 'Town']], [], []] }, 'line 2, ner[0][0][2]: unknown type "Town" (known: City, '],
  ['an unknown relation type', { relations: [[], [[6, 7, 9, 10, 'toString']], []] }, 'line 2, relations[1][0][4]: unknown type "toString"'],
  ['a token beyond the document', { ner: [[], [], [[17, 19, 'Year']]] }, "line 2, ner[2][0]: 19 is beyond the document's 19 tokens"],
  ['an end before the start', { ner: [[[3, 2, 'City']], [], []] }, 'line 2, ner[0][0]: the last token (2) is before the first (3)'],
  // What a file with offsets from the start of each sentence looks like.
  [
    'a span of another sentence',
    { ner: [[], [[0, 1, 'Person']], []] },
    'line 2, ner[1][0]: the tokens 0 to 1 are not in sentence 1, which has 6 to 12',
  ],
  ['a relation of another sentence', { relations: [[], [[0, 1, 3, 4, 'Mayor-Of']], []] }, 'line 2, relations[1][0]: the tokens 0 to 1'],
  ['another number of lists', { ner: [[]] }, 'line 2, ner: 1 lists for 3 sentences'],
  ['an empty sentence', { sentences: [...SENTENCES, []] }, 'line 2, sentences[3]: the sentence has no tokens'],
  ['an empty token', { sentences: [['a', '']] }, 'line 2, sentences[0][1]: an empty token'],
  ['an index that is no number', { ner: [[['0', 0, 'City']], [], []] }, 'line 2, ner[0][0][0]: must be a number'],
  ['a mention without a type', { ner: [[[0, 0]], [], []] }, 'line 2, ner[0][0]'],
  ['no sentences', { sentences: undefined }, 'line 2, '],
])('%s is refused with its line, its path and the number of good records', (_, change, message) => {
  const records = dygieRecords(file(DOCUMENT, { ...DOCUMENT, ...change }), SCHEMA);
  expect(records.findings.join('\n')).toContain(message);
  expect(records).toMatchObject({ good: 1, bad: 1 });
  expect(records.sentences).toHaveLength(3);
});

test('a bad line is named, and nothing is read from the file', () => {
  const { content } = file(DOCUMENT);
  const error = failure(() => readWhole(dygie, [{ name: 'ace.json', content: `${content}\n${content.slice(0, 40)}\n{"doc_key":5}\n5\n` }]));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toMatch(
    /^ace\.json: line 3: not valid JSON: .*\. 3 of 4 records are bad, 1 are good; nothing was taken over\. Also bad:\nline 4, sentences: is missing\nline 5: /,
  );
  expect(error.message).not.toContain('(line 1)');
  expect(failure(() => readWhole(dygie, [{ name: 'a.json', content: '\n' }])).message).toContain('it has no documents');
});

test('the format is known by its content', () => {
  expect(detectFormat(file(DOCUMENT, DOCUMENT))?.name).toBe('dygie');
  expect(detectFormat({ name: 'a.json', content: JSON.stringify(DOCUMENT) })?.name).toBe('dygie');
  expect(detectFormat({ name: 'a.json', content: '{"tokens":["a"],"entities":[],"relations":[]}' })).toBeUndefined();
});

const FOLDER = new URL('../../../shared/data/scierc/', import.meta.url);

/** Sentences as one document in DyGIE++'s form. */
function documentOf(sentences: readonly TokenSentence[]): object {
  let offset = 0;
  const starts = sentences.map(({ tokens }) => (offset += tokens.length) - tokens.length);
  const span = (mention: TokenSentence['mentions'][number] | undefined, at: number): number[] => [
    mention!.startToken + starts[at]!,
    mention!.endToken - 1 + starts[at]!,
  ];
  return {
    doc_key: 'd',
    sentences: sentences.map(({ tokens }) => tokens),
    ner: sentences.map(({ mentions }, at) => mentions.map((mention) => [...span(mention, at), mention.type])),
    relations: sentences.map(({ mentions, relations }, at) =>
      relations.map(({ type, head, tail }) => [...span(mentions[head], at), ...span(mentions[tail], at), type]),
    ),
  };
}

test.for(['scierc_train.json', 'scierc_dev.json'])('%s in the form of its authors is read as what it is', (name, context) => {
  const path = new URL(name, FOLDER);
  context.skip(!existsSync(path), `SciERC is not on this machine (${path.pathname})`);
  const sentences = readSpert({ name, content: readFileSync(path, 'utf8') });
  const documents = Array.from({ length: Math.ceil(sentences.length / 5) }, (_, at) => documentOf(sentences.slice(at * 5, at * 5 + 5)));
  const records = dygieRecords(file(...documents));
  expect(records.findings).toEqual([]);
  expect(records.losses).toEqual([]);
  expect(records.sentences.map(({ origId: _, ...sentence }) => sentence)).toEqual(sentences.map(({ origId: _, ...sentence }) => sentence));
});
