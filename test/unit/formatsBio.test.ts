import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectFormat } from '../../src/formats/all';
import { bio } from '../../src/formats/bio';
import { fromTokenSentences, toTokenSentences } from '../../src/formats/tokenText';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { expectRoundTrips } from './roundTrips';

const NO_TYPES = { entities: {}, relations: {} };
const read = (content: string): ReturnType<typeof readWhole> => readWhole(bio, [{ name: 'eng.train', content }]);
/** The mentions of each text, as their words and types. */
const mentionsIn = (content: string): readonly string[] =>
  read(content).texts.map(({ document }) => Array.from(document.mentions.values(), ({ type, text }) => `${type} ${text}`).join(', '));

/** Shaped as CoNLL-2003: four columns, IOB1, a line before each text, no blank line at the end. */
const CONLL = `-DOCSTART- -X- -X- O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
British JJ I-NP B-MISC
lamb NN I-NP I-MISC
. . O O

-DOCSTART- -X- -X- O

Ann NNP I-NP I-PER
Lee NNP I-NP I-PER

Oslo NNP B-NP I-LOC`;

test('texts, sentences and mentions are read from four columns', () => {
  const { texts, losses } = read(CONLL);
  expect(texts.map(({ document }) => document.text.file)).toEqual(['eng.txt', 'eng-2.txt']);
  expect(texts.map(({ text }) => text)).toEqual(['EU rejects German British lamb .', 'Ann Lee\nOslo']);
  expect(mentionsIn(CONLL)).toEqual(['ORG EU, MISC German, MISC British lamb', 'PER Ann Lee, LOC Oslo']);
  expect(losses).toEqual([{ what: 'columns between the token and its label', count: 2 }]);
  expect(detectFormat({ name: 'x', content: CONLL })).toBe(bio);
  expect(detectFormat({ name: 'x', content: CONLL.slice(0, 100) })).toBe(bio);
  expect(detectFormat({ name: 'x', content: 'A text like any other.\nIt has lines.\n' })).toBeUndefined();
});

test.each([
  ['IOB1', 'I-PER I-PER B-PER I-LOC O I-LOC'],
  ['IOB2', 'B-PER I-PER B-PER B-LOC O B-LOC'],
  ['BILOU', 'B-PER L-PER U-PER U-LOC O U-LOC'],
  ['BIOES', 'B-PER E-PER S-PER S-LOC O S-LOC'],
])('%s labels', (_, labels) => {
  const content = labels
    .split(' ')
    .map((label, at) => `w${at}\t${label}\n`)
    .join('');
  expect(mentionsIn(content)).toEqual(['PER w0 w1, PER w2, LOC w3, LOC w5']);
});

test('labels of every scheme mean the mentions that they were made of', () => {
  const segments = fc.array(fc.tuple(fc.constantFrom('O', 'PER', 'LOC', 'a-b'), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(segments, fc.constantFrom('IOB1', 'IOB2', 'BILOU', 'BIOES'), (given, scheme) => {
      let token = 0;
      let before = 'O';
      const labels: string[] = [];
      const wanted: unknown[] = [];
      for (const [type, length] of given) {
        if (type !== 'O') wanted.push({ type, startToken: token, endToken: token + length });
        for (let at = 0; at < length; at += 1) {
          const [isFirst, isLast] = [at === 0, at === length - 1];
          let place = isFirst ? 'B' : 'I';
          if (scheme === 'IOB1') place = isFirst && before === type ? 'B' : 'I';
          if (scheme === 'BILOU' && isLast) place = isFirst ? 'U' : 'L';
          if (scheme === 'BIOES' && isLast) place = isFirst ? 'S' : 'E';
          labels.push(type === 'O' ? 'O' : `${place}-${type}`);
        }
        before = type;
        token += length;
      }
      const { texts } = read(labels.map((label) => `x ${label}\n`).join(''));
      expect(toTokenSentences(texts[0]!).sentences[0]?.mentions).toEqual(wanted);
    }),
  );
});

test('IOB2 is written, with a line between two texts', () => {
  const { files, losses } = writeWhole(bio, read(CONLL).texts, NO_TYPES, 'out.bio');
  expect(losses).toEqual([]);
  expect(files).toEqual([
    {
      name: 'out.bio',
      content:
        'EU\tB-ORG\nrejects\tO\nGerman\tB-MISC\nBritish\tB-MISC\nlamb\tI-MISC\n.\tO\n\n-DOCSTART-\tO\n\nAnn\tB-PER\nLee\tI-PER\n\nOslo\tB-LOC\n\n',
    },
  ]);
});

test.each([
  ['a row of one column', 'Oslo NNP B-NP I-LOC', 'Oslo', 'line 15: one column; a row has a token and, in the last column, its label'],
  ['a row of another width', 'Oslo NNP B-NP I-LOC', 'Oslo I-LOC', 'line 15: 2 columns, where the first row has 4'],
  ['a label that is none', 'I-LOC', 'LOC', 'line 15: the label "LOC" is neither O nor a type behind'],
  ['a label without a type', 'I-LOC', 'I-', 'line 15: the label "I-" is neither O nor a type behind'],
])('%s is named, with the number of good sentences', (_, from, to, message) => {
  const error = failure(() => read(CONLL.replace(from, to)));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`eng.train: ${message}`);
  expect(error.message).toContain('1 of 3 records are bad, 2 are good');
});

test('an empty token is named', () => {
  expect(failure(() => read('\tO\n')).message).toContain('line 1: an empty token');
});

test('what labels cannot hold is counted, and of two mentions in one place the accepted stays', () => {
  const text = fromTokenSentences('a.txt', [
    {
      tokens: ['New', 'York', 'Times', '-DOCSTART-', 'a\tb'],
      mentions: [
        { type: 'Loc', startToken: 0, endToken: 2, score: 0.9 },
        { type: 'Org', startToken: 0, endToken: 3 },
        { type: 'Org', startToken: 4, endToken: 5 },
      ],
      relations: [{ type: 'R', head: 1, tail: 2 }],
      origId: 1,
    },
  ]);
  const { files, losses } = writeWhole(bio, [text], NO_TYPES, 'a.bio');
  expect(files[0]?.content).toBe('New\tB-Org\nYork\tI-Org\nTimes\tI-Org\n-DOCSTART_\tO\na_b\tB-Org\n\n');
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    'overlapping or nested mentions': 1,
    relations: 1,
    'states of sentences: they are read as done': 1,
    'marks of suggestions: they count as accepted': 1,
    'words or types that the format holds with other characters only': 2,
    'ids of sentences in their data set': 1,
  });
});

test('what is written is read again, but for what the losses name', () => {
  expectRoundTrips(bio, false);
});
