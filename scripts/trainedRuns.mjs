// Trainings of this project's own trainer, kept as small text in docs/runs, and the section of docs/results.md that tells of them.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { spangrid } from './evaluate.mjs';

/**
 * Where the runs are kept: NAME/{log.jsonl,curves.svg,manifest.json}; of a cross-validation NAME/folds.json and these for each fold; and what each encoder
 * layer costs, layers.json (bench/layers.mjs).
 */
const RUNS = 'docs/runs';
const COSTS = 'layers.json';
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
 * @property {{ layers: number, experts: number, convolutions: number }} options
 * @property {{ data: string, seed: number, from?: string, settings: { epochs: number } }} trainedOn
 * @property {Record<string, Record<string, F1s>>} metrics
 * @property {string[]} trainedWith
 * @typedef {{ encoder: number, head: number }} Operations
 * @typedef {object} Costs what bench/layers.mjs has measured, in milliseconds
 * @property {string} machine
 * @property {number} rounds
 * @property {{ layers: number, operations: { mean: Operations, paper: Operations }, sentence: { median: number, processor: number }, step: { processor: number } }[]} rows
 * @typedef {object} Run a training that is kept
 * @property {string} name
 * @property {Model} model
 * @property {string} set
 * @property {F1s | undefined} dev
 * @property {F1s | undefined} test
 * @property {{ seconds: number, processorSeconds: number | undefined }} took
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
 * A log without most of its steps; each epoch says how many seconds its steps took, and how many of processor time where they say it.
 * @param {string} log JSON lines
 */
function thinned(log) {
  let [milliseconds, processor] = [0, 0];
  const lines = log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const event = /** @type {{ event: string, step: number, ms: number, cpu?: number }} */ (JSON.parse(line));
      if (event.event === 'step') {
        milliseconds += event.ms;
        processor += event.cpu ?? 0;
        return event.step === 1 || event.step % EVERY === 0 ? [line] : [];
      }
      if (event.event !== 'epoch') return [line];
      const seconds = (/** @type {number} */ of) => Math.round(of / 100) / 10;
      const timed = { ...event, seconds: seconds(milliseconds), ...(processor === 0 ? {} : { processorSeconds: seconds(processor) }) };
      [milliseconds, processor] = [0, 0];
      return [JSON.stringify(timed)];
    });
  return `${lines.join('\n')}\n`;
}

/** @returns {Promise<string>} the section, from what is kept; builds nothing */
export async function runsSection() {
  const names = existsSync(RUNS) ? (await readdir(RUNS)).filter((name) => name !== COSTS).sort() : [];
  const isFolds = (/** @type {string} */ name) => existsSync(join(RUNS, name, 'folds.json'));
  const runs = [];
  for (const name of names) if (!isFolds(name)) runs.push(await readRun(name));
  const trainings = runs.map(trainingRow);
  const crossValidations = await Promise.all(names.filter(isFolds).map(foldsRow));
  const commands = [...trainings, ...crossValidations].map(({ name, files, command }) => `- \`${name}\` (${files}):\n  \`${command}\``);
  return `## Trained by this project's own trainer

F1 (strict, micro) of the models as written, products in 8 bits, relations only between types that the training data admits. The epoch is the one with the
best RE+ on dev in float32; with \`--add-dev\`, dev was trained on, too, and the last epoch kept. Test was scored once, when the training was over. "Options" are those that differ from the defaults of \`spangrid train\`. Time is that of all
steps, without the evaluations on dev; but for those on "cuda", these trainings shared a machine of two cores with other work, often with much, so processor time (of all threads
together, where the log has it) says more. Logs hold every ${EVERY}th step and every epoch. Written by \`node scripts/runs.mjs\`.
${
  trainings.length === 0
    ? '\nNo training has been added yet.\n'
    : `
${table(
  ['run', 'encoder', 'options', 'layers', 'seed', 'epochs', 'best', 'dev NER', 'RE', 'RE+', 'test NER', 'RE', 'RE+', 'time', 'processor'],
  trainings.map(({ cells }) => cells),
)}
${beforeFix(names)}${onCards(runs)}${seedsPart(runs)}${await sweepPart(runs)}${headsPart(runs)}`
}${
    crossValidations.length === 0
      ? ''
      : `
Cross-validation, macro F1 on test, mean and standard deviation over the folds that are named:

${table(
  ['run', 'encoder', 'options', 'layers', 'seed', 'epochs', 'folds', 'NER', 'RE', 'RE+', 'time'],
  crossValidations.map(({ cells }) => cells),
)}
${(await Promise.all(names.filter(isFolds).map(devicesOfFolds))).join('')}`
  }${commands.length === 0 ? '' : `\nThe commands (\`npm run encoders\` gets the encoders):\n\n${commands.join('\n')}\n`}
${PEERS}`;
}

/**
 * @typedef {{ name: string, files: string, command: string, cells: string[] }} Row
 */

/**
 * @param {string} name
 * @returns {Promise<Run>}
 */
async function readRun(name) {
  const model = await described(join(RUNS, name));
  const [[set, { dev, test }] = ['', /** @type {Record<string, F1s>} */ ({})]] = Object.entries(model.metrics);
  return {
    ...{ name, model, set, dev, test },
    took: await timeOf(join(RUNS, name, 'log.jsonl')),
  };
}

/**
 * @param {Run} run
 * @returns {Row}
 */
function trainingRow({ name, model, set, dev, test, took: { seconds, processorSeconds } }) {
  const [, best, epochs] = /epoch (\d+) of (\d+)/.exec(model.trainedOn.data) ?? [];
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
      ...[...f1Cells(dev), ...f1Cells(test), minutes(seconds)],
      processorSeconds === undefined ? '' : minutes(processorSeconds),
    ],
  };
}

/** Trainings from before gradients came out the same whatever the threads. */
const BEFORE_FIX = ['minilm-1', 'mpnet-1'];

/** @param {string[]} names */
function beforeFix(names) {
  const old = BEFORE_FIX.filter((name) => names.includes(name)).map((name) => `\`${name}\``);
  if (old.length === 0) return '';
  return `
${old.join(' and ')} ran before a race in the gradients of rows that are read more than once was mended (ONNX Runtime's \`ScatterND\` lost some of what its
threads added): their gradients were a little off, and their commands now come to other weights. Shipped are \`mpnet-1\` and \`minilm-2\`.
`;
}

/** Where trainings with `--device cuda` ran. @param {Run[]} runs */
function onCards(runs) {
  if (!runs.some(({ model }) => deviceOf(model) !== undefined)) return '';
  return `
Runs with \`--device cuda\` had an NVIDIA H100 and 16 cores of an Intel Xeon, up to fifteen of them at once, with \`NVIDIA_TF32_OVERRIDE=0\` (products in whole float32), on
2026-11-26. What a step loses is what it loses on the CPU, but for the last digit or two; after thousands of steps that comes to other weights, as another seed does.
`;
}

/**
 * Means over runs that differ in their seed alone.
 * @param {Run[]} runs
 */
function seedsPart(runs) {
  const rows = [...bySetting(runs).values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const [{ model }] = /** @type {[Run]} */ (group);
      const [encoder = '', options = '', layers = ''] = settingCells(model);
      return [
        ...[
          group.map(({ name }) => `\`${name}\``).join(', '),
          encoder,
          options.replace(/ ?--device \w+/, ''),
          layers,
          String(model.trainedOn.settings.epochs),
        ],
        ...[String(group.length), ...meanCells(group, 'dev'), ...meanCells(group, 'test')],
      ];
    });
  if (rows.length === 0) return '';
  return `
### Over seeds

Means over the n runs that differ in their seed (and device) alone, with the lowest and the highest.

${table(['runs', 'encoder', 'options', 'layers', 'epochs', 'n', 'dev NER', 'RE', 'RE+', 'test NER', 'RE', 'RE+'], rows)}
`;
}

/**
 * How many of the encoder's layers are worth their time.
 * @param {Run[]} runs
 */
async function sweepPart(runs) {
  const sweep = runs.filter(({ name }) => /^layers-\d+$/.test(name)).sort((a, b) => a.model.options.layers - b.model.options.layers);
  const costs = await costsPart();
  if (sweep.length === 0 && costs === '') return '';
  const rows = sweep.map(({ model, dev, test, took: { seconds, processorSeconds } }) => [
    ...[String(model.options.layers), ...f1Cells(dev), ...f1Cells(test), trainingTime(model, processorSeconds ?? seconds)],
  ]);
  const scores = `
F1 after ${sweep[0]?.model.trainedOn.settings.epochs} epochs, one seed: far fewer epochs than the models that are shipped had, so compare these rows with each other alone. Training is
processor time, and where a graphics card computes, most of the work is not in it.

${table(['layers', 'dev NER', 'RE', 'RE+', 'test NER', 'RE', 'RE+', 'training'], rows)}
`;
  return `
### Layers of the encoder

MiniLM cut off after its first layers.
${costs}${sweep.length === 0 ? '' : scores}
The paper's Fig. 4 and 5 sweep BERT-base on CoNLL04. For 12 layers it has 90.7 / 76.8 / 76.2, for 5, its choice, 89.3 / 76.8 / 76.8, at 16.63 GFLOPs and 1.31 h of training in
Table 5, at 21.63 GFLOPs and 1.398 h in the text beside Fig. 4. Its GFLOPs fit a count of 2 for each multiply-add at 128 subwords, of which
BERT-base's encoder takes 1.86 a layer (22.35 for 12).
`;
}

async function costsPart() {
  const file = join(RUNS, COSTS);
  if (!existsSync(file)) return '';
  const { machine, rounds, rows } = /** @type {Costs} */ (JSON.parse(await readFile(file, 'utf8')));
  const giga = (/** @type {number} */ operations) => (operations / 1e9).toFixed(2);
  const of = (/** @type {Operations} */ { encoder, head }) => [giga(encoder), giga(head)];
  const cells = rows.map(({ layers, operations, sentence, step }) => [
    ...[String(layers), ...of(operations.paper), ...of(operations.mean)],
    ...[sentence.processor.toFixed(1), sentence.median.toFixed(1), step.processor.toFixed(0)],
  ]);
  return `
What the layers cost (\`node bench/layers.mjs --rounds ${rounds}\`; ${machine}). GFLOPs are 2 for each multiply-add of the products that run
(\`src/model/operations.ts\`): of a sentence of 128 subwords that are a word each, as the paper's are, and the mean over CoNLL04's test set. A sentence, in 8 bits, is every
sixth of the test set; a training step is of 8 sentences, over batches that stand for an epoch, of which CoNLL04 has 116 steps. Processor time is that of all threads
together, which other work disturbs least.

${table(
  [
    ...['layers', 'encoder, GFLOPs at 128', 'head', 'encoder, GFLOPs, mean', 'head'],
    ...['a sentence, ms of processor time', 'ms, median', 'a training step, ms of processor time'],
  ],
  cells,
)}
`;
}

/**
 * Dynamic against static convolution, and two layers against one.
 * @param {Run[]} runs
 */
function headsPart(runs) {
  const named = (/** @type {RegExp} */ pattern) =>
    runs.filter(({ name }) => pattern.test(name)).sort((one, other) => seedOf(one) - seedOf(other));
  const compared = [
    { what: 'two dynamic convolutions (K = 4)', group: named(/^(layers-6|dynamic-\d)$/) },
    { what: 'two static convolutions (K = 1)', group: named(/^static-\d$/) },
    { what: 'one dynamic convolution (K = 4)', group: named(/^one-layer-\d$/) },
  ].filter(({ group }) => group.length > 0);
  const [first] = compared.flatMap(({ group }) => group);
  if (first === undefined || compared.length < 2) return '';
  const { epochs } = first.model.trainedOn.settings;
  const rows = compared.flatMap(({ what, group }) => [
    ...group.map((run) => [
      ...[what, `seed ${seedOf(run)}`, ...f1Cells(run.dev), ...f1Cells(run.test)],
      trainingTime(run.model, run.took.processorSeconds ?? run.took.seconds),
    ]),
    ...(group.length < 2 ? [] : [[what, `mean of ${group.length}`, ...meanCells(group, 'dev', ''), ...meanCells(group, 'test', ''), '']]),
  ]);
  return `
### Dynamic or static, two convolutions or one

MiniLM, 6 layers, ${epochs} epochs each; everything else alike. Training as above. A seed moves RE by a point or two, so smaller differences say nothing.

${table(['head', 'seed', 'dev NER', 'RE', 'RE+', 'test NER', 'RE', 'RE+', 'training'], rows)}
`;
}

/**
 * Runs by what they were trained with, but for the seed and the device.
 * @param {Run[]} runs
 * @returns {Map<string, Run[]>}
 */
function bySetting(runs) {
  const groups = /** @type {Map<string, Run[]>} */ (new Map());
  for (const run of [...runs].sort((one, other) => seedOf(one) - seedOf(other))) {
    const { kind, name } = startOf(run.model);
    const words = run.model.trainedWith.join(' ').replace(/--(seed|device) \S+ ?/g, '');
    const key = [kind, name, run.set, words.trim()].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}

/** @param {Run} run */
function seedOf({ model }) {
  return model.trainedOn.seed;
}

/**
 * @param {Run[]} group
 * @param {'dev' | 'test'} split
 * @param {string} [spread] what stands between mean and spread; without it there is none
 */
function meanCells(group, split, spread = ' ') {
  const scores = group.flatMap((run) => run[split] ?? []);
  if (scores.length === 0) return ['', '', ''];
  return /** @type {const} */ (['ner', 're', 're+']).map((task) => {
    const values = scores.map((score) => score[task]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const range = `(${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
    return `${mean.toFixed(2)}${spread === '' ? '' : `${spread}${range}`}`;
  });
}

/** @param {Model} model @returns {string | undefined} the device, where it was not the CPU */
function deviceOf({ trainedWith }) {
  return trainedWith[trainedWith.indexOf('--device') + 1 || trainedWith.length];
}

/** @param {Model} model @param {number} seconds */
function trainingTime(model, seconds) {
  const device = deviceOf(model);
  return device === undefined ? minutes(seconds) : `${minutes(seconds)}, ${device}`;
}

/** @param {number} seconds */
function minutes(seconds) {
  return `${Math.round(seconds / 60)} min`;
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
 * Which folds of a cross-validation ran where, if not all on one device.
 * @param {string} name
 */
async function devicesOfFolds(name) {
  const { average } = /** @type {FoldResults} */ (JSON.parse(await readFile(join(RUNS, name, 'folds.json'), 'utf8')));
  const devices = /** @type {Map<string, string[]>} */ (new Map());
  for (const fold of average.folds) {
    const device = deviceOf(await described(join(RUNS, name, `fold-${fold}`))) ?? 'cpu';
    devices.set(device, [...(devices.get(device) ?? []), fold]);
  }
  if (devices.size < 2) return '';
  return `\nOf \`${name}\`, ${[...devices].map(([device, folds]) => `folds ${folds.join(', ')} ran with \`--device ${device}\``).join(', ')}; all else was the same.\n`;
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
async function timeOf(log) {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const events = lines.map((line) => /** @type {{ seconds?: number, processorSeconds?: number }} */ (JSON.parse(line)));
  const sum = (/** @type {'seconds' | 'processorSeconds'} */ of) => events.reduce((total, event) => total + (event[of] ?? 0), 0);
  return { seconds: sum('seconds'), processorSeconds: sum('processorSeconds') || undefined };
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
