import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adoptEqual, adoptionEdit, choicesIn } from '../../src/annotation/compare/adoption';
import { type Choice, type Comparison, comparisons, type Difference } from '../../src/annotation/compare/differences';
import { type AnnotationDocument, emptyDocument, type Item } from '../../src/annotation/document';
import { apply, invert } from '../../src/annotation/edits';
import { toJson } from '../../src/annotation/json';
import { annotated } from './annotationArbitraries';
import { documentOf, TEXT } from './comparing';

const directed = (): boolean => false;
const words = ({ first, second }: Difference): string =>
  [first, second]
    .map((item) =>
      item === undefined ? '-' : 'spans' in item ? `${item.type} ${item.text}` : `${item.type} ${item.head.text}>${item.tail.text}`,
    )
    .join(' | ');
const said = (all: readonly Comparison[]): readonly string[] =>
  all.flatMap(({ differences }, index) => differences.map((one) => `${index} ${one.how}: ${words(one)}`));

describe('two people differ', () => {
  test('in what only one has, in type, in words; what is equal is none', () => {
    const first = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'] });
    const second = documentOf({ mentions: ['Peop Ann', 'Org Bob', 'Loc Rome', 'Loc Lisbon'] });
    const all = comparisons(first, second, directed);
    expect(said(all)).toEqual(['0 words: Peop Ann Berg | Peop Ann', '0 type: Peop Bob | Org Bob', '1 only: - | Loc Lisbon']);
    expect(all[0]?.equal.mentions.map(({ text }) => text)).toEqual(['Rome']);
  });

  test('in relations: the type, the direction; not where only the words of an end differ', () => {
    const first = documentOf({
      mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome', 'Loc Lisbon'],
      relations: ['Met Ann Berg > Bob', 'Live_In Bob > Rome', 'Live_In Ann Berg > Rome'],
    });
    const second = documentOf({
      mentions: ['Peop Ann', 'Peop Bob', 'Loc Rome', 'Loc Lisbon'],
      relations: ['Met Bob > Ann', 'Work_For Bob > Rome', 'Live_In Ann > Rome'],
    });
    expect(said(comparisons(first, second, directed))).toEqual([
      '0 words: Peop Ann Berg | Peop Ann',
      '0 direction: Met Ann Berg>Bob | Met Bob>Ann',
      '0 type: Live_In Bob>Rome | Work_For Bob>Rome',
    ]);
    expect(said(comparisons(first, second, (type) => type === 'Met'))).toHaveLength(2);
  });
});

describe('adopting into a third document', () => {
  const empty = emptyDocument(documentOf({}).text);
  const first = documentOf({
    mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'],
    relations: ['Live_In Ann Berg > Rome', 'Met Bob > Ann Berg'],
  });
  const second = documentOf({ mentions: ['Peop Ann', 'Loc Rome', 'Loc Lisbon'], relations: ['Live_In Ann > Rome'] });
  const all = comparisons(first, second, directed);
  const shown = ({ mentions, relations }: AnnotationDocument): readonly string[] => [
    ...[...mentions.values()].map(({ type, text, status }) => `${type} ${text} ${status}`),
    ...[...relations.values()].map(
      ({ type, head, tail, status }) => `${type} ${mentions.get(head)?.text ?? '?'}>${mentions.get(tail)?.text ?? '?'} ${status}`,
    ),
  ];
  /** Decides about the difference that says these words. */
  const decide = (document: AnnotationDocument, about: string, choice: Choice): AnnotationDocument => {
    for (const { differences } of all)
      for (const difference of differences)
        if (words(difference) === about)
          return apply(document, adoptionEdit(document, all, difference.key, choice, { text: TEXT, by: 'Cy' }));
    throw new Error(`no difference ${about}`);
  };
  const states = ({ sentences }: AnnotationDocument): readonly string[] => sentences.map(({ state }) => state);
  const ANN = 'Peop Ann Berg | Peop Ann';

  test('the one, what is left out as rejected, and what is equal in the sentence with it', () => {
    const once = decide(empty, ANN, 'second');
    expect(shown(once)).toEqual(['Loc Rome accepted', 'Peop Ann Berg rejected', 'Peop Ann accepted', 'Live_In Ann>Rome accepted']);
    expect([...once.mentions.values()].map(({ by }) => by)).toEqual(['Cy', 'Cy', 'Cy']);
    expect(states(once)).toEqual(['in-progress']);
    expect([...choicesIn(once, all).values()]).toEqual(['second']);
  });

  test('decided otherwise, a relation of both goes over; with the last decision the sentence is done, and what is undone is open again', () => {
    const once = decide(decide(empty, ANN, 'second'), ANN, 'first');
    expect(shown(once)).toContain('Live_In Ann Berg>Rome accepted');
    const twice = decide(decide(once, 'Peop Bob | -', 'second'), 'Met Bob>Ann Berg | -', 'second');
    expect(states(twice)).toEqual(['done']);
    expect([...choicesIn(twice, all).values()]).toEqual(['first', 'second', 'second']);
    expect(shown(decide(twice, ANN, 'neither')).filter((line) => line.endsWith('accepted'))).toEqual(['Loc Rome accepted']);
  });

  test('a relation that is taken takes its mentions along', () => {
    const once = decide(empty, 'Met Bob>Ann Berg | -', 'first');
    expect(shown(once).toSorted()).toEqual([
      'Live_In Ann Berg>Rome accepted',
      'Loc Rome accepted',
      'Met Bob>Ann Berg accepted',
      'Peop Ann Berg accepted',
      'Peop Ann rejected',
      'Peop Bob accepted',
    ]);
    expect(states(once)).toEqual(['done']);
  });

  test('all that is equal at once: sentences that both have done without a difference are done', () => {
    const other = documentOf({ mentions: ['Peop Ann Berg', 'Loc Lisbon'] });
    const equal = comparisons(documentOf({ mentions: ['Peop Bob', 'Loc Lisbon'] }), other, directed);
    const edit = adoptEqual(empty, equal, { text: TEXT });
    const once = apply(empty, edit);
    expect(shown(once)).toEqual(['Loc Lisbon accepted']);
    expect(states(once)).toEqual(['in-progress', 'done']);
    expect(adoptEqual(once, equal, { text: TEXT }).edits).toEqual([]);
    expect(toJson(apply(once, invert(edit)))).toBe(toJson(empty));
  });

  test('for any two documents: who takes one side everywhere has what that side says; every step can be undone', () => {
    const two = fc
      .tuple(annotated, fc.infiniteStream(fc.nat(5)), fc.constantFrom('first' as const, 'second' as const))
      .map(([{ text, document }, numbers, side]) => {
        const next = (): number => numbers.next().value as number;
        const some = <T extends Item>(items: ReadonlyMap<string, T>): Map<string, T> =>
          new Map(
            [...items].flatMap(([id, item]): [string, T][] =>
              next() === 0 ? [] : [[id, { ...item, status: 'accepted', ...(next() === 0 ? { type: 'Changed' } : {}) }]],
            ),
          );
        const person = (): AnnotationDocument => {
          const mentions = some(document.mentions);
          const relations = [...some(document.relations)].filter(([, { head, tail }]) => mentions.has(head) && mentions.has(tail));
          return { ...document, mentions, relations: new Map(relations) };
        };
        return { text, side, first: person(), second: person() };
      });
    fc.assert(
      fc.property(two, ({ text, side, first: one, second: other }) => {
        const compared = comparisons(one, other, directed);
        let third = emptyDocument(one.text);
        const step = (edit: ReturnType<typeof adoptEqual>): void => {
          const after = apply(third, edit);
          expect(toJson(apply(after, invert(edit)))).toBe(toJson(third));
          third = after;
        };
        for (const { differences } of compared)
          for (const difference of differences) step(adoptionEdit(third, compared, difference.key, side, { text }));
        step(adoptEqual(third, compared, { text }));
        const chosen = side === 'first' ? one : other;
        expect(said(comparisons(third, chosen, directed))).toEqual([]);
        expect(said(comparisons(chosen, third, directed))).toEqual([]);
      }),
    );
  });
});
