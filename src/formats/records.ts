import type { BaseIssue } from 'valibot';
import { issueText } from '../annotation/issues';
import type { TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import type { Loss, NamedContent } from './format';

/** What a file of records holds: the sentences of the good ones, and everything that is wrong with the others. */
export interface Records {
  readonly sentences: readonly TokenSentence[];
  /** What is wrong, each with its place in the file: `[3].entities[0].type: must not be empty`. Empty where every record is good. */
  readonly findings: readonly string[];
  readonly good: number;
  readonly bad: number;
  /** What the good records hold that sentences of tokens can't. */
  readonly losses: readonly Loss[];
}

/** A file that can't be read as records at all, and why. */
export function unreadable(reason: string): Records {
  return { sentences: [], findings: [`${reason}. No record was read`], good: 0, bad: 0, losses: [] };
}

/**
 * The sentences of a file in which every record is good.
 * @throws SpangridError `data.invalid` with file, place, reason and the number of good records
 */
export function allGood({ name }: NamedContent, { sentences, findings, good, bad }: Records): readonly TokenSentence[] {
  const [first] = findings;
  if (first === undefined) return sentences;
  const counts = `${String(bad)} of ${String(bad + good)} records are bad, ${String(good)} are good; nothing was taken over`;
  throw new SpangridError('data.invalid', `${name}: ${first}${bad === 0 ? '' : `. ${counts}`}.`);
}

/**
 * What doesn't fit a record's schema, with its place in the file.
 * @param record where the record is
 * @param separator what stands between that and a key of the record
 */
export function issueTexts(issues: readonly BaseIssue<unknown>[], record: string, separator: string): readonly string[] {
  return issues.map((issue) => `${record}${issue.path === undefined ? ': ' : separator}${issueText(issue)}`);
}

/** What is said of a type that the schema doesn't have. */
export function unknownType(name: string, types: object): string {
  return `unknown type ${JSON.stringify(name)} (known: ${Object.keys(types).join(', ')})`;
}
