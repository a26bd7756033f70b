/** AdamW (Loshchilov and Hutter 2019), as PyTorch has it, with the moving average of the weights in the same pass over memory. */
import type { ParameterMemory, PassArrays } from './memory';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A parameter with all that its training needs: its moving averages of the gradient and of its square, and of the value where one is kept. */
export interface Trained extends PassArrays {
  readonly name: string;
  readonly shape: readonly number[];
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
export function adamW(memory: ParameterMemory, trained: Trained, step: Step): void {
  const { number, rate, weightDecay, gradientScale, averageDecay } = step;
  memory.pass(trained, {
    gradientScale,
    beta1: BETA1,
    beta2: BETA2,
    kept: 1 - rate * weightDecay,
    size: rate / (1 - BETA1 ** number),
    correction: 1 / Math.sqrt(1 - BETA2 ** number),
    epsilon: EPSILON,
    taken: 1 - averageDecay,
  });
}

/** Euclidean norm of all gradients together. */
export function gradientNorm(memory: ParameterMemory, parameters: readonly Pick<Trained, 'gradient'>[]): number {
  return Math.sqrt(parameters.reduce((sum, { gradient }) => sum + memory.squares(gradient), 0));
}
