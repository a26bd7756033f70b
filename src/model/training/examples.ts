import type { TokenSentence } from '../../annotation/tokenSentence';
import type { Subwords, SubwordSentence } from '../subwords/subwords';
import { mentionLabel, OUTSIDE } from '../table/labels';
import type { TableOptions } from '../table/options';
import { wordShape } from '../table/wordShape';

/** A sentence as it is trained on. */
export interface Example extends SubwordSentence {
  readonly wordShapes: readonly number[];
  /** One a word (labels.ts). */
  readonly mentionLabels: readonly number[];
  /** The upper cells whose label is not X, in no order. */
  readonly relationCells: readonly { readonly row: number; readonly column: number; readonly label: number }[];
}

/**
 * Labels of a sentence whose annotations a table can hold (encodable.ts): every pair of words of head x tail carries the relation's label.
 * @param symmetric relation types without a direction: always forward
 */
export function exampleOf(sentence: TokenSentence, subwords: Subwords, options: TableOptions, symmetric: ReadonlySet<string>): Example {
  const { tokens, mentions, relations } = sentence;
  const mentionLabels = tokens.map(() => OUTSIDE);
  for (const { type, startToken, endToken } of mentions) {
    const number = options.entityTypes.indexOf(type);
    for (let token = startToken; token < endToken; token++) {
      const isFirst = token === startToken;
      const isLast = token === endToken - 1;
      mentionLabels[token] = mentionLabel(number, isFirst ? (isLast ? 3 : 0) : isLast ? 2 : 1);
    }
  }
  const relationCells = relations.flatMap(({ type, head, tail }) => {
    const [from, to] = [mentions[head], mentions[tail]];
    if (from === undefined || to === undefined) return [];
    const [earlier, later] = from.startToken < to.startToken ? [from, to] : [to, from];
    const isForward = earlier === from || symmetric.has(type);
    const label = 1 + 2 * options.relationTypes.indexOf(type) + (isForward ? 0 : 1);
    return range(earlier).flatMap((row) => range(later).map((column) => ({ row, column, label })));
  });
  return { ...subwords.encode(tokens), wordShapes: tokens.map(wordShape), mentionLabels, relationCells };
}

function range({ startToken, endToken }: { readonly startToken: number; readonly endToken: number }): number[] {
  return Array.from({ length: endToken - startToken }, (_, at) => startToken + at);
}
