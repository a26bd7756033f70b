import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson, toJsonLine } from '../../src/annotation/json';
import { annotated } from './annotationArbitraries';

type Rule = Readonly<Record<string, unknown>>;

const SCHEMA = JSON.parse(readFileSync(new URL('../../media/annotation.schema.json', import.meta.url), 'utf8')) as Rule;

/** What in `value` the published schema does not allow. Knows the keywords that the schema uses, and no others. */
function problems(value: unknown, rule: Rule, path = ''): string[] {
  const found: string[] = [];
  const must = (holds: boolean, keyword: string): void => {
    if (!holds) found.push(`${path}: ${keyword}`);
  };
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const [keyword, wanted] of Object.entries(rule)) {
    if (['$schema', '$id', 'title', 'description', 'definitions'].includes(keyword)) continue;
    if (keyword === '$ref') {
      const name = (wanted as string).replace('#/definitions/', '');
      found.push(...problems(value, (SCHEMA['definitions'] as Record<string, Rule>)[name]!, path));
    } else if (keyword === 'type') {
      const type = Array.isArray(value) ? 'array' : wanted === 'integer' && Number.isInteger(value) ? 'integer' : typeof value;
      must(type === wanted, keyword);
    } else if (keyword === 'const') must(value === wanted, keyword);
    else if (keyword === 'enum') must((wanted as unknown[]).includes(value), keyword);
    else if (keyword === 'minimum') must(Number(value) >= Number(wanted), keyword);
    else if (keyword === 'maximum') must(Number(value) <= Number(wanted), keyword);
    else if (keyword === 'minItems') must(list.length >= Number(wanted), keyword);
    else if (keyword === 'maxItems') must(list.length <= Number(wanted), keyword);
    else if (keyword === 'minLength') must(String(value).length >= Number(wanted), keyword);
    else if (keyword === 'pattern') must(new RegExp(wanted as string).test(String(value)), keyword);
    else if (keyword === 'required') for (const key of wanted as string[]) must(Object.hasOwn(object, key), `required ${key}`);
    else if (keyword === 'items')
      for (const [index, item] of list.entries()) found.push(...problems(item, wanted as Rule, `${path}[${index}]`));
    else if (keyword === 'additionalProperties') {
      for (const key of Object.keys(object)) must(Object.hasOwn(rule['properties'] as Rule, key), `additional ${key}`);
    } else if (keyword === 'properties') {
      for (const [key, inner] of Object.entries(wanted as Record<string, Rule>))
        if (Object.hasOwn(object, key)) found.push(...problems(object[key], inner, `${path}.${key}`));
    } else throw new Error(`the schema uses a keyword that this test does not know: ${keyword}`);
  }
  return found;
}

test('whatever is written fits the published schema', () => {
  fc.assert(
    fc.property(annotated, ({ text, document }) => {
      expect(problems(JSON.parse(toJson(document)), SCHEMA)).toEqual([]);
      expect(problems(JSON.parse(toJsonLine(document, text)), SCHEMA)).toEqual([]);
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
  expect(problems(good, SCHEMA)).toEqual([]);

  fc.assert(
    fc.property(fc.constantFrom(...paths), values, (path, value) => {
      const changed = structuredClone(good) as unknown;
      let holder = changed as Record<string, unknown>;
      for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
      if (value === undefined && Array.isArray(holder)) return;
      holder[path.at(-1)!] = value;
      const json = JSON.stringify(changed);
      const isRefused = problems(JSON.parse(json), SCHEMA).length > 0;
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
