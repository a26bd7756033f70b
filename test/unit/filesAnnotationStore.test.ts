import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnnotationDocument } from '../../src/annotation/document';
import { emptyDocument } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { mentionId } from '../../src/annotation/ids';
import { makeMention } from '../../src/annotation/mention';
import { merge } from '../../src/annotation/merge';
import { textReference } from '../../src/annotation/textHash';
import { annotatedTextPath, annotationPath } from '../../src/files/annotationPath';
import { MAX_BYTES } from '../../src/files/annotationFile';
import { AnnotationStore } from '../../src/files/annotationStore';
import { readText } from '../../src/files/text';
import { annotated } from './annotationArbitraries';

const TEXT = 'Bob lives in Rome.';
const empty = emptyDocument(textReference('a.txt', TEXT));
const withBob: AnnotationDocument = {
  ...empty,
  mentions: new Map([['bbbbbbbb', makeMention(TEXT, 'bbbbbbbb', 'Peop', [{ startChar: 0, endChar: 3 }], 'accepted')]]),
};

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spangrid-test-'));
  path = annotationPath(join(folder, 'a.txt'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a text without annotations has none; saved, they are there for the next one', async () => {
  const store = new AnnotationStore(path);
  expect(await store.load(TEXT)).toBeUndefined();
  await store.save(withBob);
  await store.save(empty);
  await store.save(withBob);
  expect(await new AnnotationStore(path).load(TEXT)).toEqual({ document: withBob, text: TEXT, isReanchored: false });
  expect(await readdir(folder)).toEqual(['a.txt.spangrid.json']);
});

test('every text on disk, whatever its line ends and mark, finds its annotations again', async () => {
  await fc.assert(
    fc.asyncProperty(annotated, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), async ({ text, document }, lineEnd, hasMark) => {
      await writeFile(join(folder, 'a.txt'), `${hasMark ? '\uFEFF' : ''}${text.replaceAll('\n', lineEnd)}`);
      await rm(path, { force: true });
      await new AnnotationStore(path).save(document);
      const read = await readText(join(folder, 'a.txt'));
      const loaded = await new AnnotationStore(path).load(read.text);
      expect(toJson(loaded!.document)).toBe(toJson(document));
      for (const { text: words, spans } of loaded!.document.mentions.values())
        expect(spans.map(({ startChar, endChar }) => read.text.slice(startChar, endChar)).join(' ')).toBe(words);
    }),
    { numRuns: 50 },
  );
});

test('a file that is not UTF-8 is refused, and not written over', async () => {
  const latin = Buffer.from(toJson({ ...withBob, mentions: new Map() }).replace('a.txt', 'caf\u00e9.txt'), 'latin1');
  await writeFile(path, latin);
  const store = new AnnotationStore(path);
  await expect(store.load(TEXT)).rejects.toThrow(/is not UTF-8\. The file was left as it is/);
  await expect(store.save(withBob)).rejects.toMatchObject({ code: 'annotation.invalid' });
  expect(await readFile(path)).toEqual(latin);
});

test('a file that someone else made, changed or removed is not written over', async () => {
  const [ours, theirs] = [new AnnotationStore(path), new AnnotationStore(path)];
  await ours.load(TEXT);
  await theirs.save(withBob);
  await expect(ours.save(empty)).rejects.toMatchObject({ code: 'annotation.conflict' });
  expect(await readFile(path, 'utf8')).toBe(toJson(withBob));

  await ours.load(TEXT);
  await theirs.save(empty);
  await expect(ours.save(withBob)).rejects.toMatchObject({ code: 'annotation.conflict' });

  await ours.load(TEXT);
  await rm(path);
  await expect(ours.save(withBob)).rejects.toMatchObject({ code: 'annotation.conflict' });

  await ours.load(TEXT);
  await ours.save(withBob);
  expect(await readFile(path, 'utf8')).toBe(toJson(withBob));
});

test('of two that save at once, one wins and the other hears of it', async () => {
  const saves = await Promise.allSettled([new AnnotationStore(path).save(withBob), new AnnotationStore(path).save(empty)]);
  expect(saves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const winner = saves[0].status === 'fulfilled' ? withBob : empty;
  expect(await readFile(path, 'utf8')).toBe(toJson(winner));
});

test('two windows that change the document at the same time, each on top of the other, lose nothing', async () => {
  const text = Array.from({ length: 40 }, (_, number) => `w${number}`).join(' ');
  await new AnnotationStore(path).save(emptyDocument(textReference('a.txt', text)));
  const window = async (isOurs: (number: number) => boolean): Promise<number> => {
    const store = new AnnotationStore(path);
    let base = (await store.load(text))!.document;
    let ours = base;
    let conflicts = 0;
    for (let number = 0; number < 40; number += 1) {
      if (!isOurs(number)) continue;
      const startChar = text.indexOf(`w${number}`);
      const spans = [{ startChar, endChar: startChar + `w${number}`.length }];
      const id = mentionId('Any', spans, () => false);
      ours = { ...ours, mentions: new Map(ours.mentions).set(id, makeMention(text, id, 'Any', spans, 'accepted')) };
      for (let isSaved = false; !isSaved;) {
        try {
          await store.save(ours);
          base = ours;
          isSaved = true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'annotation.conflict' });
          const theirs = (await store.load(text))!.document;
          ours = merge(base, ours, theirs).document;
          base = theirs;
          conflicts += 1;
        }
      }
    }
    return conflicts;
  };
  const conflicts = await Promise.all([window((number) => number % 2 === 0), window((number) => number % 2 === 1)]);
  expect(conflicts[0] + conflicts[1]).toBeGreaterThan(0);
  expect((await new AnnotationStore(path).load(text))!.document.mentions.size).toBe(40);
});

test('annotations of another state of the text are carried to the text as it is; the file stays as it is until they change', async () => {
  const store = new AnnotationStore(path);
  await store.save(withBob);
  const content = await readFile(path, 'utf8');
  const now = 'Today Bob lives in Rome.';
  const loaded = await new AnnotationStore(path).load(now);
  expect(loaded).toMatchObject({ text: now, isReanchored: true });
  expect(loaded!.document.mentions.get('bbbbbbbb')).toMatchObject({ text: 'Bob', spans: [{ startChar: 6, endChar: 9 }] });
  expect(await readFile(path, 'utf8')).toBe(content);
  // Of several texts, the one that they were made on is the right one.
  expect(await store.load(now, TEXT)).toEqual({ document: withBob, text: TEXT, isReanchored: false });
});

test.each([
  ['a newer version', (json: string) => json.replace('"version":1', '"version":9'), 'annotation.newerVersion'],
  ['truncated', (json: string) => json.slice(0, -9), 'annotation.invalid'],
  ['with an offset outside the text', (json: string) => json.replace('[[0,3]]', '[[0,99]]'), 'annotation.invalid'],
  ['too large', (json: string) => json + ' '.repeat(MAX_BYTES), 'annotation.tooLarge'],
])('a file that is %s is refused by name and left as it is', async (_, spoil, code) => {
  const content = spoil(toJson(withBob));
  await writeFile(path, content);
  const store = new AnnotationStore(path);
  await expect(store.load(TEXT)).rejects.toMatchObject({ code });
  await expect(store.save(empty)).rejects.toThrow();
  expect((await readFile(path, 'utf8')) === content).toBe(true);
});

test('annotations that would make too large a file are not written', async () => {
  const bob = [...withBob.mentions.values()][0]!;
  const large = { ...withBob, mentions: new Map([[bob.id, { ...bob, note: 'x'.repeat(MAX_BYTES) }]]) };
  await expect(new AnnotationStore(path).save(large)).rejects.toMatchObject({
    code: 'annotation.tooLarge',
    message: expect.stringContaining('Split') as string,
  });
  expect(await readdir(folder)).toEqual([]);
});

test('the annotations folder mirrors the workspace and is made when it is needed', async () => {
  const place = { workspaceFolder: folder, annotationsDir: 'annotations' };
  const text = join(folder, 'news', 'a.txt');
  const mirrored = annotationPath(text, place);
  expect(mirrored).toBe(join(folder, 'annotations', 'news', 'a.txt.spangrid.json'));
  expect(annotatedTextPath(mirrored, place)).toBe(text);
  await new AnnotationStore(mirrored).save(withBob);
  expect(await readFile(mirrored, 'utf8')).toBe(toJson(withBob));
});

test('an annotation file leads back to its text', () => {
  const place = { workspaceFolder: folder, annotationsDir: 'annotations' };
  const outside = join(tmpdir(), 'elsewhere.txt');
  expect(annotationPath(outside, place)).toBe(`${outside}.spangrid.json`);
  expect(annotatedTextPath(`${outside}.spangrid.json`, place)).toBe(outside);
  expect(annotatedTextPath(path)).toBe(join(folder, 'a.txt'));
  expect(annotatedTextPath(outside)).toBeUndefined();
});

test('an annotations folder outside the workspace is refused', () => {
  for (const annotationsDir of ['..', '../elsewhere', 'a/../../b', join(tmpdir(), 'elsewhere')])
    expect(() => annotationPath(join(folder, 'a.txt'), { workspaceFolder: folder, annotationsDir })).toThrow(/annotationsDir/);
});

test('a folder that cannot be made is named', async () => {
  await writeFile(join(folder, 'annotations'), 'a file');
  await mkdir(join(folder, 'news'));
  const inside = annotationPath(join(folder, 'news', 'a.txt'), { workspaceFolder: folder, annotationsDir: 'annotations' });
  await expect(new AnnotationStore(inside).save(withBob)).rejects.toMatchObject({
    code: 'file.unwritable',
    message: expect.stringContaining(join(folder, 'annotations')) as string,
  });
});
