import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { History } from '../annotation/statisticsTables';
import { SpangridError } from '../errors';
import { ANNOTATION_SUFFIX } from './annotationPath';
import { isFolder } from './folders';
import { gitOptions } from './git';

/** As an annotation file's line of a sentence has it; within a string, the quotes would be escaped. */
const DONE = '"state":"done"';

/** Before each commit's changes, its day. */
const DAY = 'day ';

/**
 * How many sentences were done at the end of each day on which that changed, as the commits of a git repository tell: those that led to
 * what is checked out, a merged branch as one. Unknown where there is no git, no repository, or no commit of these files.
 * @param paths annotation files, and folders in which such are
 * @throws SpangridError `cancelled`
 */
export async function doneByDay(paths: readonly string[], signal?: AbortSignal): Promise<History> {
  const changes = new Map<string, number>();
  for (const path of paths) {
    const failure = await countChanges(path, changes, signal);
    if (failure !== undefined) return { unknown: failure };
  }
  if (changes.size === 0) return { unknown: 'Progress is read from git, and no annotation file is committed yet.' };
  let done = 0;
  const days = [...changes].filter(([, change]) => change !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return { days: days.map(([day, change]) => ({ day, change, done: (done += change) })) };
}

/** Adds what the commits of a file or folder changed; gives the reason where they cannot be read. */
async function countChanges(path: string, changes: Map<string, number>, signal?: AbortSignal): Promise<string | undefined> {
  const [folder, files] = (await isFolder(path))
    ? [resolve(path), `:(glob)**/*${ANNOTATION_SUFFIX}`]
    : [dirname(resolve(path)), `:(literal)${basename(path)}`];
  const words = ['-C', folder, '-c', 'core.quotePath=false', 'log', '--first-parent', '-m', `--format=${DAY}%as`];
  // Nothing that the repository sets may run a program or change how lines look.
  const plain = ['--patch', '--unified=0', '--text', '--no-color', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-show-signature'];
  const options = { ...gitOptions(), stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) };
  const git = spawn('git', [...words, ...plain, '--relative', '--', files], options);
  let [complaint, day] = ['', ''];
  git.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  createInterface({ input: git.stdout }).on('line', (line) => {
    if (line.startsWith(DAY)) day = line.slice(DAY.length);
    const change = !line.includes(DONE) ? 0 : line.startsWith('+') ? 1 : -1;
    changes.set(day, (changes.get(day) ?? 0) + change);
  });
  try {
    const [code] = (await once(git, 'close')) as [number | null];
    return code === 0 ? undefined : `Progress is read from git, and it says: ${complaint.split('\n')[0] ?? ''}`;
  } catch (error) {
    if (signal?.aborted === true) throw new SpangridError('cancelled', 'Cancelled.', { cause: error });
    return 'Progress is read from git, which is not installed.';
  }
}
