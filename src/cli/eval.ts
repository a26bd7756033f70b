import type { TokenAnnotations, TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { lossText } from '../formats/losses';
import { confusions, type Confusion, type Confusions, type MentionError, type RelationError } from '../model/evaluation/confusions';
import type { Counts, PrecisionRecall, Score, Task } from '../model/evaluation/scores';
import { score } from '../model/evaluation/scores';
import { Extractor } from '../model/extract';
import { segment } from '../text/segment';
import type { SentenceSpans } from '../text/span';
import { columns } from './columns';
import { command, usageError } from './command';
import { readDataSet, readPredictions, seenInTraining, type TrainingOverlap } from './dataSet';
import { chooseModel, MODEL_OPTIONS, parseChoice, parseThreshold, READING_OPTIONS, scoringAtLeast } from './modelOptions';
import { overText, readRawText, segmentationScores, withoutFullStop, type RawText, type SegmentationScores } from './rawText';
import type { Terminal } from './terminal';

type Scores = Record<Task, Score>;

/** What was scored, and how the predictions came about. */
interface Evaluation {
  readonly data: string;
  readonly sentences: number;
  /** The predictions file, or the model and how it ran. */
  readonly predictions:
    | { readonly file: string }
    | {
        readonly model: string;
        readonly device: string;
        readonly precision: string;
        readonly constraints: boolean;
        readonly decoder: string;
      };
  readonly raw?: {
    readonly file: string;
    readonly segmentation: SegmentationScores;
    /** The same where a full stop at the end of a mention doesn't count, neither gold's nor the predicted one. */
    readonly withoutFullStops: Scores;
  };
  readonly scores: Scores;
  /** Where predictions and gold are the same sentences. */
  readonly confusions?: ShownConfusions;
  /** The same without the sentences that are in the training data too. */
  readonly unseen?: { readonly leftOut: number; readonly training: string; readonly scores: Scores };
}

/** Scores predictions against gold. */
export const evaluate = command({
  name: 'eval',
  summary: 'scores a model, or predictions made before, against a data set',
  usage: '--data PATH [OPTION...]',
  takesWords: false,
  options: {
    data: {
      type: 'string',
      value: 'PATH',
      help: 'gold annotations: SpERT JSON (the format of CoNLL04), DyGIE++ JSON lines, or the done sentences of Spangrid annotation files: one, a folder, or jsonl',
    },
    predictions: { type: 'string', value: 'FILE', help: 'score these predictions (SpERT JSON, same sentences) instead of running a model' },
    raw: {
      type: 'string',
      value: 'FILE',
      help: 'start from running text: {"text", "sentences": [{"start", "end", "tokens"}]}, the sentences of --data in order',
    },
    json: { type: 'boolean', help: 'print the scores as JSON, in percent' },
    ...MODEL_OPTIONS,
    ...READING_OPTIONS,
    decoder: { type: 'string', value: 'NAME', help: "constrained, or argmax: the paper's own (default: constrained)" },
    precision: { type: 'string', value: 'NAME', help: 'how products are computed: int8 or float32 (default: int8 on the CPU)' },
  },
  notes: [
    'NER: span and type are right. RE: both spans, the relation type and its direction are right. RE+: both entity types, too.\nMicro counts all types together, macro averages over the types that occur in the data.',
    'Except from running text, the commonest errors are listed, ten of entities and ten of relations, each with an example from the data.',
    'Where NAME_train.json lies beside NAME_test.json or NAME_dev.json, sentences that stand in both are left out in a second set of scores.',
  ],
  async run(values, _words, terminal) {
    const { data, predictions, raw, json = false } = values;
    if (data === undefined) throw usageError('eval', 'Name the data with --data');
    const { sentences: gold, losses, about } = await readDataSet(data);
    if (gold.length === 0) throw new SpangridError('text.empty', `${data} has no sentences to score.`);
    if (about !== undefined) terminal.say(`${data}: ${about}`);
    for (const loss of losses) terminal.say(`${data}: not scored: ${lossText(loss)}`);
    const overlap = await seenInTraining(data, gold);
    const asked = { data, gold, overlap };
    const evaluation =
      predictions !== undefined
        ? await ofPredictions(asked, predictions, values)
        : raw !== undefined
          ? await ofRawText(asked, raw, values, terminal)
          : await ofModel(asked, values, terminal);
    terminal.print(json ? `${JSON.stringify(toJson(evaluation), undefined, 1)}\n` : toText(evaluation));
    return 0;
  },
});

interface Asked {
  readonly data: string;
  readonly gold: readonly TokenSentence[];
  readonly overlap: TrainingOverlap | undefined;
}

interface Given {
  readonly model?: string;
  readonly device?: string;
  readonly threshold?: string;
  readonly decoder?: string;
  readonly precision?: string;
  readonly raw?: string;
  readonly 'no-constraints'?: boolean;
}

async function ofPredictions({ data, gold, overlap }: Asked, file: string, given: Given): Promise<Evaluation> {
  const [unfit] = (['model', 'device', 'decoder', 'precision', 'raw', 'no-constraints'] as const).filter(
    (name) => given[name] !== undefined,
  );
  if (unfit !== undefined) throw usageError('eval', `--${unfit} says how to predict, and with --predictions nothing is predicted`);
  const threshold = parseThreshold(given.threshold);
  const predicted = await readPredictions(file);
  if (predicted.length !== gold.length) {
    throw new SpangridError(
      'data.invalid',
      `${file} has ${String(predicted.length)} sentences and ${data} has ${String(gold.length)}: they must be the same sentences in the same order.`,
    );
  }
  const other = gold.findIndex(({ tokens }, index) => JSON.stringify(tokens) !== JSON.stringify(predicted[index]?.tokens));
  if (other >= 0) {
    throw new SpangridError(
      'data.invalid',
      `${file}: [${String(other)}].tokens: not the tokens of ${data}. They must be the same sentences in the same order.`,
    );
  }
  const taken = predicted.map((sentence) => scoringAtLeast(threshold, sentence));
  return {
    data,
    sentences: gold.length,
    predictions: { file },
    scores: score(gold, taken),
    confusions: commonest(gold, taken),
    ...withoutSeen(gold, taken, overlap),
  };
}

async function ofModel({ data, gold, overlap }: Asked, given: Given, terminal: Terminal): Promise<Evaluation> {
  const { predictions, predicted } = await predictAll(
    gold.map(({ tokens }) => tokens),
    gold,
    given,
    terminal,
  );
  return {
    data,
    sentences: gold.length,
    predictions,
    scores: score(gold, predicted),
    confusions: commonest(gold, predicted),
    ...withoutSeen(gold, predicted, overlap),
  };
}

/** From running text: sentences and words are found first, and all is compared as stretches of the text. */
async function ofRawText({ data, gold }: Asked, file: string, given: Given, terminal: Terminal): Promise<Evaluation> {
  const raw: RawText = await readRawText(file, gold);
  const found: readonly SentenceSpans[] = segment(raw.text);
  const { predictions, predicted } = await predictAll(
    found.map(({ tokens }) => tokens.map(({ startChar, endChar }) => raw.text.slice(startChar, endChar))),
    gold,
    given,
    terminal,
  );
  const scores = score([overText(gold, raw.sentences)], [overText(predicted, found)]);
  const endOf = withoutFullStop(raw.text);
  const withoutFullStops = score([overText(gold, raw.sentences, endOf)], [overText(predicted, found, endOf)]);
  return {
    data,
    sentences: gold.length,
    predictions,
    raw: { file, segmentation: segmentationScores(raw.sentences, found), withoutFullStops },
    scores,
  };
}

async function predictAll(
  sentences: readonly (readonly string[])[],
  gold: readonly TokenAnnotations[],
  given: Given,
  terminal: Terminal,
): Promise<{ readonly predictions: Evaluation['predictions']; readonly predicted: readonly TokenAnnotations[] }> {
  const threshold = parseThreshold(given.threshold);
  const decoder = parseChoice('decoder', ['constrained', 'argmax'], given.decoder) ?? 'constrained';
  const constraints = given['no-constraints'] !== true;
  const chosen = await chooseModel(given);
  const extractor = await Extractor.open(chosen.folder, chosen);
  const predicted = await extractor.extract(sentences, {
    constraints,
    tables: false,
    decoder,
    signal: terminal.signal,
    onSentence: (index) => terminal.progress(index + 1, sentences.length, 'sentences'),
  });
  terminal.endProgress();
  const { name: model, device, schema } = extractor;
  const lacking = [
    ...typesWithout(
      gold.flatMap(({ mentions }) => mentions),
      schema.entities,
    ),
    ...typesWithout(
      gold.flatMap(({ relations }) => relations),
      schema.relations,
    ),
  ];
  if (lacking.length > 0) terminal.say(`${model} does not know these types, and finds nothing of them: ${lacking.join(', ')}`);
  return {
    predictions: { model, device, precision: chosen.precision, constraints, decoder },
    predicted: predicted.map((prediction) => scoringAtLeast(threshold, prediction)),
  };
}

/** The types of items that are not among those that are known. */
function typesWithout(items: readonly { readonly type: string }[], known: object): readonly string[] {
  return [...new Set(items.map(({ type }) => type))].filter((type) => !Object.hasOwn(known, type)).sort();
}

function withoutSeen(
  gold: readonly TokenAnnotations[],
  predicted: readonly TokenAnnotations[],
  overlap: TrainingOverlap | undefined,
): Pick<Evaluation, 'unseen'> {
  if (overlap === undefined) return {};
  const { file: training, seen } = overlap;
  const isNew = (_: unknown, index: number): boolean => seen[index] !== true;
  const leftOut = seen.filter(Boolean).length;
  return { unseen: { leftOut, training, scores: score(gold.filter(isNew), predicted.filter(isNew)) } };
}

const MOST_CONFUSIONS = 10;

/** The commonest errors, as they are shown. */
type ShownConfusions = {
  readonly [Of in keyof Confusions]: readonly {
    /** In words. */
    readonly what: string;
    readonly kind: string;
    readonly gold?: string;
    readonly predicted?: string;
    readonly count: number;
    /** A sentence where it happened: its index in the data, and the words. */
    readonly example: { readonly sentence: number; readonly words: string };
  }[];
};

function commonest(gold: readonly TokenSentence[], predicted: readonly TokenAnnotations[]): ShownConfusions {
  const { mentions, relations } = confusions(gold, predicted);
  const shown = <Kind extends string>(
    all: readonly Confusion<Kind>[],
    say: Readonly<Record<Kind, (gold: string, predicted: string) => string>>,
  ): ShownConfusions[keyof ShownConfusions] =>
    all.slice(0, MOST_CONFUSIONS).map(({ kind, example: { sentence, spans }, ...one }) => {
      const words = spans.map(({ startToken, endToken }) => gold[sentence]?.tokens.slice(startToken, endToken).join(' '));
      return { what: say[kind](one.gold ?? '', one.predicted ?? ''), kind, ...one, example: { sentence, words: words.join(' -> ') } };
    });
  return { mentions: shown(mentions, MENTION_ERRORS), relations: shown(relations, RELATION_ERRORS) };
}

const MENTION_ERRORS: Readonly<Record<MentionError, (gold: string, predicted: string) => string>> = {
  type: (gold, predicted) => `${gold} as ${predicted}`,
  span: (gold, predicted) => (gold === predicted ? `${gold}: other words` : `${gold} as ${predicted}, and other words`),
  missed: (gold) => `${gold}: missed`,
  spurious: (_, predicted) => `${predicted}: where there is none`,
};

const RELATION_ERRORS: Readonly<Record<RelationError, (gold: string, predicted: string) => string>> = {
  type: (gold, predicted) => `${gold} as ${predicted}`,
  direction: (gold) => `${gold}: wrong direction`,
  mention: (gold) => `${gold}: an entity is wrong`,
  missed: (gold) => `${gold}: missed`,
  spurious: (_, predicted) => `${predicted}: where there is none`,
};

const TASKS = ['ner', 're', 're+'] as const;

/** As product.md has it: F1 in percent; what it is made of under `details`. */
function toJson({ scores, unseen, raw, ...rest }: Evaluation): object {
  return {
    ...f1s(scores),
    details: Object.fromEntries(TASKS.map((task) => [task, detailsOf(scores[task])])),
    ...(unseen === undefined ? {} : { unseen: { leftOut: unseen.leftOut, training: unseen.training, ...f1s(unseen.scores) } }),
    ...(raw === undefined ? {} : { raw: { ...raw, withoutFullStops: f1s(raw.withoutFullStops) } }),
    ...rest,
  };
}

function f1s(scores: Scores): object {
  const all = (of: (one: Score) => PrecisionRecall): object =>
    Object.fromEntries(TASKS.map((task) => [task, percent(of(scores[task]).f1)]));
  const types: Record<string, Record<string, number>> = {};
  for (const task of TASKS) for (const [type, { f1 }] of scores[task].types) types[type] = { ...types[type], [task]: percent(f1) };
  return { micro: all(({ micro }) => micro), macro: all(({ macro }) => macro), types };
}

function detailsOf({ micro, macro, types }: Score): object {
  const short = ({ precision, recall, f1, ...counts }: PrecisionRecall & Partial<Counts>): object => ({
    precision: percent(precision),
    recall: percent(recall),
    f1: percent(f1),
    ...counts,
  });
  return { micro: short(micro), macro: short(macro), types: Object.fromEntries([...types].map(([type, one]) => [type, short(one)])) };
}

function percent(value: number): number {
  return Math.round(value * 100) / 100;
}

function toText({ data, sentences, predictions, raw, scores, confusions: errors, unseen }: Evaluation): string {
  const by =
    'file' in predictions
      ? `Predictions in ${predictions.file}`
      : `${predictions.model} on ${predictions.device} (products in ${predictions.precision}, constraints ${predictions.constraints ? 'on' : 'off'}, ${predictions.decoder} decoder)`;
  const from = raw === undefined ? '' : `, from the raw text of ${raw.file}`;
  const parts = [`${by}\nagainst ${data}, ${String(sentences)} sentences${from}; strict, in percent`];
  if (raw !== undefined) {
    const { words, sentenceStarts } = raw.segmentation;
    parts.push(`Found in the text: words with F1 ${words.toFixed(2)}, starts of sentences with F1 ${sentenceStarts.toFixed(2)}.`);
  }
  const rows: string[][] = [['', 'precision', 'recall', 'F1', 'correct', 'predicted', 'gold']];
  for (const task of TASKS) {
    const { micro, macro, types } = scores[task];
    rows.push(row(`${task.toUpperCase()} micro`, micro), row(`${task.toUpperCase()} macro`, macro));
    for (const [type, one] of types) rows.push(row(`  ${type}`, one));
  }
  parts.push(columns(rows, 1));
  if (raw !== undefined) {
    parts.push(
      `Where a full stop at the end of a mention doesn't count, neither gold's nor the predicted one, F1:\n${inOneLine(raw.withoutFullStops)}`,
    );
  }
  if (unseen !== undefined && unseen.leftOut > 0) {
    const { leftOut, training } = unseen;
    parts.push(
      `Without the ${String(leftOut)} sentences that are in the training data too (${training}), F1:\n${inOneLine(unseen.scores)}`,
    );
  }
  for (const [name, list] of [
    ['Entities', errors?.mentions ?? []],
    ['Relations', errors?.relations ?? []],
  ] as const) {
    if (list.length === 0) continue;
    const lines = list.map(({ what, count, example }) => [`  ${what}`, String(count), `[${String(example.sentence)}] ${example.words}`]);
    parts.push(`${name} that are wrong, commonest first, with a sentence of the data as example:\n${columns(lines)}`);
  }
  return `${parts.join('\n\n')}\n`;
}

function inOneLine(scores: Scores): string {
  return TASKS.map((task) => {
    const { micro, macro } = scores[task];
    return `${task.toUpperCase()} ${micro.f1.toFixed(2)} (macro ${macro.f1.toFixed(2)})`;
  }).join(', ');
}

function row(name: string, { precision, recall, f1, ...counts }: PrecisionRecall & Partial<Counts>): string[] {
  const numbers = [counts.correct, counts.predicted, counts.gold].map((count) => (count === undefined ? '' : String(count)));
  return [name, precision.toFixed(2), recall.toFixed(2), f1.toFixed(2), ...numbers];
}
