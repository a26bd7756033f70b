import { sameSpans, spanKey } from '../text/span';
import type { AnnotationDocument, Item, Mention, Relation, Sentence, Status } from './document';
import { extent } from './document';
import { mentionId, relationId } from './ids';
import { mentionLine, relationLine, sentenceLine } from './lines';
import { mentionKey, relationKey } from './mention';
import { compareText } from './order';
import { touching } from './search';

/** The annotations that two people's changes come to, and what did not fit together. */
export interface Merged {
  readonly document: AnnotationDocument;
  /** What each conflict is about, in words. What is in the document about it is flagged to discuss. */
  readonly conflicts: readonly string[];
}

/**
 * Applies what changed from `base` to `ours` on top of `theirs`. All three count in the same text. Items are compared by id, and an item's
 * type, place, status, note and flag each by itself: one side's change is taken, two that are equal are one.
 *
 * Where both sides changed the same differently, neither is dropped: of two types or places, theirs stays and ours is added, both as
 * suggestions; accepted against rejected becomes a suggestion; what one side removed and the other changed stays, and so does a mention that
 * the other side's relation needs. Each is flagged to discuss, with a note that says why, and a sentence that was done is in progress again.
 * Two notes are joined: that is no conflict.
 */
export function merge(base: AnnotationDocument, ours: AnnotationDocument, theirs: AnnotationDocument): Merged {
  return new Merging(base, ours, theirs).result();
}

class Merging {
  readonly #base: AnnotationDocument;
  readonly #ours: AnnotationDocument;
  readonly #theirs: AnnotationDocument;
  readonly #mentions = new Map<string, Mention>();
  readonly #relations = new Map<string, Relation>();
  readonly #conflicts: string[] = [];
  /** Mentions about which, or about whose relations, there is a conflict, by id: their sentences are not done. */
  readonly #open = new Set<string>();

  constructor(base: AnnotationDocument, ours: AnnotationDocument, theirs: AnnotationDocument) {
    this.#base = base;
    this.#ours = ours;
    this.#theirs = theirs;
  }

  result(): Merged {
    for (const id of new Set([...this.#theirs.mentions.keys(), ...this.#ours.mentions.keys()])) this.#mergeMention(id);
    for (const id of new Set([...this.#theirs.relations.keys(), ...this.#ours.relations.keys()])) this.#mergeRelation(id);
    for (const relation of this.#relations.values()) this.#keepEnds(relation);
    this.#uniteEqual();
    const document = { text: this.#ours.text, sentences: this.#sentences(), mentions: this.#mentions, relations: this.#relations };
    return { document, conflicts: this.#conflicts };
  }

  #mergeMention(id: string): void {
    const [base, ours, theirs] = [this.#base, this.#ours, this.#theirs].map(({ mentions }) => mentions.get(id));
    const chosen = chosenOf(base, ours, theirs, mentionLine);
    if (chosen !== 'both') {
      if (chosen !== undefined) this.#mentions.set(id, chosen);
      return;
    }
    if (ours === undefined || theirs === undefined) {
      const left = ours ?? theirs;
      if (left !== undefined) this.#mentions.set(id, this.#flagged(left, removedBy(ours), quoted(left.text)));
      return;
    }
    const isBase = ({ spans }: Mention): boolean => base !== undefined && sameSpans(base.spans, spans);
    const isOtherPlace = !sameSpans(ours.spans, theirs.spans) && !isBase(ours) && !isBase(theirs);
    const type = pick(base?.type, ours.type, theirs.type);
    const place = isBase(theirs) ? ours : theirs;
    const { spans, text, before, after } = place;
    const decided = { ...this.#decision(base, ours, theirs, quoted(text)), spans, text, before, after };
    if (type !== undefined && !isOtherPlace) {
      this.#mentions.set(id, { ...decided, type });
      return;
    }
    const own = (mention: Mention): string => `${mention.type} ${quoted(mention.text)}`;
    const note = `${own(theirs)} elsewhere, ${own(ours)} here.`;
    this.#mentions.set(id, this.#flagged({ ...decided, type: theirs.type, status: 'suggested' }, note, own(theirs)));
    const copy = mentionId(ours.type, ours.spans, (taken) => this.#isTaken(taken));
    this.#mentions.set(copy, this.#flagged({ ...ours, id: copy, status: 'suggested' }, note));
  }

  #mergeRelation(id: string): void {
    const [base, ours, theirs] = [this.#base, this.#ours, this.#theirs].map(({ relations }) => relations.get(id));
    const chosen = chosenOf(base, ours, theirs, relationLine);
    if (chosen !== 'both') {
      if (chosen !== undefined) this.#relations.set(id, chosen);
      return;
    }
    if (ours === undefined || theirs === undefined) {
      const left = ours ?? theirs;
      if (left !== undefined) this.#relations.set(id, this.#flagged(left, removedBy(ours), this.#triple(left)));
      return;
    }
    const ends = ({ head, tail }: Relation): string => `${head} ${tail}`;
    const type = pick(base?.type, ours.type, theirs.type);
    const way = pick(base && ends(base), ends(ours), ends(theirs));
    const { head, tail } = way === ends(ours) ? ours : theirs;
    const decided = { ...this.#decision(base, ours, theirs, this.#triple(theirs)), head, tail };
    if (type !== undefined && way !== undefined) {
      this.#relations.set(id, { ...decided, type });
      return;
    }
    const note = `${this.#triple(theirs)} elsewhere, ${this.#triple(ours)} here.`;
    this.#relations.set(id, this.#flagged({ ...decided, type: theirs.type, status: 'suggested' }, note, this.#triple(theirs)));
    const copy = relationId(ours.type, ours.head, ours.tail, (taken) => this.#isTaken(taken));
    this.#relations.set(copy, this.#flagged({ ...ours, id: copy, status: 'suggested' }, note));
  }

  /** What both sides decided about one item, but for its type and place. */
  #decision<T extends Mention | Relation>(base: T | undefined, ours: T, theirs: T, name: string): T {
    const status = pick(base?.status, ours.status, theirs.status) ?? decidedOf(ours.status, theirs.status);
    const { score: _, model: __, by: ___, note: ____, discuss: _____, ...rest } = theirs;
    const item = {
      ...rest,
      status: status ?? 'suggested',
      ...present('score', pick(base?.score, ours.score, theirs.score, theirs.score)),
      ...present('model', pick(base?.model, ours.model, theirs.model, theirs.model)),
      ...present('by', pick(base?.by, ours.by, theirs.by, theirs.by)),
      ...present('note', pick(base?.note, ours.note, theirs.note, joined(theirs.note, ours.note))),
      ...present('discuss', pick(base?.discuss, ours.discuss, theirs.discuss, true)),
    } as unknown as T;
    return status === undefined ? this.#flagged(item, `${theirs.status} elsewhere, ${ours.status} here.`, name) : item;
  }

  /** An item about which there is a conflict; `name` says which in the list of them. */
  #flagged<T extends Mention | Relation>(item: T, why: string, name?: string): T {
    if (name !== undefined) this.#conflicts.push(`${name} (${why.replace(/\.$/, '')})`);
    for (const id of 'spans' in item ? [item.id] : [item.head, item.tail]) this.#open.add(id);
    return { ...item, note: joined(item.note, `Conflict: ${why}`), discuss: true };
  }

  /** A mention that one side removed while the other made a relation with it comes back. */
  #keepEnds({ head, tail }: Relation): void {
    for (const id of [head, tail]) {
      const mention = this.#removed(id);
      if (this.#mentions.has(id) || mention === undefined) continue;
      const by = this.#ours.mentions.has(id) ? 'removed elsewhere' : 'removed here';
      this.#mentions.set(id, this.#flagged(mention, `${by}, and a relation needs it.`, quoted(mention.text)));
    }
  }

  /** What each side made or changed by itself may be the same under two ids, which no side had before: it is one then. */
  #uniteEqual(): void {
    const joined = new Set(Array.from(this.#relations.values(), ({ head, tail }) => `${head} ${tail}`));
    const names = this.#unite('mentions', this.#mentions, mentionKey, {
      nameOf: ({ text }) => quoted(text),
      // Else the relation would be of a mention with itself.
      mayBeOne: (a, b) => !joined.has(`${a.id} ${b.id}`) && !joined.has(`${b.id} ${a.id}`),
    });
    for (const relation of this.#relations.values()) {
      const [head, tail] = [names.get(relation.head) ?? relation.head, names.get(relation.tail) ?? relation.tail];
      if (head !== relation.head || tail !== relation.tail) this.#relations.set(relation.id, { ...relation, head, tail });
    }
    this.#unite('relations', this.#relations, relationKey, { nameOf: (relation) => this.#triple(relation), mayBeOne: () => true });
  }

  /** Unites items of one key; gives the ids of those that are gone, each with that of the one it is now. */
  #unite<T extends Mention | Relation>(
    list: 'mentions' | 'relations',
    items: Map<string, T>,
    keyOf: (item: T) => string,
    { nameOf, mayBeOne }: { readonly nameOf: (item: T) => string; readonly mayBeOne: (a: T, b: T) => boolean },
  ): ReadonlyMap<string, string> {
    const [base, ours, theirs] = [this.#base, this.#ours, this.#theirs].map((side) => side[list] as ReadonlyMap<string, T>);
    /** Whether a side has both as the same: it is not for a merge to say that they are one. */
    const isTwice = (a: T, b: T): boolean =>
      [base, ours, theirs].some((side) => {
        const [one, other] = [side?.get(a.id), side?.get(b.id)];
        return one !== undefined && other !== undefined && keyOf(one) === keyOf(other);
      });
    const groups = new Map<string, T[][]>();
    for (const item of [...items.values()].sort((a, b) => compareText(a.id, b.id))) {
      const known = groups.get(keyOf(item)) ?? [];
      groups.set(keyOf(item), known);
      const group = known.find((others) => others.every((other) => mayBeOne(other, item) && !isTwice(other, item)));
      if (group === undefined) known.push([item]);
      else group.push(item);
    }
    const names = new Map<string, string>();
    for (const group of [...groups.values()].flat()) {
      // The one that others know by its id stays.
      const kept = group.find(({ id }) => base?.has(id)) ?? group[0];
      if (kept === undefined) continue;
      const mine = ours?.get(kept.id);
      const isOurs = mine !== undefined && keyOf(mine) === keyOf(kept);
      let united = kept;
      for (const gone of group) {
        if (gone === kept) continue;
        const [own, other]: [T, T] = isOurs ? [united, gone] : [gone, united];
        united = { ...this.#decision(undefined, own, other, nameOf(kept)), id: kept.id };
        if (this.#open.has(gone.id)) this.#open.add(kept.id);
        items.delete(gone.id);
        names.set(gone.id, kept.id);
      }
      items.set(kept.id, united);
    }
    return names;
  }

  #removed(id: string): Mention | undefined {
    return this.#ours.mentions.get(id) ?? this.#theirs.mentions.get(id) ?? this.#base.mentions.get(id);
  }

  #triple({ type, head, tail }: Relation): string {
    const name = (id: string): string => quoted(this.#removed(id)?.text ?? '');
    return `${type} of ${name(head)} and ${name(tail)}`;
  }

  #isTaken(id: string): boolean {
    return [this.#theirs, this.#ours, { mentions: this.#mentions, relations: this.#relations }].some(
      ({ mentions, relations }) => mentions.has(id) || relations.has(id),
    );
  }

  #sentences(): readonly Sentence[] {
    const [base, ours, theirs] = [this.#base, this.#ours, this.#theirs].map(
      ({ sentences }) => new Map(sentences.map((sentence) => [spanKey(sentence), sentence])),
    );
    const chosen: Sentence[] = [];
    for (const key of new Set([...(theirs?.keys() ?? []), ...(ours?.keys() ?? [])])) {
      const [own, other] = [ours?.get(key), theirs?.get(key)];
      const sentence = chosenOf(base?.get(key), own, other, sentenceLine);
      const left = sentence === 'both' ? (other ?? own) : sentence;
      if (left !== undefined) chosen.push(sentence === 'both' && own && other ? { ...left, state: 'in-progress' } : left);
    }
    const placed = withoutOverlap(chosen);
    for (const mention of [...this.#open].flatMap((id) => this.#mentions.get(id) ?? [])) {
      const [first, end] = touching(placed, extent(mention));
      for (let index = first; index < end; index += 1) {
        const sentence = placed[index];
        if (sentence?.state === 'done') placed[index] = { ...sentence, state: 'in-progress' };
      }
    }
    return placed;
  }
}

/** The side that changed; `both` where both did, differently. */
function chosenOf<T extends object>(
  base: T | undefined,
  ours: T | undefined,
  theirs: T | undefined,
  line: (item: T) => string,
): T | undefined | 'both' {
  const [was, own, other] = [base, ours, theirs].map((item) => item && line(item));
  if (own === other || own === was) return theirs;
  return other === was ? ours : 'both';
}

/** The same for one value; `otherwise` where both changed it differently. */
function pick<T>(base: T | undefined, ours: T | undefined, theirs: T | undefined, otherwise?: T): T | undefined {
  if (ours === theirs || ours === base) return theirs;
  return theirs === base ? ours : otherwise;
}

/** A suggestion is no decision: the other side's is taken. */
function decidedOf(ours: Status, theirs: Status): Status | undefined {
  if (ours === 'suggested') return theirs;
  return theirs === 'suggested' ? ours : undefined;
}

function removedBy(ours: Item | undefined): string {
  return ours === undefined ? 'changed elsewhere, removed here.' : 'removed elsewhere, changed here.';
}

function present(key: keyof Item, value: unknown): Partial<Item> {
  return value === undefined ? {} : { [key]: value };
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || second === undefined || first === second) return first ?? second;
  return `${first}\n${second}`;
}

/** Of sentences that overlap, those with a person's work stay, then the first. */
function withoutOverlap(sentences: readonly Sentence[]): Sentence[] {
  const rank = ({ state }: Sentence): number => (state === 'new' ? 1 : 0);
  const placed: Sentence[] = [];
  for (const sentence of [...sentences].sort((a, b) => rank(a) - rank(b) || a.startChar - b.startChar)) {
    const [first, end] = touching(placed, sentence);
    if (first === end) placed.splice(first, 0, sentence);
  }
  return placed;
}

function quoted(text: string): string {
  return `'${text}'`;
}
