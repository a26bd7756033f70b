import { join } from 'node:path';
import { Statistics } from '../annotation/statistics';
import { type StatisticsTable, statisticsSummary, statisticsTables } from '../annotation/statisticsTables';
import { atomicWrite } from '../files/atomicWrite';
import { isFolder, makeFolder } from '../files/folders';
import { doneByDay } from '../files/history';
import { BAR_STYLE } from '../plot/bars';
import { svgFile } from '../plot/picture';
import { tablePlot } from '../plot/tablePlot';
import { columns } from './columns';
import { command, usageError } from './command';
import { isAnnotationFile, sourceTexts } from '../exchange/sourceTexts';

/** Counts what is in annotated texts. */
export const stats = command({
  name: 'stats',
  summary: 'counts what is annotated: types, texts, lengths, distances, progress; as tables and plots',
  usage: 'PATH... [OPTION...]',
  takesWords: true,
  options: {
    json: { type: 'boolean', help: 'print all counts as JSON' },
    svg: { type: 'string', value: 'FOLDER', help: 'write a plot of each table into this folder, too' },
  },
  notes: [
    'A path is an annotation file, a folder of them, or a file of any format that can be imported.',
    'Rejected items are counted by type and nowhere else. Lengths are in tokens; the distance between head and tail is the number of tokens between them.',
    'Progress by day comes from the commits of annotation files in git: the files themselves hold no dates.',
  ],
  async run({ json = false, svg }, paths, terminal) {
    if (paths.length === 0) throw usageError('stats', 'Name what to count');
    const statistics = new Statistics();
    let texts = 0;
    for await (const { document } of sourceTexts(paths, { signal: terminal.signal })) {
      statistics.add(document);
      terminal.status(`${String((texts += 1))} texts`);
    }
    const report = statistics.report();
    const kept: string[] = [];
    for (const path of paths) if (isAnnotationFile(path) || (await isFolder(path))) kept.push(path);
    const history = kept.length === 0 ? { unknown: 'Only annotation files have a history.' } : await doneByDay(kept, terminal.signal);
    terminal.endProgress();
    const tables = statisticsTables(report, history);
    if (svg !== undefined) {
      await makeFolder(svg);
      for (const table of tables) await atomicWrite(join(svg, `${table.name}.svg`), svgFile(tablePlot(table), BAR_STYLE));
      terminal.say(`${String(tables.length)} plots are in ${svg}.`);
    }
    terminal.print(
      json
        ? `${JSON.stringify({ ...report, history }, undefined, 1)}\n`
        : `${[statisticsSummary(report), ...tables.map(inColumns)].join('\n\n')}\n`,
    );
    return 0;
  },
});

function inColumns({ title, columns: names, labels, rows, note }: StatisticsTable): string {
  const cells = rows.map((row) => row.map(String));
  return [title, ...(rows.length === 0 ? [] : [columns([names, ...cells], labels)]), ...(note === '' ? [] : [note])]
    .map((part) => part.replaceAll(/^/gm, part === title ? '' : '  '))
    .join('\n');
}
