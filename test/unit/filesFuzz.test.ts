import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reanchor } from '../../src/annotation/anchor';
import { checkOffsets, fromJson, toJson } from '../../src/annotation/json';
import { SpangridError } from '../../src/errors';
import { AnnotationStore } from '../../src/files/annotationStore';
import { annotated } from './annotationArbitraries';
import { randomNumbers } from './randomNumbers';

const FILES = 10_000;
/** So many of them are read from disk, as the editor does. */
const ON_DISK = 300;
const WHERE = 'a.txt.spangrid.json';
const TEXT = 'Bob 🙂 x\nBob שלום "x". Bob';

/** What nobody expects at any place. */
const ODD: readonly unknown[] = [
  ...[null, true, '', 'x', -1, 0, 0.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], [[0, 1]], [[5, 2]], { __proto__: null }],
  ...['__proto__', 'constructor', '\uD800', 'x'.repeat(5000), Array.from({ length: 500 }, () => 0), 'aaaaaaaa', { id: 'aaaaaaaa' }],
];

/** The value with one place in it changed: replaced, removed, doubled, added to, or exchanged with its neighbour. */
function mutated(value: unknown, random: (below: number) => number): unknown {
  const odd = ODD[random(ODD.length)];
  if (typeof value !== 'object' || value === null || random(8) === 0) return odd;
  const entries = Object.entries(value);
  const at = random(entries.length + 1);
  const chosen = entries[at];
  const what = random(6);
  if (chosen === undefined) entries.push([['__proto__', 'id', 'spans', '7', 'note'][random(5)]!, odd]);
  else if (what === 0) entries.splice(at, 1);
  else if (what === 1) entries.splice(at, 0, chosen);
  else if (what === 2) entries.splice(at, 1, [chosen[0], entries[random(entries.length)]![1]]);
  else entries[at] = [chosen[0], mutated(chosen[1], random)];
  return Array.isArray(value) ? entries.map(([, item]): unknown => item) : Object.fromEntries(entries);
}

/** The bytes with some of them changed, taken out, put in, doubled or cut off. */
function spoiled(bytes: Buffer, random: (below: number) => number): Buffer {
  const [a, b] = [random(bytes.length + 1), random(bytes.length + 1)].sort((x, y) => x - y) as [number, number];
  const noise = Buffer.from(Array.from({ length: 1 + random(6) }, () => random(256)));
  switch (random(5)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, a), noise, bytes.subarray(Math.min(bytes.length, a + noise.length))]);
    case 1:
      return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, a), noise, bytes.subarray(a)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, b), bytes.subarray(a)]);
    default:
      return bytes.subarray(0, a);
  }
}

/** A mutated file, by its number: half of them in their bytes, half in their structure. */
function* mutatedFiles(): Generator<Buffer> {
  const sources = fc.sample(annotated, { seed: 9, numRuns: 100 }).map(({ document }) => toJson(document));
  for (let number = 1; number <= FILES; number += 1) {
    const random = randomNumbers(number * 7919);
    random(1);
    const source = sources[random(sources.length)]!;
    if (number % 2 === 0) {
      let bytes = Buffer.from(source);
      for (let times = 1 + random(3); times > 0; times -= 1) bytes = Buffer.from(spoiled(bytes, random));
      yield bytes;
    } else {
      let value: unknown = JSON.parse(source);
      for (let times = 1 + random(3); times > 0; times -= 1) value = mutated(value, random);
      yield Buffer.from(JSON.stringify(value));
    }
  }
}

const NAMED = ['annotation.invalid', 'annotation.newerVersion'];

test(`${String(FILES)} mutated annotation files are read, or refused by name`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spangrid-test-'));
  const counts = { read: 0, refused: 0 };
  let number = 0;
  for (const bytes of mutatedFiles()) {
    number += 1;
    try {
      if (number <= ON_DISK) {
        await writeFile(join(folder, WHERE), bytes);
        await new AnnotationStore(join(folder, WHERE)).load(TEXT);
      }
      const { document } = fromJson(bytes.toString('utf8'), WHERE);
      const carried = reanchor(document, TEXT);
      checkOffsets(carried, TEXT, WHERE);
      expect([...carried.mentions.keys()]).toEqual([...document.mentions.keys()]);
      expect(toJson(fromJson(toJson(document), WHERE).document)).toBe(toJson(document));
      counts.read += 1;
    } catch (error) {
      if (!(error instanceof SpangridError)) throw new Error(`file ${String(number)}: ${bytes.toString('utf8')}`, { cause: error });
      expect(NAMED).toContain(error.code);
      expect(error.message).toContain(WHERE);
      counts.refused += 1;
    }
  }
  await rm(folder, { recursive: true });
  expect(number).toBe(FILES);
  // Neither would mean that the files are mutated too much, or too little.
  expect(counts.read).toBeGreaterThan(200);
  expect(counts.refused).toBeGreaterThan(5000);
});

test.each([
  ['nested a hundred thousand times', '['.repeat(100_000)],
  [
    'with a sentence that ends beyond all numbers',
    `{"format":"spangrid","version":1,"text":{"file":"a","sha256":"${'0'.repeat(64)}"},"sentences":[{"startChar":0,"endChar":1e400,"state":"new","tokens":[]}],"mentions":[],"relations":[]}`,
  ],
  ['of another format', '{"format":"spangrid-model","version":1}'],
  ['that is no object', '"spangrid"'],
  ['that is empty', ''],
])('a file %s is refused by name', (_, json) => {
  expect(() => fromJson(json, WHERE)).toThrow(
    expect.objectContaining({ code: 'annotation.invalid', message: expect.stringContaining(WHERE) as string }) as Error,
  );
});
