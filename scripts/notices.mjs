// The licences of the packages that are inside our bundles, or beside them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './children.mjs';

/** @returns {string} every package that the last `build.mjs --meta` bundled, and ONNX Runtime, each with its licence */
export function notices() {
  const packages = new Set(['onnxruntime-common', 'onnxruntime-node']);
  const folder = join(ROOT, 'out', 'meta');
  for (const name of readdirSync(folder)) {
    /** @type {import('esbuild').Metafile} */
    const meta = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const input of Object.keys(meta.inputs)) {
      const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
      if (found?.[1] !== undefined) packages.add(found[1]);
    }
  }
  const parts = [...packages].sort().map(notice);
  return ['Spangrid contains the following packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

/** @param {string} name */
function notice(name) {
  const folder = join(ROOT, 'node_modules', name);
  /** @type {{ version: string, license?: string, repository?: string | { url: string } }} */
  const { version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const source = typeof repository === 'object' ? repository.url : (repository ?? '');
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see below'}) ${source}`, ...texts].join('\n\n');
}
