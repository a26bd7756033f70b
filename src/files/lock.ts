import { createHash } from 'node:crypto';
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SpangridError, messageOf } from '../errors';
import { finalTarget } from './atomicWrite';
import { isRunning } from './processes';
import { errorCode } from './read';

/** How long to wait for another process, in milliseconds. It holds the lock for one comparison and one rename. */
const PATIENCE = 5_000;
const STEP = 15;
/** Clearing away a stale lock takes a moment; a clearing that is older was itself cut short. */
const CLEARING_MAX_AGE = 2_000;

/** The locks that this process holds: one that bears our process id and isn't among them was left by an earlier process of that id. */
const held = new Set<string>();

/**
 * Runs `work` while no other process (and nothing else in this one) does so for the same file. The lock lies in the temporary folder,
 * named by the hash of the real path, and holds the process id; it is stale when that process is gone.
 * @throws SpangridError `file.unwritable` when the lock can't be had within five seconds
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const name = createHash('sha256')
    .update(await finalTarget(path))
    .digest('hex');
  const lock = join(tmpdir(), `spangrid-${name}.lock`);
  await acquire(lock, path);
  try {
    return await work();
  } finally {
    // In this order: a lock of ours that is on disk and not held would look stale.
    await unlink(lock).catch(() => undefined);
    held.delete(lock);
  }
}

async function acquire(lock: string, path: string): Promise<void> {
  for (let waited = 0; ; waited += STEP) {
    if (!held.has(lock) && (await create(lock, path))) return;
    if (waited > PATIENCE)
      throw new SpangridError('file.unwritable', `${path} is being written by another window or program (its lock is ${lock}). Try again.`);
    if (await isStale(lock)) await clear(lock);
    else await delay(STEP);
  }
}

/** Whether the lock could be made: opened exclusively, it was not there before. */
async function create(lock: string, path: string): Promise<boolean> {
  held.add(lock);
  try {
    const handle = await open(lock, 'wx');
    try {
      await handle.writeFile(String(process.pid));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    held.delete(lock);
    // Windows says EPERM while the file is being removed.
    if (errorCode(error) === 'EEXIST' || (process.platform === 'win32' && errorCode(error) === 'EPERM')) return false;
    throw new SpangridError('file.unwritable', `${path} could not be locked for writing (${lock}): ${messageOf(error)}.`, { cause: error });
  }
}

async function isStale(lock: string): Promise<boolean> {
  const content = await readFile(lock, 'utf8').catch(() => undefined);
  if (content === undefined) return false;
  // Empty for the moment between its making and its writing, or for good after a crash in just that moment.
  if (content === '') return await isOlder(lock, CLEARING_MAX_AGE);
  const owner = Number(content);
  return owner === process.pid ? !held.has(lock) : !isRunning(owner);
}

/** Removes a stale lock. Of several that found it stale only one may, or the second would remove the first one's new lock. */
async function clear(lock: string): Promise<void> {
  const clearing = `${lock}.clearing`;
  const handle = await open(clearing, 'wx').catch(() => undefined);
  if (handle === undefined) {
    if (await isOlder(clearing, CLEARING_MAX_AGE)) await unlink(clearing).catch(() => undefined);
    else await delay(STEP);
    return;
  }
  try {
    await handle.close();
    if (await isStale(lock)) await unlink(lock).catch(() => undefined);
  } finally {
    await unlink(clearing).catch(() => undefined);
  }
}

async function isOlder(path: string, milliseconds: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > milliseconds;
}
