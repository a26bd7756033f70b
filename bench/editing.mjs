// What an edit costs the extension host in a large document: 2,000 sentences, 20,000 mentions, 10,000 relations; and what opening and
// writing one takes. node bench/editing.mjs; prints a table, figures go into docs/benchmarks.md by hand.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { ROOT, runNode } from '../scripts/children.mjs';

const PROGRAM = join(ROOT, 'out', 'bench', 'editing.mjs');
await build({
  entryPoints: [join(ROOT, 'bench', 'editingProcess.ts')],
  outfile: PROGRAM,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
const { code, output } = await runNode(['--expose-gc', PROGRAM]);
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
);
console.log(output.trim());
process.exitCode = code;
