import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { cwd, env, execPath } from 'node:process';
import { promisify } from 'node:util';
import { decodeText } from './text';

/** Larger files are not read out of git. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The texts that files have in the commits that git is merging right now; empty where it is not `git merge` that runs, or the files are not
 * in those commits. Git merges in memory: of the other side, nothing is on disk yet.
 * @param paths relative to the working folder, which is the repository's in a merge driver; others are passed over
 */
export async function textsBeingMerged(paths: readonly string[]): Promise<readonly string[]> {
  // `git merge` names each commit that it merges in a variable.
  const commits = Object.keys(env).flatMap((name) => /^GITHEAD_([0-9a-f]+)$/.exec(name)?.[1] ?? []);
  const texts: string[] = [];
  for (const commit of commits)
    for (const path of paths) {
      const text = await blob(`${commit}:./${path.replaceAll('\\', '/')}`);
      if (text !== undefined) texts.push(text);
    }
  return texts;
}

async function blob(name: string): Promise<string | undefined> {
  try {
    return decodeText(await git(cwd(), 'cat-file', 'blob', name), name).text;
  } catch {
    return undefined;
  }
}

/** How git is started: it speaks English, and not in the folder that it is about, where Windows would look for the program first. */
export function gitOptions(): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
  return { cwd: dirname(execPath), env: { ...env, LC_ALL: 'C' } };
}

/**
 * What git prints, run in a folder.
 * @throws what `execFile` does: with `code` ENOENT where git is not installed, with `stderr` where it fails
 */
export async function git(folder: string, ...words: readonly string[]): Promise<Buffer> {
  const options = { ...gitOptions(), encoding: 'buffer', maxBuffer: MAX_BYTES } as const;
  return (await promisify(execFile)('git', ['-C', folder, ...words], options)).stdout;
}
