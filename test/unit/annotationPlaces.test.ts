import { describe, expect, it } from 'vitest';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { makeMention } from '../../src/annotation/mention';
import { doubtBeyond, mentionAt, mentionBeyond, mentionsIn, nextOpenSentence, type Place, relationsOf } from '../../src/annotation/places';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';

const TEXT = 'Ann met Bob in Rome. Eve left Oslo. Kim is here.';

/** What a model suggests: its words, and its score, of which less than 70 % is doubtful. */
function mention(words: string, score: number): Mention {
  const startChar = TEXT.indexOf(words);
  const id = words.toLowerCase().replaceAll(' ', '-');
  return { ...makeMention(TEXT, id, 'Any', [{ startChar, endChar: startChar + words.length }], 'suggested'), score, model: 'fast' };
}

function relation(head: string, tail: string, score: number): Relation {
  return { id: `${head}>${tail}`, type: 'Met', head, tail, status: 'suggested', score, model: 'fast' };
}

const MENTIONS = [mention('Ann', 0.5), mention('Bob', 0.9), mention('Rome', 0.6), mention('Eve', 0.4), mention('Oslo', 0.3)];
const RELATIONS = [relation('ann', 'rome', 0.5), relation('bob', 'rome', 0.2), relation('ann', 'bob', 0.9)];
const DOCUMENT: AnnotationDocument = {
  ...emptyDocument(
    textReference('a.txt', TEXT),
    segment(TEXT).map((sentence) => ({ ...sentence, state: 'new' })),
  ),
  mentions: new Map(MENTIONS.map((one) => [one.id, one])),
  relations: new Map(RELATIONS.map((one) => [one.id, one])),
};
const at = (words: string): number => TEXT.indexOf(words);

function withStates(...states: ('new' | 'done' | 'skipped' | 'in-progress')[]): AnnotationDocument {
  return { ...DOCUMENT, sentences: DOCUMENT.sentences.map((sentence, index) => ({ ...sentence, state: states[index] ?? 'new' })) };
}

describe('the mention at a cursor', () => {
  it('is the one around it, the one before which it stands, or else the one behind which it stands', () => {
    for (const offset of [at('Bob'), at('Bob') + 1, at('Bob') + 3]) expect(mentionAt(DOCUMENT, offset)?.text).toBe('Bob');
    expect(mentionAt(DOCUMENT, 0)?.text).toBe('Ann');
    expect(mentionAt(DOCUMENT, at('met') + 1)).toBeUndefined();
  });

  it('is the inner one of two that are nested', () => {
    const outer = mention('Bob in Rome', 0.9);
    const nested = { ...DOCUMENT, mentions: new Map([[outer.id, outer], ...DOCUMENT.mentions]) };
    expect(mentionAt(nested, at('Rome'))?.text).toBe('Rome');
    expect(mentionAt(nested, at('in Rome'))?.text).toBe('Bob in Rome');
  });

  it('is never a rejected one', () => {
    const bob: Mention = { ...mention('Bob', 0.9), status: 'rejected' };
    expect(mentionAt({ ...DOCUMENT, mentions: new Map([[bob.id, bob]]) }, at('Bob'))).toBeUndefined();
  });
});

it('of a selection, all mentions count that it touches', () => {
  const words = (startChar: number, endChar: number): readonly string[] =>
    mentionsIn(DOCUMENT, { startChar, endChar }).map(({ text }) => text);
  expect(words(at('nn met'), at('ob in'))).toEqual(['Ann', 'Bob']);
  expect(words(at('met'), at('Bob'))).toEqual([]);
  expect(words(at('Bob'), at('Bob'))).toEqual(['Bob']);
});

it('the next and the previous mention are found from where one stands', () => {
  expect(mentionBeyond(DOCUMENT, at('Bob'), 1)?.text).toBe('Rome');
  expect(mentionBeyond(DOCUMENT, at('Bob'), -1)?.text).toBe('Ann');
  expect(mentionBeyond(DOCUMENT, at('Ann'), -1)).toBeUndefined();
  expect(mentionBeyond(DOCUMENT, at('Kim'), 1)).toBeUndefined();
});

describe('doubtful items', () => {
  const walk = (document: AnnotationDocument, from: Place | number, step: 1 | -1): string[] => {
    const ids: string[] = [];
    let place = doubtBeyond(document, from, step);
    for (; place !== undefined; place = doubtBeyond(document, place, step)) ids.push(place.id);
    return ids;
  };

  it('are gone through sentence by sentence, mentions before relations, both ways', () => {
    const order = ['rome', 'ann>rome', 'bob>rome', 'eve', 'oslo'];
    expect(walk(DOCUMENT, at('met'), 1)).toEqual(order);
    expect(walk(DOCUMENT, TEXT.length, -1)).toEqual([...order.toReversed(), 'ann']);
  });

  it('of sentences that are done or skipped are passed over', () => {
    expect(walk(withStates('done', 'in-progress'), 0, 1)).toEqual(['eve', 'oslo']);
    expect(walk(withStates('skipped', 'done'), 0, 1)).toEqual([]);
  });

  it('go on from an item that was decided meanwhile', () => {
    const decided: Relation = { ...relation('ann', 'rome', 0.5), status: 'accepted' };
    const document = { ...DOCUMENT, relations: new Map([...DOCUMENT.relations, [decided.id, decided]]) };
    expect(walk(document, decided, 1)).toEqual(['bob>rome', 'eve', 'oslo']);
  });
});

it('the next open sentence is looked for to the end, then from the start', () => {
  expect(nextOpenSentence(withStates('new', 'done', 'in-progress'), 0)).toBe(2);
  expect(nextOpenSentence(withStates('new', 'done', 'in-progress'), 2)).toBe(0);
  expect(nextOpenSentence(withStates('done', 'new', 'skipped'), 1)).toBeUndefined();
});

it('the relations of a mention are those that are not rejected', () => {
  const rejected: Relation = { ...relation('bob', 'rome', 0.2), status: 'rejected' };
  const document = { ...DOCUMENT, relations: new Map([...DOCUMENT.relations, [rejected.id, rejected]]) };
  expect(relationsOf(document, 'rome').map(({ id }) => id)).toEqual(['ann>rome']);
  expect(relationsOf(document, 'ann').map(({ id }) => id)).toEqual(['ann>bob', 'ann>rome']);
});
