/** What the parts of `src/text` need to know about single characters. */

const SPACE = /[\s\p{Cc}\u200B]/u;
const WORD = /[\p{L}\p{N}\p{M}°]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Marks that only steer bidirectional layout. They are invisible, so they never begin or end a token. */
const BIDI_CONTROL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
/** Invisible characters inside words: soft hyphen, joiners, and the bidi controls. */
const INVISIBLE = /\p{Cf}/u;
/** What a grapheme cluster may go on with after punctuation. */
const EXTENDING = /[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200D\u0E33\u0EB3]/u;

/** Per ASCII code: 1 space or control, 2 letter, 4 digit, 8 upper case. */
const ASCII = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const isUpper = code >= 65 && code <= 90;
  const isLetter = isUpper || (code >= 97 && code <= 122);
  const isDigit = code >= 48 && code <= 57;
  ASCII[code] = (code <= 32 || code === 127 ? 1 : 0) | (isLetter ? 2 : 0) | (isDigit ? 4 : 0) | (isUpper ? 8 : 0);
}

function asciiHas(code: number, bits: number): boolean {
  return ((ASCII[code] ?? 0) & bits) !== 0;
}

/** How many UTF-16 units the code point takes. */
export function unitsOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

/** The code point at an offset, or -1 past the text's end. */
export function codeAt(text: string, offset: number): number {
  // Of a slice that ends inside a character, V8's codePointAt at times reads on in the string that it was cut from.
  return offset === text.length - 1 ? text.charCodeAt(offset) : (text.codePointAt(offset) ?? -1);
}

/** The code point that ends just before an offset, or -1 at the text's start. */
export function codeBefore(text: string, offset: number): number {
  if (offset <= 0) return -1;
  const unit = text.charCodeAt(offset - 1);
  if (unit < 0xdc00 || unit > 0xdfff || offset < 2) return unit;
  const pair = text.codePointAt(offset - 2) ?? unit;
  return pair > 0xffff ? pair : unit;
}

/** White space, control characters and the zero-width space: what stands between tokens and in none of them. */
export function isSpace(code: number): boolean {
  if (code < 128) return code >= 0 && asciiHas(code, 1);
  return SPACE.test(String.fromCodePoint(code));
}

/** Letters, digits, combining marks and the degree sign. */
export function isWordCharacter(code: number): boolean {
  if (code < 128) return code >= 0 && asciiHas(code, 6);
  return WORD.test(String.fromCodePoint(code));
}

export function isLetterOrDigit(code: number): boolean {
  if (code < 128) return code >= 0 && asciiHas(code, 6);
  return LETTER_OR_DIGIT.test(String.fromCodePoint(code));
}

/** ASCII digits: the only ones whose separators are understood. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  if (code < 128) return code >= 0 && asciiHas(code, 2);
  return /\p{L}/u.test(String.fromCodePoint(code));
}

export function isUpperCase(code: number): boolean {
  if (code < 128) return code >= 0 && asciiHas(code, 8);
  return /[\p{Lu}\p{Lt}]/u.test(String.fromCodePoint(code));
}

export function isLowerCase(code: number): boolean {
  if (code < 128) return code >= 97 && code <= 122;
  return /\p{Ll}/u.test(String.fromCodePoint(code));
}

export function isBidiControl(code: number): boolean {
  return code >= 0x61c && code <= 0xffff && BIDI_CONTROL.test(String.fromCharCode(code));
}

/** An invisible character that may stand inside a word. */
export function isInvisible(code: number): boolean {
  return code >= 0xad && INVISIBLE.test(String.fromCodePoint(code));
}

/** Whether the character belongs to the same grapheme cluster as punctuation just before it. */
export function extendsGrapheme(code: number): boolean {
  return code > 0x2ff && EXTENDING.test(String.fromCodePoint(code));
}

/** Whether an offset lies between the two UTF-16 code units of one character. */
export function isInsideCharacter(text: string, offset: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(offset - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(offset));
}
