import { isAbsolute, join, relative, resolve } from 'node:path';
import { SpangridError } from '../errors';

/** What annotation files are called, behind the name of their text. */
export const ANNOTATION_SUFFIX = '.spangrid.json';

/** Where annotation files are kept when not beside their texts: the setting `spangrid.annotationsDir` of a workspace folder. */
export interface AnnotationsFolder {
  /** Absolute. */
  readonly workspaceFolder: string;
  /** Relative to the workspace folder, whose sub-folders it mirrors. */
  readonly annotationsDir: string;
}

/**
 * The annotation file of a text: beside it, or in the annotations folder. A text outside the workspace folder has it beside itself.
 * @throws SpangridError `usage` for an annotations folder outside the workspace folder
 */
export function annotationPath(textPath: string, folder?: AnnotationsFolder): string {
  return mirrorOf(textPath, folder) + ANNOTATION_SUFFIX;
}

/** The same for a folder of texts: where their annotation files are; the folder itself where they lie beside the texts. */
export function mirrorOf(path: string, folder?: AnnotationsFolder): string {
  if (folder !== undefined && resolve(path) === resolve(folder.workspaceFolder)) return rootOf(folder);
  const inner = folder && inside(folder.workspaceFolder, path);
  return inner === undefined ? path : join(rootOf(folder), inner);
}

/** The text that an annotation file belongs to: the inverse of `annotationPath`; `undefined` for a file of another name. */
export function annotatedTextPath(path: string, folder?: AnnotationsFolder): string | undefined {
  if (!path.endsWith(ANNOTATION_SUFFIX)) return undefined;
  const text = path.slice(0, -ANNOTATION_SUFFIX.length);
  const inner = folder && inside(rootOf(folder), text);
  return inner === undefined ? text : join(folder?.workspaceFolder ?? '', inner);
}

function rootOf(folder: AnnotationsFolder | undefined): string {
  if (folder === undefined) return '';
  const root = resolve(folder.workspaceFolder, folder.annotationsDir);
  if (root !== resolve(folder.workspaceFolder) && inside(folder.workspaceFolder, root) === undefined)
    throw new SpangridError(
      'usage',
      `The setting spangrid.annotationsDir (${folder.annotationsDir}) must name a folder inside the workspace folder.`,
    );
  return root;
}

/** The path relative to the folder, where it lies below it. */
function inside(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '' || way === '..' || /^\.\.[/\\]/.test(way) || isAbsolute(way) ? undefined : way;
}
