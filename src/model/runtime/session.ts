import { availableParallelism } from 'node:os';
import type * as Runtime from 'onnxruntime-node';
import { messageOf, SpangridError } from '../../errors';
import type { Graph } from '../graph/graph';
import { serialise } from '../graph/serialise';
import type { ElementType, Tensor } from '../graph/tensor';

/** Execution providers, by the names that ONNX Runtime gives them. */
export const PROVIDERS = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What a run is fed and what it gives back, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** ONNX Runtime, loaded at first use: its native library is missing on some platforms, and then the reason must reach the person. */
async function runtime(): Promise<typeof Runtime> {
  // Since 1.29 its Linux and macOS builds send usage data to Microsoft and keep a device id on disk, unless this is set before it starts.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new SpangridError(
      'runtime.unavailable',
      `ONNX Runtime does not load on ${process.platform}-${process.arch} (${reasonOf(error)}). ` +
        'It has binaries for Linux with glibc (x64, arm64), Windows (x64, arm64) and Macs with Apple silicon: on those, reinstall Spangrid; ' +
        'on Intel Macs and musl systems (Alpine), open the folder in a remote or container window on a supported system.',
      { cause: error },
    );
  }
}

/** Version of ONNX Runtime that is in use. */
export async function runtimeVersion(): Promise<string> {
  return (await runtime()).env.versions.node ?? 'unknown';
}

/** A device that ONNX Runtime was built for here. Whether it starts is found out by starting it. */
export interface OfferedDevice {
  readonly device: Provider;
  /** Whether all that it needs comes with ONNX Runtime; else the machine must have the libraries (CUDA). */
  readonly isBundled: boolean;
}

/** The devices that ONNX Runtime was built for here. Errors: runtime.unavailable. */
export async function offeredDevices(): Promise<readonly OfferedDevice[]> {
  const { listSupportedBackends } = await runtime();
  const offered = listSupportedBackends();
  return PROVIDERS.flatMap((device) =>
    offered.filter(({ name }) => name === device).map(({ bundled }) => ({ device, isBundled: bundled })),
  );
}

function unavailable(provider: Provider, reason: string, options?: ErrorOptions): SpangridError {
  return new SpangridError(
    'device.unavailable',
    `The device ${provider} does not start here (${reason}). Choose "cpu" or "auto" (setting spangrid.device, option --device).`,
    options,
  );
}

export interface SessionOptions {
  /** For the CPU provider. ONNX Runtime's own choice is one a physical core, which leaves half of a virtual machine idle. */
  readonly threads?: number;
  /** Whether memory for what is between is kept for the next run: faster, where runs follow each other at once. */
  readonly keepsMemory?: boolean;
}

/** A graph made ready to run on one device. */
export class Session {
  readonly #session: Runtime.InferenceSession;
  readonly #Tensor: typeof Runtime.Tensor;

  private constructor(session: Runtime.InferenceSession, tensor: typeof Runtime.Tensor) {
    this.#session = session;
    this.#Tensor = tensor;
  }

  /** Compiles a graph. Errors: runtime.unavailable, device.unavailable (the provider does not start here), runtime.failed. */
  static async create(graph: Graph, provider: Provider = 'cpu', options: SessionOptions = {}): Promise<Session> {
    const { threads = availableParallelism(), keepsMemory = false } = options;
    const { InferenceSession, Tensor } = await runtime();
    // ONNX Runtime passes over a provider that it was not built with, and runs on the CPU as if nothing had been asked.
    const offered = (await offeredDevices()).map(({ device }) => device);
    if (!offered.includes(provider)) throw unavailable(provider, `ONNX Runtime has ${offered.join(', ')} on this system`);
    try {
      return new Session(
        await InferenceSession.create(serialise(graph), {
          executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
          intraOpNumThreads: threads,
          enableCpuMemArena: keepsMemory,
          // Sizes differ from run to run, and a layout of all memory would be kept for each.
          enableMemPattern: !keepsMemory,
          logSeverityLevel: 3,
          // Sessions share the cores one after the other: threads that spin while they wait would slow the next one down.
          extra: { session: { intra_op: { allow_spinning: '0' } } },
        }),
        Tensor,
      );
    } catch (error) {
      throw provider === 'cpu'
        ? new SpangridError('runtime.failed', `ONNX Runtime refused the model: ${reasonOf(error)}`, { cause: error })
        : unavailable(provider, reasonOf(error), { cause: error });
    }
  }

  /**
   * Runs the graph. The outputs are in ordinary memory, whatever the device. Errors: runtime.failed.
   * @param outputs memory that outputs of these names are written to, instead of to new memory
   */
  async run(feeds: Feeds, outputs: Feeds = {}): Promise<Record<string, Tensor>> {
    try {
      const tensors = (values: Feeds): Record<string, Runtime.Tensor> =>
        Object.fromEntries(
          Object.entries(values).map(([name, { type, shape, data }]) => [name, new this.#Tensor(type, data as Float32Array, shape)]),
        );
      const given = tensors(outputs);
      const fetches = Object.fromEntries(this.#session.outputNames.map((name) => [name, given[name] ?? null]));
      const fetched = await this.#session.run(tensors(feeds), fetches);
      return Object.fromEntries(
        Object.entries(fetched).map(([name, { type, dims, data }]) => [
          name,
          { type: type as ElementType, shape: dims, data: data as Float32Array },
        ]),
      );
    } catch (error) {
      throw new SpangridError('runtime.failed', `ONNX Runtime could not run the model: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Frees the memory of the session. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** The runtime's own reason, without the place in its source and what follows on further lines. */
function reasonOf(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n');
  return first.replace(/^\/onnxruntime_src\S* .*? was false\. /, '').trim();
}
