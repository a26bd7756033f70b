import { basename, dirname, join } from 'node:path';
import { SpangridError } from '../errors';
import { atomicWrite, checkWritable, finalTarget } from '../files/atomicWrite';
import { isFile } from '../files/folders';
import type { NamedContent } from '../formats/format';

/** The option that lets a command write over files that are there. */
export const FORCE_OPTION = { type: 'boolean', help: 'write over files that are there' } as const;

/** Errors: usage where a file is there and may not be written over. */
export async function checkNew(path: string, force: boolean): Promise<void> {
  if (!force && (await isFile(path)))
    throw new SpangridError('usage', `${path} is there already. Choose another name with --out, or write over it with --force.`);
}

/**
 * Finds out before long work whether its result can be written, and that it would not take the place of an input, nor of any other file.
 * @param files the paths that will be written
 * @param force whether files that are there may be written over
 * Errors: usage, file.unwritable.
 */
export async function checkOutput(files: readonly string[], inputs: readonly string[], force: boolean): Promise<void> {
  const targets = await Promise.all(inputs.map(finalTarget));
  for (const file of files) {
    if (targets.includes(await finalTarget(file))) {
      throw new SpangridError('usage', `${file} would be overwritten, and it is an input. Choose another name with --out.`);
    }
    await checkNew(file, force);
    await checkWritable(file);
  }
}

/** Writes a data file and what belongs beside it; gives their paths. Errors: file.unwritable. */
export async function writeFiles(out: string, files: readonly NamedContent[]): Promise<readonly string[]> {
  const paths = files.map(({ name }) => join(dirname(out), name));
  for (const [index, { content }] of files.entries()) await atomicWrite(paths[index] ?? out, content);
  return paths;
}

/** The name that an output file has in its folder. */
export function outputName(out: string): string {
  return basename(out);
}
