import { expect, test } from 'vitest';
import { jsonSpan } from '../../src/annotation/jsonSpan';

const JSON_TEXT = `{
  "entities": { "A \\"b\\", {c}": { "key": "x" }, "B": { "list": [1, {"deep": [true]}, "s"] } },
  "twice": 1, "twice": [2]
}`;

const at = (...path: (string | number)[]): string | undefined => {
  const span = jsonSpan(JSON_TEXT, path);
  return span && JSON_TEXT.slice(span.startChar, span.endChar);
};

test('a path leads to its entry: with the value where that is small, the key alone where it is not', () => {
  expect(at('entities', 'A "b", {c}', 'key')).toBe('"key": "x"');
  expect(at('entities', 'A "b", {c}')).toBe('"A \\"b\\", {c}"');
  expect(at('entities', 'B', 'list', 0)).toBe('1');
  expect(at('entities', 'B', 'list', 1)).toBe('{');
  expect(at('entities', 'B', 'list', 1, 'deep', 0)).toBe('true');
  expect(at('entities', 'B', 'list', 2)).toBe('"s"');
  expect(at()).toBe('{');
});

test('of a key that stands twice the last counts, and where there is nothing, nothing is found', () => {
  expect(at('twice', 0)).toBe('2');
  expect(at('entities', 'C')).toBeUndefined();
  expect(at('entities', 'B', 'list', 3)).toBeUndefined();
});
