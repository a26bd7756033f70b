import { dirname, resolve } from 'node:path';
import { apply } from '../annotation/edits';
import { emptyDocument } from '../annotation/document';
import { extractionEdit, type ExtractedSentence } from '../annotation/extraction';
import { counted } from '../annotation/names';
import type { Prediction } from '../annotation/prediction';
import { textReference } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { atomicWrite } from '../files/atomicWrite';
import { nearestConfig, readConfigFile } from '../files/config';
import { StagedFiles } from '../files/stagedFiles';
import { FORMATS, formatNamed } from '../formats/all';
import type { AnnotatedText, Format, NamedContent } from '../formats/format';
import { typesName } from '../formats/spert';
import { Extractor } from '../model/extract';
import { command, usageError } from './command';
import { readInputTexts, type InputText } from './inputTexts';
import { projectModel } from './models';
import { chooseModel, MODEL_OPTIONS, parseThreshold, READING_OPTIONS, scoringAtLeast } from './modelOptions';
import { checkNew, checkOutput, FORCE_OPTION, outputName } from './outputFile';
import { SentenceLines } from './sentenceLines';
import type { Terminal } from './terminal';

const TABLE = 'table';
const FORMAT_NAMES = [TABLE, ...FORMATS.flatMap(({ name, aliases }) => [...aliases, name])];

/** Raw text in, entities and relations out. */
export const extract = command({
  name: 'extract',
  summary: 'finds entities and relations in text files',
  usage: '[FILE...|-] [OPTION...]',
  takesWords: true,
  options: {
    format: { type: 'string', value: 'FORMAT', help: `${FORMAT_NAMES.join(', ')} (default: table, for reading)` },
    out: {
      type: 'string',
      value: 'FILE',
      help: 'write there instead of to standard output (brat and webanno: a folder); conll04 writes FILE_types.json beside it',
    },
    force: FORCE_OPTION,
    ...MODEL_OPTIONS,
    config: {
      type: 'string',
      value: 'FILE',
      help: 'the spangrid.config.json whose tokenizer is used, and without --model its model (default: the nearest from the first FILE up)',
    },
    ...READING_OPTIONS,
  },
  notes: [
    'Without FILE, or with -, the text comes from standard input. Text is UTF-8.',
    'Examples:\n  spangrid extract samples/news.txt\n  spangrid extract --format conll04 --out news.json samples/news.txt\n  echo "Bob lives in Rome." | spangrid extract',
  ],
  async run(
    { format: formatName = TABLE, out, threshold: lowest, 'no-constraints': isFree = false, config, force = false, ...given },
    paths,
    terminal,
  ) {
    const format = parseFormat(formatName);
    const threshold = parseThreshold(lowest);
    const [first = '-'] = paths;
    const project = config === undefined ? await nearestConfig(dirname(first)) : await readConfigFile(config);
    const model = given.model ?? (await projectModel(project));
    const chosen = await chooseModel({ ...given, model });
    if (format?.isFolder === true && out === undefined) throw usageError('extract', 'Name a folder for the result with --out');
    if (out !== undefined && format?.isFolder !== true) {
      const types = format?.name === 'spert' ? [typesName(out)] : [];
      await checkOutput(
        [out, ...types],
        paths.filter((path) => path !== '-'),
        force,
      );
    }
    const texts = await readInputTexts(paths, project?.config.tokenizer ?? 'words', terminal);
    const extractor = await Extractor.open(chosen.folder, chosen);
    const run = new Run(extractor, texts, { threshold, constraints: !isFree }, terminal);
    let written: readonly string[] = [];
    if (format === undefined) written = await run.table(out);
    else if (out === undefined) await run.print(format);
    else written = await run.export(format, out, force);
    terminal.say(run.summary(written));
    return 0;
  },
});

/** The format of this name; undefined for the table that people read. Errors: usage. */
function parseFormat(name: string): Format | undefined {
  if (!FORMAT_NAMES.includes(name)) {
    throw new SpangridError('usage', `There is no format "${name}". Choose one of: ${FORMAT_NAMES.join(', ')} (--format).`);
  }
  return name === TABLE ? undefined : formatNamed(name);
}

/** One extraction from all texts. */
class Run {
  readonly #extractor: Extractor;
  readonly #texts: readonly InputText[];
  readonly #options: { readonly threshold: number; readonly constraints: boolean };
  readonly #terminal: Terminal;
  readonly #found = { sentences: 0, mentions: 0, relations: 0 };

  constructor(
    extractor: Extractor,
    texts: readonly InputText[],
    options: { readonly threshold: number; readonly constraints: boolean },
    terminal: Terminal,
  ) {
    this.#extractor = extractor;
    this.#texts = texts;
    this.#options = options;
    this.#terminal = terminal;
  }

  /** Prints each sentence as soon as it is read, or writes them all to a file; gives the paths written. */
  async table(out: string | undefined): Promise<readonly string[]> {
    const { entities, relations } = this.#extractor.schema;
    const isColoured = out === undefined && this.#terminal.isColoured;
    const lines = new SentenceLines([...Object.keys(entities), ...Object.keys(relations)], isColoured);
    let content = '';
    const put = (text: string): void => {
      if (out === undefined) this.#terminal.print(text);
      else content += text;
    };
    for (const [index, text] of this.#texts.entries()) {
      if (this.#texts.length > 1) put(`${index > 0 ? '\n' : ''}${lines.heading(text.name)}`);
      await this.#extract(text, out !== undefined, ({ spans, prediction }, place) => {
        put(`${place > 0 ? '\n' : ''}${lines.format(text.text, spans, prediction)}`);
      });
    }
    if (out === undefined) return [];
    await atomicWrite(out, content);
    return [out];
  }

  /** Prints the annotations of each text in an interchange format as soon as it is read, without the types that belong beside them. */
  async print(format: Format): Promise<void> {
    const data = 'data';
    for await (const { name, content } of this.#pieces(format, data)) if (name === data) this.#terminal.print(content);
  }

  /** Writes the annotations in an interchange format; gives the paths written. Errors: usage where such a file is there and may not be written over. */
  async export(format: Format, out: string, force: boolean): Promise<readonly string[]> {
    const folder = format.isFolder ? out : dirname(out);
    const files = new StagedFiles(folder, (name) => checkNew(resolve(folder, name), force));
    const data = outputName(out);
    try {
      // The data file is there even if there is nothing to write to it.
      if (!format.isFolder) await files.append(data, '');
      for await (const { name, content } of this.#pieces(format, data)) await files.append(name, content);
      await files.commit();
      return format.isFolder ? [out] : files.paths;
    } finally {
      await files.discard();
    }
  }

  /** What is to be appended to the files of an export. @param data name of the data file */
  async *#pieces(format: Format, data: string): AsyncGenerator<NamedContent, void, undefined> {
    const writer = format.writer(data);
    for (const text of this.#texts) yield* writer.add(await this.#annotate(text)).pieces;
    yield* writer.end(this.#extractor.schema);
  }

  /** What was done, in one line. */
  summary(written: readonly string[]): string {
    const { sentences, mentions, relations } = this.#found;
    const counts = `${counted(sentences, 'sentence')}, ${counted(mentions, 'entity', 'entities')}, ${counted(relations, 'relation')}`;
    const by = `${this.#extractor.name} on ${this.#extractor.device}`;
    return `${counts} (${by})${written.length > 0 ? `, written to ${written.join(' and ')}` : ''}`;
  }

  /** A text with its annotations: all of them suggestions. */
  async #annotate(input: InputText): Promise<AnnotatedText> {
    const extracted: ExtractedSentence[] = [];
    await this.#extract(input, true, (sentence) => extracted.push(sentence));
    const document = emptyDocument(textReference(input.file, input.text));
    return { text: input.text, document: apply(document, extractionEdit(document, input.text, this.#extractor.name, extracted)) };
  }

  async #extract(
    { text, sentences }: InputText,
    isProgressShown: boolean,
    onSentence: (sentence: ExtractedSentence<Prediction>, index: number) => void,
  ): Promise<void> {
    const tokens = sentences.map((sentence) => sentence.tokens.map(({ startChar, endChar }) => text.slice(startChar, endChar)));
    const { threshold, constraints } = this.#options;
    await this.#extractor.extract(tokens, {
      constraints,
      tables: false,
      signal: this.#terminal.signal,
      onSentence: (index, whole) => {
        const spans = sentences[index];
        if (spans === undefined) return;
        const prediction = scoringAtLeast(threshold, whole);
        this.#found.sentences += 1;
        this.#found.mentions += prediction.mentions.length;
        this.#found.relations += prediction.relations.length;
        onSentence({ spans, prediction }, index);
        if (isProgressShown) this.#terminal.progress(index + 1, sentences.length, 'sentences');
      },
    });
    this.#terminal.endProgress();
  }
}
