import type { BaseIssue } from 'valibot';

/** The first thing that doesn't fit, with its JSON path: `[3].relations[0].tail: ...`. For messages about data from outside. */
export function firstIssue(issues: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]]): string {
  return issueText(issues[0]);
}

/** One thing that doesn't fit, as `firstIssue` says it. */
export function issueText(issue: BaseIssue<unknown>): string {
  const path = jsonPath((issue.path ?? []).map(({ key }) => key));
  // As valibot says it by itself.
  const message = /^Invalid key: Expected ".*" but received undefined$/s.test(issue.message) ? 'is missing' : issue.message;
  return path === '' ? message : `${path}: ${message}`;
}

/** A JSON path as people read it; a key that is no plain word stands in brackets and quotes: `entities["Works for"].colour`. */
export function jsonPath(keys: readonly unknown[]): string {
  return keys.map(jsonKey).join('').replace(/^\./, '');
}

function jsonKey(key: unknown): string {
  if (typeof key === 'number') return `[${String(key)}]`;
  const name = String(key);
  return /^[\p{L}\p{N}_+$-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
