import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJson, toJsonLine } from '../../src/annotation/json';
import type { SpangridError } from '../../src/errors';
import { detectFormat } from '../../src/formats/all';
import { jsonl } from '../../src/formats/jsonl';
import { readWhole, writeWhole } from './wholeFiles';
import { annotated } from './annotationArbitraries';

const NO_TYPES = { entities: {}, relations: {} };
const LINE =
  '{"format":"spangrid","version":1,"text":{"file":"a.txt","sha256":"fbf48aff2ce0a1d3ea1195b8db76828d03fb1bdc8c9b7c1adfa59b39e4ec4046","content":"Bob lives in Rome"},"sentences":[],"mentions":[{"id":"4qeavwnx","type":"Peop","spans":[[0,3]],"text":"Bob","before":"","after":" lives in Rome","status":"accepted"}],"relations":[]}';

function failure(content: string): SpangridError {
  try {
    readWhole(jsonl, [{ name: 'S.jsonl', content }]);
  } catch (error) {
    return error as SpangridError;
  }
  throw new Error('it was read');
}

test('a stream of documents comes back whole, a line each', () => {
  fc.assert(
    fc.property(fc.array(annotated, { maxLength: 3 }), (texts) => {
      const { files, losses } = writeWhole(jsonl, texts, NO_TYPES, 'S.jsonl');
      const content = files[0]?.content ?? '';
      expect(content.split('\n')).toHaveLength(texts.length + 1);
      const back = readWhole(jsonl, [{ name: 'S.jsonl', content }]).texts;
      expect(back.map(({ text }) => text)).toEqual(texts.map(({ text }) => text));
      expect(back.map(({ document }) => toJson(document))).toEqual(texts.map(({ document }) => toJson(document)));
      expect(losses).toEqual([]);
    }),
  );
});

test('a line as the documentation has it is read and known by its content', () => {
  const [read] = readWhole(jsonl, [{ name: 'S.jsonl', content: `${LINE}\n\n` }]).texts;
  expect(toJsonLine(read!.document, read!.text)).toBe(LINE);
  expect(detectFormat({ name: 'S', content: `${LINE}\n${LINE}\n` })).toBe(jsonl);
  expect(detectFormat({ name: 'S', content: '' })).toBeUndefined();
});

test.each([
  ['truncated', LINE.slice(0, -20), /S\.jsonl: line 2: not valid JSON/],
  ['without its text', LINE.replace(',"content":"Bob lives in Rome"', ''), /S\.jsonl: line 2: text\.content is missing/],
  ...['../a.txt', '/etc/a.txt', '..\\\\a.txt', 'C:\\\\a.txt', 'b/../../a.txt', '..'].map((name): [string, string, RegExp] => [
    `called ${name}`,
    LINE.replace('a.txt', name),
    /S\.jsonl: line 2: text\.file leads out of the folder/,
  ]),
  ['with another text', LINE.replace('"content":"Bob', '"content":"Rob'), /S\.jsonl: line 2: text\.sha256 is not the hash/],
  ['with offsets outside its text', LINE.replace('[[0,3]]', '[[0,30]]'), /S\.jsonl: line 2: the mention 4qeavwnx ends outside the text/],
])('a line that is %s is named, with the number of good ones', (_, line, message) => {
  const error = failure(`${LINE}\n${line}\n${LINE}\n`);
  expect(error.code).toBe('data.invalid');
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/1 of 3 records are bad, 2 are good/);
});

test('a line of a newer version says so', () => {
  expect(failure(LINE.replace('"version":1', '"version":2')).code).toBe('annotation.newerVersion');
});
