import { float32, sizeOf } from '../graph/tensor';
import type { Feeds } from '../runtime/session';
import { resolve, type Batch } from './batch';
import type { Random } from './random';
import type { DropoutMask, DropoutRates } from './trainingGraph';

/**
 * The masks of one step, drawn from a stream of their own. A decision takes eight random bits, so rates are rounded to 1/256 and what is
 * kept is scaled by what the rounded rate asks for.
 */
export function dropoutMasks(masks: readonly DropoutMask[], rates: DropoutRates, sizes: Batch['sizes'], random: Random): Feeds {
  return Object.fromEntries(
    masks.map(({ name, part, shape }) => {
      const resolved = resolve(shape, sizes);
      const dropped = Math.round(rates[part] * 256);
      const kept = 256 / (256 - dropped);
      const data = new Float32Array(sizeOf(resolved));
      const bits = new Uint32Array(Math.ceil(data.length / 4));
      for (let at = 0; at < bits.length; at++) bits[at] = random.bits();
      const decisions = new Uint8Array(bits.buffer);
      for (let at = 0; at < data.length; at++) data[at] = (decisions[at] as number) < dropped ? 0 : kept;
      return [name, float32(resolved, data)];
    }),
  );
}
