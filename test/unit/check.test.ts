import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trimmed } from '../../src/annotation/check/edges';
import { fixesFor } from '../../src/annotation/check/fixes';
import { type Checked, type Finding, findingsIn } from '../../src/annotation/check/rules';
import { correctionEdit } from '../../src/annotation/corrections';
import { apply } from '../../src/annotation/edits';
import { makeMention } from '../../src/annotation/mention';
import { type Schema, schemaOf } from '../../src/annotation/schema';
import type { Span } from '../../src/text/span';
import { annotated } from './annotationArbitraries';
import { marked } from './marked';

const SCHEMA: Schema = schemaOf(
  { Peop: {}, Loc: {}, Org: {} },
  { Live_In: { head: ['Peop'], tail: ['Loc'] }, Based_In: { head: ['Org'], tail: ['Loc'] }, Met: { symmetric: true } },
);

const inWords = (found: readonly Finding[]): readonly string[] => found.map(({ code, message }) => `${code}: ${message}`);
const findings = (checked: Checked): readonly string[] => inWords(findingsIn({ schema: SCHEMA, ...checked }));

/** The only finding of a text and what can be done about it: the title of each fix, and what is found after it. */
function fixed(checked: Checked): Record<string, { found: readonly string[]; mentions: readonly string[]; relations: readonly string[] }> {
  const subject = { schema: SCHEMA, ...checked };
  const [found, ...more] = findingsIn(subject);
  expect(inWords(more)).toEqual([]);
  return Object.fromEntries(
    fixesFor(found!, subject).map(({ title, corrections }) => {
      const edit = correctionEdit(checked.document, corrections, { text: checked.text, schema: SCHEMA });
      const document = apply(checked.document, edit);
      const standing = [...document.mentions.values()].filter(({ status }) => status !== 'rejected');
      const relations = [...document.relations.values()].filter(({ status }) => status !== 'rejected');
      return [
        title,
        {
          found: findings({ text: checked.text, document }),
          mentions: standing.map(({ type, text }) => `${type} ${text}`),
          relations: relations.map(
            ({ type, head, tail }) => `${document.mentions.get(head)!.text} ${type} ${document.mentions.get(tail)!.text}`,
          ),
        },
      ];
    }),
  );
}

test('in a text that is right nothing is found', () => {
  expect(findings(marked('[Ann Lee|Peop] of [Acme Inc.|Org] lives in [Rome|Loc].', [['m0', 'Live_In', 'm2']]))).toEqual([]);
});

test('what was rejected is not looked at', () => {
  const text = marked('[[Ann|Peop] Lee|Loc!] lives in [Rome,|Place!] Italy.', [['m0', 'Kill!', 'm0']]);
  expect(findings(text)).toEqual([]);
});

describe('overlap', () => {
  test('two mentions that share characters are found once, and either can be kept', () => {
    const text = marked('She reads the [New [York|Loc] Times|Org] daily.');
    expect(findings(text)).toEqual(["overlap: 'York' (Loc) overlaps 'New York Times' (Org)"]);
    const after = fixed(text);
    expect(after["Keep 'New York Times' (Org) alone"]).toMatchObject({ found: [], mentions: ['Org New York Times'] });
    expect(after["Keep 'York' (Loc) alone"]).toMatchObject({ found: [], mentions: ['Loc York'] });
  });

  test('so are two types of the very same words', () => {
    expect(findings(marked('In [[Washington|Loc]|Org] they wait.'))).toEqual(["overlap: 'Washington' (Org) overlaps 'Washington' (Loc)"]);
  });

  test('mentions that only meet do not overlap', () => {
    expect(findings(marked('[Ann|Peop][ia|Loc] sleeps.', [])).filter((one) => one.startsWith('overlap'))).toEqual([]);
  });
});

describe('token-boundary', () => {
  test('a mention that cuts a word is widened to whole words', () => {
    const text = marked('She left [Bos|Loc]ton today.');
    expect(findings(text)).toEqual(["token-boundary: 'Bos' (Loc) ends inside the word 'Boston'"]);
    expect(fixed(text)).toEqual({ "Widen to 'Boston'": { found: [], mentions: ['Loc Boston'], relations: [] } });
    expect(findings(marked('She left Bos[ton|Loc] today.'))).toEqual(["token-boundary: 'ton' (Loc) begins inside the word 'Boston'"]);
  });
});

describe('edge-punctuation', () => {
  test.each([
    ['He left [Boston,|Loc] then.', "'Boston,' (Loc) ends with ,", 'Boston'],
    ['He left [("Boston|Loc] then.', '\'("Boston\' (Loc) begins with ("', 'Boston'],
    ['He left [Boston |Loc]then.', "'Boston ' (Loc) ends with white space", 'Boston'],
    ['He left ["Boston"|Loc] then.', '\'"Boston"\' (Loc) begins with "', 'Boston'],
    ['He took [(factor) VIII (recombinant),|Org] then.', "'(factor) VIII (recombinant),' (Org) ends with ,", '(factor) VIII (recombinant)'],
  ])('%s', (text, message, words) => {
    expect(findings(marked(text))).toEqual([`edge-punctuation: ${message}`]);
    expect(Object.values(fixed(marked(text))).map(({ found, mentions }) => [found, mentions[0]?.replace(/^\w+ /, '')])).toEqual([
      [[], words],
    ]);
  });

  test.each([
    '[U.S.|Loc] troops',
    '[factor VIII (recombinant)|Org] is',
    '[50 %|Org] of it',
    '["Magic" Johnson|Peop] plays',
    '[Acme Inc.|Org]',
  ])('is not found in %s', (text) => {
    expect(findings(marked(`They say ${text}`))).toEqual([]);
  });

  test('a mention of punctuation alone can only be deleted', () => {
    expect(fixed(marked('He left [,|Loc] then.'))).toEqual({ "Delete ',' (Loc)": { found: [], mentions: [], relations: [] } });
  });
});

describe('unknown-type', () => {
  test('a type that is spelled otherwise is changed', () => {
    const text = marked('[Ann|Peop] lives in [Rome|LOC].');
    expect(findings(text)).toEqual(["unknown-type: 'Rome' (LOC): there is no such type of mention, there are Peop, Loc, Org"]);
    expect(fixed(text)).toEqual({ 'Change the type to Loc': { found: [], mentions: ['Peop Ann', 'Loc Rome'], relations: [] } });
  });

  test('of a relation, too', () => {
    const text = marked('[Ann|Peop] lives in [Rome|Loc].', [['m0', 'LiveIn', 'm1']]);
    expect(findings(text)).toEqual([
      "unknown-type: 'Ann' LiveIn 'Rome': there is no such type of relation, there are Live_In, Based_In, Met",
    ]);
    expect(fixed(text)['Change the type to Live_In']).toMatchObject({ found: [], relations: ['Ann Live_In Rome'] });
  });

  test('nothing is said where no types are known', () => {
    expect(inWords(findingsIn(marked('In [Rome|Place].')))).toEqual([]);
  });
});

describe('constraint', () => {
  test('a relation that stands the wrong way round is reversed, changed or deleted', () => {
    const text = marked('In [Rome|Loc] [Ann|Peop] lives.', [['m0', 'Live_In', 'm1']]);
    expect(findings(text)).toEqual(["constraint: 'Rome' Live_In 'Ann': Live_In goes from Peop to Loc, not from Loc to Peop"]);
    const after = fixed(text);
    expect(after["Reverse 'Rome' Live_In 'Ann'"]).toMatchObject({ found: [], relations: ['Ann Live_In Rome'] });
    expect(after['Change the type to Met']).toMatchObject({ found: [], relations: ['Rome Met Ann'] });
    expect(after["Delete 'Rome' Live_In 'Ann'"]).toMatchObject({ found: [], relations: [] });
  });

  test('a suggested one is rejected', () => {
    const text = marked('In [Rome|Loc] [Oslo|Loc] lies.', [['m0', 'Live_In?', 'm1']], 'new');
    expect(Object.keys(fixed(text))).toEqual(['Change the type to Met', "Reject 'Rome' Live_In 'Oslo'"]);
  });

  test('neither joins a mention to itself, nor to one that was rejected', () => {
    expect(
      findings(
        marked('[Ann|Peop] left [Rome|Loc!].', [
          ['m0', 'Met', 'm0'],
          ['m0', 'Live_In', 'm1'],
        ]),
      ),
    ).toEqual(["constraint: 'Ann' Live_In 'Rome': 'Rome' was rejected", "constraint: 'Ann' Met 'Ann': it joins a mention to itself"]);
  });
});

describe('duplicate', () => {
  test('the second of two equal mentions goes, and what it is related to stays related', () => {
    const text = marked('[[Ann|Peop]|Peop] lives in [Rome|Loc] near [Ostia|Loc].', [
      ['m1', 'Live_In', 'm2'],
      ['m0', 'Live_In', 'm3'],
      ['m1', 'Met', 'm3'],
    ]);
    // Ann and Ostia would be related twice then: a person has to choose.
    expect(findings(text)).toEqual(["duplicate: 'Ann' (Peop) stands here twice"]);
    expect(fixed(text)).toEqual({});
    const movable = marked('[[Ann|Peop]|Peop] lives in [Rome|Loc] near [Ostia|Loc].', [
      ['m1', 'Live_In', 'm2'],
      ['m0', 'Live_In', 'm3'],
    ]);
    expect(fixed(movable)).toEqual({
      "Delete 'Ann' (Peop)": {
        found: [],
        mentions: ['Peop Ann', 'Loc Rome', 'Loc Ostia'],
        relations: ['Ann Live_In Ostia', 'Ann Live_In Rome'],
      },
    });
  });

  test('a symmetric relation is the same either way round', () => {
    const text = marked('[Ann|Peop] met [Bob|Peop].', [
      ['m0', 'Met', 'm1'],
      ['m1', 'Met', 'm0'],
    ]);
    expect(findings(text)).toEqual(["duplicate: 'Bob' Met 'Ann' stands here twice"]);
    expect(fixed(text)).toEqual({
      "Delete 'Bob' Met 'Ann'": { found: [], mentions: ['Peop Ann', 'Peop Bob'], relations: ['Ann Met Bob'] },
    });
  });
});

describe('done-with-suggestions', () => {
  test('they are accepted or rejected, or the sentence is open again', () => {
    const text = marked('[Ann|Peop] lives in [Rome|Loc?].', [['m0', 'Live_In?', 'm1']]);
    expect(findings(text)).toEqual(['done-with-suggestions: This sentence is done and has 2 open suggestions']);
    const after = fixed(text);
    expect(after['Accept all suggestions in the sentence']).toMatchObject({ found: [], relations: ['Ann Live_In Rome'] });
    expect(after['Reject all suggestions in the sentence']).toMatchObject({ found: [], mentions: ['Peop Ann'], relations: [] });
    expect(after['Put the sentence back in progress']).toMatchObject({ found: [], mentions: ['Peop Ann', 'Loc Rome'] });
  });

  test('a sentence that is not done may have some', () => {
    expect(findings(marked('[Ann|Peop?] left.', [], 'in-progress'))).toEqual([]);
  });
});

describe('stale-anchor', () => {
  test('a lost mention is put where its words are now, or deleted', () => {
    const { text, document } = marked('[Ann|Peop] left Rome.\nIt rained in Rome.');
    const lost = { ...makeMention(text, 'm9', 'Loc', [{ startChar: 9, endChar: 13 }], 'accepted'), spans: [{ startChar: 9, endChar: 9 }] };
    const mentions = new Map([...document.mentions, ['m9', lost]]);
    const subject = { text, document: { ...document, mentions } };
    expect(findings(subject)).toEqual([
      'stale-anchor: The words of \'Rome\' (Loc) are no longer in the text: "…Ann left [Rome]. It rained in Rome.…"',
    ]);
    const after = fixed(subject);
    expect(Object.keys(after)).toEqual(['Put it at line 1', 'Put it at line 2', "Delete the lost 'Rome' (Loc)"]);
    expect(after['Put it at line 1']).toMatchObject({ found: [], mentions: ['Peop Ann', 'Loc Rome'] });
    expect(after["Delete the lost 'Rome' (Loc)"]).toMatchObject({ found: [], mentions: ['Peop Ann'] });
  });
});

test('punctuation behind a token of white space is trimmed at once', () => {
  const token = (startChar: number): Span => ({ startChar, endChar: startChar + 1 });
  const sentence = { startChar: 0, endChar: 5, tokens: [token(0), token(1), token(2), token(3), token(4)] };
  expect(trimmed([sentence], { startChar: 0, endChar: 5 }, ' .a. ')).toEqual({ startChar: 2, endChar: 3 });
});

test('after a safe fix, what it fixes is not found again', () => {
  let tried = 0;
  fc.assert(
    fc.property(annotated, ({ text, document }) => {
      const schema = schemaOf({ peop: {}, Loc: {}, 'Ort-ä🙂': {} }, { Live_In: { symmetric: true }, kill: { head: ['Loc'] } });
      for (const found of findingsIn({ text, document, schema }))
        for (const { corrections, isSafe } of fixesFor(found, { text, document, schema })) {
          if (!isSafe) continue;
          tried += 1;
          const after = apply(document, correctionEdit(document, corrections, { text, schema }));
          const again = findingsIn({ text, document: after, schema }).filter(
            ({ code, items }) => code === found.code && items[0] === found.items[0],
          );
          expect(inWords(again)).toEqual([]);
        }
    }),
    { numRuns: 1000 },
  );
  expect(tried).toBeGreaterThan(200);
});
