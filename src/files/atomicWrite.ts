import { createHash, randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { access, constants, lstat, open, readdir, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SpangridError, messageOf } from '../errors';
import { isRunning } from './processes';
import { errorCode } from './read';

/** What a file is to hold; pieces are written one after the other, without being joined in memory. */
export type Content = string | Uint8Array | Iterable<Uint8Array>;

/**
 * Puts `content` into the file, whole or not at all: a temporary dot-file in the same folder is written, synced, and renamed over it.
 * Symbolic links are followed, the file's mode is kept.
 * @throws SpangridError `file.unwritable` with the path and the reason; the old file is then as it was
 */
export async function atomicWrite(path: string, content: Content): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await finalTarget(path);
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => undefined,
    );
    temporary = temporaryPath(target);
    const handle = await open(temporary, 'wx', mode ?? 0o666);
    await fill(handle, content, mode);
    await renameOver(temporary, target);
  } catch (error) {
    if (temporary !== undefined) await unlink(temporary).catch(() => undefined);
    throw unwritable(path, error);
  }
}

/**
 * Finds out before long work whether `atomicWrite` to this path is possible, as far as that can be known without writing.
 * @throws SpangridError `file.unwritable`
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const target = await finalTarget(path);
    await access(dirname(target), constants.W_OK);
    const found = await stat(target).catch(() => undefined);
    if (found?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** A new name for a temporary file beside a target. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `${temporaryPrefix(target)}${String(process.pid)}-${randomBytes(4).toString('hex')}`);
}

/** What to tell a person when `path` could not be written. */
export function unwritable(path: string, error: unknown): SpangridError {
  return new SpangridError('file.unwritable', `${path} could not be written: ${reason(error)}. What was there is unchanged.`, {
    cause: error,
  });
}

/** Removes the temporary files that a crash left beside `path`. Those of a process that still runs are left alone. */
export async function removeLeftovers(path: string): Promise<void> {
  const target = await finalTarget(path);
  const prefix = temporaryPrefix(target);
  const names = await readdir(dirname(target)).catch((): string[] => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const owner = Number.parseInt(name.slice(prefix.length), 10);
    if (!isRunning(owner)) await unlink(join(dirname(target), name)).catch(() => undefined);
  }
}

/** Named by a hash, so that a name near the file system's limit stays within it. */
function temporaryPrefix(target: string): string {
  return `.spangrid-${createHash('sha256').update(basename(target)).digest('hex').slice(0, 8)}-`;
}

/** The file that a write to `path` ends in. A link that leads nowhere yet is followed too: it would be replaced otherwise. */
export async function finalTarget(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const link = await lstat(absolute).catch(() => undefined);
    if (link?.isSymbolicLink() === true) return resolve(dirname(absolute), await readlink(absolute));
    const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
    return join(folder, basename(absolute));
  }
}

async function fill(handle: FileHandle, content: Content, mode: number | undefined): Promise<void> {
  try {
    // `open` takes the process's mask off the mode.
    if (mode !== undefined) await handle.chmod(mode).catch(() => undefined);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows refuses a rename while a virus scanner or an indexer holds the file for a moment. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (!passing || wait > 1000) throw error;
      await delay(wait);
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function reason(error: unknown): string {
  return REASONS[errorCode(error) ?? ''] ?? messageOf(error);
}
