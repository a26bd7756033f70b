/** Spangrid's own annotation files, and streams of them, as a data set: what is done in them is gold. */
import { basename, dirname, join, relative, sep } from 'node:path';
import { reanchor } from '../annotation/anchor';
import { CONFIG_NAME } from '../annotation/config';
import type { AnnotationDocument, Item } from '../annotation/document';
import { exported } from '../annotation/export';
import { matchesGlob } from '../annotation/globs';
import { checkOffsets, fromJson } from '../annotation/json';
import { layoutOf } from '../annotation/layout';
import type { Schema } from '../annotation/schema';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { annotatedTextPath } from '../files/annotationPath';
import { configPath, readConfigFile } from '../files/config';
import { filesBelow, isFile } from '../files/folders';
import { readText } from '../files/text';
import type { AnnotatedText } from '../formats/format';
import { totalLosses } from '../formats/format';
import { jsonl } from '../formats/jsonl';
import { unknownType, type Records } from '../formats/records';
import { toTokenSentences } from '../formats/tokenText';

const SUFFIX = '.spangrid.json';

/** Annotated texts as a data set. */
export interface AnnotatedRecords extends Records {
  /** What was found, in words. */
  readonly about: string;
}

/** Whether a path is that of an annotation file, by its name. */
export function isAnnotationFile(path: string): boolean {
  return path.endsWith(SUFFIX);
}

/** The types that the project file of a folder gives, the nearest from there up. Errors: file.*, text.*, config.invalid. */
export async function typesOfProject(folder: string): Promise<Schema | undefined> {
  const path = await configPath(folder);
  return path === undefined ? undefined : (await readConfigFile(path)).config.schema;
}

/** An annotation file, or all in a folder and below (of texts that the project file includes). Errors: file.*, config.invalid. */
export async function readAnnotatedTexts(path: string, schema: Schema | undefined): Promise<AnnotatedRecords> {
  const isOne = isAnnotationFile(path);
  const files = isOne ? [path] : await filesBelow(path, SUFFIX);
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
  if (files.length === 0) findings.push(`it has no annotation files (NAME${SUFFIX}), nor have the folders in it`);
  return asRecords(texts, findings, schema);
}

/** A stream of annotated texts, a line each. */
export function readStream(name: string, content: string, schema: Schema | undefined): AnnotatedRecords {
  try {
    const texts = jsonl.read([{ name, content }]).texts;
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

interface NamedText extends AnnotatedText {
  /** As people find it: the file, or the line. */
  readonly name: string;
}

/** Whether the text of a path belongs to the project of a folder. */
async function inclusion(folder: string): Promise<(textPath: string) => boolean> {
  const path = await configPath(folder);
  const globs = path === undefined ? undefined : (await readConfigFile(path)).config.files;
  if (path === undefined || globs === undefined) return () => true;
  return (text) => globs.some((glob) => matchesGlob(glob, relative(dirname(path), text).split(sep).join('/')));
}

/** Reads an annotation file with its text; where that changed since, the annotations are carried to it. */
async function readAnnotatedText(file: string, name: string): Promise<AnnotatedText & { readonly path: string }> {
  const { document } = fromJson((await readText(file)).text, name);
  const path = await textPath(file, document);
  if (path === undefined)
    throw new SpangridError(
      'file.missing',
      `${name}: its text ${document.text.file} is not beside it, nor in the folder that its folder mirrors`,
    );
  const { text } = await readText(path);
  if (textHash(text) !== document.text.sha256) return { text, document: reanchor(document, text), path };
  checkOffsets(document, text, name);
  return { text, document, path };
}

/** The text beside an annotation file; else that of the folder which the annotations' folder mirrors, on whatever level that lies. */
async function textPath(file: string, { text }: AnnotationDocument): Promise<string | undefined> {
  const beside = annotatedTextPath(file) ?? '';
  for (const path of [beside, join(dirname(file), basename(text.file))]) if (await isFile(path)) return path;
  for (let mirror = dirname(file), above = dirname(mirror); above !== mirror; mirror = above, above = dirname(mirror)) {
    const path = join(above, relative(mirror, beside));
    if ((await isFile(path)) && textHash((await readText(path)).text) === text.sha256) return path;
  }
  return undefined;
}

function asRecords(texts: readonly NamedText[], findings: readonly string[], schema: Schema | undefined): AnnotatedRecords {
  const found = [...findings];
  const counts = { all: 0, done: 0, mentions: 0, relations: 0, suggested: 0, rejected: 0 };
  const read = texts.map(({ text, document, name }) => {
    count(document, counts);
    const done = withoutRemarks(exported(document, { threshold: 0, only: 'done' }));
    counts.mentions += done.mentions.size;
    counts.relations += done.relations.size;
    found.push(...unknownTypes(done, schema).map((unknown) => `${name}: ${unknown}`));
    return toTokenSentences({ text, document: done });
  });
  if (found.length === 0 && counts.done === 0)
    found.push(
      `none of its ${String(counts.all)} sentences is done: mark those that are finished as done in the editor, only they are learned from`,
    );
  const sentences = read.flatMap((one) => one.sentences);
  return {
    sentences,
    findings: found,
    good: sentences.length,
    bad: 0,
    losses: totalLosses(read.flatMap(({ losses }) => losses)),
    about: `${named(texts.length, 'text')}, ${String(counts.done)} of ${named(counts.all, 'sentence')} done: ${named(counts.mentions, 'mention')} and ${named(counts.relations, 'relation')} accepted; ${named(counts.suggested, 'suggestion')} left undecided and ${String(counts.rejected)} rejected count as wrong`,
  };
}

function count(document: AnnotationDocument, counts: { all: number; done: number; suggested: number; rejected: number }): void {
  counts.all += document.sentences.length;
  for (const [index, { state }] of document.sentences.entries()) {
    if (state !== 'done') continue;
    counts.done += 1;
    const { mentions, relations } = layoutOf(document).sentences[index] ?? { mentions: [], relations: [] };
    for (const { status } of [...mentions, ...relations]) if (status !== 'accepted') counts[status] += 1;
  }
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

function named(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? '' : 's'}`;
}
