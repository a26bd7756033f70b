import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesFor, reanchor } from '../../src/annotation/anchor';
import type { AnnotationDocument, Mention, SentenceState } from '../../src/annotation/document';
import { isLost } from '../../src/annotation/document';
import { checkOffsets, fromJson, toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textHash, textReference } from '../../src/annotation/textHash';
import { normaliseText } from '../../src/text/lineEnds';
import { segment } from '../../src/text/segment';
import { annotated, texts } from './annotationArbitraries';

/** Marks words in a text: each `[word]` is a mention, named by number in order of the text. */
function marked(source: string, state: SentenceState = 'done'): { readonly text: string; readonly document: AnnotationDocument } {
  const text = source.replaceAll(/[[\]]/g, '');
  const mentions = new Map<string, Mention>();
  let removed = 0;
  for (const found of source.matchAll(/\[([^\]]*)\]/g)) {
    const startChar = found.index - removed;
    const id = `m${String(mentions.size)}`;
    mentions.set(id, makeMention(text, id, 'Any', [{ startChar, endChar: startChar + found[1]!.length }], 'accepted'));
    removed += 2;
  }
  const sentences = segment(text).map((sentence) => ({ ...sentence, state }));
  return { text, document: { text: textReference('a.txt', text), sentences, mentions, relations: new Map() } };
}

/** The text with the mentions that were found in brackets, and those that are lost as `<words>` where they would be. */
function shown(document: AnnotationDocument, text: string): string {
  const marks = [...document.mentions.values()].flatMap((mention): [number, string][] => {
    const { startChar, endChar } = mention.spans[0]!;
    return isLost(mention)
      ? [[startChar, `<${mention.text}>`]]
      : [
          [endChar, ']'],
          [startChar, '['],
        ];
  });
  return marks.sort(([a], [b]) => b - a).reduce((all, [at, mark]) => all.slice(0, at) + mark + all.slice(at), text);
}

const states = ({ sentences }: AnnotationDocument): string => sentences.map(({ state }) => state).join(' ');

describe('mentions are found again', () => {
  test.each([
    ['what was inserted before', '[Ann] met [Bob] in Rome.', 'Late. [Ann] met [Bob] in Rome.'],
    ['what was deleted before', 'It was late. Then [Ann] met [Bob].', 'Then [Ann] met [Bob].'],
    ['a sentence between was rewritten', '[Ann] met [Bob]. It rained. [Carl] slept.', '[Ann] met [Bob]. Nobody knew it yet. [Carl] slept.'],
    [
      'a repeated word, by its context',
      'The first bank failed. The second [bank] held.',
      'The first bank. A third bank failed. The second [bank] held.',
    ],
    ['the same sentence twice, by its neighbours', 'Yes. [Ann] left. No. [Ann] left. Why?', 'Yes. Oh. [Ann] left. No. [Ann] left. Why?'],
    ['all its context changed, its words unique', 'He saw [Lisbon] there once.', 'Nobody has been to [Lisbon] since.'],
    ['two sentences that changed places', '[Ann] slept well. [Bob] went away early.', '[Bob] went away early. [Ann] slept well.'],
    ['emoji around and in it', '👩‍👩‍👧 met [Ann 🙂] here. 🙂 [Bob] left.', '🙂🙂 👩‍👩‍👧 met [Ann 🙂] here. 🙂🙂 [Bob] left.'],
    [
      'its sentence changed, the word stands there twice',
      'We saw the [bank] near the river bank.',
      'They saw the old [bank] near the river bank.',
    ],
    [
      'sentences of the same build, by its words',
      '[John] lives in Boston.\n[Mary] lives in Berlin.',
      'So: [John] lives in Bosten.\n[Mary] lives in Paris.',
    ],
    ['text without spaces', '東京は[日本]の首都です。', '昔から、東京は[日本]の首都です。'],
  ])('%s', (_, source, target) => {
    const { document } = marked(source);
    const text = target.replaceAll(/[[\]]/g, '');
    const found = reanchor(document, text);
    expect(shown(found, text)).toBe(target);
    expect(found.text).toEqual({ file: 'a.txt', sha256: textHash(text) });
    for (const { text: words, spans } of found.mentions.values()) expect(text.slice(spans[0]!.startChar, spans[0]!.endChar)).toBe(words);
  });

  test('whatever line ends the text has', () => {
    const { document } = marked('One line.\n[Ann] met [Bob].\n');
    const text = normaliseText('One line.\r\nOne more.\r\nAnn met Bob.\r\n');
    expect(shown(reanchor(document, text), text)).toBe('One line.\nOne more.\n[Ann] met [Bob].\n');
  });

  test('a discontinuous one, piece by piece', () => {
    const { text, document } = marked('The upper and the lower jaw.');
    const spans = ['upper', 'jaw'].map((word) => ({ startChar: text.indexOf(word), endChar: text.indexOf(word) + word.length }));
    const mention = makeMention(text, 'aaaaaaaa', 'Part', spans, 'accepted');
    const now = 'Look: the upper and also the lower jaw.';
    const found = reanchor({ ...document, mentions: new Map([['aaaaaaaa', mention]]) }, now).mentions.get('aaaaaaaa')!;
    expect(found.spans.map(({ startChar, endChar }) => now.slice(startChar, endChar))).toEqual(['upper', 'jaw']);
  });
});

describe('a mention that is not found', () => {
  test.each([
    ['its words are gone', 'Ann met [Bob] in [Rome] today.', 'Ann met <Bob>them in [Rome] today.'],
    [
      'in its own sentence',
      '[John] lives in [Boston].\n[Mary] lives in [Berlin].',
      'So: [John] lives in <Boston>Boton.\n[Mary] lives in <Berlin>Bern.',
    ],
    ['its words stand only where another one has them', '[Bob] slept. [Bob] ate bread. We left.', '[Bob] slept. <Bob>We left.'],
    ['its words are only part of a longer word', 'We met [Ann] there.', 'We met <Ann>Annabel there.'],
    ['its words stand in several places, none like its own', 'Then [he] left.', '<he>Now he said that he went, and he did.'],
  ])('is kept as lost where it would be: %s', (_, source, target) => {
    const { document } = marked(source);
    const text = target.replaceAll(/<[^>]*>|[[\]]/g, '');
    const found = reanchor(document, text);
    expect([...found.mentions.keys()]).toEqual([...document.mentions.keys()]);
    const lost = [...found.mentions.values()].filter(isLost);
    expect(lost.map(({ text: words }) => `<${words}>`)).toEqual([...target.matchAll(/<[^>]*>/g)].map(String));
    // Near enough to be shown in its line.
    const lines = (marked: string): string[] => marked.split('\n').map((line) => [...line.matchAll(/<[^>]*>/g)].join(''));
    expect(lines(shown(found, text))).toEqual(lines(target));
    for (const { id, text: words, before, after } of lost) expect(document.mentions.get(id)).toMatchObject({ text: words, before, after });
  });

  test('is found when its words come back', () => {
    const { text, document } = marked('Ann met [Bob] in Rome today.');
    const without = reanchor(document, 'Ann met them in Rome today.');
    expect(shown(reanchor(without, `So. ${text}`), `So. ${text}`)).toBe('So. Ann met [Bob] in Rome today.');
  });

  test('has places proposed: between its old surroundings, and where its words stand', () => {
    const { document } = marked('Ann met [Bob] in Rome today.');
    const text = 'Bob and Bobby slept. Ann met Robert in Rome today.';
    const found = reanchor(document, text);
    const places = placesFor(found, { ...document.mentions.get('m0')!, spans: [{ startChar: 29, endChar: 29 }] }, text, 3);
    expect(places.map(({ startChar, endChar }) => [startChar, text.slice(startChar, endChar)])).toEqual([
      [29, 'Robert'],
      [0, 'Bob'],
    ]);
  });
});

describe('sentences', () => {
  const source = '[Ann] met Bob. It rained in the north. [Carl] slept at home. Nobody came.';
  test.each([
    ['moved', `Well. ${source}`, 'done done done done'],
    ['with other words', source.replace('slept', 'was asleep'), 'done done in-progress done'],
    ['with another word of the same length', source.replace('slept', 'swept'), 'done done in-progress done'],
    ['without mentions, with other words', source.replace('rained in', 'rained hard in'), 'done in-progress done done'],
    ['that is gone', source.replace('It rained in the north. ', ''), 'done done done'],
  ])('%s', (_, target, expected) => {
    const text = target.replaceAll(/[[\]]/g, '');
    const found = reanchor(marked(source).document, text);
    expect(states(found)).toBe(expected);
    for (const { startChar, endChar } of found.sentences) expect(text.slice(startChar, endChar)).toMatch(/^[A-Z].*\.$/);
  });

  test('that changed, and those of mentions that moved, are told apart as their project says', () => {
    const { text, document } = marked("Ann did n't meet [Bob] .\nShe left .");
    const lines = { ...document, sentences: segment(text, 'whitespace').map((one) => ({ ...one, state: 'done' as const })) };
    const now = "Ann did n't ever-meet [Bob] Berg .\nShe left .".replace(/[[\]]/g, '');
    const { sentences } = reanchor(lines, now, 'whitespace');
    expect(sentences.map(({ tokens }) => tokens.map(({ startChar, endChar }) => now.slice(startChar, endChar)).join('|'))).toEqual([
      "Ann|did|n't|ever-meet|Bob|Berg|.",
      'She|left|.',
    ]);
  });

  test('keep their tokens where their words are the same, whatever the tokenizer makes of them now', () => {
    const { document } = marked('Ann met Bob-Smith.');
    const sentence = {
      ...document.sentences[0]!,
      tokens: [
        [0, 3],
        [4, 7],
        [8, 11],
        [11, 12],
        [12, 18],
      ].map(([startChar, endChar]) => ({ startChar: startChar!, endChar: endChar! })),
    };
    const found = reanchor({ ...document, sentences: [sentence] }, 'So.\nAnn met Bob-Smith.');
    expect(found.sentences).toEqual([
      {
        startChar: 4,
        endChar: 22,
        state: 'done',
        tokens: sentence.tokens.map(({ startChar, endChar }) => ({ startChar: startChar + 4, endChar: endChar + 4 })),
      },
    ]);
  });
});

describe('for any text', () => {
  /** Words that occur once each, some of them mentions, in sentences. */
  const words = fc.uniqueArray(fc.stringMatching(/^[a-zäé]{2,7}$/), { minLength: 6, maxLength: 60 });
  const changes = fc.array(
    fc.record({ at: fc.nat(), remove: fc.nat(40), insert: fc.constantFrom('', ' ', 'XX ', ' 🙂🙂 ', '.\n\nXXX XX. ', 'XXX. Xx') }),
    {
      maxLength: 6,
    },
  );

  test('a mention of unique words that no change reaches is found, and nothing is dropped', () => {
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.nat(6)), changes, (vocabulary, numbers, list) => {
        const next = (): number => numbers.next().value as number;
        const source = vocabulary
          .map((word) => (next() < 3 ? `[${word}]` : word) + (next() === 0 ? '. ' : ' '))
          .join('')
          .trim();
        const { text, document } = marked(source);
        let now = text;
        for (const { at, remove, insert } of list) {
          const start = at % (now.length + 1);
          now = now.slice(0, start) + insert + now.slice(start + remove);
        }
        const found = reanchor(document, now);
        expect([...found.mentions.keys()]).toEqual([...document.mentions.keys()]);
        for (const [id, { text: word }] of document.mentions) {
          const places = [...now.matchAll(new RegExp(`(?<![\\p{L}])${word}(?![\\p{L}])`, 'gu'))];
          const { startChar, endChar } = found.mentions.get(id)!.spans[0]!;
          if (places.length === 1) expect([startChar, endChar]).toEqual([places[0]!.index, places[0]!.index + word.length]);
          // Letters that were typed right after a mention leave it where it was.
          else if (places.length === 0) expect([word, '']).toContain(now.slice(startChar, endChar));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('what comes out is a sound document of that text with every mention and relation', () => {
    fc.assert(
      fc.property(annotated, texts, ({ document }, text) => {
        const found = reanchor(document, text);
        checkOffsets(found, text, 'a.txt');
        const read = fromJson(toJson(found), 'a.txt').document;
        expect(new Set(read.mentions.keys())).toEqual(new Set(document.mentions.keys()));
        expect(read.relations).toEqual(document.relations);
      }),
      { numRuns: 200 },
    );
  });

  test('the same text gives the same mentions', () => {
    fc.assert(
      fc.property(annotated, ({ text, document }) => {
        for (const [id, { text: word, spans }] of reanchor(document, text).mentions)
          if (word !== '') expect([id, spans]).toEqual([id, document.mentions.get(id)!.spans]);
      }),
    );
  });
});
