import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Checker, type NamedText } from '../../src/annotation/check/checker';
import { fixesFor } from '../../src/annotation/check/fixes';
import { correctionEdit } from '../../src/annotation/corrections';
import { apply } from '../../src/annotation/edits';
import { type Schema, schemaOf } from '../../src/annotation/schema';
import { annotated } from './annotationArbitraries';
import { marked } from './marked';

const SCHEMA: Schema = schemaOf({ Peop: {}, Loc: {}, Org: {} }, {});

const named = (name: string, text: string, state?: Parameters<typeof marked>[2]): NamedText => ({
  name,
  path: name,
  schema: SCHEMA,
  ...marked(text, [], state),
});

function checked(...texts: readonly NamedText[]): Checker {
  const checker = new Checker();
  for (const text of texts) checker.put(text);
  checker.compare();
  return checker;
}

const inWords = (checker: Checker, name: string): readonly string[] =>
  checker
    .findings(name)
    .map(({ code, message, span, related }) => `${code} at ${String(span.startChar)}: ${message}${related ? ` (${related.name})` : ''}`);

/** What is found in a text after the first fix of its only finding. */
function afterFix(checker: Checker, text: NamedText): readonly string[] {
  const [found] = checker.findings(text.name);
  const [fix] = fixesFor(found!, text);
  const document = apply(text.document, correctionEdit(text.document, fix!.corrections, { text: text.text, schema: SCHEMA }));
  checker.put({ ...text, document });
  checker.compare();
  return [fix!.title, ...inWords(checker, text.name)];
}

test('inconsistent-type: the rarer of two types of a text is found, and changed to the other', () => {
  const texts = [
    named('a.txt', '[Lincoln|Peop] was there. [Lincoln|Peop] spoke.'),
    named('b.txt', 'The speech of [Lincoln|Loc] was short.'),
  ] as const;
  const checker = checked(...texts);
  expect(inWords(checker, 'a.txt')).toEqual([]);
  expect(inWords(checker, 'b.txt')).toEqual(["inconsistent-type at 14: 'Lincoln' is Loc here, and Peop in 2 other places (a.txt)"]);
  expect(afterFix(checker, texts[1])).toEqual(['Change the type to Peop']);
});

test('inconsistent-type: of two types that are as common, both are found; suggestions and other projects do not count', () => {
  const checker = checked(
    named('a.txt', '[Monroe|Loc] is a town.'),
    named('b.txt', '[Monroe|Org] wrote, [Monroe|Peop?] said.', 'in-progress'),
    { ...named('c.txt', '[Monroe|Peop] and [Monroe|Peop].'), schema: schemaOf({ Peop: {} }, {}) },
  );
  expect([...inWords(checker, 'a.txt'), ...inWords(checker, 'b.txt'), ...inWords(checker, 'c.txt')]).toEqual([
    "inconsistent-type at 0: 'Monroe' is Loc here, and Org in 1 other place (b.txt)",
    "inconsistent-type at 0: 'Monroe' is Org here, and Loc in 1 other place (a.txt)",
  ]);
});

test('unlabelled-repeat: a text that is labelled in most places is found where it is not, and labelled', () => {
  const texts = [
    named('a.txt', '[New York|Loc] is large. [New York|Loc] is loud.'),
    named('b.txt', 'He saw New  York, read the [New York Times|Org] and left [New York|Org!] for New Yorker.'),
  ] as const;
  const checker = checked(...texts);
  expect(inWords(checker, 'b.txt')).toEqual(["unlabelled-repeat at 7: 'New York' is not labelled here, and Loc in 2 other places (a.txt)"]);
  expect(afterFix(checker, texts[1])).toEqual(["Label 'New York' as Loc"]);
});

test.each([
  ['labelled once only', '[Bonn|Loc] is small.', 'Bonn is old.', 'done'],
  ['not labelled more often', '[Bonn|Loc] and [Bonn|Loc].', 'Bonn, Bonn.', 'done'],
  ['in a sentence that is not done', '[Bonn|Loc] and [Bonn|Loc].', 'Bonn is old.', 'in-progress'],
  ['part of a word', '[Bonn|Loc] and [Bonn|Loc].', 'Bonner is a name.', 'done'],
] as const)('unlabelled-repeat: not where it is %s', (_, labelled, bare, state) => {
  expect(inWords(checked(named('a.txt', labelled), named('b.txt', bare, state)), 'b.txt')).toEqual([]);
});

test('train-test-overlap: a sentence of another split is found in the later one, and skipped', () => {
  const texts = [
    named('data/news_train.json', 'It rained in Rome. Nobody came.'),
    named('data/news_test.json', 'It  rained in\nRome. Somebody came.'),
    named('data/notes.txt', 'It rained in Rome.'),
  ] as const;
  const checker = checked(...texts);
  expect(texts.map(({ name }) => inWords(checker, name))).toEqual([
    [],
    ['train-test-overlap at 0: This sentence of test stands in train, too (data/news_train.json)'],
    [],
  ]);
  expect(afterFix(checker, texts[1])).toEqual(['Skip this sentence']);
});

/** A folder in which every text has names of its own, and a few share one. */
const folder = (size: number): readonly NamedText[] =>
  Array.from({ length: size }, (_, index) => {
    const shared = index % 250 === 7 ? 'They met [Springfield|Loc] again.' : 'They met nobody.';
    return named(`${String(index)}.txt`, `[Ann${String(index)}|Peop] lives in [Town${String(index)}|Loc]. ${shared}`);
  });

test('after an edit, what it can touch is checked again, and nothing else', () => {
  const texts = folder(1000);
  const checker = checked(...texts);
  expect(texts.flatMap(({ name }) => inWords(checker, name))).toEqual([]);

  checker.put(named('7.txt', '[Ann7|Peop] lives in [Town7|Loc]. They met [Springfield|Org] again.'));
  const retyped = checker.compare();
  expect({ ...retyped, changed: [...retyped.changed] }).toEqual({ changed: ['7.txt'], checked: 1, compared: 1 });

  // Without its label here, it is a text that is labelled in the three others.
  checker.put(named('7.txt', '[Ann7|Peop] lives in [Town7|Loc]. They met Springfield again.'));
  expect([...checker.compare().changed]).toEqual(['7.txt']);
  expect(inWords(checker, '7.txt')).toEqual([
    "unlabelled-repeat at 30: 'Springfield' is not labelled here, and Loc in 3 other places (257.txt)",
  ]);

  // An edit that touches nothing that others have leaves them alone.
  checker.put(named('8.txt', '[Ann8|Peop] lives in Town8. They met nobody.'));
  const removed = checker.compare();
  expect([removed.changed.size, removed.checked, removed.compared]).toEqual([0, 1, 1]);
});

test('after any changes, what is found is what is found from nothing', () => {
  const names = ['train/a.txt', 'test/b.txt', 'c.txt', 'dev.txt'];
  const pieces = [
    '[Rome|Loc]',
    '[Rome|Org]',
    'Rome',
    '[Rome|Loc?]',
    '[Rome|Loc!]',
    '[New Rome|Loc]',
    'New  Rome',
    '[\u00E9a|Loc]',
    'e\u0301a',
  ];
  const sentences = fc
    .tuple(
      fc.array(fc.constantFrom(...pieces, 'and', '.\n\nIt'), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('done', 'in-progress', 'skipped'),
    )
    .map(([words, state]) => marked(words.join(' '), [], state));
  const texts = fc.oneof({ weight: 4, arbitrary: sentences }, annotated);
  const change = fc.tuple(fc.constantFrom(...names), fc.option(texts, { freq: 6 }), fc.boolean());
  let found = 0;
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (rounds) => {
      const checker = new Checker();
      const standing = new Map<string, NamedText>();
      for (const round of rounds) {
        for (const [name, text, isTyped] of round) {
          if (text === null) {
            standing.delete(name);
            checker.remove(name);
          } else {
            const next = { name, path: name, ...text, schema: isTyped ? SCHEMA : undefined };
            standing.set(name, next);
            checker.put(next);
          }
        }
        checker.compare();
      }
      const anew = checked(...standing.values());
      for (const name of names) {
        expect(checker.findings(name)).toEqual(anew.findings(name));
        found += anew.findings(name).filter(({ related }) => related !== undefined).length;
      }
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(50);
});
