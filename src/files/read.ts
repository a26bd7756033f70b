import { readdir, readFile, stat } from 'node:fs/promises';
import { SpangridError, messageOf } from '../errors';

/**
 * The bytes of a file.
 * @param most a file of more bytes is not read
 * @param tooLarge what is thrown then
 * @throws SpangridError `file.missing` or `file.unreadable`, naming the path and the reason
 */
export async function readBytes(path: string, most = Infinity, tooLarge?: (path: string) => SpangridError): Promise<Buffer> {
  try {
    if (tooLarge === undefined || (await stat(path)).size <= most) return await readFile(path);
  } catch (error) {
    throw readError(path, error);
  }
  throw tooLarge(path);
}

/**
 * The names of the files in a folder, sorted.
 * @throws SpangridError `file.missing` or `file.unreadable`, naming the path and the reason
 */
export async function fileNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw readError(folder, error);
  }
}

/** What to tell a person when `path` could not be read. */
export function readError(path: string, error: unknown): SpangridError {
  const code = errorCode(error);
  if (code === 'ENOENT') return new SpangridError('file.missing', `There is no file ${path}.`, { cause: error });
  if (code === 'EISDIR') return new SpangridError('file.unreadable', `${path} is a folder, not a file.`, { cause: error });
  return new SpangridError('file.unreadable', `${path} could not be read: ${messageOf(error)}.`, { cause: error });
}

/** The system's name for a failure (`ENOENT`, ...), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
