import type { NamedContent } from './format';

/** A data file that is one JSON array, written piece by piece, an element a line. */
export class ArrayFile {
  readonly #name: string;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** @param elements each as JSON on one line */
  add(...elements: readonly string[]): NamedContent {
    const content = elements.map((element) => `${this.#count++ === 0 ? '[' : ','}\n${element}`).join('');
    return { name: this.#name, content };
  }

  end(): NamedContent {
    return { name: this.#name, content: `${this.#count === 0 ? '[' : ''}\n]\n` };
  }
}
