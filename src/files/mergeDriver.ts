import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import { messageOf, SpangridError } from '../errors';
import { ANNOTATION_SUFFIX } from './annotationPath';
import { atomicWrite } from './atomicWrite';
import { git } from './git';

/** What git calls the driver. */
const NAME = 'spangrid';
const KEY = `merge.${NAME}.driver`;

/**
 * The command by which git runs the driver.
 * @param node runs `cli` as Node does; Electron, too
 */
export function mergeDriver(node: string, cli: string): string {
  // Git has it run by a shell, on Windows too, and before that puts names in the place of %O and the like, wherever they stand.
  const quoted = (path: string): string => {
    const plain = platform === 'win32' ? path.replaceAll('\\', '/') : path;
    return `'${plain.replaceAll("'", String.raw`'\''`).replaceAll('%', '%%')}'`;
  };
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
  await asked(repository, 'config', '--local', `merge.${NAME}.name`, 'Spangrid: annotations, mention by mention');
  await asked(repository, 'config', '--local', KEY, driver);
  if (isAttributeNew) await addLine(join(repository, '.gitattributes'), `*${ANNOTATION_SUFFIX} merge=${NAME}`);
  return { repository, isAttributeNew };
}

/**
 * Puts the driver in the place of what it was before, as after an update it lies elsewhere. Says what the repository has then: this driver,
 * another one (someone chose it: it is left alone), or nothing that could be read or changed now.
 */
export async function renewDriver(repository: string, before: string, driver: string): Promise<'renewed' | 'another' | 'unknown'> {
  try {
    const standing = (await git(repository, 'config', '--local', KEY)).toString().trimEnd();
    if (standing === before) await git(repository, 'config', '--local', KEY, driver);
    return standing === before || standing === driver ? 'renewed' : 'another';
  } catch {
    return 'unknown';
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
    return (await git(folder, ...words)).toString();
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: Buffer | string };
    const said = stderr.toString().trim() || messageOf(error);
    let reason = `git says: ${said.replace(/^(?:fatal|error): /, '')}`;
    if (code === 'ENOENT') reason = 'git is not installed. Install it, then try again.';
    else if (said.includes('not a git repository'))
      reason = 'it is not in a git repository. Open a folder of one, or run "git init" there.';
    throw new SpangridError('usage', `Git can't be set up in ${folder}: ${reason}`, { cause: error });
  }
}
