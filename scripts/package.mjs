// `npm run package [-- --target T | --all]`: the VSIX files, into out/. Without a target, for this machine's platform.
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { continueUnderNode24 } from './cache.mjs';
import { build, ROOT } from './children.mjs';
import { TARGETS, accurateFile, extensionFile, packAccurate, packExtension, thisTarget } from './pack.mjs';

await continueUnderNode24();
const { values } = parseArgs({ options: { target: { type: 'string' }, all: { type: 'boolean', default: false } } });
const named = TARGETS.filter((target) => values.all || target === values.target);
if (values.target !== undefined && named.length === 0) throw new Error(`no VSIX for ${values.target}; there are ${TARGETS.join(', ')}`);
const targets = named.length > 0 ? named : [thisTarget()];

await build('--meta');
for (const target of targets) await packExtension(target);
await packAccurate();
for (const file of [...targets.map(extensionFile), accurateFile()]) {
  console.log(`${relative(ROOT, file)}  ${(statSync(file).size / 1e6).toFixed(1)} MB`);
}
