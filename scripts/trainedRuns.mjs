// Trainings of this project's own trainer, kept as small text in docs/runs, and the section of docs/results.md that tells of them.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { spangrid } from './evaluate.mjs';

/** Where the runs are kept: NAME/{log.jsonl,curves.svg,manifest.json}; of a cross-validation NAME/folds.json and these for each fold. */
const RUNS = 'docs/runs';
/** Of the steps in a log, each of so many is kept, and the first. */
const EVERY = 20;
const MOST_BYTES = 100_000;

/**
 * @typedef {{ ner: number, re: number, 're+': number }} F1s in percent
 * @typedef {{ mean: number, deviation: number }} Mean
 * @typedef {{ ner: Mean, re: Mean, 're+': Mean }} Means
 * @typedef {object} FoldResults the parts of folds.json that are used here
 * @property {{ what: string, folds: string[], of: number, isWhole: boolean, macro: Means }} average
 * @property {Record<string, { seconds: number }>} folds
 * @typedef {object} Model the parts of `spangrid info --json` that are used here
 * @property {string} licence
 * @property {{ layers: number }} options
 * @property {{ data: string, seed: number, from?: string, settings: { epochs: number } }} trainedOn
 * @property {Record<string, Record<string, F1s>>} metrics
 * @property {string[]} trainedWith
 */

/**
 * Copies what is to be kept of a training that is over.
 * @param {string} folder as `spangrid train --out` had it
 */
export async function keepRun(folder) {
  const kept = join(RUNS, basename(folder));
  if (!existsSync(join(folder, 'folds.json'))) return keepTraining(folder, kept);
  const { folds } = /** @type {FoldResults} */ (JSON.parse(await readFile(join(folder, 'folds.json'), 'utf8')));
  for (const fold of Object.keys(folds)) await keepTraining(join(folder, `fold-${fold}`), join(kept, `fold-${fold}`));
  await copyFile(join(folder, 'folds.json'), join(kept, 'folds.json'));
}

/**
 * @param {string} folder
 * @param {string} kept
 */
async function keepTraining(folder, kept) {
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`${folder} holds no model: its training is not over`);
  const log = thinned(await readFile(join(folder, 'training', 'log.jsonl'), 'utf8'));
  if (log.length > MOST_BYTES) throw new Error(`${folder}: its log is too long to be kept, even with every ${EVERY}th step alone`);
  const manifest = { .../** @type {object} */ (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))), files: {} };
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, 'log.jsonl'), log);
  await copyFile(join(folder, 'training', 'curves.svg'), join(kept, 'curves.svg'));
  await writeFile(join(kept, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
}

/**
 * A log without most of its steps; each epoch says how many seconds its steps took.
 * @param {string} log JSON lines
 */
function thinned(log) {
  let milliseconds = 0;
  const lines = log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const event = /** @type {{ event: string, step: number, ms: number }} */ (JSON.parse(line));
      if (event.event === 'step') {
        milliseconds += event.ms;
        return event.step === 1 || event.step % EVERY === 0 ? [line] : [];
      }
      if (event.event !== 'epoch') return [line];
      const timed = { ...event, seconds: Math.round(milliseconds / 100) / 10 };
      milliseconds = 0;
      return [JSON.stringify(timed)];
    });
  return `${lines.join('\n')}\n`;
}

/** @returns {Promise<string>} the section, from what is kept; builds nothing (buildCommandLine) */
export async function runsSection() {
  const names = existsSync(RUNS) ? (await readdir(RUNS)).sort() : [];
  const isFolds = (/** @type {string} */ name) => existsSync(join(RUNS, name, 'folds.json'));
  const trainings = await Promise.all(names.filter((name) => !isFolds(name)).map(trainingRow));
  const crossValidations = await Promise.all(names.filter(isFolds).map(foldsRow));
  const commands = [...trainings, ...crossValidations].map(({ name, files, command }) => `- \`${name}\` (${files}):\n  \`${command}\``);
  return `## Trained by this project's own trainer

F1 (strict, micro) of the models as written, products in 8 bits, relations only between types that the training data admits. The epoch is the one with the
best RE+ on dev in float32; test was scored once, when the training was over. "Options" are those that differ from the defaults of \`spangrid train\`. Time is that of all
steps, without the evaluations on dev; most of these trainings shared the machine with other work. Logs hold every ${EVERY}th step and every epoch.
Written by \`node scripts/runs.mjs\`.
${
  trainings.length === 0
    ? '\nNo training has been added yet.\n'
    : `
${table(
  ['run', 'encoder', 'options', 'layers', 'seed', 'epochs', 'best', 'dev NER', 'RE', 'RE+', 'test NER', 'RE', 'RE+', 'time'],
  trainings.map(({ cells }) => cells),
)}
`
}${
    crossValidations.length === 0
      ? ''
      : `
Cross-validation, macro F1 on test, mean and standard deviation over the folds that are named:

${table(
  ['run', 'encoder', 'options', 'layers', 'seed', 'epochs', 'folds', 'NER', 'RE', 'RE+', 'time'],
  crossValidations.map(({ cells }) => cells),
)}
`
  }${commands.length === 0 ? '' : `\nThe commands (\`npm run encoders\` gets the encoders):\n\n${commands.join('\n')}\n`}
${PEERS}`;
}

/**
 * @typedef {{ name: string, files: string, command: string, cells: string[] }} Row
 */

/**
 * @param {string} name of a run
 * @returns {Promise<Row>}
 */
async function trainingRow(name) {
  const model = await described(join(RUNS, name));
  const [[set, { dev, test }] = ['', /** @type {Record<string, F1s>} */ ({})]] = Object.entries(model.metrics);
  const { trainedOn } = model;
  const [, best, epochs] = /epoch (\d+) of (\d+)/.exec(trainedOn.data) ?? [];
  const seconds = await secondsOf(join(RUNS, name, 'log.jsonl'));
  const data = `../shared/data/${set}/${set}`;
  return {
    name,
    files: `[log](runs/${name}/log.jsonl), [curves](runs/${name}/curves.svg)`,
    command: commandOf(model, [
      ...['--train', `${data}_train.json`, '--dev', `${data}_dev.json`],
      ...(test === undefined ? [] : ['--test', `${data}_test.json`]),
    ]),
    cells: [
      ...[`\`${name}\``, ...settingCells(model), epochs ?? '', best ?? ''],
      ...[...f1Cells(dev), ...f1Cells(test), `${Math.round(seconds / 60)} min`],
    ],
  };
}

/**
 * @param {string} name of a cross-validation
 * @returns {Promise<Row>}
 */
async function foldsRow(name) {
  const { average, folds } = /** @type {FoldResults} */ (JSON.parse(await readFile(join(RUNS, name, 'folds.json'), 'utf8')));
  const logs = average.folds.map((fold) => `[${fold}](runs/${name}/fold-${fold}/log.jsonl)`);
  const model = await described(join(RUNS, name, `fold-${average.folds[0]}`));
  const [set] = (Object.keys(model.metrics)[0] ?? '').split(',');
  const seconds = average.folds.reduce((sum, fold) => sum + (folds[fold]?.seconds ?? 0), 0);
  const { ner, re, 're+': rePlus } = average.macro;
  const words = ['--folds', `../shared/data/${set}/${set}_folds.json`, ...(average.isWhole ? [] : ['--only-folds', average.folds.join()])];
  return {
    name,
    files: `[results](runs/${name}/folds.json), logs of the folds ${logs.join(', ')}`,
    command: commandOf(model, words),
    cells: [
      ...[`\`${name}\``, ...settingCells(model), String(model.trainedOn.settings.epochs)],
      average.isWhole ? `all ${average.of}` : `${average.folds.join(', ')} of ${average.of} only`,
      ...[ner, re, rePlus].map(
        ({ mean, deviation }) => `${mean.toFixed(2)}${average.folds.length > 1 ? ` ± ${deviation.toFixed(2)}` : ''}`,
      ),
      `${Math.round(seconds / 60)} min`,
    ],
  };
}

/**
 * @param {string} folder with a manifest
 * @returns {Promise<Model>}
 */
async function described(folder) {
  return /** @type {{ model: Model }} */ (await spangrid(['info', '--model', folder])).model;
}

/** @param {Model} model */
function startOf({ licence, trainedOn }) {
  // The first models do not say what they started from, but their licence names the encoder.
  const [kind = '', name = ''] = (trainedOn.from ?? `encoder ${/\((.+?)\)/.exec(licence)?.[1]}`).split(' ');
  return { kind, name };
}

/**
 * @param {Model} model
 * @param {string[]} data words that name it
 */
function commandOf(model, data) {
  const { kind, name } = startOf(model);
  const start = kind === 'encoder' ? ['--encoder', `~/.cache/spangrid-encoders/${name}`] : ['--init', name];
  const words = model.trainedWith.includes('--seed') ? model.trainedWith : [...model.trainedWith, '--seed', String(model.trainedOn.seed)];
  return ['npx spangrid train', ...data, ...start, ...words, '--out FOLDER'].join(' ');
}

/**
 * Encoder, options without those that have a column of their own, layers and seed.
 * @param {Model} model
 */
function settingCells(model) {
  const { kind, name } = startOf(model);
  const options = model.trainedWith.join(' ').replace(/--(epochs|layers|seed) \S+ ?/g, '');
  return [
    ...[kind === 'encoder' ? name : `that of ${name}`, options.trim() === '' ? '(none)' : `\`${options.trim()}\``],
    ...[String(model.options.layers), String(model.trainedOn.seed)],
  ];
}

/** @param {F1s | undefined} scores */
function f1Cells(scores) {
  return scores === undefined ? ['', '', ''] : [scores.ner, scores.re, scores['re+']].map((score) => score.toFixed(2));
}

/** @param {string} log */
async function secondsOf(log) {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const events = lines.map((line) => /** @type {{ seconds?: number }} */ (JSON.parse(line)));
  return events.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

/**
 * @param {string[]} header
 * @param {string[][]} rows the first three columns are words
 */
function table(header, rows) {
  const all = [header, header.map((_, at) => (at < 3 ? '---' : '--:')), ...rows];
  return all.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What others report. Nothing of it was measured here. */
const PEERS = `### What others report

None of these figures was measured here. NER / RE / RE+, as their authors give them (where there are two, the second is the relations'); they do not all
count relations alike, nor all say whether dev was added to train.

| model | encoder | data | dev | test | from |
| --- | --- | --- | --- | --- | --- |
| DYTNet, 12 layers | BERT-base | CoNLL04 | | 90.7 / 76.8 / 76.2 | the paper |
| DYTNet, 5 layers | BERT-base | CoNLL04 | | 89.3 / 76.8 / 76.8 | the paper |
| DYTNet, 12 layers | BERT-base | ADE, 10 folds, macro | | 90.1 / 83.3 / 81.2 | the paper |
| SpERT | BERT-base cased | CoNLL04 | | 88.9 / 71.5 | published |
| Table-Sequence | ALBERT | CoNLL04 | | 90.1 / 73.6 | published |
| SpERT's own code, its published settings, one seed | MiniLM | CoNLL04 | 81.5 / 59.9 / 59.7 | 83.8 / 60.9 / 60.4 | run for this project, in PyTorch |
| DYTNet, 6 layers, 14 epochs, no normalisation, no averaging, one seed | MPNet | CoNLL04 | 87.7 / 73.1 / 72.8 | 88.8 / 73.1 / 72.7 | an independent PyTorch implementation |
| the same with LayerNorm and averaging, 16 epochs, seed 1 | MPNet | CoNLL04 | 88.7 / 74.7 / 74.4 | | the same |
| the same, seed 2 | MPNet | CoNLL04 | 88.8 / 71.8 / 71.8 | 89.4 / 73.4 / 73.4 | the same |
| DYTNet, 6 layers, 14 epochs, no normalisation, no averaging, one seed | MiniLM | CoNLL04 | 85.9 / 65.7 / 65.1 | 87.5 / 63.3 / 62.8 | the same |
| the same with LayerNorm, averaging, distance and biaffine terms, seed 1 | MiniLM | CoNLL04 | RE 66.8, RE+ 66.8 | RE 66.3, RE+ 65.6 | the same |
| the same, seed 2 | MiniLM | CoNLL04 | RE 68.7, RE+ 68.4 | RE 64.6, RE+ 64.1 | the same |
`;
