import type { SentenceState, Status } from '../annotation/document';
import type { Schema } from '../annotation/schema';

/** One line of the sentence list. */
export interface SentenceSummary {
  /** The first words, at most 120 characters. */
  readonly preview: string;
  readonly state: SentenceState;
  readonly mentions: number;
  readonly relations: number;
  /** Lowest score of a suggestion in it, in [0, 1]; absent when there is none. */
  readonly doubt?: number;
  /** Whether something in it is to be discussed. */
  readonly discuss?: true;
}

/** A stretch of the sentence list, [start, end) by index, and what stands there now. */
export interface ListChange {
  readonly start: number;
  readonly end: number;
  readonly sentences: readonly SentenceSummary[];
}

/** A mention as the table shows it: token indices within its sentence, `endToken` exclusive. */
export interface TableMention {
  readonly id: string;
  readonly type: string;
  readonly startToken: number;
  readonly endToken: number;
  readonly status: Status;
  readonly score?: number;
  readonly model?: string;
  readonly by?: string;
  readonly note?: string;
  readonly discuss?: true;
}

/** A relation as the table shows it; `head` and `tail` are mention ids of the same sentence. */
export interface TableRelation {
  readonly id: string;
  readonly type: string;
  readonly head: string;
  readonly tail: string;
  readonly status: Status;
  readonly score?: number;
  readonly model?: string;
  readonly by?: string;
  readonly note?: string;
  readonly discuss?: true;
}

/** One sentence with everything that the table and the arcs draw. */
export interface SentenceView {
  readonly index: number;
  readonly state: SentenceState;
  readonly tokens: readonly { readonly text: string; readonly spaceAfter: boolean }[];
  readonly mentions: readonly TableMention[];
  readonly relations: readonly TableRelation[];
  /** Items that a table cannot hold (discontinuous, crossing sentences, overlapping): how many, said in words. */
  readonly notShown: number;
  /** Direction of the text. */
  readonly direction: 'ltr' | 'rtl';
}

/**
 * Probability, in 255ths, that a cell is not empty: row by row over the upper triangle with diagonal; cell (i, j), i <= j <= i + band,
 * is at i * (band + 1) + (j - i).
 */
export interface Heat {
  readonly sentence: number;
  readonly band: number;
  readonly values: Uint8Array;
}

/** One label of a cell, as people read it ("Loc", "Live_In →", "none"), and its probability. */
export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** Editor to webview. */
export type ToTable =
  | {
      readonly kind: 'document';
      /** URI of the annotated text, as a string: what the webview keeps in its state. */
      readonly uri: string;
      readonly name: string;
      readonly schema: Schema;
      readonly sentences: readonly SentenceSummary[];
    }
  /** What of the document's list is another since it was last sent. */
  | { readonly kind: 'sentences'; readonly change: ListChange }
  /** Shows this sentence; with `cell`, puts the focus there. */
  | { readonly kind: 'sentence'; readonly sentence: SentenceView; readonly cell?: readonly [number, number] }
  | { readonly kind: 'heat'; readonly heat: Heat }
  /** The five likeliest labels of a cell, likeliest first. */
  | {
      readonly kind: 'labels';
      readonly sentence: number;
      readonly cell: readonly [number, number];
      readonly labels: readonly LabelProbability[];
    }
  /** Tokens of the shown sentence that are selected or under the cursor in the text; an empty range clears. */
  | { readonly kind: 'highlight'; readonly startToken: number; readonly endToken: number }
  | { readonly kind: 'status'; readonly model?: string; readonly device?: string; readonly busy: boolean; readonly message?: string }
  /** A `change` was made, and the page has been sent what came of it; or it was not, and `error` says why. */
  | { readonly kind: 'changed'; readonly error?: string }
  /** Nothing to show; says what to do. */
  | { readonly kind: 'empty'; readonly message: string };

/**
 * A change that the person asks for in the shown sentence, words by their token indices (`endToken` exclusive). The editor makes a
 * `Correction` of it.
 */
export type TableChange =
  | { readonly kind: 'addMention'; readonly startToken: number; readonly endToken: number; readonly type: string }
  | { readonly kind: 'addRelation'; readonly head: string; readonly tail: string; readonly type: string }
  | { readonly kind: 'setType'; readonly id: string; readonly type: string }
  | { readonly kind: 'setWords'; readonly id: string; readonly startToken: number; readonly endToken: number }
  | { readonly kind: 'reverse'; readonly id: string }
  | { readonly kind: 'setStatus'; readonly id: string; readonly status: Status }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'setNote'; readonly id: string; readonly note: string }
  | { readonly kind: 'setDiscuss'; readonly id: string; readonly discuss: boolean }
  | { readonly kind: 'acceptAll' }
  | { readonly kind: 'setState'; readonly state: SentenceState };

/** Webview to editor. */
export type FromTable =
  | { readonly kind: 'ready' }
  | { readonly kind: 'openDocument'; readonly uri: string; readonly sentence: number }
  | { readonly kind: 'showSentence'; readonly sentence: number }
  /** The focused cell or block, as token ranges of its row words and column words: lights them up in the text. */
  | {
      readonly kind: 'focusCell';
      readonly sentence: number;
      readonly cell: readonly [number, number];
      readonly row: readonly [number, number];
      readonly column: readonly [number, number];
    }
  /** Focus entered or left the grid (key bindings depend on it). */
  | { readonly kind: 'focus'; readonly inTable: boolean }
  /** Reveal the words in the text editor and put the cursor there. */
  | { readonly kind: 'revealInText'; readonly sentence: number; readonly startToken: number; readonly endToken: number }
  /** Several changes are one step to undo. Each such message is answered with `changed`. */
  | { readonly kind: 'change'; readonly sentence: number; readonly changes: readonly TableChange[] }
  | { readonly kind: 'command'; readonly command: 'extractFile' | 'export' | 'undo' | 'redo' }
  /** Finds the sentences of a text that has none, so that it can be annotated by hand. */
  | { readonly kind: 'prepare' };
