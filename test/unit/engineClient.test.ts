import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineClient } from '../../src/engine/client';

const processPath = fileURLToPath(new URL('../fixtures/engine/fakeProcess.mjs', import.meta.url));
const model = { folder: 'tiny', device: 'cpu' } as const;
const plain = { constraints: true, tables: false };

let client: EngineClient;
let log: string[];
let timeLimit: number;

beforeEach(() => {
  log = [];
  timeLimit = 10_000;
  client = new EngineClient({ processPath, timeLimit: () => timeLimit, log: (line) => log.push(line) });
});
afterEach(() => {
  client.dispose();
});

const extract = async (
  first: string,
  options: { signal?: AbortSignal; tables?: boolean; onProgress?: (done: number, total: number) => void } = {},
) => (await client.extract(model, [[first, 'lives']], { ...plain, ...options })).predictions;
const processOf = async (first = 'Bob'): Promise<number> => Number((await extract(first))[0]!.mentions[0]!.type.split(' ')[0]);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the model process', () => {
  test('starts at the first request, and loads the model that the request names', async () => {
    expect(client.processId).toBeUndefined();
    const [prediction] = await extract('Bob');
    expect(prediction?.mentions[0]?.type).toBe(`${String(client.processId)} tiny cpu`);
    expect(client.state.loaded?.name).toBe('tiny');
  });

  test('is one process for many requests, answered in order', async () => {
    const processes = await Promise.all([processOf(), processOf(), processOf()]);
    expect(new Set(processes).size).toBe(1);
  });

  test('changes the model when a request names another', async () => {
    await extract('Bob');
    const { model: used, predictions } = await client.extract({ folder: 'other', device: 'webgpu' }, [['Bob']], plain);
    expect(predictions[0]?.mentions[0]?.type).toMatch(/ other webgpu$/);
    expect(used).toMatchObject({ name: 'other', device: 'webgpu' });
  });

  test('splits a text into sentences without a model', async () => {
    expect(await client.segment('Bob lives.', 'words')).toEqual([{ startChar: 0, endChar: 10, tokens: [{ startChar: 0, endChar: 3 }] }]);
    expect(client.state.loaded).toBeUndefined();
  });

  test('sends tables as typed arrays', async () => {
    const [prediction] = await extract('Bob', { tables: true });
    expect(prediction).toHaveProperty('table.diagonal', new Float32Array([1, 1]));
  });

  test('says which file of a model is damaged, and works on', async () => {
    await expect(client.load({ folder: 'damaged', device: 'cpu' })).rejects.toMatchObject({
      code: 'model.damaged',
      message: expect.stringContaining('encoder.safetensors') as string,
    });
    await expect(extract('Bob')).resolves.toHaveLength(1);
  });

  test('ends when the client is disposed of', async () => {
    const pid = await processOf();
    client.dispose();
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect(extract('Bob')).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('leaves what waits in the queue cancelled when the client is disposed of', async () => {
    const requests = [extract('SLOW'), extract('Bob')].map((request) => expect(request).rejects.toMatchObject({ code: 'cancelled' }));
    client.dispose();
    await Promise.all(requests);
  });
});

describe('a crash', () => {
  test('fails the request that was being worked on; those that wait get their answer from a new process', async () => {
    const first = await processOf();
    const crashing = expect(extract('CRASH')).rejects.toMatchObject({ code: 'engine.crashed' });
    const waiting = processOf();
    await crashing;
    expect(await waiting).not.toBe(first);
  });

  test('is survived when the process is killed from outside while busy', async () => {
    await extract('Bob');
    const busy = extract('SLOW', { onProgress: () => process.kill(client.processId!, 'SIGKILL') });
    await expect(busy).rejects.toMatchObject({ code: 'engine.crashed' });
    await expect(extract('Bob')).resolves.toHaveLength(1);
  });

  test('is survived three times; the fourth needs a person', async () => {
    for (let crash = 0; crash < 4; crash += 1) await expect(extract('CRASH')).rejects.toMatchObject({ code: 'engine.crashed' });
    await expect(extract('Bob')).rejects.toMatchObject({
      code: 'engine.crashed',
      message: expect.stringContaining('Restart Model') as string,
    });
    client.restart();
    await expect(extract('Bob')).resolves.toHaveLength(1);
  });

  test('is forgiven when the time for counting has passed', async () => {
    client.dispose();
    client = new EngineClient({ processPath, timeLimit: () => timeLimit, log: () => undefined, restarts: { limit: 0, withinMs: 60 } });
    await expect(extract('CRASH')).rejects.toMatchObject({ code: 'engine.crashed' });
    await expect
      .poll(() =>
        extract('Bob').then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('answered');
  });
});

describe('the time limit', () => {
  test('kills a process that does not answer; the next request works', async () => {
    const pid = await processOf();
    timeLimit = 150;
    await expect(extract('HANG')).rejects.toMatchObject({
      code: 'engine.timeout',
      message: expect.stringContaining('spangrid.timeLimit') as string,
    });
    expect(isAlive(pid)).toBe(false);
    timeLimit = 10_000;
    await expect(extract('Bob')).resolves.toHaveLength(1);
  });

  test('counts from the last sign of life: long work that reports progress is left alone', async () => {
    await extract('Bob');
    timeLimit = 2500; // the whole takes 3000 ms at least
    let reports = 0;
    await expect(extract('SLOWER', { onProgress: () => (reports += 1) })).resolves.toHaveLength(1);
    expect(reports).toBe(10);
  });
});

describe('cancelling', () => {
  test('ends a request at once and keeps the process', async () => {
    const pid = await processOf();
    const controller = new AbortController();
    const cancelled = extract('SLOW', {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await processOf()).toBe(pid);
  });

  test('takes a waiting request out of the queue', async () => {
    await extract('Bob');
    const controller = new AbortController();
    const busy = extract('SLOW');
    const waiting = extract('CRASH', { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(busy).resolves.toHaveLength(1);
    expect(client.state.pending).toBe(0);
  });

  test('does not take the late answer of a cancelled request for the answer to the next', async () => {
    await extract('Bob');
    const controller = new AbortController();
    const late = extract('LATE', { signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(late).rejects.toMatchObject({ code: 'cancelled' });
    const { predictions } = await client.extract(model, [['a'], ['b'], ['c']], plain);
    expect(predictions).toHaveLength(3);
  });
});
