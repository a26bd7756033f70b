import { sentenceAt } from '../text/segment';
import { type Span, spanKey } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import { knownPieces, type Occurrence, type Piece, Words } from './anchorWords';
import { type Place, placeRun, stands } from './anchorSentences';
import type { AnnotationDocument, Mention, Sentence } from './document';
import { extent, isLost } from './document';
import { checkOffsets } from './json';
import { quote } from './mention';
import { firstFrom, holderOf, touching } from './search';
import { textHash } from './textHash';

/** So many characters of context tell a place from others; fewer (the blanks around a word) do not. */
const TELLING = 5;

/**
 * Carries annotations to a text that changed where nobody watched: all that is known of the text that they were made on is what they keep
 * of it. Nothing is dropped.
 *
 * A mention is found by its words, and among several places by its context, by where the annotations around it went, and by order. One that
 * is not found is lost: an empty span where it would be, with its old words (`isLost`). A sentence whose words changed gets its tokens anew
 * and is in progress again if it was done; one that is gone is left out.
 *
 * @param text the text as it is now
 * @param tokenizer of sentences whose words changed
 */
export function reanchor(document: AnnotationDocument, text: string, tokenizer: Tokenizer = 'words'): AnnotationDocument {
  return new Anchoring(document, text, tokenizer).result();
}

/**
 * A document as it stands in this text: as it is where it was made on it, else carried to it (`reanchor`).
 * @param tokenizerOf is asked where the text is another
 * @param where names the document in messages
 * @throws SpangridError `annotation.invalid` where it was made on this text, and offsets lie outside of it
 */
export async function standingIn(
  document: AnnotationDocument,
  text: string,
  tokenizerOf: () => Promise<Tokenizer | undefined>,
  where: string,
): Promise<AnnotationDocument> {
  if (textHash(text) !== document.text.sha256) return reanchor(document, text, await tokenizerOf());
  checkOffsets(document, text, where);
  return document;
}

/**
 * Where a lost mention may belong: places of its words that no mention of its type has, and the place between what stood around it, best
 * first.
 */
export function placesFor(document: AnnotationDocument, mention: Mention, text: string, most: number): readonly Span[] {
  const near = extent(mention).startChar;
  const taken = new Set(
    [...document.mentions.values()].filter(({ type, id }) => type === mention.type && id !== mention.id).map((one) => spanKey(extent(one))),
  );
  const places = [...new Words(text).all(mention, near)].sort(byFit(near)).map(extent);
  const between = betweenContext(mention, text, near);
  if (between !== undefined) places.unshift(between);
  const distinct = new Map(places.map((span) => [spanKey(span), span]));
  return [...distinct.values()].filter((span) => !taken.has(spanKey(span))).slice(0, most);
}

/** Orders places by how much of the surroundings they share, then by how near they are to an offset. */
function byFit(near: number): (a: Occurrence, b: Occurrence) => number {
  const distance = (place: Occurrence): number => Math.abs(extent(place).startChar - near);
  return (a, b) => b.fit - a.fit || distance(a) - distance(b);
}

/** What stands now between a mention's surroundings, if that is about as long as its words were and begins and ends with no space. */
function betweenContext({ before, after, text: words }: Mention, text: string, near: number): Span | undefined {
  const [left, right] = [before.slice(-TELLING * 2), after.slice(0, TELLING * 2)];
  if (left.length < TELLING || right.length < TELLING) return undefined;
  let best: Span | undefined;
  for (let at = text.indexOf(left); at >= 0; at = text.indexOf(left, at + 1)) {
    const startChar = at + left.length;
    const endChar = text.indexOf(right, startChar);
    const found = text.slice(startChar, endChar);
    if (endChar < 0 || found === '' || found !== found.trim() || found.length > 2 * words.length + TELLING) continue;
    if (best === undefined || Math.abs(startChar - near) < Math.abs(best.startChar - near)) best = { startChar, endChar };
  }
  return best;
}

/** A mention that was found by itself, and so tells where its surroundings went. */
interface Anchor extends Span {
  readonly shift: number;
  readonly now: Span;
}

class Anchoring {
  readonly #document: AnnotationDocument;
  readonly #text: string;
  readonly #tokenizer: Tokenizer;
  readonly #words: Words;
  readonly #inOrder: readonly Mention[];
  readonly #anchors: Anchor[] = [];
  readonly #found = new Map<string, readonly Span[]>();
  /** Places that are taken: where the mention stood before that has it now, by where that is. */
  readonly #taken = new Map<string, string>();
  /** What is known of each sentence's words. */
  readonly #known: readonly Piece[][];
  #places: readonly (Place | undefined)[] = [];

  constructor(document: AnnotationDocument, text: string, tokenizer: Tokenizer) {
    this.#document = document;
    this.#text = text;
    this.#tokenizer = tokenizer;
    this.#words = new Words(text);
    this.#inOrder = [...document.mentions.values()].sort((a, b) => extent(a).startChar - extent(b).startChar);
    this.#known = document.sentences.map(() => []);
    for (const piece of this.#inOrder.flatMap(knownPieces)) {
      const [first, end] = touching(document.sentences, { startChar: piece.startChar, endChar: piece.startChar + piece.words.length });
      for (let index = first; index < end; index += 1) this.#known[index]?.push(piece);
    }
  }

  result(): AnnotationDocument {
    this.#findAnchors();
    this.#places = this.#placeSentences();
    this.#findInSentences();
    this.#findElsewhere();
    const mentions = new Map(Array.from(this.#document.mentions, ([id, mention]) => [id, this.#carried(mention)]));
    return {
      text: { ...this.#document.text, sha256: textHash(this.#text) },
      sentences: this.#sentences(mentions),
      mentions,
      relations: this.#document.relations,
    };
  }

  /** Mentions whose words stand with all their context where the one before leads one to expect them, or in one place only. */
  #findAnchors(): void {
    let shift = 0;
    for (const mention of this.#inOrder) {
      if (isLost(mention)) continue;
      const { startChar, endChar } = extent(mention);
      const expected = this.#words.at(mention, startChar + shift);
      const isTelling = mention.before.length + mention.after.length >= TELLING;
      const places =
        expected?.isFull === true ? [expected] : this.#words.all(mention, startChar + shift).filter(({ isFull }) => isTelling && isFull);
      const [place] = places;
      if (place === undefined || places.length > 1 || !this.#take(mention, place.spans)) continue;
      const now = extent(place);
      shift = now.startChar - startChar;
      this.#anchors.push({ startChar, endChar, shift, now });
    }
  }

  #placeSentences(): readonly (Place | undefined)[] {
    const { sentences } = this.#document;
    let shift = 0;
    const places: (Place | undefined)[] = sentences.map((sentence, index) => {
      const first = firstFrom(this.#anchors, sentence.startChar);
      const own = this.#anchors.slice(first, firstFrom(this.#anchors, sentence.endChar)).map((anchor) => anchor.shift);
      const candidates = new Set([...own, shift, this.#anchors[first]?.shift ?? shift]);
      const fitting = [...candidates].find((candidate) => stands(this.#text, sentence, this.#known[index] ?? [], candidate));
      if (fitting === undefined) return undefined;
      shift = fitting;
      return { shift: fitting };
    });
    this.#dropOverlaps(places);
    for (let start = 0; start < places.length; start += 1) {
      if (places[start] !== undefined) continue;
      let end = start;
      while (end < places.length && places[end] === undefined) end += 1;
      const stretch = {
        startChar: this.#nowOf(places, start - 1)?.endChar ?? 0,
        endChar: this.#nowOf(places, end)?.startChar ?? this.#text.length,
      };
      // Where sentences changed places, the run between two of them has no stretch of its own.
      if (stretch.startChar < stretch.endChar)
        placeRun(this.#text, sentences.slice(start, end), this.#known.slice(start, end), stretch, this.#tokenizer).forEach(
          (place, offset) => {
            places[start + offset] = place;
          },
        );
      start = end;
    }
    this.#dropOverlaps(places);
    return places;
  }

  #nowOf(places: readonly (Place | undefined)[], index: number): Span | undefined {
    const [place, sentence] = [places[index], this.#document.sentences[index]];
    if (place === undefined || sentence === undefined) return undefined;
    return 'now' in place ? place.now : { startChar: sentence.startChar + place.shift, endChar: sentence.endChar + place.shift };
  }

  /** Of two sentences that would lie over each other, the first has the place. */
  #dropOverlaps(places: (Place | undefined)[]): void {
    const order = [...places.keys()].filter((index) => places[index] !== undefined);
    const start = (index: number): number => this.#nowOf(places, index)?.startChar ?? 0;
    let end = 0;
    for (const index of order.sort((a, b) => start(a) - start(b))) {
      if (start(index) < end) places[index] = undefined;
      else end = this.#nowOf(places, index)?.endChar ?? end;
    }
  }

  /** Mentions in sentences that were placed: there, and nowhere else. */
  #findInSentences(): void {
    for (const mention of this.#inOrder) {
      const home = this.#homeOf(mention);
      const place = home === undefined ? undefined : this.#places[home];
      if (home === undefined || place === undefined || this.#found.has(mention.id) || isLost(mention)) continue;
      const { startChar } = extent(mention);
      if ('shift' in place) {
        const there = this.#words.at(mention, startChar + place.shift);
        if (there !== undefined) this.#take(mention, there.spans);
        continue;
      }
      const expected = startChar - (this.#document.sentences[home]?.startChar ?? 0) + place.now.startChar;
      const inside = this.#words
        .all(mention, expected)
        .filter((occurrence) => holderOf([place.now], extent(occurrence)) !== undefined)
        .sort(byFit(expected));
      inside.find(({ spans }) => this.#take(mention, spans));
    }
  }

  /** Where one place is better than all others, by context or by order. */
  #findElsewhere(): void {
    for (const mention of this.#inOrder) {
      if (this.#found.has(mention.id)) continue;
      const old = extent(mention);
      const next = firstFrom(this.#anchors, old.startChar);
      const [before, after] = [this.#anchors[next - 1], this.#anchors[next]];
      const between = { startChar: before?.now.endChar ?? 0, endChar: after?.now.startChar ?? this.#text.length };
      const places = this.#words
        .all(mention, old.startChar + ((before ?? after)?.shift ?? 0))
        .filter(({ spans }) => this.#isFree(mention, spans))
        .sort((a, b) => b.fit - a.fit);
      const inOrder = places.filter(({ spans }) => holderOf([between], extent({ spans })) !== undefined);
      const [best, second] = places;
      if (best !== undefined && best.fit >= TELLING && best.fit > (second?.fit ?? 0)) this.#take(mention, best.spans);
      else if (inOrder.length === 1 && inOrder[0] !== undefined && !isLost(mention)) this.#take(mention, inOrder[0].spans);
    }
  }

  #isFree(mention: Mention, spans: readonly Span[]): boolean {
    const owner = this.#taken.get(spanKey(extent({ spans })));
    return owner === undefined || owner === spanKey(extent(mention));
  }

  /** Puts a mention somewhere, unless one that stood elsewhere has the place. */
  #take(mention: Mention, spans: readonly Span[]): boolean {
    if (!this.#isFree(mention, spans)) return false;
    this.#taken.set(spanKey(extent({ spans })), spanKey(extent(mention)));
    this.#found.set(mention.id, spans);
    return true;
  }

  #homeOf(mention: Mention): number | undefined {
    return holderOf(this.#document.sentences, extent(mention));
  }

  #carried(mention: Mention): Mention {
    const spans = this.#found.get(mention.id);
    if (spans !== undefined) return { ...mention, spans, ...quote(this.#text, spans) };
    const { startChar } = extent(mention);
    const home = this.#homeOf(mention);
    const place = home === undefined ? undefined : this.#places[home];
    const anchor = this.#anchors[firstFrom(this.#anchors, startChar) - 1];
    let at = startChar + (anchor?.shift ?? 0);
    if (place !== undefined) at = 'shift' in place ? startChar + place.shift : place.now.startChar;
    const clamped = Math.min(Math.max(at, 0), this.#text.length);
    return { ...mention, spans: [{ startChar: clamped, endChar: clamped }] };
  }

  #sentences(mentions: ReadonlyMap<string, Mention>): readonly Sentence[] {
    const softened = ({ state }: Sentence): Sentence['state'] => (state === 'done' ? 'in-progress' : state);
    const placed = this.#document.sentences.flatMap((sentence, index): Sentence[] => {
      const place = this.#places[index];
      if (place === undefined) return [];
      if ('now' in place) return [{ ...place.now, state: softened(sentence) }];
      if (place.shift === 0) return [sentence];
      const moved = ({ startChar, endChar }: Span): Span => ({ startChar: startChar + place.shift, endChar: endChar + place.shift });
      return [{ ...moved(sentence), state: sentence.state, tokens: sentence.tokens.map(moved) }];
    });
    placed.sort((a, b) => a.startChar - b.startChar);
    // A mention that had a sentence has one, even where its own is gone.
    for (const mention of mentions.values()) {
      const old = this.#document.mentions.get(mention.id);
      const home = old && this.#homeOf(old);
      const sentence = home === undefined ? undefined : this.#document.sentences[home];
      if (sentence === undefined || isLost(mention) || holderOf(placed, extent(mention)) !== undefined) continue;
      const here = sentenceAt(this.#text, extent(mention).startChar, this.#tokenizer);
      if (here === undefined) continue;
      const [first, end] = touching(placed, here);
      if (first === end) placed.splice(first, 0, { ...here, state: softened(sentence) });
    }
    return placed;
  }
}
