import { existsSync, mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { Encoder } from '../../src/model/encoder/encoder';
import { parseSafetensors } from '../../src/model/encoder/safetensors';
import { Weights } from '../../src/model/encoder/weights';
import { Head, type ShapedSentence } from '../../src/model/table/head';
import type { TableLogits } from '../../src/model/table/logits';

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
});

describe('the WebGPU provider on a software Vulkan driver', () => {
  it("gives the CPU's answers on the tiny model", async () => {
    process.env['VK_ICD_FILENAMES'] = driver;
    const own = mkdtempSync(join(tmpdir(), 'spangrid-xdg-'));
    onTestFinished(() => {
      rmSync(own, { recursive: true, force: true });
    });
    process.env['XDG_RUNTIME_DIR'] ??= own;
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
});
