import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctionEdit } from '../../src/annotation/corrections';
import { type AnnotationDocument, emptyDocument, type Mention } from '../../src/annotation/document';
import type { Edit } from '../../src/annotation/edits';
import { fromJson, toJson } from '../../src/annotation/json';
import { quote } from '../../src/annotation/mention';
import { type Schema, schemaOf } from '../../src/annotation/schema';
import { textReference } from '../../src/annotation/textHash';
import { SpangridError } from '../../src/errors';
import { Store } from '../../src/editor/store';
import { segment } from '../../src/text/segment';
import { annotated, ENTITIES, RELATIONS } from './annotationArbitraries';
import { askedCorrections, placed } from './correctionArbitraries';

const uri = 'file:///a.txt';
const text = 'Ann met Bob in Rome. She lives in Lisbon.';
const schema: Schema = { entities: {}, relations: {} };

function opened(): Store {
  const store = new Store();
  const sentences = segment(text).map((sentence) => ({ ...sentence, state: 'done' as const }));
  store.open(uri, emptyDocument(textReference('a.txt', text), sentences), schema, 'words');
  return store;
}

function adding(word: string, label = `add ${word}`): Edit {
  const startChar = text.indexOf(word);
  const spans = [{ startChar, endChar: startChar + word.length }];
  const id = { Ann: 'aaaaaaaa', Bob: 'bbbbbbbb', Rome: 'cccccccc', Lisbon: 'dddddddd' }[word]!;
  const next: Mention = { id, type: 'Any', spans, ...quote(text, spans), status: 'suggested' };
  return { kind: 'group', label, edits: [{ kind: 'mention', id, previous: undefined, next }] };
}

const now = (store: Store): string => toJson(store.get(uri)!.document);
const words = (store: Store): string[] => [...store.get(uri)!.document.mentions.values()].map(({ text: word }) => word);
/** Deletes a word from the text, then puts it back as the text's own undo does. */
const without = (word: string): { startChar: number; endChar: number; inserted: string }[] => [
  { startChar: text.indexOf(word), endChar: text.indexOf(word) + word.length, inserted: '' },
];
const withAgain = (word: string): { startChar: number; endChar: number; inserted: string }[] => [
  { startChar: text.indexOf(word), endChar: text.indexOf(word), inserted: word },
];

test('what a model suggests is no correction, what a person changes is', () => {
  const store = opened();
  store.apply(uri, adding('Ann'), {}, 'machine');
  expect(store.isCorrected(uri)).toBe(false);
  store.apply(uri, adding('Bob'));
  expect(store.isCorrected(uri)).toBe(true);
});

describe('undo and redo', () => {
  test('say what they take back', () => {
    const store = opened();
    store.apply(uri, adding('Ann'));
    store.apply(uri, adding('Bob'));
    expect(store.undoLabel(uri)).toBe('add Bob');
    expect(store.undo(uri)).toBe('add Bob');
    expect(words(store)).toEqual(['Ann']);
    expect(store.redoLabel(uri)).toBe('add Bob');
    expect(store.redo(uri)).toBe('add Bob');
    expect(words(store)).toEqual(['Ann', 'Bob']);
  });

  test('take an extraction that came in parts back as one', () => {
    const store = opened();
    const extraction = {};
    store.apply(uri, adding('Ann', 'extract'), extraction);
    store.apply(uri, adding('Bob', 'extract'), extraction);
    expect(store.undo(uri)).toBe('extract');
    expect(words(store)).toEqual([]);
    expect(store.undo(uri)).toBeUndefined();
    store.redo(uri);
    expect(words(store)).toEqual(['Ann', 'Bob']);
  });

  test('forget what was taken back when something else is done', () => {
    const store = opened();
    store.apply(uri, adding('Ann'));
    store.undo(uri);
    store.apply(uri, adding('Bob'));
    expect(store.redo(uri)).toBeUndefined();
  });

  test('any sequence undone gives back the identical document', () => {
    fc.assert(
      fc.property(fc.subarray(['Ann', 'Bob', 'Rome', 'Lisbon']), fc.array(fc.boolean(), { maxLength: 10 }), (list, backAndForth) => {
        const store = opened();
        const before = now(store);
        for (const word of list) store.apply(uri, adding(word));
        for (const back of backAndForth) {
          if (back) store.undo(uri);
          else store.redo(uri);
        }
        while (store.undo(uri) !== undefined);
        expect(now(store)).toBe(before);
      }),
    );
  });

  test('an edit that does not fit changes nothing', () => {
    const store = opened();
    store.apply(uri, adding('Ann'));
    const before = now(store);
    expect(() => {
      store.apply(uri, adding('Ann'));
    }).toThrow(expect.objectContaining({ code: 'annotation.conflict' }));
    expect(now(store)).toBe(before);
  });
});

describe('when the text changes', () => {
  test('steps to undo still fit', () => {
    const store = opened();
    store.apply(uri, adding('Bob'));
    store.apply(uri, adding('Lisbon'));
    const after = `Yesterday ${text}`;
    store.textChanged(uri, [{ startChar: 0, endChar: 0, inserted: 'Yesterday ' }], text, after);
    store.undo(uri);
    store.undo(uri);
    expect(words(store)).toEqual([]);
  });

  test('the text’s own undo brings back exactly what stood there: mentions, sentences, their states', () => {
    const store = opened();
    store.apply(uri, adding('Bob'));
    const before = now(store);
    const sentence = 'Ann met Bob in Rome. ';
    const after = text.replace(sentence, '');
    store.textChanged(uri, without(sentence), text, after);
    expect(store.get(uri)!.document.sentences).toHaveLength(1);
    store.textChanged(uri, withAgain(sentence), after, text);
    expect(now(store)).toBe(before);
    store.undo(uri);
    expect(words(store)).toEqual([]);
  });

  test('lines that are replaced to change one word leave the rest alone', () => {
    const store = opened();
    store.apply(uri, adding('Bob'));
    const after = text.replace('Lisbon', 'Porto');
    store.textChanged(uri, [{ startChar: 0, endChar: text.length, inserted: after }], text, after);
    const { sentences, mentions } = store.get(uri)!.document;
    expect(sentences.map(({ state }) => state)).toEqual(['done', 'in-progress']);
    expect([...mentions.values()][0]!.spans[0]!.startChar).toBe(text.indexOf('Bob'));
  });

  test('the text’s own undo never takes an annotation back that was made meanwhile', () => {
    const store = opened();
    store.apply(uri, adding('Bob'));
    const after = text.replace('Bob', '');
    store.textChanged(uri, without('Bob'), text, after);
    store.apply(uri, adding('Ann'));
    store.textChanged(uri, withAgain('Bob'), after, text);
    expect(words(store).sort()).toEqual(['Ann', 'Bob']);
    const bob = [...store.get(uri)!.document.mentions.values()].find((mention) => mention.text === 'Bob')!;
    expect(text.slice(bob.spans[0]!.startChar, bob.spans[0]!.endChar)).toBe('Bob');
  });
});

describe('listeners', () => {
  test('hear of every change, until they leave', () => {
    const store = new Store();
    const heard: string[] = [];
    const leave = store.onDidChange((_, change) => heard.push(change));
    store.open(uri, emptyDocument(textReference('a.txt', text)), schema, 'words');
    store.apply(uri, adding('Ann'));
    store.undo(uri);
    store.redo(uri);
    store.textChanged(uri, without('Ann'), text, text.replace('Ann', ''));
    store.close(uri);
    leave();
    store.open(uri, emptyDocument(textReference('a.txt', text)), schema, 'words');
    expect(heard).toEqual(['open', 'edit', 'undo', 'redo', 'text', 'close']);
  });
});

/** Typing at a place in the text: unlike any other, so that the text never comes back to what it was. */
const typing = fc.record({ kind: fc.constant('type' as const), at: fc.nat(40), deleted: fc.nat(6) });

describe('any sequence of corrections with typing between them', () => {
  test('undone, gives the document as the typing alone would have left it; saved and reopened at any time, it is the same', () => {
    const types = schemaOf(
      Object.fromEntries(ENTITIES.map((type) => [type, {}])),
      Object.fromEntries(RELATIONS.map((type) => [type, { symmetric: false }])),
    );
    const actions = fc.array(fc.oneof({ weight: 2, arbitrary: askedCorrections }, { weight: 1, arbitrary: typing }), { maxLength: 16 });
    fc.assert(
      fc.property(annotated, actions, (start, list) => {
        const [corrected, typedOnly] = [new Store(), new Store()];
        corrected.open(uri, start.document, types, 'words');
        typedOnly.open(uri, start.document, types, 'words');
        let current = start.text;
        const document = (): AnnotationDocument => corrected.get(uri)!.document;
        let steps = 0;
        list.forEach((action, number) => {
          if (action.kind === 'type') {
            const startChar = Math.min(action.at, current.length);
            const change = { startChar, endChar: Math.min(current.length, startChar + action.deleted), inserted: ` w${String(number)} ` };
            const after = current.slice(0, change.startChar) + change.inserted + current.slice(change.endChar);
            for (const store of [corrected, typedOnly]) store.textChanged(uri, [change], current, after);
            current = after;
          } else {
            const correction = placed(action, document(), current);
            const edit = correction && edited(() => correctionEdit(document(), [correction], { text: current, schema: types }));
            if (edit === undefined) return;
            corrected.apply(uri, edit);
            steps += 1;
          }
          expect(toJson(fromJson(now(corrected), 'x').document)).toBe(now(corrected));
        });
        const end = now(corrected);
        for (let step = 0; step < steps; step += 1) expect(corrected.undo(uri)).toBeDefined();
        expect(corrected.undo(uri)).toBeUndefined();
        expect(now(corrected)).toBe(now(typedOnly));
        for (let step = 0; step < steps; step += 1) corrected.redo(uri);
        expect(now(corrected)).toBe(end);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a person may not ask for is said and changes nothing. */
function edited<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SpangridError && error.code === 'usage') return undefined;
    throw error;
  }
}

test('a text that an editor reloads, and replaces from its first difference to its last, keeps what stands between them', () => {
  const store = opened();
  for (const word of ['Ann', 'Rome', 'Lisbon']) store.apply(uri, adding(word));
  const now = 'Ann saw Bob in Rome. She lives in Lisbom.';
  store.textChanged(uri, [{ startChar: 0, endChar: text.length, inserted: now }], text, now);
  const { mentions, sentences } = store.get(uri)!.document;
  const shownNow = [...mentions.values()].map(({ spans }) => now.slice(spans[0]!.startChar, spans[0]!.endChar));
  expect(shownNow).toEqual(['Ann', 'Rome', 'Lisbom']);
  expect(sentences.map(({ state }) => state)).toEqual(['in-progress', 'in-progress']);
  store.textChanged(uri, [{ startChar: 0, endChar: now.length, inserted: `${now}\nMore.` }], now, `${now}\nMore.`);
  expect(store.undo(uri)).toBe('add Lisbon');
});

describe('when someone else changed the document', () => {
  const setType = (store: Store, id: string, type: string): AnnotationDocument => {
    const { document } = store.get(uri)!;
    return { ...document, mentions: new Map(document.mentions).set(id, { ...document.mentions.get(id)!, type }) };
  };

  test('steps that change what they changed are dropped, with those before them that need those; the others stay', () => {
    const store = opened();
    store.apply(uri, adding('Ann'));
    store.apply(uri, adding('Bob'));
    store.apply(uri, { kind: 'group', label: 'both', edits: ['Ann', 'Rome'].flatMap((word) => noted(store, word)) });
    store.apply(uri, adding('Lisbon'));
    const theirs = setType(store, 'aaaaaaaa', 'Other');
    expect(store.takeOver(uri, theirs, theirs)).toBe(2);
    expect(store.saved(uri)).toBe(theirs);
    expect(store.undo(uri)).toBe('add Lisbon');
    expect(store.undo(uri)).toBe('add Bob');
    expect(store.undo(uri)).toBeUndefined();
    expect(words(store)).toEqual(['Ann', 'Rome']);
  });

  test('what the file has moves with the text, like the document', () => {
    const store = opened();
    store.apply(uri, adding('Bob'));
    store.markSaved(uri, store.get(uri)!.document);
    store.textChanged(uri, [{ startChar: 0, endChar: 0, inserted: 'So: ' }], text, `So: ${text}`);
    expect(store.saved(uri)).toBe(store.get(uri)!.document);
    store.apply(uri, adding('Lisbon'));
    store.textChanged(uri, [{ startChar: 0, endChar: 4, inserted: '' }], `So: ${text}`, text);
    expect([...store.saved(uri)!.mentions.values()].map(({ spans }) => spans[0]!.startChar)).toEqual([text.indexOf('Bob')]);
  });
});

/** Adds a note to a mention, which is made where there is none. */
function noted(store: Store, word: string): readonly Edit[] {
  const made = adding(word);
  const [edit] = made.kind === 'group' ? made.edits : [];
  if (edit?.kind !== 'mention' || edit.next === undefined) return [];
  const previous = store.get(uri)!.document.mentions.get(edit.id);
  return [{ ...edit, previous, next: { ...(previous ?? edit.next), note: 'new' } }];
}
