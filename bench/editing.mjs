// What an edit costs in a large document, 2,000 sentences, 20,000 mentions and 10,000 relations: the extension host's part, what opening and
// writing takes, and the table's page in a browser (Debian's Chromium, painted by the processor).
// node bench/editing.mjs; prints a table, figures go into docs/benchmarks.md by hand.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { ROOT, runNode } from '../scripts/children.mjs';

const PROGRAMS = join(ROOT, 'out', 'bench');
/** The programs that measure, by name. They lie two folders deep, as the tests whose browser they share do. */
const PARTS = { editingProcess: 'bench/editingProcess.ts', tableProcess: 'bench/webview/tableProcess.ts' };
await build({
  entryPoints: PARTS,
  absWorkingDir: ROOT,
  outdir: PROGRAMS,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['playwright-core'],
});
const { code, output } = await runNode(['scripts/build.mjs', '--quiet', 'webview']);
if (code !== 0) throw new Error(output);
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
);
for (const name of Object.keys(PARTS)) {
  const part = await runNode(['--expose-gc', join(PROGRAMS, `${name}.mjs`)]);
  console.log(part.output.trim());
  if (part.code !== 0) process.exitCode = part.code;
}
