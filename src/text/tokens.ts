import { abbreviationKind, isSingleLetter, keepsFinalStop } from './abbreviations';
import {
  codeAt,
  codeBefore,
  isBidiControl,
  isDigit,
  isInvisible,
  isLetter,
  isLetterOrDigit,
  isSpace,
  isUpperCase,
  isWordCharacter,
  unitsOf,
} from './characters';
import type { Span } from './span';
import type { Tokenizer } from './tokenizer';

const URL_START = /^(?:(?:https?|ftps?|file|git|ssh):\/\/|mailto:|www\.)[^\s<>"`]/i;
/** The letters that a URL's beginning begins with. */
const URL_LETTERS = new Set('hfgsmwHFGSMW'.split(''));
const URL_STOP = new Set('<>"`“”«»「」'.split(''));
const URL_TRAILERS = new Set(".,;:!?'’*_…".split(''));
/** Marks of which a run is one token: ellipses, dashes, rules, emphasis, comments. */
const RUNS = new Set('.-=*#~_!?/—…'.split(''));
/** After these, as after a space, a full stop begins a name such as .NET. */
const OPENERS = new Set('([{"\'`“‘«/'.split(''));
const CURRENCY = /\p{Sc}/u;
/** English endings that are tokens of their own, after CoNLL04: Chicago 's, do n't is don 't. */
const CLITICS = new Set(['s', 't', 're', 've', 'll', 'd', 'm']);
/** Words that an apostrophe begins. */
const SHORTENED = new Set(['n', 'em', 'tis', 'twas', 'til', 'cause', 'bout']);
/** French and Italian words that lose their vowel before the next word. */
const ELIDED = new Set('l d j n s m t c qu jusqu lorsqu puisqu quoiqu dell all nell sull dall coll un quell bell sant gl'.split(' '));
/** Scripts that write words without spaces between them. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
/** Characters between any two of which a grapheme cluster ends; the class of a regular expression. */
const PLAIN =
  '\\x21-\\x7E\\xA1-\\xA8\\xAA-\\xAC\\xAF-\\u02FF\\u0370-\\u0482\\u048A-\\u052F\\u05D0-\\u05EA\\u0620-\\u064A\\u0E01-\\u0E30\\u0E32\\u0E40-\\u0E46' +
  '\\u2010-\\u2027\\u2030-\\u203B\\u20A0-\\u20BF\\u3001-\\u3029\\u3041-\\u3096\\u30A1-\\u30FC\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uAC00-\\uD7A3\\uFF01-\\uFF5E';
const ALL_PLAIN = new RegExp(`^[${PLAIN}]*$`);
/** A grapheme cluster ends between these two: a combining mark before does no harm. */
const PLAIN_CUT = new RegExp(`^[${PLAIN}\\p{M}][${PLAIN}]$`, 'u');
const HEBREW = /[\u05D0-\u05EA]/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });
/** How much is handed to a segmenter at once, in UTF-16 units. */
const PIECE = 2000;
const MARGIN = 200;

/**
 * The tokens of a sentence, in order: every visible character is in exactly one. A token holds no space and never ends inside a grapheme
 * cluster. Words are split as the CoNLL04 corpus has them, which is the Penn Treebank's way with a few exceptions: `don 't`, `$100`,
 * each backtick on its own. The tokenizer `whitespace` splits at white space alone.
 */
export function tokensOf(whole: string, sentence: Span, tokenizer: Tokenizer = 'words'): Span[] {
  // What comes after the sentence is none of its tokens' business, even where it ends inside a character.
  const text = whole.slice(0, sentence.endChar);
  const found: Span[] = [];
  const finalStop = tokenizer === 'words' ? finalStopOf(text, sentence) : -1;
  for (let at = sentence.startChar; at < sentence.endChar;) {
    let end = at;
    while (end < sentence.endChar) {
      const code = codeAt(text, end);
      if (isSpace(code)) break;
      end += unitsOf(code);
    }
    if (end > at && tokenizer === 'words') addTokens(text, at, end, finalStop, found);
    else if (end > at) found.push({ startChar: at, endChar: end });
    at = end + 1;
  }
  return found;
}

/** The offset of the full stop that ends the sentence, or -1. CoNLL04 leaves a stop before `''` with its word: such a one does not count. */
function finalStopOf(text: string, sentence: Span): number {
  let at = sentence.endChar;
  while (at > sentence.startChar) {
    const code = codeBefore(text, at);
    if (code === 0x2e) return text.startsWith("''", at) ? -1 : at - 1;
    if (isWordCharacter(code) || code === 0x2c || code === 0x3b || code === 0x3a) return -1;
    at -= unitsOf(code);
  }
  return -1;
}

/** A stretch without spaces, while its tokens are looked for. */
interface Chunk {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The offset of the full stop that ends the sentence, or -1. */
  readonly finalStop: number;
  /** Where tokens end, in order. */
  readonly cuts: number[];
}

/** Adds the tokens of a stretch without spaces. */
function addTokens(text: string, start: number, end: number, finalStop: number, found: Span[]): void {
  const chunk: Chunk = { text, start, end, finalStop, cuts: [] };
  const characters = text.slice(start, end);
  const isPlain = ALL_PLAIN.test(characters);
  let inside: Uint8Array | undefined;
  const splitsGrapheme = (at: number): boolean => {
    if (isPlain || at === end || PLAIN_CUT.test(text.slice(at - 1, at + 1))) return false;
    inside ??= graphemeInsides(characters);
    return inside[at - start] === 1;
  };
  for (let at = start; at < end;) {
    at = tokenEnd(chunk, at);
    while (splitsGrapheme(at)) at++;
    chunk.cuts.push(at);
  }
  let from = start;
  for (const cut of chunk.cuts) {
    if (cut <= from || splitsGrapheme(cut)) continue;
    const token = withoutBidiControls(text, from, cut);
    if (token.endChar > token.startChar) found.push(token);
    from = cut;
  }
}

/** 1 for each offset that lies inside a grapheme cluster. */
function graphemeInsides(chunk: string): Uint8Array {
  const inside = new Uint8Array(chunk.length).fill(1);
  for (const start of segmentStarts(graphemes, chunk)) inside[start] = 0;
  return inside;
}

/** Where the segments of a text begin. The text is handed over in pieces: a segmenter's time grows with the square of the length. */
function* segmentStarts(segmenter: Intl.Segmenter, text: string): Generator<number> {
  let size = PIECE;
  for (let from = 0; from < text.length;) {
    const isLast = from + size >= text.length;
    let last = from;
    for (const { index } of segmenter.segment(text.slice(from, from + size))) {
      // Near its end a piece may be cut otherwise than the text would be.
      if (!isLast && index > size - MARGIN) break;
      last = from + index;
      yield last;
    }
    if (isLast) return;
    // The next piece begins with the last segment again, and is longer if that filled the piece.
    size = last === from ? 2 * size : PIECE;
    from = last;
  }
}

function withoutBidiControls(text: string, start: number, end: number): Span {
  let startChar = start;
  let endChar = end;
  while (startChar < endChar && isBidiControl(text.charCodeAt(startChar))) startChar++;
  while (endChar > startChar && isBidiControl(text.charCodeAt(endChar - 1))) endChar--;
  return { startChar, endChar };
}

/** Where the token that begins at `at` ends. Inner ends of words without spaces between them are added to the cuts. */
function tokenEnd(chunk: Chunk, at: number): number {
  const { text, start, end } = chunk;
  const code = codeAt(text, at);
  const character = String.fromCodePoint(code);
  const next = at + unitsOf(code);
  if (isLetter(code)) {
    const url = urlEnd(chunk, at);
    if (url !== -1) return url;
  }
  if (isWordCharacter(code)) return wordEnd(chunk, at);
  const following = next < end ? codeAt(text, next) : -1;
  if (isDigit(following)) {
    const isSign = (character === '-' || character === '+' || character === '−') && at === start;
    if (isSign || character === '.' || CURRENCY.test(character)) return wordEnd(chunk, next);
  }
  if ((character === '@' || character === '#') && isLetter(following)) return wordEnd(chunk, next);
  if (character === '.' && isLetter(following) && (at === start || OPENERS.has(text.charAt(at - 1)))) return wordEnd(chunk, next);
  if ((character === "'" || character === '’') && isWordCharacter(following)) return apostropheEnd(chunk, at);
  if (RUNS.has(character)) {
    let runEnd = next;
    while (runEnd < end && text.charAt(runEnd) === character) runEnd++;
    return runEnd;
  }
  return isInvisible(code) ? invisibleEnd(chunk, next) : next;
}

/** An invisible character goes with what follows it. */
function invisibleEnd(chunk: Chunk, from: number): number {
  const { text, end } = chunk;
  let at = from;
  while (at < end && isInvisible(codeAt(text, at))) at += unitsOf(codeAt(text, at));
  if (at >= end) return end;
  return isWordCharacter(codeAt(text, at)) ? wordEnd(chunk, at) : at + unitsOf(codeAt(text, at));
}

/** An apostrophe before a word: a clitic ('s), a shortened word ('90s, 'em), the rest of "O 'Brien", or else a quotation mark. */
function apostropheEnd(chunk: Chunk, at: number): number {
  const { text, start, end } = chunk;
  const word = /^[\p{L}\p{N}]*/u.exec(text.slice(at + 1, Math.min(at + 12, end)))?.[0] ?? '';
  if (CLITICS.has(word.toLowerCase())) return at + 1 + word.length;
  const isShortened = isDigit(text.charCodeAt(at + 1)) || SHORTENED.has(word.toLowerCase());
  const followsO = at === start && /(?:^|[^\p{L}\p{N}])O $/iu.test(text.slice(Math.max(0, at - 3), at));
  return isShortened || followsO ? wordEnd(chunk, at + 1) : at + 1;
}

/** Where the URL that begins at `at` ends, without the punctuation of the sentence around it; -1 if there is none. */
function urlEnd({ text, end }: Chunk, at: number): number {
  if (!URL_LETTERS.has(text.charAt(at)) || !URL_START.test(text.slice(at, Math.min(at + 12, end)))) return -1;
  let stop = at;
  let depth = 0;
  for (; stop < end; stop++) {
    const character = text.charAt(stop);
    if (URL_STOP.has(character)) break;
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) break;
    if (character === ']' && depth === 0) break;
  }
  while (stop > at + 1 && URL_TRAILERS.has(text.charAt(stop - 1))) stop--;
  return stop;
}

/** Where the word that begins at `at` ends. */
function wordEnd(chunk: Chunk, at: number): number {
  const { text, end, cuts } = chunk;
  let stop = at;
  let unspacedFrom = -1;
  const closeUnspaced = (): void => {
    if (unspacedFrom !== -1) addUnspacedCuts(chunk, unspacedFrom, stop);
    unspacedFrom = -1;
  };
  while (stop < end) {
    const code = codeAt(text, stop);
    if (isWordCharacter(code) || (isInvisible(code) && !isBidiControl(code))) {
      const isUnspaced = code > 0xdff && UNSPACED.test(String.fromCodePoint(code));
      if (isUnspaced && unspacedFrom === -1) {
        if (stop > at) cuts.push(stop);
        unspacedFrom = stop;
      } else if (!isUnspaced && unspacedFrom !== -1 && isLetterOrDigit(code)) {
        closeUnspaced();
        cuts.push(stop);
      }
      stop += unitsOf(code);
      continue;
    }
    const next = stop + unitsOf(code);
    if (next >= end || unspacedFrom !== -1 || !joins(text, at, stop, code)) break;
    const cut = code === 0x27 || code === 0x2019 ? apostropheCut(chunk, at, stop) : -1;
    if (cut !== -1) return cut;
    stop = next;
  }
  closeUnspaced();
  return withTrailing(chunk, at, stop);
}

/** Whether the mark `code` at `stop` joins the word from `at` to what follows the mark. */
function joins(text: string, at: number, stop: number, code: number): boolean {
  const before = codeBefore(text, stop);
  const next = stop + unitsOf(code);
  const after = codeAt(text, next);
  const character = String.fromCodePoint(code);
  switch (character) {
    case ',':
    case ':':
    case '–':
      return isDigit(before) && isDigit(after);
    case '.':
      // U.S.-led
      if (after === 0x2d && isWordCharacter(codeAt(text, next + 1)))
        return abbreviationKind(text.slice(Math.max(at, stop - 20), stop)) !== undefined;
      return isWordCharacter(after);
    case '"':
    case '״':
      // Hebrew marks an acronym before its last letter.
      return HEBREW.test(String.fromCodePoint(before)) && HEBREW.test(String.fromCodePoint(after));
    case '-':
      return isWordCharacter(after) || (after === 0x27 && isLetter(codeAt(text, next + 1)));
    case "'":
    case '’':
    case '׳':
    case '‐':
    case '‑':
    case '&':
    case '/':
    case '@':
    case '_':
    case '+':
    case '·':
    case '\\':
      return isWordCharacter(after);
    default:
      return isDigit(after) && CURRENCY.test(character);
  }
}

/** Where the apostrophe at `stop` cuts the word from `at`: before an English clitic, after an elided French or Italian word; else -1. */
function apostropheCut({ text, end }: Chunk, at: number, stop: number): number {
  const tail = /^[\p{L}\p{N}]*/u.exec(text.slice(stop + 1, Math.min(stop + 5, end)))?.[0] ?? '';
  if (CLITICS.has(tail.toLowerCase())) return stop;
  const head = stop - at <= 8 ? text.slice(at, stop) : '';
  if (!ELIDED.has(head.toLowerCase())) return -1;
  // D'Angelo and N'Golo are names, L'Oréal and L'homme are cut alike.
  const isName = head === 'D' || (/^[A-KM-Z]$/.test(head) && isUpperCase(codeAt(text, stop + 1)));
  return isName ? -1 : stop + 1;
}

/** Takes in what may end a word: the stop of an abbreviation, a hyphen, the signs of "C#" and "C++". */
function withTrailing({ text, end, finalStop }: Chunk, at: number, stop: number): number {
  if (stop >= end) return stop;
  const character = text.charAt(stop);
  const after = text.charAt(stop + 1);
  if (character === '.' && after !== '.') {
    const word = text.slice(Math.max(at, stop - 40), stop);
    if (stop === finalStop) return keepsFinalStop(word) ? stop + 1 : stop;
    // A sentence cannot end before these, so the word is an abbreviation that the list lacks.
    const isAbbreviation = stop + 1 === end || ',;:'.includes(after) || abbreviationKind(word) !== undefined || isSingleLetter(word);
    return isAbbreviation || text.startsWith("''", stop + 1) ? stop + 1 : stop;
  }
  if (character === '-' && after !== '-' && (stop + 1 === end || ',;)'.includes(after))) return stop + 1;
  if ((character === '#' || character === '+') && stop - at <= 2 && isLetter(codeAt(text, at))) {
    let signs = stop;
    while (signs < end && text.charAt(signs) === character) signs++;
    return signs - stop <= 2 ? signs : stop;
  }
  return stop;
}

/** Adds the inner word ends of a stretch whose script sets no spaces. */
function addUnspacedCuts({ text, cuts }: Chunk, start: number, stop: number): void {
  for (const index of segmentStarts(words, text.slice(start, stop))) cuts.push(start + index);
}
