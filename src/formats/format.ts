import type { AnnotationDocument } from '../annotation/document';
import type { Schema } from '../annotation/schema';
import type { Intake } from './intake';
import type { Loss } from './losses';

/** A file's name, as messages show it and as it is written (relative to the output's folder), and its content. */
export interface NamedContent {
  readonly name: string;
  readonly content: string;
}

/** What every format is read to and written from: a normalised text and the annotations that count in it. */
export interface AnnotatedText {
  readonly text: string;
  readonly document: AnnotationDocument;
  /** One for each sentence: its id in the data set that it comes from, for the formats that have such ids. */
  readonly origIds?: readonly (string | number | undefined)[];
  /** One for each sentence: the line of the data file in which its record begins, where that is a file of records. */
  readonly lines?: readonly number[];
  /** How many sentences come before these, where the data file is one of sentences. */
  readonly sentencesBefore?: number;
}

/** Reads one data file, piece by piece. Neither function throws for what is in the file: that is told to the `Intake`. */
export interface Reader {
  /** Takes the next piece of the file (no byte order mark, each line end one LF); gives the texts that are complete with it. */
  push(piece: string): readonly AnnotatedText[];
  /** The file has ended: gives the texts that are left. */
  end(): readonly AnnotatedText[];
}

/** Writes texts one after the other. */
export interface Writer {
  /** What one text adds to the files of the export. */
  add(text: AnnotatedText): Written;
  /** What comes after the last text. @param schema the types of all texts */
  end(schema: Schema): readonly NamedContent[];
}

export interface Written {
  /** Each is appended to the file of its name. */
  readonly pieces: readonly NamedContent[];
  /** What of the text is left out. */
  readonly losses: readonly Loss[];
}

/** An interchange format: strings in, strings out. Reading and writing disk is the caller's. */
export interface Format {
  /** The name for `--format`, `--from`, `--to`. */
  readonly name: string;
  /** Further names for the same format. */
  readonly aliases: readonly string[];
  /** As people call it. */
  readonly title: string;
  /** How the names of its data files end; new ones get the first. */
  readonly endings: readonly [string, ...string[]];
  /** Whether an export is a folder, with files of its own for each text; else it is one file (and what lies beside it). */
  readonly isFolder: boolean;
  /** Whether its tool shows people one text at a time, so that a long one is better cut into its sentences. */
  readonly showsWholeTexts?: boolean;
  /** Whether a file looks like this format, by its content (or its beginning, cut anywhere). */
  detect(file: NamedContent): boolean;
  /** The names of files that belong to a data file and are read before it, where they are there (types, text). */
  companions(file: string): readonly string[];
  /**
   * @param file name of the data file
   * @param companions those of its companions that are there
   */
  reader(file: string, companions: readonly NamedContent[], intake: Intake): Reader;
  /** @param file name of the data file; that of a folder format is not used */
  writer(file: string): Writer;
}
