import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeSuggestionsOut } from '../../src/annotation/clear';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { apply } from '../../src/annotation/edits';
import { quote } from '../../src/annotation/mention';
import type { TableProbabilities } from '../../src/annotation/prediction';
import type { Schema } from '../../src/annotation/schema';
import { schemaFor } from '../../src/editor/documentSchema';
import { TableCache } from '../../src/editor/tableCache';
import { correctionOf, heatOf, likeliestLabels, listChange, sentenceViewOf, summariesOf } from '../../src/editor/tableContent';
import { segment } from '../../src/text/segment';

const text = 'Ann (35) lives in Rome.\nNothing else happened. ولد أحمد في القاهرة.';

function mention(id: string, word: string, rest: Partial<Mention> = {}): Mention {
  const startChar = text.indexOf(word);
  const spans = [{ startChar, endChar: startChar + word.length }];
  return { id, type: 'Any', spans, ...quote(text, spans), status: 'suggested', ...rest };
}

function documentOf(mentions: readonly Mention[], relations: readonly Relation[] = []): AnnotationDocument {
  const sentences = segment(text).map((sentence) => ({ ...sentence, state: 'new' as const }));
  return {
    ...emptyDocument({ file: 'a.txt', sha256: '' }, sentences),
    mentions: new Map(mentions.map((one) => [one.id, one])),
    relations: new Map(relations.map((one) => [one.id, one])),
  };
}

const ann = mention('aaaaaaaa', 'Ann', { type: 'Peop', score: 0.9, model: 'fast' });
const rome = mention('bbbbbbbb', 'Rome', { type: 'Loc', score: 0.7, model: 'fast' });
const lives: Relation = {
  id: 'cccccccc',
  type: 'Live_In',
  head: 'aaaaaaaa',
  tail: 'bbbbbbbb',
  status: 'suggested',
  score: 0.4,
  model: 'fast',
};

describe('the list of sentences', () => {
  test('counts what is found, and knows the least sure of it', () => {
    const summaries = summariesOf(documentOf([ann, rome], [lives]), text);
    expect(summaries).toHaveLength(3);
    expect(summaries[0]).toEqual({ preview: 'Ann (35) lives in Rome.', state: 'new', mentions: 2, relations: 1, doubt: 0.4 });
    expect(summaries[1]).toEqual({ preview: 'Nothing else happened.', state: 'new', mentions: 0, relations: 0 });
  });

  test('does not count what was rejected, nor doubt what was accepted', () => {
    const document = documentOf(
      [
        { ...ann, status: 'rejected' },
        { ...rome, status: 'accepted' },
      ],
      [{ ...lives, status: 'rejected' }],
    );
    expect(summariesOf(document, text)[0]).toEqual({ preview: 'Ann (35) lives in Rome.', state: 'new', mentions: 1, relations: 0 });
  });
});

describe('a change of the list of sentences', () => {
  const summary = fc.record(
    {
      preview: fc.constantFrom('a', 'b'),
      state: fc.constantFrom('new', 'done'),
      mentions: fc.nat(1),
      relations: fc.constant(0),
      doubt: fc.constantFrom(0.1, 0.9),
    },
    { requiredKeys: ['preview', 'state', 'mentions', 'relations'] },
  );

  test('makes any list of any other, and is none between equal ones', () => {
    fc.assert(
      fc.property(fc.array(summary), fc.array(summary), (before, after) => {
        const change = listChange(before, after);
        if (change === undefined) expect(after).toEqual(before);
        else expect([...before.slice(0, change.start), ...change.sentences, ...before.slice(change.end)]).toEqual(after);
        expect(listChange(after, structuredClone(after))).toBeUndefined();
      }),
    );
  });

  test('holds only what is another', () => {
    const list = summariesOf(documentOf([ann, rome]), text);
    const [first, second, third] = list;
    expect(listChange([first!, second!], list)).toEqual({ start: 2, end: 2, sentences: [third] });
    const done = { ...second!, state: 'done' as const };
    expect(listChange(list, [first!, done, third!])).toEqual({ start: 1, end: 2, sentences: [done] });
  });
});

describe('a sentence', () => {
  test('is told with its tokens and the blanks between them, its items by their tokens', () => {
    const view = sentenceViewOf(documentOf([ann, rome], [lives]), text, 0)!;
    expect(view.tokens.map(({ text: word, spaceAfter }) => word + (spaceAfter ? ' ' : '')).join('')).toBe('Ann (35) lives in Rome.');
    expect(view.mentions).toEqual([
      { id: 'aaaaaaaa', type: 'Peop', status: 'suggested', score: 0.9, model: 'fast', startToken: 0, endToken: 1 },
      { id: 'bbbbbbbb', type: 'Loc', status: 'suggested', score: 0.7, model: 'fast', startToken: 6, endToken: 7 },
    ]);
    expect(view.relations).toEqual([lives]);
    expect([view.notShown, view.direction]).toEqual([0, 'ltr']);
  });

  test('says how many items a table cannot hold', () => {
    expect(sentenceViewOf(documentOf([ann, mention('dddddddd', 'Ann (35)')]), text, 0)!.notShown).toBe(1);
  });

  test('does not miss what was rejected and overlaps what took its place', () => {
    expect(sentenceViewOf(documentOf([ann, mention('dddddddd', 'Ann (35)', { status: 'rejected' })]), text, 0)!.notShown).toBe(0);
  });

  test('tells notes and flags; the list tells that there are flags', () => {
    const document = documentOf([{ ...ann, note: 'why?', discuss: true }]);
    expect(sentenceViewOf(document, text, 0)!.mentions[0]).toMatchObject({ note: 'why?', discuss: true });
    expect(summariesOf(document, text)[0]).toMatchObject({ discuss: true });
  });

  test('knows its direction', () => {
    expect(sentenceViewOf(documentOf([]), text, 2)!.direction).toBe('rtl');
  });

  test('is none where there is none', () => {
    expect(sentenceViewOf(documentOf([]), text, 3)).toBeUndefined();
  });
});

describe('a change that the table asks for', () => {
  const document = documentOf([ann, rome], [lives]);

  test('names words by the characters of the text', () => {
    expect(correctionOf(document, 0, { kind: 'addMention', startToken: 1, endToken: 4, type: 'Other' })).toEqual({
      kind: 'addMention',
      type: 'Other',
      span: { startChar: 4, endChar: 8 },
    });
    expect(correctionOf(document, 0, { kind: 'setWords', id: 'aaaaaaaa', startToken: 0, endToken: 4 })).toEqual({
      kind: 'setSpan',
      id: 'aaaaaaaa',
      span: { startChar: 0, endChar: 8 },
    });
  });

  test('of the sentence names it', () => {
    expect(correctionOf(document, 2, { kind: 'acceptAll' })).toEqual({ kind: 'acceptAll', sentence: 2 });
    expect(correctionOf(document, 1, { kind: 'setState', state: 'done' })).toEqual({ kind: 'setState', sentence: 1, state: 'done' });
  });

  test.each([
    [0, 3, 3],
    [0, 0, 99],
    [7, 0, 1],
  ])('of words that sentence %i does not have (%i to %i) is refused', (index, startToken, endToken) => {
    expect(() => correctionOf(document, index, { kind: 'addMention', startToken, endToken, type: 'Loc' })).toThrow(/not there any more/);
  });
});

/** Two types of mention, one of relation; three tokens, of which only neighbours are held. */
const table: TableProbabilities = {
  size: 3,
  band: 1,
  entityTypes: ['Peop', 'Loc'],
  relationTypes: ['Live_In'],
  diagonal: new Float32Array([
    ...[0.5, 0.125, 0.125, 0, 0.125, 0.125, 0, 0, 0], // none, then B I L U of each type
    ...[1, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 0, 0, 1],
  ]),
  upper: new Float32Array([...[0.25, 0.5, 0.25], ...[1, 0, 0], ...[0, 0, 0]]),
};

describe('probabilities', () => {
  test('become heat: how likely a cell is to hold something, row by row', () => {
    const { values, band, sentence } = heatOf(4, table);
    expect([sentence, band]).toEqual([4, 1]);
    expect([...values]).toEqual([128, 191, 0, 0, 255, 0]);
  });

  test('of a word are those of its types, whichever part of a mention it is', () => {
    expect(likeliestLabels(table, [0, 0])).toEqual([
      { label: 'none', probability: 0.5 },
      { label: 'Peop', probability: 0.375 },
      { label: 'Loc', probability: 0.125 },
    ]);
  });

  test('of a pair say the direction', () => {
    expect(likeliestLabels(table, [0, 1])).toEqual([
      { label: 'Live_In →', probability: 0.5 },
      { label: 'none', probability: 0.25 },
      { label: 'Live_In ←', probability: 0.25 },
    ]);
  });

  test.each([
    [0, 2],
    [1, 0],
    [3, 3],
  ] as const)('are none for cell %i, %i, which the model has nothing for', (row, column) => {
    expect(likeliestLabels(table, [row, column])).toEqual([]);
  });

  test('of recent sentences are kept, until there are too many', () => {
    const bytes = table.diagonal.byteLength + table.upper.byteLength;
    const cache = new TableCache(2 * bytes);
    const copy = (): TableProbabilities => ({ ...table });
    const [first, second, third] = [copy(), copy(), copy()];
    cache.set('m', ['first'], first);
    cache.set('m', ['second'], second);
    expect(cache.get('m', ['first'])).toBe(first);
    cache.set('m', ['third'], third);
    expect(cache.get('m', ['second'])).toBeUndefined(); // it was used longest ago
    expect(cache.get('m', ['first'])).toBe(first);
    expect(cache.get('other', ['first'])).toBeUndefined();
  });
});

describe('the types of a document', () => {
  const known: Schema = {
    entities: { Peop: { colour: '#112233', key: 'z' } },
    relations: { Live_In: { colour: '#445566', key: '1', head: ['Peop'], tail: ['Loc'], symmetric: false } },
  };

  test('are the model’s own where it uses no others', () => {
    expect(schemaFor(documentOf([ann]), known)).toBe(known);
  });

  test('are the model’s and those that it uses besides, each in a colour', () => {
    const schema = schemaFor(documentOf([ann, rome], [{ ...lives, type: 'Born_In' }]), known);
    expect(schema.entities['Peop']).toEqual(known.entities['Peop']);
    expect(schema.relations['Live_In']).toEqual(known.relations['Live_In']);
    expect(schema.entities['Loc']?.colour).toMatch(/^#[0-9a-f]{6}$/i);
    expect(schema.relations['Born_In']).toMatchObject({ head: [], tail: [], symmetric: false });
  });
});

describe('clearing suggestions', () => {
  test('leaves a person’s work, and the mentions that it needs', () => {
    const boss = mention('dddddddd', 'Nothing', { status: 'accepted' });
    const noted = mention('eeeeeeee', 'else', { note: 'why?' });
    const document = documentOf([ann, rome, boss, noted, mention('ffffffff', 'happened')], [{ ...lives, status: 'rejected' }]);
    const cleared = apply(document, takeSuggestionsOut(document));
    expect([...cleared.mentions.keys()]).toEqual(['aaaaaaaa', 'bbbbbbbb', 'dddddddd', 'eeeeeeee']);
    expect([...cleared.relations.keys()]).toEqual(['cccccccc']);
  });

  test('takes the rest out', () => {
    const document = documentOf([ann, rome], [lives]);
    const cleared = apply(document, takeSuggestionsOut(document));
    expect([cleared.mentions.size, cleared.relations.size]).toEqual([0, 0]);
  });
});
