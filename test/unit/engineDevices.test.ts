import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineClient } from '../../src/engine/client';
import { candidateDevices, fastest, parseDevice, probeDevices, verdictKey, withFailure } from '../../src/engine/devices';

const processPath = fileURLToPath(new URL('../fixtures/engine/fakeProcess.mjs', import.meta.url));
const clients: EngineClient[] = [];
const start = (): EngineClient => {
  const client = new EngineClient({ processPath, timeLimit: () => 60_000, log: () => undefined });
  clients.push(client);
  return client;
};
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});

describe('the device that a setting names', () => {
  test('is one of the known', () => {
    expect(parseDevice('webgpu')).toBe('webgpu');
  });

  test.each(['gpu', '', undefined, 7])('is refused with the choices when it is %j', (value) => {
    expect(() => parseDevice(value)).toThrow(
      expect.objectContaining({
        code: 'device.unknown',
        message: expect.stringContaining('auto, cpu, webgpu, dml, coreml, cuda') as string,
      }),
    );
  });
});

describe('auto', () => {
  test('tries what the platform can have, never the CPU against itself', () => {
    expect(candidateDevices('darwin')).toContain('coreml');
    expect(candidateDevices('win32')).toContain('dml');
    expect(candidateDevices('linux')).toContain('webgpu');
    for (const os of ['darwin', 'win32', 'linux'] as const) expect(candidateDevices(os)).not.toContain('cpu');
  });

  test('keeps the fastest that agrees, and the CPU where none does', () => {
    const cpu = { device: 'cpu', agrees: true, milliseconds: 20 } as const;
    expect(fastest([cpu, { device: 'webgpu', agrees: true, milliseconds: 8 }])).toBe('webgpu');
    expect(fastest([cpu, { device: 'webgpu', agrees: true, milliseconds: 90 }])).toBe('cpu');
    expect(fastest([cpu, { device: 'webgpu', agrees: false, milliseconds: 1 }])).toBe('cpu');
  });

  test('gives up a device that fails in use', () => {
    const verdicts = [
      { device: 'cpu', agrees: true, milliseconds: 20 },
      { device: 'webgpu', agrees: true, milliseconds: 8 },
    ] as const;
    expect(fastest(withFailure(verdicts, 'webgpu', 'crashed'))).toBe('cpu');
  });

  test('remembers by runtime and model', () => {
    expect(verdictKey('1.30.0', 'a')).toBe(verdictKey('1.30.0', 'a'));
    expect(verdictKey('1.30.0', 'a')).not.toBe(verdictKey('1.31.0', 'a'));
    expect(verdictKey('1.30.0', 'a')).not.toBe(verdictKey('1.30.0', 'b'));
  });
});

describe('a probe', () => {
  // The fake process answers: webgpu as the CPU, coreml something else; cuda does not start; dml ends the process.
  test('judges each device in a process of its own; errors and crashes are a no', async () => {
    const cpu = start();
    await cpu.load({ folder: 'probed', device: 'cpu' });
    const pid = cpu.processId;
    const verdicts = await probeDevices('probed', ['webgpu', 'coreml', 'cuda', 'dml'], cpu, start);
    expect(verdicts.map(({ device, agrees }) => [device, agrees])).toEqual([
      ['cpu', true],
      ['webgpu', true],
      ['coreml', false],
      ['cuda', false],
      ['dml', false],
    ]);
    expect(verdicts[2]?.reason).toContain("not the CPU's");
    expect(verdicts[3]?.reason).toContain('does not start here');
    expect(verdicts[4]?.reason).toContain('ended in the middle of its work');
    expect(cpu.processId).toBe(pid);
    expect(clients).toHaveLength(5);
  });

  test('ends with the window', async () => {
    const controller = new AbortController();
    const probing = probeDevices('probed', ['webgpu'], start(), start, controller.signal);
    controller.abort();
    await expect(probing).rejects.toMatchObject({ code: 'cancelled' });
  });
});
