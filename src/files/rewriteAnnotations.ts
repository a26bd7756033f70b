import type { AnnotationDocument } from '../annotation/document';
import { fromJson, toJson } from '../annotation/json';
import { atomicWrite } from './atomicWrite';
import { withLock } from './lock';
import { readBytes } from './read';

/**
 * Changes an annotation file that no store holds, in one piece under its lock. The text is not read: for changes that leave every
 * offset as it is.
 * @param change gives the document that is to be written; the one given where nothing changes
 * @throws SpangridError `file.*`, `annotation.*`; the file is then as it was
 */
export async function rewriteAnnotations(path: string, change: (document: AnnotationDocument) => AnnotationDocument): Promise<void> {
  await withLock(path, async () => {
    const { document } = fromJson((await readBytes(path)).toString('utf8'), path);
    const changed = change(document);
    if (changed !== document) await atomicWrite(path, toJson(changed));
  });
}
