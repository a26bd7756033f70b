import { basename, extname, join } from 'node:path';
import { CONFIG_NAME } from '../annotation/config';
import { toJson } from '../annotation/json';
import { formOf, writeForm } from '../annotation/typesForm';
import { TypesFound } from '../annotation/typesFound';
import { ANNOTATION_SUFFIX } from '../files/annotationPath';
import type { StagedFiles } from '../files/stagedFiles';
import { FileNames } from '../formats/fileNames';
import { Counts } from './counts';
import type { SourceText } from './sourceTexts';

/** Makes a text file and an annotation file of each text, which wait to be put into their places. */
export class Importing {
  readonly counts = new Counts();
  readonly #files: StagedFiles;
  readonly #folder: string;
  readonly #annotationPath: (textPath: string) => string;
  readonly #names = new FileNames();
  readonly #types = new TypesFound();

  /**
   * @param folder of the texts, absolute
   * @param annotationPath where the annotation file of a text is kept
   */
  constructor(files: StagedFiles, folder: string, annotationPath: (textPath: string) => string) {
    this.#files = files;
    this.#folder = folder;
    this.#annotationPath = annotationPath;
    this.#names.free(CONFIG_NAME);
  }

  /** Errors: file.unwritable. */
  async add({ text, document, schema }: Pick<SourceText, 'text' | 'document' | 'schema'>): Promise<void> {
    // A name of the product's own files is not one of a text.
    const name = document.text.file.endsWith(ANNOTATION_SUFFIX) ? `${document.text.file}.txt` : document.text.file;
    const ending = extname(name);
    const file = this.#names.free(basename(name, ending), ending);
    const path = join(this.#folder, file);
    await this.#files.append(path, text);
    await this.#files.append(this.#annotationPath(path), toJson({ ...document, text: { ...document.text, file } }));
    this.counts.add(document);
    this.#types.add(document, schema);
  }

  /** Adds a project file with the types of the texts, for a folder that none holds for. Errors: file.unwritable. */
  async addTypes(): Promise<void> {
    const written = writeForm(formOf(this.#types.schema));
    if ('json' in written) await this.#files.append(join(this.#folder, CONFIG_NAME), written.json);
  }
}
