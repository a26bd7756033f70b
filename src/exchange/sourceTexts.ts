/** Annotated texts of any kind, for the commands that read them: annotation files, folders of them, and files of every format. */
import { basename, dirname, join, relative } from 'node:path';
import { standingIn } from '../annotation/anchor';
import type { Severities } from '../annotation/check/catalogue';
import type { Schema } from '../annotation/schema';
import { SpangridError } from '../errors';
import { findText } from '../files/annotatedText';
import { readAnnotations } from '../files/annotationFile';
import { ANNOTATION_SUFFIX } from '../files/annotationPath';
import { type FoundConfig, includesText, nearestConfig } from '../files/config';
import { filesBelow, isFile, isFolder } from '../files/folders';
import { readText, textPieces } from '../files/text';
import { detectFormat, FORMAT_NAMES, FORMATS } from '../formats/all';
import type { AnnotatedText, Format, NamedContent, Reader } from '../formats/format';
import { Intake } from '../formats/intake';
import type { Loss } from '../formats/losses';
import type { Tokenizer } from '../text/tokenizer';

/** An annotated text, and where it comes from. */
export interface SourceText extends AnnotatedText {
  /** As messages call it: the annotation file, or the data file and the text's name in it. */
  readonly name: string;
  /** The file in which the annotations stand. */
  readonly path: string;
  /** The file of the text itself, where it has one. */
  readonly textPath?: string;
  /** The types that hold there: of the project file, or of the data. */
  readonly schema?: Schema;
  /** How much the linter's findings matter there, where the project file says so. */
  readonly check?: Severities;
}

export interface SourceOptions {
  /** The format of data files; found out by their content where it is not given. */
  readonly from?: Format | undefined;
  readonly signal?: AbortSignal;
  /** How much of a data file was read, in bytes. */
  readonly onBytes?: (done: number, total: number) => void;
  /** Takes what is wrong with a file; the others are read all the same. Without it, the first such file is the last. */
  readonly onBad?: (error: SpangridError, path: string) => void;
  /** Whether data may have types that its types file lacks; else the record is bad. */
  readonly takesUnknownTypes?: boolean;
  /** Is told what of a data file is not taken over. */
  readonly onLosses?: (losses: readonly Loss[], path: string) => void;
}

/** Whether a path is that of an annotation file, by its name. */
export function isAnnotationFile(path: string): boolean {
  return path.endsWith(ANNOTATION_SUFFIX);
}

/**
 * The texts of annotation files, data files, and folders (annotation files in them and below, of texts that the project file includes;
 * else files of a format that is a folder), one after the other; a data file is read in pieces. A data file in which not every record is
 * good fails behind its last text, with the number of good ones: what was made of its texts is then to be thrown away.
 * Errors: file.*, text.*, annotation.*, config.invalid, data.invalid, usage, cancelled.
 */
export async function* sourceTexts(paths: readonly string[], options: SourceOptions = {}): AsyncGenerator<SourceText, void, undefined> {
  const projects = new Projects();
  for (const path of paths)
    for (const source of (await isFolder(path)) ? await sourcesIn(path, options.from) : [{ path, name: path }]) {
      try {
        yield* isAnnotationFile(source.path) ? annotationFile(source, projects) : dataFile(source.path, options, projects);
      } catch (error) {
        if (!(error instanceof SpangridError) || error.code === 'cancelled' || options.onBad === undefined) throw error;
        options.onBad(error, source.path);
      }
    }
}

/** A file of a source. */
interface Source {
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
  /** The folder whose project says which texts belong to it. */
  readonly folder?: string;
}

async function sourcesIn(folder: string, from: Format | undefined): Promise<readonly Source[]> {
  const files = await filesBelow(folder, () => true, isVisible);
  const annotations = from === undefined ? files.filter(isAnnotationFile) : [];
  if (annotations.length > 0) return annotations.map((path) => ({ path, name: relative(folder, path), folder }));
  const formats = from === undefined ? FORMATS.filter(({ isFolder: is }) => is) : [from];
  const data = files.filter((path) => formats.some(({ endings }) => endings.some((ending) => path.endsWith(ending))));
  if (data.length > 0) return data.map((path) => ({ path, name: path }));
  const wanted = formats.map(({ endings: [ending] }) => `NAME${ending}`).join(', ');
  throw new SpangridError(
    'data.invalid',
    `${folder} has no annotation files (NAME${ANNOTATION_SUFFIX}) nor data files (${wanted}), nor have the folders in it.`,
  );
}

/** Hidden folders and those of packages hold no data. */
function isVisible(folder: string): boolean {
  return !folder.startsWith('.') && folder !== 'node_modules';
}

async function* annotationFile({ path, name, folder }: Source, projects: Projects): AsyncGenerator<SourceText, void, undefined> {
  const { text, textPath, document } = await readAnnotatedText(path, name, projects);
  if (folder !== undefined && !(await projects.includes(folder, textPath))) return;
  const { schema, check } = (await projects.of(dirname(textPath)))?.config ?? {};
  yield { name, path, textPath, text, document, ...(schema && { schema }), ...(check && { check }) };
}

/** Reads an annotation file with its text; where that changed since, the annotations are carried to it. */
async function readAnnotatedText(path: string, name: string, projects: Projects): Promise<AnnotatedText & { readonly textPath: string }> {
  const document = await readAnnotations(path, name);
  const found = await findText(path, document.text);
  if (found === undefined)
    throw new SpangridError(
      'file.missing',
      `${path}: its text ${document.text.file} is not there. Put it beside the annotation file; or keep annotations in a folder beside the texts', with the same folders in it (annotations/ada/news/${document.text.file}${ANNOTATION_SUFFIX} belongs to news/${document.text.file}).`,
    );
  const tokenizerOf = async (): Promise<Tokenizer | undefined> => (await projects.of(dirname(found.textPath)))?.config.tokenizer;
  return { ...found, document: await standingIn(document, found.text, tokenizerOf, name) };
}

async function* dataFile(path: string, options: SourceOptions, projects: Projects): AsyncGenerator<SourceText, void, undefined> {
  const intake = new Intake();
  let agreed: Pick<SourceText, 'schema' | 'check'> = {};
  const named = (texts: readonly AnnotatedText[]): readonly SourceText[] =>
    texts.map((text) => ({ ...text, name: `${path}, ${text.document.text.file}`, path, ...agreed }));
  const begin = async (piece: string): Promise<Reader> => {
    const format = options.from ?? detectFormat({ name: path, content: piece });
    // In a folder, a text without annotations may have an empty file of them.
    if (piece === '' && format?.isFolder !== true) throw new SpangridError('data.invalid', `${path} is empty.`);
    if (format === undefined) throw unknownFormat(path);
    const companions = await Promise.all(format.companions(basename(path)).map((name) => readCompanion(path, name)));
    const reader = format.reader(
      basename(path),
      companions.filter((file) => file !== undefined),
      intake,
    );
    const config = (await projects.of(dirname(path)))?.config;
    const schema = intake.schema ?? config?.schema;
    if (config !== undefined) intake.tokenizer = config.tokenizer;
    if (options.takesUnknownTypes === true) intake.schema = undefined;
    agreed = { ...(schema && { schema }), ...(config?.check && { check: config.check }) };
    return reader;
  };
  let reader;
  for await (const piece of textPieces(path, options)) {
    reader ??= await begin(piece);
    yield* named(reader.push(piece));
  }
  reader ??= await begin('');
  yield* named(reader.end());
  intake.check(path);
  if (intake.losses.length > 0) options.onLosses?.(intake.losses, path);
}

async function readCompanion(path: string, name: string): Promise<NamedContent | undefined> {
  const beside = join(dirname(path), name);
  return (await isFile(beside)) ? { name, content: (await readText(beside)).text } : undefined;
}

function unknownFormat(path: string): SpangridError {
  const choice = FORMAT_NAMES.join(', ');
  return new SpangridError('data.invalid', `${path}: its content looks like none of the formats. Name one with --from: ${choice}.`);
}

/** The project files of folders, each read once. */
class Projects {
  readonly #found = new Map<string, Promise<FoundConfig | undefined>>();

  of(folder: string): Promise<FoundConfig | undefined> {
    const found = this.#found.get(folder) ?? nearestConfig(folder);
    this.#found.set(folder, found);
    return found;
  }

  /** Whether a text belongs to the project of a folder. */
  async includes(folder: string, textPath: string): Promise<boolean> {
    const found = await this.of(folder);
    return found === undefined || includesText(found, textPath);
  }
}
