import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { promisify } from 'node:util';
import { messageOf, SpangridError } from '../errors';
import { ANNOTATION_SUFFIX } from './annotationPath';
import { atomicWrite } from './atomicWrite';

/** What git calls the driver. */
const NAME = 'spangrid';
const KEY = `merge.${NAME}.driver`;

/**
 * The command by which git runs the driver.
 * @param node runs `cli` as Node does; Electron, too
 */
export function mergeDriver(node: string, cli: string): string {
  // Git has it run by a shell, on Windows too.
  const quoted = (path: string): string =>
    `'${(platform === 'win32' ? path.replaceAll('\\', '/') : path).replaceAll("'", String.raw`'\''`)}'`;
  return `ELECTRON_RUN_AS_NODE=1 ${quoted(node)} ${quoted(cli)} merge %O %A %B %P`;
}

/**
 * Makes git merge annotation files by a driver: adds to the repository's .gitattributes what says so, unless something does, and sets the
 * driver in this clone's configuration.
 * @param folder in the repository
 * Errors: usage (no git, no repository), file.unreadable, file.unwritable.
 */
export async function setUpMerge(
  folder: string,
  driver: string,
): Promise<{ readonly repository: string; readonly isAttributeNew: boolean }> {
  const repository = (await asked(folder, 'rev-parse', '--show-toplevel')).trimEnd();
  const attribute = await asked(repository, 'check-attr', 'merge', '--', `a.txt${ANNOTATION_SUFFIX}`);
  const isAttributeNew = !attribute.trimEnd().endsWith(`: ${NAME}`);
  if (isAttributeNew) await addLine(join(repository, '.gitattributes'), `*${ANNOTATION_SUFFIX} merge=${NAME}`);
  await asked(repository, 'config', '--local', `merge.${NAME}.name`, 'Spangrid: annotations, mention by mention');
  await asked(repository, 'config', '--local', KEY, driver);
  return { repository, isAttributeNew };
}

/**
 * Puts the driver in the place of what it was before, as after an update it lies elsewhere. A repository that is gone, or has another
 * driver by now, is left alone.
 */
export async function renewDriver(repository: string, before: string, driver: string): Promise<boolean> {
  try {
    if ((await git(repository, 'config', '--local', KEY)).trimEnd() !== before) return false;
    await git(repository, 'config', '--local', KEY, driver);
    return true;
  } catch {
    return false;
  }
}

async function addLine(path: string, line: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new SpangridError('file.unreadable', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const end = content.includes('\r\n') ? '\r\n' : '\n';
  await atomicWrite(path, `${content}${content === '' || content.endsWith('\n') ? '' : end}${line}${end}`);
}

async function asked(folder: string, ...words: readonly string[]): Promise<string> {
  try {
    return await git(folder, ...words);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    const reason = code === 'ENOENT' ? 'git is not installed' : (/^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? messageOf(error));
    throw new SpangridError('usage', `Git can't be set up in ${folder}: ${reason}. Open a folder of a git repository.`, { cause: error });
  }
}

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  // Not in the folder itself: Windows would look there for the program first.
  const options = { cwd: dirname(execPath), env: { ...env, LC_ALL: 'C' } };
  return (await promisify(execFile)('git', ['-C', folder, ...words], options)).stdout;
}
