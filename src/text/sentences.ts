import { abbreviationKind, followsOrdinal, isSentenceStarter, isSingleLetter } from './abbreviations';
import {
  codeAt,
  codeBefore,
  extendsGrapheme,
  isBidiControl,
  isLetter,
  isLetterOrDigit,
  isLowerCase,
  isSpace,
  isUpperCase,
  isWordCharacter,
  unitsOf,
} from './characters';
import { passages, skipMarkers, skipSpaces, wordAfter } from './passages';
import type { Span } from './span';

/** Ends a sentence when space follows. */
const TERMINATORS = new Set('.!?…‼⁇⁈⁉؟۔।॥։።။។'.split(''));
/** Ends a sentence even without a space. */
const WIDE_TERMINATORS = new Set('。！？｡．'.split(''));
const CLOSERS = new Set('\'")]}’”»›“*_`）］」』】》〉＂'.split(''));
/** How far back a word before a full stop, and how far ahead the next word, is looked at. */
const REACH = 40;

/** How far back a capital is looked for before a text counts as one without capitals. */
const UNCASED_REACH = 200;

/** What follows a full stop. */
interface Following {
  /** `none`: no word follows in the passage. `caseless`: letters of a script without capitals. */
  readonly kind: 'none' | 'upper' | 'lower' | 'digit' | 'caseless';
  /** The word itself, letters and digits only. */
  readonly word: string;
  /** The code point just after the word, or -1. */
  readonly after: number;
  /** What opens before it: a quotation, or an aside in brackets or after a dash. */
  readonly opened: 'quote' | 'aside' | undefined;
}

/**
 * The sentences of a paragraph, in order. Each begins and ends with something that is not space. Stretches without any letter or digit
 * belong to the sentence before them in the same passage, or to none.
 */
export function sentencesOf(text: string, paragraph: Span): Span[] {
  return passages(text, paragraph).flatMap((passage) => sentencesOfPassage(text, passage));
}

function sentencesOfPassage(text: string, passage: Span): Span[] {
  const found: Span[] = [];
  let start = passage.startChar;
  let firstWord = wordAfter(text, start, passage.endChar);
  for (let at = firstWord; at < passage.endChar; at++) {
    const character = text.charAt(at);
    if (!TERMINATORS.has(character) && !WIDE_TERMINATORS.has(character)) continue;
    const end = sentenceEnd(text, at, start, passage);
    if (end.isEnd) {
      found.push({ startChar: start, endChar: end.offset });
      start = nextStart(text, end.offset, passage.endChar);
      firstWord = wordAfter(text, start, passage.endChar);
      at = firstWord;
    } else {
      at = end.offset - 1;
    }
  }
  const end = trimEnd(text, start, passage.endChar);
  if (firstWord < end) found.push({ startChar: start, endChar: end });
  return found;
}

/** Where the terminator at `at` and all that closes after it end, and whether the sentence ends there. */
function sentenceEnd(text: string, at: number, start: number, passage: Span): { offset: number; isEnd: boolean } {
  let offset = at;
  let isWide = false;
  for (; offset < passage.endChar; offset++) {
    const character = text.charAt(offset);
    if (WIDE_TERMINATORS.has(character)) isWide = true;
    else if (!TERMINATORS.has(character)) break;
  }
  const mark = text.slice(at, Math.min(offset, at + REACH));
  const afterMark = offset;
  offset = skipClosers(text, offset, passage.endChar);
  if (offset >= passage.endChar) return { offset, isEnd: true };
  const next = codeAt(text, offset);
  if (!isSpace(next)) {
    const isEnd = isWide && isLetterOrDigit(next) && !extendsGrapheme(next) && offset === afterMark;
    return { offset, isEnd: isEnd || (isWide && '「『（《【“‘('.includes(String.fromCodePoint(next))) };
  }
  offset = skipSpacedCloser(text, offset, passage.endChar);
  const following = followingWord(text, offset, passage.endChar);
  if (following.kind === 'none' || (mark === '.' && !fullStopEnds(text, at, start, following))) return { offset, isEnd: false };
  if (following.kind !== 'lower') return { offset, isEnd: true };
  const isPause = offset !== afterMark || mark.startsWith('..') || mark.includes('…');
  return { offset, isEnd: !isPause && isUncased(text, Math.max(start, at - UNCASED_REACH), at) };
}

/** Whether a single full stop at `at` ends the sentence that began at `start`, given the word that follows. */
function fullStopEnds(text: string, at: number, start: number, following: Following): boolean {
  const word = wordBefore(text, at, start);
  if (word.text === '') return true;
  const startsSentence =
    following.opened === 'quote' || (isSentenceStarter(following.word) && following.after !== 0x2e && following.after !== 0x2d);
  if (isSingleLetter(word.text)) {
    if (word.start === start) return false;
    const isPlain = isLowerCase(codeAt(text, word.start)) && abbreviationKind(word.text) === undefined;
    return isPlain ? !isSingleLetter(following.word) : following.kind === 'upper' && startsSentence && word.text !== 'v';
  }
  if (/^\d+$/.test(word.text)) {
    const isListMark = word.start === start && word.text.length <= 3;
    return !isListMark && !isOrdinal(text, word, following);
  }
  const kind = abbreviationKind(word.text);
  switch (kind) {
    case undefined:
      return true;
    case 'name':
      return false;
    case 'number':
      return following.kind !== 'digit' && following.opened !== 'aside' && !isNumberLike(following.word, word.text);
    case 'place':
      if (following.kind === 'digit' || following.opened === 'aside') return false;
      return startsSentence || codeBefore(text, trimEnd(text, start, word.start)) === 0x2c;
    case 'other':
      return following.kind !== 'digit' && following.opened !== 'aside' && (startsSentence || following.kind === 'caseless');
  }
}

/** Whether no letter of a stretch is a capital: then capitals do not tell where its sentences begin. */
function isUncased(text: string, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const code = codeAt(text, at);
    if (isUpperCase(code)) return false;
    at += unitsOf(code);
  }
  return true;
}

/** A number with a full stop that is read as an ordinal: "3. Oktober", and the parts of "3. 10. 1990". */
function isOrdinal(text: string, word: { text: string; start: number }, following: Following): boolean {
  if (word.text.length > 2) return false;
  const isInDate = following.after === 0x2e || /\d\.\s$/.test(text.slice(Math.max(0, word.start - 3), word.start));
  return followsOrdinal(following.word) || (following.kind === 'digit' && isInDate);
}

/** "S1", "IV", "A": what stands after "Fig." as a number does; after "No.", which is a word too, only what holds a digit. */
function isNumberLike(word: string, before: string): boolean {
  return /\d/.test(word) || (before.toLowerCase() !== 'no' && (/^[IVXLC]+$/.test(word) || isSingleLetter(word)));
}

/** The word that ends just before `at`: back to a space, an opening mark or `start`. */
function wordBefore(text: string, at: number, start: number): { text: string; start: number } {
  let begin = at;
  while (begin > start && at - begin < REACH) {
    const code = codeBefore(text, begin);
    if (!isWordCharacter(code) && code !== 0x2e && code !== 0x2d && code !== 0x27 && code !== 0x2019) break;
    begin -= unitsOf(code);
  }
  const word = text.slice(begin, at);
  const bare = word.replace(/^[-.'’]+/, '');
  return { text: bare, start: at - bare.length };
}

function followingWord(text: string, from: number, limit: number): Following {
  let opened: Following['opened'];
  let at = nextStart(text, from, limit);
  for (const end = at + REACH; at < limit;) {
    const code = codeAt(text, at);
    if (isLetterOrDigit(code)) break;
    if (at >= end) return { kind: 'caseless', word: '', after: -1, opened };
    const character = String.fromCodePoint(code);
    if ('"“„«»‹›‘‚\'`'.includes(character)) opened ??= 'quote';
    else if ('([{-–—_'.includes(character)) opened ??= 'aside';
    at += unitsOf(code);
    if (character === '\n') at = skipMarkers(text, at, limit);
  }
  if (at >= limit) return { kind: 'none', word: '', after: -1, opened };
  const first = codeAt(text, at);
  let end = at;
  while (end < limit && end - at < REACH) {
    const code = codeAt(text, end);
    if (!isWordCharacter(code)) break;
    end += unitsOf(code);
  }
  const word = text.slice(at, end);
  return { kind: wordKind(word, first), word, after: end < limit ? codeAt(text, end) : -1, opened };
}

/** What a word's letters tell. One that begins small but holds a capital or a digit ("mRNA", "p53") may begin a sentence as a capitalised one does. */
function wordKind(word: string, first: number): Following['kind'] {
  if (!isLetter(first)) return 'digit';
  if (isLowerCase(first)) return /[\p{Lu}\p{N}]/u.test(word) ? 'upper' : 'lower';
  return isUpperCase(first) ? 'upper' : 'caseless';
}

/** Past quotation marks and brackets that close, and past a reference such as `[3]`. */
function skipClosers(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && (CLOSERS.has(text.charAt(at)) || isBidiControl(text.charCodeAt(at)))) at++;
  const reference = /^(?:\[[\d,–-]{1,12}\])+/.exec(text.slice(at, Math.min(at + REACH, limit)));
  return at + (reference?.[0].length ?? 0);
}

/** French sets a space before its closing quotation mark. */
function skipSpacedCloser(text: string, from: number, limit: number): number {
  const closer = skipSpaces(text, from, limit);
  const character = text.charAt(closer);
  if (closer >= limit || (character !== '»' && character !== '›')) return from;
  const next = closer + 1 < limit ? codeAt(text, closer + 1) : -1;
  return isLetterOrDigit(next) || extendsGrapheme(next) ? from : closer + 1;
}

/** The beginning of the next sentence: past space, and past comment marks when a new line begins. */
function nextStart(text: string, from: number, limit: number): number {
  const at = skipSpaces(text, from, limit);
  const line = text.slice(from, at).lastIndexOf('\n');
  return line >= 0 ? skipMarkers(text, from + line + 1, limit) : at;
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const code = codeBefore(text, at);
    if (!isSpace(code)) break;
    at -= unitsOf(code);
  }
  return at;
}
