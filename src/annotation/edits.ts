import { SpangridError } from '../errors';
import type { AnnotationDocument, Mention, Relation, Sentence } from './document';
import { carryLayout } from './layout';
import { mentionLine, relationLine, sentenceLine } from './lines';
import { quoted } from './names';
import { firstFrom } from './search';

/**
 * A change of an annotation document. It carries what it replaces, so that it can be inverted, and so that a change that was made
 * on another state of the document is noticed instead of overwriting someone's work. `undefined` stands for "not there".
 */
export type Edit =
  | { readonly kind: 'mention'; readonly id: string; readonly previous: Mention | undefined; readonly next: Mention | undefined }
  | { readonly kind: 'relation'; readonly id: string; readonly previous: Relation | undefined; readonly next: Relation | undefined }
  /**
   * Puts the run of sentences `next` where the run `previous` stands. The place follows from the offsets, not from an index: so the
   * edit still fits when sentences were added elsewhere.
   */
  | { readonly kind: 'sentences'; readonly previous: readonly Sentence[]; readonly next: readonly Sentence[] }
  /** Several edits, in order, that are done and undone as one. */
  | { readonly kind: 'group'; readonly label: string; readonly edits: readonly Edit[] };

/**
 * The document after the edit; the one given stays as it was.
 * @throws SpangridError `annotation.conflict` where `previous` is not what stands there, where sentences would overlap, or where a
 *   relation would be left without one of its mentions
 */
export function apply(document: AnnotationDocument, edit: Edit): AnnotationDocument {
  const draft = new Draft(document);
  draft.apply(edit);
  return draft.finish();
}

/** The edit that takes this one back: `apply(apply(d, e), invert(e))` is `d`. */
export function invert(edit: Edit): Edit {
  if (edit.kind === 'group') return { ...edit, edits: edit.edits.map(invert).reverse() };
  // The two cases look the same, but only one at a time is typed.
  if (edit.kind === 'mention') return { ...edit, previous: edit.next, next: edit.previous };
  if (edit.kind === 'relation') return { ...edit, previous: edit.next, next: edit.previous };
  return { ...edit, previous: edit.next, next: edit.previous };
}

/** Whether the edit changes nothing. */
export function isEmpty(edit: Edit): boolean {
  return edit.kind === 'group' && edit.edits.every(isEmpty);
}

/** What knows mentions by their ids. */
interface Named {
  readonly mentions: { readonly get: (id: string) => Mention | undefined };
}

/**
 * What the edit does, as the undo command says it: "change type of 'Lisbon'".
 * @param document names the mentions of a relation; the state before or after the edit
 */
export function describe(edit: Edit, document: Named): string {
  if (edit.kind === 'group') return edit.label;
  if (edit.kind === 'sentences') return describeSentences(edit.previous, edit.next);
  const item = edit.next ?? edit.previous;
  if (item === undefined) return 'change nothing';
  const name = 'text' in item ? quoted(item.text) : `${item.type} of ${nameOf(document, item.head)} and ${nameOf(document, item.tail)}`;
  if (edit.previous === undefined) return `add ${name}`;
  if (edit.next === undefined) return `remove ${name}`;
  if (edit.next.type !== edit.previous.type) return `change type of ${name}`;
  if (edit.kind === 'mention' && edit.next.text !== edit.previous.text) return `change words of ${name}`;
  if (edit.next.status !== edit.previous.status) return `mark ${name} as ${edit.next.status}`;
  if (edit.next.note !== edit.previous.note) return `change note of ${name}`;
  if (edit.next.discuss !== edit.previous.discuss) return `${edit.next.discuss === true ? 'flag' : 'unflag'} ${name}`;
  return `change ${name}`;
}

function nameOf(document: Named, mention: string): string {
  const found = document.mentions.get(mention);
  return found === undefined ? 'a removed mention' : quoted(found.text);
}

function describeSentences(previous: readonly Sentence[], next: readonly Sentence[]): string {
  const [before, after] = [previous[0], next[0]];
  if (previous.length === 1 && next.length === 1 && before?.state !== after?.state) return `mark sentence as ${after?.state ?? 'new'}`;
  if (previous.length === 0) return next.length === 1 ? 'add a sentence' : `add ${String(next.length)} sentences`;
  return 'change sentences';
}

/** A document that is being changed: each part is copied at its first change, once for a whole group. */
class Draft {
  private mentions: Map<string, Mention> | undefined;
  private relations: Map<string, Relation> | undefined;
  private sentences: readonly Sentence[];
  private readonly touchedMentions = new Set<string>();
  private readonly touchedRelations = new Set<string>();

  constructor(private readonly document: AnnotationDocument) {
    this.sentences = document.sentences;
  }

  apply(edit: Edit): void {
    switch (edit.kind) {
      case 'mention':
        this.mentions ??= new Map(this.document.mentions);
        replace(this.mentions, edit, mentionLine);
        this.touchedMentions.add(edit.id);
        break;
      case 'relation':
        this.relations ??= new Map(this.document.relations);
        replace(this.relations, edit, relationLine);
        this.touchedRelations.add(edit.id);
        break;
      case 'sentences':
        this.sentences = spliced(this.sentences, edit.previous, edit.next);
        break;
      case 'group':
        for (const part of edit.edits) this.apply(part);
    }
  }

  finish(): AnnotationDocument {
    const mentions = this.mentions ?? this.document.mentions;
    const relations = this.relations ?? this.document.relations;
    this.checkEnds(mentions, relations);
    const document = { text: this.document.text, sentences: this.sentences, mentions, relations };
    carryLayout(this.document, document, { mentions: this.touchedMentions, relations: this.touchedRelations });
    return document;
  }

  /** Only when everything is in place: within a group a relation may come before its mentions. */
  private checkEnds(mentions: ReadonlyMap<string, Mention>, relations: ReadonlyMap<string, Relation>): void {
    const complete = (relation: Relation): boolean => mentions.has(relation.head) && mentions.has(relation.tail);
    const isRemoved = [...this.touchedMentions].some((id) => !mentions.has(id));
    const toCheck = isRemoved ? relations.keys() : this.touchedRelations;
    for (const id of toCheck) {
      const relation = relations.get(id);
      if (relation !== undefined && !complete(relation))
        throw new SpangridError('annotation.conflict', `A relation ${relation.type} would be left without one of its mentions.`);
    }
  }
}

function replace<T extends object>(
  items: Map<string, T>,
  edit: { readonly id: string; readonly previous: T | undefined; readonly next: T | undefined },
  line: (item: T) => string,
): void {
  const standing = items.get(edit.id);
  if (!same(standing, edit.previous, line))
    throw new SpangridError(
      'annotation.conflict',
      `The annotation ${edit.id} was changed meanwhile; this change was made on an older state and does not fit any more.`,
    );
  if (edit.next === undefined) items.delete(edit.id);
  else items.set(edit.id, edit.next);
}

function same<T extends object>(a: T | undefined, b: T | undefined, line: (item: T) => string): boolean {
  return a === b || (a !== undefined && b !== undefined && line(a) === line(b));
}

function spliced(sentences: readonly Sentence[], previous: readonly Sentence[], next: readonly Sentence[]): readonly Sentence[] {
  const first = previous[0] ?? next[0];
  if (first === undefined) return sentences;
  const at = firstFrom(sentences, first.startChar);
  const result = [...sentences.slice(0, at), ...next, ...sentences.slice(at + previous.length)];
  const stands = previous.every((sentence, offset) => same(sentences[at + offset], sentence, sentenceLine));
  if (!stands || !inOrder(result, at - 1, at + next.length))
    throw new SpangridError(
      'annotation.conflict',
      'The sentences were changed meanwhile; this change was made on an older state and does not fit any more.',
    );
  return result;
}

/** Whether the sentences from one index to another (inclusive, as far as they exist) are in order and without overlap. */
function inOrder(sentences: readonly Sentence[], from: number, to: number): boolean {
  return sentences.slice(Math.max(from, 0), to + 1).every((sentence, index, run) => {
    const following = run[index + 1];
    return following === undefined || sentence.endChar <= following.startChar;
  });
}
