import type { Span } from '../../text/span';
import { type AnnotationDocument, extent, isLost, type Mention, type SentenceState } from '../document';
import { exported } from '../export';
import { firstFrom } from '../search';
import { sentenceBefore } from '../places';

/*
 * What one person says of one sentence, in positions of the sentence alone: so it is compared with what others say of it, wherever the
 * sentence stands. Rejected is not said; of a sentence that is done, a suggestion that was left is not said either.
 */

export interface ReadMention {
  readonly type: string;
  /** From the sentence's start. A mention that crosses sentences is said in the one in which it begins, and ends outside of it. */
  readonly spans: readonly Span[];
}

export interface ReadRelation {
  readonly type: string;
  readonly head: ReadMention;
  readonly tail: ReadMention;
}

export interface Reading {
  /** Index of the sentence in its text. */
  readonly index: number;
  readonly state: SentenceState;
  readonly words: string;
  /** From the sentence's start. */
  readonly tokens: readonly Span[];
  readonly mentions: readonly ReadMention[];
  /** A relation belongs to the sentence of its head. */
  readonly relations: readonly ReadRelation[];
}

/** One for each sentence. What begins outside of every sentence counts to the one before. */
export function readingsOf(text: string, document: AnnotationDocument): readonly Reading[] {
  const said = exported(document, { threshold: 0 });
  const of = document.sentences.map(() => ({ mentions: [] as ReadMention[], relations: [] as ReadRelation[] }));
  const sentenceOf = (mention: Mention): number => Math.max(0, sentenceBefore(document.sentences, extent(mention).startChar));
  const readIn = (index: number, { type, spans }: Mention): ReadMention => ({
    type,
    spans: spans.map((span) => moved(span, -(document.sentences[index]?.startChar ?? 0))),
  });
  for (const mention of said.mentions.values()) {
    const index = sentenceOf(mention);
    if (!isLost(mention)) of[index]?.mentions.push(readIn(index, mention));
  }
  for (const { type, head, tail } of said.relations.values()) {
    const [from, to] = [said.mentions.get(head), said.mentions.get(tail)];
    if (from === undefined || to === undefined || isLost(from) || isLost(to)) continue;
    const index = sentenceOf(from);
    of[index]?.relations.push({ type, head: readIn(index, from), tail: readIn(index, to) });
  }
  return document.sentences.map(({ startChar, endChar, state, tokens }, index) => ({
    index,
    state,
    words: text.slice(startChar, endChar),
    tokens: tokens.map((token) => moved(token, -startChar)),
    mentions: of[index]?.mentions ?? [],
    relations: of[index]?.relations ?? [],
  }));
}

/** The same over the sentence's tokens joined by blanks: equal tokens have equal positions, however they are set apart. */
export function overTokens(reading: Reading): Reading {
  const words = reading.tokens.map(({ startChar, endChar }) => reading.words.slice(startChar, endChar));
  const starts: number[] = [];
  let length = 0;
  for (const word of words) {
    starts.push(length);
    length += word.length + 1;
  }
  const place = (offset: number): number => {
    const at = Math.max(0, firstFrom(reading.tokens, offset + 1) - 1);
    const [start, token] = [starts[at] ?? 0, reading.tokens[at]];
    // The end of a token is no place in the blank behind it.
    return start + Math.min(offset - (token?.startChar ?? 0), at === starts.length - 1 ? Infinity : (words[at]?.length ?? 0));
  };
  const over = ({ startChar, endChar }: Span): Span => ({ startChar: place(startChar), endChar: place(endChar - 1) + 1 });
  const mention = ({ type, spans }: ReadMention): ReadMention => ({ type, spans: spans.map(over) });
  return {
    ...reading,
    words: words.join(' '),
    tokens: reading.tokens.map(over),
    mentions: reading.mentions.map(mention),
    relations: reading.relations.map(({ type, head, tail }) => ({ type, head: mention(head), tail: mention(tail) })),
  };
}

function moved({ startChar, endChar }: Span, by: number): Span {
  return { startChar: startChar + by, endChar: endChar + by };
}
