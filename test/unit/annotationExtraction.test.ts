import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnotationDocument, Mention, Relation, Sentence, SentenceState, Status } from '../../src/annotation/document';
import { emptyDocument } from '../../src/annotation/document';
import { apply, isEmpty } from '../../src/annotation/edits';
import { extractionEdit, sentencesToExtract } from '../../src/annotation/extraction';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import type { Prediction } from '../../src/annotation/prediction';
import { textReference } from '../../src/annotation/textHash';
import type { SentenceSpans, Span } from '../../src/text/span';
import { annotated, ENTITIES, RELATIONS } from './annotationArbitraries';

const TEXT = 'Bob Ray lives in Rome. Ann left Oslo.';

/** The words of TEXT between two offsets. */
function words(startChar: number, endChar: number): SentenceSpans {
  const tokens = [...TEXT.slice(startChar, endChar).matchAll(/\w+|\./g)].map(({ index, 0: word }): Span => {
    return { startChar: startChar + index, endChar: startChar + index + word.length };
  });
  return { startChar, endChar, tokens };
}

const FIRST = words(0, 22); // Bob Ray lives in Rome .
const SECOND = words(23, 37); // Ann left Oslo .
const sentence = (spans: SentenceSpans, state: SentenceState): Sentence => ({ ...spans, state });

const LIVES: Prediction = {
  mentions: [
    { type: 'Peop', startToken: 0, endToken: 2, score: 0.98765 },
    { type: 'Loc', startToken: 4, endToken: 5, score: 0.9 },
  ],
  relations: [{ type: 'Live_In', head: 0, tail: 1, score: 0.8 }],
};
const NOTHING: Prediction = { mentions: [], relations: [] };

const empty = emptyDocument(textReference('a.txt', TEXT));
const extract = (document: AnnotationDocument, spans: SentenceSpans, prediction: Prediction): AnnotationDocument =>
  apply(document, extractionEdit(document, TEXT, 'fast', [{ spans, prediction }]));

const mention = (type: string, word: string, status: Status): Mention => {
  const startChar = TEXT.indexOf(word);
  return makeMention(TEXT, `${type}${word}xxxxxxxx`.slice(0, 8), type, [{ startChar, endChar: startChar + word.length }], status);
};
const relation = (type: string, head: Mention, tail: Mention, status: Status): Relation => ({
  id: 'rrrrrrrr',
  type,
  head: head.id,
  tail: tail.id,
  status,
});
const holding = (state: SentenceState, mentions: readonly Mention[], relations: readonly Relation[] = []): AnnotationDocument => ({
  ...empty,
  sentences: [sentence(FIRST, state)],
  mentions: new Map(mentions.map((one) => [one.id, one])),
  relations: new Map(relations.map((one) => [one.id, one])),
});

/** The document's annotations as people would say them. */
const said = ({ mentions, relations }: AnnotationDocument): string[] => [
  ...[...mentions.values()].map(({ type, text, status }) => `${status} ${type} ${text}`).sort(),
  ...[...relations.values()]
    .map(({ type, head, tail, status }) => `${status} ${type}(${mentions.get(head)?.text}, ${mentions.get(tail)?.text})`)
    .sort(),
];

test('what a model finds is suggested, with score, model, words and context, in a sentence that is new', () => {
  const document = extract(empty, FIRST, LIVES);
  expect(document.sentences).toEqual([sentence(FIRST, 'new')]);
  expect(said(document)).toEqual(['suggested Loc Rome', 'suggested Peop Bob Ray', 'suggested Live_In(Bob Ray, Rome)']);
  expect([...document.mentions.values()][0]).toMatchObject({ score: 0.9877, model: 'fast', before: '', after: ' lives in Rome. Ann left' });
});

test('extracting the same again changes nothing, not even the undo stack', () => {
  const document = extract(empty, FIRST, LIVES);
  expect(isEmpty(extractionEdit(document, TEXT, 'fast', [{ spans: FIRST, prediction: LIVES }]))).toBe(true);
});

test('extracting again replaces suggestions, and what is said again keeps its id', () => {
  const document = extract(empty, FIRST, LIVES);
  const [first] = LIVES.mentions;
  const again = extract(document, FIRST, { mentions: [{ ...first!, score: 0.5 }], relations: [] });
  expect(said(again)).toEqual(['suggested Peop Bob Ray']);
  expect([...again.mentions.values()][0]).toMatchObject({ id: [...document.mentions.keys()][0], score: 0.5 });
});

test('suggestions of other sentences stay', () => {
  const document = extract(extract(empty, FIRST, LIVES), SECOND, NOTHING);
  expect(document.sentences).toHaveLength(2);
  expect(said(document)).toHaveLength(3);
});

test('in a sentence that is done nothing changes', () => {
  const document = { ...extract(empty, FIRST, LIVES), sentences: [sentence(FIRST, 'done')] };
  expect(toJson(extract(document, FIRST, NOTHING))).toBe(toJson(document));
  expect(sentencesToExtract(document, [FIRST, SECOND])).toEqual([SECOND]);
});

test.each(['in-progress', 'skipped'] as const)('a sentence that is %s keeps its state', (state) => {
  const document = extract(holding(state, []), FIRST, LIVES);
  expect(document.sentences[0]?.state).toBe(state);
  expect(said(document)).toHaveLength(3);
});

test('a rejected mention is not suggested again, nor are its relations', () => {
  const document = extract(holding('in-progress', [mention('Peop', 'Bob Ray', 'rejected')]), FIRST, LIVES);
  expect(said(document)).toEqual(['rejected Peop Bob Ray', 'suggested Loc Rome']);
});

test('rejecting one type of a mention does not forbid another', () => {
  const document = extract(holding('in-progress', [mention('Org', 'Bob Ray', 'rejected')]), FIRST, LIVES);
  expect(said(document)).toContain('suggested Peop Bob Ray');
});

test('a rejected relation is not suggested again, even after a model that missed its mentions', () => {
  const document = extract(empty, FIRST, LIVES);
  const [lives] = document.relations.values();
  const rejected = apply(document, { kind: 'relation', id: lives!.id, previous: lives, next: { ...lives!, status: 'rejected' } });
  const again = extract(extract(rejected, FIRST, NOTHING), FIRST, LIVES);
  expect(said(again)).toEqual(['suggested Loc Rome', 'suggested Peop Bob Ray', 'rejected Live_In(Bob Ray, Rome)']);
});

test('an accepted mention that is predicted again stays as it is and carries the new relation', () => {
  const bob = { ...mention('Peop', 'Bob Ray', 'accepted'), by: 'ann' };
  const document = extract(holding('in-progress', [bob]), FIRST, LIVES);
  expect(document.mentions.get(bob.id)).toBe(bob);
  expect(said(document)).toEqual(['accepted Peop Bob Ray', 'suggested Loc Rome', 'suggested Live_In(Bob Ray, Rome)']);
});

test('a prediction that overlaps an accepted mention is not added, nor are its relations', () => {
  for (const accepted of [
    mention('Peop', 'Ray', 'accepted'),
    mention('Org', 'Bob Ray', 'accepted'),
    mention('Peop', 'Bob Ray lives', 'accepted'),
  ])
    expect(said(extract(holding('in-progress', [accepted]), FIRST, LIVES))).toEqual([
      `accepted ${accepted.type} ${accepted.text}`,
      'suggested Loc Rome',
    ]);
});

test('an accepted mention whose words were deleted stands in nobody’s way', () => {
  const lost = { ...mention('Org', 'Ray', 'accepted'), spans: [{ startChar: 4, endChar: 4 }] };
  const document = extract(holding('in-progress', [lost]), FIRST, LIVES);
  expect(document.mentions.get(lost.id)).toBe(lost);
  expect(said(document)).toContain('suggested Peop Bob Ray');
});

test('a pair that has an accepted relation gets no second one', () => {
  const [bob, rome] = [mention('Peop', 'Bob Ray', 'accepted'), mention('Loc', 'Rome', 'accepted')];
  for (const accepted of [relation('Kill', bob, rome, 'accepted'), relation('Live_In', rome, bob, 'accepted')]) {
    const document = extract(holding('in-progress', [bob, rome], [accepted]), FIRST, LIVES);
    expect([...document.relations.values()]).toEqual([accepted]);
  }
});

test('an accepted relation keeps the suggested mentions that it needs', () => {
  const [bob, rome] = [mention('Peop', 'Bob Ray', 'suggested'), mention('Loc', 'Rome', 'suggested')];
  const document = extract(
    holding('in-progress', [bob, rome, mention('Loc', 'lives', 'suggested')], [relation('Kill', bob, rome, 'accepted')]),
    FIRST,
    NOTHING,
  );
  expect(said(document)).toEqual(['suggested Loc Rome', 'suggested Peop Bob Ray', 'accepted Kill(Bob Ray, Rome)']);
});

test('a suggestion with a note is a person’s work and stays', () => {
  const noted = { ...mention('Loc', 'lives', 'suggested'), note: 'a place?' };
  expect(said(extract(holding('new', [noted]), FIRST, NOTHING))).toEqual(['suggested Loc lives']);
});

test('a new sentence with nothing but suggestions gives way to another segmentation', () => {
  const document = extract(extract(empty, FIRST, LIVES), SECOND, NOTHING);
  const whole = words(0, 37);
  const again = extract(document, whole, { mentions: [{ type: 'Peop', startToken: 0, endToken: 2, score: 0.7 }], relations: [] });
  expect(again.sentences).toEqual([sentence(whole, 'new')]);
  expect(said(again)).toEqual(['suggested Peop Bob Ray']);
});

test('a sentence that holds a person’s work, or is no longer new, wins over another segmentation', () => {
  const whole = words(0, 37);
  for (const document of [
    holding('in-progress', []),
    holding('skipped', []),
    holding('done', []),
    holding('new', [mention('Loc', 'Rome', 'accepted')]),
  ]) {
    expect(toJson(extract(document, whole, LIVES))).toBe(toJson(document));
    const expected = document.sentences[0]!.state === 'done' ? [] : [document.sentences[0]];
    expect(sentencesToExtract(document, [whole])).toEqual(expected);
  }
});

test('what stands beside a person’s work in one sentence of another segmentation is read as it stands', () => {
  const document = { ...holding('in-progress', []), sentences: [sentence(FIRST, 'in-progress'), sentence(SECOND, 'new')] };
  const whole = words(0, 37);
  expect(sentencesToExtract(document, [whole])).toEqual(document.sentences);
  const read = extract(document, SECOND, { mentions: [{ type: 'Peop', startToken: 0, endToken: 1, score: 0.7 }], relations: [] });
  expect(read.sentences).toEqual(document.sentences);
  expect(said(read)).toContain('suggested Peop Ann');
});

test('other tokens for the same stretch are another segmentation', () => {
  const letters = { ...FIRST, tokens: FIRST.tokens.slice(1) };
  expect(extract(holding('new', []), letters, NOTHING).sentences).toEqual([sentence(letters, 'new')]);
  expect(extract(holding('in-progress', []), letters, NOTHING).sentences).toEqual([sentence(FIRST, 'in-progress')]);
});

test('sentences are inserted in order, whatever the order of extraction', () => {
  const document = extract(extract(empty, SECOND, NOTHING), FIRST, LIVES);
  expect(document.sentences.map(({ startChar }) => startChar)).toEqual([0, 23]);
});

test('whatever stood there: decisions stay, done sentences stay, a rejected item is not suggested, sentences stay in order', () => {
  const cut = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.nat());
  fc.assert(
    fc.property(annotated, fc.array(cut, { minLength: 1, maxLength: 3 }), ({ text, document }, cuts) => {
      const size = Math.floor(text.length / cuts.length);
      if (size < 2) return;
      const read = cuts.map(([a, b, c, d, e], index) => {
        const [startChar, endChar, middle] = [index * size, (index + 1) * size, index * size + 1 + (a % (size - 1))];
        const tokens = [
          { startChar, endChar: middle },
          { startChar: middle, endChar },
        ];
        const type = (pick: number): string => ENTITIES[pick % ENTITIES.length]!;
        const mentions = [
          { type: type(b), startToken: 0, endToken: 1, score: 0.5 },
          { type: type(c), startToken: 1, endToken: 2, score: 0.5 },
        ];
        return {
          spans: { startChar, endChar, tokens },
          prediction: { mentions, relations: [{ type: RELATIONS[d % 2]!, head: e % 2, tail: 1 - (e % 2), score: 0.5 }] },
        };
      });
      const chosen = sentencesToExtract(
        document,
        read.map(({ spans }) => spans),
      );
      const after = apply(document, extractionEdit(document, text, 'fast', read));
      for (const one of [...document.mentions.values(), ...document.relations.values()])
        if (one.status !== 'suggested') expect(after.mentions.get(one.id) ?? after.relations.get(one.id)).toBe(one);
      for (const done of document.sentences.filter(({ state }) => state !== 'new')) expect(after.sentences).toContain(done);
      for (const [index, one] of after.sentences.entries())
        expect(one.endChar).toBeLessThanOrEqual(after.sentences[index + 1]?.startChar ?? text.length);
      for (const spans of read.map((one) => one.spans).filter((spans) => chosen.includes(spans)))
        expect(after.sentences.map(({ startChar, endChar }) => [startChar, endChar])).toContainEqual([spans.startChar, spans.endChar]);
      const key = ({ type, spans }: Mention): string => JSON.stringify([type, spans]);
      const rejected = new Set([...document.mentions.values()].filter(({ status }) => status === 'rejected').map(key));
      for (const [id, one] of after.mentions) if (!document.mentions.has(id)) expect(rejected).not.toContain(key(one));
    }),
    { numRuns: 300 },
  );
});
