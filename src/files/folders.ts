import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SpangridError } from '../errors';
import { readError } from './read';

/** The names of the folders in a folder, in no certain order; none where there is no such folder. */
export async function subfolders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
}

/**
 * The paths of the files in a folder and below that are wanted, sorted.
 * @param isWanted by path
 * @param isEntered by the name of a folder
 * @throws SpangridError `file.missing` or `file.unreadable`
 */
export async function filesBelow(
  folder: string,
  isWanted: (path: string) => boolean,
  isEntered: (name: string) => boolean = () => true,
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw readError(folder, error);
  });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isEntered(entry.name) ? filesBelow(path, isWanted, isEntered) : [];
      return isWanted(path) ? [path] : [];
    }),
  );
  return found.flat().sort();
}

/** Whether there is a folder of this name. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether there is a file of this name. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Makes a folder and those above it, where they are missing. Errors: file.unwritable. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const isInTheWay = error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR');
    const why = isInTheWay ? 'a file of that name, or of a folder above it, is there' : messageOf(error);
    throw new SpangridError('file.unwritable', `The folder ${path} could not be made: ${why}.`, { cause: error });
  }
}

/** Removes the files with this ending from a folder, but for those that are kept. */
export async function removeOthers(path: string, ending: string, kept: readonly string[]): Promise<void> {
  const names = await readdir(path).catch((): string[] => []);
  for (const name of names) if (name.endsWith(ending) && !kept.includes(name)) await rm(join(path, name), { force: true });
}
