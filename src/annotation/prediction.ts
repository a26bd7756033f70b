/** What a model says about one sentence, in token indices: the model's side of the border to the annotation document. */
export interface PredictedMention {
  readonly type: string;
  readonly startToken: number;
  /** Exclusive. */
  readonly endToken: number;
  /** In [0, 1]: probability of the mention under the distribution over legal BILOU paths. */
  readonly score: number;
}

/** A directed relation; `head` and `tail` index the sentence's own `mentions`. */
export interface PredictedRelation {
  readonly type: string;
  readonly head: number;
  readonly tail: number;
  /** In [0, 1]: exp of the mean log-probability of the label over the cells of the pair. */
  readonly score: number;
}

export interface Prediction {
  /** Left to right. */
  readonly mentions: readonly PredictedMention[];
  /** By (earlier, later) mention. */
  readonly relations: readonly PredictedRelation[];
}

/**
 * The probabilities of a sentence's cells. Diagonal labels are O, then B-, I-, L-, U- of each entity type (1 + 4t ... 4 + 4t); upper
 * cells (i < j) have X, then forward (1 + 2t) and backward (2 + 2t) of each relation type. A sentence longer than the model's window
 * has only the cells with j - i <= `band`.
 */
export interface TableProbabilities {
  /** Number of tokens n. */
  readonly size: number;
  /** Largest j - i that is held; n - 1 for an ordinary sentence. */
  readonly band: number;
  readonly entityTypes: readonly string[];
  readonly relationTypes: readonly string[];
  /** [n, 1 + 4 x entity types], row-major. */
  readonly diagonal: Float32Array;
  /** [n, band, 1 + 2 x relation types], row-major: cell (i, j) is at (i * band + (j - i - 1)) * R. */
  readonly upper: Float32Array;
}

/** A prediction with the table that it was read from. */
export interface TablePrediction extends Prediction {
  readonly table: TableProbabilities;
}
