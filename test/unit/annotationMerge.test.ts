import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnnotationDocument, Item, Mention, Relation, SentenceState } from '../../src/annotation/document';
import { apply } from '../../src/annotation/edits';
import { checkOffsets, fromJson, toJson } from '../../src/annotation/json';
import { mentionLine, relationLine } from '../../src/annotation/lines';
import { makeMention, mentionKey } from '../../src/annotation/mention';
import { merge } from '../../src/annotation/merge';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';
import { annotated } from './annotationArbitraries';

const text = 'Ann met Bob in Rome. She lives in Lisbon.';

function mentionOf(id: string, word: string, change: Partial<Mention> = {}): Mention {
  const startChar = text.indexOf(word);
  return { ...makeMention(text, id, 'Peop', [{ startChar, endChar: startChar + word.length }], 'suggested'), ...change };
}

const livesIn: Relation = { id: 'rrrrrrrr', type: 'Live_In', head: 'aaaaaaaa', tail: 'bbbbbbbb', status: 'suggested' };

interface Changes {
  readonly mentions?: readonly Mention[];
  readonly relations?: readonly Relation[];
  readonly without?: readonly string[];
  readonly states?: readonly SentenceState[];
}

/** Mentions Ann and Bob with a relation, changed. */
function documentOf({ mentions = [], relations = [], without = [], states = ['in-progress', 'new'] }: Changes = {}): AnnotationDocument {
  const all = (items: readonly Item[]): [string, Item][] => items.map((item): [string, Item] => [item.id, item]);
  const isLeft = ([id]: [string, Item]): boolean => !without.includes(id);
  return {
    text: textReference('a.txt', text),
    sentences: segment(text).map((sentence, index) => ({ ...sentence, state: states[index]! })),
    mentions: new Map(all([mentionOf('aaaaaaaa', 'Ann'), mentionOf('bbbbbbbb', 'Bob'), ...mentions]).filter(isLeft)) as Map<
      string,
      Mention
    >,
    relations: new Map(all([livesIn, ...relations]).filter(isLeft)) as Map<string, Relation>,
  };
}

const base = documentOf();

describe('changes of different things are both taken', () => {
  test.each<[string, Changes, Changes, Changes]>([
    [
      'two items',
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'accepted' })] },
      { mentions: [mentionOf('bbbbbbbb', 'Bob', { type: 'Loc' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'accepted' }), mentionOf('bbbbbbbb', 'Bob', { type: 'Loc' })] },
    ],
    [
      'a status and a note of one item',
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'accepted' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { note: 'her name?' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'accepted', note: 'her name?' })] },
    ],
    [
      'a type and a place',
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { type: 'Loc' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann met')] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann met', { type: 'Loc' })] },
    ],
    ['a removal and a state', { without: ['rrrrrrrr'] }, { states: ['done', 'new'] }, { without: ['rrrrrrrr'], states: ['done', 'new'] }],
    [
      'the same on both sides',
      { without: ['rrrrrrrr', 'bbbbbbbb'] },
      { without: ['rrrrrrrr', 'bbbbbbbb'] },
      { without: ['rrrrrrrr', 'bbbbbbbb'] },
    ],
    [
      'two new mentions',
      { mentions: [mentionOf('cccccccc', 'Rome')] },
      { mentions: [mentionOf('dddddddd', 'Lisbon')] },
      { mentions: [mentionOf('cccccccc', 'Rome'), mentionOf('dddddddd', 'Lisbon')] },
    ],
    [
      'the same new mention, decided on one side only',
      { mentions: [mentionOf('cccccccc', 'Rome')] },
      { mentions: [mentionOf('cccccccc', 'Rome', { status: 'rejected' })] },
      { mentions: [mentionOf('cccccccc', 'Rome', { status: 'rejected' })] },
    ],
    [
      'two notes',
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { note: 'mine' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { note: 'yours' })] },
      { mentions: [mentionOf('aaaaaaaa', 'Ann', { note: 'yours\nmine' })] },
    ],
  ])('%s', (_, ours, theirs, expected) => {
    const { document, conflicts } = merge(base, documentOf(ours), documentOf(theirs));
    expect(conflicts).toEqual([]);
    expect(toJson(document)).toBe(toJson(documentOf(expected)));
  });
});

describe('what does not fit is kept, flagged, and its sentence no longer done', () => {
  const done: readonly SentenceState[] = ['done', 'done'];
  const conflict = (why: string, status: Mention['status'] = 'suggested'): Partial<Item> => ({
    status,
    note: `Conflict: ${why}`,
    discuss: true,
  });
  const merged = (ours: Changes, theirs: Changes): ReturnType<typeof merge> =>
    merge(documentOf({ states: done }), documentOf({ states: done, ...ours }), documentOf({ states: done, ...theirs }));

  test('accepted on one side, rejected on the other: a suggestion again', () => {
    const ours = { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'accepted' })] };
    const theirs = { mentions: [mentionOf('aaaaaaaa', 'Ann', { status: 'rejected' })] };
    const { document, conflicts } = merged(ours, theirs);
    expect(document.mentions.get('aaaaaaaa')).toMatchObject(conflict('rejected elsewhere, accepted here.'));
    expect(conflicts).toEqual([`'Ann' (rejected elsewhere, accepted here)`]);
    expect(document.sentences.map(({ state }) => state)).toEqual(['in-progress', 'done']);
  });

  test('the same under two ids, of which no side had both, is one', () => {
    // Ours was made as another type, under the id of that.
    const ours = [mentionOf('cccccccc', 'Rome', { type: 'Loc', status: 'accepted', by: 'Ada' })];
    const theirs = [mentionOf('dddddddd', 'Rome', { type: 'Loc', note: 'sure?' })];
    const relation = (id: string, head: string): Relation => ({ id, type: 'Live_In', head: 'aaaaaaaa', tail: head, status: 'accepted' });
    const merged = merge(
      base,
      documentOf({ mentions: ours, relations: [relation('ssssssss', 'cccccccc')] }),
      documentOf({ mentions: theirs, relations: [relation('tttttttt', 'dddddddd')] }),
    );
    expect(merged.conflicts).toEqual([]);
    expect([...merged.document.mentions.values()].filter(({ text: words }) => words === 'Rome')).toEqual([
      mentionOf('cccccccc', 'Rome', { type: 'Loc', status: 'accepted', by: 'Ada', note: 'sure?' }),
    ]);
    expect([...merged.document.relations.values()]).toEqual([livesIn, relation('ssssssss', 'cccccccc')]);

    const rejected = merge(base, documentOf({ mentions: ours }), documentOf({ mentions: [{ ...theirs[0]!, status: 'rejected' }] }));
    expect(rejected.conflicts).toEqual(["'Rome' (rejected elsewhere, accepted here)"]);
    expect(rejected.document.mentions.get('cccccccc')).toMatchObject({ status: 'suggested', discuss: true });

    // Of three, two of which a side has: each is there once, and what is related to it stays so.
    const [one, two, three] = ['cccccccc', 'dddddddd', 'eeeeeeee'].map((id, index) =>
      mentionOf(id, 'Rome', { type: ['Peop', 'Org', 'Loc'][index]! }),
    ) as [Mention, Mention, Mention];
    const was = documentOf({ mentions: [two, three] });
    const chained = merge(
      was,
      documentOf({
        mentions: [
          { ...two, type: 'Loc' },
          { ...three, type: 'Loc' },
        ],
      }),
      documentOf({ mentions: [two, three, { ...one, type: 'Loc' }], relations: [relation('ssssssss', 'cccccccc')] }),
    ).document;
    expect([...chained.mentions.keys()].sort()).toEqual(['aaaaaaaa', 'bbbbbbbb', 'dddddddd', 'eeeeeeee']);
    expect(chained.relations.get('ssssssss')).toMatchObject({ tail: 'dddddddd' });
    expect(toJson(fromJson(toJson(chained), 'a.txt').document)).toBe(toJson(chained));

    // A relation joins them: they are two.
    const joined: Relation = { id: 'ssssssss', type: 'Is', head: 'dddddddd', tail: 'cccccccc', status: 'accepted' };
    const related = merge(
      documentOf({ mentions: [one] }),
      documentOf({ mentions: [{ ...one, type: 'Org' }] }),
      documentOf({ mentions: [one, two], relations: [joined] }),
    ).document;
    expect([related.mentions.size, related.relations.get('ssssssss')]).toEqual([4, joined]);

    const [first, second] = [
      documentOf({ mentions: [{ ...one, type: 'Loc', status: 'accepted' }, two] }),
      documentOf({ mentions: [one, { ...two, type: 'Loc', status: 'rejected' }] }),
    ];
    const both = documentOf({ mentions: [one, two] });
    expect(merge(both, first, second).conflicts).toEqual(["'Rome' (rejected elsewhere, accepted here)"]);
    expect(merge(both, second, first).conflicts).toEqual(["'Rome' (accepted elsewhere, rejected here)"]);

    const twice = [...ours, ...theirs];
    expect(merge(base, documentOf({ mentions: twice }), base).document.mentions.size).toBe(4);
  });

  test('two types: both', () => {
    const ours = { mentions: [mentionOf('aaaaaaaa', 'Ann', { type: 'Loc', status: 'accepted' })] };
    const theirs = { mentions: [mentionOf('aaaaaaaa', 'Ann', { type: 'Org', status: 'accepted' })] };
    const { document, conflicts } = merged(ours, theirs);
    const both = [...document.mentions.values()].filter(({ text: words }) => words === 'Ann');
    const why = `Org 'Ann' elsewhere, Loc 'Ann' here.`;
    expect(both).toMatchObject([
      { id: 'aaaaaaaa', type: 'Org', ...conflict(why) },
      { type: 'Loc', ...conflict(why) },
    ]);
    expect(conflicts).toHaveLength(1);
    expect(document.relations.get('rrrrrrrr')).toEqual(livesIn);
  });

  test('two places: both', () => {
    const { document } = merged({ mentions: [mentionOf('bbbbbbbb', 'met Bob')] }, { mentions: [mentionOf('bbbbbbbb', 'Bob in')] });
    expect([...document.mentions.values()].map(({ text: words }) => words)).toEqual(['Ann', 'Bob in', 'met Bob']);
  });

  test('removed on one side, changed on the other: it stays', () => {
    const change = { mentions: [mentionOf('bbbbbbbb', 'Bob', { status: 'accepted' })] };
    const removal = { without: ['bbbbbbbb', 'rrrrrrrr'] };
    expect(merged(removal, change).document.mentions.get('bbbbbbbb')).toMatchObject(
      conflict('changed elsewhere, removed here.', 'accepted'),
    );
    expect(merged(change, removal).document.mentions.get('bbbbbbbb')).toMatchObject(
      conflict('removed elsewhere, changed here.', 'accepted'),
    );
  });

  test('a mention removed on one side, a relation made with it on the other: both stay', () => {
    const relation = { id: 'ssssssss', type: 'Kill', head: 'bbbbbbbb', tail: 'aaaaaaaa', status: 'accepted' as const };
    const { document, conflicts } = merged({ relations: [relation] }, { without: ['bbbbbbbb', 'rrrrrrrr'] });
    expect(document.relations.get('ssssssss')).toEqual(relation);
    expect(document.mentions.get('bbbbbbbb')).toMatchObject({ discuss: true });
    expect(conflicts).toEqual([`'Bob' (removed elsewhere, and a relation needs it)`]);
  });

  test('a relation turned round on one side, of another type on the other: one; of two types: both', () => {
    const turned = { ...livesIn, head: 'bbbbbbbb', tail: 'aaaaaaaa' };
    expect(merged({ relations: [turned] }, { relations: [{ ...livesIn, type: 'Kill' }] }).document.relations.get('rrrrrrrr')).toEqual({
      ...turned,
      type: 'Kill',
    });
    const both = merged({ relations: [{ ...livesIn, type: 'Work_For' }] }, { relations: [{ ...livesIn, type: 'Kill' }] }).document
      .relations;
    expect([...both.values()].map(({ type }) => type)).toEqual(['Kill', 'Work_For']);
  });

  test('sentences that were divided differently: those with work stay', () => {
    const whole = { ...segment(text.replaceAll('.', ','))[0]!, state: 'new' as const };
    const { document } = merge(base, documentOf({ states: ['done', 'new'] }), { ...base, sentences: [whole] });
    expect(document.sentences.map(({ state }) => state)).toEqual(['done']);
  });
});

describe('for any documents', () => {
  /** Three states of one document: what two people made of a base by adding, changing and taking out. */
  const three = fc.tuple(annotated, fc.infiniteStream(fc.nat(9))).map(([{ text: content, document }, numbers]) => {
    const next = (): number => numbers.next().value as number;
    const changed = <T extends Item>(items: ReadonlyMap<string, T>): Map<string, T> =>
      new Map(
        [...items].flatMap(([id, item]): [string, T][] => {
          const what = next();
          if (what === 0) return [];
          if (what === 1) return [[id, { ...item, status: 'accepted' }]];
          if (what === 2) return [[id, { ...item, type: 'Other' }]];
          return what === 3 ? [[id, { ...item, note: String(next()) }]] : [[id, item]];
        }),
      );
    const state = (): AnnotationDocument => {
      const mentions = changed(document.mentions);
      const relations = [...changed(document.relations)].filter(([, { head, tail }]) => mentions.has(head) && mentions.has(tail));
      const sentences = document.sentences
        .filter(() => next() > 1)
        .map((sentence) => (next() < 3 ? { ...sentence, state: 'done' as const } : sentence));
      return { ...document, sentences, mentions, relations: new Map(relations) };
    };
    return { content, base: state(), ours: state(), theirs: state() };
  });

  test('the result is a sound document, and what either side added or changed is in it', () => {
    fc.assert(
      fc.property(three, ({ content, base: was, ours, theirs }) => {
        const { document, conflicts } = merge(was, ours, theirs);
        checkOffsets(document, content, 'a.txt');
        expect(toJson(fromJson(toJson(document), 'a.txt').document)).toBe(toJson(document));
        // What is the same under another id is there, too.
        const saysOf = (said: AnnotationDocument, end: string): string => JSON.stringify(said.mentions.get(end)!.spans);
        const saidBy = (said: AnnotationDocument, { type, head, tail }: Relation): string =>
          JSON.stringify([type, saysOf(said, head), saysOf(said, tail)]);
        const mentions = new Set([...document.mentions.values()].map(mentionKey));
        const relations = new Set([...document.relations.values()].map((relation) => saidBy(document, relation)));
        for (const side of [ours, theirs]) {
          for (const [id, mention] of side.mentions) {
            const before = was.mentions.get(id);
            if (before === undefined || mentionLine(before) !== mentionLine(mention))
              expect(document.mentions.has(id) || mentions.has(mentionKey(mention))).toBe(true);
          }
          for (const [id, relation] of side.relations) {
            const before = was.relations.get(id);
            if (before === undefined || relationLine(before) !== relationLine(relation))
              expect(document.relations.has(id) || relations.has(saidBy(side, relation))).toBe(true);
          }
        }
        if (conflicts.length > 0)
          expect([...document.mentions.values(), ...document.relations.values()].some(({ discuss }) => discuss)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('where one side changed nothing, the other side is the result; the same on both sides is itself', () => {
    fc.assert(
      fc.property(three, ({ base: was, ours }) => {
        for (const [a, b] of [
          [ours, was],
          [was, ours],
          [ours, ours],
        ] as const) {
          const { document, conflicts } = merge(was, a, b);
          expect(toJson(document)).toBe(toJson(ours));
          expect(conflicts).toEqual([]);
        }
      }),
    );
  });

  test('edits of different items give the same, whoever makes which', () => {
    fc.assert(
      fc.property(annotated, fc.nat(), fc.nat(), ({ document }, one, other) => {
        const ids = [...document.mentions.keys()];
        const [first, second] = [ids[one % ids.length], ids[other % ids.length]];
        if (first === undefined || second === undefined || first === second) return;
        const edit = (id: string, change: Partial<Mention>): Parameters<typeof apply>[1] => {
          const previous = document.mentions.get(id)!;
          return { kind: 'mention', id, previous, next: { ...previous, ...change } };
        };
        const [a, b] = [edit(first, { type: 'New' }), edit(second, { note: 'new' })];
        const { document: result } = merge(document, apply(document, a), apply(document, b));
        expect(toJson(result)).toBe(toJson(apply(apply(document, a), b)));
      }),
    );
  });
});
