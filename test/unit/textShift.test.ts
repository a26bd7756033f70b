import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnnotationDocument, Mention, Sentence } from '../../src/annotation/document';
import { emptyDocument } from '../../src/annotation/document';
import { apply, type Edit, invert } from '../../src/annotation/edits';
import { quote } from '../../src/annotation/mention';
import { changeBetween, refined, type TextChange } from '../../src/annotation/refine';
import { TextShift } from '../../src/annotation/shift';
import { segment } from '../../src/text/segment';

const text = 'Ann met Bob in Rome. She lives in Lisbon. Carl works for Acme.';

function documentOf(words: readonly string[], state: Sentence['state'] = 'new'): AnnotationDocument {
  const document = emptyDocument(
    { file: 'a.txt', sha256: '' },
    segment(text).map((sentence) => ({ ...sentence, state })),
  );
  return { ...document, mentions: new Map(words.map((word) => [word, mentionOf(word)])) };
}

function mentionOf(word: string): Mention {
  const startChar = text.indexOf(word);
  const spans = [{ startChar, endChar: startChar + word.length }];
  return { id: word, type: 'Any', spans, ...quote(text, spans), status: 'accepted' };
}

/** Replaces the first `old` in a text. */
function replacing(before: string, old: string, inserted: string): { shift: TextShift; after: string } {
  const startChar = before.indexOf(old);
  const change = { startChar, endChar: startChar + old.length, inserted };
  const after = changed(before, [change]);
  return { shift: new TextShift([change], after), after };
}

function changed(before: string, changes: readonly TextChange[]): string {
  return [...changes]
    .sort((a, b) => b.startChar - a.startChar)
    .reduce((now, { startChar, endChar, inserted }) => now.slice(0, startChar) + inserted + now.slice(endChar), before);
}

const wordsOf = (document: AnnotationDocument, id: string, after: string): string =>
  document.mentions
    .get(id)!
    .spans.map(({ startChar, endChar }) => after.slice(startChar, endChar))
    .join(' ');

describe('typing', () => {
  test('before a mention moves it, far behind it leaves the very object', () => {
    const document = documentOf(['Ann', 'Acme']);
    const { shift, after } = replacing(text, 'in Lisbon', 'in the old town of Lisbon');
    const shifted = shift.document(document);
    expect(wordsOf(shifted, 'Acme', after)).toBe('Acme');
    expect(shifted.mentions.get('Ann')).toBe(document.mentions.get('Ann'));
  });

  test('near a mention changes the context that it keeps', () => {
    const { shift, after } = replacing(text, 'met', 'saw');
    const shifted = shift.document(documentOf(['Ann', 'Bob', 'Acme']));
    expect(shifted.mentions.get('Ann')).toMatchObject({ text: 'Ann', after: after.slice(3, 27) });
    expect(shifted.mentions.get('Bob')).toMatchObject({ text: 'Bob', before: 'Ann saw ' });
  });

  test('directly before or behind a mention does not become part of it', () => {
    for (const [old, inserted] of [
      ['Bob', 'old Bob'],
      ['Bob', 'Bob junior'],
    ] as const) {
      const at = text.indexOf(old) + (inserted.startsWith(old) ? old.length : 0);
      const change = { startChar: at, endChar: at, inserted: inserted.replace(old, '') };
      const after = changed(text, [change]);
      expect(wordsOf(new TextShift([change], after).document(documentOf(['Bob'])), 'Bob', after)).toBe('Bob');
    }
  });

  test('inside a mention changes its words', () => {
    const { shift, after } = replacing(text, 'isbo', 'isboo');
    const shifted = shift.document(documentOf(['Lisbon']));
    expect(wordsOf(shifted, 'Lisbon', after)).toBe('Lisboon');
    expect(shifted.mentions.get('Lisbon')?.text).toBe('Lisboon');
  });

  test('in a sentence that is done puts it in progress again, with new tokens; the others stay done', () => {
    const { shift, after } = replacing(text, 'lives', 'now lives');
    const { sentences } = shift.document(documentOf([], 'done'));
    expect(sentences.map(({ state }) => state)).toEqual(['done', 'in-progress', 'done']);
    expect(sentences[1]!.tokens.map(({ startChar, endChar }) => after.slice(startChar, endChar))).toEqual([
      'She',
      'now',
      'lives',
      'in',
      'Lisbon',
      '.',
    ]);
  });

  test('gives a sentence the tokens that its project has it told apart by', () => {
    const before = 'Ann met Bob .';
    const after = "Ann did n't meet Bob_Berg, U.S. .";
    const document = emptyDocument(
      { file: 'a.txt', sha256: '' },
      segment(before, 'whitespace').map((sentence) => ({ ...sentence, state: 'new' })),
    );
    const shift = new TextShift([{ startChar: 4, endChar: 11, inserted: "did n't meet Bob_Berg, U.S." }], after, 'whitespace');
    const tokens = shift.document(document).sentences[0]!.tokens.map(({ startChar, endChar }) => after.slice(startChar, endChar));
    expect(tokens).toEqual(after.split(' '));
  });

  test('over a whole sentence removes it, and not its neighbours', () => {
    const { shift, after } = replacing(text, 'She lives in Lisbon. ', '');
    const { sentences } = shift.document(documentOf([]));
    expect(sentences.map(({ startChar, endChar }) => after.slice(startChar, endChar))).toEqual([
      'Ann met Bob in Rome.',
      'Carl works for Acme.',
    ]);
  });
});

describe('a mention whose words are deleted', () => {
  test('is kept as lost, wherever the text then moves, and returns with its words', () => {
    const lost = replacing(text, 'Bob', '');
    const moved = replacing(lost.after, 'Ann', 'Annabel');
    const back = replacing(moved.after, 'met  in', 'met Bob in');
    let document = lost.shift.document(documentOf(['Bob']));
    expect(wordsOf(document, 'Bob', lost.after)).toBe('');
    expect(document.mentions.get('Bob')?.text).toBe('Bob');
    document = back.shift.document(moved.shift.document(document));
    expect(wordsOf(document, 'Bob', back.after)).toBe('Bob');
  });

  test('is found in what replaces it, at the place that its context fits', () => {
    const { shift, after } = replacing(text, text, `Bob came late. ${text}`);
    const shifted = shift.document(documentOf(['Bob']));
    expect(shifted.mentions.get('Bob')?.spans[0]?.startChar).toBe(after.indexOf('Bob in Rome'));
  });
});

describe('for any changes of the text', () => {
  const cuts = fc.uniqueArray(fc.nat(text.length), { minLength: 2, maxLength: 8 });
  const changes = fc.tuple(cuts, fc.array(fc.string({ maxLength: 4 }), { minLength: 4, maxLength: 4 })).map(([places, inserted]) => {
    const sorted = [...places].sort((a, b) => a - b);
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => ({
      startChar: sorted[2 * index]!,
      endChar: sorted[2 * index + 1]!,
      inserted: inserted[index]!,
    }));
  });

  test('spans stay inside the text, sentences in order, and what the changes do not reach keeps its words', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const after = changed(text, list);
        const document = documentOf(['Ann', 'Bob', 'Rome', 'Lisbon', 'Acme']);
        const shifted = new TextShift(list, after).document(document);
        let end = 0;
        for (const sentence of shifted.sentences) {
          expect(sentence.startChar).toBeGreaterThanOrEqual(end);
          expect(sentence.endChar).toBeLessThanOrEqual(after.length);
          end = sentence.endChar;
        }
        for (const [word, { spans }] of document.mentions) {
          const span = spans[0]!;
          if (list.some(({ startChar, endChar }) => startChar < span.endChar && endChar > span.startChar)) continue;
          expect(wordsOf(shifted, word, after)).toBe(word);
        }
      }),
    );
  });

  test('the change between two texts makes one of the other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(changed(a, [changeBetween(a, b)])).toBe(b);
        expect(changed(a + b + a, [changeBetween(a + b + a, a + a)])).toBe(a + a);
      }),
    );
  });

  test('a character of two units changes as a whole', () => {
    expect(changeBetween('a 😁😀 b', 'a 😀 b')).toEqual({ startChar: 2, endChar: 4, inserted: '' });
    expect(changeBetween('a 😁 b', 'a 🀁 b')).toEqual({ startChar: 2, endChar: 4, inserted: '🀁' });
    expect(changeBetween('a 😁 b', 'a 🙁 b')).toEqual({ startChar: 2, endChar: 4, inserted: '🙁' });
  });

  test('a change as smaller ones makes the same text, and none of them is empty', () => {
    const part = fc
      .array(fc.constantFrom('Ann', 'Bob', ' ', ' ', '\n', 'met', '.', 'Bobby'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        const change = { startChar: a.length, endChar: a.length + b.length, inserted: c };
        const smaller = refined(change, `${a}${b}${a}`);
        expect(changed(`${a}${b}${a}`, smaller)).toBe(`${a}${c}${a}`);
        let end = a.length - 1;
        for (const { startChar, endChar, inserted } of smaller) {
          expect(startChar).toBeGreaterThan(end);
          expect(endChar - startChar + inserted.length).toBeGreaterThan(0);
          end = endChar;
        }
        expect(end).toBeLessThanOrEqual(a.length + b.length);
      }),
      { numRuns: 500 },
    );
  });

  test('an edit that was made before them can be undone after them', () => {
    fc.assert(
      fc.property(changes, fc.subarray(['Ann', 'Bob', 'Rome', 'Lisbon', 'Acme']), (list, words) => {
        const before = emptyDocument({ file: 'a.txt', sha256: '' });
        const edit: Edit = {
          kind: 'group',
          label: 'extract',
          edits: [
            { kind: 'sentences', previous: [], next: documentOf([]).sentences },
            ...words.map((id): Edit => ({ kind: 'mention', id, previous: undefined, next: mentionOf(id) })),
          ],
        };
        const shift = new TextShift(list, changed(text, list));
        const undone = apply(shift.document(apply(before, edit)), shift.edit(invert(edit)));
        expect(undone.sentences).toEqual([]);
        expect(undone.mentions.size).toBe(0);
      }),
    );
  });
});
