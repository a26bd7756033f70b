import type { Choice } from '../annotation/compare/differences';
import type { Schema } from '../annotation/schema';

/** A mention as one person has it; spans from the sentence's start, cut off at its end. */
export interface ComparedMention {
  readonly type: string;
  readonly spans: readonly (readonly [number, number])[];
  /** Whether the other person has the same. */
  readonly isEqual: boolean;
}

/** A relation as one person has it. */
export interface ComparedRelation {
  readonly type: string;
  /** The mentions' words. */
  readonly head: string;
  readonly tail: string;
  readonly isEqual: boolean;
}

export interface ComparedSide {
  readonly mentions: readonly ComparedMention[];
  readonly relations: readonly ComparedRelation[];
}

export interface ComparedDifference {
  readonly key: string;
  /** What each has, in words; absent where one has nothing there. */
  readonly first?: string;
  readonly second?: string;
}

export interface ComparedSentence {
  /** Its number in the text, from 1. */
  readonly number: number;
  readonly text: string;
  /** Whether both have marked it as done. */
  readonly isDone: boolean;
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  readonly differences: readonly ComparedDifference[];
}

/** Editor to webview. */
export type ToCompare =
  | {
      readonly kind: 'comparison';
      /** Name of the text. */
      readonly name: string;
      /** Whose annotations the two are, as short as tells them apart. */
      readonly people: readonly [string, string];
      /** The file that decisions go into. */
      readonly into: string;
      readonly schema: Schema;
      /** Done by both, or all that neither skipped. */
      readonly scope: 'done' | 'all';
      readonly sentences: readonly ComparedSentence[];
      /** How far the two agree: what is measured, and the figure. */
      readonly figures: readonly (readonly [string, string])[];
    }
  /** What is decided by now: by the difference's key; and the numbers of the sentences that are done in the adjudicated text. */
  | { readonly kind: 'decisions'; readonly choices: Readonly<Record<string, Choice>>; readonly done: readonly number[] }
  | { readonly kind: 'empty'; readonly message: string };

/** Webview to editor. */
export type FromCompare =
  | { readonly kind: 'ready' }
  | { readonly kind: 'decide'; readonly key: string; readonly choice: Choice }
  /** Takes over all that is equal. */
  | { readonly kind: 'takeEqual' }
  | { readonly kind: 'scope'; readonly scope: 'done' | 'all' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  /** Shows a sentence, by its number, in the text. */
  | { readonly kind: 'reveal'; readonly sentence: number };
