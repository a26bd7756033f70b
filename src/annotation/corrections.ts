import { SpangridError } from '../errors';
import { sameSpans, type SentenceSpans, type Span } from '../text/span';
import type { AnnotationDocument, Item, Mention, Relation, Sentence, SentenceState, Status } from './document';
import { extent } from './document';
import { describe, type Edit } from './edits';
import { mentionId, relationId, takenIn } from './ids';
import { layoutOf } from './layout';
import { mentionLine, relationLine } from './lines';
import { makeMention, quote } from './mention';
import { admits, isSymmetric, type Schema } from './schema';
import { touching } from './search';

/**
 * What a person asks for, in the text, the table or a list alike. `correctionEdit` says what follows from it; offsets count in the
 * document's text.
 */
export type Correction =
  /** A mention of these words. What overlaps it gives way: the one that shares most characters becomes this mention and keeps its relations. */
  | { readonly kind: 'addMention'; readonly span: Span; readonly type: string }
  /** A relation between two mentions, by their ids. A relation that the pair has becomes this one. */
  | { readonly kind: 'addRelation'; readonly head: string; readonly tail: string; readonly type: string }
  | { readonly kind: 'setType'; readonly id: string; readonly type: string }
  | { readonly kind: 'setSpan'; readonly id: string; readonly span: Span }
  | { readonly kind: 'reverse'; readonly id: string }
  | { readonly kind: 'setStatus'; readonly id: string; readonly status: Status }
  /** Takes an item out. What a model suggested is rejected instead, so that it is not suggested again. */
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'setNote'; readonly id: string; readonly note: string }
  | { readonly kind: 'setDiscuss'; readonly id: string; readonly discuss: boolean }
  /** Accepts all suggestions that lie in a sentence, by its index. */
  | { readonly kind: 'acceptAll'; readonly sentence: number }
  | { readonly kind: 'setState'; readonly sentence: number; readonly state: SentenceState };

/** What holds for every correction of a document. */
export interface Correcting {
  /** The text that the document's offsets count in. */
  readonly text: string;
  readonly schema: Schema;
  /** Who corrects, where that person opted in to a name. */
  readonly by?: string | undefined;
}

/**
 * The edit that a person's corrections come to, done and undone as one; empty where nothing changes.
 *
 * Whatever a person sets is accepted; a score does not outlive a change of what it was given for. Accepting a relation accepts its
 * mentions, rejecting or removing a mention its relations. A sentence that was new is in progress with its first correction.
 *
 * @throws SpangridError `annotation.conflict` where an item is not there (any more); `usage` where the schema does not admit the relation,
 *   where a mention would be empty, or a relation would join a mention to itself
 */
export function correctionEdit(
  document: AnnotationDocument,
  corrections: readonly Correction[],
  correcting: Correcting,
): Edit & { readonly kind: 'group' } {
  const draft = new Draft(document, correcting);
  for (const correction of corrections) draft.correct(correction);
  return draft.edit();
}

/**
 * The span of the tokens that a selection touches; the selection itself without the white space around where there is no token.
 * @param sentences in order
 */
export function snapped(sentences: readonly SentenceSpans[], selection: Span, text: string): Span {
  const [first, end] = touching(sentences, selection);
  const touched = sentences.slice(first, end).flatMap(({ tokens }) => tokens.slice(...touching(tokens, selection)));
  const [start, last] = [touched[0], touched.at(-1)];
  if (start !== undefined && last !== undefined) return { startChar: start.startChar, endChar: last.endChar };
  const words = text.slice(selection.startChar, selection.endChar);
  const startChar = selection.startChar + words.length - words.trimStart().length;
  return { startChar, endChar: Math.max(startChar, selection.endChar - (words.length - words.trimEnd().length)) };
}

/** A mention's span wider or narrower by a token at one of its ends; undefined where that is not possible within its sentence. */
export function resized(
  document: AnnotationDocument,
  mention: Mention,
  end: 'start' | 'end',
  change: 'widen' | 'narrow',
): Span | undefined {
  const { startChar, endChar } = extent(mention);
  const [at, after] = touching(document.sentences, { startChar, endChar });
  const tokens = document.sentences.slice(at, after).flatMap((sentence) => sentence.tokens);
  const [first, behind] = touching(tokens, { startChar, endChar });
  const toLeft = (end === 'start') === (change === 'widen');
  const index = (end === 'start' ? first : behind - 1) + (toLeft ? -1 : 1);
  const token = tokens[index];
  if (token === undefined || (change === 'narrow' && (index < first || index >= behind))) return undefined;
  return end === 'start' ? { startChar: token.startChar, endChar } : { startChar, endChar: token.endChar };
}

/** The relation types that the schema admits from one mention to another, in its order. */
export function admittedTypes(schema: Schema, head: Mention, tail: Mention): readonly string[] {
  return Object.keys(schema.relations).filter((type) => admits(schema, type, head.type, tail.type));
}

/** Collects what corrections change, and shows each the state that those before it left. */
class Draft {
  readonly #document: AnnotationDocument;
  readonly #correcting: Correcting;
  readonly #mentions: Changes<Mention>;
  readonly #relations: Changes<Relation>;
  readonly #states = new Map<number, SentenceState>();
  /** What was corrected lies in these sentences, by index. */
  readonly #touched = new Set<number>();
  #label: string | undefined;
  /** Id of the item that the first correction was about, and how many corrections there were: what is undone is called after them. */
  #about: string | undefined;
  #count = 0;

  constructor(document: AnnotationDocument, correcting: Correcting) {
    this.#document = document;
    this.#correcting = correcting;
    this.#mentions = new Changes(document.mentions, mentionLine);
    this.#relations = new Changes(document.relations, relationLine);
  }

  correct(correction: Correction): void {
    const about = this.#make(correction);
    this.#about ??= about;
    this.#count += 1;
  }

  edit(): Edit & { readonly kind: 'group' } {
    // Mentions that appear before the relations of them, and those that go after them, are in any order: `apply` looks at the end alone.
    const edits = [
      ...this.#mentions.changed().map((change) => ({ kind: 'mention' as const, ...change })),
      ...this.#relations.changed().map((change) => ({ kind: 'relation' as const, ...change })),
    ];
    const states = this.#stateEdits(edits.length > 0);
    return { kind: 'group', label: this.#labelOf(edits, states), edits: [...edits, ...states] };
  }

  /** Says which item it is about. */
  #make(correction: Correction): string | undefined {
    switch (correction.kind) {
      case 'addMention':
        return this.#addMention(correction.span, correction.type);
      case 'addRelation':
        return this.#relate(correction.head, correction.tail, correction.type);
      case 'setType':
        this.#setType(correction.id, correction.type);
        return correction.id;
      case 'setSpan':
        this.#setSpan(this.#mention(correction.id), correction.span);
        return correction.id;
      case 'reverse': {
        const relation = this.#relation(correction.id);
        return this.#relate(relation.tail, relation.head, relation.type, relation);
      }
      case 'setStatus':
        this.#setStatus(correction.id, correction.status);
        return correction.id;
      case 'remove':
        this.#takeOut(this.#item(correction.id));
        return correction.id;
      case 'setNote': {
        const { note: _, ...item } = this.#item(correction.id);
        this.#set(correction.note === '' ? item : { ...item, note: correction.note });
        return correction.id;
      }
      case 'setDiscuss': {
        const { discuss: _, ...item } = this.#item(correction.id);
        this.#set(correction.discuss ? { ...item, discuss: true } : item);
        return correction.id;
      }
      case 'acceptAll':
        this.#acceptAll(correction.sentence);
        return undefined;
      case 'setState':
        this.#states.set(correction.sentence, correction.state);
        return undefined;
    }
  }

  /** What the first correction did, and how many there were besides. */
  #labelOf(edits: readonly (Edit & { readonly id: string })[], states: readonly Edit[]): string {
    if (this.#label !== undefined) return this.#label;
    const own = edits.find(({ id }) => id === this.#about) ?? edits[0] ?? states[0];
    if (own === undefined) return 'change nothing';
    const more = this.#count > 1 ? ` and ${String(this.#count - 1)} more` : '';
    return describe(own, { mentions: this.#mentions }) + more;
  }

  #addMention(span: Span, type: string): string {
    if (span.endChar <= span.startChar) throw new SpangridError('usage', 'A mention needs at least one word: select it first.');
    const overlapping = this.#mentions
      .filter(({ status, spans }) => status !== 'rejected' && spans.some((own) => shared(own, span) > 0))
      .sort((a, b) => shared(extent(b), span) - shared(extent(a), span));
    const [becomes, ...others] = overlapping;
    for (const other of others) this.#takeOut(other);
    const equal = this.#mentions.filter((mention) => mention.type === type && isAt(mention, span))[0];
    const standing = becomes ?? equal;
    if (standing === undefined) {
      const id = mentionId(type, [span], this.#isTaken);
      this.#set({ ...makeMention(this.#correcting.text, id, type, [span], 'accepted'), ...this.#by() });
      return id;
    }
    if (isAt(standing, span) && standing.type === type) this.#setStatus(standing.id, 'accepted');
    else {
      if (!isAt(standing, span)) this.#setSpan(standing, span);
      if (standing.type !== type) this.#setType(standing.id, type);
    }
    return standing.id;
  }

  #setSpan(mention: Mention, span: Span): void {
    if (span.endChar <= span.startChar)
      throw new SpangridError('usage', 'A mention needs at least one word. Delete it if it is wrong as a whole.');
    const { score: _, model: __, ...kept } = mention;
    this.#set({ ...kept, spans: [span], ...quote(this.#correcting.text, [span]), status: 'accepted', ...this.#by() });
  }

  #setType(id: string, type: string): void {
    const item = this.#item(id);
    if (item.type === type) {
      this.#setStatus(id, 'accepted');
      return;
    }
    if (!('spans' in item)) {
      this.#relate(item.head, item.tail, type, item);
      return;
    }
    const { score: _, model: __, ...kept } = item;
    this.#set({ ...kept, type, status: 'accepted', ...this.#by() });
    // Suggested relations that the new type does not admit would only be in the way; what a person decided stays, and the linter sees it.
    for (const relation of this.#relationsOf(id))
      if (relation.status === 'suggested' && !this.#admits(relation.type, relation.head, relation.tail)) this.#takeOut(relation);
  }

  /** @param becomes the relation that changes; else it is the one that the two mentions have, if any */
  #relate(head: string, tail: string, type: string, becomes?: Relation): string {
    if (head === tail) throw new SpangridError('usage', 'A relation needs two mentions: choose another one as its tail.');
    const { relations } = this.#correcting.schema;
    const [from, to] = [this.#mention(head), this.#mention(tail)];
    if (Object.hasOwn(relations, type) && !this.#admits(type, head, tail))
      throw new SpangridError(
        'usage',
        `${type} does not go from ${from.type} to ${to.type} in the types of this text. Choose another relation, or change the types.`,
      );
    const isTurned = isSymmetric(relations, type) && extent(from).startChar > extent(to).startChar;
    const ends = isTurned ? { head: tail, tail: head } : { head, tail };
    const ofPair = this.#relationsOf(head).filter((relation) => relation.head === tail || relation.tail === tail);
    const same = ofPair.find((relation) => relation.type === type && relation.head === ends.head);
    const standing = becomes ?? ofPair.find(({ status }) => status !== 'rejected');
    const id = standing?.id ?? same?.id ?? relationId(type, ends.head, ends.tail, this.#isTaken);
    if (same !== undefined && (standing === undefined || standing === same)) this.#setStatus(same.id, 'accepted');
    else if (standing === undefined) {
      this.#set({ id, type, ...ends, status: 'accepted', ...this.#by() });
    } else {
      const { score: _, model: __, ...kept } = standing;
      this.#set({ ...kept, type, ...ends, status: 'accepted', ...this.#by() });
      if (same !== undefined) this.#relations.set(same.id, undefined);
    }
    this.#acceptMention(head);
    this.#acceptMention(tail);
    return id;
  }

  #setStatus(id: string, status: Status): void {
    const item = this.#item(id);
    if (item.status !== status) this.#set({ ...item, status, ...this.#by() });
    if ('spans' in item) {
      if (status === 'rejected')
        for (const relation of this.#relationsOf(id)) if (relation.status !== 'rejected') this.#set({ ...relation, status, ...this.#by() });
    } else if (status === 'accepted') {
      this.#acceptMention(item.head);
      this.#acceptMention(item.tail);
    }
  }

  #acceptMention(id: string): void {
    if (this.#mention(id).status !== 'accepted') this.#setStatus(id, 'accepted');
  }

  /** A model's suggestion stays as rejected; anything else is removed, a mention with its relations. */
  #takeOut(item: Mention | Relation): void {
    if (item.model !== undefined && item.status !== 'rejected') {
      this.#setStatus(item.id, 'rejected');
      return;
    }
    if ('spans' in item) {
      for (const relation of this.#relationsOf(item.id)) this.#relations.set(relation.id, undefined);
      this.#touch(item);
      this.#mentions.set(item.id, undefined);
    } else {
      this.#touch(item);
      this.#relations.set(item.id, undefined);
    }
  }

  #acceptAll(sentence: number): void {
    const items = layoutOf(this.#document).sentences[sentence] ?? { mentions: [], relations: [] };
    for (const { id, status } of [...items.mentions, ...items.relations]) if (status === 'suggested') this.#setStatus(id, 'accepted');
    this.#label = 'accept all in a sentence';
  }

  #stateEdits(isCorrected: boolean): readonly Edit[] {
    const states = new Map(this.#states);
    if (isCorrected)
      for (const index of this.#touched)
        if (!states.has(index) && this.#document.sentences[index]?.state === 'new') states.set(index, 'in-progress');
    return [...states].flatMap(([index, state]): Edit[] => {
      const sentence = this.#document.sentences[index];
      if (sentence === undefined) throw missing('sentence');
      return sentence.state === state
        ? []
        : [{ kind: 'sentences', previous: [sentence], next: [{ ...sentence, state } satisfies Sentence] }];
    });
  }

  #set(item: Mention | Relation): void {
    if ('spans' in item) this.#mentions.set(item.id, item);
    else this.#relations.set(item.id, item);
    this.#touch(item);
  }

  #touch(item: Mention | Relation): void {
    const mentions = 'spans' in item ? [item] : [this.#mentions.get(item.head), this.#mentions.get(item.tail)];
    for (const mention of mentions) {
      if (mention === undefined) continue;
      const [first, end] = touching(this.#document.sentences, extent(mention));
      for (let index = first; index < end; index += 1) this.#touched.add(index);
    }
  }

  #relationsOf(mention: string): readonly Relation[] {
    return this.#relations.filter(({ head, tail }) => head === mention || tail === mention);
  }

  #admits(type: string, head: string, tail: string): boolean {
    return admits(this.#correcting.schema, type, this.#mention(head).type, this.#mention(tail).type);
  }

  #item(id: string): Mention | Relation {
    const item = this.#mentions.get(id) ?? this.#relations.get(id);
    if (item === undefined) throw missing('annotation');
    return item;
  }

  #mention(id: string): Mention {
    const mention = this.#mentions.get(id);
    if (mention === undefined) throw missing('mention');
    return mention;
  }

  #relation(id: string): Relation {
    const relation = this.#relations.get(id);
    if (relation === undefined) throw missing('relation');
    return relation;
  }

  #by(): Pick<Item, 'by'> {
    const { by } = this.#correcting;
    return by === undefined ? {} : { by };
  }

  readonly #isTaken = (id: string): boolean =>
    takenIn(this.#document)(id) || this.#mentions.get(id) !== undefined || this.#relations.get(id) !== undefined;
}

/** Items as they were, with what is set or taken out (`undefined`) since. */
class Changes<T extends { readonly id: string }> {
  readonly #before: ReadonlyMap<string, T>;
  readonly #line: (item: T) => string;
  readonly #set = new Map<string, T | undefined>();

  /** @param line tells whether two are the same */
  constructor(before: ReadonlyMap<string, T>, line: (item: T) => string) {
    this.#before = before;
    this.#line = line;
  }

  get(id: string): T | undefined {
    return this.#set.has(id) ? this.#set.get(id) : this.#before.get(id);
  }

  set(id: string, item: T | undefined): void {
    this.#set.set(id, item);
  }

  filter(wanted: (item: T) => boolean): T[] {
    const found: T[] = [];
    for (const [id, item] of this.#before) if (!this.#set.has(id) && wanted(item)) found.push(item);
    for (const item of this.#set.values()) if (item !== undefined && wanted(item)) found.push(item);
    return found;
  }

  /** What is not as it was, in the order in which it was set. */
  changed(): readonly { readonly id: string; readonly previous: T | undefined; readonly next: T | undefined }[] {
    return [...this.#set]
      .map(([id, next]) => ({ id, previous: this.#before.get(id), next }))
      .filter(({ previous, next }) => (previous && this.#line(previous)) !== (next && this.#line(next)));
  }
}

/** Characters that two spans share. */
function shared(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.endChar, b.endChar) - Math.max(a.startChar, b.startChar));
}

function isAt({ spans }: Mention, span: Span): boolean {
  return sameSpans(spans, [span]);
}

function missing(what: string): SpangridError {
  return new SpangridError(
    'annotation.conflict',
    `This ${what} is not there any more: it was changed meanwhile. Look again and repeat the change.`,
  );
}
