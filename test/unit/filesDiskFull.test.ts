import type * as Promises from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyDocument } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { textReference } from '../../src/annotation/textHash';
import { AnnotationStore } from '../../src/files/annotationStore';

/** What the disk says to a write; undefined: nothing is wrong with it. */
const disk = vi.hoisted(() => ({ says: undefined as { code: string; at: 'open' | 'write' | 'sync' } | undefined }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Promises>();
  const fail = (at: string): void => {
    if (disk.says?.at === at) throw Object.assign(new Error(disk.says.code), { code: disk.says.code });
  };
  const open: typeof real.open = async (path, ...rest) => {
    // The lock lies elsewhere and is not what this is about.
    if (!String(path).includes('.spangrid-')) return real.open(path, ...rest);
    fail('open');
    const handle = await real.open(path, ...rest);
    const [writeFile, sync] = [handle.writeFile.bind(handle), handle.sync.bind(handle)];
    handle.writeFile = async (content, options) => {
      if (disk.says?.at === 'write') await writeFile('half of it');
      fail('write');
      await writeFile(content, options);
    };
    handle.sync = async () => {
      fail('sync');
      await sync();
    };
    return handle;
  };
  return { ...real, open };
});

const TEXT = 'Bob lives in Rome.';
const empty = emptyDocument(textReference('a.txt', TEXT));
const other = emptyDocument(textReference('a.txt', TEXT), [{ startChar: 0, endChar: 18, state: 'done', tokens: [] }]);

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spangrid-test-'));
  path = join(folder, 'a.txt.spangrid.json');
});
afterEach(async () => {
  disk.says = undefined;
  await rm(folder, { recursive: true });
});

test.each([
  ['full while the file is written', 'ENOSPC', 'write', 'the disk is full'],
  ['full when it is synced', 'ENOSPC', 'sync', 'the disk is full'],
  ['over the quota', 'EDQUOT', 'write', 'EDQUOT'],
  ['read-only', 'EROFS', 'open', 'the file system is read-only'],
  ['in a folder that may not be written', 'EACCES', 'open', 'permission denied'],
] as const)(
  'a disk that is %s is named; the old file is as it was, and is written as soon as the disk lets it',
  async (_, code, at, reason) => {
    const store = new AnnotationStore(path);
    await store.save(empty);
    disk.says = { code, at };
    for (let attempt = 1; attempt <= 2; attempt += 1)
      await expect(store.save(other)).rejects.toMatchObject({
        code: 'file.unwritable',
        message: `${path} could not be written: ${reason}. What was there is unchanged.`,
      });
    expect(await readFile(path, 'utf8')).toBe(toJson(empty));
    expect(await readdir(folder)).toEqual(['a.txt.spangrid.json']);
    disk.says = undefined;
    await store.save(other);
    expect(await readFile(path, 'utf8')).toBe(toJson(other));
  },
);
