import type { Span } from '../text/span';
import {
  type AnnotationDocument,
  extent,
  isLost,
  isShown,
  type Item,
  type Mention,
  type Sentence,
  type SentenceState,
  type Status,
} from './document';
import { compareText } from './order';
import { oneLine } from './outline';
import { touching } from './search';

/** Items of one type, by what was decided about them. */
export interface TypeCount extends Readonly<Record<Status, number>> {
  readonly type: string;
}

/** Mentions of one type with the same words. */
export interface TextCount {
  readonly type: string;
  readonly text: string;
  readonly count: number;
}

/** Relations of one type between mentions of two types. */
export interface PairCount {
  readonly head: string;
  readonly relation: string;
  readonly tail: string;
  readonly count: number;
}

/** How often each number of tokens occurs, fewest tokens first. */
export type TokenCounts = readonly { readonly tokens: number; readonly count: number }[];

/** What annotated texts hold. What is rejected is in `mentions`, `relations` alone; what is lost (no longer in its text) in these and `lost`. */
export interface StatisticsReport {
  readonly texts: number;
  readonly sentences: Readonly<Record<SentenceState, number>>;
  /** Those with the most items first, as everywhere below. */
  readonly mentions: readonly TypeCount[];
  readonly relations: readonly TypeCount[];
  readonly lost: number;
  /** The commonest of each type, those of one type one after the other. */
  readonly commonest: readonly TextCount[];
  readonly pairs: readonly PairCount[];
  readonly sentenceLengths: TokenCounts;
  readonly mentionLengths: TokenCounts;
  /** Tokens between the head and the tail of a relation. */
  readonly distances: TokenCounts;
}

/** Half-open, in tokens counted through the whole text. */
interface TokenRange {
  readonly startToken: number;
  readonly endToken: number;
}

/** Counts what is in texts, one after the other; of a text that was added only counts are kept. */
export class Statistics {
  #texts = 0;
  readonly #sentences: Record<SentenceState, number> = { new: 0, 'in-progress': 0, done: 0, skipped: 0 };
  readonly #mentions = new Map<string, Record<Status, number>>();
  readonly #relations = new Map<string, Record<Status, number>>();
  #lost = 0;
  /** By type, then by words. */
  readonly #words = new Map<string, Map<string, number>>();
  readonly #pairs = new Map<string, number>();
  readonly #sentenceLengths = new Map<number, number>();
  readonly #mentionLengths = new Map<number, number>();
  readonly #distances = new Map<number, number>();

  add({ sentences, mentions, relations }: AnnotationDocument): void {
    this.#texts += 1;
    for (const { state, tokens } of sentences) {
      this.#sentences[state] += 1;
      increase(this.#sentenceLengths, tokens.length);
    }
    const tokensIn = tokenRanges(sentences);
    for (const mention of mentions.values()) {
      decide(this.#mentions, mention);
      if (isLost(mention)) this.#lost += 1;
      if (!isShown(mention)) continue;
      const words = this.#words.get(mention.type) ?? new Map<string, number>();
      this.#words.set(mention.type, words);
      increase(words, oneLine(mention.text));
      const length = lengthOf(mention, tokensIn);
      // No tokens: it lies outside of all sentences.
      if (length > 0) increase(this.#mentionLengths, length);
    }
    for (const relation of relations.values()) {
      decide(this.#relations, relation);
      const [head, tail] = [mentions.get(relation.head), mentions.get(relation.tail)];
      if (relation.status === 'rejected' || head === undefined || tail === undefined || !isShown(head) || !isShown(tail)) continue;
      increase(this.#pairs, JSON.stringify([head.type, relation.type, tail.type]));
      const [from, to] = [tokensIn(extent(head)), tokensIn(extent(tail))];
      if (isEmpty(from) || isEmpty(to)) continue;
      increase(this.#distances, Math.max(0, to.startToken - from.endToken, from.startToken - to.endToken));
    }
  }

  /** @param most how many of the commonest texts of each type */
  report(most = 10): StatisticsReport {
    const mentions = typeCounts(this.#mentions);
    return {
      texts: this.#texts,
      sentences: { ...this.#sentences },
      mentions,
      relations: typeCounts(this.#relations),
      lost: this.#lost,
      commonest: mentions.flatMap(({ type }) =>
        commonestFirst(this.#words.get(type) ?? [])
          .slice(0, most)
          .map(([text, count]) => ({ type, text, count })),
      ),
      pairs: commonestFirst(this.#pairs).map(([key, count]) => {
        const [head, relation, tail] = JSON.parse(key) as [string, string, string];
        return { head, relation, tail, count };
      }),
      sentenceLengths: tokenCounts(this.#sentenceLengths),
      mentionLengths: tokenCounts(this.#mentionLengths),
      distances: tokenCounts(this.#distances),
    };
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function decide(counts: Map<string, Record<Status, number>>, { type, status }: Item): void {
  const of = counts.get(type) ?? { accepted: 0, suggested: 0, rejected: 0 };
  counts.set(type, of);
  of[status] += 1;
}

/** Which tokens of a text share a character with a span; where none does, an empty range. */
function tokenRanges(sentences: readonly Sentence[]): (span: Span) => TokenRange {
  const before = [0];
  for (const { tokens } of sentences) before.push((before.at(-1) ?? 0) + tokens.length);
  const tokenAt = (index: number, span: Span): TokenRange => {
    const [start, end] = touching(sentences[index]?.tokens ?? [], span);
    return { startToken: (before[index] ?? 0) + start, endToken: (before[index] ?? 0) + end };
  };
  return (span) => {
    const [first, end] = touching(sentences, span);
    if (first === end) return { startToken: 0, endToken: 0 };
    return { startToken: tokenAt(first, span).startToken, endToken: tokenAt(end - 1, span).endToken };
  };
}

function isEmpty({ startToken, endToken }: TokenRange): boolean {
  return startToken >= endToken;
}

/** In tokens; what lies between the pieces of a discontinuous mention is none of it. */
function lengthOf({ spans }: Mention, tokensIn: (span: Span) => TokenRange): number {
  let [length, until] = [0, 0];
  for (const { startToken, endToken } of spans.map(tokensIn)) {
    length += Math.max(0, endToken - Math.max(startToken, until));
    until = Math.max(until, endToken);
  }
  return length;
}

function typeCounts(counts: ReadonlyMap<string, Readonly<Record<Status, number>>>): readonly TypeCount[] {
  return [...counts]
    .map(([type, of]) => ({ type, ...of }))
    .sort((a, b) => b.accepted + b.suggested - a.accepted - a.suggested || compareText(a.type, b.type));
}

function commonestFirst(counts: Iterable<readonly [string, number]>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a, one], [b, other]) => other - one || compareText(a, b));
}

function tokenCounts(counts: ReadonlyMap<number, number>): TokenCounts {
  return [...counts].map(([tokens, count]) => ({ tokens, count })).sort((a, b) => a.tokens - b.tokens);
}
