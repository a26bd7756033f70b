import type { Prediction } from '../../annotation/prediction';

/** Counts of one comparison: true positives, predicted, gold. */
export interface Counts {
  readonly correct: number;
  readonly predicted: number;
  readonly gold: number;
}

/** In percent; 0 where nothing was predicted or nothing was there. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Strict scores, by type, over all types together (micro) and averaged over the types that occur in gold (macro). */
export interface Score {
  readonly types: ReadonlyMap<string, PrecisionRecall & Counts>;
  readonly micro: PrecisionRecall & Counts;
  readonly macro: PrecisionRecall;
}

export type Task = 'ner' | 're' | 're+';

type Annotated = Pick<Prediction, 'mentions' | 'relations'>;

/**
 * Strict scores over sentences, compared as sets a sentence. NER: span and type. RE: both spans, relation type and direction. RE+: RE and
 * both entity types.
 * @param predicted one a gold sentence, in the same order
 */
export function score(gold: readonly Unscored[], predicted: readonly Unscored[]): Record<Task, Score> {
  return {
    ner: scoreTask(gold, predicted, mentionKeys),
    re: scoreTask(gold, predicted, relationKeys),
    're+': scoreTask(gold, predicted, typedRelationKeys),
  };
}

/** Annotations with or without scores: gold has none. */
export interface Unscored {
  readonly mentions: readonly Omit<Annotated['mentions'][number], 'score'>[];
  readonly relations: readonly Omit<Annotated['relations'][number], 'score'>[];
}

type Keys = (sentence: Unscored) => readonly { readonly type: string; readonly key: string }[];

const mentionKeys: Keys = ({ mentions }) =>
  mentions.map(({ type, startToken, endToken }) => ({ type, key: `${startToken} ${endToken} ${type}` }));

const relationKeys: Keys = (sentence) => relations(sentence, ({ startToken, endToken }) => `${startToken} ${endToken}`);

const typedRelationKeys: Keys = (sentence) => relations(sentence, ({ startToken, endToken, type }) => `${startToken} ${endToken} ${type}`);

function relations({ mentions, relations: all }: Unscored, end: (mention: Unscored['mentions'][number]) => string): ReturnType<Keys> {
  return all.flatMap(({ type, head, tail }) => {
    const [from, to] = [mentions[head], mentions[tail]];
    return from && to ? [{ type, key: `${end(from)} ${type} ${end(to)}` }] : [];
  });
}

function scoreTask(gold: readonly Unscored[], predicted: readonly Unscored[], keys: Keys): Score {
  const counts = new Map<string, { correct: number; predicted: number; gold: number }>();
  const of = (type: string): { correct: number; predicted: number; gold: number } => {
    const found = counts.get(type) ?? { correct: 0, predicted: 0, gold: 0 };
    counts.set(type, found);
    return found;
  };
  gold.forEach((sentence, at) => {
    const wanted = new Map(keys(sentence).map(({ key, type }) => [key, type]));
    const found = new Map(keys(predicted[at] ?? { mentions: [], relations: [] }).map(({ key, type }) => [key, type]));
    wanted.forEach((type) => of(type).gold++);
    found.forEach((type, key) => {
      of(type).predicted++;
      if (wanted.has(key)) of(type).correct++;
    });
  });
  const types = new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => [type, { ...count, ...rates(count) }]));
  const total = [...counts.values()].reduce(
    (sum, count) => ({ correct: sum.correct + count.correct, predicted: sum.predicted + count.predicted, gold: sum.gold + count.gold }),
    { correct: 0, predicted: 0, gold: 0 },
  );
  const inGold = [...types.values()].filter((type) => type.gold > 0);
  const mean = (rate: keyof PrecisionRecall): number =>
    inGold.length > 0 ? inGold.reduce((sum, type) => sum + type[rate], 0) / inGold.length : 0;
  return { types, micro: { ...total, ...rates(total) }, macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') } };
}

function rates({ correct, predicted, gold }: Counts): PrecisionRecall {
  const percent = (part: number, whole: number): number => (whole > 0 ? (100 * part) / whole : 0);
  return { precision: percent(correct, predicted), recall: percent(correct, gold), f1: percent(2 * correct, predicted + gold) };
}
