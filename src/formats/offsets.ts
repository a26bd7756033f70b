import type { AnnotationDocument, Item, Mention, Relation, Sentence, SentenceState } from '../annotation/document';
import { isLost } from '../annotation/document';
import { mentionId, relationId } from '../annotation/ids';
import { makeMention } from '../annotation/mention';
import { quoted } from '../annotation/names';
import { compareMentions, compareRelations } from '../annotation/order';
import { touching } from '../annotation/search';
import { textReference } from '../annotation/textHash';
import { firstIndex } from '../text/firstIndex';
import { normaliseText, unifyLineEnds } from '../text/lineEnds';
import { segment } from '../text/segment';
import { spanKey, type SentenceSpans, type Span } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import type { AnnotatedText } from './format';

/*
 * Between our documents and the formats that hold a text with offsets. What they count (code points, line ends of two characters) is
 * converted here; where they have no tokens, those of the text are made anew.
 */

/** A mention that was read. `key` is what relations call it. */
export type OffsetMention = Omit<Item, 'id'> & { readonly key: string; readonly spans: readonly Span[] };
/** A relation that was read. `head` and `tail` are keys of mentions. */
export type OffsetRelation = Omit<Item, 'id'> & { readonly head: string; readonly tail: string };

/**
 * A text with the annotations that were read for it.
 * @param file name of the text
 * @param relations of these mentions only
 * @param sentences in order, without overlap, with a token at each edge of a mention
 * @param state of all sentences; where it is not given, done unless something is only suggested
 */
export function fromOffsets(
  file: string,
  text: string,
  read: { readonly mentions: readonly OffsetMention[]; readonly relations: readonly OffsetRelation[] },
  sentences: readonly SentenceSpans[],
  state?: SentenceState,
): AnnotatedText {
  const mentions = new Map<string, Mention>();
  const relations = new Map<string, Relation>();
  const ids = new Map<string, string>();
  for (const { key, type, spans, status, ...rest } of read.mentions) {
    const id = mentionId(type, spans, (taken) => mentions.has(taken));
    mentions.set(id, { ...makeMention(text, id, type, spans, status), ...rest });
    ids.set(key, id);
  }
  for (const relation of read.relations) {
    const [head = '', tail = ''] = [ids.get(relation.head), ids.get(relation.tail)];
    const id = relationId(relation.type, head, tail, (taken) => relations.has(taken));
    relations.set(id, { ...relation, id, head, tail });
  }
  const isSuggested = [...read.mentions, ...read.relations].some(({ status }) => status === 'suggested');
  const made = state ?? (isSuggested ? 'new' : 'done');
  return {
    text,
    document: {
      text: textReference(file, text),
      sentences: sentences.map((sentence): Sentence => ({ ...sentence, state: made })),
      mentions,
      relations,
    },
  };
}

/** Each stretch of each mention. */
export function piecesOf(mentions: readonly { readonly spans: readonly Span[] }[]): readonly Span[] {
  return mentions.flatMap(({ spans }) => spans);
}

/**
 * The sentences of a text, with tokens that begin or end at each edge of these stretches: a token is cut in two where an edge lies in
 * it, grows where an edge lies beside it, and appears where a stretch has none.
 * @param pieces not empty, within the text
 * @param tokens of the text, in order; the segmenter's where there are none but of white space
 */
export function sentencesAround(
  text: string,
  pieces: readonly Span[],
  tokens: readonly Span[] = [],
  tokenizer: Tokenizer = 'words',
): readonly SentenceSpans[] {
  const found = segment(text, tokenizer);
  const [starts, ends] = [new Set(pieces.map(({ startChar }) => startChar)), new Set(pieces.map(({ endChar }) => endChar))];
  // Some tools have tokens of white space: they are none, unless a stretch begins or ends with one.
  const filled = tokens.filter(
    ({ startChar, endChar }) => text.slice(startChar, endChar).trim() !== '' || starts.has(startChar) || ends.has(endChar),
  );
  const given = filled.length > 0 ? filled : found.flatMap((sentence) => sentence.tokens);
  const covered = covering(given, pieces);
  const edges = edgesOf(pieces);
  const cut = cutAt(covered, edges);
  const sentences: { startChar: number; endChar: number; readonly tokens: Span[]; readonly of: number | undefined }[] = [];
  for (const token of cut) {
    const [first, end] = touching(found, token);
    const of = first < end ? first : undefined;
    const open = sentences.at(-1);
    if (open !== undefined && open.of === of && (of !== undefined || open.endChar === token.startChar)) {
      open.tokens.push(token);
      open.endChar = Math.max(open.endChar, token.endChar);
    } else {
      const frame = found[of ?? -1] ?? token;
      // The last token of the sentence before may have grown into this one.
      const startChar = Math.max(open?.endChar ?? 0, Math.min(frame.startChar, token.startChar));
      sentences.push({ startChar, endChar: Math.max(frame.endChar, token.endChar), tokens: [token], of });
    }
  }
  return sentences.map(({ startChar, endChar, tokens: own }) => ({ startChar, endChar, tokens: own }));
}

/** These tokens, and more, so that no stretch begins or ends outside of one. */
function covering(tokens: readonly Span[], pieces: readonly Span[]): readonly Span[] {
  const grown = tokens.map(({ startChar, endChar }) => ({ startChar, endChar }));
  const grow = (piece: Span): boolean => {
    const [first, end] = touching(grown, piece);
    const [start, last] = [grown[first], grown[end - 1]];
    if (first === end || start === undefined || last === undefined) return false;
    start.startChar = Math.min(start.startChar, piece.startChar);
    last.endChar = Math.max(last.endChar, piece.endChar);
    return true;
  };
  // In order, so that the same tokens come of the same stretches however a file lists them.
  const alone = [...pieces].sort((a, b) => a.startChar - b.startChar || a.endChar - b.endChar).filter((piece) => !grow(piece));
  const joined: { startChar: number; endChar: number }[] = [];
  for (const { startChar, endChar } of alone) {
    const last = joined.at(-1);
    if (last !== undefined && startChar < last.endChar) last.endChar = Math.max(last.endChar, endChar);
    else joined.push({ startChar, endChar });
  }
  const added = joined.filter((piece) => !grow(piece));
  return added.length === 0 ? grown : [...grown, ...added].sort((a, b) => a.startChar - b.startChar);
}

/** Sentences with their tokens cut in two where one of these stretches begins or ends in them. */
export function cutTokens(sentences: readonly SentenceSpans[], pieces: readonly Span[]): readonly SentenceSpans[] {
  const edges = edgesOf(pieces);
  return sentences.map((sentence) => {
    const [first, end] = [sentence.startChar, sentence.endChar].map((offset) =>
      firstIndex(edges.length, (at) => (edges[at] ?? 0) >= offset),
    );
    return { ...sentence, tokens: cutAt(sentence.tokens, edges.slice(first, end)) };
  });
}

/** Where these begin and end, in order. */
function edgesOf(pieces: readonly Span[]): readonly number[] {
  return [...new Set(pieces.flatMap(({ startChar, endChar }) => [startChar, endChar]))].sort((a, b) => a - b);
}

/** @param edges in order */
function cutAt(tokens: readonly Span[], edges: readonly number[]): readonly Span[] {
  let next = 0;
  return tokens.flatMap(({ startChar, endChar }) => {
    const parts: Span[] = [];
    let from = startChar;
    while ((edges[next] ?? Infinity) <= startChar) next += 1;
    for (let edge = edges[next]; edge !== undefined && edge < endChar; edge = edges[++next]) {
      parts.push({ startChar: from, endChar: edge });
      from = edge;
    }
    return [...parts, { startChar: from, endChar }];
  });
}

/** Between UTF-16 code units and code points of a text. */
export class CodePoints {
  /** Where the characters of two units begin, in units. */
  readonly #pairs: readonly number[];
  readonly #units: number;

  constructor(text: string) {
    this.#pairs = Array.from(text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g), ({ index }) => index);
    this.#units = text.length;
  }

  /** The offset in units of one in code points; undefined behind the text's end. */
  toUnits(codePoint: number): number | undefined {
    const units = codePoint + firstIndex(this.#pairs.length, (at) => (this.#pairs[at] ?? 0) - at >= codePoint);
    return units <= this.#units ? units : undefined;
  }

  /** The offset in code points of one in units; undefined inside a character. */
  fromUnits(unit: number): number | undefined {
    const before = firstIndex(this.#pairs.length, (at) => (this.#pairs[at] ?? 0) >= unit);
    return this.#pairs[before - 1] === unit - 1 ? undefined : unit - before;
  }

  /** A span in code points; undefined where it begins or ends inside a character. */
  span({ startChar, endChar }: Span): { readonly start: number; readonly end: number } | undefined {
    const [start, end] = [this.fromUnits(startChar), this.fromUnits(endChar)];
    return start === undefined || end === undefined ? undefined : { start, end };
  }
}

/** Words that another tool says are found at these offsets. */
export interface Sample {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where that stands in its file. */
  readonly path: string;
}

/** A text as another tool has it, whose offsets count in units of its own: code points or UTF-16 units, CRLF as two characters or as one. */
export class ForeignText {
  /** As we count it. */
  readonly text: string;
  readonly #codePoints: CodePoints | undefined;
  readonly #size: number;
  /** Where characters stand that our text doesn't have, in UTF-16 units. */
  readonly #removed: readonly number[];

  constructor(raw: string, { inCodePoints, countsCrlfAsOne }: { readonly inCodePoints: boolean; readonly countsCrlfAsOne: boolean }) {
    this.text = normaliseText(raw);
    const counted = countsCrlfAsOne ? unifyLineEnds(raw) : raw;
    this.#size = counted.length;
    this.#codePoints = inCodePoints ? new CodePoints(counted) : undefined;
    this.#removed = Array.from(counted.matchAll(/^\uFEFF|\r(?=\n)/g), ({ index }) => index);
  }

  /** The offset in our units; undefined behind the text's end. */
  toUnits(offset: number): number | undefined {
    const counted = this.#codePoints === undefined ? offset : this.#codePoints.toUnits(offset);
    if (counted === undefined || counted > this.#size) return undefined;
    return counted - firstIndex(this.#removed.length, (at) => (this.#removed[at] ?? 0) >= counted);
  }

  /** The span in our units, or what is wrong with it. */
  span(start: number, end: number): Span | string {
    const [startChar, endChar] = [this.toUnits(start), this.toUnits(end)];
    if (startChar === undefined || endChar === undefined) return `${String(start)}-${String(end)} ends outside the text`;
    return startChar < endChar ? { startChar, endChar } : `${String(start)}-${String(end)} is empty`;
  }

  /** The words at these offsets. */
  words(start: number, end: number): string {
    return this.text.slice(this.toUnits(start), this.toUnits(end));
  }
}

/** Beside code points, the likelier first. */
const OTHER_UNITS = [
  { inCodePoints: false, countsCrlfAsOne: false },
  { inCodePoints: true, countsCrlfAsOne: true },
  { inCodePoints: false, countsCrlfAsOne: true },
];

/** The text whose offsets fit these words, whatever their unit; else the first words that are elsewhere, and what stands in their place. */
export function foreignText(raw: string, samples: readonly Sample[]): ForeignText | string {
  const likeliest = new ForeignText(raw, { inCodePoints: true, countsCrlfAsOne: false });
  const wrong = samples.find((sample) => !fits(likeliest, sample));
  if (wrong === undefined) return likeliest;
  const fitting = OTHER_UNITS.map((units) => new ForeignText(raw, units)).find((text) => samples.every((sample) => fits(text, sample)));
  const { start, end, text, path } = wrong;
  return (
    fitting ?? `${path}: is ${quoted(text)}, but ${String(start)}-${String(end)} of the text is ${quoted(likeliest.words(start, end))}`
  );
}

function fits(text: ForeignText, { start, end, text: words }: Sample): boolean {
  return onOneLine(text.words(start, end)) === onOneLine(unifyLineEnds(words));
}

/** Words as they are compared, and as formats of lines have them: each white space is a blank. */
export function onOneLine(words: string): string {
  return words.replace(/\s/gu, ' ');
}

/** What an export writes of a document, in its order. */
export interface WrittenItems<P> {
  readonly mentions: readonly (readonly [Mention, P])[];
  /** Between these mentions. */
  readonly relations: readonly Relation[];
}

/**
 * Chooses what an export writes: all but what was rejected, has no words left, or no place in the format.
 * @param place where the format has a mention, or why it can't have it, in the plural
 * @param left gets, for each item that is left out, what it is
 */
export function itemsToWrite<P extends object>(
  document: AnnotationDocument,
  place: (mention: Mention) => P | string,
  left: string[],
): WrittenItems<P> {
  const mentions: (readonly [Mention, P])[] = [];
  const ids = new Set<string>();
  for (const mention of [...document.mentions.values()].sort(compareMentions)) {
    const found =
      mention.status === 'rejected'
        ? 'rejected mentions'
        : isLost(mention)
          ? 'mentions whose words were deleted from the text'
          : place(mention);
    if (typeof found === 'string') left.push(found);
    else {
      mentions.push([mention, found]);
      ids.add(mention.id);
    }
  }
  const relations = [...document.relations.values()].sort(compareRelations(document.mentions)).filter(({ status, head, tail }) => {
    const isWritten = ids.has(head) && ids.has(tail);
    if (status === 'rejected') left.push('rejected relations');
    else if (!isWritten) left.push('relations of mentions that are left out');
    return status !== 'rejected' && isWritten;
  });
  return { mentions, relations };
}

/** Counts what a format has no place for, of the items that it writes. */
export function unwritten(items: Iterable<Item>, without: readonly ('note' | 'discuss' | 'suggested')[], left: string[]): void {
  for (const item of items) {
    if (without.includes('note') && item.note !== undefined) left.push('notes');
    if (without.includes('discuss') && item.discuss !== undefined) left.push('flags to discuss');
    if (without.includes('suggested') && item.status === 'suggested') left.push('marks of suggestions: they count as accepted');
  }
}

/** A mention in code points where it has one span; why not, elsewhere. */
export function wholeSpan({ spans }: Mention, codePoints: CodePoints): { readonly start: number; readonly end: number } | string {
  const [span, ...more] = spans;
  if (span === undefined || more.length > 0) return 'discontinuous mentions';
  return codePoints.span(span) ?? INSIDE_A_CHARACTER;
}

/** What can't be said in code points. */
export const INSIDE_A_CHARACTER = 'mentions that begin or end inside a character';

/** A score from a file. @param left is told of one that is none of ours */
export function scoreOf(value: number | null | undefined, left: string[]): Pick<Item, 'score'> {
  if (value === null || value === undefined) return {};
  if (value >= 0 && value <= 1) return { score: value };
  left.push('scores that are not from 0 to 1');
  return {};
}

/** Sentences that are not found again, with the same tokens, in a text that is read without them. */
export function remade(document: AnnotationDocument, found: readonly SentenceSpans[], left: string[]): void {
  const key = (sentence: SentenceSpans): string => [sentence, ...sentence.tokens].map(spanKey).join(' ');
  const known = new Set(found.map(key));
  for (const sentence of document.sentences) if (!known.has(key(sentence))) left.push('sentences that get other tokens when they are read');
}
