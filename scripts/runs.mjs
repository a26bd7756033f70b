// Keeps what is to be kept of trainings that are over in docs/runs, and writes the section of docs/results.md that tells of all that are
// there: node scripts/runs.mjs [FOLDER ...], the folders as `spangrid train --out` had them
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { build } from './children.mjs';
import { keepRun, runsSection } from './trainedRuns.mjs';

const FILE = 'docs/results.md';

for (const folder of process.argv.slice(2)) await keepRun(folder);
await build('cli');
const section = await runsSection();
const page = await readFile(FILE, 'utf8');
await writeFile(
  FILE,
  page.replace(/(?<=<!-- runs -->\n)[^]*(?=<!-- \/runs -->)/, () => `\n${section}\n`),
);
