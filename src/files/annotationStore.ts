import { dirname } from 'node:path';
import { reanchor } from '../annotation/anchor';
import type { AnnotationDocument } from '../annotation/document';
import { checkOffsets, fromJson, toJson } from '../annotation/json';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import type { Tokenizer } from '../text/tokenizer';
import { MAX_BYTES, readAnnotationFile, tooLarge } from './annotationFile';
import { atomicWrite, removeLeftovers } from './atomicWrite';
import { makeFolder } from './folders';
import { withLock } from './lock';

/** Annotations as they were read. */
export interface Loaded {
  readonly document: AnnotationDocument;
  /** The text that their offsets count in. */
  readonly text: string;
  /** Whether they were made on another text, and what could not be found in this one is lost. */
  readonly isReanchored: boolean;
}

/**
 * The annotation file of one text, as the store of the editor (and the command line) sees it. It remembers what it last read or
 * wrote: a file that someone else changed since is never written over.
 */
export class AnnotationStore {
  /** The file's content as last read or written; `undefined` when there was none. */
  private known: string | undefined;

  /**
   * @param path of the annotation file (`annotationPath`)
   * @param tokenizerOf is asked how the text's words are told apart, where they changed
   */
  constructor(
    readonly path: string,
    private readonly tokenizerOf: () => Promise<Tokenizer> = () => Promise.resolve('words'),
  ) {}

  /**
   * Reads the annotations of a text; `undefined` where there is no file.
   * @param texts the normalised text as it may stand: in the editor, on disk. The annotations are of the one that they were made on; where
   *   that is none of them, they are carried to the first (`reanchor`)
   * @throws SpangridError `annotation.invalid`, `annotation.newerVersion`, `annotation.tooLarge`, `file.unreadable`. The file stays as it is,
   *   and saving over it is refused
   */
  async load(...texts: readonly [string, ...string[]]): Promise<Loaded | undefined> {
    await removeLeftovers(this.path);
    const content = await this.read();
    // Until the file is understood, it is not ours to write over.
    this.known = undefined;
    if (content === undefined) return undefined;
    const loaded = await this.parse(content, texts);
    this.known = content;
    return loaded;
  }

  private async parse(content: string, texts: readonly [string, ...string[]]): Promise<Loaded> {
    try {
      const { document } = fromJson(content, this.path);
      const text = texts.find((one) => textHash(one) === document.text.sha256);
      if (text === undefined)
        return { document: reanchor(document, texts[0], await this.tokenizerOf()), text: texts[0], isReanchored: true };
      checkOffsets(document, text, this.path);
      return { document, text, isReanchored: false };
    } catch (error) {
      if (!(error instanceof SpangridError) || error.code !== 'annotation.invalid') throw error;
      const advice = 'correct it, restore it from version control, or move it away to start anew';
      throw new SpangridError(error.code, `${error.message} The file was left as it is: ${advice}.`, { cause: error });
    }
  }

  /** Whether the file is as this store last read or wrote it. Errors: file.unreadable, annotation.tooLarge. */
  async isCurrent(): Promise<boolean> {
    return (await this.read()) === this.known;
  }

  /**
   * Writes the annotations, if the file is still as this store last saw it. Compare and rename happen under a lock.
   * @throws SpangridError `annotation.conflict` where someone else changed the file, `annotation.tooLarge`, `file.unwritable`
   */
  async save(document: AnnotationDocument): Promise<void> {
    const content = toJson(document);
    if (Buffer.byteLength(content) > MAX_BYTES) throw tooLarge(this.path);
    // The annotations folder mirrors the sub-folders of the workspace, and makes them as they are needed.
    await makeFolder(dirname(this.path));
    await withLock(this.path, async () => {
      if ((await this.read()) !== this.known)
        throw new SpangridError(
          'annotation.conflict',
          `${this.path} was changed by someone else meanwhile. Nothing was written; reload the annotations and apply the change again.`,
        );
      if (content !== this.known) await atomicWrite(this.path, content);
      this.known = content;
    });
  }

  private async read(): Promise<string | undefined> {
    try {
      return await readAnnotationFile(this.path);
    } catch (error) {
      if (error instanceof SpangridError && error.code === 'file.missing') return undefined;
      throw error;
    }
  }
}
