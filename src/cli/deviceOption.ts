import { SpangridError } from '../errors';
import { PROVIDERS, type Provider } from '../model/runtime/session';

/** The option by which commands choose where a model runs or is trained. */
export const DEVICE_OPTION = {
  type: 'string',
  value: 'DEVICE',
  help: `auto, ${PROVIDERS.join(', ')} (default: auto, which here is cpu)`,
} as const;

/** The device that an option names. Errors: device.unknown, listing the choices. */
export function parseDevice(name = 'auto'): Provider {
  if (name === 'auto') return 'cpu';
  const found = PROVIDERS.find((provider) => provider === name);
  if (found !== undefined) return found;
  throw new SpangridError('device.unknown', `There is no device "${name}". Choose one of: auto, ${PROVIDERS.join(', ')} (--device).`);
}
