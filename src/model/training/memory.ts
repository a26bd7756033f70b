/**
 * The memory that parameters in training lie in, and the two passes over it that a step makes: the gradients' squares, then AdamW and the
 * moving average, as WebAssembly with four numbers an instruction. The passes are then bound by memory, as PyTorch's fused ones are; plain
 * JavaScript takes twice as long and more.
 * On the CPU, the runtime reads weights from the same memory and writes gradients to it, so nothing is copied.
 */

import { SpangridError } from '../../errors';

/** WebAssembly as far as it is used here: its types come with those of browsers, which this code does not see. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Coefficients of one pass, see `adamW`. */
export interface PassCoefficients {
  /** What gradients are multiplied with first. */
  readonly gradientScale: number;
  /** Decay of the average of the gradient, and of its square. */
  readonly beta1: number;
  readonly beta2: number;
  /** What the value is multiplied with: 1 - rate x weight decay. */
  readonly kept: number;
  /** The rate, corrected for the first average's start at zero. */
  readonly size: number;
  /** What the root of the second average is multiplied with, to correct for its start at zero. */
  readonly correction: number;
  readonly epsilon: number;
  /** The new value's share in the moving average of values. */
  readonly taken: number;
}

/** Arrays of one parameter, all of one length and from one `ParameterMemory`. */
export interface PassArrays {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly average: Float32Array | undefined;
}

const PAGE = 65_536;
/** Bytes of the four numbers that an instruction works on. */
const LANES = 16;

/** Memory of a fixed size; arrays are handed out one after the other. */
export class ParameterMemory {
  readonly #buffer: ArrayBuffer;
  readonly #pass: (...values: readonly number[]) => void;
  readonly #squares: (offset: number, bytes: number) => number;
  #used = 0;

  /**
   * @param lengths of the arrays that will be asked for
   * Errors: model.unsupported where that is more than WebAssembly has (4 GiB), or than there is.
   */
  constructor(lengths: readonly number[]) {
    const bytes = lengths.reduce((sum, length) => sum + aligned(length * 4), 0);
    const memory = memoryOf(Math.max(1, Math.ceil(bytes / PAGE)));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), { training: { memory } });
    this.#buffer = memory.buffer;
    this.#pass = exports['pass'] as (...values: readonly number[]) => void;
    this.#squares = exports['squares'] as (offset: number, bytes: number) => number;
  }

  /** An array of zeros. */
  array(length: number): Float32Array {
    const array = new Float32Array(this.#buffer, this.#used, length);
    this.#used += aligned(length * 4);
    return array;
  }

  /** The sum of an array's squares, each in single precision, their sum in double. */
  squares({ byteOffset, byteLength }: Float32Array): number {
    return byteLength === 0 ? 0 : this.#squares(byteOffset, aligned(byteLength));
  }

  /** The pass over one parameter. What follows an array up to the next multiple of four numbers is nobody's: zeros, and passed over, too. */
  pass({ value, gradient, first, second, average }: PassArrays, coefficients: PassCoefficients): void {
    const { gradientScale, beta1, beta2, kept, size, correction, epsilon, taken } = coefficients;
    // Without an average the value takes its place: it is then its own average.
    const offsets = [value, gradient, first, second, average ?? value].map(({ byteOffset }) => byteOffset);
    const scalars = [gradientScale, beta1, 1 - beta1, beta2, 1 - beta2, kept, size, correction, epsilon, taken];
    this.#pass(...offsets, aligned(value.byteLength), ...scalars);
  }
}

function memoryOf(pages: number): InstanceType<typeof WebAssembly.Memory> {
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch (error) {
    throw new SpangridError(
      'model.unsupported',
      `The parameters in training need ${((pages * PAGE) / 2 ** 30).toFixed(1)} GiB, which can't be had (4 at most). ` +
        'Train fewer layers (--trained-layers) or a smaller encoder (--layers, --encoder).',
      { cause: error },
    );
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / LANES) * LANES;
}

/** Parameters of the function, then its local variables, by number. */
const LOCAL = {
  ...{ value: 0, gradient: 1, first: 2, second: 3, average: 4, bytes: 5 },
  ...{ gradientScale: 6, beta1: 7, rest1: 8, beta2: 9, rest2: 10, kept: 11, size: 12, correction: 13, epsilon: 14, taken: 15 },
  ...{ at: 16, g: 17, m: 18, s: 19, w: 20, a: 21 },
};
type Local = keyof typeof LOCAL;
/** Scalars are spread over four lanes before the loop, into locals behind the others. */
const SCALARS = ['gradientScale', 'beta1', 'rest1', 'beta2', 'rest2', 'kept', 'size', 'correction', 'epsilon', 'taken'] as const;
const FIRST_SPREAD = 22;

const [I32, F32, F64, V128] = [0x7f, 0x7d, 0x7c, 0x7b];

/** The WebAssembly module (https://webassembly.github.io/spec/core/binary/): two functions over an imported memory. */
const MODULE = assemble();

function assemble(): Uint8Array {
  const parameters = [...Array.from({ length: 6 }, () => I32), ...SCALARS.map(() => F32)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, parameters.length, ...parameters, 0, 0x60, 2, I32, I32, 1, F64]),
    ...section(2, [1, ...name('training'), ...name('memory'), 2, 0, 1]),
    ...section(3, [2, 0, 1]),
    ...section(7, [2, ...name('pass'), 0, 0, ...name('squares'), 0, 1]),
    ...section(10, [2, ...sized(passBody()), ...sized(squaresBody())]),
  ]);
}

function simd(operator: number): number[] {
  return [0xfd, ...leb(operator)];
}

function passBody(): number[] {
  const get = (local: Local): number[] => [0x20, LOCAL[local]];
  const set = (local: Local): number[] => [0x21, LOCAL[local]];
  const spread = (scalar: (typeof SCALARS)[number]): number[] => [0x20, FIRST_SPREAD + SCALARS.indexOf(scalar)];
  const [add, sub, mul, div, sqrt] = [0xe4, 0xe5, 0xe6, 0xe7, 0xe3].map(simd) as [number[], number[], number[], number[], number[]];
  const address = (array: Local): number[] => [...get(array), ...get('at'), 0x6a];
  const load = (array: Local): number[] => [...address(array), ...simd(0), 4, 0];
  const store = (array: Local, value: Local): number[] => [...address(array), ...get(value), ...simd(0x0b), 4, 0];
  const splats = SCALARS.flatMap((scalar, at) => [...get(scalar), ...simd(0x13), 0x21, FIRST_SPREAD + at]);
  return [
    ...[2, 1, I32, ...leb(5 + SCALARS.length), V128],
    ...splats,
    ...[0x03, 0x40],
    // g = gradient x scale; m = beta1 m + (1 - beta1) g; s = beta2 s + (1 - beta2) g^2
    ...[...load('gradient'), ...spread('gradientScale'), ...mul, ...set('g')],
    ...[...load('first'), ...spread('beta1'), ...mul, ...get('g'), ...spread('rest1'), ...mul, ...add, ...set('m')],
    ...[...load('second'), ...spread('beta2'), ...mul, ...get('g'), ...get('g'), ...mul, ...spread('rest2'), ...mul, ...add, ...set('s')],
    ...[...store('first', 'm'), ...store('second', 's')],
    // w = kept w - size m / (correction sqrt(s) + epsilon)
    ...[...load('value'), ...spread('kept'), ...mul, ...get('m'), ...spread('size'), ...mul],
    ...[...get('s'), ...sqrt, ...spread('correction'), ...mul, ...spread('epsilon'), ...add, ...div, ...sub, ...set('w')],
    ...store('value', 'w'),
    // a = a + taken (w - a)
    ...[...load('average'), ...set('a'), ...get('a'), ...get('w'), ...get('a'), ...sub, ...spread('taken'), ...mul, ...add, ...set('a')],
    ...store('average', 'a'),
    ...[...get('at'), 0x41, LANES, 0x6a, 0x22, LOCAL.at, ...get('bytes'), 0x49, 0x0d, 0, 0x0b],
    0x0b,
  ];
}

/** Two sums, each of two lanes in double precision: the first and the last two of four squares. */
function squaresBody(): number[] {
  const [offset, bytes, at, square, low, high] = [0, 1, 2, 3, 4, 5];
  const get = (local: number): number[] => [0x20, local];
  const set = (local: number): number[] => [0x21, local];
  const [add, promote] = [simd(0xf0), simd(0x5f)];
  const lane = (number: number): number[] => [...simd(0x21), number];
  const lastTwo = [...simd(0x0d), 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
  return [
    ...[2, 1, I32, 3, V128],
    ...[0x03, 0x40],
    ...[...get(offset), ...get(at), 0x6a, ...simd(0), 4, 0, ...set(square)],
    ...[...get(square), ...get(square), ...simd(0xe6), ...set(square)],
    ...[...get(low), ...get(square), ...promote, ...add, ...set(low)],
    ...[...get(high), ...get(square), ...get(square), ...lastTwo, ...promote, ...add, ...set(high)],
    ...[...get(at), 0x41, LANES, 0x6a, 0x22, at, ...get(bytes), 0x49, 0x0d, 0, 0x0b],
    ...[...get(low), ...get(high), ...add, ...set(low), ...get(low), ...lane(0), ...get(low), ...lane(1), 0xa0],
    0x0b,
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): number[] {
  return [...leb(content.length), ...content];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}

/** An unsigned number in LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
