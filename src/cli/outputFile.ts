import { basename, dirname, join } from 'node:path';
import { SpangridError } from '../errors';
import { atomicWrite, checkWritable, finalTarget } from '../files/atomicWrite';
import type { NamedContent } from '../formats/format';

/**
 * Finds out before long work whether its result can be written, and that it would not take the place of an input.
 * @param files the paths that will be written
 * Errors: usage, file.unwritable.
 */
export async function checkOutput(files: readonly string[], inputs: readonly string[]): Promise<void> {
  const targets = await Promise.all(inputs.map(finalTarget));
  for (const file of files) {
    if (targets.includes(await finalTarget(file))) {
      throw new SpangridError('usage', `${file} would be overwritten, and it is an input. Choose another name with --out.`);
    }
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
