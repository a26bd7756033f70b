// What the linter takes on a folder of 1,000 documents of 50 sentences: from nothing, and after one edit.
// node bench/checking.mjs; prints a table, figures go into docs/benchmarks.md by hand.
import { join } from 'node:path';
import process from 'node:process';
import { runNode } from '../scripts/children.mjs';
import { buildPrograms, load, machine, PROGRAMS } from './programs.mjs';

await buildPrograms(['checkingProcess.ts'], 'onnxruntime-node');
console.log(`${machine()}, Node ${process.versions.node}, load ${load()}`);
const { code, output } = await runNode(['--expose-gc', join(PROGRAMS, 'checkingProcess.mjs')]);
console.log(output.trim());
process.exitCode = code;
