/*
 * Sentences as lists of tokens, with annotations in token indices: what the token-based data sets hold, and what a model is trained
 * and scored on. A `Prediction` (prediction.ts) is a `TokenAnnotations`.
 */

/** What mentions and relations have in common. */
export interface TokenItem {
  readonly type: string;
  /** In [0, 1], where a model made it: it is a suggestion. */
  readonly score?: number;
  /** A suggestion that has no score. */
  readonly isSuggested?: true;
  readonly note?: string;
  readonly discuss?: true;
}

export interface TokenMention extends TokenItem {
  readonly startToken: number;
  /** Exclusive. */
  readonly endToken: number;
}

/** A directed relation; `head` and `tail` index the sentence's own `mentions`. */
export interface TokenRelation extends TokenItem {
  readonly head: number;
  readonly tail: number;
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
