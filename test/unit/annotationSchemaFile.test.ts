import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson, toJsonLine } from '../../src/annotation/json';
import { annotated } from './annotationArbitraries';
import { publishedSchema, schemaProblems } from './publishedSchema';

const SCHEMA = publishedSchema('annotation');
const problems = (value: unknown): readonly string[] => schemaProblems(SCHEMA, value);

test('whatever is written fits the published schema', () => {
  fc.assert(
    fc.property(annotated, ({ text, document }) => {
      expect(problems(JSON.parse(toJson(document)))).toEqual([]);
      expect(problems(JSON.parse(toJsonLine(document, text)))).toEqual([]);
    }),
  );
});

test('what the published schema refuses, the reader refuses too, and the other way round', () => {
  /** A small file with one value replaced: by JSON of another kind, or by nothing. */
  const values = fc.constantFrom<unknown>(
    undefined,
    null,
    -1,
    0.5,
    3,
    '',
    'Abcdefgh',
    'new',
    'accepted',
    true,
    [],
    [0],
    [0, 3],
    {},
    { a: 1 },
  );
  const good = {
    format: 'spangrid',
    version: 1,
    text: { file: 'a', sha256: '0'.repeat(64) },
    sentences: [{ startChar: 0, endChar: 9, state: 'new', tokens: [[0, 9]] }],
    mentions: [
      {
        id: 'aaaaaaaa',
        type: 'T',
        spans: [[0, 9]],
        text: 't',
        before: 'b',
        after: 'a',
        status: 'accepted',
        score: 1,
        model: 'm',
        by: 'b',
        note: 'n',
        discuss: true,
      },
    ],
    relations: [
      {
        id: 'bbbbbbbb',
        type: 'R',
        head: 'aaaaaaaa',
        tail: 'aaaaaaaa',
        status: 'rejected',
        score: 0,
        model: 'm',
        by: 'b',
        note: 'n',
        discuss: true,
      },
    ],
  };
  const paths: string[][] = [];
  const collect = (value: unknown, path: string[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key]);
  };
  collect(good, []);
  paths.push(['extra'], ['text', 'extra'], ['sentences', '0', 'extra'], ['mentions', '0', 'extra'], ['relations', '0', 'extra']);
  expect(problems(good)).toEqual([]);

  fc.assert(
    fc.property(fc.constantFrom(...paths), values, (path, value) => {
      const changed = structuredClone(good) as unknown;
      let holder = changed as Record<string, unknown>;
      for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
      if (value === undefined && Array.isArray(holder)) return;
      holder[path.at(-1)!] = value;
      const json = JSON.stringify(changed);
      const isRefused = problems(JSON.parse(json)).length > 0;
      let refusal = '';
      try {
        fromJson(json, 'f');
      } catch (error) {
        refusal = (error as Error).message;
      }
      // What no JSON schema can say: order of offsets, tokens within sentences, mentions that relations name.
      const beyond = /must not end before|must be in order|must not be empty|must lie inside|there is no mention/.test(refusal);
      if (!beyond) expect([path, value, refusal !== '']).toEqual([path, value, isRefused]);
    }),
    { numRuns: 1000 },
  );
});
