import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnotationDocument } from '../../src/annotation/document';
import { checkOffsets, fromJson, toJson, toJsonLine } from '../../src/annotation/json';
import { sentenceJson } from '../../src/annotation/lines';
import type { SpangridError } from '../../src/errors';
import type { Span } from '../../src/text/span';
import { annotated } from './annotationArbitraries';

const FILE = `{"format":"spangrid","version":1,"text":{"file":"rome.txt","sha256":"fbf48aff2ce0a1d3ea1195b8db76828d03fb1bdc8c9b7c1adfa59b39e4ec4046"},
"sentences":[
{"startChar":0,"endChar":17,"state":"in-progress","tokens":[[0,3],[4,9],[10,12],[13,17]]}
],
"mentions":[
{"id":"4qeavwnx","type":"Peop","spans":[[0,3]],"text":"Bob","before":"","after":" lives in Rome","status":"accepted","by":"ann"},
{"id":"bwaiue3d","type":"Loc","spans":[[13,17]],"text":"Rome","before":"Bob lives in ","after":"","status":"suggested","score":0.9,"model":"fast","note":"?","discuss":true}
],
"relations":[
{"id":"n353ifop","type":"Live_In","head":"4qeavwnx","tail":"bwaiue3d","status":"rejected","score":0.25}
]}
`;

function failure(json: string): SpangridError {
  try {
    fromJson(json, 'rome.txt.spangrid.json');
  } catch (error) {
    return error as SpangridError;
  }
  throw new Error('it was read');
}

/** The file with one thing changed. */
const changed = (from: string, to: string): string => {
  expect(FILE).toContain(from);
  return FILE.replace(from, to);
};

test('a file written as the documentation says is read, and written again as it was', () => {
  const { document } = fromJson(FILE, 'file');
  expect(document.mentions.get('bwaiue3d')).toEqual({
    id: 'bwaiue3d',
    type: 'Loc',
    spans: [{ startChar: 13, endChar: 17 }],
    text: 'Rome',
    before: 'Bob lives in ',
    after: '',
    status: 'suggested',
    score: 0.9,
    model: 'fast',
    note: '?',
    discuss: true,
  });
  expect(toJson(document)).toBe(FILE);
});

test('whatever a document holds is read as it was written, from the file and from the stream', () => {
  fc.assert(
    fc.property(annotated, ({ text, document }) => {
      const file = fromJson(toJson(document), 'file').document;
      const stream = fromJson(toJsonLine(document, text), 'line');
      for (const read of [file, stream.document]) {
        expect(read.sentences).toEqual(document.sentences);
        expect(new Map([...read.mentions].sort())).toEqual(new Map([...document.mentions].sort()));
        expect(new Map([...read.relations].sort())).toEqual(new Map([...document.relations].sort()));
      }
      expect(stream.content).toBe(text);
      expect(toJsonLine(document, text)).not.toContain('\n');
    }),
    { numRuns: 300 },
  );
});

test('the order in the file does not depend on the order in which items were added', () => {
  fc.assert(
    fc.property(annotated, ({ document }) => {
      const turned: AnnotationDocument = {
        ...document,
        mentions: new Map([...document.mentions].reverse()),
        relations: new Map([...document.relations].reverse()),
      };
      expect(toJson(turned)).toBe(toJson(document));
    }),
  );
});

test('a change of one item changes one line', () => {
  const { document } = fromJson(FILE, 'file');
  const rome = document.mentions.get('bwaiue3d')!;
  const after = toJson({ ...document, mentions: new Map(document.mentions).set(rome.id, { ...rome, status: 'accepted' }) });
  const differing = FILE.split('\n').filter((line, index) => line !== after.split('\n')[index]);
  expect(differing).toHaveLength(1);
});

test('a file of a newer version is refused by name', () => {
  const error = failure(changed('"version":1', '"version":2,"invention":{}'));
  expect(error.code).toBe('annotation.newerVersion');
  expect(error.message).toMatch(/rome\.txt\.spangrid\.json .*newer.*Update/);
});

test('a truncated file is refused, with the line', () => {
  const error = failure(FILE.slice(0, 300));
  expect(error.code).toBe('annotation.invalid');
  expect(error.message).toMatch(/^rome\.txt\.spangrid\.json: not valid JSON.*line 6/);
});

test.each([
  ['a span that ends before it starts', '"spans":[[0,3]]', '"spans":[[3,0]]', /mentions\[0\]\.spans\[0\]/],
  ['an offset that is no whole number', '[13,17]],"text"', '[13.5,17]],"text"', /mentions\[1\]\.spans\[0\]\[0\]/],
  ['a negative offset', '"startChar":0', '"startChar":-1', /sentences\[0\]\.startChar/],
  ['a mention without spans', '"spans":[[0,3]]', '"spans":[]', /mentions\[0\]\.spans/],
  ['tokens outside of their sentence', '[13,17]]}', '[13,18]]}', /sentences\[0\].*tokens must lie inside/],
  ['an unknown status', '"rejected"', '"perhaps"', /relations\[0\]\.status/],
  ['a score above one', '0.25', '1.5', /relations\[0\]\.score/],
  [
    'a relation to a mention that is not there',
    '"tail":"bwaiue3d"',
    '"tail":"aaaaaaaa"',
    /relations\[0\]\.tail: there is no mention aaaaaaaa/,
  ],
  ['an id that stands twice', '"id":"bwaiue3d"', '"id":"4qeavwnx"', /mentions\[1\]: the id 4qeavwnx stands twice/],
  ['a key that would be lost', '"by":"ann"', '"by":"ann","mood":"good"', /mentions\[0\]\.mood/],
  ['another program’s JSON', '"format":"spangrid"', '"format":"other"', /no Spangrid annotation file/],
])('%s is refused with its JSON path', (_, from, to, message) => {
  const error = failure(changed(from, to));
  expect(error.code).toBe('annotation.invalid');
  expect(error.message).toMatch(message);
});

test('overlapping sentences are refused', () => {
  const first = '{"startChar":0,"endChar":17,"state":"in-progress","tokens":[[0,3],[4,9],[10,12],[13,17]]}';
  expect(failure(changed(first, `${first},\n{"startChar":16,"endChar":20,"state":"new","tokens":[]}`)).message).toMatch(
    /sentences: .*overlap/,
  );
});

test('offsets outside the text are refused, a mention and a sentence', () => {
  const { document } = fromJson(FILE, 'file');
  expect(() => checkOffsets(document, 'Bob lives in Rome', 'f')).not.toThrow();
  expect(() => checkOffsets(document, 'Bob lives in Rom', 'f')).toThrow(/sentences\[0\] ends outside the text/);
  expect(() => checkOffsets({ ...document, sentences: [] }, 'Bob lives in Rom', 'f')).toThrow(/mention bwaiue3d ends outside the text/);
});

test('a mention whose words were deleted is kept through the file', () => {
  const { document } = fromJson(changed('"spans":[[0,3]]', '"spans":[[0,0]]'), 'file');
  expect(fromJson(toJson(document), 'file').document.mentions.get('4qeavwnx')?.text).toBe('Bob');
});

test('offsets of any number of digits, and more of them than any sentence has', () => {
  const numbers = [0, 9, 10, 99, 100, 999_999, 1_000_000, 2 ** 31, Number.MAX_SAFE_INTEGER - 1];
  const tokens = numbers.map((startChar) => ({ startChar, endChar: startChar + 1 }));
  const line = (spans: readonly Span[]): string => sentenceJson({ startChar: 0, endChar: 1, state: 'new', tokens: spans });
  expect(line(tokens)).toContain(`"tokens":${JSON.stringify(numbers.map((number) => [number, number + 1]))}}`);
  const many = Array.from({ length: 5000 }, () => tokens).flat();
  expect(JSON.parse(line(many))).toMatchObject({ tokens: many.map(({ startChar, endChar }) => [startChar, endChar]) });
  expect(line([])).toContain('"tokens":[]}');
});
