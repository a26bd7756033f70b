/*
 * Sentences as lists of tokens, with annotations in token indices: what the token-based data sets hold, and what a model is trained
 * and scored on. A `Prediction` (prediction.ts) is a `TokenAnnotations`.
 */

export interface TokenMention {
  readonly type: string;
  readonly startToken: number;
  /** Exclusive. */
  readonly endToken: number;
  /** In [0, 1], where a model made it. */
  readonly score?: number;
}

/** A directed relation; `head` and `tail` index the sentence's own `mentions`. */
export interface TokenRelation {
  readonly type: string;
  readonly head: number;
  readonly tail: number;
  /** In [0, 1], where a model made it. */
  readonly score?: number;
}

export interface TokenAnnotations {
  readonly mentions: readonly TokenMention[];
  readonly relations: readonly TokenRelation[];
}

export interface TokenSentence extends TokenAnnotations {
  readonly tokens: readonly string[];
  /** The sentence's id in the data set that it comes from. */
  readonly origId?: string | number;
}
