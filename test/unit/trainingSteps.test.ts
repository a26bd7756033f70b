import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/model/graph/tensor';
import { adamW, gradientNorm, isDecayed, type Step, type Trained } from '../../src/model/training/adamw';
import { DropoutMasks } from '../../src/model/training/dropout';
import { Random } from '../../src/model/training/random';
import { ParameterMemory } from '../../src/model/training/memory';
import { averageDecay, layerShare, rateShare, routerTemperature } from '../../src/model/training/schedule';
import { batchesOf } from '../../src/model/training/trainer';

/** A parameter in a memory of its own, and how it makes a step. */
function trained(value: number[], gradient: number[], average?: number[]): Trained & { readonly step: (step: Step) => void } {
  const memory = new ParameterMemory(Array.from({ length: 5 }, () => value.length));
  const filled = (values: readonly number[]): Float32Array => {
    const array = memory.array(value.length);
    array.set(values);
    return array;
  };
  const one = {
    name: 'entity.weight',
    shape: [value.length],
    value: filled(value),
    gradient: filled(gradient),
    first: filled([]),
    second: filled([]),
    average: average === undefined ? undefined : filled(average),
  };
  return { ...one, step: (step) => adamW(memory, one, step) };
}

const STEP = { number: 1, rate: 0.1, weightDecay: 0, gradientScale: 1, averageDecay: 0.9 };

describe('AdamW', () => {
  it('moves by the rate against the sign of the gradient at the first step, whatever its size', () => {
    const one = trained([1, 1, 1], [0.001, -500, 0]);
    one.step(STEP);
    expect([...one.value].map((value) => Number(value.toFixed(4)))).toEqual([0.9, 1.1, 1]);
  });

  it('decays apart from the gradient, and averages what came out', () => {
    const one = trained([2], [0], [1]);
    one.step({ ...STEP, weightDecay: 0.5 });
    expect(one.value[0]).toBeCloseTo(1.9, 6);
    // 1 + 0.1 x (1.9 - 1)
    expect(one.average?.[0]).toBeCloseTo(1.09, 6);
  });

  it('follows the formula over several steps, for every number of an array of any length', () => {
    for (const length of [1, 3, 4, 5, 11]) {
      const numbers = Array.from({ length }, (_, at) => at + 1);
      const one = trained(numbers, [], numbers);
      const expected = numbers.map((value) => ({ w: value, m: 0, s: 0, a: value }));
      for (const number of [1, 2, 3]) {
        expected.forEach((state, at) => {
          const g = Math.sin(number * 5 + at);
          one.gradient[at] = g;
          state.m = 0.9 * state.m + 0.1 * 0.5 * g;
          state.s = 0.999 * state.s + 0.001 * (0.5 * g) ** 2;
          const root = Math.sqrt(state.s / (1 - 0.999 ** number)) + 1e-8;
          state.w = state.w * (1 - 0.1 * 0.01) - (0.1 * (state.m / (1 - 0.9 ** number))) / root;
          state.a = 0.9 * state.a + 0.1 * state.w;
        });
        one.step({ ...STEP, number, weightDecay: 0.01, gradientScale: 0.5 });
      }
      expected.forEach(({ w, m, s, a }, at) => {
        expect(one.value[at]).toBeCloseTo(w, 4);
        expect(one.average?.[at]).toBeCloseTo(a, 4);
        expect(one.first[at]).toBeCloseTo(m, 6);
        expect(one.second[at]).toBeCloseTo(s, 6);
      });
    }
  });

  it('clips by the norm of all gradients together', () => {
    const memory = new ParameterMemory([1, 2]);
    const [first, second] = [memory.array(1), memory.array(2)];
    [first[0], second[1]] = [3, 4];
    expect(gradientNorm(memory, [{ gradient: first }, { gradient: second }])).toBe(5);
    const one = trained([0], [8]);
    one.step({ ...STEP, gradientScale: 0.125 });
    expect(one.first[0]).toBeCloseTo(0.1, 6);
  });

  it('adds up the squares of arrays of any length, as JavaScript does', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 19 }), { maxLength: 4 }), (arrays) => {
        const memory = new ParameterMemory(arrays.map(({ length }) => length));
        const gradients = arrays.map((values) => {
          const array = memory.array(values.length);
          array.set(values);
          return array;
        });
        const expected = Math.hypot(...arrays.flat());
        const found = gradientNorm(
          memory,
          gradients.map((gradient) => ({ gradient })),
        );
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-6 * expected + 1e-20);
      }),
    );
  });

  it('says what to do when the parameters are more than fit in memory', () => {
    expect(() => new ParameterMemory([2 ** 30, 2 ** 30])).toThrow(/need 8[.]0 GiB.*--trained-layers/);
  });

  it('decays matrices, not biases and normalisations', () => {
    const names = ['encoder.embeddings.LayerNorm.weight', 'table.norm.weight', 'entity.bias', 'table.conv1.experts.bias'];
    expect(names.filter(isDecayed)).toEqual([]);
    expect(['entity.weight', 'table.conv1.row.weight', 'encoder.encoder.layer.0.output.dense.weight'].every(isDecayed)).toBe(true);
  });
});

describe('schedules', () => {
  it('raise the rate over the warm-up and let it fall as a cosine to 0', () => {
    const share = (step: number): number => rateShare(step, 100, { warmUp: 0.2 });
    expect([share(0), share(9), share(19)]).toEqual([0.05, 0.5, 1]);
    expect([share(20), share(60)].map((value) => Number(value.toFixed(6)))).toEqual([1, 0.5]);
    expect(share(99)).toBeLessThan(0.001);
  });

  it('let the temperature of the routers fall to 1 over the first third', () => {
    expect([0, 15, 30, 90].map((step) => routerTemperature(step, 90, 30))).toEqual([30, 15.5, 1, 1]);
  });

  it('average over little at first', () => {
    expect([averageDecay(0, 0.995), averageDecay(8, 0.995), averageDecay(10_000, 0.995)]).toEqual([0.1, 0.5, 0.995]);
  });

  it('slow lower layers down, and the embeddings most', () => {
    const share = (name: string): number => layerShare(name, 3, { layerDecay: 0.5 });
    expect(share('table.conv1.row.weight')).toBe(1);
    expect([2, 1, 0].map((layer) => share(`encoder.encoder.layer.${String(layer)}.output.dense.weight`))).toEqual([1, 0.5, 0.25]);
    expect(share('encoder.embeddings.position_embeddings.weight')).toBe(0.125);
  });
});

describe('random draws', () => {
  it('are the same for the same stream, and others for another', () => {
    const draw = (...stream: number[]): number[] => {
      const random = new Random(...stream);
      return Array.from({ length: 4 }, () => random.bits());
    };
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
    const others = [draw(1, 2, 3), draw(1, 2, 4), draw(1, 3, 2), draw(2, 2, 3), draw(1, 2)].map((bits) => bits.join());
    expect(new Set(others).size).toBe(others.length);
  });

  it('are spread as they should be', () => {
    const random = new Random(7);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(uniform.map((value) => Number(value < 0.1)))).toBeCloseTo(0.1, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
  });

  it('drop at the rate of their part, and keep the mean', () => {
    const rates = { encoder: 0.1, words: 0.3, cells: 0.5 };
    const masks = (['encoder', 'words', 'cells'] as const).map((part) => ({ name: part, part, shape: [4, 'n', 'n', 25] }));
    const drawn = new DropoutMasks(masks, rates).draw({ n: 20, s: 1 }, new Random(1));
    for (const part of ['encoder', 'words', 'cells'] as const) {
      const { shape, data } = drawn[part] as Tensor<'float32'>;
      expect(shape).toEqual([4, 20, 20, 25]);
      const dropped = data.filter((value) => value === 0).length / data.length;
      expect(Math.abs(dropped - rates[part])).toBeLessThan(0.01);
      expect(Math.abs(data.reduce((sum, value) => sum + value, 0) / data.length - 1)).toBeLessThan(0.02);
    }
  });
});

describe('a dropout mask', () => {
  it('has a byte of the random stream for each number, whatever was drawn before', () => {
    const rates = { encoder: 0.1, words: 0.3, cells: 0.5 };
    const masks = new DropoutMasks(
      [
        { name: 'first', part: 'words', shape: ['n'] },
        { name: 'second', part: 'cells', shape: ['n', 2] },
      ],
      rates,
    );
    for (const [seed, n] of [9, 5, 1, 12].entries()) {
      const random = new Random(seed);
      const bytes = (count: number): number[] =>
        Array.from({ length: Math.ceil(count / 4) }, () => random.bits())
          .flatMap((bits) => [0, 8, 16, 24].map((shift) => (bits >>> shift) & 255))
          .slice(0, count);
      // 0.3 x 256 is 77, 0.5 x 256 is 128.
      const first = bytes(n).map((byte) => (byte < 77 ? 0 : Math.fround(256 / 179)));
      const second = bytes(2 * n).map((byte) => (byte < 128 ? 0 : 2));
      const drawn = masks.draw({ n, s: 1 }, new Random(seed));
      expect([...(drawn['first']?.data ?? [])]).toEqual(first);
      expect([...(drawn['second']?.data ?? [])]).toEqual(second);
    }
  });
});

describe('batches of an epoch', () => {
  it('hold every sentence once, in another order for another stream', () => {
    const example = (length: number): Parameters<typeof batchesOf>[0][number] => ({
      inputIds: Array.from({ length }, () => 0),
      ranges: [],
      wordShapes: [],
      mentionLabels: [],
      relationCells: [],
    });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 16 }),
        (lengths, size) => {
          const examples = lengths.map(example);
          const batches = batchesOf(examples, size, new Random(1));
          expect(batches.length).toBe(Math.ceil(examples.length / size));
          expect(new Set(batches.flat())).toEqual(new Set(examples));
          expect(batches.flat().length).toBe(examples.length);
          expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(size);
        },
      ),
      { numRuns: 50 },
    );
  });
});
