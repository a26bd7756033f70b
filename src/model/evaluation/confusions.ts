import type { Unscored } from './scores';

/** What can be wrong with a mention. Span: it overlaps the right words; its type may be wrong, too. */
export type MentionError = 'type' | 'span' | 'missed' | 'spurious';
/** What can be wrong with a relation. Mention: one of its ends is not the right mention; nothing else is known to be wrong. */
export type RelationError = 'type' | 'direction' | 'mention' | 'missed' | 'spurious';

/** Errors of one kind between the same types. */
export interface Confusion<Kind extends string> {
  readonly kind: Kind;
  /** The right type; absent for what is spurious. */
  readonly gold?: string;
  /** The predicted type; absent for what is missed. */
  readonly predicted?: string;
  readonly count: number;
  readonly example: Example;
}

/** The first error of its kind. */
export interface Example {
  /** Index of the sentence. */
  readonly sentence: number;
  /** The words of the mention, or of head and tail: gold's where there is gold. */
  readonly spans: readonly Span[];
}

interface Span {
  readonly startToken: number;
  readonly endToken: number;
}

/** Commonest first; of those that are equally common, in order of kind and types. */
export interface Confusions {
  readonly mentions: readonly Confusion<MentionError>[];
  readonly relations: readonly Confusion<RelationError>[];
}

/**
 * The errors that strict scores count (NER, RE+), by what they are. A wrong mention is set against the gold mention with the same words,
 * else the one that shares most with it; a wrong relation against the gold relation between the same mentions, as they were set against
 * each other. So each gold item and each predicted one is in one error at most.
 * @param predicted one a gold sentence, in the same order
 */
export function confusions(gold: readonly Unscored[], predicted: readonly Unscored[]): Confusions {
  const mentions = new Counter<MentionError>();
  const relations = new Counter<RelationError>();
  gold.forEach((annotated, sentence) => {
    const wanted = distinct(annotated);
    const found = distinct(predicted[sentence] ?? { mentions: [], relations: [] });
    const pairing = pair(wanted.mentions, found.mentions);
    countMentions(wanted, found, pairing, (kind, ...types) => mentions.add(kind, ...types, sentence));
    countRelations(wanted, found, pairing, (kind, ...types) => relations.add(kind, ...types, sentence));
  });
  return { mentions: mentions.sorted(), relations: relations.sorted() };
}

type Mention = Unscored['mentions'][number];
type Add<Kind> = (kind: Kind, gold: string | undefined, predicted: string | undefined, spans: readonly Span[]) => void;

/** For each predicted mention, the index of the gold mention that it stands for. */
type Pairing = ReadonlyMap<number, number>;

function pair(gold: readonly Mention[], predicted: readonly Mention[]): Pairing {
  const pairing = new Map<number, number>();
  const taken = new Set<number>();
  const candidates = predicted.flatMap((found, from) =>
    gold.map((wanted, to) => ({
      from,
      to,
      isSameSpan: isSame(wanted, found),
      isSameType: wanted.type === found.type,
      shared: Math.min(wanted.endToken, found.endToken) - Math.max(wanted.startToken, found.startToken),
    })),
  );
  const ranked = candidates
    .filter(({ shared }) => shared > 0)
    .sort(
      (a, b) =>
        Number(b.isSameSpan) - Number(a.isSameSpan) || b.shared - a.shared || Number(b.isSameType) - Number(a.isSameType) || a.to - b.to,
    );
  for (const { from, to } of ranked) {
    if (pairing.has(from) || taken.has(to)) continue;
    pairing.set(from, to);
    taken.add(to);
  }
  return pairing;
}

function isSame(a: Span, b: Span): boolean {
  return a.startToken === b.startToken && a.endToken === b.endToken;
}

function isRight(wanted: Mention, found: Mention): boolean {
  return isSame(wanted, found) && wanted.type === found.type;
}

function countMentions({ mentions: gold }: Unscored, { mentions: predicted }: Unscored, pairing: Pairing, add: Add<MentionError>): void {
  const met = new Set(pairing.values());
  gold.forEach((wanted, at) => {
    if (!met.has(at)) add('missed', wanted.type, undefined, [wanted]);
  });
  predicted.forEach((found, at) => {
    const wanted = gold[pairing.get(at) ?? -1];
    if (wanted === undefined) add('spurious', undefined, found.type, [found]);
    else if (!isRight(wanted, found)) add(isSame(wanted, found) ? 'type' : 'span', wanted.type, found.type, [wanted]);
  });
}

/** The same annotations, each once: scores compare sets. */
function distinct({ mentions, relations }: Unscored): Unscored {
  const first = mentions.map((mention) => mentions.findIndex((other) => isRight(other, mention)));
  const moved = relations.map((relation) => ({ ...relation, head: first[relation.head] ?? -1, tail: first[relation.tail] ?? -1 }));
  const kept = mentions.filter((_, at) => first[at] === at);
  const place = (at: number): number => kept.indexOf(mentions[at] as Mention);
  const keys = new Set<string>();
  const once = moved.filter(({ type, head, tail }) => {
    const key = `${head} ${tail} ${type}`;
    return head >= 0 && tail >= 0 && !keys.has(key) && keys.add(key);
  });
  return { mentions: kept, relations: once.map((relation) => ({ ...relation, head: place(relation.head), tail: place(relation.tail) })) };
}

/** A relation between gold mentions (by index), or where there is none, predicted ones. */
interface Placed {
  readonly type: string;
  readonly head: number | undefined;
  readonly tail: number | undefined;
  /** Whether both ends are right, span and type. */
  readonly areEndsRight: boolean;
  readonly spans: readonly Span[];
}

function countRelations(gold: Unscored, predicted: Unscored, pairing: Pairing, add: Add<RelationError>): void {
  const found = [...pairing].filter(([from, to]) => isRight(gold.mentions[to] as Mention, predicted.mentions[from] as Mention));
  const rightOfPredicted = new Set(found.map(([from]) => from));
  const rightOfGold = new Set(found.map(([, to]) => to));
  const spansOf = ({ mentions }: Unscored, ends: readonly number[]): Span[] => ends.flatMap((end) => mentions[end] ?? []);
  let wanted = gold.relations.map(({ type, head, tail }): Placed => {
    return { type, head, tail, areEndsRight: rightOfGold.has(head) && rightOfGold.has(tail), spans: spansOf(gold, [head, tail]) };
  });
  let given = predicted.relations.map(({ type, head, tail }): Placed => {
    const areEndsRight = rightOfPredicted.has(head) && rightOfPredicted.has(tail);
    return { type, head: pairing.get(head), tail: pairing.get(tail), areEndsRight, spans: spansOf(predicted, [head, tail]) };
  });
  /** Takes out the pairs that agree in this way, and counts them. */
  const settle = (agree: (a: Placed, b: Placed) => boolean, count: (a: Placed, b: Placed) => void): void => {
    wanted = wanted.filter((one) => {
      const match = given.find((other) => agree(one, other));
      if (match === undefined) return true;
      count(one, match);
      given = given.filter((other) => other !== match);
      return false;
    });
  };
  const isForward = (a: Placed, b: Placed): boolean => a.head === b.head && a.tail === b.tail;
  const isBackward = (a: Placed, b: Placed): boolean => a.head === b.tail && a.tail === b.head;
  settle(
    (a, b) => a.type === b.type && isForward(a, b),
    (a, b) => {
      if (!b.areEndsRight) add('mention', a.type, b.type, a.spans);
    },
  );
  settle(
    (a, b) => a.type === b.type && isBackward(a, b),
    (a, b) => {
      add('direction', a.type, b.type, a.spans);
    },
  );
  settle(
    (a, b) => isForward(a, b) || isBackward(a, b),
    (a, b) => {
      add('type', a.type, b.type, a.spans);
    },
  );
  for (const { type, areEndsRight, spans } of wanted) {
    if (areEndsRight) add('missed', type, undefined, spans);
    else add('mention', type, type, spans);
  }
  for (const { type, areEndsRight, spans } of given) {
    if (areEndsRight) add('spurious', undefined, type, spans);
    else add('mention', type, type, spans);
  }
}

class Counter<Kind extends string> {
  readonly #counts = new Map<string, Confusion<Kind>>();

  add(kind: Kind, gold: string | undefined, predicted: string | undefined, spans: readonly Span[], sentence: number): void {
    const key = JSON.stringify([kind, gold, predicted]);
    const { count, example } = this.#counts.get(key) ?? { count: 0, example: { sentence, spans } };
    const types = { ...(gold === undefined ? {} : { gold }), ...(predicted === undefined ? {} : { predicted }) };
    this.#counts.set(key, { kind, ...types, count: count + 1, example });
  }

  sorted(): readonly Confusion<Kind>[] {
    return [...this.#counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1)).map(([, confusion]) => confusion);
  }
}
