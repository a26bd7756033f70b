import { createHash } from 'node:crypto';
import { arch, cpus, hostname, platform } from 'node:os';
import type { Prediction, TablePrediction } from '../annotation/prediction';
import { messageOf, SpangridError } from '../errors';
import type { EngineClient } from './client';
import { type Device, DEVICES, type RealDevice } from './messages';

/** What was found out about a device; kept, so that the search runs once for a runtime, model and machine. */
export interface DeviceVerdict {
  readonly device: RealDevice;
  /** Whether it ran and gave the CPU's answers. A crash, an error and a time-out count as no. */
  readonly agrees: boolean;
  /** Median for the probe sentence; absent where it did not run. */
  readonly milliseconds?: number;
  /** Why not, in words. */
  readonly reason?: string;
}

/** The device that a setting names. Errors: device.unknown, listing the choices. */
export function parseDevice(value: unknown): Device {
  const found = DEVICES.find((device) => device === value);
  if (found !== undefined) return found;
  throw new SpangridError(
    'device.unknown',
    `There is no device ${JSON.stringify(value)}. Choose one of ${DEVICES.join(', ')} (setting spangrid.device).`,
  );
}

/** The devices beside the CPU that ONNX Runtime may have on a platform (as `process.platform` names it). */
export function candidateDevices(os: NodeJS.Platform): readonly RealDevice[] {
  if (os === 'darwin') return ['coreml', 'webgpu'];
  if (os === 'win32') return ['dml', 'webgpu'];
  return ['cuda', 'webgpu'];
}

/**
 * Names what a verdict holds for: this runtime, model and machine.
 * @param model identity of the model's content
 */
export function verdictKey(runtime: string, model: string): string {
  const machine = [platform(), arch(), hostname(), cpus()[0]?.model ?? ''];
  return createHash('sha256')
    .update(JSON.stringify([runtime, model, ...machine]))
    .digest('hex');
}

/** The fastest device that gave the CPU's answers. */
export function fastest(verdicts: readonly DeviceVerdict[]): RealDevice {
  const ran = verdicts.filter(({ agrees, milliseconds }) => agrees && milliseconds !== undefined);
  return ran.sort((a, b) => (a.milliseconds ?? 0) - (b.milliseconds ?? 0))[0]?.device ?? 'cpu';
}

/** The verdicts when a device has failed in use after it was chosen: a no. */
export function withFailure(verdicts: readonly DeviceVerdict[], device: RealDevice, reason: string): readonly DeviceVerdict[] {
  return verdicts.map((verdict) => (verdict.device === device ? { device, agrees: false, reason } : verdict));
}

/** Largest difference between two devices' probabilities that still counts as the same answer. */
const TOLERANCE = 0.01;
const WARM_UPS = 2;
const REPEATS = 5;
const PROBE =
  'Maria Alvarez , who was born in Valparaiso , joined the Lisbon office of Northwind Shipping in 1998 after eight years as a teacher in Bremen .'.split(
    ' ',
  );

/**
 * Tries each candidate on a probe sentence, in a process of its own, and compares it with the CPU.
 * @param folder the model's
 * @param cpu the client whose process answers people; it is asked between their requests
 * @param start makes a client with a process of its own, which is disposed of when its device is judged
 * Errors: whatever the CPU's own run names.
 */
export async function probeDevices(
  folder: string,
  candidates: readonly RealDevice[],
  cpu: EngineClient,
  start: () => EngineClient,
  signal?: AbortSignal,
): Promise<readonly DeviceVerdict[]> {
  const expected = await timed(cpu, folder, 'cpu', signal);
  const verdicts: DeviceVerdict[] = [{ device: 'cpu', agrees: true, milliseconds: expected.milliseconds }];
  for (const device of candidates) {
    const client = start();
    try {
      const found = await timed(client, folder, device, signal);
      const agrees = agree(expected.prediction, found.prediction);
      verdicts.push({ device, agrees, milliseconds: found.milliseconds, ...(agrees ? {} : { reason: "its answers are not the CPU's" }) });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      verdicts.push({ device, agrees: false, reason: messageOf(error) });
    } finally {
      client.dispose();
    }
  }
  return verdicts;
}

async function timed(
  client: EngineClient,
  folder: string,
  device: RealDevice,
  signal: AbortSignal | undefined,
): Promise<{ readonly prediction: TablePrediction; readonly milliseconds: number }> {
  const times: number[] = [];
  let prediction: Prediction | TablePrediction | undefined;
  for (let run = 0; run < WARM_UPS + REPEATS; run += 1) {
    const started = performance.now();
    const { predictions } = await client.extract({ folder, device }, [PROBE], { constraints: false, tables: true, signal });
    [prediction] = predictions;
    if (run >= WARM_UPS) times.push(performance.now() - started);
  }
  if (prediction === undefined || !('table' in prediction)) throw new SpangridError('runtime.failed', 'The probe sentence got no answer.');
  return { prediction, milliseconds: times.sort((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? 0 };
}

/** Whether two devices give the same mentions and relations, and nearly the same probabilities. */
function agree(a: TablePrediction, b: TablePrediction): boolean {
  const items = ({ mentions, relations }: Prediction): string =>
    JSON.stringify([
      mentions.map(({ type, startToken, endToken }) => [type, startToken, endToken]),
      relations.map(({ type, head, tail }) => [type, head, tail]),
    ]);
  const near = (x: Float32Array, y: Float32Array): boolean =>
    x.length === y.length && x.every((value, index) => Math.abs(value - (y[index] ?? NaN)) <= TOLERANCE);
  return items(a) === items(b) && near(a.table.diagonal, b.table.diagonal) && near(a.table.upper, b.table.upper);
}
