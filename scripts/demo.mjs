// `npm run demo [-- --port N]`: the packed extension, with both models, in VS Code's server on this machine, a copy of samples/ open.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { continueUnderNode24 } from './cache.mjs';
import { ROOT, runNode } from './children.mjs';
import { startHost } from './host.mjs';
import { accurateFile, extensionFile, thisTarget } from './pack.mjs';

await continueUnderNode24();
const { values } = parseArgs({ options: { port: { type: 'string' } } });
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) throw new Error(`${values.port ?? ''} is no port`);

console.log('building and packing ...');
const { code, output } = await runNode(['scripts/package.mjs']);
if (code !== 0) throw new Error(`packing failed:\n${output}`);
const folder = mkdtempSync(join(tmpdir(), 'spangrid-demo-'));
cpSync(join(ROOT, 'samples'), folder, { recursive: true });
const host = await startHost({ vsix: [extensionFile(thisTarget()), accurateFile()], ...(port === undefined ? {} : { port }) });
console.log(`open ${host.url}/?folder=${encodeURIComponent(folder)}\nCtrl+C ends it`);
/** @type {Promise<void> | undefined} */
let ending;
const end = async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};
// A Ctrl+C comes twice: from the terminal, and from the process that started this one under another Node.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    ending ??= end();
  });
}
