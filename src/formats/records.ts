import * as v from 'valibot';
import { issueText } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { TokenSentence } from '../annotation/tokenSentence';
import type { Schema } from '../annotation/schema';
import type { AnnotatedText, NamedContent, Reader } from './format';
import { checkAllGood, Intake } from './intake';
import type { Loss } from './losses';
import { elementReader, lineReader, type Element, type Line } from './pieces';

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

/** A record in JSON: a line of its own, or an element of an array. */
type JsonPiece = Line | Element;

/** How findings about a record begin: `line 5, ner[0]: ...`, `[3].entities[0]: ...`. */
function startOf(piece: JsonPiece): { readonly place: string; readonly separator: string } {
  return 'json' in piece
    ? { place: `[${String(piece.index)}]`, separator: '.' }
    : { place: `line ${String(piece.number)}`, separator: ', ' };
}

/** The line in which a record begins. */
export function firstLineOf(piece: JsonPiece): number {
  if (!('json' in piece)) return piece.number;
  // An element has the white space before it, too.
  const before = piece.json.slice(0, piece.json.length - piece.json.trimStart().length);
  return piece.line + before.split('\n').length - 1;
}

/** A record whose shape is right is bad all the same. @param findings with their JSON paths in it */
export function refuseRecord(intake: Intake, piece: JsonPiece, findings: readonly string[]): void {
  const { place, separator } = startOf(piece);
  intake.refuse(findings.map((finding) => `${place}${separator}${finding}`));
}

/** Reads each record that has the right shape; others are refused. */
function recordReader<T extends v.GenericSchema, P extends JsonPiece>(
  intake: Intake,
  shape: T,
  read: (record: v.InferOutput<T>, piece: P) => readonly AnnotatedText[],
): (piece: P) => readonly AnnotatedText[] {
  return (piece) => {
    const { place, separator } = startOf(piece);
    const parsed = parseJson('json' in piece ? piece.json : piece.text);
    if ('reason' in parsed) {
      const line = ('json' in piece ? piece.line : piece.number) + parsed.line - 1;
      intake.refuse([`${place}: ${parsed.reason.replace(/ \(line \d+\)$/, '')} (line ${String(line)})`]);
      return [];
    }
    const result = v.safeParse(shape, parsed.data, { abortPipeEarly: true });
    if (result.success)
      return read(result.output, piece).map((text) => ({ ...text, lines: text.lines ?? linesOf(text, firstLineOf(piece)) }));
    intake.refuse(result.issues.map((issue) => `${place}${issue.path === undefined ? ': ' : separator}${issueText(issue)}`));
    return [];
  };
}

/** All sentences of a text that is one record. */
export function linesOf({ document }: AnnotatedText, line: number): readonly number[] {
  return document.sentences.map(() => line);
}

/** A reader of JSON lines of this shape; `read` and `last` as in `lineReader`. */
export function jsonLines<T extends v.GenericSchema>(
  intake: Intake,
  shape: T,
  read: (record: v.InferOutput<T>, line: Line) => readonly AnnotatedText[],
  last?: () => readonly AnnotatedText[],
): Reader {
  const readRecord = recordReader(intake, shape, read);
  return lineReader(intake, (line) => (line.text.trim() === '' ? [] : readRecord(line)), last);
}

/** A reader of a JSON array of records of this shape; `read` and `last` as in `lineReader`. */
export function jsonElements<T extends v.GenericSchema>(
  intake: Intake,
  shape: T,
  read: (record: v.InferOutput<T>, element: Element) => readonly AnnotatedText[],
  last?: () => readonly AnnotatedText[],
): Reader {
  return elementReader(intake, recordReader(intake, shape, read), last);
}

/** Shapes that records of several formats have in common. */
export const indexShape = v.pipe(
  v.number('must be a number'),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
export const typeShape = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'));
/** Tokens are checked by one action for all of a sentence: a data set has millions. */
export const tokensShape = v.pipe(
  v.custom<readonly string[]>((input) => Array.isArray(input), 'must be a list'),
  v.minLength(1, 'the sentence has no tokens'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input: readonly unknown[] = dataset.value;
    for (const [key, value] of input.entries()) {
      if (typeof value === 'string' && value !== '') continue;
      const message = typeof value === 'string' ? 'an empty token' : 'must be a string';
      addIssue({ message, path: [{ type: 'unknown', origin: 'value', input, key, value }] });
    }
  }),
);

/** What is said of a type that is not among these; nothing where it is, or where they are not known. */
export function unknownType(name: string, types: object | undefined): string | undefined {
  if (types === undefined || Object.hasOwn(types, name)) return undefined;
  return `unknown type ${JSON.stringify(name)} (known: ${Object.keys(types).join(', ')})`;
}

/** Finds fault with a type that is not among these, where they are known. @param path where it stands */
export function checkType(name: string, types: object | undefined, path: string, findings: string[]): void {
  const unknown = unknownType(name, types);
  if (unknown !== undefined) findings.push(`${path}: ${unknown}`);
}
