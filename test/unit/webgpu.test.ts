import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { Encoder } from '../../src/model/encoder/encoder';
import { parseSafetensors } from '../../src/model/encoder/safetensors';
import { Weights } from '../../src/model/encoder/weights';
import { Head, type ShapedSentence } from '../../src/model/table/head';
import type { TableLogits } from '../../src/model/table/logits';
import { spangrid, temporaryFolder } from './cliProcess';
import { expectSuccess, sentences, task } from './tinyTraining';

// SwiftShader's Vulkan driver comes with Debian's chromium: a GPU in software, slow and exact enough for a tiny model.
const driver = ['/usr/lib/chromium/vk_swiftshader_icd.json'].find(existsSync);
const loader = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';
const possible = driver !== undefined && existsSync(loader) && process.platform === 'linux' && process.arch === 'x64';

async function table(provider: 'cpu' | 'webgpu'): Promise<TableLogits[]> {
  const folder = 'test/fixtures/tiny/mpnet';
  const reference = JSON.parse(readFileSync(`${folder}/case-tau1.json`, 'utf8')) as {
    encoder: unknown;
    sentences: { inputIds: number[]; subwordRanges: [number, number][]; wordShapes: number[] }[];
  };
  const weights = new Weights(parseSafetensors(readFileSync(`${folder}/weights.safetensors`), 'weights.safetensors'));
  const encoder = await Encoder.open(encoderConfig(reference.encoder), weights, 2, provider, 'float32');
  const head = await Head.open(
    {
      layers: 2,
      hidden: 12,
      convolutions: 2,
      experts: 4,
      routerTemperature: 1,
      wordShapeWidth: 8,
      normalisation: 'none',
      distance: false,
      biaffine: false,
      entityLabelsFrom: 'layer1-diagonal',
      entityTypes: ['A', 'B'],
      relationTypes: ['P', 'Q'],
    },
    weights,
    24,
    provider,
    'float32',
  );
  const tables: TableLogits[] = [];
  for (const { inputIds, subwordRanges, wordShapes } of reference.sentences) {
    const sentence: ShapedSentence = { inputIds, ranges: subwordRanges, wordShapes };
    tables.push(await head.table(sentence, await encoder.encode(sentence)));
  }
  return tables;
}

beforeEach((context) => {
  context.skip(!possible, "there is no software Vulkan driver (Debian's packages chromium and libvulkan1) on linux-x64");
  process.env['VK_ICD_FILENAMES'] = driver;
  process.env['XDG_RUNTIME_DIR'] ??= temporaryFolder();
});

describe('the WebGPU provider on a software Vulkan driver', () => {
  it("gives the CPU's answers on the tiny model", async () => {
    const [cpu, gpu] = [await table('cpu'), await table('webgpu')];
    expect(gpu).toHaveLength(cpu.length);
    cpu.forEach(({ diagonal, upper }, at) => {
      diagonal.forEach((value, index) => {
        expect(gpu[at]?.diagonal[index]).toBeCloseTo(value, 4);
      });
      upper.forEach((value, index) => {
        expect(gpu[at]?.upper[index]).toBeCloseTo(value, 4);
      });
    });
  });

  it('learns from the same losses as the CPU, and the model says where it was trained', async () => {
    const { folder, words } = task();
    // The driver takes a second for what a graphics card does in no time.
    writeFileSync(join(folder, 'train.json'), JSON.stringify(sentences(16, 1)));
    writeFileSync(join(folder, 'dev.json'), JSON.stringify(sentences(2, 2)));
    const losses = async (device: string): Promise<readonly number[]> => {
      expectSuccess(await spangrid(words(device, '--device', device, '--epochs', '2', '--evaluate-every', '2')));
      const log = readFileSync(join(folder, device, 'training', 'log.jsonl'), 'utf8')
        .trimEnd()
        .split('\n');
      const events = log.map((line) => JSON.parse(line) as { event: string; loss: number });
      return events.filter(({ event }) => event === 'step').map(({ loss }) => loss);
    };
    const [cpu, gpu] = [await losses('cpu'), await losses('webgpu')];
    expect(gpu).toHaveLength(4);
    gpu.forEach((loss, step) => {
      expect(Math.abs(loss / (cpu[step] ?? NaN) - 1)).toBeLessThan(0.01);
    });
    const { stdout } = await spangrid(['info', '--model', join(folder, 'webgpu'), '--json']);
    expect((JSON.parse(stdout) as { model: { trainedWith: string[] } }).model.trainedWith.join(' ')).toContain('--device webgpu');
  });
});
