import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { exported, type ExportChoice } from '../annotation/export';
import { SpangridError } from '../errors';
import { Conversion } from '../exchange/conversion';
import { Importing } from '../exchange/importing';
import { sourceTexts } from '../exchange/sourceTexts';
import { annotationPath } from '../files/annotationPath';
import { nearestConfig } from '../files/config';
import { isFolder } from '../files/folders';
import { StagedFiles } from '../files/stagedFiles';
import { FORMAT_NAMES, formatNamed } from '../formats/all';
import { countedLosses, lossText, origIdsLost, totalLosses, type Loss } from '../formats/losses';
import { command, usageError } from './command';
import { parseChoice, parseThreshold } from './modelOptions';
import { checkOutput, FORCE_OPTION } from './outputFile';

/** The name of annotation files beside their texts, which are no format of data. */
const ANNOTATION_FILES = 'spangrid';

/** From one interchange format to another. */
export const convert = command({
  name: 'convert',
  summary: 'carries annotations from one format to another, and says what it could not',
  usage: '--to FORMAT [--from FORMAT] IN... [--out OUT] [OPTION...]',
  takesWords: true,
  options: {
    to: { type: 'string', value: 'FORMAT', help: `${FORMAT_NAMES.join(', ')}; ${ANNOTATION_FILES}: texts with annotation files` },
    from: { type: 'string', value: 'FORMAT', help: 'the format of IN (default: what its content looks like)' },
    out: { type: 'string', value: 'OUT', help: `a file; a folder for brat, webanno and ${ANNOTATION_FILES} (default: standard output)` },
    only: { type: 'string', value: 'WHICH', help: 'accepted: no suggestions; done: what is accepted in sentences that are done' },
    threshold: { type: 'string', value: 'SCORE', help: 'leave out suggestions that score less, from 0 to 1' },
    splits: { type: 'string', value: 'A,B,C', help: 'shares of train, dev and test, such as 80,10,10; each gets a file of its own' },
    'each-sentence': { type: 'boolean', help: 'make a text of each sentence, for tools that show one text at a time' },
    force: FORCE_OPTION,
    json: { type: 'boolean', help: 'print the report as JSON' },
  },
  notes: [
    'IN is a data file, an annotation file, or a folder of them. jsonl gets everything, unless --only or --threshold is given; other formats get what is not rejected, and of a sentence that is done only what is accepted.',
    'Where a record is bad, nothing is written. Equal sentences always come to the same split.',
    'Examples:\n  spangrid convert --to jsonl --out ade.jsonl ade_full.json\n  spangrid convert --to brat --out brat texts/\n  spangrid convert --to conll04 --only done --splits 80,10,10 --out data.json texts/\n  spangrid convert --to label-studio --each-sentence --out tasks.json news.json\n  spangrid convert --to spangrid --out texts/ tasks.json',
  ],
  async run({ to, from, out, only, threshold, splits, 'each-sentence': eachSentence, force = false, json = false }, paths, terminal) {
    if (to === undefined) throw usageError('convert', 'Name the format to write with --to');
    if (paths.length === 0) throw usageError('convert', 'Name what to convert');
    const format = to === ANNOTATION_FILES ? undefined : formatNamed(to);
    const which = parseChoice('only', ['accepted', 'done'], only);
    const holdsAll = format === undefined || format.name === 'jsonl';
    const choice =
      holdsAll && which === undefined && threshold === undefined ? undefined : { threshold: parseThreshold(threshold), only: which };
    const shares = splits === undefined ? undefined : parseShares(splits);
    if (format === undefined && (shares !== undefined || eachSentence === true))
      throw usageError('convert', `--to ${ANNOTATION_FILES} takes neither --splits nor --each-sentence`);
    const isIntoFolder = format?.isFolder !== false;
    if (out === undefined && (isIntoFolder || shares !== undefined))
      throw usageError('convert', `Name ${isIntoFolder ? 'a folder' : 'a file'} for the result with --out`);
    // Splits go into other files.
    if (out !== undefined && !isIntoFolder) await checkOutput([out], paths, force || shares !== undefined);
    const folder = out === undefined ? tmpdir() : isIntoFolder ? out : dirname(out);
    const onFile = async (name: string): Promise<void> => {
      const path = resolve(folder, name);
      // A folder that is not there yet is made.
      if (await isFolder(dirname(path))) await checkOutput([path], paths, force);
    };
    const files = new StagedFiles(folder, out === undefined ? undefined : onFile);
    const lost: Loss[] = [];
    try {
      const conversion: Target =
        format === undefined
          ? annotationFiles(files, resolve(folder), choice)
          : new Conversion(files, {
              format,
              file: out === undefined ? `spangrid${format.endings[0]}` : basename(out),
              choice,
              shares,
              eachSentence,
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
      const { counts, splits: parts } = conversion;
      const written = out === undefined ? [] : files.paths;
      if (out === undefined) for await (const piece of files.pieces()) terminal.print(piece);
      else await files.commit();
      if (json && out !== undefined) {
        const inParts = shares === undefined ? {} : { splits: parts };
        terminal.print(`${JSON.stringify({ counts, ...inParts, losses, files: written })}\n`);
        return 0;
      }
      terminal.say(`Taken: ${String(counts)}`);
      for (const loss of losses) terminal.say(`Left out: ${lossText(loss)}`);
      for (const [split, part] of Object.entries(parts)) terminal.say(`${split}: ${String(part)}`);
      if (out !== undefined) terminal.say(`Written: ${isIntoFolder ? out : written.join(', ')}`);
      return 0;
    } finally {
      await files.discard();
    }
  },
});

/** Where texts are written to. */
type Target = Pick<Conversion, 'counts' | 'splits' | 'losses' | 'add' | 'end'>;

/** Makes text files with annotation files beside them, as the editor's import does, and a project file where none holds. */
function annotationFiles(files: StagedFiles, folder: string, choice: ExportChoice | undefined): Target {
  const importing = new Importing(files, folder, (path) => annotationPath(path));
  const left: string[] = [];
  return {
    counts: importing.counts,
    splits: {},
    get losses() {
      return countedLosses(left);
    },
    async add(text) {
      left.push(...origIdsLost(text.origIds));
      await importing.add(choice === undefined ? text : { ...text, document: exported(text.document, choice) });
    },
    async end() {
      if ((await nearestConfig(folder)) === undefined) await importing.addTypes();
    },
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** Shares of train, dev and test. Errors: usage. */
function parseShares(given: string): readonly number[] {
  const shares = given.split(',').map((share) => (/^\d+(\.\d+)?%?$/.test(share.trim()) ? Number.parseFloat(share) : NaN));
  if (shares.length === 3 && shares.every((share) => share >= 0) && shares.some((share) => share > 0)) return shares;
  throw new SpangridError('usage', `--splits must be the shares of train, dev and test, such as 80,10,10; "${given}" is not that.`);
}
