import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { parseSafetensors } from '../../src/model/encoder/safetensors';
import { readManifest, readModelFolder } from '../../src/model/folder/folder';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spangrid-model-'));
  cpSync('models/fast', folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Json = Record<string, unknown>;

function change(how: (manifest: Json) => void): void {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Json;
  how(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

describe('a model folder', () => {
  it('is read whole, and says what it learned from and under which terms', async () => {
    const { manifest, weights } = await readModelFolder(folder);
    expect(manifest.name).toBe('fast');
    expect(Object.keys(manifest.schema.relations)).toEqual(manifest.options.relationTypes);
    expect(manifest.trainedOn.data).toContain('CoNLL04');
    expect(manifest.trainedOn.terms).toContain('research use');
    expect(weights.has('encoder.embeddings.word_embeddings.weight')).toBe(true);
  });

  it('keeps every file under 50 MB', async () => {
    for (const model of ['models/fast', 'models/accurate'])
      for (const { bytes } of Object.values((await readManifest(model)).files)) expect(bytes).toBeLessThan(50e6);
  });

  it('names both hashes of a file that was changed', async () => {
    const path = join(folder, 'head.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    writeFileSync(path, bytes);
    const { files } = await readManifest(folder);
    const error = readModelFolder(folder);
    await expect(error).rejects.toMatchObject({ code: 'model.damaged' });
    await expect(error).rejects.toThrow(files['head.safetensors']?.sha256);
  });

  it('names a file that is cut off, one that is missing, and a folder without a model', async () => {
    truncateSync(join(folder, 'encoder.safetensors'), 1000);
    await expect(readModelFolder(folder)).rejects.toThrow(/encoder\.safetensors is 1000 bytes long, not \d+/);
    rmSync(join(folder, 'encoder.safetensors'));
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'model.missing',
      message: expect.stringContaining('encoder.safetensors') as string,
    });
    rmSync(join(folder, 'manifest.json'));
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'model.missing',
      message: expect.stringContaining('spangrid.model') as string,
    });
  });

  it('asks for an update when the manifest is from a newer version', async () => {
    change((manifest) => (manifest['version'] = 2));
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'model.newerVersion',
      message: expect.stringContaining('Update Spangrid') as string,
    });
  });

  it('cannot name a file outside itself', async () => {
    change((manifest) => ((manifest['files'] as Json)['../outside.safetensors'] = { sha256: '0'.repeat(64), bytes: 1 }));
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'model.invalid' });
  });

  it('says where a manifest is wrong', async () => {
    change((manifest) => ((manifest['options'] as Json)['hidden'] = -1));
    await expect(readManifest(folder)).rejects.toThrow(/options\.hidden/);
    writeFileSync(join(folder, 'manifest.json'), '{"format":');
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'model.invalid' });
  });
});

describe('an encoder', () => {
  it('of another architecture is refused by name', () => {
    expect(() => encoderConfig({ model_type: 'roberta' })).toThrow(/"roberta"/);
  });
});

describe('a safetensors file', () => {
  it('that is cut off or no such file is refused', () => {
    const bytes = readFileSync('test/fixtures/tiny/bert/weights.safetensors');
    expect(() => parseSafetensors(bytes.subarray(0, 4), 'w')).toThrow(/shorter than a header/);
    expect(() => parseSafetensors(bytes.subarray(0, 100), 'w')).toThrow(/header is cut off/);
    expect(() => parseSafetensors(bytes.subarray(0, bytes.length - 4), 'w')).toThrow(/is cut off/);
    expect(() => parseSafetensors(Buffer.from('this is text and not a safetensors file'), 'w')).toThrow(
      /w is not a complete safetensors file/,
    );
  });
});
