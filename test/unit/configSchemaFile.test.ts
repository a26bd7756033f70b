import { expect, test } from 'vitest';
import { readConfig } from '../../src/annotation/config';
import { RESERVED_KEYS, TYPE_KEYS } from '../../src/annotation/keys';
import { publishedSchema, schemaProblems } from './publishedSchema';

const SCHEMA = publishedSchema('config');

const GOOD = {
  $schema: 'x',
  entities: {
    'Person "A" 🧪': { colour: '#aA0123', key: '1', description: '', guideline: 'g' },
    B: { patterns: { words: ['w v'], expressions: ['e'], ignoreCase: true, widen: false } },
  },
  relations: { R: { colour: '#000000', key: 'z', description: 'd', guideline: 'g', head: ['B'], tail: [], symmetric: true } },
  model: 'm',
  files: ['a/**/*.txt', 'b..txt'],
  tokenizer: 'whitespace',
  check: { overlap: 'off', 'unlabelled-repeat': 'error' },
};

/** Every path to a value in `value`, and to a key that is not there. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => [[...path, key], ...pathsOf(one, [...path, key])]);
  return [...inner, [...path, Array.isArray(value) ? String(value.length) : 'extra']];
}

/** With the value at a path replaced, or taken out. */
function changed(path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(GOOD) as unknown;
  let holder = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const last = path.at(-1)!;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
  return copy;
}

test('what the published schema refuses, the reader refuses too, and the other way round', () => {
  expect(schemaProblems(SCHEMA, GOOD)).toEqual([]);
  expect(readConfig(JSON.stringify(GOOD))).toHaveProperty('config');
  const values = [
    undefined,
    null,
    0,
    true,
    '',
    ' ',
    'x',
    '#12345',
    '#123456',
    'D',
    '../a',
    '/a',
    'c:/a',
    'a\\b',
    [],
    [''],
    [0],
    ['B'],
    {},
    { x: {} },
  ];
  const disagreements: string[] = [];
  for (const path of pathsOf(GOOD))
    for (const value of values) {
      const config = changed(path, value);
      const read = readConfig(JSON.stringify(config));
      // What no JSON schema can say: which types there are, which keys are taken.
      const beyond =
        'problems' in read && read.problems.every(({ message }) => /there is no entity type|relations need|is the key of/.test(message));
      const isRefused = schemaProblems(SCHEMA, config).length > 0;
      if (!beyond && isRefused !== 'problems' in read) disagreements.push(`${path.join('.')} = ${JSON.stringify(value)}`);
    }
  expect(disagreements).toEqual([]);
});

test('the published schema has the keys that types can have', () => {
  const allowed = Array.from('abcdefghijklmnopqrstuvwxyz0123456789').filter(
    (key) => schemaProblems(SCHEMA, { entities: { A: { key } } }).length === 0,
  );
  expect(allowed).toEqual([...TYPE_KEYS].sort((a, b) => Number(/\d/.test(a)) - Number(/\d/.test(b)) || a.localeCompare(b)));
  expect(allowed.filter((key) => Object.hasOwn(RESERVED_KEYS, key))).toEqual([]);
});

test.each([' A', 'A ', 'a\tb', 'a\nb', ''])('the name %j is refused by both', (name) => {
  const config = { entities: { [name]: {} } };
  expect(schemaProblems(SCHEMA, config)).toHaveLength(1);
  expect(readConfig(JSON.stringify(config))).toHaveProperty('problems');
});
