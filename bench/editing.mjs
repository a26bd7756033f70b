// What an edit costs in a large document, 2,000 sentences, 20,000 mentions and 10,000 relations: the extension host's part, what opening and
// writing takes, and the table's page in a browser (Debian's Chromium, painted by the processor).
// node bench/editing.mjs; prints a table, figures go into docs/benchmarks.md by hand.
import { join } from 'node:path';
import process from 'node:process';
import { build, runNode } from '../scripts/children.mjs';
import { buildPrograms, load, machine, PROGRAMS } from './programs.mjs';

// They lie two folders deep, as the tests whose browser they share do.
await buildPrograms(['editingProcess.ts', 'webview/tableProcess.ts'], 'playwright-core');
await build('webview');
console.log(`${machine()}, Node ${process.versions.node}, load ${load()}`);
for (const name of ['editingProcess', 'tableProcess']) {
  const part = await runNode(['--expose-gc', join(PROGRAMS, `${name}.mjs`)]);
  console.log(part.output.trim());
  if (part.code !== 0) process.exitCode = part.code;
}
