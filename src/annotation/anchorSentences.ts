import { isSpace } from '../text/characters';
import { lineAt } from '../text/passages';
import { segment } from '../text/segment';
import type { SentenceSpans, Span } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import { tokensOf } from '../text/tokens';
import { isInWord, type Piece } from './anchorWords';
import type { Sentence } from './document';

/** Where a sentence stands in the other text: unchanged, so many characters further; or changed, as the sentence that is there now. */
export type Place = { readonly shift: number } | { readonly now: SentenceSpans };

/** Beyond the length of the sentences that are looked for, so much of the text is searched for them. */
const REACH = 20_000;
/** Two sentences that share at least this part of their tokens, at their beginnings and ends, are taken for one that was changed. */
const ALIKE = 0.5;

/** Whether a sentence stands unchanged in the text, `shift` characters further: as far as its tokens, and what is known of its words, tell. */
export function stands(text: string, sentence: SentenceSpans, known: readonly Piece[], shift: number): boolean {
  if (!agrees(text, sentence, known, shift)) return false;
  if (isSpacedAlike(text, sentence, shift)) return true;
  const span = { startChar: sentence.startChar + shift, endChar: sentence.endChar + shift };
  return isSame(sentence, { ...span, tokens: tokensOf(text, span) });
}

/** Whether nothing that is known of a sentence's words speaks against its standing there. */
function agrees(text: string, sentence: SentenceSpans, known: readonly Piece[], shift: number): boolean {
  const [startChar, endChar] = [sentence.startChar + shift, sentence.endChar + shift];
  if (startChar < 0 || endChar > text.length || isInWord(text, startChar) || isInWord(text, endChar)) return false;
  return known.every((piece) => agreesIn(text, sentence, piece, shift));
}

/**
 * Places a run of sentences, none of which stands where it was expected, in the stretch of the text that is left for it.
 * @param known what is known of each one's words
 */
export function placeRun(
  text: string,
  run: readonly Sentence[],
  known: readonly (readonly Piece[])[],
  stretch: Span,
  tokenizer: Tokenizer,
): readonly (Place | undefined)[] {
  const found = segment(text, tokenizer, reached(text, run, stretch));
  const places = new Array<Place | undefined>(run.length).fill(undefined);
  const at = run.map((): number | undefined => undefined);
  let next = 0;
  run.forEach((sentence, index) => {
    for (let candidate = next; candidate < found.length; candidate += 1) {
      const now = found[candidate];
      if (now === undefined) continue;
      const shift = now.startChar - sentence.startChar;
      if (!agrees(text, sentence, known[index] ?? [], shift)) continue;
      if (!isSame(sentence, now) && !isSpacedAlike(text, sentence, shift)) continue;
      places[index] = { shift };
      at[index] = candidate;
      next = candidate + 1;
      return;
    }
  });
  next = 0;
  run.forEach((sentence, index) => {
    const own = at[index];
    if (own !== undefined) {
      next = own + 1;
      return;
    }
    const end = at.find((candidate, later) => later > index && candidate !== undefined) ?? found.length;
    let best: { readonly candidate: number; readonly likeness: number } | undefined;
    for (let candidate = next; candidate < end; candidate += 1) {
      const now = found[candidate];
      const likeness = now === undefined ? 0 : likenessOf(text, sentence, known[index] ?? [], now);
      if (likeness >= ALIKE && likeness > (best?.likeness ?? 0)) best = { candidate, likeness };
    }
    const now = best && found[best.candidate];
    if (best === undefined || now === undefined) return;
    places[index] = { now };
    next = best.candidate + 1;
  });
  return places;
}

/** The part of a stretch that a run of sentences can be found in without reading a whole book for it. */
function reached(text: string, run: readonly Sentence[], { startChar, endChar }: Span): Span {
  const length = 2 * ((run.at(-1)?.endChar ?? 0) - (run[0]?.startChar ?? 0)) + REACH;
  // At the text's start and end, where a neighbour is missing on one side, the other one says where to look.
  if (startChar === 0 && endChar < text.length) return { startChar: lineAt(text, Math.max(0, endChar - length)).startChar, endChar };
  return { startChar, endChar: Math.min(endChar, startChar + length) };
}

/** Whether white space stands between the tokens, and nowhere else. */
function isSpacedAlike(text: string, sentence: SentenceSpans, shift: number): boolean {
  let at = sentence.startChar;
  const allSpace = (until: number, expected: boolean): boolean => {
    for (; at < until; at += 1) if (isSpace(text.charCodeAt(at + shift)) !== expected) return false;
    return true;
  };
  return (
    sentence.tokens.every(({ startChar, endChar }) => allSpace(startChar, true) && allSpace(endChar, false)) &&
    allSpace(sentence.endChar, true)
  );
}

function isSame(a: SentenceSpans, b: SentenceSpans): boolean {
  return (
    a.endChar - a.startChar === b.endChar - b.startChar &&
    a.tokens.length === b.tokens.length &&
    a.tokens.every((token, index) => isSameToken(a, token, b, b.tokens[index], 'start'))
  );
}

/**
 * How alike a sentence and one that stands in the text now are, from 0 to 1: the part of their tokens that they share at their beginnings and
 * ends, or the part of what is known of the one that stands in the other.
 */
function likenessOf(text: string, old: SentenceSpans, known: readonly Piece[], now: SentenceSpans): number {
  const shorter = Math.min(old.tokens.length, now.tokens.length);
  const shared = (from: 'start' | 'end', most: number): number => {
    let count = 0;
    while (count < most) {
      const index = from === 'start' ? count : -1 - count;
      const [one, other] = [old.tokens.at(index), now.tokens.at(index)];
      if (one === undefined || other === undefined || !isSameToken(old, one, now, other, from)) break;
      if (!known.every((piece) => agreesIn(text, one, piece, other.startChar - one.startChar))) break;
      count += 1;
    }
    return count;
  };
  const first = shared('start', shorter);
  const tokens = (first + shared('end', shorter - first)) / Math.max(old.tokens.length, now.tokens.length, 1);
  const inside = known.filter(
    ({ startChar, words }) => words !== '' && startChar >= old.startChar && startChar + words.length <= old.endChar,
  );
  const words = text.slice(now.startChar, now.endChar);
  return Math.max(tokens, inside.filter((piece) => words.includes(piece.words)).length / Math.max(inside.length, 1));
}

/** Whether what is known of the words in a span stands in the text, `shift` characters further. */
function agreesIn(text: string, span: Span, { startChar, words }: Piece, shift: number): boolean {
  const from = Math.max(startChar, span.startChar);
  return text.startsWith(words.slice(from - startChar, Math.max(0, span.endChar - startChar)), from + shift);
}

/** Whether two tokens are as long, and as far from the same end of their sentences. */
function isSameToken(a: SentenceSpans, one: Span, b: SentenceSpans, other: Span | undefined, from: 'start' | 'end'): boolean {
  if (other === undefined || one.endChar - one.startChar !== other.endChar - other.startChar) return false;
  return from === 'start'
    ? one.startChar - a.startChar === other.startChar - b.startChar
    : a.endChar - one.endChar === b.endChar - other.endChar;
}
