import { admits, type Schema } from '../annotation/schema';
import type { TableMention } from '../protocol/table';
import type { Selection } from './grid';
import { within, type Block, type MentionBlock, type Range, type RelationBlock, type SentenceTable } from './sentenceTable';

/** What a correction at the place of the focus is about. */
export type Target =
  /** Words: those that are selected, those of the mention in focus, or one word. */
  | { readonly kind: 'words'; readonly words: Range; readonly block: MentionBlock | undefined }
  /** Two mentions, and the relation between them where there is one. */
  | { readonly kind: 'pair'; readonly row: TableMention; readonly column: TableMention; readonly block: RelationBlock | undefined }
  /** A cell where no relation can be, as these words are in no mention. */
  | { readonly kind: 'gap'; readonly words: Range };

export function targetOf(table: SentenceTable, { rows, cell, isRange, block }: Selection): Target {
  if (isRange && cell[0] === cell[1]) {
    const exact = table.mentionOf(rows[0]);
    return { kind: 'words', words: rows, block: exact?.rows[0] === rows[0] && exact.rows[1] === rows[1] ? exact : undefined };
  }
  if (block?.kind === 'mention') return { kind: 'words', words: block.rows, block };
  if (cell[0] === cell[1]) return { kind: 'words', words: [cell[0], cell[0] + 1], block: undefined };
  const [row, column] = [table.mentionOf(cell[0]), table.mentionOf(cell[1])];
  const stands = (mention: MentionBlock | undefined): mention is MentionBlock =>
    mention !== undefined && (block !== undefined || mention.item.status !== 'rejected');
  if (!stands(row)) return { kind: 'gap', words: [cell[0], cell[0] + 1] };
  if (!stands(column)) return { kind: 'gap', words: [cell[1], cell[1] + 1] };
  return { kind: 'pair', row: row.item, column: column.item, block };
}

/** What accepting, rejecting or deleting is about: the block in focus, or all that begin where cells are selected. */
export function blocksIn(table: SentenceTable, { rows, columns, isRange, block }: Selection): readonly Block[] {
  if (!isRange) return block === undefined ? [] : [block];
  return table.blocks.filter((one) => one.item.status !== 'rejected' && within(rows, one.rows[0]) && within(columns, one.columns[0]));
}

/** A relation that the schema admits between two mentions. */
export interface RelationChoice {
  readonly type: string;
  readonly head: TableMention;
  readonly tail: TableMention;
}

/**
 * The relations that the schema admits from one mention to another, or else the other way round, in its order.
 * @param strict leaves those out that are admitted only the other way round
 */
export function relationChoices(schema: Schema, head: TableMention, tail: TableMention, strict = false): readonly RelationChoice[] {
  return Object.keys(schema.relations).flatMap((type): RelationChoice[] => {
    if (admits(schema, type, head.type, tail.type)) return [{ type, head, tail }];
    return !strict && admits(schema, type, tail.type, head.type) ? [{ type, head: tail, tail: head }] : [];
  });
}

/** Relations of a pair in the table: of what stands there in its direction, else from the earlier mention to the later one. */
export function pairChoices(schema: Schema, { row, column, block }: Extract<Target, { kind: 'pair' }>): readonly RelationChoice[] {
  return relationChoices(schema, block?.head ?? row, block?.tail ?? column);
}

/** The type that a key stands for. */
export function typeOfKey(types: Schema['entities'], key: string): string | undefined {
  return Object.keys(types).find((type) => types[type]?.key === key);
}
