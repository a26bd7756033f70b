import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashFile } from '../../src/files/hash';
import { decodeText, readText } from '../../src/files/text';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spangrid-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

// Computed with Python: hashlib.sha256("a\nb\nc é🙂".encode()).
const HASH = '062bfd2683e9353e9b5eee8d3f3a3a31996e96b8515c6c9475d4010707c8e574';

test.each([
  ['LF', 'a\nb\nc é🙂'],
  ['CRLF', 'a\r\nb\r\nc é🙂'],
  ['CR', 'a\rb\rc é🙂'],
  ['mixed line ends', 'a\r\nb\rc é🙂'],
  ['a byte order mark', '\uFEFFa\nb\nc é🙂'],
])('a text with %s reads as the same text, with the same hash', async (name, raw) => {
  expect(await readText(await file(name, raw))).toEqual({ text: 'a\nb\nc é🙂', sha256: HASH });
});

test('a file of two gigabytes is refused before it is read', async () => {
  // It is empty all through: it takes no room on the disk.
  const path = await file('large', '');
  await truncate(path, 2 ** 31);
  await expect(readText(path)).rejects.toMatchObject({
    code: 'text.tooLarge',
    message: `${path} is larger than 256 MB. Split it into several files.`,
  });
});

test('an empty file is an empty text', async () => {
  expect((await readText(await file('empty', ''))).text).toBe('');
});

test.each([
  ['UTF-16 with a little-endian mark', Buffer.from('\uFEFFAnn', 'utf16le'), 'text.encoding', /is in UTF-16\. Save it as UTF-8/],
  ['UTF-16 with a big-endian mark', Buffer.from('\uFEFFAnn', 'utf16le').swap16(), 'text.encoding', /is in UTF-16/],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), 'text.encoding', /is in UTF-32/],
  ['Latin-1', Buffer.from('one\ntwo\nGar\u00e7on', 'latin1'), 'text.encoding', /is not UTF-8 \(byte 0xE7 in line 3\)/],
  ['UTF-8 that breaks off inside a character', Buffer.from('🙂').subarray(0, 3), 'text.encoding', /byte 0xF0 in line 1/],
  ['UTF-16 without a mark', Buffer.from('Ann', 'utf16le'), 'text.binary', /holds NUL bytes/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 'text.binary', /is not text/],
])('%s is refused by name', async (name, bytes, code, message) => {
  const path = await file(name, bytes);
  await expect(readText(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  await expect(readText(path)).rejects.toThrow(path);
});

test('a replacement character that stands in the text is no error', () => {
  expect(decodeText(Buffer.from('\uFFFD'), 'standard input').text).toBe('\uFFFD');
});

test('a missing file and a folder are refused by name', async () => {
  await expect(readText(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.missing' });
  await expect(readText(folder)).rejects.toMatchObject({ code: 'file.unreadable', message: `${folder} is a folder, not a file.` });
});

test('a file is hashed in pieces, over their borders too', async () => {
  // Python: hashlib.sha256(b"abc" * 1_000_000)
  expect(await hashFile(await file('large', 'abc'.repeat(1_000_000)))).toEqual({
    sha256: 'f4096a131e7e6ebfa7a512b5c299e13b065df34d15624ee1202ab394cc4d7e90',
    bytes: 3_000_000,
  });
  await expect(hashFile(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.missing' });
  await expect(hashFile(folder)).rejects.toMatchObject({ code: 'file.unreadable' });
});
