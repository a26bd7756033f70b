import { agreement, type Overlap } from '../annotation/compare/agreement';
import { choicesIn } from '../annotation/compare/adoption';
import { type Comparison, comparisons, type Difference, type JoinedRelation } from '../annotation/compare/differences';
import { paired } from '../annotation/compare/pairing';
import type { AnnotationDocument, Mention } from '../annotation/document';
import { isSymmetric, type Schema } from '../annotation/schema';
import type { ComparedMention, ComparedRelation, ComparedSentence, ComparedSide, ToCompare } from '../protocol/compare';
import { sameSpan, type Span } from '../text/span';

/** Two people's annotations of one text; both count in it. */
export interface TwoDocuments {
  readonly text: string;
  readonly first: AnnotationDocument;
  readonly second: AnnotationDocument;
  readonly schema: Schema;
}

/** Which sentences are compared: done by both, or all that neither skipped. */
export type Scope = 'done' | 'all';

/** A sentence that is compared, with its number in the text, from 1. */
export interface Compared extends Comparison {
  readonly number: number;
}

/** The sentences of two documents that are compared. */
export function comparedIn({ first, second, schema }: TwoDocuments, scope: Scope): readonly Compared[] {
  const all = comparisons(first, second, symmetricIn(schema)).map((comparison, index) => ({ ...comparison, number: index + 1 }));
  return all.filter(({ states }) => (scope === 'done' ? states.every((state) => state === 'done') : !states.includes('skipped')));
}

/** The sentences as the page shows them. */
export function sentencesOf({ text }: TwoDocuments, compared: readonly Compared[]): readonly ComparedSentence[] {
  return compared.map((comparison) => ({
    number: comparison.number,
    text: text.slice(comparison.sentence.startChar, comparison.sentence.endChar),
    isDone: comparison.states.every((state) => state === 'done'),
    first: sideOf(comparison, 'first'),
    second: sideOf(comparison, 'second'),
    differences: comparison.differences.map(({ key, first, second }) => ({
      key,
      ...(first === undefined ? {} : { first: wordsOf(first) }),
      ...(second === undefined ? {} : { second: wordsOf(second) }),
    })),
  }));
}

/** How far the two agree. */
export function figuresOf({ text, first, second, schema }: TwoDocuments, scope: Scope): readonly (readonly [string, string])[] {
  const { units } = paired([first, second].map((document) => [{ name: '', text, document }]));
  const [pair] = agreement(units, 2, { sentences: scope, isSymmetric: symmetricIn(schema) }).pairs;
  if (pair === undefined) return [];
  const percent = ({ f1, first: one, second: other }: Overlap): string => (one + other === 0 ? '–' : `${f1.toFixed(1)} %`);
  return [
    ['Kappa of words', pair.kappa.all?.toFixed(2) ?? '–'],
    ['Mentions, F1', percent(pair.mentions.strict.all)],
    ['without types', percent(pair.mentions.boundary.all)],
    ['Relations, F1', percent(pair.relations.strict.all)],
    ['without types of mentions', percent(pair.relations.boundary.all)],
  ];
}

/** What is decided in the adjudicated document. */
export function decisionsIn(adjudicated: AnnotationDocument, compared: readonly Compared[]): Extract<ToCompare, { kind: 'decisions' }> {
  const isDone = ({ sentence }: Comparison): boolean =>
    adjudicated.sentences.some((own) => own.state === 'done' && sameSpan(own, sentence));
  return {
    kind: 'decisions',
    choices: Object.fromEntries(choicesIn(adjudicated, compared)),
    done: compared.filter(isDone).map(({ number }) => number),
  };
}

function symmetricIn({ relations }: Schema): (type: string) => boolean {
  return (type) => isSymmetric(relations, type);
}

function sideOf({ sentence, equal, differences }: Comparison, side: 'first' | 'second'): ComparedSide {
  const mention = ({ type, spans }: Mention, isEqual: boolean): ComparedMention => ({
    type,
    spans: spans.map((span) => inside(span, sentence)).filter(([start, end]) => start < end),
    isEqual,
  });
  const relation = ({ type, head, tail }: JoinedRelation, isEqual: boolean): ComparedRelation => ({
    type,
    head: head.text,
    tail: tail.text,
    isEqual,
  });
  const own = differences.map((difference: Difference) => difference[side]).filter((item) => item !== undefined);
  return {
    mentions: [
      ...equal.mentions.map((one) => mention(one, true)),
      ...own.flatMap((item) => ('spans' in item ? [mention(item, false)] : [])),
    ],
    relations: [
      ...equal.relations.map((one) => relation(one, true)),
      ...own.flatMap((item) => ('spans' in item ? [] : [relation(item, false)])),
    ],
  };
}

function inside({ startChar, endChar }: Span, sentence: Span): readonly [number, number] {
  const at = (offset: number): number => Math.min(Math.max(offset, sentence.startChar), sentence.endChar) - sentence.startChar;
  return [at(startChar), at(endChar)];
}

function wordsOf(item: Mention | JoinedRelation): string {
  return 'spans' in item ? `${item.type}: ${item.text}` : `${item.head.text} → ${item.tail.text}: ${item.type}`;
}
