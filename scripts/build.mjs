// Bundles the four programs: extension, model process, command line, webview. `node scripts/build.mjs [--quiet] [--watch] [NAME ...]`
import { chmod } from 'node:fs/promises';
import process from 'node:process';
import { context, build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const node = { platform: 'node', target: 'node20', format: 'cjs', bundle: true, minify: true, sourcemap: true, logLevel: 'warning', absWorkingDir: root };
const programs = {
  extension: { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  process: { ...node, entryPoints: ['src/engine/process.ts'], outfile: 'dist/process.js', external: ['onnxruntime-node'] },
  cli: { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js', external: ['onnxruntime-node'], banner: { js: '#!/usr/bin/env node' } },
  webview: {
    ...node,
    platform: 'browser',
    target: 'chrome120',
    format: 'iife',
    entryPoints: ['src/webview/table.ts'],
    outfile: 'dist/webview/table.js',
    loader: { '.ttf': 'file' },
  },
};

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.find((name) => !(name in programs));
if (unknown !== undefined) throw new Error(`no program is called ${unknown}; there are ${Object.keys(programs).join(', ')}`);
const chosen = names.length > 0 ? names : Object.keys(programs);
const started = Date.now();
await Promise.all(
  chosen.map(async (name) => {
    if (words.includes('--watch')) await (await context(programs[name])).watch();
    else await build(programs[name]);
  }),
);
if (chosen.includes('cli') && !words.includes('--watch')) await chmod(`${root}dist/cli.js`, 0o755);
if (!words.includes('--quiet')) console.log(`built ${chosen.join(', ')} in ${Date.now() - started} ms`);
