// Packs the VSIX files: the extension for one platform, with the `fast` model; and the `accurate` model as an extension of its own.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { ROOT } from './children.mjs';
import { notices } from './notices.mjs';

/** Platforms that ONNX Runtime has a binary for, and the files that it needs there. */
const RUNTIME = {
  'linux-x64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'linux-arm64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'win32-x64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
  'win32-arm64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
  // Its package holds the library a second time, under its full version; the binding loads this one.
  'darwin-arm64': ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
};

/** @typedef {keyof typeof RUNTIME} Target */

/** All platforms that a VSIX can be packed for. */
export const TARGETS = /** @type {Target[]} */ (Object.keys(RUNTIME));

/** What a package of ours may hold, beside what vsce adds; anything else in it is a mistake. */
const ALLOWED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD_PARTY_NOTICES\.txt)$/,
  /^dist\/(extension|process|matching|cli)\.js$/,
  /^dist\/webview\/[\w.-]+\.(js|css|ttf)$/,
  /^media\/.+\.(svg|png|md|json|css)$/,
  /^docs\/check\.md$/,
  /^samples\/project\/[\w.-]+\.(txt|json)$/,
  /^models\/(fast|accurate)\/(manifest\.json|tokenizer\.json|[\w.-]+\.safetensors)$/,
  /^dist\/node_modules\/onnxruntime-(node|common)\/(package\.json|dist\/(cjs\/)?[\w-]+\.(js|json))$/,
  /^dist\/node_modules\/onnxruntime-node\/bin\/napi-v6\/[\w-]+\/[\w-]+\/[\w.-]+$/,
];

/** @returns {Target} this machine's */
export function thisTarget() {
  const found = TARGETS.find((target) => target === `${process.platform}-${process.arch}`);
  if (found === undefined)
    throw new Error(`ONNX Runtime has no binary for ${process.platform}-${process.arch}; pass --target, one of ${TARGETS.join(', ')}`);
  return found;
}

/**
 * @param {Target} target
 * @returns {string} where the extension's VSIX for this platform is put
 */
export function extensionFile(target) {
  return join(ROOT, 'out', `spangrid-${target}-${productManifest().version}.vsix`);
}

/** @returns {string} where the VSIX of the `accurate` model is put */
export function accurateFile() {
  return join(ROOT, 'out', `spangrid-accurate-${productManifest().version}.vsix`);
}

/**
 * Packs the extension for one platform. The bundles have to be there, built with `--meta`.
 * @param {Target} target
 */
export async function packExtension(target) {
  const stage = emptyStage(target);
  writeManifest(stage);
  for (const file of ['CHANGELOG.md', 'LICENSE', 'media', 'samples/project', 'docs/check.md']) copy(join(ROOT, file), join(stage, file));
  writeFileSync(join(stage, 'README.md'), readmeAlone());
  for (const file of ['extension.js', 'process.js', 'matching.js', 'cli.js']) copy(join(ROOT, 'dist', file), join(stage, 'dist', file));
  cpSync(join(ROOT, 'dist', 'webview'), join(stage, 'dist', 'webview'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  copyModel('fast', stage);
  copyRuntime(target, stage);
  writeFileSync(join(stage, 'THIRD_PARTY_NOTICES.txt'), notices());
  await pack(stage, extensionFile(target), target);
}

/**
 * Packs the `accurate` model: an extension without code and without platform, which the main one finds by its `spangrid.models`.
 */
export async function packAccurate() {
  const stage = emptyStage('accurate');
  const { publisher, version, license, engines } = productManifest();
  copyModel('accurate', stage);
  /** @type {{ trainedOn: { data: string, terms: string } }} */
  const model = JSON.parse(readFileSync(join(stage, 'models', 'accurate', 'manifest.json'), 'utf8'));
  const manifest = {
    ...{ name: 'spangrid-accurate', displayName: 'Spangrid: accurate model', publisher, version, license },
    description: 'The more accurate of the two models for Spangrid, which finds it by itself and prefers it.',
    engines: { vscode: engines.vscode },
    categories: ['Machine Learning'],
    icon: 'media/icon.png',
    extensionKind: ['workspace'],
    spangrid: { models: ['./models/accurate'] },
  };
  writeFileSync(join(stage, 'package.json'), JSON.stringify(manifest, null, 2));
  for (const file of ['LICENSE', 'media/icon.png']) copy(join(ROOT, file), join(stage, file));
  const readme = [
    '# Spangrid: accurate model',
    `${manifest.description} Install it beside the extension \`${publisher}.spangrid\`; it holds no code.`,
    `Trained on ${model.trainedOn.data}. Terms: ${model.trainedOn.terms}`,
  ];
  writeFileSync(join(stage, 'README.md'), readme.join('\n\n') + '\n');
  await pack(stage, accurateFile());
}

/**
 * @typedef {object} ProductManifest
 * @property {string} publisher
 * @property {string} version
 * @property {string} license
 * @property {{ vscode: string }} engines
 */

/** @returns {ProductManifest} */
function productManifest() {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}

/**
 * The manifest that is packed: the checkout's, without what only a checkout needs.
 * @param {string} stage
 */
function writeManifest(stage) {
  const development = ['private', 'scripts', 'dependencies', 'devDependencies'];
  const packed = Object.fromEntries(Object.entries(productManifest()).filter(([key]) => !development.includes(key)));
  writeFileSync(join(stage, 'package.json'), JSON.stringify(packed, null, 2));
}

/** @returns {string} the README for the extension's page, which shows no other file: without pictures, and with links as plain words */
function readmeAlone() {
  return readFileSync(join(ROOT, 'README.md'), 'utf8')
    .replaceAll(/!\[[^\]]*\]\([\w./-]+\)\n+/g, '')
    .replaceAll(/\[([^\]]+)\]\([\w./-]+\)/g, '$1');
}

/**
 * ONNX Runtime where the bundles in dist/ find it, with one platform's binary and without types and sources.
 * @param {Target} target
 * @param {string} stage
 */
function copyRuntime(target, stage) {
  const to = join(stage, 'dist', 'node_modules');
  const binary = join('onnxruntime-node', 'bin', 'napi-v6', ...target.split('-'));
  for (const folder of ['onnxruntime-node/dist', 'onnxruntime-common/dist/cjs']) {
    for (const file of readdirSync(join(ROOT, 'node_modules', folder))) {
      if (/\.(js|json)$/.test(file)) copy(join(ROOT, 'node_modules', folder, file), join(to, folder, file));
    }
  }
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    copy(join(ROOT, 'node_modules', name, 'package.json'), join(to, name, 'package.json'));
  }
  for (const file of RUNTIME[target]) copy(join(ROOT, 'node_modules', binary, file), join(to, binary, file));
}

/**
 * @param {string} name
 * @param {string} stage
 */
function copyModel(name, stage) {
  const folder = join(ROOT, 'models', name);
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`the model ${folder} is missing; restore it from git`);
  copy(folder, join(stage, 'models', name));
}

/**
 * @param {string} name
 * @returns {string} the folder in which a package is laid out
 */
function emptyStage(name) {
  const stage = join(ROOT, 'out', 'stage', name);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  copy(join(ROOT, '.vscodeignore'), join(stage, '.vscodeignore'));
  return stage;
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is missing, and the package needs it`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

/**
 * @param {string} stage
 * @param {string} file
 * @param {Target} [target]
 */
async function pack(stage, file, target) {
  const { createVSIX, listFiles, PackageManager } = await import('@vscode/vsce'); // needs Node 22
  const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
  const stray = files.filter((name) => !ALLOWED.some((pattern) => pattern.test(name)));
  if (stray.length > 0) throw new Error(`these files do not belong into a VSIX: ${stray.join(', ')}`);
  await createVSIX({
    ...{ cwd: stage, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false },
    ...(target === undefined ? {} : { target }),
  });
}
