import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectFormat } from '../../src/formats/all';
import { corp } from '../../src/formats/corp';
import { fromTokenSentences, toTokenSentences } from '../../src/formats/tokenText';
import { readSpert, spert } from '../../src/formats/spert';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { expectRoundTrips } from './roundTrips';
import { said } from './tokenArbitraries';

const NO_TYPES = { entities: {}, relations: {} };
const rows = (...lines: readonly string[]): string => lines.map((line) => line.replaceAll(' ', '\t')).join('\n');

/** Shaped as the file that Roth and Yih published: the last sentence lacks its blank lines. */
const DATA = rows(
  '12 Peop 0 O NNP/NNP Bruno/Pusterla O O O',
  '12 O 1 O , COMMA O O O',
  '12 O 2 O NN editor/owner O O O',
  '12 O 3 O -LRB- -LRB- O O O',
  '12 O 4 O IN of O O O',
  '12 Org 5 O NNP/,/NNP/-LRB-/NN/-RRB- Acme/COMMA/Inc./-LRB-/UK/-RRB- O O O',
  '12 O 6 O -RRB- -RRB- O O O',
  '12 Loc 7 O NNP Oslo O O O',
  '',
  '0 5 Work_For',
  '0 7 Live_In',
  '0 5 OrgBased_In',
  '',
  '13 O 0 O PRP It O O O',
  '13 O 1 O VBD rained O O O',
  '',
  '',
  '14 Other 0 O CD/,/CD/NNS 150/COMMA/000/hectares O O O',
  '14 O 1 O . . O O O',
  '',
  '0 0 Kill',
);
const read = (content: string): ReturnType<typeof readWhole> => readWhole(corp, [{ name: 'F.corp', content }]);

test('rows are tokens, rows of an entity several, and relations point to rows', () => {
  const { texts, losses } = read(DATA);
  const { sentences } = toTokenSentences(texts[0]!);
  expect(texts).toHaveLength(1);
  expect(sentences).toEqual([
    {
      tokens: ['Bruno', 'Pusterla', ',', 'editor/owner', '(', 'of', 'Acme', ',', 'Inc.', '(', 'UK', ')', ')', 'Oslo'],
      mentions: [
        { type: 'Peop', startToken: 0, endToken: 2 },
        { type: 'Org', startToken: 6, endToken: 12 },
        { type: 'Loc', startToken: 13, endToken: 14 },
      ],
      relations: [
        { type: 'OrgBased_In', head: 0, tail: 1 },
        { type: 'Work_For', head: 0, tail: 1 },
        { type: 'Live_In', head: 0, tail: 2 },
      ],
      origId: 12,
    },
    { tokens: ['It', 'rained'], mentions: [], relations: [], origId: 13 },
    {
      tokens: ['150', ',', '000', 'hectares', '.'],
      mentions: [{ type: 'Other', startToken: 0, endToken: 4 }],
      relations: [{ type: 'Kill', head: 0, tail: 0 }],
      origId: 14,
    },
  ]);
  expect(losses).toEqual([{ what: 'parts of speech', count: 12 }]);
  expect(detectFormat({ name: 'x', content: DATA.slice(0, 300) })).toBe(corp);
  // Once for each blank line would be for ever.
  expect(detectFormat({ name: 'x', content: '\n'.repeat(1e6) })).toBeUndefined();
});

test('what was read is written in the same rows, but for the parts of speech', () => {
  const { files, losses } = writeWhole(corp, read(DATA).texts, NO_TYPES, 'out.corp');
  expect(losses).toEqual([]);
  expect(files).toEqual([
    {
      name: 'out.corp',
      content: `${rows(
        '12 Peop 0 O _/_ Bruno/Pusterla O O O',
        '12 O 1 O _ COMMA O O O',
        '12 O 2 O _ editor/owner O O O',
        '12 O 3 O _ -LRB- O O O',
        '12 O 4 O _ of O O O',
        '12 Org 5 O _/_/_/_/_/_ Acme/COMMA/Inc./-LRB-/UK/-RRB- O O O',
        '12 O 6 O _ -RRB- O O O',
        '12 Loc 7 O _ Oslo O O O',
        '',
        '0 5 OrgBased_In',
        '0 5 Work_For',
        '0 7 Live_In',
        '',
        '13 O 0 O _ It O O O',
        '13 O 1 O _ rained O O O',
        '',
        '',
        '14 Other 0 O _/_/_/_ 150/COMMA/000/hectares O O O',
        '14 O 1 O _ . O O O',
        '',
        '0 0 Kill',
        '',
      )}\n`,
    },
  ]);
});

test('rows with blanks between the columns, and relations right behind the rows, are read, too', () => {
  const { texts } = read(
    '1 Peop 0 O NNP Ann O O O\n1  Loc  1  O  NNP  Rome  O  O  O\n0 1 Live_In\n2 O 0 O UH Hm O O O\n3 O 0 O UH Ah O O O\n',
  );
  const { sentences } = toTokenSentences(texts[0]!);
  expect(sentences.map(({ tokens, relations }) => [tokens, relations.length])).toEqual([
    [['Ann', 'Rome'], 1],
    [['Hm'], 0],
    [['Ah'], 0],
  ]);
});

test.each([
  ['a row with too few columns', DATA.replace('Oslo\tO\tO\tO', 'Oslo\tO\tO'), 'line 8: 8 columns; a row has 9, a relation 3'],
  ['a row with too many columns', DATA.replace('Oslo\tO', 'Oslo\tO\tO'), 'line 8: 10 columns'],
  ['a relation with too few columns', DATA.replace('0\t7\tLive_In', '0\tLive_In'), 'line 11: 2 columns'],
  ['a relation of no row', DATA.replace('0\t7\tLive_In', '0\t8\tLive_In'), 'line 11: "8" is no row of the sentence; its rows are 0 to 7'],
  ['a row that is there twice', DATA.replace('Loc\t7', 'Loc\t5'), 'line 8: there are two rows 5 in the sentence'],
  ['a row whose number is none', DATA.replace('Loc\t7', 'Loc\tx'), `line 8: the row's number "x" is no whole number`],
  ['a row without words', DATA.replace('Oslo', ''), 'line 8: the row has no words'],
])('%s is named, with the number of good records', (_, content, message) => {
  expect(content).not.toBe(DATA);
  const error = failure(() => read(content));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`F.corp: ${message}`);
  expect(error.message).toContain('1 of 3 records are bad, 2 are good; nothing was taken over.');
});

test('a relation before any rows is named', () => {
  expect(failure(() => read('0\t1\tKill\n')).message).toContain('line 1: "0" is no row of the sentence; there are none before it');
});

test('what rows cannot hold is counted', () => {
  const text = fromTokenSentences('a.txt', [
    {
      tokens: ['a/b', 'COMMA', 'c d', 'e\tf', '/'],
      mentions: [
        { type: 'T', startToken: 0, endToken: 2 },
        { type: 'U', startToken: 1, endToken: 3 },
        { type: 'O', startToken: 4, endToken: 5, score: 0.5 },
      ],
      relations: [{ type: 'R', head: 0, tail: 1 }],
      origId: 'S1',
    },
  ]);
  const { files, losses } = writeWhole(corp, [text], NO_TYPES, 'a.corp');
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    'overlapping or nested mentions': 1,
    'relations across sentences or of mentions that are left out': 1,
    'states of sentences: they are read as done': 1,
    'marks of suggestions: they count as accepted': 1,
    'words or types that the format holds with other characters only': 3,
    'ids of sentences in their data set': 1,
  });
  const { sentences } = toTokenSentences(readWhole(corp, files).texts[0]!);
  expect(sentences).toEqual([
    {
      tokens: ['a', 'b', ',', 'c d', 'e_f', '/'],
      mentions: [
        { type: 'T', startToken: 0, endToken: 3 },
        { type: 'O_', startToken: 5, endToken: 6 },
      ],
      relations: [],
      origId: 0,
    },
  ]);
});

test('what is written is read again, but for what the losses name', () => {
  expectRoundTrips(corp, false);
});

test('CoNLL04 goes through its first form and comes back as it is', (context) => {
  const path = new URL('../../../shared/data/conll04/conll04_dev.json', import.meta.url);
  context.skip(!existsSync(path), `CoNLL04 is not on this machine (${path.pathname})`);
  const data = { name: 'dev.json', content: readFileSync(path, 'utf8') };
  const { files, losses } = writeWhole(corp, readWhole(spert, [data]).texts, NO_TYPES, 'dev.corp');
  expect(losses).toEqual([]);
  const [back] = writeWhole(spert, readWhole(corp, files).texts, NO_TYPES, 'back.json').files;
  expect(readSpert(back!).map(said)).toEqual(readSpert(data).map(said));
});
