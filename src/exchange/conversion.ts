import { extname } from 'node:path';
import { exported, type ExportChoice } from '../annotation/export';
import { eachSentence, partOf, splitOf, SPLITS } from '../annotation/split';
import { TypesFound } from '../annotation/typesFound';
import type { StagedFiles } from '../files/stagedFiles';
import type { AnnotatedText, Format, NamedContent, Writer } from '../formats/format';
import { totalLosses, type Loss } from '../formats/losses';
import { Counts } from './counts';
import type { SourceText } from './sourceTexts';

export interface ConversionOptions {
  readonly format: Format;
  /** Name of the data file in the folder that is written to; of a folder format nothing. */
  readonly file: string;
  /** What is taken of each text; everything where it is not given. */
  readonly choice?: ExportChoice | undefined;
  /** Shares of train, dev and test, where each is to have a file of its own. */
  readonly shares?: readonly number[] | undefined;
  /** Whether each sentence becomes a text of its own: for tools that show people one at a time. */
  readonly eachSentence?: boolean | undefined;
}

/** Writes annotated texts in another format, one after the other, to files that wait to be put into their places. */
export class Conversion {
  readonly counts = new Counts();
  readonly #options: ConversionOptions;
  readonly #files: StagedFiles;
  readonly #targets: readonly Target[];
  readonly #types = new TypesFound();
  readonly #losses: Loss[] = [];

  constructor(files: StagedFiles, options: ConversionOptions) {
    this.#files = files;
    this.#options = options;
    const { format, file, shares } = options;
    this.#targets = (shares === undefined ? [undefined] : SPLITS).map((split) => targetOf(format, file, split));
  }

  /** How much went into which split, where there are such. */
  get splits(): Readonly<Record<string, Counts>> {
    return Object.fromEntries(this.#targets.flatMap(({ split, counts }) => (split === undefined ? [] : [[split, counts]])));
  }

  /** What the format can't hold of the texts so far. */
  get losses(): readonly Loss[] {
    return totalLosses(this.#losses);
  }

  /** Adds what is taken of a text. Errors: as `StagedFiles.append`. */
  async add({ schema, ...source }: AnnotatedText & Pick<SourceText, 'schema'>): Promise<void> {
    const { choice, shares } = this.#options;
    const text = choice === undefined ? source : { ...source, document: exported(source.document, choice) };
    this.#types.add(text.document, schema);
    this.counts.add(text.document);
    if (shares === undefined) return this.#write(this.#targets[0], text);
    const splits = text.document.sentences.map(({ startChar, endChar }) => splitOf(text.text.slice(startChar, endChar), shares));
    for (const [index, target] of this.#targets.entries()) {
      const { part, losses } = partOf(text, (sentence) => splits[sentence] === index);
      this.#losses.push(...losses);
      if (part.document.sentences.length > 0) await this.#write(target, part);
    }
  }

  /** Writes what comes last. Errors: as `add`. */
  async end(): Promise<void> {
    for (const target of this.#targets) await this.#append(target, target.writer.end(this.#types.schema));
  }

  async #write(target: Target | undefined, text: AnnotatedText): Promise<void> {
    if (target === undefined) return;
    target.counts.add(text.document);
    for (const part of this.#partsOf(text)) {
      const { pieces, losses } = target.writer.add(part);
      this.#losses.push(...losses);
      await this.#append(target, pieces);
    }
  }

  #partsOf(text: AnnotatedText): Iterable<AnnotatedText> {
    // A text without sentences is written as it is.
    if (this.#options.eachSentence !== true || text.document.sentences.length === 0) return [text];
    const { parts, losses } = eachSentence(text);
    this.#losses.push(...losses);
    return parts;
  }

  async #append({ folder }: Target, pieces: readonly NamedContent[]): Promise<void> {
    for (const { name, content } of pieces) {
      await this.#files.append(folder + name, content);
    }
  }
}

/** A data file, or a folder of them, that is being written. */
interface Target {
  readonly writer: Writer;
  /** What its files' names begin with. */
  readonly folder: string;
  readonly split: string | undefined;
  readonly counts: Counts;
}

function targetOf(format: Format, file: string, split: string | undefined): Target {
  const counts = new Counts();
  if (split === undefined) return { writer: format.writer(file), folder: '', split, counts };
  if (format.isFolder) return { writer: format.writer(''), folder: `${split}/`, split, counts };
  const ending = extname(file);
  return { writer: format.writer(`${file.slice(0, file.length - ending.length)}_${split}${ending}`), folder: '', split, counts };
}
