/** A place in a text as an editor counts it: both from zero, `character` in UTF-16 code units from the line's start. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/**
 * Converts between offsets in a normalised text and lines with characters. An editor's positions do not depend on the document's
 * line ends, so this is the only conversion that a document with CRLF needs.
 */
export class LineIndex {
  readonly #starts: readonly number[];
  readonly #length: number;

  /** @param text with `\n` as its only line end (`normaliseText`) */
  constructor(text: string) {
    const starts = [0];
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
    this.#starts = starts;
    this.#length = text.length;
  }

  /** The line and character of an offset. An offset outside the text is moved to its nearer end. */
  positionAt(offset: number): Position {
    const inside = clamp(offset, 0, this.#length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: inside - this.#startOf(low) };
  }

  /** The offset of a line and character. A line outside the text, or a character outside its line, is moved to the nearer end. */
  offsetAt(line: number, character: number): number {
    if (line < 0) return 0;
    if (line >= this.#starts.length) return this.#length;
    const start = this.#startOf(line);
    const end = line + 1 < this.#starts.length ? this.#startOf(line + 1) - 1 : this.#length;
    return clamp(start + character, start, end);
  }

  #startOf(line: number): number {
    return this.#starts[line] ?? this.#length;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
