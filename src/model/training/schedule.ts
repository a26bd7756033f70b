import type { TrainingSettings } from './settings';

/**
 * Share of the peak learning rate at a step: rises linearly over the warm-up, then falls as half a cosine to 0.
 * @param step from 0
 */
export function rateShare(step: number, steps: number, { warmUp }: Pick<TrainingSettings, 'warmUp'>): number {
  const rising = Math.round(steps * warmUp);
  if (step < rising) return (step + 1) / rising;
  return 0.5 * (1 + Math.cos((Math.PI * (step - rising)) / Math.max(1, steps - rising)));
}

/** Temperature of the routers at a step: falls linearly to 1 over the first third (Chen et al. 2020). */
export function routerTemperature(step: number, steps: number, start: number): number {
  return start + (1 - start) * Math.min(1, step / Math.max(1, steps / 3));
}

/** Decay of the moving average at a step: small at first, so that the average is not of what had not learned yet. */
export function averageDecay(step: number, decay: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** Learning rate of a parameter as a multiple of its part's: layers below the last learn more slowly where `layerDecay` is below 1. */
export function layerShare(name: string, layers: number, { layerDecay }: Pick<TrainingSettings, 'layerDecay'>): number {
  if (!name.startsWith('encoder.')) return 1;
  const layer = /[.]layer[.](\d+)[.]/.exec(name)?.[1];
  return layerDecay ** (layers - 1 - (layer === undefined ? -1 : Number(layer)));
}
