import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnotationDocument, Mention } from '../../src/annotation/document';
import { exported } from '../../src/annotation/export';
import type { Schema } from '../../src/annotation/schema';
import { schemaOf } from '../../src/annotation/schema';
import type { TokenSentence } from '../../src/annotation/tokenSentence';
import { detectFormat, formatNamed } from '../../src/formats/all';
import { readSpert, readTypes, spert, typesName, writeSpert, writeTypes } from '../../src/formats/spert';
import { fromTokenSentences, toTokenSentences } from '../../src/formats/tokenText';
import { decodeText } from '../../src/files/text';
import { annotated } from './annotationArbitraries';
import { said, tokenSentences } from './tokenArbitraries';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';

/** The sample of docs/formats.md. */
const DATA = `[{"tokens":["Bob","lives","in","Rome"],
  "entities":[{"type":"Peop","start":0,"end":1},{"type":"Loc","start":3,"end":4}],
  "relations":[{"type":"Live_In","head":0,"tail":1}],"orig_id":7}]`;
const TYPES = `{"entities":{"Peop":{"short":"Peop","verbose":"People"},"Loc":{"short":"Loc","verbose":"Location"}},
 "relations":{"Live_In":{"short":"Live","verbose":"Live in","symmetric":false}}}`;
const data = { name: 'F.json', content: DATA };
const types = { name: 'F_types.json', content: TYPES };

const NO_TYPES: Schema = { entities: {}, relations: {} };

test('the sample becomes a text with its annotations, accepted and done', () => {
  const { texts, schema } = readWhole(spert, [data, types]);
  expect(texts).toHaveLength(1);
  const { text, document } = texts[0]!;
  expect(text).toBe('Bob lives in Rome');
  expect(document.text.file).toBe('F.txt');
  const [bob, rome] = [...document.mentions.values()];
  // The ids are those of annotationIds.test.ts: they depend on type and offsets alone.
  expect([bob?.id, rome?.id]).toEqual(['4qeavwnx', 'bwaiue3d']);
  expect(bob).toMatchObject({ type: 'Peop', spans: [{ startChar: 0, endChar: 3 }], text: 'Bob', status: 'accepted' });
  expect([...document.relations.values()]).toEqual([
    { id: 'n353ifop', type: 'Live_In', head: '4qeavwnx', tail: 'bwaiue3d', status: 'accepted' },
  ]);
  expect(document.sentences.map(({ state }) => state)).toEqual(['done']);
  expect(schema?.relations['Live_In']).toMatchObject({ short: 'Live', verbose: 'Live in', symmetric: false });
});

test('the sample is written as it was read, its orig_id and its types too', () => {
  const { texts, schema } = readWhole(spert, [data, types]);
  const [written, beside] = writeWhole(spert, texts, schema!, 'G.json').files;
  expect(JSON.parse(written!.content)).toEqual(JSON.parse(DATA));
  expect(written!.content.split('\n')).toHaveLength(4);
  expect(beside?.name).toBe('G_types.json');
  expect(JSON.parse(beside!.content)).toEqual(JSON.parse(TYPES));
});

test('types go to a schema and back, with colours and keys that differ', () => {
  const schema = readTypes(types);
  expect(new Set(Object.values(schema.entities).flatMap(({ colour, key }) => [colour, key])).size).toBe(4);
  expect(JSON.parse(writeTypes(schema))).toEqual(JSON.parse(TYPES));
  expect(JSON.parse(writeTypes(schemaOf({ Loc: {} }, { Lives_In: { symmetric: true } })))).toEqual({
    entities: { Loc: { short: 'Loc', verbose: 'Loc' } },
    relations: { Lives_In: { short: 'Lives_In', verbose: 'Lives In', symmetric: true } },
  });
});

test('no key is given twice or to a command of the table', () => {
  const names = Array.from({ length: 26 }, (_, index) => [`T${index}`, {}] as const);
  const keys = Object.values(schemaOf(Object.fromEntries(names), {}).entities).map(({ key }) => key);
  expect(new Set(keys).size).toBe(26);
  expect(keys.filter((key) => 'axrenpdsuf'.includes(key))).toEqual([]);
});

test('predictions carry their scores out, and come back as suggestions', () => {
  const sentence: TokenSentence = {
    tokens: ['Bob', 'lives', 'in', 'Rome'],
    mentions: [
      { type: 'Loc', startToken: 3, endToken: 4, score: 0.25 },
      { type: 'Peop', startToken: 0, endToken: 1, score: 0.5 },
    ],
    relations: [{ type: 'Live_In', head: 1, tail: 0, score: 0.75 }],
  };
  const { document } = readWhole(spert, [{ name: 'P.json', content: writeSpert([sentence]) }]).texts[0]!;
  expect([...document.mentions.values()].map(({ status, score }) => [status, score])).toEqual([
    ['suggested', 0.25],
    ['suggested', 0.5],
  ]);
  expect(document.sentences[0]?.state).toBe('new');
  // Written again, entities stand in the order of the text, and the relation points to where they stand now.
  const again = readSpert(writeWhole(spert, [fromTokenSentences('P.txt', [sentence])], NO_TYPES, 'P.json').files[0]!);
  expect(again[0]?.mentions.map(({ type, score }) => [type, score])).toEqual([
    ['Peop', 0.5],
    ['Loc', 0.25],
  ]);
  expect(again[0]?.relations).toEqual([{ type: 'Live_In', head: 0, tail: 1, score: 0.75 }]);
});

const bad = (from: string, to: string): string => {
  expect(DATA).toContain(from);
  const good = DATA.slice(1, -1);
  return `[${good},${good.replace(from, to)},${good}]`;
};

test.each([
  [
    'an unknown entity type',
    '"type":"Loc"',
    '"type":"Lok"',
    /^F\.json: \[1\]\.entities\[1\]\.type: unknown type "Lok" \(known: Peop, Loc\)/,
  ],
  ['an unknown relation type', '"Live_In"', '"constructor"', /\[1\]\.relations\[0\]\.type: unknown type "constructor" \(known: Live_In\)/],
  ['a head that is no entity', '"head":0', '"head":2', /\[1\]\.relations\[0\]\.head: 2 is no index into the sentence's 2 entities/],
  ['a negative tail', '"tail":1', '"tail":-1', /\[1\]\.relations\[0\]\.tail: must not be negative/],
  ['an entity beyond the sentence', '"end":4', '"end":5', /\[1\]\.entities\[1\]\.end: 5 is beyond the sentence's 4 tokens/],
  ['an entity without tokens', '"start":0,"end":1', '"start":1,"end":1', /\[1\]\.entities\[0\]\.end: must be greater than start/],
  ['an empty sentence', '["Bob","lives","in","Rome"]', '[]', /\[1\]\.tokens: the sentence has no tokens/],
  ['an empty token', '"lives"', '""', /\[1\]\.tokens\[1\]: an empty token/],
  ['a token that is a number', '"lives"', '5', /\[1\]\.tokens\[1\]: must be a string/],
  ['a missing list', '"relations":[{"type":"Live_In","head":0,"tail":1}],', '', /\[1\]\.relations/],
])('%s is refused with its path and the number of good records', (_, from, to, message) => {
  const error = failure(() => readWhole(spert, [{ name: 'F.json', content: bad(from, to) }, types]));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/1 of 3 records are bad, 2 are good/);
});

test('without a types file every type is taken', () => {
  expect(readWhole(spert, [{ name: 'F.json', content: bad('"type":"Loc"', '"type":"Lok"') }]).texts[0]?.document.mentions.size).toBe(6);
});

test('truncated JSON and other JSON are refused', () => {
  expect(failure(() => readSpert({ name: 'F.json', content: DATA.slice(0, 60) })).message).toMatch(/^F\.json: not valid JSON.*line 2/);
  expect(failure(() => readSpert({ name: 'F.json', content: '{}' })).message).toMatch(/it must be one JSON array/);
  expect(failure(() => readTypes({ name: 'T.json', content: '{"entities":{"Loc":5},"relations":{}}' })).message).toMatch(
    /^T\.json: entities\.Loc/,
  );
});

test('the format is known by both names and by its content', () => {
  expect(formatNamed('spert')).toBe(spert);
  expect(formatNamed('conll04')).toBe(spert);
  expect(failure(() => formatNamed('conll05')).message).toMatch(/no format "conll05".*spert/);
  expect(detectFormat(data)).toBe(spert);
  expect(detectFormat(types)).toBeUndefined();
  expect(typesName('out/F.json')).toBe('out/F_types.json');
});

test('what has no place is counted before writing', () => {
  const text = 'ab cd. ef';
  const item = { type: 'T', text: '', before: '', after: '', status: 'accepted' } as const;
  const mention = (id: string, ...spans: [number, number][]) =>
    [id, { ...item, id, spans: spans.map(([startChar, endChar]) => ({ startChar, endChar })) }] as const;
  const relation = (id: string, head: string, tail: string) => [id, { id, type: 'R', head, tail, status: 'accepted' }] as const;
  const document: AnnotationDocument = {
    text: { file: 'a.txt', sha256: '' },
    sentences: [
      {
        startChar: 0,
        endChar: 6,
        state: 'new',
        tokens: [
          { startChar: 0, endChar: 2 },
          { startChar: 3, endChar: 5 },
        ],
      },
      { startChar: 7, endChar: 9, state: 'new', tokens: [{ startChar: 7, endChar: 9 }] },
    ],
    mentions: new Map<string, Mention>([
      mention('a', [0, 2]),
      mention('nested', [0, 5]),
      mention('half', [0, 1]),
      mention('torn', [0, 2], [3, 5]),
      mention('across', [3, 9]),
      mention('gone', [2, 2]),
      mention('b', [7, 9]),
      ['no', { ...item, id: 'no', spans: [{ startChar: 3, endChar: 5 }], status: 'rejected', note: 'why not' }],
    ]),
    relations: new Map([
      relation('self', 'a', 'a'),
      relation('far', 'a', 'b'),
      relation('one', 'a', 'nested'),
      relation('two', 'a', 'nested'),
      relation('end', 'a', 'half'),
    ]),
  };
  const texts = [{ text, document }];
  expect(Object.fromEntries(writeWhole(spert, texts, NO_TYPES, 'F.json').losses.map(({ what, count }) => [what, count]))).toEqual({
    'mentions that begin or end inside a token': 1,
    'discontinuous mentions': 1,
    'states of sentences: they are read as done': 2,
    'mentions that cross sentences or lie outside of them': 1,
    'mentions whose words were deleted from the text': 1,
    'relations across sentences or of mentions that are left out': 2,
    'rejected mentions': 1,
    notes: 1,
  });
  const [first, second] = readSpert(writeWhole(spert, texts, NO_TYPES, 'F.json').files[0]!);
  expect(first?.mentions.map(({ startToken, endToken }) => [startToken, endToken])).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(first?.relations.map(({ head, tail }) => [head, tail])).toEqual([
    [0, 0],
    [0, 1],
    [0, 1],
  ]);
  expect(second?.mentions).toHaveLength(1);
});

test('import then export gives back the same annotations', () => {
  fc.assert(
    fc.property(tokenSentences, (given) => {
      const content = writeSpert(given);
      const [written] = writeWhole(spert, readWhole(spert, [{ name: 'F.json', content }]).texts, NO_TYPES, 'F.json').files;
      expect(readSpert(written!).map(said)).toEqual(given.map(said));
    }),
    { numRuns: 300 },
  );
});

test('the text that is made of tokens is the same when it is read from disk', () => {
  for (const first of ['\uFEFFx', 'a\r\nb', 'a\rb', 'x']) {
    const { text, document } = fromTokenSentences('F.txt', [
      { tokens: [first, 'Rome'], mentions: [{ type: 'Loc', startToken: 1, endToken: 2 }], relations: [] },
    ]);
    expect(decodeText(Buffer.from(text), 'F.txt')).toEqual({ text, sha256: document.text.sha256 });
    const [rome] = document.mentions.values();
    expect(text.slice(rome?.spans[0]?.startChar, rome?.spans[0]?.endChar)).toBe('Rome');
  }
});

test('export then import gives back what the losses did not name', () => {
  fc.assert(
    fc.property(annotated, ({ text, document }) => {
      const usable = { ...document, sentences: document.sentences.filter(({ tokens }) => tokens.length > 0) };
      const texts = [{ text, document: exported(usable, { threshold: 0 }) }];
      const written = writeWhole(spert, texts, NO_TYPES, 'F.json').files[0]!;
      const lost = writeWhole(spert, texts, NO_TYPES, 'F.json').losses;
      const back = readSpert(written);
      const count = (pattern: RegExp): number => lost.filter(({ what }) => pattern.test(what)).reduce((sum, one) => sum + one.count, 0);
      expect(back.reduce((sum, { mentions }) => sum + mentions.length, 0) + count(/^(discontinuous )?mentions/)).toBe(
        texts[0]!.document.mentions.size,
      );
      expect(back.reduce((sum, { relations }) => sum + relations.length, 0) + count(/^relations/)).toBe(texts[0]!.document.relations.size);
      const again = fromTokenSentences('F.txt', back);
      expect(toTokenSentences(again).sentences.map(said)).toEqual(back.map(said));
    }),
    { numRuns: 300 },
  );
});

const FOLDER = new URL('../../../shared/data/', import.meta.url);

test.for(['conll04/conll04_dev.json', 'ade/ade_full.json', 'scierc/scierc_dev.json'])('%s is given back as it is', (name, context) => {
  const path = new URL(name, FOLDER);
  context.skip(!existsSync(path), `${name} is not on this machine (${path.pathname})`);
  const content = readFileSync(path, 'utf8');
  const typesPath = new URL(name.replace(/_(dev|full)\.json$/, '_types.json'), FOLDER);
  const files = [
    { name, content },
    { name: typesName(name), content: readFileSync(typesPath, 'utf8') },
  ];
  const { texts, schema } = readWhole(spert, files);
  expect(writeWhole(spert, texts, NO_TYPES, 'F.json').losses).toEqual([]);
  const [written, beside] = writeWhole(spert, texts, schema!, 'F.json').files;
  expect(readSpert(written!).map(said)).toEqual(readSpert(files[0]!).map(said));
  expect(JSON.parse(beside!.content)).toEqual(JSON.parse(files[1]!.content));
});
