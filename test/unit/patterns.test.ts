import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { parseConfig, type TypePatterns } from '../../src/annotation/config';
import { emptyDocument, type AnnotationDocument, type SentenceState } from '../../src/annotation/document';
import { correctionEdit } from '../../src/annotation/corrections';
import { apply, isEmpty } from '../../src/annotation/edits';
import { equalTextEdit, equalTexts } from '../../src/annotation/equalTexts';
import { extractionEdit } from '../../src/annotation/extraction';
import { matchPatterns, patternEdit } from '../../src/annotation/patterns';
import { textReference } from '../../src/annotation/textHash';
import { schemaOf } from '../../src/annotation/schema';
import { threadMatcher } from '../../src/engine/matching';
import { segment } from '../../src/text/segment';

const folder = mkdtempSync(join(tmpdir(), 'spangrid-patterns-'));
const THREAD = join(folder, 'matching.cjs');
buildSync({
  entryPoints: [fileURLToPath(new URL('../../src/engine/matchingThread.ts', import.meta.url))],
  outfile: THREAD,
  platform: 'node',
  format: 'cjs',
  bundle: true,
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const match = threadMatcher(THREAD, 60_000);

const TEXT = 'Ann took aspirin 20 mg in New  York. Bob took Aspirin-C and no aspirin. New York, 5 mg.';

const patterns = (entities: Record<string, object>): readonly TypePatterns[] =>
  parseConfig(
    JSON.stringify({ entities: Object.fromEntries(Object.entries(entities).map(([type, one]) => [type, { patterns: one }])) }),
    'c',
  ).patterns;

const document = (text = TEXT, state: SentenceState = 'new'): AnnotationDocument =>
  emptyDocument(
    textReference('a.txt', text),
    segment(text).map((sentence) => ({ ...sentence, state })),
  );

const label = async (before: AnnotationDocument, entities: Record<string, object>, text = TEXT): Promise<AnnotationDocument> =>
  apply(before, patternEdit(before, text, await matchPatterns(patterns(entities), text, segment(text), match)));

/** Type, words, status and source of each mention, in order of the text. */
const said = ({ mentions }: AnnotationDocument): readonly string[] =>
  [...mentions.values()]
    .sort((a, b) => a.spans[0]!.startChar - b.spans[0]!.startChar)
    .map(({ type, text, status, model }) => `${type} ${text} (${status}${model === undefined ? '' : ` by ${model}`})`);

test('words are found as whole tokens, over any white space, and make suggestions without a score', async () => {
  const labelled = await label(document(), { Drug: { words: ['aspirin'] }, City: { words: ['New York', 'Yor'] } });
  expect(said(labelled)).toEqual([
    'Drug aspirin (suggested by patterns)',
    'City New  York (suggested by patterns)',
    'Drug aspirin (suggested by patterns)',
    'City New York (suggested by patterns)',
  ]);
  expect([...labelled.mentions.values()].every(({ score }) => score === undefined)).toBe(true);
});

test('case counts unless the type says otherwise, in words and expressions', async () => {
  const text = 'ASPIRIN and Aspirin and aspirin.';
  const found = async (more: object): Promise<number> => (await label(document(text), { Drug: more }, text)).mentions.size;
  expect(await found({ words: ['Aspirin'] })).toBe(1);
  expect(await found({ words: ['Aspirin'], ignoreCase: true })).toBe(3);
  expect(await found({ expressions: ['Aspi\\w+'] })).toBe(1);
  expect(await found({ expressions: ['Aspi\\w+'], ignoreCase: true })).toBe(3);
});

test('a match that cuts a word is left out, or takes the whole word where that is wanted', async () => {
  const text = 'A party in Artois with art.';
  expect(said(await label(document(text), { T: { expressions: ['art', 'Art'] } }, text))).toEqual(['T art (suggested by patterns)']);
  expect(said(await label(document(text), { T: { expressions: ['art', 'Art'], widen: true } }, text))).toEqual([
    'T party (suggested by patterns)',
    'T Artois (suggested by patterns)',
    'T art (suggested by patterns)',
  ]);
});

test('expressions see a sentence at a time, and blanks around a match do not count', async () => {
  expect(said(await label(document(), { Dose: { expressions: ['\\d+ mg ?'] }, First: { expressions: ['^\\w+ '] } }))).toEqual([
    'First Ann (suggested by patterns)',
    'Dose 20 mg (suggested by patterns)',
    'First Bob (suggested by patterns)',
    'First New (suggested by patterns)',
    'Dose 5 mg (suggested by patterns)',
  ]);
});

test('of matches that overlap the longest is taken, of equal ones that of the type that comes first', async () => {
  const text = 'New York City is big.';
  const entities = { Place: { words: ['York City is', 'New York'] }, City: { words: ['New York City', 'big'] }, Size: { words: ['big'] } };
  expect(said(await label(document(text), entities, text))).toEqual([
    'City New York City (suggested by patterns)',
    'City big (suggested by patterns)',
  ]);
});

test('what a person decided stays, what was rejected does not come again, done sentences are left alone', async () => {
  const entities = { Drug: { words: ['aspirin'] } };
  const correcting = { text: TEXT, schema: schemaOf({ Drug: {}, Other: {} }, {}) };
  const labelled = await label(document(), entities);
  const [first, second] = [...labelled.mentions.keys()];
  const decided = apply(
    labelled,
    correctionEdit(
      labelled,
      [
        { kind: 'setType', id: first!, type: 'Other' },
        { kind: 'setStatus', id: second!, status: 'rejected' },
      ],
      correcting,
    ),
  );
  const again = await label(decided, entities);
  expect(said(again)).toEqual(['Other aspirin (accepted)', 'Drug aspirin (rejected by patterns)']);
  const done = document(TEXT, 'done');
  expect(said(await label(done, entities))).toEqual([]);
});

test('patterns replace what they suggested before, and nothing that a model suggested; a model leaves theirs', async () => {
  const [sentence] = segment(TEXT);
  const found = { mentions: [{ type: 'Peop', startToken: 0, endToken: 1, score: 0.5 }], relations: [] };
  const before = document();
  const extracted = apply(before, extractionEdit(before, TEXT, 'fast', [{ spans: sentence!, prediction: found }]));
  const labelled = await label(extracted, { Drug: { words: ['aspirin', 'Ann took'] } });
  expect(said(labelled)).toEqual([
    'Peop Ann (suggested by fast)',
    'Drug aspirin (suggested by patterns)',
    'Drug aspirin (suggested by patterns)',
  ]);
  const relabelled = await label(labelled, { City: { words: ['New York'] } });
  expect(said(relabelled)).toEqual([
    'Peop Ann (suggested by fast)',
    'City New  York (suggested by patterns)',
    'City New York (suggested by patterns)',
  ]);
  const none = { mentions: [], relations: [] };
  const read = apply(relabelled, extractionEdit(relabelled, TEXT, 'accurate', [{ spans: sentence!, prediction: none }]));
  expect(said(read)).toEqual(['City New  York (suggested by patterns)', 'City New York (suggested by patterns)']);
});

test('patterns that find the same again change nothing', async () => {
  const entities = { Drug: { words: ['aspirin'] } };
  const labelled = await label(document(), entities);
  expect(isEmpty(patternEdit(labelled, TEXT, await matchPatterns(patterns(entities), TEXT, segment(TEXT), match)))).toBe(true);
});

test('an expression that matches nothing at all is refused by name', async () => {
  await expect(label(document(), { Drug: { expressions: ['x*'] } })).rejects.toMatchObject({
    code: 'pattern.empty',
    message: expect.stringContaining('The expression "x*" of Drug matches where there is nothing') as string,
  });
});

test('an expression that would match for ever is stopped and named, and the next one runs', async () => {
  const text = `${'a'.repeat(60)} b.`;
  const slow = patterns({ Good: { expressions: ['b'] }, Bad: { expressions: ['^(a+)+$'] } });
  await expect(matchPatterns(slow, text, segment(text), threadMatcher(THREAD, 1000))).rejects.toMatchObject({
    code: 'pattern.timeout',
    message: expect.stringContaining('The expression "^(a+)+$" of Bad was stopped after 1 seconds') as string,
  });
  expect(said(await label(document(text), { Good: { expressions: ['b'] } }, text))).toEqual(['Good b (suggested by patterns)']);
});

test('types with blanks, quotes, emoji and HTML label like any other', async () => {
  const type = '<b>"Stoff" 🧪</b> x';
  expect(said(await label(document(), { [type]: { words: ['New York'] } }))).toContain(`${type} New York (suggested by patterns)`);
});

test('emoji and combining letters count as the text counts them', async () => {
  const text = '👩‍🔬 cafe\u0301 in Zürich.';
  expect(said(await label(document(text), { Place: { words: ['café'], expressions: ['Z.rich'] } }, text))).toEqual([
    'Place cafe\u0301 (suggested by patterns)',
    'Place Zürich (suggested by patterns)',
  ]);
});

/** A document with one accepted mention of these words, at their first place. */
const withMention = (text: string, words: string): AnnotationDocument => {
  const before = document(text);
  const startChar = text.indexOf(words);
  const span = { startChar, endChar: startChar + words.length };
  return apply(before, correctionEdit(before, [{ kind: 'addMention', span, type: 'T' }], { text, schema: schemaOf({ T: {} }, {}) }));
};

test('every equal text is found as whole words, by case unless told otherwise, and suggested in one step', () => {
  const text = 'Rome is Rome.\nA Romeo in rome.\nAll of Rome';
  const given = withMention(text, 'Rome');
  const [mention] = [...given.mentions.values()];
  const at = (ignoreCase: boolean): readonly number[] => equalTexts(given, text, mention!, ignoreCase).map(({ startChar }) => startChar);
  expect(at(false)).toEqual([8, 38]);
  expect(at(true)).toEqual([8, 25, 38]);
  const edit = equalTextEdit(given, text, mention!, equalTexts(given, text, mention!, false));
  expect(edit.label).toBe("label every 'Rome'");
  const labelled = apply(given, edit);
  expect(said(labelled)).toEqual(['T Rome (accepted)', 'T Rome (suggested by equal text)', 'T Rome (suggested by equal text)']);
  expect(equalTexts(labelled, text, mention!, false)).toEqual([]);
});

test('equal texts are not looked for over other mentions, in done sentences, or where the same was rejected', () => {
  const text = 'Rome.\nRome wins.\nRome ends.\nIn New Rome now.';
  const given = withMention(text, 'Rome');
  const [mention] = [...given.mentions.values()];
  const correcting = { text, schema: schemaOf({ T: {}, U: {} }, {}) };
  const all = apply(given, equalTextEdit(given, text, mention!, equalTexts(given, text, mention!, false)));
  const [, second, third, fourth] = [...all.mentions.values()];
  const changed = apply(
    all,
    correctionEdit(
      all,
      [
        { kind: 'setStatus', id: second!.id, status: 'rejected' },
        { kind: 'remove', id: third!.id },
        { kind: 'setState', sentence: 2, state: 'done' },
        { kind: 'setSpan', id: fourth!.id, span: { startChar: text.indexOf('New Rome'), endChar: text.indexOf(' now') } },
      ],
      correcting,
    ),
  );
  expect(equalTexts(changed, text, mention!, false)).toEqual([]);
});
