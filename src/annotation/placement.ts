import type { SentenceSpans, Span } from '../text/span';
import type { Mention, Relation, Status } from './document';
import { isLost } from './document';
import type { SentenceItems } from './layout';
import { firstFrom, touching } from './search';

/** Token indices within a sentence, `endToken` exclusive. */
export interface TokenRange {
  readonly startToken: number;
  readonly endToken: number;
}

/** Why a mention has no token range in a sentence. */
export type Misfit = 'deleted from the text' | 'discontinuous' | 'outside the sentence' | 'inside a token';

/** The tokens of a mention within a sentence, or why there is no such range. */
export function tokensOf(mention: Mention, sentence: SentenceSpans): TokenRange | Misfit {
  if (isLost(mention)) return 'deleted from the text';
  const [span, ...more] = mention.spans;
  if (span === undefined || more.length > 0) return 'discontinuous';
  if (span.startChar < sentence.startChar || span.endChar > sentence.endChar) return 'outside the sentence';
  const startToken = firstFrom(sentence.tokens, span.startChar);
  const endToken = firstFrom(sentence.tokens, span.endChar);
  const starts = sentence.tokens[startToken]?.startChar === span.startChar;
  const ends = sentence.tokens[endToken - 1]?.endChar === span.endChar;
  return starts && ends ? { startToken, endToken } : 'inside a token';
}

/** The tokens `[startToken, endToken)` that share at least one character with `span`; an empty range when none does. */
export function tokensTouching(sentence: SentenceSpans, span: Span): TokenRange {
  const [startToken, endToken] = touching(sentence.tokens, span);
  return { startToken, endToken };
}

/** A mention and the tokens that it covers. */
export interface PlacedMention extends TokenRange {
  readonly mention: Mention;
}

/** What of a sentence a table can hold, one label a cell, and what it can't. */
export interface Placement {
  /** By position. */
  readonly mentions: readonly PlacedMention[];
  readonly relations: readonly Relation[];
  /** Not in the table: why, in words, item by item. */
  readonly left: readonly { readonly item: Mention | Relation; readonly why: string }[];
}

/** Where two want the same cell, the table shows the one that a person decided for. */
const PRECEDENCE: Record<Status, number> = { accepted: 0, suggested: 1, rejected: 2 };

/** Places a sentence's items in its table. Of items that want the same cell the accepted goes first, then the suggested, then the first. */
export function placeInTable(sentence: SentenceSpans, items: SentenceItems): Placement {
  const left: { item: Mention | Relation; why: string }[] = [];
  const placed = new Map<string, PlacedMention>();
  const covered = new Set<number>();
  for (const mention of byPrecedence(items.mentions)) {
    const range = tokensOf(mention, sentence);
    if (typeof range === 'string') {
      left.push({ item: mention, why: range });
      continue;
    }
    const tokens = Array.from({ length: range.endToken - range.startToken }, (_, index) => range.startToken + index);
    if (tokens.some((token) => covered.has(token))) {
      left.push({ item: mention, why: 'overlapping another mention' });
      continue;
    }
    for (const token of tokens) covered.add(token);
    placed.set(mention.id, { mention, ...range });
  }
  const pairs = new Set<string>();
  const relations: Relation[] = [];
  for (const relation of byPrecedence(items.relations)) {
    const pair = [relation.head, relation.tail].sort().join(' ');
    if (relation.head === relation.tail) left.push({ item: relation, why: 'between a mention and itself' });
    else if (!placed.has(relation.head) || !placed.has(relation.tail))
      left.push({ item: relation, why: 'of a mention that is not in the table' });
    else if (pairs.has(pair)) left.push({ item: relation, why: 'second relation of a pair' });
    else {
      pairs.add(pair);
      relations.push(relation);
    }
  }
  const mentions = [...placed.values()].sort((a, b) => a.startToken - b.startToken);
  return { mentions, relations, left };
}

function byPrecedence<T extends { readonly status: Status }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => PRECEDENCE[a.status] - PRECEDENCE[b.status]);
}
