import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnotationDocument, Mention, Sentence } from '../../src/annotation/document';
import { emptyDocument } from '../../src/annotation/document';
import type { Edit } from '../../src/annotation/edits';
import { apply, describe as describeEdit, invert } from '../../src/annotation/edits';
import { extractionEdit, sentencesToExtract } from '../../src/annotation/extraction';
import { mentionId, relationId, takenIn } from '../../src/annotation/ids';
import { fromJson, toJson } from '../../src/annotation/json';
import { layoutOf } from '../../src/annotation/layout';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import type { SpangridError } from '../../src/errors';
import type { Annotated } from './annotationArbitraries';
import { annotated, ENTITIES, RELATIONS } from './annotationArbitraries';

const TEXT = 'Bob lives in Rome. Ann too.';
const BOB = makeMention(TEXT, 'bbbbbbbb', 'Peop', [{ startChar: 0, endChar: 3 }], 'accepted');
const ROME = makeMention(TEXT, 'cccccccc', 'Loc', [{ startChar: 13, endChar: 17 }], 'suggested');
const LIVES = { id: 'dddddddd', type: 'Live_In', head: BOB.id, tail: ROME.id, status: 'suggested' } as const;
const FIRST: Sentence = { startChar: 0, endChar: 18, state: 'new', tokens: [] };
const SECOND: Sentence = { startChar: 19, endChar: 27, state: 'new', tokens: [] };

const add = (mention: Mention): Edit => ({ kind: 'mention', id: mention.id, previous: undefined, next: mention });
const group = (...edits: Edit[]): Edit => ({ kind: 'group', label: 'several', edits });
const empty = emptyDocument(textReference('a.txt', TEXT), [FIRST, SECOND]);
const full = apply(empty, group({ kind: 'relation', id: LIVES.id, previous: undefined, next: LIVES }, add(BOB), add(ROME)));

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as SpangridError).code;
  }
  return 'no error';
};

/** What a person (or a model) might do next, chosen by numbers. */
function nextEdit({ text, document }: Annotated, [kind, a, b, c]: readonly [number, number, number, number]): Edit | undefined {
  const mentions = [...document.mentions.values()];
  const relations = [...document.relations.values()];
  const mention = mentions[a % Math.max(mentions.length, 1)];
  const relation = relations[a % Math.max(relations.length, 1)];
  const sentence = document.sentences[a % Math.max(document.sentences.length, 1)];
  switch (kind) {
    case 0: {
      const spans = [{ startChar: a % (text.length + 1), endChar: b % (text.length + 1) }];
      if (spans[0]!.startChar >= spans[0]!.endChar) return undefined;
      const type = ENTITIES[c % ENTITIES.length]!;
      return add(makeMention(text, mentionId(type, spans, takenIn(document)), type, spans, 'accepted'));
    }
    case 1:
      if (mention !== undefined && b % 3 === 0 && text.length > 0) {
        const startChar = a % text.length;
        const spans = [{ startChar, endChar: startChar + 1 + (c % (text.length - startChar)) }];
        return { kind: 'mention', id: mention.id, previous: mention, next: { ...mention, spans } };
      }
      return (
        mention && {
          kind: 'mention',
          id: mention.id,
          previous: mention,
          next: { ...mention, type: ENTITIES[c % ENTITIES.length]!, note: `n${b}` },
        }
      );
    case 2: {
      if (mention === undefined) return undefined;
      const attached = relations.filter(({ head, tail }) => head === mention.id || tail === mention.id);
      const removals = attached.map((previous): Edit => ({ kind: 'relation', id: previous.id, previous, next: undefined }));
      return group({ kind: 'mention', id: mention.id, previous: mention, next: undefined }, ...removals);
    }
    case 3: {
      const tail = mentions[b % Math.max(mentions.length, 1)];
      if (mention === undefined || tail === undefined) return undefined;
      const type = RELATIONS[c % RELATIONS.length]!;
      const id = relationId(type, mention.id, tail.id, takenIn(document));
      return { kind: 'relation', id, previous: undefined, next: { id, type, head: mention.id, tail: tail.id, status: 'suggested' } };
    }
    case 4:
      return (
        relation && {
          kind: 'relation',
          id: relation.id,
          previous: relation,
          next: b % 2 === 0 ? undefined : { ...relation, status: 'rejected' },
        }
      );
    case 5:
      return sentence && { kind: 'sentences', previous: [sentence], next: b % 3 === 0 ? [] : [{ ...sentence, state: 'done' }] };
    default: {
      const found = sentencesToExtract(
        document,
        text === '' ? [] : [{ startChar: 0, endChar: text.length, tokens: [{ startChar: 0, endChar: text.length }] }],
      );
      const prediction = { mentions: [{ type: ENTITIES[c % ENTITIES.length]!, startToken: 0, endToken: 1, score: 0.5 }], relations: [] };
      return extractionEdit(
        document,
        text,
        'fast',
        found.filter(({ tokens }) => tokens.length > 0).map((spans) => ({ spans, prediction })),
      );
    }
  }
}

const choices = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.nat(), fc.nat(), fc.nat()), { maxLength: 12 });

test('any sequence of edits, undone, gives back the identical document; redone, the changed one', () => {
  fc.assert(
    fc.property(annotated, choices, ({ text, document }, chosen) => {
      const states: AnnotationDocument[] = [document];
      const edits: Edit[] = [];
      for (const choice of chosen) {
        const edit = nextEdit({ text, document: states.at(-1)! }, choice);
        if (edit === undefined) continue;
        edits.push(edit);
        states.push(apply(states.at(-1)!, edit));
      }
      const written = states.map(toJson);
      let current = states.at(-1)!;
      for (const [index, edit] of [...edits.entries()].reverse()) {
        current = apply(current, invert(edit));
        expect(toJson(current)).toBe(written[index]);
      }
      for (const [index, edit] of edits.entries()) {
        current = apply(current, edit);
        expect(toJson(current)).toBe(written[index + 1]);
      }
    }),
    { numRuns: 300 },
  );
});

test('where items lie is the same, carried over from edit to edit or worked out anew', () => {
  fc.assert(
    fc.property(annotated, choices, ({ text, document }, chosen) => {
      let current = document;
      for (const choice of chosen) {
        layoutOf(current);
        const edit = nextEdit({ text, document: current }, choice);
        if (edit === undefined) continue;
        current = apply(current, edit);
        expect(layoutOf(current)).toEqual(layoutOf({ ...current }));
      }
    }),
    { numRuns: 300 },
  );
});

test('relations across sentences keep their order when one of their mentions moves', () => {
  const ann = makeMention(TEXT, 'eeeeeeee', 'Peop', [{ startChar: 19, endChar: 22 }], 'accepted');
  const far = (id: string, head: Mention): Edit => {
    return { kind: 'relation', id, previous: undefined, next: { id, type: 'Knows', head: head.id, tail: ann.id, status: 'accepted' } };
  };
  const document = apply(full, group(add(ann), far('ffffffff', BOB), far('gggggggg', ROME)));
  expect(layoutOf(document).elsewhere.relations.map(({ head }) => head)).toEqual([BOB.id, ROME.id]);
  const moved = { ...ROME, spans: [{ startChar: 0, endChar: 1 }] };
  const after = apply(document, { kind: 'mention', id: ROME.id, previous: ROME, next: moved });
  expect(layoutOf(after).elsewhere.relations.map(({ head }) => head)).toEqual([ROME.id, BOB.id]);
});

test('a group that changes one item twice is undone in the opposite order', () => {
  const [second, third] = [
    { ...BOB, type: 'Org' },
    { ...BOB, type: 'Loc' },
  ];
  const edit = group(
    { kind: 'mention', id: BOB.id, previous: BOB, next: second },
    { kind: 'mention', id: BOB.id, previous: second, next: third },
  );
  const changed = apply(full, edit);
  expect(changed.mentions.get(BOB.id)).toBe(third);
  expect(apply(changed, invert(edit)).mentions.get(BOB.id)).toBe(BOB);
});

test('an edit leaves the items of other sentences where they are', () => {
  const before = layoutOf(full);
  const after = layoutOf(apply(full, { kind: 'mention', id: BOB.id, previous: BOB, next: { ...BOB, type: 'Org' } }));
  expect(after.sentences[1]).toBe(before.sentences[1]);
  expect(after.sentences[0]?.mentions.map(({ type }) => type)).toEqual(['Org', 'Loc']);
});

test('an edit leaves the document that it is applied to as it was', () => {
  const before = toJson(full);
  apply(full, { kind: 'mention', id: BOB.id, previous: BOB, next: { ...BOB, type: 'Org' } });
  expect(toJson(full)).toBe(before);
});

test('an edit fits a document that was read anew from its file', () => {
  const again = fromJson(toJson(full), 'file').document;
  const changed = apply(again, { kind: 'mention', id: BOB.id, previous: BOB, next: { ...BOB, type: 'Org' } });
  expect(changed.mentions.get(BOB.id)?.type).toBe('Org');
});

test('an edit that was made on another state is a conflict', () => {
  const changed: Mention = { ...BOB, note: 'someone else was here' };
  const elsewhere = apply(full, { kind: 'mention', id: BOB.id, previous: BOB, next: changed });
  for (const edit of [
    { kind: 'mention', id: BOB.id, previous: BOB, next: { ...BOB, type: 'Org' } },
    { kind: 'mention', id: BOB.id, previous: undefined, next: BOB },
    { kind: 'relation', id: LIVES.id, previous: { ...LIVES, type: 'Kill' }, next: LIVES },
    { kind: 'sentences', previous: [{ ...FIRST, state: 'done' }], next: [FIRST] },
    { kind: 'sentences', previous: [{ ...FIRST, state: 'done' }], next: [] },
    { kind: 'sentences', previous: [], next: [{ ...FIRST, startChar: 4 }] },
  ] satisfies Edit[])
    expect(codeOf(() => apply(elsewhere, edit))).toBe('annotation.conflict');
});

test('a group with a conflict changes nothing', () => {
  const edit = group({ kind: 'mention', id: BOB.id, previous: BOB, next: { ...BOB, type: 'Org' } }, add(ROME));
  expect(codeOf(() => apply(full, edit))).toBe('annotation.conflict');
  expect(full.mentions.get(BOB.id)?.type).toBe('Peop');
});

test('a relation is not left without its mentions', () => {
  expect(codeOf(() => apply(full, { kind: 'mention', id: BOB.id, previous: BOB, next: undefined }))).toBe('annotation.conflict');
  expect(codeOf(() => apply(empty, { kind: 'relation', id: LIVES.id, previous: undefined, next: LIVES }))).toBe('annotation.conflict');
});

test('an edit of one sentence still fits when sentences were added before it', () => {
  const third: Sentence = { startChar: 27, endChar: 30, state: 'new', tokens: [] };
  const document = emptyDocument(textReference('a.txt', TEXT), [SECOND, third]);
  const edit: Edit = { kind: 'sentences', previous: [third], next: [{ ...third, state: 'done' }] };
  const grown = apply(document, { kind: 'sentences', previous: [], next: [FIRST] });
  expect(apply(grown, edit).sentences.map(({ state }) => state)).toEqual(['new', 'new', 'done']);
});

test('an edit says what it does', () => {
  const say = (edit: Edit): string => describeEdit(edit, full);
  expect(say({ kind: 'mention', id: ROME.id, previous: ROME, next: { ...ROME, type: 'Org' } })).toBe("change type of 'Rome'");
  expect(say({ kind: 'mention', id: ROME.id, previous: ROME, next: { ...ROME, status: 'accepted' } })).toBe("mark 'Rome' as accepted");
  expect(say(add(BOB))).toBe("add 'Bob'");
  expect(say({ kind: 'relation', id: LIVES.id, previous: LIVES, next: undefined })).toBe("remove Live_In of 'Bob' and 'Rome'");
  expect(say({ kind: 'sentences', previous: [FIRST], next: [{ ...FIRST, state: 'done' }] })).toBe('mark sentence as done');
  expect(say(group(add(BOB)))).toBe('several');
});
