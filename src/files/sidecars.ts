import { rename } from 'node:fs/promises';
import { messageOf, SpangridError } from '../errors';
import { annotatedTextPath, annotationPath, type AnnotationsFolder, mirrorOf } from './annotationPath';
import { filesBelow, isFile, isFolder } from './folders';

/** An annotation file and where it goes when its text does. */
export interface SidecarMove {
  readonly from: string;
  readonly to: string;
}

/**
 * The annotation files of a text, or of all texts below a folder, that do not lie inside the folder itself: those that have to be taken
 * along when it is renamed, moved or deleted.
 * @param annotations where annotation files are kept when not beside their texts
 */
export async function sidecarsOf(path: string, annotations?: AnnotationsFolder): Promise<readonly string[]> {
  const own = annotationPath(path, annotations);
  if (await isFile(own)) return [own];
  const mirror = mirrorOf(path, annotations);
  if (mirror === path || annotations === undefined || !(await isFolder(mirror))) return [];
  return filesBelow(mirror, (file) => annotatedTextPath(file, annotations) !== undefined);
}

/** Where an annotation file goes when a text or folder is renamed or moved from `from` to `to`. */
export function movedSidecar(
  sidecar: string,
  from: string,
  to: string,
  before?: AnnotationsFolder,
  after?: AnnotationsFolder,
): SidecarMove {
  const text = annotatedTextPath(sidecar, before) ?? '';
  return { from: sidecar, to: annotationPath(to + text.slice(from.length), after) };
}

/** Gives a file another name or folder. Errors: file.unwritable. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    throw new SpangridError('file.unwritable', `${from} could not be moved to ${to}: ${messageOf(error)}.`, { cause: error });
  }
}
