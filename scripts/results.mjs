// Measures how well the models find entities and relations, and writes docs/results.md and the table in README.md:
// node scripts/results.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { build } from './children.mjs';
import { CONLL04, evaluate, spangrid } from './evaluate.mjs';
import { runsSection } from './trainedRuns.mjs';

/** @import { Evaluation, F1s } from './evaluate.mjs' */

const MODELS = ['accurate', 'fast'];
const SPLITS = ['dev', 'test'];
const OPTIONS = [[], ['--no-constraints'], ['--precision', 'float32'], ['--precision', 'float32', '--no-constraints']];

/** @typedef {{ model: string, split: string, words: string[], evaluation: Evaluation }} Run */

await build('cli');
/** @type {Run[]} */
const tokens = [];
/** @type {Run[]} */
const texts = [];
for (const model of MODELS) {
  for (const split of SPLITS) {
    for (const words of OPTIONS) tokens.push(await run(model, split, words));
    texts.push(await run(model, split, ['--raw', `${CONLL04}_${split}_raw.json`]));
  }
}
const { versions } = /** @type {{ versions: Record<string, string> }} */ (await spangrid(['info']));

/**
 * @param {string} model
 * @param {string} split
 * @param {string[]} words
 * @returns {Promise<Run>}
 */
async function run(model, split, words) {
  console.log(`${model} on ${split} ${words.join(' ')}`);
  return { model, split, words, evaluation: await evaluate(split, ['--model', model, ...words]) };
}

/** @param {F1s} scores */
function cells({ ner, re, 're+': rePlus }) {
  return [ner, re, rePlus].map((value) => value.toFixed(2));
}

/** @param {string[]} words */
function optionsCell(words) {
  return words.length === 0 ? '(none)' : `\`${words.join(' ')}\``;
}

/**
 * @param {string[]} header
 * @param {string[][]} rows
 */
function table(header, rows) {
  const all = [header, header.map((_, at) => (at < 3 ? '---' : '--:')), ...rows];
  return all.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/**
 * @param {string} model
 * @param {string} split
 * @param {string[]} words
 * @returns {Evaluation} of the run with these options
 */
function found(model, split, words) {
  const one = tokens.find((run) => run.model === model && run.split === split && run.words.join() === words.join());
  if (one === undefined) throw new Error(`${model} was not run on ${split} with ${words.join(' ')}`);
  return one.evaluation;
}

/** What 8-bit products cost: float32's F1 less theirs. */
const losses = MODELS.flatMap((model) =>
  SPLITS.flatMap((split) =>
    [[], ['--no-constraints']].map((words) => {
      const exact = found(model, split, ['--precision', 'float32', ...words]).micro;
      const shipped = found(model, split, words).micro;
      const lost = { ner: exact.ner - shipped.ner, re: exact.re - shipped.re, 're+': exact['re+'] - shipped['re+'] };
      return [model, split, words.length === 0 ? 'on' : 'off', ...cells(lost)];
    }),
  ),
);
const command = `npx spangrid eval --data ${CONLL04}_SPLIT.json --model MODEL`;
const unseen = tokens.flatMap(({ model, split, words, evaluation }) =>
  evaluation.unseen === undefined
    ? []
    : [[model, split, optionsCell(words), ...cells(evaluation.unseen.micro), ...cells(evaluation.unseen.macro)]],
);
const leftOut = SPLITS.map((split) => `${found('fast', split, []).unseen?.leftOut ?? 0} of ${split}`).join(', ');

const results = `# Results

How well the shipped models do on CoNLL04 (231 dev and 288 test sentences of news), strict F1 in percent. An entity counts (NER) when its span and type
are right, a relation (RE) when both spans, its type and its direction are right, and (RE+) when both entity types are, too. Micro counts all types
together, macro averages over types. The models were chosen on dev: the best epoch of
the best of several trainings with different seeds, all of which are listed below (\`mpnet-N\` for \`accurate\`, \`minilm-N\` for \`fast\`).

Written by \`node scripts/results.mjs\`, ${new Date().toISOString().slice(0, 10)}, with ONNX Runtime ${versions['onnxruntime']} on
${cpus()[0]?.model.trim()} (${versions['platform']}). Products in 8 bits may round otherwise on other processors.

## From gold tokens

\`${command} OPTIONS\`. Without options the model runs as shipped: products in 8 bits, relations only between types that the schema admits.

${table(
  ['model', 'split', 'options', 'NER micro', 'RE micro', 'RE+ micro', 'NER macro', 'RE macro', 'RE+ macro'],
  tokens.map(({ model, split, words, evaluation: { micro, macro } }) => [
    model,
    split,
    optionsCell(words),
    ...cells(micro),
    ...cells(macro),
  ]),
)}

On the checkpoints of an independent implementation, in float32 without constraints, the predictions are its own, sentence for sentence
(\`test/unit/trainedReference.test.ts\`).

## Without sentences that are in the training data too

${leftOut}; the same commands print these figures, too.

${table(['model', 'split', 'options', 'NER micro', 'RE micro', 'RE+ micro', 'NER macro', 'RE macro', 'RE+ macro'], unseen)}

## What products in 8 bits cost

F1 (micro, gold tokens) in float32 less F1 in 8 bits; below zero, 8 bits happen to do better.

${table(['model', 'split', 'constraints', 'NER', 'RE', 'RE+'], losses)}

## From raw text

The sentences of a split as running text: sentences and words are found first, and a span counts when its characters are right.
\`${command} --raw ${CONLL04}_SPLIT_raw.json\`; "words" and "sentences" are the F1 of the words' spans and of the places where sentences start.

CoNLL04 itself is of two minds about the full stop that ends a sentence: in 135 of dev's sentences it is a word of its own, in 57 it belongs to the last
word ("Kosovo."), and so to the entity where that word is one. Our words keep it in abbreviations alone, so those entities count as wrong. In the rows "final full stop
not counted" a full stop at the end of an entity is taken off, from gold and prediction alike.

${table(
  ['model', 'split', 'from', 'NER micro', 'RE micro', 'RE+ micro', 'words', 'sentences'],
  texts.flatMap(({ model, split, evaluation: { micro, raw } }) => {
    if (raw === undefined) throw new Error(`${model} was not run from raw text`);
    const { words, sentenceStarts } = raw.segmentation;
    return [
      [model, split, 'gold tokens', ...cells(found(model, split, []).micro), '', ''],
      [model, split, 'raw text', ...cells(micro), words.toFixed(2), sentenceStarts.toFixed(2)],
      [model, split, 'raw text, final full stop not counted', ...cells(raw.withoutFullStops.micro), '', ''],
    ];
  }),
)}

<!-- runs -->

${await runsSection()}
<!-- /runs -->
`;
await writeFile('docs/results.md', results);

const summary = [
  'CoNLL04 test set (288 news sentences), strict micro F1 in percent, the models as shipped:',
  '',
  table(['model', 'size', 'input', 'NER', 'RE', 'RE+'], (await Promise.all(MODELS.map(summaryRows))).flat()),
  '',
  'From raw text, sentences and words are found first. CoNLL04 gives the full stop that ends a sentence to the last word in one sentence of four, and so to',
  'the entity there; ours keep it in abbreviations alone. [All figures](docs/results.md), on dev too, without constraints, and in float32.',
].join('\n');
const readme = await readFile('README.md', 'utf8');
await writeFile(
  'README.md',
  readme.replace(/(?<=<!-- results -->\n)[^]*(?=<!-- \/results -->)/, () => `\n${summary}\n\n`),
);

/**
 * The rows of a model in the README.
 * @param {string} model
 */
async function summaryRows(model) {
  const { model: described } = /** @type {{ model: { bytes: number } }} */ (await spangrid(['info', '--model', model]));
  const { micro, unseen } = found(model, 'test', []);
  const text = texts.find((one) => one.model === model && one.split === 'test')?.evaluation;
  if (unseen === undefined || text?.raw === undefined) throw new Error(`${model} was not run on all of test`);
  const rows = [
    ['gold tokens', micro],
    [`gold tokens, without the ${unseen.leftOut} sentences that are in the training data too`, unseen.micro],
    ['raw text', text.micro],
    ['raw text, final full stop not counted', text.raw.withoutFullStops.micro],
  ];
  const name = [`\`${model}\``, `${Math.round(described.bytes / 1e6)} MB`];
  return rows.map(([input, scores]) => [...name, /** @type {string} */ (input), ...cells(/** @type {F1s} */ (scores))]);
}
