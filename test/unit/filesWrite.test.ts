import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atomicWrite, removeLeftovers } from '../../src/files/atomicWrite';
import { withLock } from '../../src/files/lock';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'spangrid-test-')));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is made and written over, and nothing is left beside it', async () => {
  const path = join(folder, 'a.json');
  await atomicWrite(path, 'one 🙂');
  await atomicWrite(path, Buffer.from('two'));
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('a write that breaks off in the middle leaves the old file as it was', async () => {
  const path = join(folder, 'a.json');
  await writeFile(path, 'old');
  // The handle takes what comes piece by piece, as from a disk that fills up on the way.
  const breaking = {
    *[Symbol.iterator]() {
      yield Buffer.from('half of the new');
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    },
  };
  const write = atomicWrite(path, breaking);
  await expect(write).rejects.toMatchObject({
    code: 'file.unwritable',
    message: `${path} could not be written: the disk is full. What was there is unchanged.`,
  });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('where nothing can be written the error names path and reason', async () => {
  await writeFile(join(folder, 'file'), 'old');
  await mkdir(join(folder, 'folder', 'inner'), { recursive: true });
  for (const [name, reason] of [
    ['nowhere/a.json', 'its folder does not exist'],
    ['file/a.json', 'its folder is a file'],
    ['folder', 'it is a folder'],
  ] as const) {
    const path = join(folder, name);
    await expect(atomicWrite(path, 'new')).rejects.toMatchObject({
      code: 'file.unwritable',
      message: `${path} could not be written: ${reason}. What was there is unchanged.`,
    });
  }
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
  expect(await readdir(join(folder, 'folder'))).toEqual(['inner']);
  expect(await readdir(folder)).toEqual(['file', 'folder']);
});

test('a folder in which even root may write nothing', async (context) => {
  context.skip(!existsSync('/proc/version'), 'there is no /proc on this system');
  const before = await readFile('/proc/version', 'utf8');
  await expect(atomicWrite('/proc/version', 'new')).rejects.toMatchObject({
    code: 'file.unwritable',
    message: expect.stringContaining('/proc/version') as string,
  });
  expect(await readFile('/proc/version', 'utf8')).toBe(before);
});

test('links are followed, a link that leads nowhere yet too; the mode is kept', async (context) => {
  context.skip(process.platform === 'win32', 'links need a privilege on Windows');
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'a'), 'old');
  await chmod(join(folder, 'real', 'a'), 0o640);
  await symlink(join('real', 'a'), join(folder, 'a'));
  await symlink(join('real', 'b'), join(folder, 'b'));
  await atomicWrite(join(folder, 'a'), 'new');
  await atomicWrite(join(folder, 'b'), 'new');
  expect(await readFile(join(folder, 'real', 'a'), 'utf8')).toBe('new');
  expect(await readFile(join(folder, 'real', 'b'), 'utf8')).toBe('new');
  expect((await stat(join(folder, 'real', 'a'))).mode & 0o777).toBe(0o640);
  expect((await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink()).map(({ name }) => name)).toEqual([
    'a',
    'b',
  ]);
});

/** The id of a process that has ended. */
const deadProcess = (): number => spawnSync(process.execPath, ['--version']).pid;

test('what a crash left beside a file is removed, what a running process writes is not', async () => {
  const path = join(folder, 'a.json');
  const prefix = `.spangrid-${createHash('sha256').update('a.json').digest('hex').slice(0, 8)}-`;
  const [left, running] = [`${prefix}${deadProcess()}-00000000`, `${prefix}${process.ppid}-00000000`];
  for (const name of [left, running, '.spangrid-other', 'a.json.spangrid']) await writeFile(join(folder, name), '');
  await removeLeftovers(path);
  expect((await readdir(folder)).sort()).toEqual([running, '.spangrid-other', 'a.json.spangrid'].sort());
});

test('under the lock of a file one piece of work runs at a time', async () => {
  const path = join(folder, 'a.json');
  let inside = 0;
  const work = Array.from({ length: 8 }, (_, index) =>
    withLock(path, async () => {
      inside += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(inside).toBe(1);
      inside -= 1;
      return index;
    }),
  );
  expect(await Promise.all(work)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

const lockOf = (path: string): string => join(tmpdir(), `spangrid-${createHash('sha256').update(path).digest('hex')}.lock`);

test('a lock is given back when the work fails', async () => {
  const path = join(folder, 'a.json');
  await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(lockOf(path))).toBe(false);
});

test('the lock of a process that is gone is stale, and so is one left by an earlier process of our own number', async () => {
  const path = join(folder, 'a.json');
  for (const owner of [deadProcess(), process.pid]) {
    await writeFile(lockOf(path), String(owner));
    const both = Promise.all([withLock(path, () => Promise.resolve('first')), withLock(path, () => Promise.resolve('second'))]);
    expect(await both).toEqual(['first', 'second']);
  }
  expect(existsSync(lockOf(path))).toBe(false);
});

test('the lock of a process that runs is waited for', async () => {
  const path = join(folder, 'a.json');
  const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    await writeFile(lockOf(path), String(owner.pid));
    let released = false;
    const work = withLock(path, () => Promise.resolve(released));
    await new Promise((resolve) => setTimeout(resolve, 100));
    released = true;
    owner.kill();
    await once(owner, 'exit');
    expect(await work).toBe(true);
  } finally {
    owner.kill();
  }
});
