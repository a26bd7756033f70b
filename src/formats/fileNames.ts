/** A name as one of a file: it may come from a file, and must not reach another folder. */
export function safeName(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}

/** Whether a name from a file is a path that leads out of the folder it is taken to be in, on any system. */
export function leadsOut(name: string): boolean {
  const [first = '', ...more] = name.split(/[\\/]/);
  return [first, ...more].includes('..') || (more.length > 0 && (first === '' || /^[a-z]:$/i.test(first)));
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

  /** The name, with a number behind it where it is taken. @param ending stands behind that */
  free(name: string, ending = ''): string {
    let free = name + ending;
    for (let number = 2; this.#taken.has(free.toLowerCase()); number += 1) free = `${name}-${String(number)}${ending}`;
    this.#taken.add(free.toLowerCase());
    return free;
  }
}
