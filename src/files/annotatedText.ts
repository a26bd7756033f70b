import { basename, dirname, join, relative } from 'node:path';
import type { TextReference } from '../annotation/document';
import { textHash } from '../annotation/textHash';
import { annotatedTextPath } from './annotationPath';
import { isFile } from './folders';
import { readText } from './text';

/**
 * Where the text of an annotation file may be, likeliest first: beside it, or in a folder that its own folder mirrors, on whatever levels these
 * two lie (`work/annotations/ada/news/a.txt.spangrid.json`: `work/news/a.txt`).
 * @param file path of the annotation file
 */
export function textPaths(file: string, { file: name }: TextReference): readonly string[] {
  const beside = annotatedTextPath(file) ?? file;
  const paths = [beside, join(dirname(file), basename(name))];
  for (let mirror = dirname(file); mirror !== dirname(mirror); mirror = dirname(mirror))
    for (let above = dirname(mirror); ; above = dirname(above)) {
      paths.push(join(above, relative(mirror, beside)));
      if (above === dirname(above)) break;
    }
  return [...new Set(paths)];
}

/** A text, and the file in which it stands. */
export interface FoundText {
  readonly textPath: string;
  readonly text: string;
}

/**
 * The text of an annotation file: beside it, else in a folder that its own mirrors, the first that has the hash, else the first that is there.
 * Errors: file.unreadable, text.*.
 */
export async function findText(file: string, reference: TextReference): Promise<FoundText | undefined> {
  let first: FoundText | undefined;
  for (const textPath of textPaths(file, reference)) {
    if (textPath === file || !(await isFile(textPath))) continue;
    const found = { textPath, text: (await readText(textPath)).text };
    if (dirname(textPath) === dirname(file) || textHash(found.text) === reference.sha256) return found;
    first ??= found;
  }
  return first;
}
