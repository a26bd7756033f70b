import { basename, extname } from 'node:path';

/** Gives each text a file name of its own in one folder: texts of several folders may be called the same. */
export class FileNames {
  readonly #taken = new Set<string>();

  /** The name without any folder; with a number where it is taken. Names that differ in case alone are the same on some systems. */
  free(given: string): string {
    const ending = extname(given);
    const stem = basename(given, ending);
    let name = stem + ending;
    for (let number = 2; this.#taken.has(name.toLowerCase()); number += 1) name = `${stem}-${String(number)}${ending}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
