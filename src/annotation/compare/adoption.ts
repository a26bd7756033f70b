import { SpangridError } from '../../errors';
import { sameSpan } from '../../text/span';
import type { AnnotationDocument, Item, Mention, Relation, Sentence, Status } from '../document';
import type { Edit } from '../edits';
import { mentionId, relationId } from '../ids';
import { makeMention, mentionKey, relationKey } from '../mention';
import { quoted } from '../names';
import { touching } from '../search';
import type { Choice, Comparison, Difference, JoinedRelation } from './differences';

/*
 * From what two people say to a third document, the adjudicated one. It says itself what was decided: what was taken over is accepted in
 * it, what was left out is rejected, and what is neither is still to be decided. So a decision can be undone, and made elsewhere.
 */

/** What holds for every decision. */
export interface Adopting {
  /** The text that all three documents count in. */
  readonly text: string;
  /** Who decides, where that person opted in to a name. */
  readonly by?: string | undefined;
}

/**
 * What was decided about each difference, by its key; what is not decided yet is not there.
 * @param adjudicated the third document
 */
export function choicesIn(adjudicated: AnnotationDocument, comparisons: readonly Comparison[]): ReadonlyMap<string, Choice> {
  const draft = new Draft(adjudicated);
  const choices = new Map<string, Choice>();
  for (const comparison of comparisons)
    for (const difference of comparison.differences) {
      const choice = draft.choiceOf(difference, comparison);
      if (choice !== undefined) choices.set(difference.key, choice);
    }
  return choices;
}

/**
 * The edit of the adjudicated document that a decision comes to, done and undone as one: what is taken over of the difference, and what both
 * say in the sentence. A relation that is taken over takes its mentions along, where nothing stands in their place; a relation of a mention
 * that was left out goes over to what stands in its place, or is left out, too. With the last decision in it, the sentence is done.
 * @param key of the difference
 * @throws SpangridError `annotation.conflict` where there is no such difference (any more)
 */
export function adoptionEdit(
  adjudicated: AnnotationDocument,
  comparisons: readonly Comparison[],
  key: string,
  choice: Choice,
  adopting: Adopting,
): Edit & { readonly kind: 'group' } {
  const comparison = comparisons.find(({ differences }) => differences.some((difference) => difference.key === key));
  const difference = comparison?.differences.find((one) => one.key === key);
  if (comparison === undefined || difference === undefined)
    throw new SpangridError(
      'annotation.conflict',
      'This difference is not there any more: the annotations were changed meanwhile. Compare again.',
    );
  const item = difference.first ?? difference.second;
  const words = item === undefined || 'spans' in item ? item?.text : `${item.type} of ${item.head.text} and ${item.tail.text}`;
  const draft = new Draft(adjudicated, adopting);
  const further = draft.adopt(comparison, new Map([[difference, choice]]));
  const adopted = [comparison];
  for (const other of comparisons) {
    const own = new Map([...further].filter(([one]) => other.differences.includes(one)));
    if (own.size === 0) continue;
    draft.adopt(other, own);
    adopted.push(other);
  }
  // Relations cross sentences.
  const mentions = new Set(adopted.flatMap(mentionsOf));
  const isAbout = ({ head, tail }: JoinedRelation): boolean => mentions.has(head) || mentions.has(tail);
  for (const other of comparisons) if (relationsOf(other).some(isAbout)) draft.relate(other);
  return { kind: 'group', label: `decide about ${quoted(words ?? '')}`, edits: draft.edits };
}

/** Takes over what both say; sentences that both have done and have no difference are done then. Empty where nothing changes. */
export function adoptEqual(
  adjudicated: AnnotationDocument,
  comparisons: readonly Comparison[],
  adopting: Adopting,
): Edit & { readonly kind: 'group' } {
  const draft = new Draft(adjudicated, adopting);
  for (const comparison of comparisons) {
    const { mentions, relations } = comparison.equal;
    if (mentions.length + relations.length > 0 || isDoneByBoth(comparison)) draft.adopt(comparison, new Map());
  }
  for (const comparison of comparisons) draft.relate(comparison);
  return { kind: 'group', label: 'take over what is equal', edits: draft.edits };
}

/** Both people's. */
function mentionsOf({ equal, differences, counterparts }: Comparison): readonly Mention[] {
  const differing = differences.flatMap((one) => (one.kind === 'mention' ? [one.first, one.second] : []));
  return [...equal.mentions, ...equal.mentions.map((mention) => counterparts.get(mention)), ...differing].filter(
    (one) => one !== undefined,
  );
}

function relationsOf({ equal, differences }: Comparison): readonly JoinedRelation[] {
  const differing = differences.flatMap((one) => (one.kind === 'relation' ? [one.first, one.second] : []));
  return [...equal.relations, ...differing].filter((one) => one !== undefined);
}

function isDoneByBoth({ states }: Comparison): boolean {
  return states.every((state) => state === 'done');
}

const SIDES = ['first', 'second'] as const;

function takes(choice: Choice, side: (typeof SIDES)[number]): boolean {
  return choice === side || choice === 'both';
}

function takesAny(difference: Difference, choice: Choice | undefined): boolean {
  return choice !== undefined && SIDES.some((side) => difference[side] !== undefined && takes(choice, side));
}

/** The adjudicated document while it is changed, with its items by what they say. */
class Draft {
  readonly edits: Edit[] = [];
  readonly #adopting: Adopting;
  readonly #ids: Set<string>;
  readonly #mentions: Map<string, Mention>;
  readonly #relations: Map<string, Relation>;
  readonly #sentences: readonly Sentence[];

  constructor(document: AnnotationDocument, adopting: Adopting = { text: '' }) {
    this.#adopting = adopting;
    this.#ids = new Set([...document.mentions.keys(), ...document.relations.keys()]);
    this.#mentions = new Map(Array.from(document.mentions.values(), (mention) => [mentionKey(mention), mention]));
    this.#relations = new Map(Array.from(document.relations.values(), (relation) => [relationKey(relation), relation]));
    this.#sentences = document.sentences;
  }

  choiceOf(difference: Difference, comparison: Comparison): Choice | undefined {
    const isTaken = (item: Mention | JoinedRelation | undefined): boolean | undefined => {
      if (item === undefined) return undefined;
      const found = 'spans' in item ? this.#mentions.get(mentionKey(item)) : this.#relationOf(item, comparison);
      return found === undefined || found.status === 'suggested' ? undefined : found.status === 'accepted';
    };
    const [first, second] = [isTaken(difference.first), isTaken(difference.second)];
    if (difference.second === undefined) return first === undefined ? undefined : first ? 'first' : 'second';
    if (difference.first === undefined) return second === undefined ? undefined : second ? 'second' : 'first';
    if (first === undefined || second === undefined) return undefined;
    if (first) return second ? 'both' : 'first';
    return second ? 'second' : 'neither';
  }

  /** Carries decisions about a sentence out. Gives those that follow from them about mentions of other sentences: not carried out yet. */
  adopt(comparison: Comparison, decided: ReadonlyMap<Difference, Choice>): ReadonlyMap<Difference, Choice> {
    const { equal, differences, sentence, about } = comparison;
    const choices = new Map(decided);
    const choiceOf = (difference: Difference): Choice | undefined => choices.get(difference) ?? this.choiceOf(difference, comparison);
    for (const [difference, choice] of decided)
      for (const side of SIDES) {
        const relation = difference.kind === 'relation' && takes(choice, side) ? difference[side] : undefined;
        for (const end of relation === undefined ? [] : [relation.head, relation.tail]) {
          const ends = about.get(end);
          if (ends === undefined) this.#setMention(end, 'accepted');
          else if (!takesAny(ends, choiceOf(ends))) choices.set(ends, ends.first === end ? 'first' : 'second');
        }
      }
    for (const mention of equal.mentions) this.#setMention(mention, 'accepted');
    for (const [difference, choice] of choices)
      for (const side of difference.kind === 'mention' ? SIDES : []) {
        const mention = difference.kind === 'mention' ? difference[side] : undefined;
        if (mention !== undefined) this.#setMention(mention, takes(choice, side) ? 'accepted' : 'rejected');
      }
    this.relate(comparison, decided);
    const isDecided = differences.every((difference) => choiceOf(difference) !== undefined);
    this.#setState(sentence, isDecided && (differences.length > 0 || isDoneByBoth(comparison)) ? 'done' : 'in-progress');
    return new Map([...choices].filter(([difference]) => !differences.includes(difference)));
  }

  /** Puts a sentence's relations where its mentions are now. */
  relate(comparison: Comparison, decided: ReadonlyMap<Difference, Choice> = new Map()): void {
    const isOpen = (end: Mention): boolean => {
      const difference = comparison.about.get(end);
      return difference !== undefined && this.choiceOf(difference, comparison) === undefined;
    };
    for (const relation of comparison.equal.relations)
      if (![relation.head, relation.tail].some(isOpen)) this.#setRelation(relation, 'accepted', comparison);
    for (const difference of comparison.differences) {
      if (difference.kind === 'mention') continue;
      const choice = decided.get(difference) ?? this.choiceOf(difference, comparison);
      for (const side of choice === undefined ? [] : SIDES) {
        const relation = difference[side];
        if (relation !== undefined && choice !== undefined)
          this.#setRelation(relation, takes(choice, side) ? 'accepted' : 'rejected', comparison);
      }
    }
  }

  #setMention(wanted: Mention, status: Status): void {
    const previous = this.#mentions.get(mentionKey(wanted));
    if (previous?.status === status) return;
    const { type, spans } = wanted;
    const id = previous?.id ?? mentionId(type, spans, (taken) => this.#ids.has(taken));
    const made = previous ?? makeMention(this.#adopting.text, id, type, spans, status);
    const next = { ...made, status, ...this.#by() };
    this.#ids.add(id);
    this.#mentions.set(mentionKey(wanted), next);
    this.edits.push({ kind: 'mention', id, previous, next });
  }

  /** A relation is rejected where one of its mentions is. */
  #setRelation(wanted: JoinedRelation, given: Status, comparison: Comparison): void {
    const [from, to] = [this.#endOf(wanted.head, comparison), this.#endOf(wanted.tail, comparison)];
    // A mention of another sentence, about which nothing was decided yet.
    if (from === undefined || to === undefined) return;
    const status = from.status === 'accepted' && to.status === 'accepted' ? given : 'rejected';
    const previous = this.#relationOf(wanted, comparison);
    const [head, tail] = [from.id, to.id];
    if (previous?.status === status && previous.head === head && previous.tail === tail) return;
    const id = previous?.id ?? relationId(wanted.type, head, tail, (taken) => this.#ids.has(taken));
    const next = { ...(previous ?? { id, type: wanted.type }), head, tail, status, ...this.#by() };
    this.#ids.add(id);
    if (previous !== undefined) this.#relations.delete(relationKey(previous));
    this.#relations.set(relationKey(next), next);
    this.edits.push({ kind: 'relation', id, previous, next });
  }

  /** Where the adjudicated text is divided otherwise, its sentences stay as they are. */
  #setState({ startChar, endChar, tokens }: Sentence, state: Sentence['state']): void {
    const [first, end] = touching(this.#sentences, { startChar, endChar });
    const [own] = this.#sentences.slice(first, end);
    if (own === undefined) this.edits.push({ kind: 'sentences', previous: [], next: [{ startChar, endChar, state, tokens }] });
    else if (sameSpan(own, { startChar, endChar }) && own.state !== state)
      this.edits.push({ kind: 'sentences', previous: [own], next: [{ ...own, state }] });
  }

  /** What stands for a relation's end: the mention itself, or where it was left out, what was taken in its place. */
  #endOf(end: Mention, { counterparts }: Comparison): Mention | undefined {
    const own = this.#mentions.get(mentionKey(end));
    const counterpart = counterparts.get(end);
    const other = counterpart && this.#mentions.get(mentionKey(counterpart));
    return own?.status !== 'accepted' && other?.status === 'accepted' ? other : (own ?? other);
  }

  /** The relation of this type between these mentions, or what stands in their places. */
  #relationOf({ type, head, tail }: JoinedRelation, { counterparts }: Comparison): Relation | undefined {
    const idsOf = (end: Mention): readonly string[] =>
      [end, counterparts.get(end) ?? end].flatMap((mention) => this.#mentions.get(mentionKey(mention))?.id ?? []);
    for (const from of idsOf(head))
      for (const to of idsOf(tail)) {
        const found = this.#relations.get(relationKey({ type, head: from, tail: to }));
        if (found !== undefined) return found;
      }
    return undefined;
  }

  #by(): Pick<Item, 'by'> {
    const { by } = this.#adopting;
    return by === undefined ? {} : { by };
  }
}
