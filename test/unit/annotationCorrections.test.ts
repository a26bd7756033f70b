import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Correction, correctionEdit, resized, snapped } from '../../src/annotation/corrections';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { apply, invert, isEmpty } from '../../src/annotation/edits';
import { fromJson, toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { type Schema, schemaOf } from '../../src/annotation/schema';
import { textReference } from '../../src/annotation/textHash';
import { SpangridError } from '../../src/errors';
import { segment } from '../../src/text/segment';
import type { Span } from '../../src/text/span';
import { annotated, ENTITIES, RELATIONS } from './annotationArbitraries';
import { correctionLists, placed } from './correctionArbitraries';

const TEXT = 'Ann Lee lives in New York City. Bob met Ann.';
const SCHEMA: Schema = (() => {
  const { entities, relations } = schemaOf({ Peop: {}, Loc: {}, Org: {} }, { Live_In: { symmetric: false }, Met: { symmetric: true } });
  return {
    entities,
    relations: {
      ...relations,
      Live_In: { ...(relations['Live_In'] as NonNullable<(typeof relations)[string]>), head: ['Peop'], tail: ['Loc'] },
    },
  };
})();

function spanOf(words: string, from = 0): Span {
  const startChar = TEXT.indexOf(words, from);
  return { startChar, endChar: startChar + words.length };
}

const START = emptyDocument(
  textReference('a.txt', TEXT),
  segment(TEXT).map((sentence) => ({ ...sentence, state: 'new' })),
);

function suggested(id: string, words: string, type: string): Mention {
  return { ...makeMention(TEXT, id, type, [spanOf(words)], 'suggested'), score: 0.9, model: 'fast' };
}

/** Ann Lee -Live_In-> New York, as a model suggests it. */
const SUGGESTED: AnnotationDocument = {
  ...START,
  mentions: new Map([
    ['aaaaaaaa', suggested('aaaaaaaa', 'Ann Lee', 'Peop')],
    ['bbbbbbbb', suggested('bbbbbbbb', 'New York', 'Loc')],
  ]),
  relations: new Map<string, Relation>([
    ['cccccccc', { id: 'cccccccc', type: 'Live_In', head: 'aaaaaaaa', tail: 'bbbbbbbb', status: 'suggested', score: 0.7, model: 'fast' }],
  ]),
};

function correct(document: AnnotationDocument, ...corrections: readonly Correction[]): AnnotationDocument {
  return apply(document, correctionEdit(document, corrections, { text: TEXT, schema: SCHEMA }));
}

const labelOf = (document: AnnotationDocument, ...corrections: readonly Correction[]): string =>
  correctionEdit(document, corrections, { text: TEXT, schema: SCHEMA }).label;

const said = ({ mentions }: AnnotationDocument): string[] =>
  [...mentions.values()].map(({ text, type, status }) => `${text}/${type}/${status}`);
const saidOfRelations = ({ mentions, relations }: AnnotationDocument): string[] =>
  [...relations.values()].map(
    ({ type, head, tail, status }) => `${mentions.get(head)?.text ?? ''} ${type} ${mentions.get(tail)?.text ?? ''}/${status}`,
  );

describe('corrections', () => {
  it('add what a person marks as accepted, and set the sentence in progress', () => {
    const document = correct(START, { kind: 'addMention', span: spanOf('Bob'), type: 'Peop' });
    expect(said(document)).toEqual(['Bob/Peop/accepted']);
    expect(document.sentences.map(({ state }) => state)).toEqual(['new', 'in-progress']);
  });

  it('leave a sentence done that is done', () => {
    const done = correct(START, { kind: 'setState', sentence: 1, state: 'done' });
    const document = correct(done, { kind: 'addMention', span: spanOf('Bob'), type: 'Peop' });
    expect(document.sentences[1]?.state).toBe('done');
  });

  it('make a suggestion that overlaps what is marked into that, with its relations', () => {
    const document = correct(SUGGESTED, { kind: 'addMention', span: spanOf('New York City'), type: 'Loc' });
    expect(said(document)).toEqual(['Ann Lee/Peop/suggested', 'New York City/Loc/accepted']);
    expect(saidOfRelations(document)).toEqual(['Ann Lee Live_In New York City/suggested']);
    expect(document.mentions.get('bbbbbbbb')).not.toHaveProperty('score');
    expect(document.mentions.get('bbbbbbbb')).toMatchObject({ before: ' lives in '.padStart(17, 'Ann Lee '), after: '. Bob met Ann.' });
  });

  it('take suggested relations out that a new type does not admit, so that they are not suggested again', () => {
    const document = correct(SUGGESTED, { kind: 'setType', id: 'bbbbbbbb', type: 'Org' });
    expect(said(document)).toEqual(['Ann Lee/Peop/suggested', 'New York/Org/accepted']);
    expect(saidOfRelations(document)).toEqual(['Ann Lee Live_In New York/rejected']);
  });

  it('accept the mentions of a relation with it, and reject the relations of a mention with it', () => {
    const accepted = correct(SUGGESTED, { kind: 'setStatus', id: 'cccccccc', status: 'accepted' });
    expect(said(accepted)).toEqual(['Ann Lee/Peop/accepted', 'New York/Loc/accepted']);
    const rejected = correct(accepted, { kind: 'setStatus', id: 'aaaaaaaa', status: 'rejected' });
    expect(saidOfRelations(rejected)).toEqual(['Ann Lee Live_In New York/rejected']);
  });

  it('reject a suggestion that is removed, and take out what a person made, with its relations', () => {
    expect(said(correct(SUGGESTED, { kind: 'remove', id: 'aaaaaaaa' }))).toEqual(['Ann Lee/Peop/rejected', 'New York/Loc/suggested']);
    const bob = { kind: 'addMention', span: spanOf('Bob'), type: 'Peop' } as const;
    const made = correct(START, bob, { kind: 'addMention', span: spanOf('Ann.'.slice(0, 3), 35), type: 'Peop' });
    const [head = '', tail = ''] = [...made.mentions.keys()];
    const related = correct(made, { kind: 'addRelation', head, tail, type: 'Met' });
    expect(saidOfRelations(related)).toEqual(['Bob Met Ann/accepted']);
    const removed = correct(related, { kind: 'remove', id: head });
    expect(said(removed)).toEqual(['Ann/Peop/accepted']);
    expect(removed.relations.size).toBe(0);
  });

  it('turn a symmetric relation so that its head comes first', () => {
    const made = correct(
      START,
      { kind: 'addMention', span: spanOf('Bob'), type: 'Peop' },
      { kind: 'addMention', span: spanOf('Ann', 35), type: 'Peop' },
    );
    const [bob = '', ann = ''] = [...made.mentions.keys()];
    expect(saidOfRelations(correct(made, { kind: 'addRelation', head: ann, tail: bob, type: 'Met' }))).toEqual(['Bob Met Ann/accepted']);
  });

  it('refuse a relation that the schema does not admit, and say why', () => {
    expect(() => correct(SUGGESTED, { kind: 'reverse', id: 'cccccccc' })).toThrow('Live_In does not go from Loc to Peop');
    expect(() => correct(SUGGESTED, { kind: 'addRelation', head: 'aaaaaaaa', tail: 'aaaaaaaa', type: 'Met' })).toThrow(
      'needs two mentions',
    );
  });

  it('change the one relation of a pair in place of adding a second', () => {
    const document = correct(SUGGESTED, { kind: 'addRelation', head: 'bbbbbbbb', tail: 'aaaaaaaa', type: 'Met' });
    expect(saidOfRelations(document)).toEqual(['Ann Lee Met New York/accepted']);
  });

  it('change the relation that is meant where a pair has two, as other tools make them', () => {
    const second: Relation = { id: 'dddddddd', type: 'Likes', head: 'aaaaaaaa', tail: 'bbbbbbbb', status: 'accepted' };
    const document = { ...SUGGESTED, relations: new Map([...SUGGESTED.relations, [second.id, second]]) };
    const first = 'Ann Lee Live_In New York/suggested';
    expect(saidOfRelations(correct(document, { kind: 'setType', id: second.id, type: 'Met' })).sort()).toEqual([
      first,
      'Ann Lee Met New York/accepted',
    ]);
    expect(saidOfRelations(correct(document, { kind: 'reverse', id: second.id })).sort()).toEqual([
      first,
      'New York Likes Ann Lee/accepted',
    ]);
    expect(saidOfRelations(correct(document, { kind: 'setType', id: second.id, type: 'Live_In' }))).toEqual([
      'Ann Lee Live_In New York/accepted',
    ]);
  });

  it('accept all that is suggested in a sentence, and nothing else', () => {
    const rejected = correct(SUGGESTED, { kind: 'setStatus', id: 'cccccccc', status: 'rejected' });
    const document = correct(rejected, { kind: 'acceptAll', sentence: 0 });
    expect(said(document)).toEqual(['Ann Lee/Peop/accepted', 'New York/Loc/accepted']);
    expect(saidOfRelations(document)).toEqual(['Ann Lee Live_In New York/rejected']);
  });

  it('keep notes and flags, and take them away again', () => {
    const noted = correct(
      SUGGESTED,
      { kind: 'setNote', id: 'aaaaaaaa', note: 'who?' },
      { kind: 'setDiscuss', id: 'aaaaaaaa', discuss: true },
    );
    expect(noted.mentions.get('aaaaaaaa')).toMatchObject({ note: 'who?', discuss: true, status: 'suggested' });
    const again = correctionEdit(noted, [{ kind: 'setNote', id: 'aaaaaaaa', note: 'who?' }], { text: TEXT, schema: SCHEMA });
    expect(isEmpty(again)).toBe(true);
    const plain = correct(noted, { kind: 'setNote', id: 'aaaaaaaa', note: '' }, { kind: 'setDiscuss', id: 'aaaaaaaa', discuss: false });
    expect(plain.mentions.get('aaaaaaaa')).toEqual(SUGGESTED.mentions.get('aaaaaaaa'));
  });

  it('say what they do', () => {
    expect(labelOf(SUGGESTED, { kind: 'setType', id: 'aaaaaaaa', type: 'Org' })).toBe("change type of 'Ann Lee'");
    expect(labelOf(START, { kind: 'addMention', span: spanOf('Bob'), type: 'Peop' })).toBe("add 'Bob'");
    expect(labelOf(SUGGESTED, { kind: 'setSpan', id: 'bbbbbbbb', span: spanOf('New York City') })).toBe("change words of 'New York City'");
    expect(labelOf(SUGGESTED, { kind: 'setStatus', id: 'bbbbbbbb', status: 'rejected' })).toBe("mark 'New York' as rejected");
    expect(labelOf(SUGGESTED, { kind: 'setNote', id: 'bbbbbbbb', note: 'x' })).toBe("change note of 'New York'");
    expect(labelOf(SUGGESTED, { kind: 'setState', sentence: 0, state: 'done' })).toBe('mark sentence as done');
    // Its mentions are accepted with it, but that is not what it is about.
    expect(labelOf(SUGGESTED, { kind: 'setStatus', id: 'cccccccc', status: 'accepted' })).toBe(
      "mark Live_In of 'Ann Lee' and 'New York' as accepted",
    );
    const [ann, york] = ['aaaaaaaa', 'bbbbbbbb'].map((id) => ({ kind: 'remove', id }) as const);
    expect(labelOf(SUGGESTED, ann!, york!)).toBe("mark 'Ann Lee' as rejected and 1 more");
  });

  it('widen and narrow by a word, within the sentence', () => {
    const york = SUGGESTED.mentions.get('bbbbbbbb') as Mention;
    const words = (span: Span | undefined): string | undefined => span && TEXT.slice(span.startChar, span.endChar);
    expect(words(resized(SUGGESTED, york, 'end', 'widen'))).toBe('New York City');
    expect(words(resized(SUGGESTED, york, 'end', 'narrow'))).toBe('New');
    expect(words(resized(SUGGESTED, york, 'start', 'widen'))).toBe('in New York');
    expect(words(resized(SUGGESTED, york, 'start', 'narrow'))).toBe('York');
    expect(resized(SUGGESTED, SUGGESTED.mentions.get('aaaaaaaa') as Mention, 'start', 'widen')).toBeUndefined();
    const city = { ...york, spans: [spanOf('City')] };
    expect(resized(SUGGESTED, city, 'end', 'narrow')).toBeUndefined();
  });

  it('take whole words for a selection', () => {
    const words = ({ startChar, endChar }: Span): string => TEXT.slice(startChar, endChar);
    expect(words(snapped(START.sentences, { startChar: 19, endChar: 23 }, TEXT))).toBe('New York');
    expect(words(snapped(START.sentences, spanOf(' York '), TEXT))).toBe('York');
    expect(words(snapped([], spanOf(' York '), TEXT))).toBe('York');
  });
});

describe('any sequence of corrections', () => {
  it('is undone to the identical document, holds together all the time, and survives its file', () => {
    const schema = schemaOf(
      Object.fromEntries(ENTITIES.map((type) => [type, {}])),
      Object.fromEntries(RELATIONS.map((type, index) => [type, { symmetric: index === 0 }])),
    );
    fc.assert(
      fc.property(annotated, correctionLists, ({ text, document }, list) => {
        const steps: { before: AnnotationDocument; edit: ReturnType<typeof correctionEdit> }[] = [];
        let now = document;
        for (const asked of list) {
          const correction = placed(asked, now, text);
          if (correction === undefined) continue;
          try {
            const edit = correctionEdit(now, [correction], { text, schema });
            steps.push({ before: now, edit });
            now = apply(now, edit);
          } catch (error) {
            if (!(error instanceof SpangridError) || error.code !== 'usage') throw error;
          }
          expect(toJson(fromJson(toJson(now), 'x').document)).toBe(toJson(now));
        }
        for (const { before, edit } of steps.reverse()) {
          now = apply(now, invert(edit));
          expect(toJson(now)).toBe(toJson(before));
        }
        expect(now.mentions).toEqual(document.mentions);
        expect(now.relations).toEqual(document.relations);
      }),
      { numRuns: 300 },
    );
  });
});
