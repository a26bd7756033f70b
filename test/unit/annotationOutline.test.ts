import { describe, expect, test } from 'vitest';
import { correctionEdit } from '../../src/annotation/corrections';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { apply } from '../../src/annotation/edits';
import { makeMention } from '../../src/annotation/mention';
import {
  changedGroups,
  NO_FILTER,
  outlineCounts,
  type OutlineFilter,
  outlineGroups,
  outlineItems,
  relationWords,
} from '../../src/annotation/outline';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';

const TEXT = 'Ada Berg lives in Oslo. Nobody else came. Tom Ek runs Acme in\nOslo.';

function mention(id: string, type: string, words: string, item: Partial<Mention> = {}, from = 0): Mention {
  const startChar = TEXT.indexOf(words, from);
  return { ...makeMention(TEXT, id, type, [{ startChar, endChar: startChar + words.length }], 'suggested'), score: 0.9, ...item };
}

const ADA = mention('ada', 'Peop', 'Ada Berg');
const OSLO = mention('oslo', 'Loc', 'Oslo', { score: 0.5 });
const TOM = mention('tom', 'Peop', 'Tom Ek', { status: 'accepted', discuss: true });
const ACME = mention('acme', 'Org', 'Acme', { status: 'rejected' });
const ACROSS = mention('across', 'Misc', 'came. Tom', { note: 'Which Tom?' });
const LIVES: Relation = { id: 'lives', type: 'Live_In', head: 'ada', tail: 'oslo', status: 'suggested', score: 0.8 };

const DOCUMENT: AnnotationDocument = {
  ...emptyDocument(
    textReference('a.txt', TEXT),
    segment(TEXT).map((sentence, index) => ({ ...sentence, state: index === 1 ? 'done' : 'new' })),
  ),
  mentions: new Map([ADA, OSLO, TOM, ACME, ACROSS].map((item) => [item.id, item])),
  relations: new Map([[LIVES.id, LIVES]]),
};

const shown = (filter: Partial<OutlineFilter>): Record<string, readonly string[]> => {
  const whole = { ...NO_FILTER, ...filter };
  return Object.fromEntries(
    outlineGroups(DOCUMENT, TEXT, whole).map((group) => {
      const { mentions, relations } = outlineItems(DOCUMENT, group, whole);
      return [String(group), [...mentions, ...relations].map(({ id }) => id)];
    }),
  );
};

describe('the outline of a document', () => {
  test('lists each sentence with its mentions and relations, and apart from them what lies in no single one', () => {
    expect(shown({})).toEqual({ 0: ['ada', 'oslo', 'lives'], 1: [], 2: ['tom', 'acme'], elsewhere: ['across'] });
  });

  test('counts what is not rejected, and names the lowest score of a suggestion', () => {
    expect(outlineCounts(DOCUMENT, 0)).toEqual({ mentions: 2, relations: 1, doubt: 0.5, discuss: 0 });
    expect(outlineCounts(DOCUMENT, 2)).toEqual({ mentions: 1, relations: 0, discuss: 1 });
  });

  test('says a relation in words, on one line', () => {
    expect(relationWords(DOCUMENT, LIVES)).toBe('Ada Berg → Oslo');
  });

  test.each<[string, Partial<OutlineFilter>, Record<string, readonly string[]>]>([
    ['what is not done', { only: 'notDone' }, { 0: ['ada', 'oslo', 'lives'], 2: ['tom', 'acme'], elsewhere: ['across'] }],
    ['what is doubtful', { only: 'doubtful' }, { 0: ['oslo'] }],
    ['what is to discuss', { only: 'discuss' }, { 2: ['tom'] }],
    ['a type of mention', { only: { type: 'Peop' } }, { 0: ['ada'], 2: ['tom'] }],
    ['a type of relation', { only: { type: 'Live_In' } }, { 0: ['lives'] }],
    ['words of a mention, in any case: it and its relations', { words: 'ada BERG' }, { 0: ['ada', 'lives'] }],
    ['words of the sentence alone: all that is in it', { words: 'runs' }, { 2: ['tom', 'acme'] }],
    ['words across a line end', { words: 'Acme in Oslo' }, { 2: ['tom', 'acme'] }],
    ['words of a note', { words: 'which' }, { elsewhere: ['across'] }],
    ['both a type and words', { only: { type: 'Peop' }, words: 'oslo' }, { 0: ['ada'], 2: ['tom'] }],
    ['nothing where nothing fits', { words: 'zebra' }, {}],
  ])('filtered, shows %s', (_, filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  test('names the groups that an edit changed, and no others', () => {
    const correct = (...corrections: Parameters<typeof correctionEdit>[1]): AnnotationDocument =>
      apply(DOCUMENT, correctionEdit(DOCUMENT, corrections, { text: TEXT, schema: { entities: {}, relations: {} } }));
    outlineGroups(DOCUMENT, TEXT, NO_FILTER);
    expect(changedGroups(DOCUMENT, correct({ kind: 'setStatus', id: 'tom', status: 'rejected' }))).toEqual([2]);
    expect(changedGroups(DOCUMENT, correct({ kind: 'setState', sentence: 1, state: 'skipped' }))).toEqual([1]);
    expect(changedGroups(DOCUMENT, correct({ kind: 'setNote', id: 'across', note: '' }))).toContain('elsewhere');
    expect(changedGroups(DOCUMENT, { ...DOCUMENT, sentences: DOCUMENT.sentences.slice(1) })).toBeUndefined();
  });
});
