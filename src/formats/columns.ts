import type { TokenMention, TokenSentence } from '../annotation/tokenSentence';
import type { Loss } from './losses';
import { isSuggestion } from './tokenText';

/* What formats of rows have in common: a token a row, columns with tabs or blanks between them, one label a token. */

/** The columns of a line: between tabs, or between blanks where it has no tab. */
export function columnsOf(line: string): readonly string[] {
  if (!line.includes('\t')) return line.trim().split(/ +/);
  // A regular expression would look at each run of blanks once for each blank in it.
  let end = line.length;
  while (' \t'.includes(line.charAt(end - 1)) && end > 0) end -= 1;
  return line.slice(0, end).split('\t');
}

/** Words as they may stand between two tabs, or at the start of a file. */
export function cell(words: string): string {
  return words.replace(/[\t\n\r\uFEFF]/g, '_');
}

/** A type as it may stand in the last column, too. */
export function typeCell(type: string): string {
  return cell(type).trim() || '_';
}

/** What is said of cells that are read as something else than what they were written for. */
export const CHANGED = 'words or types that the format holds with other characters only';

/**
 * What of a sentence a format can hold that has one label a token. Of mentions that share a token the accepted goes first, then the first,
 * as in the table.
 */
export function withoutOverlaps(sentence: TokenSentence): { readonly flat: TokenSentence; readonly losses: readonly Loss[] } {
  const taken = new Set<number>();
  const kept = new Set<TokenMention>();
  for (const mention of [...sentence.mentions].sort((a, b) => Number(isSuggestion(a)) - Number(isSuggestion(b)))) {
    const tokens = Array.from({ length: mention.endToken - mention.startToken }, (_, index) => mention.startToken + index);
    if (tokens.some((token) => taken.has(token))) continue;
    for (const token of tokens) taken.add(token);
    kept.add(mention);
  }
  const mentions = sentence.mentions.filter((mention) => kept.has(mention));
  const indices = new Map(mentions.map((mention, index) => [mention, index]));
  const indexOf = (end: number): number | undefined => {
    const mention = sentence.mentions[end];
    return mention && indices.get(mention);
  };
  const relations = sentence.relations.flatMap((relation) => {
    const [head, tail] = [indexOf(relation.head), indexOf(relation.tail)];
    return head === undefined || tail === undefined ? [] : [{ ...relation, head, tail }];
  });
  return {
    flat: { ...sentence, mentions, relations },
    losses: [
      { what: 'overlapping or nested mentions', count: sentence.mentions.length - mentions.length },
      { what: 'relations across sentences or of mentions that are left out', count: sentence.relations.length - relations.length },
    ],
  };
}
