/** Spangrid's own annotation files, and streams of them, as a data set: what is done in them is gold. */
import { basename, dirname, join, relative, sep } from 'node:path';
import { reanchor } from '../annotation/anchor';
import { CONFIG_NAME } from '../annotation/config';
import type { AnnotationDocument, Item, Status } from '../annotation/document';
import { exported } from '../annotation/export';
import { matchesGlob } from '../annotation/globs';
import { checkOffsets, fromJson } from '../annotation/json';
import { layoutOf } from '../annotation/layout';
import { counted } from '../annotation/names';
import type { Schema } from '../annotation/schema';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { ANNOTATION_SUFFIX, annotatedTextPath } from '../files/annotationPath';
import { nearestConfig } from '../files/config';
import { filesBelow, isFile } from '../files/folders';
import { readText } from '../files/text';
import type { AnnotatedText } from '../formats/format';
import { totalLosses } from '../formats/losses';
import { jsonl } from '../formats/jsonl';
import { unknownType, type Records } from '../formats/records';
import { toTokenSentences } from '../formats/tokenText';
import { readWhole } from '../formats/whole';

/** Annotated texts as a data set. */
export interface AnnotatedRecords extends Records {
  /** What was found, in words. */
  readonly about: string;
}

/** Whether a path is that of an annotation file, by its name. */
export function isAnnotationFile(path: string): boolean {
  return path.endsWith(ANNOTATION_SUFFIX);
}

/** An annotation file, or all in a folder and below (of texts that the project file includes). Errors: file.*, config.invalid. */
export async function readAnnotatedTexts(path: string, schema: Schema | undefined): Promise<AnnotatedRecords> {
  const isOne = isAnnotationFile(path);
  const files = isOne ? [path] : await filesBelow(path, isAnnotationFile, isVisible);
  const isIncluded = await inclusion(isOne ? dirname(path) : path);
  const texts: NamedText[] = [];
  const findings: string[] = [];
  for (const file of files) {
    const name = isOne ? basename(file) : relative(path, file);
    try {
      const text = await readAnnotatedText(file, name);
      if (isOne || isIncluded(text.path)) texts.push({ ...text, name });
    } catch (error) {
      if (!(error instanceof SpangridError)) throw error;
      findings.push(error.message.replace(/\.$/, ''));
    }
  }
  if (files.length === 0) findings.push(`it has no annotation files (NAME${ANNOTATION_SUFFIX}), nor have the folders in it`);
  return asRecords(texts, findings, schema);
}

/** A stream of annotated texts, a line each. */
export function readStream(name: string, content: string, schema: Schema | undefined): AnnotatedRecords {
  try {
    const { texts } = readWhole(jsonl, [{ name, content }]);
    return asRecords(
      texts.map((text, index) => ({ ...text, name: `line ${String(index + 1)}` })),
      [],
      schema,
    );
  } catch (error) {
    if (!(error instanceof SpangridError)) throw error;
    return asRecords([], [error.message.replace(/\.$/, '')], schema);
  }
}

/** Hidden folders and those of packages hold no data. */
function isVisible(folder: string): boolean {
  return !folder.startsWith('.') && folder !== 'node_modules';
}

interface NamedText extends AnnotatedText {
  /** As people find it: the file, or the line. */
  readonly name: string;
}

/** Whether the text of a path belongs to the project of a folder. */
async function inclusion(folder: string): Promise<(textPath: string) => boolean> {
  const found = await nearestConfig(folder);
  const globs = found?.config.files;
  if (found === undefined || globs === undefined) return () => true;
  return (text) => globs.some((glob) => matchesGlob(glob, relative(dirname(found.path), text).split(sep).join('/')));
}

/** Reads an annotation file with its text; where that changed since, the annotations are carried to it. */
async function readAnnotatedText(file: string, name: string): Promise<AnnotatedText & { readonly path: string }> {
  const { document } = fromJson((await readText(file)).text, name);
  const found = await findText(file, document);
  if (found === undefined)
    throw new SpangridError(
      'file.missing',
      `${name}: its text ${document.text.file} is not beside it, nor in the folder that its folder mirrors`,
    );
  if (textHash(found.text) !== document.text.sha256) return { ...found, document: reanchor(document, found.text) };
  checkOffsets(document, found.text, name);
  return { ...found, document };
}

/** The text beside an annotation file; else that of the folder which the annotations' folder mirrors, on whatever level that lies. */
async function findText(
  file: string,
  { text: { file: name, sha256 } }: AnnotationDocument,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const read = async (path: string): Promise<{ readonly path: string; readonly text: string } | undefined> =>
    (await isFile(path)) ? { path, text: (await readText(path)).text } : undefined;
  const beside = annotatedTextPath(file) ?? '';
  const near = (await read(beside)) ?? (await read(join(dirname(file), basename(name))));
  if (near !== undefined) return near;
  for (let mirror = dirname(file), above = dirname(mirror); above !== mirror; mirror = above, above = dirname(mirror)) {
    const found = await read(join(above, relative(mirror, beside)));
    if (found !== undefined && textHash(found.text) === sha256) return found;
  }
  return undefined;
}

function asRecords(texts: readonly NamedText[], findings: readonly string[], schema: Schema | undefined): AnnotatedRecords {
  const read = texts.map(({ text, document, name }) => {
    const gold = withoutRemarks(exported(document, { threshold: 0, only: 'done' }));
    return { name, gold, all: document.sentences.length, items: itemsOfDone(document), ...toTokenSentences({ text, document: gold }) };
  });
  const sum = (of: (one: (typeof read)[number]) => number): number => read.reduce((total, one) => total + of(one), 0);
  const having = (status: Status): number => sum(({ items }) => items.filter((item) => item.status === status).length);
  const all = sum((one) => one.all);
  const sentences = read.flatMap((one) => one.sentences);
  const found = [...findings, ...read.flatMap(({ name, gold }) => unknownTypes(gold, schema).map((unknown) => `${name}: ${unknown}`))];
  if (found.length === 0 && sentences.length === 0)
    found.push(
      `none of its ${String(all)} sentences is done: mark those that are finished as done in the editor, only they are learned from`,
    );
  const mentions = counted(
    sum(({ gold }) => gold.mentions.size),
    'mention',
  );
  const relations = counted(
    sum(({ gold }) => gold.relations.size),
    'relation',
  );
  return {
    sentences,
    findings: found,
    good: sentences.length,
    bad: 0,
    losses: totalLosses(read.flatMap(({ losses }) => losses)),
    about: `${counted(texts.length, 'text')}, ${String(sentences.length)} of ${counted(all, 'sentence')} done: ${mentions} and ${relations} accepted; ${counted(having('suggested'), 'suggestion')} left undecided and ${String(having('rejected'))} rejected count as wrong`,
  };
}

/** What lies in the sentences that are done, whatever was decided about it. */
function itemsOfDone(document: AnnotationDocument): readonly Item[] {
  const layout = layoutOf(document).sentences.filter((_, index) => document.sentences[index]?.state === 'done');
  return layout.flatMap(({ mentions, relations }) => [...mentions, ...relations]);
}

/** Notes and flags are about annotations, not of them. */
function withoutRemarks(document: AnnotationDocument): AnnotationDocument {
  const bare = <T extends Item>(items: ReadonlyMap<string, T>): Map<string, T> =>
    new Map(Array.from(items, ([id, { note: _, discuss: __, ...item }]) => [id, item as T]));
  return { ...document, mentions: bare(document.mentions), relations: bare(document.relations) };
}

function unknownTypes({ mentions, relations }: AnnotationDocument, schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  const missing = (items: Iterable<Item>, types: object): readonly string[] =>
    [...new Set(Array.from(items, ({ type }) => type))]
      .filter((type) => !Object.hasOwn(types, type))
      .map((type) => `${unknownType(type, types)}. Add it to ${CONFIG_NAME}, or change the annotations of that type`);
  return [...missing(mentions.values(), schema.entities), ...missing(relations.values(), schema.relations)];
}
