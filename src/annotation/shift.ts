import { sameSpans, type SentenceSpans, type Span } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import { tokensOf } from '../text/tokens';
import type { AnnotationDocument, Mention, Sentence } from './document';
import { extent } from './document';
import type { Edit } from './edits';
import { quote } from './mention';
import type { TextChange } from './refine';
import { firstFrom } from './search';

/**
 * Carries annotations over a change of their text. It is no edit: it maps the document, and the edits kept for undo and redo, alike,
 * so that they still fit each other.
 *
 * What lies before a change stays the same object; what lies behind it moves. A mention in which words changed keeps what is left of
 * it. One whose words are all gone is kept as lost: an empty span where they stood, with its old words, which comes back when they do.
 * A sentence in which words changed gets new tokens, and is in progress again if it was done; one that is gone entirely is left out.
 */
export class TextShift {
  readonly #changes: readonly TextChange[];
  /** How far what lies behind so many of the changes moves. */
  readonly #shifts: readonly number[];
  readonly #text: string;
  readonly #tokenizer: Tokenizer;

  /* The document and its undo steps share their items: each is carried once. */
  readonly #carriedSentences = new Map<Sentence, Sentence>();
  readonly #carriedMentions = new Map<Mention, Mention>();

  /**
   * @param changes all in terms of the text before them, without overlap, in any order
   * @param text the text after all of them
   * @param tokenizer of sentences in which words changed
   */
  constructor(changes: readonly TextChange[], text: string, tokenizer: Tokenizer = 'words') {
    this.#changes = [...changes].sort((a, b) => a.startChar - b.startChar);
    let shift = 0;
    this.#shifts = [0, ...this.#changes.map((change) => (shift += change.inserted.length - (change.endChar - change.startChar)))];
    this.#text = text;
    this.#tokenizer = tokenizer;
  }

  /** Whether the changes reach into a sentence: only then can anything be lost. */
  reachesInto(document: AnnotationDocument): boolean {
    return (
      document.sentences.some((sentence) => this.touches(sentence)) ||
      [...document.mentions.values()].some((mention) => this.touches(extent(mention)))
    );
  }

  /** Whether changes reach into a span, so that its words are no longer what they were. */
  touches({ startChar, endChar }: Span): boolean {
    return (this.#changes[this.#firstBehind(startChar)]?.startChar ?? Infinity) < endChar;
  }

  /** A sentence that the changes do not reach into, where it stands now. */
  moved(sentence: SentenceSpans): SentenceSpans {
    const span = this.#span(sentence);
    const distance = span.startChar - sentence.startChar;
    if (distance === 0) return sentence;
    const tokens = sentence.tokens.map(({ startChar, endChar }) => ({ startChar: startChar + distance, endChar: endChar + distance }));
    return { ...span, tokens };
  }

  document(document: AnnotationDocument): AnnotationDocument {
    return {
      ...document,
      sentences: this.#sentences(document.sentences),
      mentions: new Map(Array.from(document.mentions, ([id, mention]) => [id, this.#mention(mention)])),
    };
  }

  edit(edit: Edit): Edit {
    switch (edit.kind) {
      case 'group':
        return { ...edit, edits: edit.edits.map((part) => this.edit(part)) };
      case 'mention':
        return { ...edit, previous: edit.previous && this.#mention(edit.previous), next: edit.next && this.#mention(edit.next) };
      case 'relation':
        return edit;
      case 'sentences':
        return { ...edit, previous: this.#sentences(edit.previous), next: this.#sentences(edit.next) };
    }
  }

  #sentences(sentences: readonly Sentence[]): readonly Sentence[] {
    return sentences
      .map((sentence) => once(this.#carriedSentences, sentence, () => this.#sentence(sentence)))
      .filter(({ tokens }) => tokens.length > 0);
  }

  #mention(mention: Mention): Mention {
    return once(this.#carriedMentions, mention, () => this.#carried(mention));
  }

  #sentence(sentence: Sentence): Sentence {
    if (!this.touches(sentence)) {
      const moved = this.moved(sentence);
      return moved === sentence ? sentence : { ...moved, state: sentence.state };
    }
    const span = this.#span(sentence);
    return {
      ...span,
      state: sentence.state === 'done' ? 'in-progress' : sentence.state,
      tokens: tokensOf(this.#text, span, this.#tokenizer),
    };
  }

  #carried(mention: Mention): Mention {
    const { startChar, endChar } = extent(mention);
    // Its context is kept true, too: when the text changes elsewhere, that is what finds it again.
    const isTouched = this.touches({ startChar: startChar - mention.before.length, endChar: endChar + mention.after.length });
    const spans = mention.spans.map((span) => this.#span(span));
    if (!isTouched && sameSpans(spans, mention.spans)) return mention;
    const left = spans.filter((span) => span.startChar < span.endChar);
    if (left.length === 0) return this.#returned(mention, spans) ?? { ...mention, spans: spans.slice(0, 1) };
    return isTouched ? { ...mention, spans: left, ...quote(this.#text, left) } : { ...mention, spans };
  }

  /** A mention whose words stand in what was inserted at its place: where they fit its context best. */
  #returned(mention: Mention, spans: readonly Span[]): Mention | undefined {
    const at = spans[0]?.startChar ?? 0;
    let shift = 0;
    for (const change of this.#changes) {
      const startChar = change.startChar + shift;
      const endChar = startChar + change.inserted.length;
      shift += change.inserted.length - (change.endChar - change.startChar);
      if (at < startChar || at > endChar || mention.text === '') continue;
      let best: { readonly start: number; readonly fit: number } | undefined;
      for (
        let start = this.#text.indexOf(mention.text, startChar);
        start >= 0 && start + mention.text.length <= endChar;
        start = this.#text.indexOf(mention.text, start + 1)
      ) {
        const fit = this.#fit(mention, start);
        if (best === undefined || fit > best.fit) best = { start, fit };
      }
      if (best !== undefined) return { ...mention, spans: [{ startChar: best.start, endChar: best.start + mention.text.length }] };
    }
    return undefined;
  }

  /** How many characters of the mention's context stand around it there. */
  #fit(mention: Mention, start: number): number {
    let before = 0;
    while (before < mention.before.length && mention.before.at(-1 - before) === this.#text.charAt(start - 1 - before)) before += 1;
    const end = start + mention.text.length;
    let after = 0;
    while (after < mention.after.length && mention.after.charAt(after) === this.#text.charAt(end + after)) after += 1;
    return before + after;
  }

  /** What is left of a span. New text at its edges is not part of it, unless it replaces the span's own first or last words. */
  #span({ startChar, endChar }: Span): Span {
    let index = this.#firstBehind(startChar);
    let start = startChar + (this.#shifts[index] ?? 0);
    let end = endChar + (this.#shifts[index] ?? 0);
    for (let change = this.#changes[index]; change !== undefined && change.startChar < endChar; change = this.#changes[(index += 1)]) {
      const at = change.startChar + (this.#shifts[index] ?? 0);
      const coversStart = change.startChar <= startChar;
      const coversEnd = change.endChar >= endChar;
      if (coversStart && coversEnd) return this.#empty(at);
      if (coversStart) start = at + (change.startChar === startChar ? 0 : change.inserted.length);
      end = coversEnd ? at + (change.endChar === endChar ? change.inserted.length : 0) : endChar + (this.#shifts[index + 1] ?? 0);
    }
    return { startChar: start, endChar: end };
  }

  /** Index of the first change that ends behind an offset. */
  #firstBehind(offset: number): number {
    const index = firstFrom(this.#changes, offset + 1);
    // The one before may reach behind the offset.
    return (this.#changes[index - 1]?.endChar ?? 0) > offset ? index - 1 : index;
  }

  #empty(at: number): Span {
    return { startChar: at, endChar: at };
  }
}

function once<T extends object>(carried: Map<T, T>, item: T, carry: () => T): T {
  let known = carried.get(item);
  if (known === undefined) {
    known = carry();
    carried.set(item, known);
  }
  return known;
}
