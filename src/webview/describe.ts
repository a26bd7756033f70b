import type { Status } from '../annotation/document';
import type { LabelProbability } from '../protocol/table';
import type { Block, Cell, SentenceTable } from './sentenceTable';

/** A probability for people. */
export function percent(probability: number): string {
  return probability > 0 && probability < 0.005 ? '<1%' : `${Math.round(probability * 100)}%`;
}

const STATUS: Readonly<Record<Status, string>> = { suggested: 'Suggested', accepted: 'Accepted', rejected: 'Rejected' };

/** Who set a block: "Suggested by fast", "Accepted by Ada". */
export function originOf({ item }: Block): string {
  const author = item.status === 'suggested' ? item.model : item.by;
  return author === undefined ? STATUS[item.status] : `${STATUS[item.status]} by ${author}`;
}

/** What a block says, in a sentence that needs no picture. */
export function blockText(table: SentenceTable, block: Block): string {
  const what =
    block.kind === 'mention'
      ? `${table.wordsOf(block.item)}: ${block.item.type}`
      : `${table.wordsOf(block.head)} ${block.item.type} ${table.wordsOf(block.tail)}`;
  const score = block.item.score === undefined ? '' : `, ${percent(block.item.score)}`;
  const flag = block.item.discuss === true ? ', to discuss' : '';
  const note = block.item.note === undefined ? '' : `, note: ${block.item.note}`;
  return `${what}${score}, ${originOf(block).toLocaleLowerCase('en')}${flag}${note}`;
}

/** What a cell says to a screen reader, and in its tooltip. `heat`: probability that something is there. */
export function cellText(table: SentenceTable, cell: Cell, heat: number | undefined): string {
  const block = table.blockAt(cell);
  if (block) return blockText(table, block);
  const [row, column] = cell;
  const chance = heat === undefined ? '' : `, ${percent(heat)} likely to be something`;
  return row === column
    ? `${table.words([row, row + 1])}: no mention${chance}`
    : `${table.words([row, row + 1])} and ${table.words([column, column + 1])}: no relation${chance}`;
}

/** Whether a label of a cell is what its block says: the type, and for a relation that has one the direction. */
export function isLabelOf(label: LabelProbability, block: Block, symmetric: boolean): boolean {
  if (typeOfLabel(label) !== block.item.type) return false;
  return block.kind === 'mention' || symmetric || label.label.includes(block.forward ? '→' : '←');
}

/** The type that a label names ("Live_In →" names Live_In), for its colour. */
export function typeOfLabel({ label }: LabelProbability): string {
  return label.replace(/^[←→↔]\s*|\s*[←→↔]$/gu, '');
}
