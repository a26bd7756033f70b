/**
 * AdamW (Loshchilov and Hutter 2019), as PyTorch has it, on the memory that the runtime reads weights from and writes gradients to. The
 * moving average of the weights is kept in the same pass: the pass is bound by memory.
 */

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A parameter with all that its training needs; the arrays are of one length. */
export interface Trained {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  /** Moving averages of the gradient and of its square. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Moving average of the value, where one is kept. */
  readonly average: Float32Array | undefined;
}

export interface Step {
  /** From 1. */
  readonly number: number;
  readonly rate: number;
  readonly weightDecay: number;
  /** What gradients are multiplied with before anything else: 1, or less to clip. */
  readonly gradientScale: number;
  readonly averageDecay: number;
}

/** Biases and the scales of normalisations are not decayed. */
export function isDecayed(name: string): boolean {
  return !/bias$|norm[.]weight$/i.test(name);
}

/** One step of one parameter, in place. */
export function adamW({ value, gradient, first, second, average }: Trained, step: Step): void {
  const { number, rate, weightDecay, gradientScale, averageDecay } = step;
  const kept = 1 - rate * weightDecay;
  const size = rate / (1 - BETA1 ** number);
  const correction = 1 / Math.sqrt(1 - BETA2 ** number);
  const taken = 1 - averageDecay;
  for (let at = 0; at < value.length; at++) {
    const g = (gradient[at] as number) * gradientScale;
    const m = BETA1 * (first[at] as number) + (1 - BETA1) * g;
    const s = BETA2 * (second[at] as number) + (1 - BETA2) * g * g;
    first[at] = m;
    second[at] = s;
    const w = (value[at] as number) * kept - (size * m) / (Math.sqrt(s) * correction + EPSILON);
    value[at] = w;
    if (average !== undefined) average[at] = (average[at] as number) + taken * (w - (average[at] as number));
  }
}

/** Euclidean norm of all gradients together. */
export function gradientNorm(parameters: readonly Pick<Trained, 'gradient'>[]): number {
  let total = 0;
  for (const { gradient } of parameters) {
    let sum = 0;
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- for-of over a typed array takes 14 times as long (Node 24)
    for (let at = 0; at < gradient.length; at++) sum += (gradient[at] as number) ** 2;
    total += sum;
  }
  return Math.sqrt(total);
}
