import * as v from 'valibot';
import { issueText } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { TokenSentence } from '../annotation/tokenSentence';
import type { Schema } from '../annotation/schema';
import type { NamedContent, Reader } from './format';
import { checkAllGood, Intake } from './intake';
import type { Loss } from './losses';

/** What a file of records holds: the sentences of the good ones, and everything that is wrong with the others. */
export interface Records {
  readonly sentences: readonly TokenSentence[];
  /** As `Intake.findings`. Empty where every record is good. */
  readonly findings: readonly string[];
  readonly good: number;
  readonly bad: number;
  /** What the good records hold that sentences of tokens can't. */
  readonly losses: readonly Loss[];
}

/**
 * The records of a file that is in memory.
 * @param schema finds fault with types that it doesn't have, where given
 * @param readerOf gives each sentence of a good record to its second argument
 */
export function recordsOf(
  { content }: NamedContent,
  schema: Schema | undefined,
  readerOf: (intake: Intake, found: (sentence: TokenSentence) => void) => Reader,
): Records {
  const intake = new Intake(schema);
  const sentences: TokenSentence[] = [];
  const reader = readerOf(intake, (sentence) => sentences.push(sentence));
  reader.push(content);
  reader.end();
  const { findings, good, bad, losses } = intake;
  return { sentences, findings, good, bad, losses };
}

/**
 * The sentences of a file in which every record is good.
 * @throws SpangridError `data.invalid` with file, place, reason and the number of good records
 */
export function allGood({ name }: NamedContent, { sentences, findings, good, bad }: Records): readonly TokenSentence[] {
  checkAllGood(name, findings, good, bad);
  return sentences;
}

/**
 * A record that is JSON, once it is known to have the right shape; else it is refused.
 * @param where where it is in the file, and what stands between that and a key of the record
 */
export function jsonRecord<T extends v.GenericSchema>(
  intake: Intake,
  shape: T,
  json: string,
  where: { readonly place: string; readonly separator: string; readonly line: number },
): v.InferOutput<T> | undefined {
  const parsed = parseJson(json);
  if ('reason' in parsed) {
    const line = where.line + parsed.line - 1;
    intake.refuse([`${where.place}: ${parsed.reason.replace(/ \(line \d+\)$/, '')} (line ${String(line)})`]);
    return undefined;
  }
  const result = v.safeParse(shape, parsed.data, { abortPipeEarly: true });
  if (result.success) return result.output;
  intake.refuse(result.issues.map((issue) => `${where.place}${issue.path === undefined ? ': ' : where.separator}${issueText(issue)}`));
  return undefined;
}

/** Shapes that records of several formats have in common. */
export const indexShape = v.pipe(
  v.number('must be a number'),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
export const typeShape = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'));
export const tokensShape = v.pipe(
  v.array(v.pipe(v.string('must be a string'), v.minLength(1, 'an empty token'))),
  v.minLength(1, 'the sentence has no tokens'),
);

/** What is said of a type that the schema doesn't have. */
export function unknownType(name: string, types: object): string {
  return `unknown type ${JSON.stringify(name)} (known: ${Object.keys(types).join(', ')})`;
}
