import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../src/annotation/schema';
import { decode, decodeByArgmax, probabilities } from '../../src/model/table/decoding';
import { mentionLabelCount, relationLabelCount } from '../../src/model/table/labels';
import { upperIndex, type TableLogits } from '../../src/model/table/logits';

const entityTypes = ['A', 'B'];
const relationTypes = ['P', 'Q'];
const E = mentionLabelCount(entityTypes.length);
const R = relationLabelCount(relationTypes.length);
const type = { colour: '#000000', key: '1' };
const schema: Schema = {
  entities: { A: type, B: type },
  relations: {
    P: { ...type, head: ['A'], tail: ['B'], symmetric: false },
    Q: { ...type, head: [], tail: [], symmetric: true },
  },
};

const tables = fc.integer({ min: 1, max: 6 }).chain((size) => {
  const logits = (length: number): fc.Arbitrary<Float32Array> =>
    fc
      .array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: length, maxLength: length })
      .map((values) => Float32Array.from(values));
  return fc
    .record({ diagonal: logits(size * E), upper: logits(size * (size - 1) * R) })
    .map(({ diagonal, upper }): TableLogits => ({ size, band: size - 1, diagonal, upper }));
});

/** Logits that put all weight on the given labels. */
function table(diagonalLabels: readonly number[], upperLabels: readonly (readonly [i: number, j: number, label: number])[]): TableLogits {
  const size = diagonalLabels.length;
  const diagonal = new Float32Array(size * E);
  diagonalLabels.forEach((label, token) => (diagonal[token * E + label] = 20));
  const upper = new Float32Array(size * (size - 1) * R);
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) upper[upperIndex(size - 1, R, i, j)] = 10;
  upperLabels.forEach(([i, j, label]) => (upper[upperIndex(size - 1, R, i, j) + label] = 20));
  return { size, band: size - 1, diagonal, upper };
}

/** Every legal BILOU sequence with its probability, by writing all label sequences down. */
function legalPaths({ size, diagonal }: TableLogits): { labels: number[]; weight: number }[] {
  const softmax = Array.from({ length: size }, (_, token) => {
    const values = [...diagonal.subarray(token * E, (token + 1) * E)].map(Math.exp);
    const sum = values.reduce((a, b) => a + b);
    return values.map((value) => value / sum);
  });
  const names = ['O', 'B0', 'I0', 'L0', 'U0', 'B1', 'I1', 'L1', 'U1'];
  const legal = /^(O|U[01]|B0(I0)*L0|B1(I1)*L1)+$/;
  let paths: { labels: number[]; weight: number }[] = [{ labels: [], weight: 1 }];
  for (let token = 0; token < size; token++)
    paths = paths.flatMap(({ labels, weight }) =>
      names.map((_, label) => ({ labels: [...labels, label], weight: weight * (softmax[token]?.[label] ?? 0) })),
    );
  const kept = paths.filter(({ labels }) => legal.test(labels.map((label) => names[label]).join('')));
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map(({ labels, weight }) => ({ labels, weight: weight / total }));
}

describe('constrained decoding', () => {
  it('reads a hand-made table: two mentions and a backward relation over all their cells', () => {
    // B-A L-A O U-B; the later mention is the head.
    const logits = table(
      [1, 3, 0, 8],
      [
        [0, 3, 2],
        [1, 3, 2],
      ],
    );
    const { mentions, relations } = decode(logits, { entityTypes, relationTypes });
    expect(mentions.map(({ score: _, ...mention }) => mention)).toEqual([
      { type: 'A', startToken: 0, endToken: 2 },
      { type: 'B', startToken: 3, endToken: 4 },
    ]);
    expect(relations.map(({ score: _, ...relation }) => relation)).toEqual([{ type: 'P', head: 1, tail: 0 }]);
    expect(relations[0]?.score).toBeGreaterThan(0.99);
  });

  it('leaves out a relation that the schema does not admit, and turns a symmetric one forward', () => {
    const backwardP = table([4, 8], [[0, 1, 2]]);
    expect(decode(backwardP, { entityTypes, relationTypes }).relations).toHaveLength(1);
    expect(decode(backwardP, { entityTypes, relationTypes, constraints: schema }).relations).toEqual([]);
    const forwardQ = table([4, 8], [[0, 1, 3]]);
    expect(decode(forwardQ, { entityTypes, relationTypes, constraints: schema }).relations).toMatchObject([
      { type: 'Q', head: 0, tail: 1 },
    ]);
    const backwardQ = table([4, 8], [[0, 1, 4]]);
    expect(decode(backwardQ, { entityTypes, relationTypes, constraints: schema }).relations).toEqual([]);
  });

  it('finds the likeliest legal path and the exact probability of each mention (against writing all paths down)', () => {
    fc.assert(
      fc.property(
        tables.filter(({ size }) => size <= 4),
        (logits) => {
          const paths = legalPaths(logits);
          const { mentions } = decode(logits, { entityTypes, relationTypes });
          const holds = (labels: readonly number[], { type: name, startToken, endToken }: (typeof mentions)[number]): boolean => {
            const base = 1 + 4 * entityTypes.indexOf(name);
            const inner = labels.slice(startToken, endToken);
            return inner.length === 1
              ? inner[0] === base + 3
              : inner[0] === base && inner.at(-1) === base + 2 && inner.slice(1, -1).every((label) => label === base + 1);
          };
          const decoded = new Array<number>(logits.size).fill(0);
          for (const { type: name, startToken, endToken } of mentions) {
            const base = 1 + 4 * entityTypes.indexOf(name);
            decoded.fill(base + 1, startToken, endToken);
            decoded[startToken] = endToken - startToken === 1 ? base + 3 : base;
            if (endToken - startToken > 1) decoded[endToken - 1] = base + 2;
          }
          // Several paths may be equally likely: the decoded one must be one of the best.
          const best = Math.max(...paths.map(({ weight }) => weight));
          expect(paths.find(({ labels }) => labels.join() === decoded.join())?.weight).toBeGreaterThan(best * (1 - 1e-6));
          for (const mention of mentions) {
            const probability = paths.filter(({ labels }) => holds(labels, mention)).reduce((sum, { weight }) => sum + weight, 0);
            expect(Math.abs(mention.score - probability)).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is always legal: mentions in order without overlap, relations between different mentions that the schema admits, scores in [0, 1]', () => {
    fc.assert(
      fc.property(tables, fc.boolean(), (logits, constrained) => {
        const { mentions, relations } = decode(logits, { entityTypes, relationTypes, constraints: constrained ? schema : undefined });
        mentions.forEach(({ startToken, endToken, score }, at) => {
          expect(startToken).toBeGreaterThanOrEqual(mentions[at - 1]?.endToken ?? 0);
          expect(endToken).toBeGreaterThan(startToken);
          expect(endToken).toBeLessThanOrEqual(logits.size);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        });
        for (const { type: name, head, tail, score } of relations) {
          expect(head).not.toBe(tail);
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
          if (constrained && name === 'P') expect([mentions[head]?.type, mentions[tail]?.type]).toEqual(['A', 'B']);
          if (constrained && name === 'Q') expect(head).toBeLessThan(tail);
        }
        const pairs = relations.map(({ head, tail }) => [head, tail].sort().join());
        expect(new Set(pairs).size).toBe(pairs.length);
      }),
    );
  });
});

describe('argmax decoding', () => {
  it('drops a mention whose parts are not whole, which constrained decoding repairs', () => {
    const broken = table([1, 7, 0], []);
    expect(decodeByArgmax(broken, { entityTypes, relationTypes }).mentions).toEqual([]);
    expect(decode(broken, { entityTypes, relationTypes }).mentions.length).toBeGreaterThan(0);
  });
});

describe('probabilities', () => {
  it('add up to one in every cell', () => {
    fc.assert(
      fc.property(tables, (logits) => {
        const { diagonal, upper, size } = probabilities(logits, entityTypes, relationTypes);
        const sum = (values: Float32Array, start: number, count: number): number =>
          values.subarray(start, start + count).reduce((total, value) => total + value, 0);
        for (let i = 0; i < size; i++) {
          expect(sum(diagonal, i * E, E)).toBeCloseTo(1, 5);
          for (let j = i + 1; j < size; j++) expect(sum(upper, upperIndex(size - 1, R, i, j), R)).toBeCloseTo(1, 5);
        }
      }),
    );
  });
});
