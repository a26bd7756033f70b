import { isUtf8 } from 'node:buffer';
import type { AnnotationDocument } from '../annotation/document';
import { fromJson, toJson } from '../annotation/json';
import { SpangridError } from '../errors';
import { atomicWrite } from './atomicWrite';
import { withLock } from './lock';
import { readBytes } from './read';

/** A larger annotation file is refused: the text should be split. */
export const MAX_BYTES = 20 * 1024 * 1024;

/** What an annotation file holds, as it stands. Errors: file.missing, file.unreadable, annotation.tooLarge, annotation.invalid. */
export async function readAnnotationFile(path: string): Promise<string> {
  const bytes = await readBytes(path, MAX_BYTES, tooLarge);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new SpangridError('annotation.invalid', `${path} is not UTF-8. The file was left as it is: save it as UTF-8, or restore it.`);
}

/**
 * The annotations in a file. The text is not read, so whether they fit it is not known.
 * @param name names the file in messages
 * Errors: as `readAnnotationFile`, annotation.*.
 */
export async function readAnnotations(path: string, name = path): Promise<AnnotationDocument> {
  return fromJson(await readAnnotationFile(path), name).document;
}

/**
 * Changes an annotation file that no store holds, in one piece under its lock. The text is not read: for changes that leave every
 * offset as it is.
 * @param change gives the document that is to be written; the one given where nothing changes
 * @throws SpangridError `file.*`, `annotation.*`; the file is then as it was
 */
export async function rewriteAnnotations(path: string, change: (document: AnnotationDocument) => AnnotationDocument): Promise<void> {
  await withLock(path, async () => {
    const document = await readAnnotations(path);
    const changed = change(document);
    if (changed !== document) await atomicWrite(path, toJson(changed));
  });
}

export function tooLarge(path: string): SpangridError {
  return new SpangridError('annotation.tooLarge', `The annotations in ${path} are larger than 20 MB. Split the text into several files.`);
}
