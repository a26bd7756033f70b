import type { TableProbabilities } from '../annotation/prediction';

/** 64 MiB: some thousand ordinary sentences, or a dozen of 300 words. */
const LIMIT_BYTES = 64 * 2 ** 20;

/** The tables of sentences that were looked at last. What was used longest ago goes first. */
export class TableCache {
  readonly #tables = new Map<string, TableProbabilities>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limitBytes = LIMIT_BYTES) {
    this.#limit = limitBytes;
  }

  get(model: string, tokens: readonly string[]): TableProbabilities | undefined {
    const key = keyOf(model, tokens);
    const table = this.#tables.get(key);
    if (table === undefined) return undefined;
    // A map keeps the order of insertion: what is used moves to the end.
    this.#tables.delete(key);
    this.#tables.set(key, table);
    return table;
  }

  set(model: string, tokens: readonly string[], table: TableProbabilities): void {
    const key = keyOf(model, tokens);
    this.#remove(key);
    this.#tables.set(key, table);
    this.#bytes += sizeOf(table);
    for (const oldest of this.#tables.keys()) {
      if (this.#bytes <= this.#limit || oldest === key) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const table = this.#tables.get(key);
    if (table === undefined) return;
    this.#tables.delete(key);
    this.#bytes -= sizeOf(table);
  }
}

function keyOf(model: string, tokens: readonly string[]): string {
  return JSON.stringify([model, ...tokens]);
}

function sizeOf({ diagonal, upper }: TableProbabilities): number {
  return diagonal.byteLength + upper.byteLength;
}
