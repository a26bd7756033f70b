import { appendFile, open, rmdir, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { finalTarget, renameOver, temporaryPath, unwritable } from './atomicWrite';
import { isFile, isFolder, makeFolder } from './folders';
import { textPieces } from './text';

/** As much content waits in memory, in UTF-16 code units, before it is written. */
const WAITING = 4 * 1024 * 1024;

interface Staged {
  readonly target: string;
  readonly temporary: string;
  waiting: string[];
}

/** Files that are written piece by piece under temporary names, and take their places together when all of them are whole. */
export class StagedFiles {
  readonly #folder: string;
  readonly #onFile: ((name: string) => Promise<void>) | undefined;
  readonly #staged = new Map<string, Staged>();
  readonly #madeFolders: string[] = [];
  #waiting = 0;

  /**
   * @param folder that the names of files are relative to
   * @param onFile is asked, with its name, before a file is begun; where it throws, none is
   */
  constructor(folder: string, onFile?: (name: string) => Promise<void>) {
    this.#folder = folder;
    this.#onFile = onFile;
  }

  /** Paths of the files so far, in the order of their first pieces. */
  get paths(): readonly string[] {
    return Array.from(this.#staged.keys(), (name) => resolve(this.#folder, name));
  }

  /** Paths of files that are there already and would be written over. */
  async existing(): Promise<readonly string[]> {
    const existing = [];
    for (const path of this.paths) if (await isFile(path)) existing.push(path);
    return existing;
  }

  /** What the first file holds, in pieces. */
  async *pieces(): AsyncGenerator<string, void, undefined> {
    await this.#flush();
    for (const { temporary } of this.#staged.values()) return yield* textPieces(temporary);
  }

  /**
   * Adds to a file.
   * @param name of the file, relative to the folder; folders are made
   * Errors: file.unwritable, and those of `onFile`.
   */
  async append(name: string, content: string): Promise<void> {
    const file = this.#staged.get(name) ?? (await this.#begin(name));
    file.waiting.push(content);
    this.#waiting += content.length;
    if (this.#waiting > WAITING) await this.#flush();
  }

  /** Puts all files into their places, the first one last: it is there only when all is. Errors: file.unwritable. */
  async commit(): Promise<void> {
    await this.#flush();
    for (const [name, { target, temporary }] of [...this.#staged].reverse())
      await this.#writing(name, async () => {
        const handle = await open(temporary, 'r+');
        await handle.sync().finally(() => handle.close());
        await renameOver(temporary, target);
      });
  }

  /** Throws away what was not put into its place, and folders that were made for it. */
  async discard(): Promise<void> {
    for (const { temporary } of this.#staged.values()) await unlink(temporary).catch(() => undefined);
    for (const folder of this.#madeFolders.reverse()) await rmdir(folder).catch(() => undefined);
  }

  async #begin(name: string): Promise<Staged> {
    const path = resolve(this.#folder, name);
    await this.#onFile?.(name);
    await this.#makeFolder(dirname(path));
    const target = await finalTarget(path);
    const file: Staged = { target, temporary: temporaryPath(target), waiting: [] };
    this.#staged.set(name, file);
    return file;
  }

  async #flush(): Promise<void> {
    for (const [name, file] of this.#staged) {
      if (file.waiting.length === 0) continue;
      await this.#writing(name, () => appendFile(file.temporary, file.waiting.join('')));
      file.waiting = [];
    }
    this.#waiting = 0;
  }

  async #writing(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw unwritable(resolve(this.#folder, name), error);
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (await isFolder(folder)) return;
    await this.#makeFolder(dirname(folder));
    await makeFolder(folder);
    this.#madeFolders.push(folder);
  }
}
