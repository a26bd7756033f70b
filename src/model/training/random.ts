/**
 * Pseudo-random numbers of a run: xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32. A stream is named by numbers (seed, step,
 * purpose), so that a run that is resumed draws what it would have drawn: the state to keep is the step.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  readonly #one = new Int32Array(1);

  constructor(...stream: readonly number[]) {
    let state = 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    for (const number of stream) {
      state ^= number | 0;
      state = next();
    }
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next()];
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    this.fill(this.#one);
    return (this.#one[0] as number) >>> 0;
  }

  /** Draws 32 random bits for each of these words: what as many calls of `bits` give, faster. */
  fill(words: Int32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let at = 0; at < words.length; at++) {
      const product = Math.imul(b, 5);
      words[at] = Math.imul((product << 7) | (product >>> 25), 9);
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** In [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** From the standard normal distribution (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The items in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = Math.floor(this.uniform() * (at + 1));
      [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
    }
    return shuffled;
  }
}
