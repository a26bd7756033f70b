import type { AnnotationDocument } from '../annotation/document';
import type { Schema } from '../annotation/schema';

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
}

/** What was read. `schema` where the format (or a file beside the data) says which types there are. */
export interface Imported {
  readonly texts: readonly AnnotatedText[];
  readonly schema?: Schema;
  /** What the files hold that is not taken over. Absent: nothing. */
  readonly losses?: readonly Loss[];
}

/** Something that a format can't hold: how many, and what, in the plural ("discontinuous mentions"). */
export interface Loss {
  readonly count: number;
  readonly what: string;
}

/** A format that can be read: strings in. Reading disk is the caller's. */
export interface ReadableFormat {
  /** The name for `--format`, `--from`, `--to`. */
  readonly name: string;
  /** Further names for the same format. */
  readonly aliases: readonly string[];
  /** Whether the file looks like this format, by its content. */
  detect(file: NamedContent): boolean;
  /**
   * Reads files that belong together: the data, and what lies beside it (types, text).
   * @throws SpangridError `data.invalid` with the file, the line or JSON path, the reason, and how many records were good
   */
  read(files: readonly NamedContent[]): Imported;
}

/** An interchange format: strings in, strings out. Reading and writing disk is the caller's. */
export interface Format extends ReadableFormat {
  /** What `write` would leave out: asked before writing. Empty when everything fits. */
  losses(texts: readonly AnnotatedText[]): readonly Loss[];
  /**
   * The files of an export; the first one is the data, and what goes to standard output when no file is named.
   * @param file name of the data file
   */
  write(texts: readonly AnnotatedText[], schema: Schema, file: string): readonly [NamedContent, ...NamedContent[]];
}

/** Adds losses of the same kind up, most first, and leaves out what is none. */
export function totalLosses(losses: readonly Loss[]): readonly Loss[] {
  const totals = new Map<string, number>();
  for (const { what, count } of losses) totals.set(what, (totals.get(what) ?? 0) + count);
  return [...totals]
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count);
}
