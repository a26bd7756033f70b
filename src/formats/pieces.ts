import type { AnnotatedText, Reader } from './format';
import type { Intake } from './intake';

/*
 * Data files are read in pieces of any size. These put the pieces together to what a format reads at once: a line, or an element of a
 * JSON array. Nothing larger stands in memory.
 */

/** A longer record is refused: it would not fit into memory several times over. In UTF-16 code units. */
const MAX_RECORD = 64 * 1024 * 1024;

/** A line without its line end, and its number, from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** Cuts a file into lines. */
class Lines {
  #rest = '';
  #number = 0;

  /**
   * The lines that are complete with this piece.
   * @throws RangeError with a reason for people where one is too long
   */
  *push(piece: string): Generator<Line, void, undefined> {
    const parts = piece.split('\n');
    parts[0] = this.#rest + (parts[0] ?? '');
    this.#rest = parts.pop() ?? '';
    for (const text of parts) yield { text, number: ++this.#number };
    if (this.#rest.length > MAX_RECORD) throw tooLong(`line ${String(this.#number + 1)}`);
  }

  /** The last line, where no line end stands behind it. */
  *end(): Generator<Line, void, undefined> {
    if (this.#rest !== '') yield { text: this.#rest, number: this.#number + 1 };
  }
}

/** An element of a JSON array as it is written, its index, and the line of the file in which that begins. */
export interface Element {
  readonly json: string;
  readonly index: number;
  readonly line: number;
}

const [NEWLINE, QUOTE, COMMA, BACKSLASH] = [0x0a, 0x22, 0x2c, 0x5c];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Cuts a file that is one JSON array into its elements. What an element holds is not looked at: whoever parses it finds what is wrong. */
class Elements {
  #rest = '';
  /** Of brackets and braces; 0 before the array and after it. */
  #depth = 0;
  #isBegun = false;
  #isInString = false;
  #isEscaped = false;
  #index = 0;
  #line = 1;
  /** The line in which the element begins. */
  #firstLine = 1;

  /**
   * The elements that are complete with this piece.
   * @throws RangeError with a reason for people where the file is no array, or an element too long
   */
  *push(piece: string): Generator<Element, void, undefined> {
    // What was left begins the first element; where that begins in the piece itself, nothing was.
    let [before, start] = [this.#rest, 0];
    // Every character of the file comes by here: what it changes stands in variables.
    let [depth, line, isInString, isEscaped] = [this.#depth, this.#line, this.#isInString, this.#isEscaped];
    for (let at = 0; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      if (code === NEWLINE) line += 1;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) isInString = false;
        continue;
      }
      if (depth === 0) {
        if (code === BRACKET && !this.#isBegun) [this.#isBegun, depth] = [true, 1];
        else if (code > 0x20) throw notAnArray();
        [before, start] = ['', at + 1];
        this.#firstLine = line;
        continue;
      }
      if (code === QUOTE) isInString = true;
      else if (code === BRACE || code === BRACKET) depth += 1;
      else if (code === BRACE_END || code === BRACKET_END) depth -= 1;
      if (!(code === COMMA && depth === 1) && depth > 0) continue;
      const json = before + piece.slice(start, at);
      if (depth > 0 || this.#index > 0 || json.trim() !== '') yield { json, index: this.#index++, line: this.#firstLine };
      [before, start] = ['', at + 1];
      this.#firstLine = line;
    }
    [this.#depth, this.#line, this.#isInString, this.#isEscaped] = [depth, line, isInString, isEscaped];
    this.#rest = before + piece.slice(start);
    if (this.#rest.length > MAX_RECORD) throw tooLong(`the element [${String(this.#index)}]`);
  }

  /** @throws RangeError with a reason for people where the array has no end */
  end(): void {
    if (!this.#isBegun) throw notAnArray();
    if (this.#depth > 0)
      throw new RangeError(`not valid JSON: the file ends inside the element [${String(this.#index)}] (line ${String(this.#line)})`);
  }
}

function notAnArray(): RangeError {
  return new RangeError('it must be one JSON array');
}

function tooLong(what: string): RangeError {
  return new RangeError(`${what} is longer than 64 MB`);
}

/**
 * A reader of a format whose records are lines.
 * @param read the texts that are complete with a line
 * @param last the texts that are left when the last line was read
 */
export function lineReader(
  intake: Intake,
  read: (line: Line) => readonly AnnotatedText[],
  last: () => readonly AnnotatedText[] = () => [],
): Reader {
  const lines = new Lines();
  return guarded(intake, {
    *push(piece) {
      for (const line of lines.push(piece)) yield read(line);
    },
    *end() {
      for (const line of lines.end()) yield read(line);
      yield last();
    },
  });
}

/** A reader of a format whose records are the elements of one JSON array; `read` and `last` as in `lineReader`. */
export function elementReader(
  intake: Intake,
  read: (element: Element) => readonly AnnotatedText[],
  last: () => readonly AnnotatedText[] = () => [],
): Reader {
  const elements = new Elements();
  return guarded(intake, {
    *push(piece) {
      for (const element of elements.push(piece)) yield read(element);
    },
    *end() {
      elements.end();
      yield last();
    },
  });
}

/** What a reader does step by step: records that stand before a fault are read. */
interface Steps {
  push(piece: string): Iterable<readonly AnnotatedText[]>;
  end(): Iterable<readonly AnnotatedText[]>;
}

/** What is no file of records is told to the intake, and not read any further. */
function guarded(intake: Intake, steps: Steps): Reader {
  let isGivenUp = false;
  const taken = (work: () => Iterable<readonly AnnotatedText[]>): readonly AnnotatedText[] => {
    const texts: AnnotatedText[] = [];
    if (isGivenUp) return texts;
    try {
      for (const some of work()) texts.push(...some);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      isGivenUp = true;
      intake.giveUp(error.message);
    }
    return texts;
  };
  return { push: (piece) => taken(() => steps.push(piece)), end: () => taken(() => steps.end()) };
}
