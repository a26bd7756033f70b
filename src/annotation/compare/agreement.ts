import { type Span, spansKey } from '../../text/span';
import { mentionKey } from '../mention';
import { compareText } from '../order';
import { touching } from '../search';
import { cohensKappa, krippendorffsAlpha } from './coefficients';
import type { Unit } from './pairing';
import type { Reading, ReadMention, ReadRelation } from './reading';

/** A figure over all types together, and for each type: its labels against all others. */
export interface ByType<T> {
  readonly all: T;
  readonly types: ReadonlyMap<string, T>;
}

/** How far two people's items are the same. */
export interface Overlap {
  /** How many the first has, and how many of those the second has, too. */
  readonly first: number;
  readonly firstMatched: number;
  readonly second: number;
  readonly secondMatched: number;
  /** In percent, the first person's items taken as right; 0 where nothing is there. F1 is the same whoever is first. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Mentions: `strict` has the same words and type, `boundary` the same words. Relations: both have the same type and direction, and ends with
 * the same words; `strict` ends with the same types, too (B. Taillé et al., "Let's Stop Incorrect Comparisons in End-to-end Relation
 * Extraction!", 2020).
 */
export interface Overlaps {
  readonly strict: ByType<Overlap>;
  readonly boundary: ByType<Overlap>;
}

export interface PairAgreement {
  /** Which people, by index. */
  readonly first: number;
  readonly second: number;
  /** That both have decided. */
  readonly sentences: number;
  readonly tokens: number;
  /** Of the tokens' labels. */
  readonly kappa: ByType<number | undefined>;
  readonly mentions: Overlaps;
  readonly relations: Overlaps;
}

/** A sentence in which not all say the same. */
export interface DifferingSentence {
  readonly where: string;
  readonly words: string;
  /** How many mentions and relations not all have. */
  readonly differences: number;
}

export interface Agreement {
  /** That at least two people have decided. */
  readonly sentences: number;
  /** Of the tokens' labels, over all people; sentences that somebody has not decided count for the others. */
  readonly alpha: ByType<number | undefined>;
  readonly pairs: readonly PairAgreement[];
  /** Most differences first. */
  readonly differing: readonly DifferingSentence[];
  /** Mentions that have no label of their own at a token, for a longer one stands there. */
  readonly unlabelled: number;
}

export interface AgreementOptions {
  /** `done`: a sentence counts for those who have marked it as done. `all`: for all who have not skipped it. */
  readonly sentences: 'done' | 'all';
  /** Whether a relation of this type has no direction. */
  readonly isSymmetric?: (type: string) => boolean;
}

/**
 * How far several people agree.
 *
 * A token's label is its type in BIO: of the first token of a mention B-TYPE, of the others I-TYPE, else O. Not BILOU: where two people let
 * a mention end at different tokens, BIO differs in the tokens that only one has, BILOU in the one before them, too, and counts the same
 * difference twice. Of mentions that overlap, the longest labels the token.
 * @param people how many; each unit has a reading for each
 */
export function agreement(units: readonly Unit[], people: number, options: AgreementOptions): Agreement {
  const decided = units
    .map(({ where, readings }) => ({ where, readings: readings.map((reading) => (counts(reading, options) ? reading : undefined)) }))
    .filter(({ readings }) => readings.filter((reading) => reading !== undefined).length > 1);
  let unlabelled = 0;
  const labelled = decided.map(({ readings }) => {
    // One person's tokens are the units of all: a tokenizer may have changed in between.
    const tokens = readings.find((reading) => reading !== undefined)?.tokens ?? [];
    return readings.map((reading) => {
      if (reading === undefined) return undefined;
      const { labels, left } = bioLabels(reading.mentions, tokens);
      unlabelled += left;
      return labels;
    });
  });
  const keys = keysOf(options.isSymmetric ?? (() => false));
  const pairs: PairAgreement[] = [];
  for (let first = 0; first < people; first += 1)
    for (let second = first + 1; second < people; second += 1) {
      const both = decided.flatMap(({ readings }): (readonly [Reading, Reading])[] => {
        const [one, other] = [readings[first], readings[second]];
        return one === undefined || other === undefined ? [] : [[one, other]];
      });
      const labels = labelled.flatMap((of) => {
        const [one, other] = [of[first], of[second]];
        return one === undefined || other === undefined ? [] : one.map((label, at): [string, string] => [label, other[at] ?? 'O']);
      });
      pairs.push({
        first,
        second,
        sentences: both.length,
        tokens: labels.length,
        kappa: byType(labels, cohensKappa),
        mentions: { strict: overlap(both, keys.strictMentions), boundary: overlap(both, keys.mentions) },
        relations: { strict: overlap(both, keys.strictRelations), boundary: overlap(both, keys.relations) },
      });
    }
  const values = labelled.flatMap((of) => {
    const present = of.filter((labels) => labels !== undefined);
    return (present[0] ?? []).map((_, at) => present.map((labels) => labels[at] ?? 'O'));
  });
  return { sentences: decided.length, alpha: byType(values, krippendorffsAlpha), pairs, differing: differing(decided, keys), unlabelled };
}

function counts(reading: Reading | undefined, { sentences }: AgreementOptions): boolean {
  return reading !== undefined && (reading.state === 'done' || (sentences === 'all' && reading.state !== 'skipped'));
}

/** One label a token; `left` mentions found each of their tokens taken, or lie at none. */
function bioLabels(mentions: readonly ReadMention[], tokens: readonly Span[]): { readonly labels: string[]; readonly left: number } {
  const labels = tokens.map(() => 'O');
  let left = 0;
  const length = ({ spans }: ReadMention): number => spans.reduce((sum, { startChar, endChar }) => sum + endChar - startChar, 0);
  for (const { type, spans } of [...mentions].sort((a, b) => length(b) - length(a))) {
    let label = `B-${type}`;
    for (const span of spans) {
      const [first, end] = touching(tokens, span);
      for (let at = first; at < end; at += 1) {
        if (labels[at] !== 'O') continue;
        labels[at] = label;
        label = `I-${type}`;
      }
    }
    if (label.startsWith('B')) left += 1;
  }
  return { labels, left };
}

/** A coefficient of all labels, and of each type's against all others taken as one. */
function byType<T extends readonly string[]>(
  units: readonly T[],
  coefficient: (units: readonly T[]) => number | undefined,
): ByType<number | undefined> {
  const names = new Set(units.flatMap((labels) => labels.filter((label) => label !== 'O').map((label) => label.slice(2))));
  const ofType = (type: string): readonly T[] =>
    units.map((labels) => labels.map((label) => (label.slice(2) === type ? label : 'O')) as readonly string[] as T);
  return {
    all: coefficient(units),
    types: new Map([...names].sort(compareText).map((type) => [type, coefficient(ofType(type))])),
  };
}

interface Keyed {
  readonly type: string;
  readonly key: string;
}

type Keys = (reading: Reading) => readonly Keyed[];

/** What makes two items the same. */
function keysOf(isSymmetric: (type: string) => boolean): Record<'mentions' | 'strictMentions' | 'relations' | 'strictRelations', Keys> {
  const place = ({ spans }: ReadMention): string => spansKey(spans);
  const mentions =
    (key: (mention: ReadMention) => string): Keys =>
    (reading) =>
      reading.mentions.map((mention) => ({ type: mention.type, key: key(mention) }));
  const relations =
    (end: (mention: ReadMention) => string): Keys =>
    (reading) =>
      reading.relations.map(({ type, head, tail }: ReadRelation) => {
        const ends = [end(head), end(tail)];
        return { type, key: `${type} ${(isSymmetric(type) ? ends.sort() : ends).join(' -> ')}` };
      });
  return {
    mentions: mentions(place),
    strictMentions: mentions(mentionKey),
    relations: relations(place),
    strictRelations: relations(mentionKey),
  };
}

class Counts {
  first = 0;
  firstMatched = 0;
  second = 0;
  secondMatched = 0;

  get overlap(): Overlap {
    const { first, firstMatched, second, secondMatched } = this;
    const [recall, precision] = [percent(firstMatched, first), percent(secondMatched, second)];
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { first, firstMatched, second, secondMatched, precision, recall, f1 };
  }
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function overlap(pairs: readonly (readonly [Reading, Reading])[], keys: Keys): ByType<Overlap> {
  const all = new Counts();
  const types = new Map<string, Counts>();
  const count = (own: readonly Keyed[], others: readonly Keyed[], side: 'first' | 'second'): void => {
    const there = new Set(others.map(({ key }) => key));
    const add = (to: Counts, keysOfOne: ReadonlySet<string>): void => {
      to[side] += keysOfOne.size;
      for (const key of keysOfOne) if (there.has(key)) to[`${side}Matched`] += 1;
    };
    add(all, new Set(own.map(({ key }) => key)));
    for (const type of new Set(own.map((item) => item.type))) {
      const of = types.get(type) ?? new Counts();
      types.set(type, of);
      add(of, new Set(own.filter((item) => item.type === type).map(({ key }) => key)));
    }
  };
  for (const [one, other] of pairs) {
    const [first, second] = [keys(one), keys(other)];
    count(first, second, 'first');
    count(second, first, 'second');
  }
  return {
    all: all.overlap,
    types: new Map([...types].sort(([a], [b]) => compareText(a, b)).map(([type, of]) => [type, of.overlap])),
  };
}

function differing(units: readonly Unit[], keys: ReturnType<typeof keysOf>): readonly DifferingSentence[] {
  return units
    .map(({ where, readings }) => {
      const present = readings.filter((reading) => reading !== undefined);
      const said = new Map<string, number>();
      for (const reading of present)
        for (const key of new Set([...keys.strictMentions(reading), ...keys.relations(reading)].map((one) => one.key)))
          said.set(key, (said.get(key) ?? 0) + 1);
      const differences = [...said.values()].filter((count) => count < present.length).length;
      return { where, words: present[0]?.words ?? '', differences };
    })
    .filter(({ differences }) => differences > 0)
    .sort((a, b) => b.differences - a.differences);
}
