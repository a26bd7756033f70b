import { firstIndex } from '../../text/firstIndex';
import type { Span } from '../../text/span';
import type { AnnotationDocument } from '../document';
import { touching } from '../search';
import { comparable } from '../wholeWords';

/** Words as they are compared, by their first letters: those that a token may begin. */
export class Wanted {
  readonly #byKey = new Map<string, { longest: number; readonly words: Set<string> }>();

  has(words: string): boolean {
    return this.#byKey.get(keyOf(words))?.words.has(words) ?? false;
  }

  add(words: string): void {
    const known = this.#byKey.get(keyOf(words));
    if (known === undefined) this.#byKey.set(keyOf(words), { longest: words.length, words: new Set([words]) });
    else {
      known.words.add(words);
      known.longest = Math.max(known.longest, words.length);
    }
  }

  delete(words: string): void {
    const known = this.#byKey.get(keyOf(words));
    known?.words.delete(words);
    if (known?.words.size === 0) this.#byKey.delete(keyOf(words));
  }

  /** Those that a token of these words may begin, and the length of the longest of them or more. */
  from(token: string): { readonly longest: number; readonly words: ReadonlySet<string> } | undefined {
    return this.#byKey.get(keyOf(token));
  }
}

/** The first letters and digits of words; their first character where they begin with none. */
function keyOf(words: string): string {
  return /^[\p{L}\p{N}\p{M}]+|^./su.exec(words)?.[0] ?? '';
}

/**
 * The tokens of a text's done sentences at which there is no mention, not even one that was rejected: where a label may be missing. Kept
 * in numbers: a folder of texts has millions of them.
 */
export class BareTokens {
  readonly #text: string;
  /** Whether letters are composed, so that words are found as they are compared. */
  readonly #isComposed: boolean;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** For each token the index behind the last one that follows it within the sentence without a mention between. */
  readonly #stops: Int32Array;

  constructor(text: string, document: AnnotationDocument) {
    const done = document.sentences.filter(({ state }) => state === 'done');
    const taken = done.map(({ tokens }) => new Set<number>(tokens.length === 0 ? [] : [tokens.length]));
    for (const { spans } of document.mentions.values())
      for (const span of spans) {
        const [from, to] = touching(done, span);
        for (let index = from; index < to; index += 1) {
          const [first, end] = touching(done[index]?.tokens ?? [], span);
          for (let token = first; token < end; token += 1) taken[index]?.add(token);
        }
      }
    const [starts, ends, stops]: [number[], number[], number[]] = [[], [], []];
    for (const [index, { tokens }] of done.entries())
      for (let token = 0; token <= tokens.length; token += 1) {
        const span = tokens[token];
        if (span !== undefined && taken[index]?.has(token) === false) {
          starts.push(span.startChar);
          ends.push(span.endChar);
        } else while (stops.length < starts.length) stops.push(starts.length);
      }
    this.#text = text;
    this.#isComposed = text.normalize('NFC') === text;
    this.#starts = Int32Array.from(starts);
    this.#ends = Int32Array.from(ends);
    this.#stops = Int32Array.from(stops);
  }

  /** Where any of these words stand as whole tokens. */
  find(wanted: Wanted): ReadonlyMap<string, readonly Span[]> {
    const found = new Map<string, Span[]>();
    for (let token = 0; token < this.#starts.length; token += 1) this.#match(token, wanted, found);
    return found;
  }

  /** Where these words stand as whole tokens: as `find`, and quick: of most words that are labelled anew, most texts have none. */
  search(words: string): readonly Span[] {
    if (!this.#isComposed) {
      const wanted = new Wanted();
      wanted.add(words);
      return this.find(wanted).get(words) ?? [];
    }
    const key = keyOf(words);
    const found: Span[] = [];
    for (let startChar = this.#text.indexOf(key); startChar >= 0; startChar = this.#text.indexOf(key, startChar + 1)) {
      const token = this.#tokenAt(startChar);
      const endChar = token === undefined ? undefined : this.#endOf(words, key.length, token);
      if (endChar !== undefined && (found.at(-1)?.endChar ?? 0) <= startChar) found.push({ startChar, endChar });
    }
    return found;
  }

  /** Where words end that begin with this token; undefined where other words stand there. Letters are composed. @param first of the words, in one token */
  #endOf(words: string, first: number, token: number): number | undefined {
    const [startChar, stop] = [this.#starts[token] ?? 0, this.#stops[token] ?? 0];
    if ((this.#ends[token] ?? 0) < startChar + first) return undefined;
    for (let last = token; last < stop; last += 1) {
      const endChar = this.#ends[last] ?? 0;
      // Words as they are compared are never longer than as they stand.
      if (endChar - startChar < words.length) continue;
      const here = comparable(this.#text.slice(startChar, endChar), false);
      if (here === words) return endChar;
      if (here.length > words.length) return undefined;
    }
    return undefined;
  }

  #match(token: number, wanted: Wanted, found: Map<string, Span[]>): void {
    const startChar = this.#starts[token] ?? 0;
    const begun = wanted.from(comparable(this.#text.slice(startChar, this.#ends[token]), false));
    if (begun === undefined) return;
    const stop = this.#stops[token] ?? 0;
    for (let last = token; last < stop; last += 1) {
      const endChar = this.#ends[last] ?? 0;
      const words = comparable(this.#text.slice(startChar, endChar), false);
      if (words.length > begun.longest) return;
      if (!begun.words.has(words)) continue;
      const spans = found.get(words);
      if (spans === undefined) found.set(words, [{ startChar, endChar }]);
      else if ((spans.at(-1)?.endChar ?? 0) <= startChar) spans.push({ startChar, endChar });
    }
  }

  #tokenAt(offset: number): number | undefined {
    const token = firstIndex(this.#starts.length, (index) => (this.#starts[index] ?? 0) >= offset);
    return this.#starts[token] === offset ? token : undefined;
  }
}
