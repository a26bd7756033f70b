import { firstIndex } from './firstIndex';
import type { Span } from './span';

/** The lines of a text by number and column, both from 0; columns count UTF-16 units. */
export class Lines {
  readonly #starts: Int32Array;
  readonly #length: number;

  /** @param text normalised (`normaliseText`) */
  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = Int32Array.from(starts);
    this.#length = text.length;
  }

  /** Where an offset is; one outside the text is at its nearer end. */
  at(offset: number): { readonly line: number; readonly column: number } {
    const inside = Math.min(Math.max(offset, 0), this.#length);
    const line = firstIndex(this.#starts.length, (index) => (this.#starts[index] ?? 0) > inside) - 1;
    return { line, column: inside - (this.#starts[line] ?? 0) };
  }

  /** The line that an offset is on, without its line end. */
  around(offset: number): Span {
    const { line } = this.at(offset);
    return { startChar: this.#starts[line] ?? 0, endChar: (this.#starts[line + 1] ?? this.#length + 1) - 1 };
  }
}
