import type { SentenceSpans, Span } from '../text/span';

export type Status = 'suggested' | 'accepted' | 'rejected';
export type SentenceState = 'new' | 'in-progress' | 'done' | 'skipped';

/** What mentions and relations have in common. Items are immutable: a change makes a new object under the same id. */
export interface Item {
  /** Eight characters derived from what the item was when it was made (see ids.ts). */
  readonly id: string;
  readonly type: string;
  readonly status: Status;
  /** In [0, 1], where a model made the item. */
  readonly score?: number;
  /** Name of the model that made it. */
  readonly model?: string;
  /** Who set it last, where the person opted in to a name. */
  readonly by?: string;
  readonly note?: string;
  readonly discuss?: true;
}

/** A typed span, or several (discontinuous, from other tools), in order. */
export interface Mention extends Item {
  /** All empty where the words were deleted from the text: the mention is kept as lost. */
  readonly spans: readonly Span[];
  /** The words themselves and a little of what surrounds them, so that the mention is found again when the text changes. */
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

/** A directed relation between two mentions, by their ids. */
export interface Relation extends Item {
  readonly head: string;
  readonly tail: string;
}

/** A sentence and its tokens, kept with the annotations so that they do not change when a tokenizer does. */
export interface Sentence extends SentenceSpans {
  readonly state: SentenceState;
}

/** The text that the offsets count in. */
export interface TextReference {
  /** File name beside the annotation file. */
  readonly file: string;
  /** SHA-256 of the text in UTF-8, lower-case hex. */
  readonly sha256: string;
}

/** The annotations of one text. Changed only by `apply` (edits.ts), so that every change can be inverted. */
export interface AnnotationDocument {
  readonly text: TextReference;
  /** In order, without overlap. */
  readonly sentences: readonly Sentence[];
  readonly mentions: ReadonlyMap<string, Mention>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** A document without annotations. `sentences` in order, without overlap. */
export function emptyDocument(text: TextReference, sentences: readonly Sentence[] = []): AnnotationDocument {
  return { text, sentences, mentions: new Map(), relations: new Map() };
}

/** The stretch from a mention's first character to its last. */
export function extent(mention: Pick<Mention, 'spans'>): Span {
  return { startChar: mention.spans[0]?.startChar ?? 0, endChar: mention.spans.at(-1)?.endChar ?? 0 };
}

/** Whether the mention's words are no longer in the text. */
export function isLost(mention: Mention): boolean {
  return mention.spans.every((span) => span.startChar === span.endChar);
}

/** Whether people see the mention in the text. */
export function isShown(mention: Mention): boolean {
  return mention.status !== 'rejected' && !isLost(mention);
}

/** Whether an item is a suggestion that nobody has touched: undecided, without a note or a flag. Only such are ever replaced unasked. */
export function isUntouched(item: Item): boolean {
  return item.status === 'suggested' && item.note === undefined && item.discuss === undefined;
}
