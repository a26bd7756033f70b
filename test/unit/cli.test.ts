import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { columns, displayWidth } from '../../src/cli/columns';
import { fittedExponent, spreadOf } from '../../src/cli/statistics';
import { CLI, changedModel, spangrid, temporaryFolder, textFile } from './cliProcess';

const COMMANDS = ['extract', 'predict', 'eval', 'info', 'bench'];

describe('the command line', () => {
  it('lists its commands, and says of each how it is called', async () => {
    const { code, stdout } = await spangrid(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) {
      expect(stdout).toContain(`\n  ${name} `);
      const help = await spangrid([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(new RegExp(`^spangrid ${name} `));
      expect(help.stdout).toContain('--model');
    }
  });

  it('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await spangrid(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [[], 'spangrid COMMAND'],
    [['frobnicate'], 'There is no command "frobnicate". Choose one of: extract, predict, eval, train, '],
    [['extract', '--frobnicate'], "Unknown option '--frobnicate'"],
    [['extract', '--model'], "Option '--model <value>' argument missing"],
    [['info', 'stray'], '"stray" is no option'],
    [['eval'], '--data'],
    [['predict'], '--data'],
    [['extract', '-', '--format', 'xml'], 'Choose one of: table, jsonl, conll04, spert'],
    [['extract', '-', '--threshold', '1.5'], '--threshold must be a number from 0 to 1'],
    [['extract', '-', '--threshold', ''], '--threshold must be a number from 0 to 1'],
    [['bench', '--repeat', '0'], '--repeat must be a whole number from 1'],
  ])('refuses %j with exit code 2', async (words, message) => {
    const { code, stdout, stderr } = await spangrid(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it.each(['gpu', 'CPU', ''])('lists the devices when --device is "%s"', async (device) => {
    const { code, stderr } = await spangrid(['extract', '-', '--device', device], { input: 'Bob lives in Rome.' });
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no device "${device}". Choose one of: auto, cpu, webgpu, dml, coreml, cuda`);
  });

  it('says of a device that does not start here what to choose', async () => {
    const device = process.platform === 'win32' ? 'coreml' : 'dml';
    const { code, stdout, stderr } = await spangrid(['extract', '-', '--model', 'fast', '--device', device], {
      input: 'Bob lives in Rome.',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`The device ${device} does not start here`);
    expect(stderr).toContain('Choose "cpu" or "auto"');
  });
});

describe('a model that cannot be used', () => {
  const manifest = JSON.parse(readFileSync('models/fast/manifest.json', 'utf8')) as { files: Record<string, { sha256: string }> };
  const encoder = readFileSync('models/fast/encoder.safetensors');
  const tampered = Buffer.from(encoder);
  tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1;

  it.each([
    ['no such model', () => 'nowhere', ['There is no model "nowhere"', 'fast']],
    ['no manifest', () => changedModel({ 'manifest.json': undefined }), ['manifest.json']],
    ['a missing file', () => changedModel({ 'head.safetensors': undefined }), ['head.safetensors is missing', 'Get the model again']],
    [
      'a file that is cut off',
      () => changedModel({ 'encoder.safetensors': encoder.subarray(0, 1000) }),
      ['encoder.safetensors is 1000 bytes long', 'Get the model again'],
    ],
    [
      'a file that was changed',
      () => changedModel({ 'encoder.safetensors': tampered }),
      ['encoder.safetensors is not what the manifest says', manifest.files['encoder.safetensors']!.sha256, 'Get the model again'],
    ],
    [
      'a manifest of a newer version',
      () => changedModel({ 'manifest.json': JSON.stringify({ ...manifest, version: 99 }) }),
      ['version 99', 'Update Spangrid'],
    ],
    ['a manifest that is no JSON', () => changedModel({ 'manifest.json': '{"format":' }), ['manifest.json is not valid JSON']],
  ])('%s: exit code 2, and a message that names it', async (_, model, messages) => {
    const { code, stdout, stderr } = await spangrid(['extract', '-', '--model', model()], { input: 'Bob lives in Rome.' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const message of messages) expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('info', () => {
  it('says what the model is, what it learned from, under which terms, how well, and which devices there are', async () => {
    const { code, stdout } = await spangrid(['info', '--model', 'fast']);
    expect(code).toBe(0);
    for (const part of ['CoNLL04', 'research use', 'Work_For (Peop → Org)', 'Loc, Org, Peop, Other', 'ONNX Runtime 1.']) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/^devices +cpu/m);
    // How well it does on the test set, as it is shipped.
    expect(stdout).toMatch(/^conll04, as shipped.*: test +8\d\.\d+ +6\d\.\d+ +6\d\.\d+$/m);
  });

  it('says it as JSON', async () => {
    const { stdout } = await spangrid(['info', '--model', 'models/fast', '--json']);
    const all = JSON.parse(stdout) as { model: { name: string; trainedOn: { terms: string } }; devices: unknown[]; versions: unknown };
    expect(all.model.name).toBe('fast');
    expect(all.model.trainedOn.terms).toContain('research use');
    expect(all.devices).toContainEqual({ device: 'cpu', isBundled: true });
    expect(all.versions).toMatchObject({ node: process.versions.node });
  });
});

describe('inside an installed extension', () => {
  /** Extensions side by side, as VS Code lays them out; ours without ONNX Runtime, which no other folder above it has. */
  function extensions(): string {
    const folder = temporaryFolder();
    const extension = (name: string, models: readonly string[]): string => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ name, spangrid: { models } }));
      return join(folder, name);
    };
    mkdirSync(join(extension('spangrid.spangrid-0.1.0', []), 'dist'));
    cpSync(CLI, join(folder, 'spangrid.spangrid-0.1.0', 'dist', 'cli.js'));
    const brought = extension('someone.model-2.0.0', ['./models/theirs', '../../outside']);
    mkdirSync(join(brought, 'models'));
    symlinkSync(resolve('models/fast'), join(brought, 'models', 'theirs'));
    symlinkSync(resolve('models/fast'), join(folder, 'outside'));
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'package.json'), '{');
    return join(folder, 'spangrid.spangrid-0.1.0', 'dist', 'cli.js');
  }

  it('finds the models that the extensions beside it bring, and none outside of them', async () => {
    const { code, stdout } = await spangrid(['info', '--json'], { cli: extensions() });
    expect(code).toBe(0);
    const { installed } = JSON.parse(stdout) as { installed: { name: string }[] };
    expect(installed.map(({ name }) => name)).toEqual(['theirs']);
  });

  it('names the platform where ONNX Runtime does not load', async () => {
    const { code, stdout, stderr } = await spangrid(['extract', '-', '--model', 'theirs'], {
      cli: extensions(),
      input: 'Bob lives in Rome.',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`ONNX Runtime does not load on ${process.platform}-${process.arch}`);
    expect(stderr).toContain('reinstall Spangrid');
  });
});

describe('bench', () => {
  it('measures every part, the starts, memory and growth', async () => {
    const data = textFile('data.json', '[{"tokens":["Bob","lives","in","Rome","."],"entities":[],"relations":[]}]');
    const { code, stdout, stderr } = await spangrid(['bench', '--model', 'fast', '--data', data, '--repeat', '1', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    const positive = expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0) as number;
    const spread = { median: positive, p95: positive, count: 1 };
    expect(report['data']).toMatchObject({ name: data, sentences: 1, words: 5 });
    for (const part of ['tokenizer', 'encoder', 'head', 'decoding', 'all']) expect(report['sentence']![part]).toMatchObject(spread);
    expect(report['coldStart']).toMatchObject({ commandLine: spread, modelProcess: spread });
    if (process.platform === 'linux') expect(report['peakMemory']).toMatchObject({ first: positive, all: positive, longest: positive });
    const lengths = report['growth']!['lengths'] as { words: number }[];
    expect(lengths.map(({ words }) => words)).toEqual([8, 16, 32, 64, 128, 256]);
    expect(report['growth']!['headExponent']).toEqual(positive);
    const parts = { encoder: positive, head: positive };
    expect(report['operations']).toEqual({ mean: parts, paper: parts });
    expect(report['yardstick']).toMatchObject({ gigaflops: positive });
  });
});

describe('statistics', () => {
  test('median and 95th percentile', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, p95: 3, count: 3 });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
    expect(spreadOf(Array.from({ length: 100 }, (_, index) => 100 - index)).p95).toBe(95);
  });

  test('the exponent of any power law is found', () => {
    const positive = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: -2, max: 3, noNaN: true }), (factor, exponent) => {
        const points = [16, 32, 64, 256].map((x) => [x, factor * x ** exponent] as const);
        expect(fittedExponent(points)).toBeCloseTo(exponent, 6);
      }),
    );
  });
});

describe('columns', () => {
  test('count what a terminal shows', () => {
    expect(['Rome', '東京', '👩‍👩‍👧', 'e\u0301', 'עברית'].map(displayWidth)).toEqual([4, 4, 2, 1, 5]);
  });

  test('align text at its start and numbers at their end', () => {
    const rows = [
      ['東京', '1.0'],
      ['Rome', '10.0'],
    ];
    expect(columns(rows, 1)).toBe('東京   1.0\nRome  10.0');
  });
});
