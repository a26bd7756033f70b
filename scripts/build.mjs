// Bundles the programs: extension, model process, command line, and the pages that webviews show.
// `node scripts/build.mjs [--quiet] [--watch] [--meta] [NAME ...]`; `--meta` writes what went into each bundle to out/meta/NAME.json.
// The name `tests` bundles what runs inside the extension host for the extension tests.
import { readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { build, context } from 'esbuild';
import { ROOT } from './children.mjs';

/** @type {import('esbuild').BuildOptions} */
const shared = { bundle: true, minify: true, sourcemap: true, logLevel: 'warning', absWorkingDir: ROOT };
/** @type {import('esbuild').BuildOptions} */
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };
/** @type {Record<string, import('esbuild').BuildOptions>} */
const product = {
  extension: { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  process: { ...node, entryPoints: ['src/engine/process.ts'], outfile: 'dist/process.js', external: ['onnxruntime-node'] },
  matching: { ...node, entryPoints: ['src/engine/matchingThread.ts'], outfile: 'dist/matching.js' },
  cli: {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    external: ['onnxruntime-node'],
    banner: { js: '#!/usr/bin/env node' },
  },
  webview: {
    ...shared,
    platform: 'browser',
    target: 'chrome120',
    format: 'iife',
    entryPoints: ['table', 'types', 'graph', 'statistics', 'compare'].map((page) => `src/webview/${page}.ts`),
    outdir: 'dist/webview',
  },
};
const extensionTests = readdirSync(join(ROOT, 'test', 'extension')).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
/** @type {Record<string, import('esbuild').BuildOptions>} */
const programs = {
  ...product,
  tests: {
    ...node,
    minify: false,
    entryPoints: extensionTests.map((name) => `test/extension/${name}`),
    outdir: 'out/test',
    external: ['vscode', 'mocha', 'onnxruntime-node'],
  },
};

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const started = Date.now();
const chosen = Object.entries(programs).filter(([name]) => (names.length > 0 ? names : Object.keys(product)).includes(name));
const unknown = names.find((name) => !(name in programs));
if (unknown !== undefined) throw new Error(`no program is called ${unknown}; there are ${Object.keys(programs).join(', ')}`);
// The extension host runs every test that lies there.
if (names.includes('tests')) await rm(join(ROOT, 'out', 'test'), { recursive: true, force: true });
await Promise.all(
  chosen.map(async ([name, options]) => {
    if (words.includes('--watch')) return (await context(options)).watch();
    const { metafile } = await build({ ...options, metafile: true });
    if (!words.includes('--meta')) return;
    await mkdir(join(ROOT, 'out', 'meta'), { recursive: true });
    await writeFile(join(ROOT, 'out', 'meta', `${name}.json`), JSON.stringify(metafile));
  }),
);
if (chosen.some(([name]) => name === 'cli') && !words.includes('--watch')) await chmod(join(ROOT, 'dist', 'cli.js'), 0o755);
if (!words.includes('--quiet')) console.log(`built ${chosen.map(([name]) => name).join(', ')} in ${Date.now() - started} ms`);
