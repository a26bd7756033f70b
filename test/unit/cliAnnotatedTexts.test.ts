import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { correctionEdit, type Correction } from '../../src/annotation/corrections';
import { emptyDocument, type AnnotationDocument } from '../../src/annotation/document';
import { apply } from '../../src/annotation/edits';
import { extractionEdit } from '../../src/annotation/extraction';
import { matchesGlob } from '../../src/annotation/globs';
import { toJson, toJsonLine } from '../../src/annotation/json';
import { schemaOf } from '../../src/annotation/schema';
import { textReference } from '../../src/annotation/textHash';
import { readDataSet } from '../../src/cli/dataSet';
import { readTrainingData } from '../../src/cli/trainingData';
import { segment } from '../../src/text/segment';
import { spangrid, temporaryFolder } from './cliProcess';

const TEXT = 'Ann lives in Rome.\n\nBob saw Oslo.\n\nEve left.\n';
const SCHEMA = schemaOf({ Peop: {}, Loc: {} }, { Live_In: {} });

/**
 * TEXT with its first sentence done (Ann and Live_In accepted, Rome accepted, "lives" suggested, "in" rejected) and its second in progress
 * (Oslo accepted).
 */
function annotated(text = TEXT, file = 'a.txt'): AnnotationDocument {
  const sentences = segment(text);
  const [first] = sentences;
  const start = emptyDocument(
    textReference(file, text),
    sentences.map((sentence) => ({ ...sentence, state: 'new' })),
  );
  const said = { mentions: [1, 2].map((at) => ({ type: 'Loc', startToken: at, endToken: at + 1, score: 0.5 })), relations: [] };
  let document = apply(start, extractionEdit(start, text, 'fast', [{ spans: first!, prediction: said }]));
  const correct = (...corrections: readonly Correction[]): void => {
    document = apply(document, correctionEdit(document, corrections, { text, schema: SCHEMA }));
  };
  const idOf = (words: string): string => [...document.mentions.values()].find((mention) => mention.text === words)!.id;
  const span = (words: string): { startChar: number; endChar: number } => {
    const startChar = text.indexOf(words);
    return { startChar, endChar: startChar + words.length };
  };
  correct({ kind: 'addMention', span: span('Ann'), type: 'Peop' }, { kind: 'addMention', span: span('Rome'), type: 'Loc' });
  correct(
    { kind: 'addRelation', head: idOf('Ann'), tail: idOf('Rome'), type: 'Live_In' },
    { kind: 'setStatus', id: idOf('in'), status: 'rejected' },
  );
  correct({ kind: 'setNote', id: idOf('Ann'), note: 'sure' }, { kind: 'addMention', span: span('Oslo'), type: 'Loc' });
  correct({ kind: 'setState', sentence: 0, state: 'done' });
  return document;
}

/** What is gold of TEXT. */
const GOLD = {
  tokens: ['Ann', 'lives', 'in', 'Rome', '.'],
  mentions: [
    { type: 'Peop', startToken: 0, endToken: 1 },
    { type: 'Loc', startToken: 3, endToken: 4 },
  ],
  relations: [{ type: 'Live_In', head: 0, tail: 1 }],
};

/** Writes files into a folder of its own; gives the folder. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const ABOUT =
  '1 text, 1 of 3 sentences done: 2 mentions and 1 relation accepted; 1 suggestion left undecided and 1 rejected count as wrong';

test('of an annotation file the done sentences are gold: what is accepted in them, and nothing else', async () => {
  const folder = folderWith({ 'a.txt': TEXT, 'a.txt.spangrid.json': toJson(annotated()) });
  const { sentences, losses, about } = await readDataSet(join(folder, 'a.txt.spangrid.json'));
  expect([sentences, losses, about]).toEqual([[GOLD], [], ABOUT]);
});

test('a text whose line ends changed is the same text', async () => {
  const folder = folderWith({ 'a.txt': TEXT.replaceAll('\n', '\r\n'), 'a.txt.spangrid.json': toJson(annotated()) });
  expect((await readDataSet(folder)).sentences).toEqual([GOLD]);
});

test('annotations of a text that changed elsewhere are carried to it: a sentence whose words changed is not done', async () => {
  const moved = folderWith({ 'a.txt': `New line.\n\n${TEXT}`, 'a.txt.spangrid.json': toJson(annotated()) });
  expect((await readDataSet(moved)).sentences).toEqual([GOLD]);
  const changed = folderWith({ 'a.txt': TEXT.replace('lives', 'stays'), 'a.txt.spangrid.json': toJson(annotated()) });
  await expect(readDataSet(changed)).rejects.toMatchObject({
    code: 'data.invalid',
    message: expect.stringContaining('none of its 3 sentences is done') as string,
  });
});

test('a folder is read with those below, but for hidden ones; a project file says which texts belong to it', async () => {
  const file = toJson(annotated());
  const files = {
    'one/a.txt': TEXT,
    'one/a.txt.spangrid.json': file,
    'two/deep/a.txt': TEXT,
    'two/deep/a.txt.spangrid.json': file,
    '.hidden/a.txt': TEXT,
    '.hidden/a.txt.spangrid.json': file,
  };
  expect((await readDataSet(folderWith(files))).sentences).toEqual([GOLD, GOLD]);
  const project = folderWith({ ...files, 'spangrid.config.json': JSON.stringify({ files: ['two/**/*.txt'] }) });
  expect((await readDataSet(project)).sentences).toEqual([GOLD]);
});

test('the text of an annotation file in a folder that mirrors the texts’ is found', async () => {
  const folder = folderWith({ 'texts/a.txt': TEXT, 'notes/texts/a.txt.spangrid.json': toJson(annotated()) });
  expect((await readDataSet(join(folder, 'notes'))).sentences).toEqual([GOLD]);
});

test('a jsonl stream is read the same, a text a line', async () => {
  const line = toJsonLine(annotated(), TEXT);
  const folder = folderWith({ 'all.jsonl': `${line}\n${line}\n` });
  const { sentences, about } = await readDataSet(join(folder, 'all.jsonl'));
  expect(sentences).toEqual([GOLD, GOLD]);
  expect(about).toMatch(/^2 texts, 2 of 6 sentences done: 4 mentions/);
});

test('what is wrong is told of each file, and nothing is taken', async () => {
  const folder = folderWith({
    'good.txt': TEXT,
    'good.txt.spangrid.json': toJson(annotated(TEXT, 'good.txt')),
    'bad.txt': TEXT,
    'bad.txt.spangrid.json': '{"format":"spangrid"',
    'gone.txt.spangrid.json': toJson(annotated(TEXT, 'gone.txt')),
  });
  const failure = await readTrainingData({ train: folder, dev: folder }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'data.invalid' });
  const lines = (failure as Error).message.split('\n').map((line) => line.replaceAll(folder, 'F').trim());
  expect(lines).toEqual([
    '3 things are wrong with the data; no training was started.',
    expect.stringMatching(/^F: bad\.txt\.spangrid\.json: not valid JSON/),
    expect.stringMatching(/^F: F\/gone\.txt\.spangrid\.json: its text gone\.txt is not there\. Put it beside the annotation file/),
    'F: it is the training data; dev must be other sentences',
  ]);
});

test('a folder without annotations, and one where nothing is done, say what to do', async () => {
  await expect(readDataSet(folderWith({ 'a.txt': TEXT }))).rejects.toThrow(/has no annotation files \(NAME\.spangrid\.json\)/);
  const open = { ...annotated(), sentences: annotated().sentences.map((sentence) => ({ ...sentence, state: 'in-progress' as const })) };
  const folder = folderWith({ 'a.txt': TEXT, 'a.txt.spangrid.json': toJson(open) });
  await expect(readDataSet(folder)).rejects.toThrow(/none of its 3 sentences is done: mark those that are finished as done/);
});

test('the types are the project file’s, in its order; one that it lacks is named', async () => {
  const files = (entities: object): Record<string, string> => ({
    'spangrid.config.json': JSON.stringify({ entities, relations: { Live_In: { colour: '#123456', head: ['Peop'], tail: ['Loc'] } } }),
    'train/a.txt': TEXT,
    'train/a.txt.spangrid.json': toJson(annotated()),
    'dev/a.txt': TEXT.replace('Ann lives', 'Ann sleeps'),
    'dev/a.txt.spangrid.json': toJson(annotated(TEXT.replace('Ann lives', 'Ann sleeps'))),
  });
  const folder = folderWith(files({ Loc: { description: 'A place.' }, Peop: {}, Thing: {} }));
  const { schema, entityTypes, about, sentences } = await readTrainingData({ train: join(folder, 'train'), dev: join(folder, 'dev') });
  expect(entityTypes).toEqual(['Loc', 'Peop', 'Thing']);
  expect(schema.entities['Loc']?.description).toBe('A place.');
  expect(schema.relations['Live_In']).toMatchObject({ colour: '#123456', head: ['Peop'], tail: ['Loc'] });
  expect(sentences.train).toHaveLength(1);
  expect(about).toEqual([`${join(folder, 'train')}: ${ABOUT}`, `${join(folder, 'dev')}: ${ABOUT}`]);
  const config = { entities: { Loc: {} }, relations: { Live_In: {} } };
  const lacking = folderWith({ ...files({}), 'spangrid.config.json': JSON.stringify(config) });
  await expect(readDataSet(join(lacking, 'train'))).rejects.toThrow(
    /a\.txt\.spangrid\.json: unknown type "Peop" \(known: Loc\)\. Add it to spangrid\.config\.json/,
  );
});

test('the command scores predictions of a model against what is done, and says what it read', async () => {
  const folder = folderWith({ 'a.txt': TEXT, 'a.txt.spangrid.json': toJson(annotated()) });
  const { code, stdout, stderr } = await spangrid(['eval', '--data', folder, '--model', 'fast', '--json']);
  expect(stderr).toContain(`${folder}: ${ABOUT}`);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty('micro.ner');
});

test.each([
  ['a/*.txt', 'a/b.txt', true],
  ['a/*.txt', 'a/b/c.txt', false],
  ['**/*.txt', 'c.txt', true],
  ['**/*.txt', 'a/b/c.txt', true],
  ['a/**', 'a/b/c.txt', true],
  ['{a,b}/?.{txt,md}', 'b/x.md', true],
  ['{a,b}/?.{txt,md}', 'c/x.md', false],
  ['a.txt', 'aXtxt', false],
  ['a(1)[2].txt', 'a(1)[2].txt', true],
  ['a}b,{c', 'a}b,c', true],
  ['{a,{b,c}d}/x', 'cd/x', true],
  ['{a,b', 'b', true],
  ['**/b', 'b', true],
  ['**/b', 'ab', false],
  // With as many ways to match as there are, none may be tried for ever.
  [`${'**/'.repeat(20)}z`, 'a/'.repeat(60), false],
  [`${'*a'.repeat(20)}z`, 'a'.repeat(200), false],
])('the glob %s and the path %s: %s', (glob, path, fits) => {
  expect(matchesGlob(glob, path)).toBe(fits);
});
