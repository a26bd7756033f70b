import { float32, sizeOf } from '../graph/tensor';
import type { Feeds } from '../runtime/session';
import { resolve, type Batch } from './batch';
import type { Random } from './random';
import type { DropoutMask, DropoutRates } from './trainingGraph';

/** The masks of a graph's steps. Their memory is kept from step to step: to get it anew takes longer than to draw. */
export class DropoutMasks {
  readonly #memory = new Map<string, Int32Array<ArrayBuffer>>();

  constructor(
    private readonly masks: readonly DropoutMask[],
    private readonly rates: DropoutRates,
  ) {}

  /**
   * The masks of one step, drawn from a stream of their own; they hold until the next are drawn. A decision takes eight random bits, so
   * rates are rounded to 1/256 and what is kept is scaled by what the rounded rate asks for.
   */
  draw(sizes: Batch['sizes'], random: Random): Feeds {
    return Object.fromEntries(
      this.masks.map(({ name, part, shape }) => {
        const resolved = resolve(shape, sizes);
        const length = sizeOf(resolved);
        const words = this.#words(name, Math.ceil(length / 4) * 4);
        decide(words, Math.round(this.rates[part] * 256), random);
        return [name, float32(resolved, new Float32Array(words.buffer, 0, length))];
      }),
    );
  }

  #words(name: string, length: number): Int32Array {
    let memory = this.#memory.get(name);
    if (memory === undefined || memory.length < length) this.#memory.set(name, (memory = new Int32Array(length)));
    return memory.subarray(0, length);
  }
}

/**
 * Fills a mask, its numbers seen as their bits, without a branch. The random bits are drawn into its last quarter and spread from there: the
 * four numbers that a word decides on never reach a word that is still to be read.
 */
function decide(words: Int32Array, dropped: number, random: Random): void {
  const [kept = 0] = new Int32Array(Float32Array.of(256 / (256 - dropped)).buffer);
  const drawn = words.subarray((words.length / 4) * 3);
  random.fill(drawn);
  // -1, all ones, where a byte is not below `dropped`, else 0.
  const keeps = (byte: number): number => (dropped - 1 - byte) >> 31;
  for (let from = 0, to = 0; from < drawn.length; from++, to += 4) {
    const word = drawn[from] as number;
    words[to] = kept & keeps(word & 255);
    words[to + 1] = kept & keeps((word >>> 8) & 255);
    words[to + 2] = kept & keeps((word >>> 16) & 255);
    words[to + 3] = kept & keeps(word >>> 24);
  }
}
