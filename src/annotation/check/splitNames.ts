import { SPLITS } from '../split';

export type Split = (typeof SPLITS)[number];

const NAMES = /(?<![a-z])(train|training|dev|development|valid|validation|test)(?![a-z])/gi;

/** The split that a path names, in the file's name or that of a folder ("data/news_train.json", "test/a.txt"); the last name decides. */
export function splitNamedIn(path: string): Split | undefined {
  const name = [...path.matchAll(NAMES)].at(-1)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return SPLITS.find((split) => name.startsWith(split)) ?? 'dev';
}
