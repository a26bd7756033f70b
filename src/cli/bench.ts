import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import { SpangridError } from '../errors';
import type { Precision } from '../model/encoder/parameters';
import { Extractor, type Times } from '../model/extract';
import { operationsOf, type Operations } from '../model/operations';
import { runtimeVersion } from '../model/runtime/session';
import { benchSentences, sentenceOfLength, type BenchSentences } from './benchSentences';
import { columns } from './columns';
import { command } from './command';
import { matmulSpeed } from './matmulProbe';
import { checkModelProcess, MeasuredModelProcess, timeCommandLine } from './measuredProcesses';
import { MODEL_OPTIONS, parseCount } from './modelOptions';
import { modelFolder } from './models';
import { fittedExponent, mean, spreadOf, type Spread } from './statistics';
import type { Terminal } from './terminal';

/** How long things take, and how much memory. All on the CPU. */
export const bench = command({
  name: 'bench',
  summary: 'measures speed, start, memory and growth with sentence length',
  usage: '[OPTION...]',
  takesWords: false,
  options: {
    model: MODEL_OPTIONS.model,
    data: {
      type: 'string',
      value: 'FILE',
      help: 'sentences in SpERT JSON (default: the CoNLL04 test set where it is there, else made-up ones)',
    },
    repeat: { type: 'string', value: 'N', help: 'how often everything is measured (default: 5)' },
    json: { type: 'boolean', help: 'print the measurements as JSON; times in milliseconds, memory in bytes' },
  },
  notes: ['The input is always the same. Measure on an idle machine: the load is printed with the results.'],
  async run({ model, data, repeat = '5', json = false }, _words, terminal) {
    await checkModelProcess();
    const report = await measure(await modelFolder(model), await benchSentences(data), parseCount('repeat', repeat), terminal);
    terminal.endProgress();
    terminal.print(json ? `${JSON.stringify(report, undefined, 1)}\n` : toText(report));
    return 0;
  },
});

interface Report {
  readonly machine: Machine;
  readonly model: { readonly name: string; readonly runtime: string };
  readonly data: { readonly name: string; readonly sentences: number; readonly words: number };
  readonly repeat: number;
  /** A sentence alone, as the editor asks for it: with its table. */
  readonly sentence: Readonly<Record<Part, Spread & { readonly mean: number }>>;
  /** Mean for a sentence whose words the tokenizer has not seen before. */
  readonly tokenizerAtFirst: number;
  readonly precision: { readonly int8: Spread; readonly float32: Spread; readonly ratio: number };
  readonly coldStart: { readonly commandLine: Spread; readonly modelProcess: Spread };
  /** Of the model process: after the first sentence, after all, after one of 256 words. Empty where the system doesn't say. */
  readonly peakMemory: { readonly first?: number; readonly all?: number; readonly longest?: number };
  readonly growth: {
    readonly lengths: readonly ({ readonly words: number } & Readonly<Record<Part, number>>)[];
    /** Exponents of the sentence's length in what encoder and head take, fitted between 16 and 256 words. */
    readonly encoderExponent: number;
    readonly headExponent: number;
  };
  /** Operations in matrix products (2 a multiply-add): the mean of the sentences, and of one of `PAPER` subwords that are a word each. */
  readonly operations: { readonly mean: Operations; readonly paper: Operations };
  /** Of dense float32 products, in billions of operations a second; and what a sentence costs in operations at that speed, in billions. */
  readonly yardstick: { readonly gigaflops: number; readonly sentence: number };
}

interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
  /** Processes that wanted to run in the last minute, before the bench. */
  readonly load: number;
}

const PARTS = ['tokenizer', 'encoder', 'head', 'decoding', 'all'] as const;
type Part = (typeof PARTS)[number];
type Timing = Readonly<Record<Part, number>>;

const LENGTHS = [8, 16, 32, 64, 128, 256];
const FITTED = 16;
/** Of the comparison of precisions: every so many-th sentence. */
const SAMPLE = 6;
/** Subwords of the sentence that the paper counts operations for. */
const PAPER = 128;
/** As many as the editor asks for at once when the text is long. */
const SENTENCES_A_REQUEST = 16;
const FIRST_TEXT =
  'Maria Alvarez, a spokeswoman for Northwind Shipping in Lisbon, said on Monday that two of its ships would sail to Bremen.';
const FIRST_SENTENCE =
  'Maria Alvarez , a spokeswoman for Northwind Shipping in Lisbon , said on Monday that two of its ships would sail to Bremen .'.split(' ');

async function measure(folder: string, data: BenchSentences, repeat: number, terminal: Terminal): Promise<Report> {
  const machine = describeMachine();
  const step = (what: string): void => {
    if (terminal.signal.aborted) throw new SpangridError('cancelled', 'Cancelled.');
    terminal.progress(PHASES.indexOf(what) + 1, PHASES.length, `(${what})`);
  };
  step('sentences');
  const timer = await Timer.open(folder, 'int8');
  const { sentences } = data;
  const first = await inTurn(sentences, (words) => timer.time(words));
  const timings: Timing[] = [];
  for (let pass = 0; pass < repeat; pass += 1) {
    step('sentences');
    timings.push(...(await inTurn(sentences, (words) => timer.time(words))));
  }
  step('precision');
  const precision = await comparePrecisions(
    timer,
    folder,
    sentences.filter((_, index) => index % SAMPLE === 0),
    repeat,
  );
  step('growth');
  const growth = await measureGrowth(timer, data, repeat);
  const { name } = timer;
  const operations = { mean: timer.meanOperations(sentences), paper: timer.operationsOfPaper() };
  await timer.close();
  step('yardstick');
  const gigaflops = await matmulSpeed();
  step('start');
  const coldStart = await measureStart(folder, repeat);
  step('memory');
  const peakMemory = await measureMemory(folder, data);
  return {
    machine,
    model: { name, runtime: await runtimeVersion() },
    data: { name: data.name, sentences: sentences.length, words: sentences.flat().length },
    repeat,
    sentence: byPart((part) => {
      const times = timings.map((timing) => timing[part]);
      return { ...spreadOf(times), mean: mean(times) };
    }),
    tokenizerAtFirst: mean(first.map(({ tokenizer }) => tokenizer)),
    precision,
    coldStart,
    peakMemory,
    growth,
    operations,
    yardstick: { gigaflops, sentence: (mean(timings.map(({ all }) => all)) / 1000) * gigaflops },
  };
}

const PHASES = ['sentences', 'precision', 'growth', 'yardstick', 'start', 'memory'];

/** A model whose parts are timed, one sentence at a time. */
class Timer {
  readonly #extractor: Extractor;

  private constructor(extractor: Extractor) {
    this.#extractor = extractor;
  }

  static async open(folder: string, precision: Precision): Promise<Timer> {
    return new Timer(await Extractor.open(folder, { device: 'cpu', precision }));
  }

  get name(): string {
    return this.#extractor.name;
  }

  async time(words: readonly string[]): Promise<Timing> {
    const before: Times = { ...this.#extractor.times };
    const started = performance.now();
    await this.#extractor.extract([words], { constraints: true, tables: true });
    const all = performance.now() - started;
    const { subwords, encoder, head, decoding } = this.#extractor.times;
    return {
      tokenizer: subwords - before.subwords,
      encoder: encoder - before.encoder,
      head: head - before.head,
      decoding: decoding - before.decoding,
      all,
    };
  }

  meanOperations(sentences: readonly (readonly string[])[]): Operations {
    const each = sentences.map((words) => this.#extractor.operations(words));
    return { encoder: mean(each.map(({ encoder }) => encoder)), head: mean(each.map(({ head }) => head)) };
  }

  operationsOfPaper(): Operations {
    const { encoder, options } = this.#extractor.manifest;
    return operationsOf(encoder, options, { subwords: PAPER, words: PAPER });
  }

  async close(): Promise<void> {
    await this.#extractor.dispose();
  }
}

/** 8-bit against float32 products, in turn, so that both meet the same machine. */
async function comparePrecisions(
  int8: Timer,
  folder: string,
  sentences: readonly (readonly string[])[],
  repeat: number,
): Promise<Report['precision']> {
  const float32 = await Timer.open(folder, 'float32');
  const times: Record<Precision, number[]> = { int8: [], float32: [] };
  for (let pass = -1; pass < repeat; pass += 1) {
    for (const words of sentences) {
      const pair = { int8: (await int8.time(words)).all, float32: (await float32.time(words)).all };
      if (pass < 0) continue;
      times.int8.push(pair.int8);
      times.float32.push(pair.float32);
    }
  }
  await float32.close();
  const ratio = mean(times.float32) / mean(times.int8);
  return { int8: spreadOf(times.int8), float32: spreadOf(times.float32), ratio };
}

/** All lengths in each round, so that a moment in which the machine is busy does not bend the curve. */
async function measureGrowth(timer: Timer, data: BenchSentences, repeat: number): Promise<Report['growth']> {
  const rounds: Timing[][] = [];
  for (let round = -1; round < repeat; round += 1) {
    const timings = await inTurn(LENGTHS, (words) => timer.time(sentenceOfLength(words, data)));
    if (round >= 0) rounds.push(timings);
  }
  const lengths = LENGTHS.map((words, index) => ({
    words,
    ...byPart((part) => spreadOf(rounds.map((timings) => timings[index]?.[part] ?? NaN)).median),
  }));
  const exponent = (part: Part): number =>
    fittedExponent(lengths.filter(({ words }) => words >= FITTED).map((row) => [row.words, row[part]] as const));
  return { lengths, encoderExponent: exponent('encoder'), headExponent: exponent('head') };
}

/** Starts both programs once for the file system's cache, then measures. */
async function measureStart(folder: string, repeat: number): Promise<Report['coldStart']> {
  const times: { commandLine: number; modelProcess: number }[] = [];
  for (let run = -1; run < repeat; run += 1) {
    const commandLine = await timeCommandLine(folder, FIRST_TEXT);
    const child = await MeasuredModelProcess.start();
    await child.load(folder);
    await child.extract([FIRST_SENTENCE], true);
    const modelProcess = child.age;
    await child.stop();
    if (run >= 0) times.push({ commandLine, modelProcess });
  }
  return {
    commandLine: spreadOf(times.map(({ commandLine }) => commandLine)),
    modelProcess: spreadOf(times.map(({ modelProcess }) => modelProcess)),
  };
}

async function measureMemory(folder: string, data: BenchSentences): Promise<Report['peakMemory']> {
  const child = await MeasuredModelProcess.start();
  await child.load(folder);
  await child.extract([FIRST_SENTENCE], true);
  const first = await child.peakMemory();
  for (let next = 0; next < data.sentences.length; next += SENTENCES_A_REQUEST) {
    await child.extract(data.sentences.slice(next, next + SENTENCES_A_REQUEST), false);
  }
  const all = await child.peakMemory();
  await child.extract([sentenceOfLength(Math.max(...LENGTHS), data)], true);
  const longest = await child.peakMemory();
  await child.stop();
  return first === undefined || all === undefined || longest === undefined ? {} : { first, all, longest };
}

function describeMachine(): Machine {
  const [processor] = cpus();
  return {
    processor: processor?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memory: totalmem(),
    system: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0] ?? 0,
  };
}

function byPart<T>(of: (part: Part) => T): Record<Part, T> {
  return { tokenizer: of('tokenizer'), encoder: of('encoder'), head: of('head'), decoding: of('decoding'), all: of('all') };
}

/** One after the other: measurements must not run beside each other. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function toText(report: Report): string {
  const { machine, model, data, repeat, sentence, precision, coldStart, peakMemory, growth, operations, yardstick } = report;
  const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
  const megabytes = (bytes: number | undefined): string => (bytes === undefined ? 'not known here' : `${(bytes / 1e6).toFixed(0)} MB`);
  const billions = ({ encoder, head }: Operations): string => `encoder ${(encoder / 1e9).toFixed(2)}, head ${(head / 1e9).toFixed(2)}`;
  const spread = (name: string, { median, p95, count }: Spread): string[] => [name, ms(median), ms(p95), String(count)];
  return [
    `${model.name}, ONNX Runtime ${model.runtime}, CPU, products in 8 bits`,
    `${machine.processor}, ${String(machine.cores)} cores, ${(machine.memory / 1e9).toFixed(0)} GB; ${machine.system}, Node ${machine.node}; ${machine.date}, load ${machine.load.toFixed(1)} at the start`,
    `${data.name}: ${String(data.sentences)} sentences, ${String(data.words)} words; everything ${String(repeat)} times after a warm-up`,
    '',
    columns(
      [
        ['A sentence, in ms', 'mean', 'median', 'p95'],
        ...PARTS.map((part) => [part, ms(sentence[part].mean), ms(sentence[part].median), ms(sentence[part].p95)]),
      ],
      1,
    ),
    `The tokenizer remembers words; for words that are new it takes ${ms(report.tokenizerAtFirst)} ms.`,
    '',
    columns(
      [
        ['Products, in ms a sentence', 'median', 'p95', 'runs'],
        spread('in 8 bits', precision.int8),
        spread('in float32', precision.float32),
      ],
      1,
    ),
    `float32 takes ${precision.ratio.toFixed(2)} times as long.`,
    '',
    columns(
      [
        ['From start to first result, in ms', 'median', 'p95', 'runs'],
        spread('spangrid extract', coldStart.commandLine),
        spread('model process', coldStart.modelProcess),
      ],
      1,
    ),
    '',
    `Peak memory of the model process: ${megabytes(peakMemory.first)} after one sentence, ${megabytes(peakMemory.all)} after all of them, ${megabytes(peakMemory.longest)} after one of ${String(Math.max(...LENGTHS))} words.`,
    '',
    columns(
      [
        ['Words in a sentence, ms (median)', ...PARTS],
        ...growth.lengths.map((row) => [String(row.words), ...PARTS.map((part) => ms(row[part]))]),
      ],
      1,
    ),
    `Between ${String(FITTED)} and ${String(Math.max(...LENGTHS))} words the head grows as n^${growth.headExponent.toFixed(2)}, the encoder as n^${growth.encoderExponent.toFixed(2)}.`,
    '',
    `Operations in products, in billions (2 a multiply-add): ${billions(operations.mean)} for a sentence (mean); ${billions(operations.paper)} for one of ${String(PAPER)} subwords that are a word each.`,
    `Yardstick: dense float32 products run at ${yardstick.gigaflops.toFixed(0)} GFLOP/s here; a sentence takes as long as ${yardstick.sentence.toFixed(1)} billion such operations.`,
    '',
  ].join('\n');
}
