import { sameSpans, type Span, spanKey } from '../../text/span';
import { type AnnotationDocument, extent, isLost, type Mention, type Sentence, type SentenceState } from '../document';
import { exported } from '../export';
import { mentionKey } from '../mention';
import { compareMentions } from '../order';
import { firstFrom, touching } from '../search';
import { sentenceBefore } from '../places';

/** A relation with its mentions, as one person made them. */
export interface JoinedRelation {
  readonly id: string;
  readonly type: string;
  readonly head: Mention;
  readonly tail: Mention;
}

interface OfBoth<T, How> {
  /** Names the difference, as long as both people's items are the same. */
  readonly key: string;
  /** `only`: one of them has it, the other has nothing there. */
  readonly how: 'only' | How;
  readonly first: T | undefined;
  readonly second: T | undefined;
}

/** `type`: the same words, another type. `words`: words that overlap; the type may be another, too. */
export type MentionDifference = OfBoth<Mention, 'type' | 'words'> & { readonly kind: 'mention' };
/** Of the same two mentions, or of what the other person has in their place. */
export type RelationDifference = OfBoth<JoinedRelation, 'type' | 'direction'> & { readonly kind: 'relation' };
export type Difference = MentionDifference | RelationDifference;

/** What is taken over of a difference. Of what one person alone has: `first` and `second` is as that person has it. */
export type Choice = 'first' | 'second' | 'both' | 'neither';

/** What two people say of one sentence. */
export interface Comparison {
  /** Where it stands, and its tokens: the first person's, or the second's where the first has none there. */
  readonly sentence: Sentence;
  readonly states: readonly [SentenceState | undefined, SentenceState | undefined];
  /** What both say, as the first has it. */
  readonly equal: { readonly mentions: readonly Mention[]; readonly relations: readonly JoinedRelation[] };
  /** Mentions, then relations, each in the order of the text. */
  readonly differences: readonly Difference[];
  /** Of all sentences, for relations that cross them: what the other person has in a mention's place, the same or another one. */
  readonly counterparts: ReadonlyMap<Mention, Mention>;
  /** The difference that a mention is part of; none where both have it. */
  readonly about: ReadonlyMap<Mention, MentionDifference>;
}

/**
 * What two people say of one text, sentence by sentence; both documents count in the same text. Rejected is not said; of a sentence that is
 * done, a suggestion that was left is not said either.
 */
export function comparisons(
  first: AnnotationDocument,
  second: AnnotationDocument,
  isSymmetric: (type: string) => boolean,
): readonly Comparison[] {
  const sentences = [...first.sentences];
  for (const sentence of second.sentences) {
    const [from, end] = touching(sentences, sentence);
    if (from === end) sentences.splice(firstFrom(sentences, sentence.startChar), 0, sentence);
  }
  const counterparts = new Map<Mention, Mention>();
  const [own, other] = [bySentence(first, sentences), bySentence(second, sentences)];
  const matched = sentences.map((_, index) => matchMentions(own.mentions[index] ?? [], other.mentions[index] ?? [], counterparts));
  const about = new Map<Mention, MentionDifference>();
  for (const difference of matched.flatMap(({ differences }) => differences))
    for (const mention of [difference.first, difference.second]) if (mention !== undefined) about.set(mention, difference);
  const stateIn = ({ sentences: all }: AnnotationDocument, at: Span): SentenceState | undefined => {
    const found = all[firstFrom(all, at.startChar)];
    return found !== undefined && spanKey(found) === spanKey(at) ? found.state : undefined;
  };
  return sentences.map((sentence, index): Comparison => {
    const mentions = matched[index] ?? { equal: [], differences: [] };
    const relations = matchRelations(own.relations[index] ?? [], other.relations[index] ?? [], counterparts, isSymmetric);
    return {
      sentence,
      states: [stateIn(first, sentence), stateIn(second, sentence)],
      equal: { mentions: mentions.equal, relations: relations.equal },
      differences: [...mentions.differences, ...relations.differences],
      counterparts,
      about,
    };
  });
}

interface Items {
  readonly mentions: readonly Mention[][];
  readonly relations: readonly JoinedRelation[][];
}

/** What is said, by the sentence in which it begins; what stands twice is said once. */
function bySentence(document: AnnotationDocument, sentences: readonly Sentence[]): Items {
  const said = exported(document, { threshold: 0 });
  const items = { mentions: sentences.map((): Mention[] => []), relations: sentences.map((): JoinedRelation[] => []) };
  const indexOf = (mention: Mention): number => Math.max(0, sentenceBefore(sentences, extent(mention).startChar));
  const mentions = new Map<string, Mention>();
  for (const mention of [...said.mentions.values()].sort(compareMentions)) {
    if (isLost(mention) || mentions.has(mentionKey(mention))) continue;
    mentions.set(mentionKey(mention), mention);
    items.mentions[indexOf(mention)]?.push(mention);
  }
  const endOf = (id: string): Mention | undefined => {
    const mention = said.mentions.get(id);
    return mention && mentions.get(mentionKey(mention));
  };
  const relations = new Set<string>();
  for (const { id, type, head, tail } of said.relations.values()) {
    const [from, to] = [endOf(head), endOf(tail)];
    if (from === undefined || to === undefined || relations.has(`${from.id} ${to.id} ${type}`)) continue;
    relations.add(`${from.id} ${to.id} ${type}`);
    items.relations[indexOf(from)]?.push({ id, type, head: from, tail: to });
  }
  return items;
}

function matchMentions(
  first: readonly Mention[],
  second: readonly Mention[],
  counterparts: Map<Mention, Mention>,
): { readonly equal: readonly Mention[]; readonly differences: readonly MentionDifference[] } {
  const equal: Mention[] = [];
  const differences: MentionDifference[] = [];
  const join = (one: Mention, other: Mention): void => {
    counterparts.set(one, other);
    counterparts.set(other, one);
  };
  const isFree = (mention: Mention): boolean => !counterparts.has(mention);
  for (const one of first) {
    const same = second.find((other) => isFree(other) && mentionKey(one) === mentionKey(other));
    if (same === undefined) continue;
    join(one, same);
    equal.push(one);
  }
  const pair = (how: 'type' | 'words', fit: (one: Mention, other: Mention) => number): void => {
    const pairs = first.flatMap((one) => second.map((other) => ({ one, other, fit: fit(one, other) })));
    for (const { one, other } of pairs.filter((candidate) => candidate.fit > 0).sort((a, b) => b.fit - a.fit)) {
      if (!isFree(one) || !isFree(other)) continue;
      join(one, other);
      differences.push({ kind: 'mention', key: keyOf(one, other), how, first: one, second: other });
    }
  };
  pair('type', (one, other) => (sameSpans(one.spans, other.spans) ? 1 : 0));
  // Of those that share as many characters, the one of the same type.
  pair('words', (one, other) => shared(one, other) * 2 + (shared(one, other) > 0 && one.type === other.type ? 1 : 0));
  for (const one of first.filter(isFree))
    differences.push({ kind: 'mention', key: keyOf(one, undefined), how: 'only', first: one, second: undefined });
  for (const other of second.filter(isFree))
    differences.push({ kind: 'mention', key: keyOf(undefined, other), how: 'only', first: undefined, second: other });
  return { equal, differences: inOrder(differences) };
}

function matchRelations(
  first: readonly JoinedRelation[],
  second: readonly JoinedRelation[],
  counterparts: ReadonlyMap<Mention, Mention>,
  isSymmetric: (type: string) => boolean,
): { readonly equal: readonly JoinedRelation[]; readonly differences: readonly RelationDifference[] } {
  const equal: JoinedRelation[] = [];
  const differences: RelationDifference[] = [];
  const taken = new Set<JoinedRelation>();
  /** Whether the ends of one person's relation are what the other has there; turned round, if that is asked for. */
  const endsFit = (one: JoinedRelation, other: JoinedRelation, isTurned: boolean): boolean => {
    const [head, tail] = isTurned ? [other.tail, other.head] : [other.head, other.tail];
    return counterparts.get(one.head) === head && counterparts.get(one.tail) === tail;
  };
  const match = (
    fits: (one: JoinedRelation, other: JoinedRelation) => boolean,
    found: (one: JoinedRelation, other: JoinedRelation) => void,
  ): void => {
    for (const one of first) {
      const other = taken.has(one) ? undefined : second.find((candidate) => !taken.has(candidate) && fits(one, candidate));
      if (other === undefined) continue;
      taken.add(one).add(other);
      found(one, other);
    }
  };
  const differ =
    (how: 'type' | 'direction') =>
    (one: JoinedRelation, other: JoinedRelation): void => {
      differences.push({ kind: 'relation', key: keyOf(one, other), how, first: one, second: other });
    };
  match(
    (one, other) => one.type === other.type && (endsFit(one, other, false) || (isSymmetric(one.type) && endsFit(one, other, true))),
    (one) => equal.push(one),
  );
  match((one, other) => one.type === other.type && endsFit(one, other, true), differ('direction'));
  match((one, other) => endsFit(one, other, false) || endsFit(one, other, true), differ('type'));
  for (const one of first.filter((relation) => !taken.has(relation)))
    differences.push({ kind: 'relation', key: keyOf(one, undefined), how: 'only', first: one, second: undefined });
  for (const other of second.filter((relation) => !taken.has(relation)))
    differences.push({ kind: 'relation', key: keyOf(undefined, other), how: 'only', first: undefined, second: other });
  return { equal, differences: inOrder(differences) };
}

function keyOf(one: { readonly id: string } | undefined, other: { readonly id: string } | undefined): string {
  return `${one?.id ?? ''}/${other?.id ?? ''}`;
}

/** Characters from the first to the last that two mentions share. */
function shared(one: Mention, other: Mention): number {
  const [a, b] = [extent(one), extent(other)];
  return Math.max(0, Math.min(a.endChar, b.endChar) - Math.max(a.startChar, b.startChar));
}

function inOrder<D extends Difference>(differences: readonly D[]): readonly D[] {
  const at = ({ first, second }: Difference): number => {
    const item = first ?? second;
    if (item === undefined) return 0;
    return extent('spans' in item ? item : item.head).startChar;
  };
  return [...differences].sort((a, b) => at(a) - at(b));
}
