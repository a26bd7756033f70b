import { arch, platform } from 'node:os';
import { version } from '../../package.json';
import { messageOf, SpangridError } from '../errors';
import { readManifest } from '../model/folder/folder';
import type { Manifest } from '../model/folder/manifest';
import { offeredDevices, runtimeVersion, type OfferedDevice } from '../model/runtime/session';
import { columns } from './columns';
import { command } from './command';
import { installedModels, modelFolder } from './models';
import { MODEL_OPTIONS } from './modelOptions';
import { wordsOf } from './trainOptions';

/** What is installed, and what a model says of itself. */
export const info = command({
  name: 'info',
  summary: 'says what a model is, what it learned from and how well, and which devices there are',
  usage: '[OPTION...]',
  takesWords: false,
  options: { model: MODEL_OPTIONS.model, json: { type: 'boolean', help: 'print it as JSON' } },
  notes: [],
  async run({ model, json = false }, _words, terminal) {
    const folder = await modelFolder(model);
    const manifest = await readManifest(folder);
    const installed = await installedModels();
    const runtime = await describeRuntime();
    const versions = { spangrid: version, node: process.versions.node, onnxruntime: runtime.version, platform: `${platform()}-${arch()}` };
    if (json) {
      const { encoder, files, ...rest } = manifest;
      const all = {
        model: { folder, ...rest, encoder: encoder.model_type, bytes: bytesOf(files), trainedWith: trainedWith(manifest) },
        installed,
        devices: runtime.devices,
        problem: runtime.problem,
        versions,
      };
      terminal.print(`${JSON.stringify(all, undefined, 1)}\n`);
      return 0;
    }
    const rows = [
      ...describeModel(manifest, folder),
      ['', ''],
      ['installed', installed.map((one) => `${one.name} (${one.folder})`).join(', ')],
      ['devices', runtime.problem ?? runtime.devices.map(describeDevice).join(', ')],
      ['versions', `Spangrid ${version}, ONNX Runtime ${runtime.version ?? 'not loaded'}, Node ${versions.node} on ${versions.platform}`],
    ];
    terminal.print(`${columns(rows)}\n\n${scoreTable(manifest)}\n`);
    return 0;
  },
});

/** Which devices ONNX Runtime offers, or why it doesn't load. */
async function describeRuntime(): Promise<{
  readonly devices: readonly OfferedDevice[];
  readonly version?: string;
  readonly problem?: string;
}> {
  try {
    return { devices: await offeredDevices(), version: await runtimeVersion() };
  } catch (error) {
    if (error instanceof SpangridError) return { devices: [], problem: messageOf(error) };
    throw error;
  }
}

function describeDevice({ device, isBundled }: OfferedDevice): string {
  return isBundled ? device : `${device} (where its own libraries are installed)`;
}

function describeModel(manifest: Manifest, folder: string): string[][] {
  const { name, licence, encoder, options, schema, files, trainedOn } = manifest;
  const words = trainedWith(manifest);
  const types = (admitted: readonly string[]): string => (admitted.length === 0 ? 'any' : admitted.join('/'));
  const relations = Object.entries(schema.relations).map(([type, { head, tail }]) => `${type} (${types(head)} → ${types(tail)})`);
  return [
    ['model', `${name} (${folder})`],
    ['size', `${(bytesOf(files) / 1e6).toFixed(1)} MB`],
    ['encoder', `${encoder.model_type}, first ${options.layers} layers, width ${encoder.hidden_size}`],
    ['entities', Object.keys(schema.entities).join(', ')],
    ['relations', relations.join(', ')],
    ['learned from', trainedOn.data],
    ...(trainedOn.from === undefined ? [] : [['started from', trainedOn.from]]),
    ...(words === undefined ? [] : [['trained with', words.length === 0 ? 'the defaults of spangrid train' : words.join(' ')]]),
    ['terms', trainedOn.terms],
    ['licence', licence],
  ];
}

/** Words of `spangrid train`, where it made the model: what differs from the defaults. */
function trainedWith({ trainedOn: { settings, from = '' }, options, encoder }: Manifest): readonly string[] | undefined {
  if (settings === undefined) return undefined;
  const isNew = !from.startsWith('model ');
  return wordsOf(settings, isNew ? { options, encoderLayers: encoder.num_hidden_layers } : undefined);
}

function bytesOf(files: Manifest['files']): number {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** F1 by data set and split. */
function scoreTable({ metrics }: Manifest): string {
  const rows = Object.entries(metrics).flatMap(([data, splits]) =>
    Object.entries(splits).map(([split, scores]) => [
      `${data}: ${split}`,
      scores.ner.toFixed(2),
      scores.re.toFixed(2),
      scores['re+'].toFixed(2),
    ]),
  );
  return columns([['F1 in percent', 'NER', 'RE', 'RE+'], ...rows], 1);
}
