import type { AnnotationDocument } from '../annotation/document';
import { apply, describe, type Edit, invert } from '../annotation/edits';
import { mentionLine, relationLine, sentenceLine } from '../annotation/lines';
import type { Schema } from '../annotation/schema';
import { refined, type TextChange } from '../annotation/refine';
import { TextShift } from '../annotation/shift';
import { textHash } from '../annotation/textHash';
import { messageOf, SpangridError } from '../errors';
import { spanKey } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';

/** The annotations of an open text, and what its project says: the types that they are shown with, and how words are told apart. */
export interface Annotated {
  readonly document: AnnotationDocument;
  readonly schema: Schema;
  readonly tokenizer: Tokenizer;
}

/**
 * What happened to a text's annotations: `open` (read, or begun), `edit`, `undo`, `redo`, `text` (carried over a change of the text),
 * `close` (no longer held).
 */
export type StoreChange = 'open' | 'edit' | 'undo' | 'redo' | 'text' | 'close';

/** A step back or forth: the edit that takes it, and what it does. */
interface Step {
  readonly edit: Edit;
  readonly label: string;
  readonly joins: object | undefined;
}

/** Who makes an edit: a person who corrects, or what only suggests (a model, a pattern) and makes no annotation file. */
export type Author = 'person' | 'machine';

interface Entry extends Annotated {
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  /** Counts the edits: a snapshot is put back only if there was none since. */
  readonly revision: number;
  readonly isCorrected: boolean;
  /** The document as its file has it, carried over changes of the text since. */
  readonly saved: AnnotationDocument | undefined;
}

interface Snapshot {
  readonly length: number;
  readonly hash: string;
  readonly entry: Entry;
}

/** How many states before a change of the text are kept, for when the same text comes back. */
const SNAPSHOTS = 50;

/**
 * The one place where the annotations of open texts live, by the text's URI. Every change is an edit applied through it; whoever shows
 * or keeps annotations listens to it. It knows no editor.
 */
export class Store {
  readonly #entries = new Map<string, Entry>();
  readonly #snapshots = new Map<string, readonly Snapshot[]>();
  readonly #listeners = new Set<(uri: string, change: StoreChange, shift?: TextShift) => void>();

  /** Calls `listener` after every change, until the function that it returns is called. */
  onDidChange(listener: (uri: string, change: StoreChange, shift?: TextShift) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(uri: string): Annotated | undefined {
    return this.#entries.get(uri);
  }

  /** Whether a person has changed the annotations since they were opened. */
  isCorrected(uri: string): boolean {
    return this.#entries.get(uri)?.isCorrected ?? false;
  }

  /** The document as its file has it, in terms of the text as it is now; undefined where there is no file. */
  saved(uri: string): AnnotationDocument | undefined {
    return this.#entries.get(uri)?.saved;
  }

  /** Remembers what the file has: a state of the document in terms of the text as it is now, or undefined when the file is gone. */
  markSaved(uri: string, document: AnnotationDocument | undefined): void {
    const entry = this.#entries.get(uri);
    if (entry !== undefined) this.#entries.set(uri, { ...entry, saved: document });
  }

  /**
   * Holds what someone else's changes, with ours on top, come to. A step back or forth stays where nothing that it changes was changed by
   * someone else; the others are dropped.
   * @param saved what the file has
   * @returns how many were dropped
   */
  takeOver(uri: string, document: AnnotationDocument, saved: AnnotationDocument): number {
    const entry = this.#entry(uri);
    const [undo, redo] = [entry.undo, entry.redo].map((steps) => stepsLeft(steps, entry.document, document));
    this.#snapshots.delete(uri);
    this.#entries.set(uri, { ...entry, document, saved, undo: undo ?? [], redo: redo ?? [], revision: entry.revision + 1 });
    this.#tell(uri, 'open');
    return entry.undo.length + entry.redo.length - (undo?.length ?? 0) - (redo?.length ?? 0);
  }

  /** URIs of the texts whose annotations it holds. */
  get uris(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Holds a text's annotations as they were read or begun; steps to undo what came before are dropped. */
  open(uri: string, document: AnnotationDocument, schema: Schema, tokenizer: Tokenizer): void {
    this.#snapshots.delete(uri);
    this.#entries.set(uri, { document, schema, tokenizer, undo: [], redo: [], revision: 0, isCorrected: false, saved: undefined });
    this.#tell(uri, 'open');
  }

  /** Shows a text's annotations with other types. */
  setSchema(uri: string, schema: Schema): void {
    const entry = this.#entries.get(uri);
    if (entry === undefined || JSON.stringify(entry.schema) === JSON.stringify(schema)) return;
    this.#entries.set(uri, { ...entry, schema });
    this.#tell(uri, 'open');
  }

  /** What is typed from now on is told apart otherwise; the words that are there stay what they are. */
  setTokenizer(uri: string, tokenizer: Tokenizer): void {
    const entry = this.#entries.get(uri);
    if (entry !== undefined) this.#entries.set(uri, { ...entry, tokenizer });
  }

  /** A text has another URI: it was renamed or moved. */
  move(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined) return;
    this.#entries.set(to, entry);
    this.#tell(to, 'open');
    this.close(from);
  }

  close(uri: string): void {
    this.#snapshots.delete(uri);
    if (this.#entries.delete(uri)) this.#tell(uri, 'close');
  }

  /**
   * Applies an edit as a step of its own, or as part of the last step if that was made with the same `joins`.
   * @throws SpangridError annotation.conflict where the edit does not fit; the document is then as it was
   */
  apply(uri: string, edit: Edit, joins?: object, by: Author = 'person'): void {
    const entry = this.#entry(uri);
    const document = apply(entry.document, edit);
    const last = entry.undo.at(-1);
    const inverse = invert(edit);
    const isPart = last !== undefined && joins !== undefined && last.joins === joins;
    const step: Step = isPart
      ? { ...last, edit: { kind: 'group', label: last.label, edits: [inverse, ...partsOf(last.edit)] } }
      : { edit: inverse, label: describe(edit, document), joins };
    const undo = [...(isPart ? entry.undo.slice(0, -1) : entry.undo), step];
    const isCorrected = entry.isCorrected || by === 'person';
    this.#entries.set(uri, { ...entry, document, undo, redo: [], revision: entry.revision + 1, isCorrected });
    this.#tell(uri, 'edit');
  }

  /** What `undo` would take back, in words. */
  undoLabel(uri: string): string | undefined {
    return this.#entries.get(uri)?.undo.at(-1)?.label;
  }

  redoLabel(uri: string): string | undefined {
    return this.#entries.get(uri)?.redo.at(-1)?.label;
  }

  /**
   * Takes the last step back and says what it was; undefined where there is none.
   * @throws SpangridError annotation.conflict where the step no longer fits; it is dropped then
   */
  undo(uri: string): string | undefined {
    return this.#step(uri, 'undo');
  }

  /** Does again what was last taken back; otherwise as `undo`. */
  redo(uri: string): string | undefined {
    return this.#step(uri, 'redo');
  }

  /**
   * Carries the annotations, and the steps to undo, over a change of the text. Where a text comes back that stood here (the text's own
   * undo, or a revert), and no annotation was changed since, what stood with it is put back exactly.
   */
  textChanged(uri: string, changes: readonly TextChange[], before: string, after: string): void {
    const entry = this.#entries.get(uri);
    if (entry === undefined) return;
    const shift = new TextShift(
      changes.flatMap((change) => refined(change, before)),
      after,
      entry.tokenizer,
    );
    const snapshots = this.#snapshots.get(uri) ?? [];
    const candidates = snapshots.filter(({ length, entry: { revision } }) => length === after.length && revision === entry.revision);
    const hash = candidates.length > 0 ? textHash(after) : undefined;
    const back = candidates.findLast((snapshot) => snapshot.hash === hash);
    if (back === undefined) {
      const carried = ({ edit, ...step }: Step): Step => ({ ...step, edit: shift.edit(edit) });
      if (shift.reachesInto(entry.document)) {
        this.#snapshots.set(uri, [...snapshots, { length: before.length, hash: textHash(before), entry }].slice(-SNAPSHOTS));
      }
      const document = shift.document(entry.document);
      const saved = entry.saved === entry.document ? document : entry.saved && shift.document(entry.saved);
      this.#entries.set(uri, { ...entry, document, saved, undo: entry.undo.map(carried), redo: entry.redo.map(carried) });
    } else {
      const isSaved = entry.saved === entry.document;
      const { tokenizer } = entry;
      this.#entries.set(uri, { ...back.entry, tokenizer, ...(isSaved && { saved: back.entry.document }) });
    }
    this.#tell(uri, 'text', shift);
  }

  #step(uri: string, direction: 'undo' | 'redo'): string | undefined {
    const entry = this.#entry(uri);
    const steps = entry[direction];
    const step = steps.at(-1);
    if (step === undefined) return undefined;
    const opposite = direction === 'undo' ? 'redo' : 'undo';
    const rest = { ...entry, [direction]: steps.slice(0, -1), revision: entry.revision + 1 };
    try {
      const document = apply(entry.document, step.edit);
      const back: Step = { edit: invert(step.edit), label: step.label, joins: undefined };
      this.#entries.set(uri, { ...rest, document, [opposite]: [...entry[opposite], back] });
    } catch (error) {
      this.#entries.set(uri, rest);
      throw new SpangridError('annotation.conflict', `"${step.label}" can no longer be taken back and was dropped: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.#tell(uri, direction);
    return step.label;
  }

  #entry(uri: string): Entry {
    const entry = this.#entries.get(uri);
    if (entry === undefined) throw new Error(`the store holds no annotations of ${uri}`);
    return entry;
  }

  #tell(uri: string, change: StoreChange, shift?: TextShift): void {
    for (const listener of this.#listeners) listener(uri, change, shift);
  }
}

/**
 * The steps that still fit after someone else's changes. The last is taken first: a step before one that is dropped, and that changes
 * the same, would find it in a state that it does not know.
 */
function stepsLeft(steps: readonly Step[], before: AnnotationDocument, after: AnnotationDocument): readonly Step[] {
  const changed = changedKeys(before, after);
  const left: Step[] = [];
  for (const step of steps.toReversed()) {
    const keys = keysOf(step.edit);
    if (keys.some((key) => changed.has(key))) for (const key of keys) changed.add(key);
    else left.unshift(step);
  }
  return left;
}

/** What differs between two documents: ids of items, and where sentences are. */
function changedKeys(before: AnnotationDocument, after: AnnotationDocument): Set<string> {
  const lines = (document: AnnotationDocument): Map<string, string> =>
    new Map([
      ...Array.from(document.mentions.values(), (mention): [string, string] => [mention.id, mentionLine(mention)]),
      ...Array.from(document.relations.values(), (relation): [string, string] => [relation.id, relationLine(relation)]),
      ...document.sentences.map((sentence): [string, string] => [spanKey(sentence), sentenceLine(sentence)]),
    ]);
  const [old, now] = [lines(before), lines(after)];
  return new Set([...old.keys(), ...now.keys()].filter((key) => old.get(key) !== now.get(key)));
}

function keysOf(edit: Edit): readonly string[] {
  if (edit.kind === 'group') return edit.edits.flatMap(keysOf);
  return edit.kind === 'sentences' ? [...edit.previous, ...edit.next].map(spanKey) : [edit.id];
}

/** Flat, however many parts a long extraction comes in. */
function partsOf(edit: Edit): readonly Edit[] {
  return edit.kind === 'group' ? edit.edits : [edit];
}
