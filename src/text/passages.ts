import { codeAt, isLetterOrDigit, isLowerCase, isSpace, unitsOf } from './characters';
import type { Span } from './span';

/** What stands before a line's words: list marks, headings, quotation and comment marks. */
const MARKERS = /^(?:(?:[-*+•‣◦▪●○·–—]|>+|#{1,6}|\/\/+!?|\/\*+!?|--+|;+|%+)[ \t\u00A0]+)+/;
const LIST_ITEM = /^(?:[-*+•‣◦▪●○·–—]|\(?\d{1,3}[.)]|\([a-zA-Z]\)|[a-z][.)]|[A-Z]\))[ \t\u00A0]/;
/** Marks of line comments, headings and quotations. The same mark on the next line goes on with the same text. */
const LINE_MARK = /^(?:\/\/+!?|#+|>+)(?=\s|$)/;
const BLOCK_COMMENT = /^(?:\/\*+!?|\*(?=\s|$))/;
const TABLE_OR_FENCE = /^(?:\||```|~~~)/;
/** Words after which a line was not ended on purpose. */
const OPEN_ENDING =
  /(?:[,;–—-]|(?:^|\s)(?:a|an|the|of|in|on|at|by|for|to|from|into|with|and|or|but|if|when|while|than|that|which|who|as|is|are|was|were|be|has|have|had|not|this|his|her|its|their|our|my|your|de|la|le|der|die|das|und|et|y))$/;
/** The least width of a paragraph in which no line begins with a small letter, so that none shows how it wraps. */
const LEAST_WIDTH = 60;
/** A line filled less than this share of its paragraph's width, with room for the next word, was ended on purpose. */
const FULL_SHARE = 0.8;

interface Line extends Span {
  /** The mark of a comment, quotation or heading that the line begins with, or stands inside; empty if there is none. */
  readonly mark: string;
  /** The beginning of what follows that mark. */
  readonly head: string;
  readonly hasWords: boolean;
}

/** The paragraph at an offset (the lines between two blank ones), or undefined where the line is blank. */
export function paragraphAt(text: string, offset: number): Span | undefined {
  let { startChar, endChar } = lineAt(text, offset);
  if (isBlank(text, startChar, endChar)) return undefined;
  while (startChar > 0) {
    const line = lineAt(text, startChar - 1);
    if (isBlank(text, line.startChar, line.endChar)) break;
    startChar = line.startChar;
  }
  while (endChar < text.length) {
    const line = lineAt(text, endChar + 1);
    if (isBlank(text, line.startChar, line.endChar)) break;
    endChar = line.endChar;
  }
  return { startChar, endChar };
}

/** The line that holds an offset, its line end not included. */
export function lineAt(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset);
  return { startChar: offset > 0 ? text.lastIndexOf('\n', offset - 1) + 1 : 0, endChar: end === -1 ? text.length : end };
}

/** The paragraphs of a text: runs of lines between blank lines. */
export function* paragraphs(text: string): Generator<Span> {
  let start = -1;
  let end = 0;
  for (let at = 0; at <= text.length;) {
    const line = lineAt(text, at);
    if (isBlank(text, line.startChar, line.endChar)) {
      if (start !== -1) yield { startChar: start, endChar: end };
      start = -1;
    } else {
      if (start === -1) start = line.startChar;
      end = line.endChar;
    }
    at = line.endChar + 1;
  }
  if (start !== -1) yield { startChar: start, endChar: end };
}

/**
 * The stretches of a paragraph that a sentence cannot cross: list items, headings, table rows, and lines that were ended on purpose.
 * Marks before the first word (`- `, `# `, `// `) are left out; stretches without a letter or digit are not passages.
 */
export function passages(text: string, paragraph: Span): Span[] {
  const lines = linesOf(text, paragraph);
  const wraps = lines.some((line) => isLowerCase(codeAt(line.head, 0)));
  const width = lines.reduce((longest, line) => Math.max(longest, line.endChar - line.startChar), wraps ? 0 : LEAST_WIDTH);
  const found: Span[] = [];
  let start = -1;
  let previous: Line | undefined;
  const close = (): void => {
    if (previous !== undefined && start !== -1) found.push({ startChar: start, endChar: previous.endChar });
    start = -1;
  };
  for (const line of lines) {
    if (previous === undefined || !line.hasWords || standsApart(previous, line) || endedOnPurpose(text, previous, line, width)) close();
    if (line.hasWords && start === -1) start = skipMarkers(text, line.startChar, line.endChar);
    previous = line;
  }
  close();
  return found;
}

/** The offset of the first thing on a line that is not space or a mark of lists, headings, quotations or comments. */
export function skipMarkers(text: string, lineStart: number, limit: number): number {
  let at = skipSpaces(text, lineStart, limit);
  const marks = MARKERS.exec(text.slice(at, Math.min(at + 80, limit)));
  if (marks !== null) at = skipSpaces(text, at + marks[0].length, limit);
  return at;
}

/** The offset of the first character at or after `from` that is not space; `limit` if there is none. */
export function skipSpaces(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const code = codeAt(text, at);
    if (!isSpace(code)) break;
    at += unitsOf(code);
  }
  return Math.min(at, limit);
}

/** The offset of the first letter or digit at or after `from`; `limit` if there is none. */
export function wordAfter(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const code = codeAt(text, at);
    if (isLetterOrDigit(code)) break;
    at += unitsOf(code);
  }
  return Math.min(at, limit);
}

function isBlank(text: string, start: number, end: number): boolean {
  return skipSpaces(text, start, end) === end;
}

function linesOf(text: string, paragraph: Span): Line[] {
  const lines: Line[] = [];
  let isInside = false;
  for (let at = paragraph.startChar; at <= paragraph.endChar;) {
    const { startChar, endChar } = lineAt(text, at);
    const start = skipSpaces(text, startChar, endChar);
    const beginning = text.slice(start, Math.min(start + 80, endChar));
    isInside ||= beginning.startsWith('/*');
    const mark = (isInside ? BLOCK_COMMENT : LINE_MARK).exec(beginning)?.[0] ?? '';
    const head = beginning.slice(mark.length).trimStart();
    lines.push({ startChar: start, endChar, mark: isInside ? '/*' : mark, head, hasWords: wordAfter(text, start, endChar) < endChar });
    if (isInside && text.slice(start, endChar).includes('*/')) isInside = false;
    at = endChar + 1;
  }
  return lines;
}

/** Whether a line begins a stretch of its own: another kind of mark, a list item, a table row, the edge of a code block. */
function standsApart(previous: Line, line: Line): boolean {
  if (line.mark !== previous.mark) return true;
  return LIST_ITEM.test(line.head) || TABLE_OR_FENCE.test(line.head) || TABLE_OR_FENCE.test(previous.head);
}

function endedOnPurpose(text: string, line: Line, next: Line, width: number): boolean {
  const start = skipMarkers(text, next.startChar, next.endChar);
  if (isLowerCase(codeAt(text, start))) return false;
  const word = /^\S*/.exec(text.slice(start, Math.min(start + 80, next.endChar)))?.[0] ?? '';
  const end = text.slice(Math.max(line.startChar, line.endChar - 40), line.endChar).trimEnd();
  return line.endChar - line.startChar + 1 + word.length <= FULL_SHARE * width && !OPEN_ENDING.test(end);
}
