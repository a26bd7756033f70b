import type { TokenMention, TokenRelation, TokenSentence } from '../../annotation/tokenSentence';

/** Why a word table can't hold an annotation. A cell has one label, and a mention's are on the diagonal, a pair's in the upper triangle. */
export const UNENCODABLE = {
  duplicateMention: 'entities that stand twice',
  overlappingMention: 'entities that overlap a longer or earlier one',
  relationOfLeftMention: 'relations of an entity that is left out',
  selfRelation: 'relations of an entity with itself',
  secondRelation: 'second relations of a pair',
} as const;
export type Unencodable = keyof typeof UNENCODABLE;

/**
 * What a word table can hold of a sentence's annotations: of mentions that overlap the longer, of two of one length the earlier; of the
 * relations of a pair, whichever way they go, the first. Of a mention that stands twice, both have the same relations.
 * @returns the sentence with what can be held, in the order given, and why each other annotation can't
 */
export function encodable(sentence: TokenSentence): { readonly sentence: TokenSentence; readonly left: readonly Unencodable[] } {
  const left: Unencodable[] = [];
  const kept = withoutOverlaps(sentence.mentions);
  const mentions: TokenMention[] = [];
  /** For each given mention, its index among those kept. */
  const indices = sentence.mentions.map((mention) => {
    if (kept.has(mention)) return mentions.push(mention) - 1;
    return undefined;
  });
  for (const [at, mention] of sentence.mentions.entries()) {
    if (kept.has(mention)) continue;
    const same = mentions.findIndex((one) => isSame(one, mention));
    left.push(same < 0 ? 'overlappingMention' : 'duplicateMention');
    if (same >= 0) indices[at] = same;
  }
  const relations: TokenRelation[] = [];
  const pairs = new Set<string>();
  for (const relation of sentence.relations) {
    const [head, tail] = [indices[relation.head], indices[relation.tail]];
    if (head === undefined || tail === undefined) {
      left.push('relationOfLeftMention');
      continue;
    }
    const pair = head < tail ? `${head} ${tail}` : `${tail} ${head}`;
    if (head === tail) left.push('selfRelation');
    else if (pairs.has(pair)) left.push('secondRelation');
    else relations.push({ ...relation, head, tail });
    pairs.add(pair);
  }
  return { sentence: { ...sentence, mentions, relations }, left };
}

function withoutOverlaps(mentions: readonly TokenMention[]): ReadonlySet<TokenMention> {
  const length = ({ startToken, endToken }: TokenMention): number => endToken - startToken;
  // Sorting keeps the order of what is equal.
  const byPreference = mentions.toSorted((a, b) => length(b) - length(a) || a.startToken - b.startToken);
  const kept: TokenMention[] = [];
  for (const mention of byPreference)
    if (kept.every((other) => mention.endToken <= other.startToken || other.endToken <= mention.startToken)) kept.push(mention);
  return new Set(kept);
}

function isSame(a: TokenMention, b: TokenMention): boolean {
  return a.type === b.type && a.startToken === b.startToken && a.endToken === b.endToken;
}
