import { expect, test } from 'vitest';
import { mentionId, relationId } from '../../src/annotation/ids';
import { textHash } from '../../src/annotation/textHash';

// Expected values computed with Python: base64.b32encode(hashlib.sha256(json).digest()).lower()[:8].
const BOB = [{ startChar: 0, endChar: 3 }];
const ROME = [{ startChar: 13, endChar: 17 }];
const free = (): boolean => false;

test('an id is the start of the base32 of the SHA-256 of what the item was when it was made', () => {
  expect(mentionId('Peop', BOB, free)).toBe('4qeavwnx');
  expect(mentionId('Loc', ROME, free)).toBe('bwaiue3d');
  expect(relationId('Live_In', '4qeavwnx', 'bwaiue3d', free)).toBe('n353ifop');
});

test('types beyond ASCII and discontinuous spans are hashed as UTF-8 JSON', () => {
  expect(mentionId('Ort-ä🙂', [...BOB, { startChar: 5, endChar: 9 }], free)).toBe('a3qhnacc');
});

test('an id that is taken is salted with 1, then with 2', () => {
  const taken = new Set(['4qeavwnx']);
  expect(mentionId('Peop', BOB, (id) => taken.has(id))).toBe('aum6xvhu');
  taken.add('aum6xvhu');
  expect(mentionId('Peop', BOB, (id) => taken.has(id))).toBe('7crx3hn4');
});

test('the hash of a text is that of its UTF-8', () => {
  expect(textHash('a\nb\nc é🙂')).toBe('062bfd2683e9353e9b5eee8d3f3a3a31996e96b8515c6c9475d4010707c8e574');
});
