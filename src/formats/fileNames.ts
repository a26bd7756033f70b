/** A name as one of a file: it may come from a file, and must not reach another folder. */
export function safeName(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}

/**
 * What is wrong with the path of a text that stands in a file: it leads out of the folder that it is taken to be in, on any system.
 * @param place of the path in the file
 */
export function pathProblem(path: string, place: string): string | undefined {
  const [first = '', ...more] = path.split(/[\\/]/);
  const leadsOut = [first, ...more].includes('..') || (more.length > 0 && (first === '' || /^[a-z]:$/i.test(first)));
  return leadsOut
    ? `${place} leads out of the folder: ${JSON.stringify(path)}. Make it a path within the folder, or take it out`
    : undefined;
}

/** A path or name without what stands behind its last dot. */
export function withoutEnding(file: string): string {
  return file.replace(/\.[^./\\]*$/, '');
}

/** The name of a text as one of a file, without its ending. */
export function fileName(name: string): string {
  const plain = safeName(name).replace(/\.[^.]*$/, '');
  return /^\.*$/.test(plain) ? `_${plain}` : plain;
}

/** Names for the files of a folder: two texts never have the same, whatever the system makes of capitals. */
export class FileNames {
  readonly #taken = new Set<string>();
  /** The next number of a name that was taken: a data set may have thousands of texts of one name. */
  readonly #next = new Map<string, number>();

  /** The name, with a number behind it where it is taken. @param ending stands behind that */
  free(name: string, ending = ''): string {
    const wanted = name + ending;
    let free = wanted;
    let number = this.#next.get(wanted.toLowerCase()) ?? 2;
    for (; this.#taken.has(free.toLowerCase()); number += 1) free = `${name}-${String(number)}${ending}`;
    this.#taken.add(free.toLowerCase());
    this.#next.set(wanted.toLowerCase(), number);
    return free;
  }
}
