import { describe, expect, test } from 'vitest';
import type { SentenceState } from '../../src/annotation/document';
import { progressOf, progressText } from '../../src/annotation/progress';

const inStates = (...states: readonly SentenceState[]): ReturnType<typeof progressOf> =>
  progressOf({ sentences: states.map((state, index) => ({ startChar: index * 10, endChar: index * 10 + 9, state, tokens: [] })) });

describe('progress', () => {
  test('counts what is done, left and skipped: a sentence in progress is left, a skipped one is not', () => {
    expect(inStates('done', 'new', 'in-progress', 'skipped', 'done')).toEqual({ done: 2, left: 2, skipped: 1, total: 5 });
  });

  test('is said in words', () => {
    expect(progressText(inStates('done', 'new', 'skipped'))).toBe('1 of 3 done');
    expect(progressText(inStates())).toBe('no sentences yet');
  });
});
