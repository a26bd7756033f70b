import type { SentenceView, TableMention, TableRelation } from '../protocol/table';
import { isDoubtful } from './doubt';

/** A cell of the upper triangle: row <= column, both token indices. */
export type Cell = readonly [row: number, column: number];

/** Token indices, end exclusive. */
export type Range = readonly [start: number, end: number];

/** A mention: the cells of its words on the diagonal, and those between them. */
export interface MentionBlock {
  readonly kind: 'mention';
  readonly item: TableMention;
  readonly rows: Range;
  readonly columns: Range;
}

/** A relation: the rows of the earlier mention by the columns of the later one. */
export interface RelationBlock {
  readonly kind: 'relation';
  readonly item: TableRelation;
  readonly head: TableMention;
  readonly tail: TableMention;
  readonly rows: Range;
  readonly columns: Range;
  /** Whether the head is the earlier mention. */
  readonly forward: boolean;
}

export type Block = MentionBlock | RelationBlock;

/** The words of a mention. */
export function rangeOf({ startToken, endToken }: TableMention): Range {
  return [startToken, endToken];
}

export function within([start, end]: Range, index: number): boolean {
  return index >= start && index < end;
}

export function isSameCell(one: Cell, other: Cell): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

/** Later in reading order: row by row. */
function comparePlaces(a: Cell, b: Cell): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** The cell in which a block starts. */
export function firstCell(block: Block): Cell {
  return [block.rows[0], block.columns[0]];
}

/** The cell in which two mentions' first words cross. */
export function crossing(one: TableMention, other: TableMention): Cell {
  return one.startToken <= other.startToken ? [one.startToken, other.startToken] : [other.startToken, one.startToken];
}

/** What a sentence holds, by its place in the table. */
export class SentenceTable {
  /** In reading order. */
  readonly blocks: readonly Block[];
  /** The mention that each token belongs to: what is not rejected goes before what is. */
  readonly #mentionOf: readonly (MentionBlock | undefined)[];
  readonly #relationOf = new Map<string, RelationBlock>();
  readonly #mentionStarts: readonly number[];

  constructor(readonly view: SentenceView) {
    const mentions = new Map<string, MentionBlock>();
    const mentionOf = new Array<MentionBlock | undefined>(view.tokens.length).fill(undefined);
    const rejectedLast = <T extends { readonly status: string }>(items: readonly T[]): T[] =>
      [...items].sort((a, b) => Number(a.status === 'rejected') - Number(b.status === 'rejected'));
    for (const item of rejectedLast(view.mentions)) {
      const rows = rangeOf(item);
      const block: MentionBlock = { kind: 'mention', item, rows, columns: rows };
      mentions.set(item.id, block);
      for (let token = rows[0]; token < rows[1]; token++) mentionOf[token] ??= block;
    }
    this.#mentionOf = mentionOf;
    this.#mentionStarts = view.mentions
      .filter(({ status }) => status !== 'rejected')
      .map(({ startToken }) => startToken)
      .sort((a, b) => a - b);
    const relations: RelationBlock[] = [];
    for (const item of rejectedLast(view.relations)) {
      const head = mentions.get(item.head)?.item;
      const tail = mentions.get(item.tail)?.item;
      if (!head || !tail) continue;
      const forward = head.startToken <= tail.startToken;
      const [earlier, later] = forward ? [head, tail] : [tail, head];
      if (earlier.endToken > later.startToken) continue;
      const block: RelationBlock = {
        kind: 'relation',
        item,
        head,
        tail,
        rows: rangeOf(earlier),
        columns: rangeOf(later),
        forward,
      };
      relations.push(block);
      const place = `${earlier.id} ${later.id}`;
      if (!this.#relationOf.has(place)) this.#relationOf.set(place, block);
    }
    this.blocks = [...mentions.values(), ...relations].sort((a, b) => comparePlaces(firstCell(a), firstCell(b)));
  }

  /** Number of words. */
  get size(): number {
    return this.view.tokens.length;
  }

  /** Whether another state of the sentence has the same words. */
  hasSameWords(other: SentenceTable): boolean {
    const [own, others] = [this.view.tokens, other.view.tokens];
    return (
      own.length === others.length &&
      own.every(({ text, spaceAfter }, at) => text === others[at]?.text && spaceAfter === others[at].spaceAfter)
    );
  }

  /** The block that covers a cell. */
  blockAt([row, column]: Cell): Block | undefined {
    const first = this.#mentionOf[row];
    const second = this.#mentionOf[column];
    if (!first || !second) return undefined;
    return first === second ? first : this.#relationOf.get(`${first.item.id} ${second.item.id}`);
  }

  /** The block of an item, by its id. */
  blockOf(id: string): Block | undefined {
    return this.blocks.find(({ item }) => item.id === id);
  }

  /** The mention that a word belongs to. */
  mentionOf(token: number): MentionBlock | undefined {
    return this.#mentionOf[token];
  }

  /** The mention that a word belongs to, unless it is rejected. */
  standingAt(token: number): TableMention | undefined {
    const item = this.mentionOf(token)?.item;
    return item?.status === 'rejected' ? undefined : item;
  }

  /** First words of the mentions that are not rejected, in reading order. */
  get mentionStarts(): readonly number[] {
    return this.#mentionStarts;
  }

  /** Words `range` as they stand in the text. */
  words([start, end]: Range): string {
    return this.view.tokens
      .slice(start, end)
      .map((token, at) => (token.spaceAfter && start + at + 1 < end ? `${token.text} ` : token.text))
      .join('');
  }

  /** The words of a mention as they stand in the text. */
  wordsOf(mention: TableMention): string {
    return this.words(rangeOf(mention));
  }

  /** The nearest doubtful block after (`step` 1) or before (-1) a cell, in reading order. Without a cell, the first or the last one. */
  doubtful(step: 1 | -1, from?: Cell): Block | undefined {
    const doubtful = this.blocks.filter((block) => isDoubtful(block.item));
    const here = from && this.blockAt(from);
    const place = here ? firstCell(here) : from;
    const beyond = place ? doubtful.filter((block) => Math.sign(comparePlaces(firstCell(block), place)) === step) : doubtful;
    return step === 1 ? beyond[0] : beyond.at(-1);
  }

  /** A cell of this table near a given one: inside, and on or above the diagonal. */
  clamp([row, column]: Cell): Cell {
    const last = Math.max(0, this.size - 1);
    const inside = Math.min(Math.max(0, column), last);
    return [Math.min(Math.max(0, row), inside), inside];
  }
}
