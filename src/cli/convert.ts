import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { SpangridError } from '../errors';
import { Conversion } from '../exchange/conversion';
import { sourceTexts } from '../exchange/sourceTexts';
import { isFile, isFolder } from '../files/folders';
import { StagedFiles } from '../files/stagedFiles';
import { FORMAT_NAMES, formatNamed } from '../formats/all';
import { totalLosses, type Loss } from '../formats/losses';
import { command, usageError } from './command';
import { parseChoice, parseThreshold } from './modelOptions';
import { checkOutput } from './outputFile';

/** From one interchange format to another. */
export const convert = command({
  name: 'convert',
  summary: 'carries annotations from one format to another, and says what it could not',
  usage: '--to FORMAT [--from FORMAT] IN... [--out OUT] [OPTION...]',
  takesWords: true,
  options: {
    to: { type: 'string', value: 'FORMAT', help: FORMAT_NAMES.join(', ') },
    from: { type: 'string', value: 'FORMAT', help: 'the format of IN (default: what its content looks like)' },
    out: { type: 'string', value: 'OUT', help: 'a file; a folder for brat and webanno (default: standard output)' },
    only: { type: 'string', value: 'WHICH', help: 'accepted: no suggestions; done: what is accepted in sentences that are done' },
    threshold: { type: 'string', value: 'SCORE', help: 'leave out suggestions that score less, from 0 to 1' },
    splits: { type: 'string', value: 'A,B,C', help: 'shares of train, dev and test, such as 80,10,10; each gets a file of its own' },
    force: { type: 'boolean', help: 'write over files that are there' },
    json: { type: 'boolean', help: 'print the report as JSON' },
  },
  notes: [
    'IN is a data file, an annotation file, or a folder of them. jsonl gets everything, unless --only or --threshold is given; other formats get what is not rejected, and of a sentence that is done only what is accepted.',
    'Where a record is bad, nothing is written. Equal sentences always come to the same split.',
    'Examples:\n  spangrid convert --to jsonl --out ade.jsonl ade_full.json\n  spangrid convert --to brat --out brat texts/\n  spangrid convert --to conll04 --only done --splits 80,10,10 --out data.json texts/',
  ],
  async run({ to, from, out, only, threshold, splits, force = false, json = false }, paths, terminal) {
    if (to === undefined) throw usageError('convert', 'Name the format to write with --to');
    if (paths.length === 0) throw usageError('convert', 'Name what to convert');
    const format = formatNamed(to);
    const which = parseChoice('only', ['accepted', 'done'], only);
    const isWhole = format.name === 'jsonl' && which === undefined && threshold === undefined;
    const shares = splits === undefined ? undefined : parseShares(splits);
    if (out === undefined && (format.isFolder || shares !== undefined))
      throw usageError('convert', `Name ${format.isFolder ? 'a folder' : 'a file'} for the result with --out`);
    if (out !== undefined && !format.isFolder) await checkOutput([out], paths);
    const folder = out === undefined ? tmpdir() : format.isFolder ? out : dirname(out);
    const onFile = async (name: string): Promise<void> => {
      const path = join(folder, name);
      if (!force && (await isFile(path)))
        throw new SpangridError('usage', `${path} is there already. Choose another name with --out, or write over it with --force.`);
      // A folder that is not there yet is made.
      if (await isFolder(dirname(path))) await checkOutput([path], paths);
    };
    const files = new StagedFiles(folder, out === undefined ? undefined : onFile);
    const lost: Loss[] = [];
    try {
      const conversion = new Conversion(files, {
        format,
        file: out === undefined ? `spangrid${format.endings[0]}` : basename(out),
        choice: isWhole ? undefined : { threshold: parseThreshold(threshold), only: which },
        shares,
      });
      const texts = sourceTexts(paths, {
        from: from === undefined ? undefined : formatNamed(from),
        signal: terminal.signal,
        onBytes: (done, total) => {
          terminal.status(`${megabytes(done)} of ${megabytes(total)} MB`);
        },
        onLosses: (losses) => lost.push(...losses),
      });
      for await (const text of texts) await conversion.add(text);
      await conversion.end();
      terminal.endProgress();
      const losses = totalLosses([...lost, ...conversion.losses]);
      for (const { count, what } of losses) terminal.say(`Left out: ${String(count)} ${what}`);
      if (out === undefined) for await (const piece of files.pieces()) terminal.print(piece);
      else await files.commit();
      const written = out === undefined ? [] : files.paths;
      if (json && out !== undefined) terminal.print(`${JSON.stringify({ counts: conversion.counts, losses, files: written })}\n`);
      else terminal.say(`${String(conversion.counts)}${out === undefined ? '' : `, written to ${out}`}`);
      return 0;
    } finally {
      await files.discard();
    }
  },
});

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** Shares of train, dev and test. Errors: usage. */
function parseShares(given: string): readonly number[] {
  const shares = given.split(',').map((share) => (/^\d+(\.\d+)?%?$/.test(share.trim()) ? Number.parseFloat(share) : NaN));
  if (shares.length === 3 && shares.every((share) => share >= 0) && shares.some((share) => share > 0)) return shares;
  throw new SpangridError('usage', `--splits must be the shares of train, dev and test, such as 80,10,10; "${given}" is not that.`);
}
