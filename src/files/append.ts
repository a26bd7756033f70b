import { appendFile } from 'node:fs/promises';
import { SpangridError, messageOf } from '../errors';

/** Adds lines at the end of a file, which is made where there is none. Errors: file.unwritable. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  try {
    await appendFile(path, lines.map((line) => `${line}\n`).join(''));
  } catch (error) {
    throw new SpangridError('file.unwritable', `${path} could not be written: ${messageOf(error)}.`, { cause: error });
  }
}
