import { codeAt, codeBefore, isLetterOrDigit } from '../text/characters';
import type { Span } from '../text/span';
import type { Mention } from './document';
import { extent } from './document';
import { firstFrom } from './search';

/** A place in a text where a mention's words stand. */
export interface Occurrence {
  readonly spans: readonly Span[];
  /** How many characters of what the mention keeps of its surroundings stand around it there. */
  readonly fit: number;
  /** Whether all of them do. */
  readonly isFull: boolean;
}

/** Whether a place in a text lies between two letters or digits. */
export function isInWord(text: string, offset: number): boolean {
  return isLetterOrDigit(codeBefore(text, offset)) && isLetterOrDigit(codeAt(text, offset));
}

/** A stretch of the text that a mention was made in. */
export interface Piece {
  readonly startChar: number;
  readonly words: string;
}

/** Of words that occur very often only so many places are looked at, those nearest to where they are expected. */
const MAX_PLACES = 100;
/** A piece of a discontinuous mention is looked for so far behind the one before. */
const MAX_GAP = 200;

/** Finds mentions in a text by their words. */
export class Words {
  readonly #text: string;
  /** Where some words begin, in order, by the words. */
  readonly #places = new Map<string, readonly Span[]>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The mention at this place, if its words stand there. */
  at(mention: Mention, startChar: number): Occurrence | undefined {
    return this.#at(mention, piecesOf(mention), startChar);
  }

  /** The places where the mention's words stand, in order; of very many, those nearest to an offset. */
  all(mention: Mention, near: number): readonly Occurrence[] {
    const pieces = piecesOf(mention);
    const words = pieces[0]?.words ?? '';
    if (words === '') return [];
    const places = this.#placesOf(words);
    const start = Math.max(0, Math.min(firstFrom(places, near) - MAX_PLACES / 2, places.length - MAX_PLACES));
    const found: Occurrence[] = [];
    for (let index = start; index < Math.min(start + MAX_PLACES, places.length); index += 1) {
      const occurrence = this.#at(mention, pieces, places[index]?.startChar ?? 0);
      if (occurrence !== undefined && !this.#cutsWord(mention, extent(occurrence))) found.push(occurrence);
    }
    return found;
  }

  #at(mention: Mention, pieces: readonly Piece[], startChar: number): Occurrence | undefined {
    const spans: Span[] = [];
    let from = startChar;
    let previous: number | undefined;
    for (const { words, startChar: old } of pieces) {
      if (previous !== undefined) from += old - previous;
      if (!this.#text.startsWith(words, from)) {
        // What stands between the pieces of a discontinuous mention may have changed.
        const end = spans.at(-1)?.endChar;
        const found = end === undefined ? -1 : this.#text.slice(end, end + MAX_GAP + words.length).indexOf(words);
        if (end === undefined || found < 0) return undefined;
        from = end + found;
      }
      spans.push({ startChar: from, endChar: from + words.length });
      previous = old;
    }
    if (spans.length === 0 || startChar < 0) return undefined;
    const fit = this.#fit(mention, extent({ spans }));
    return { spans, fit, isFull: fit === mention.before.length + mention.after.length };
  }

  /** Whether the words are part of a longer word there, as "Ann" is of "Annabel", and were not in their own text. */
  #cutsWord({ before, after }: Mention, { startChar, endChar }: Span): boolean {
    return (
      (isInWord(this.#text, startChar) && !isLetterOrDigit(codeBefore(before, before.length))) ||
      (isInWord(this.#text, endChar) && !isLetterOrDigit(codeAt(after, 0)))
    );
  }

  #placesOf(words: string): readonly Span[] {
    let places = this.#places.get(words);
    if (places === undefined) {
      const found: Span[] = [];
      for (let at = this.#text.indexOf(words); at >= 0; at = this.#text.indexOf(words, at + words.length))
        found.push({ startChar: at, endChar: at + words.length });
      places = found;
      this.#places.set(words, places);
    }
    return places;
  }

  #fit({ before, after }: Mention, { startChar, endChar }: Span): number {
    let left = 0;
    while (left < before.length && before.charCodeAt(before.length - 1 - left) === this.#text.charCodeAt(startChar - 1 - left)) left += 1;
    let right = 0;
    while (right < after.length && after.charCodeAt(right) === this.#text.charCodeAt(endChar + right)) right += 1;
    return left + right;
  }
}

/**
 * A mention's words, span by span. Those of a mention that is lost stand where they stood; so do those of a mention whose words do not fill
 * its spans (another program's), as one piece.
 */
function piecesOf(mention: Mention): readonly Piece[] {
  return filledPieces(mention) ?? (mention.text === '' ? [] : [{ startChar: extent(mention).startChar, words: mention.text }]);
}

/** All that a mention tells of the text that it was made in: nothing where its words are lost. */
export function knownPieces(mention: Mention): readonly Piece[] {
  const pieces = filledPieces(mention);
  if (pieces === undefined) return [];
  const { startChar, endChar } = extent(mention);
  return [{ startChar: startChar - mention.before.length, words: mention.before }, ...pieces, { startChar: endChar, words: mention.after }];
}

function filledPieces({ spans, text }: Mention): readonly Piece[] | undefined {
  const lengths = spans.map(({ startChar, endChar }) => endChar - startChar);
  if (lengths.includes(0) || lengths.reduce((sum, length) => sum + length, spans.length - 1) !== text.length) return undefined;
  let from = 0;
  return spans.map(({ startChar, endChar }) => {
    const words = text.slice(from, from + endChar - startChar);
    from += words.length + 1;
    return { startChar, words };
  });
}
