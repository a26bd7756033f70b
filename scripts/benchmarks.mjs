// Measures speed and memory of both models and puts what the bench prints into docs/benchmarks.md: node scripts/benchmarks.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { build, runNode } from './children.mjs';

const FILE = 'docs/benchmarks.md';

await build('cli', 'process');
let page = await readFile(FILE, 'utf8');
for (const model of ['accurate', 'fast']) {
  const bench = await runNode(['dist/cli.js', 'bench', '--model', model]);
  if (bench.code !== 0) throw new Error(`the bench of ${model} failed:\n${bench.output}`);
  const place = new RegExp(`(?<=<!-- ${model} -->\n)[^]*(?=<!-- /${model} -->)`);
  page = page.replace(place, () => `\n\`\`\`\n${bench.output.trim()}\n\`\`\`\n\n`);
}
await writeFile(FILE, page);
