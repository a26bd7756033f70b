import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AnnotationDocument } from '../annotation/document';
import { checkOffsets, fromJson, toJson } from '../annotation/json';
import { textHash } from '../annotation/textHash';
import type { ErrorCode } from '../errors';
import { SpangridError, messageOf } from '../errors';
import { atomicWrite, removeLeftovers } from './atomicWrite';
import { withLock } from './lock';
import { readBytes } from './read';

/** A larger annotation file is refused: the text should be split. */
export const MAX_BYTES = 20 * 1024 * 1024;

/** What to do about an annotation file that can't be used. */
const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  'annotation.invalid': 'correct it, restore it from version control, or move it away to start anew',
  'annotation.conflict': 'bring the text back to that state, or move the annotation file away to start anew',
};

/**
 * The annotation file of one text, as the store of the editor (and the command line) sees it. It remembers what it last read or
 * wrote: a file that someone else changed since is never written over.
 */
export class AnnotationStore {
  /** The file's content as last read or written; `undefined` when there was none. */
  private known: string | undefined;

  /** @param path of the annotation file (`annotationPath`) */
  constructor(readonly path: string) {}

  /**
   * Reads the annotations of a text; `undefined` where there is no file.
   * @param text the normalised text as it stands now
   * @throws SpangridError `annotation.invalid`, `annotation.newerVersion`, `annotation.tooLarge`, `file.unreadable`; and
   *   `annotation.conflict` where the annotations were made on another text. The file stays as it is, and saving over it is refused
   */
  async load(text: string): Promise<AnnotationDocument | undefined> {
    await removeLeftovers(this.path);
    const content = await this.read();
    // Until the file is understood, it is not ours to write over.
    this.known = undefined;
    if (content === undefined) return undefined;
    const document = this.parse(content, text);
    this.known = content;
    return document;
  }

  private parse(content: string, text: string): AnnotationDocument {
    try {
      const { document } = fromJson(content, this.path);
      if (document.text.sha256 !== textHash(text))
        throw new SpangridError('annotation.conflict', `${this.path} holds annotations of another state of the text.`);
      checkOffsets(document, text, this.path);
      return document;
    } catch (error) {
      const advice = error instanceof SpangridError ? ADVICE[error.code] : undefined;
      if (advice === undefined) throw error;
      throw new SpangridError((error as SpangridError).code, `${messageOf(error)} The file was left as it is: ${advice}.`, {
        cause: error,
      });
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
    await this.makeFolder();
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
      const bytes = await readBytes(this.path);
      if (bytes.length > MAX_BYTES) throw tooLarge(this.path);
      return bytes.toString('utf8');
    } catch (error) {
      if (error instanceof SpangridError && error.code === 'file.missing') return undefined;
      throw error;
    }
  }

  /** The annotations folder mirrors the sub-folders of the workspace, and makes them as they are needed. */
  private async makeFolder(): Promise<void> {
    const folder = dirname(this.path);
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw new SpangridError('file.unwritable', `The folder ${folder} could not be made: ${messageOf(error)}.`, { cause: error });
    }
  }
}

function tooLarge(path: string): SpangridError {
  return new SpangridError('annotation.tooLarge', `The annotations in ${path} are larger than 20 MB. Split the text into several files.`);
}
