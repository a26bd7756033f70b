import type { BaseIssue } from 'valibot';

/** The first thing that doesn't fit, with its JSON path: `[3].relations[0].tail: ...`. For messages about data from outside. */
export function firstIssue(issues: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]]): string {
  return issueText(issues[0]);
}

/** One thing that doesn't fit, as `firstIssue` says it. */
export function issueText(issue: BaseIssue<unknown>): string {
  const path = (issue.path ?? [])
    .map((item) => jsonKey(item.key))
    .join('')
    .replace(/^\./, '');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

function jsonKey(key: unknown): string {
  return typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`;
}
