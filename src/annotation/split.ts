import type { Span } from '../text/span';
import type { AnnotationDocument, Mention, Relation } from './document';
import { extent, isLost } from './document';
import { layoutOf, sentenceOf } from './layout';
import { quote } from './mention';
import { firstFrom } from './search';
import { textHash, textReference } from './textHash';

/** The splits of a data set, in the order in which they are used: they must not share sentences. */
export const SPLITS = ['train', 'dev', 'test'] as const;

/** As much of a hash as a number holds exactly: 48 bits. */
const HEX_DIGITS = 12;

/**
 * The split that a sentence belongs to, by its text alone: equal sentences are in the same one, in any order and on any machine.
 * @param shares of each split, such as percentages; none negative, their sum greater than 0
 * @returns index into `shares`
 */
export function splitOf(sentenceText: string, shares: readonly number[]): number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const point = (Number.parseInt(textHash(sentenceText).slice(0, HEX_DIGITS), 16) / 16 ** HEX_DIGITS) * total;
  let end = 0;
  return shares.findIndex((share) => point < (end += share));
}

/** A text, its annotations, and the sentences' ids in the data set that they come from, where they have such. */
interface Text {
  readonly text: string;
  readonly document: AnnotationDocument;
  readonly origIds?: readonly (string | number | undefined)[];
}

interface Part {
  /** Empty where no sentence is kept. */
  readonly part: Text;
  /** What begins in a sentence that is kept and is left out: over all parts of a text, each item counts once. */
  readonly losses: readonly { readonly count: number; readonly what: string }[];
}

/**
 * The text of some sentences alone, one a line, with what lies in them. A relation across sentences stays where both of its mentions do.
 * @param keep whether the sentence of this index is kept
 */
export function partOf({ text, document, origIds }: Text, keep: (index: number) => boolean): Part {
  const distances = new Map<number, number>();
  let joined = '';
  for (const [index, { startChar, endChar }] of document.sentences.entries()) {
    if (!keep(index)) continue;
    const words = text.slice(startChar, endChar);
    // A byte order mark at the very start would be taken off when the text is read again.
    if (distances.size > 0 || words.startsWith('\uFEFF')) joined += '\n';
    distances.set(index, joined.length - startChar);
    joined += words;
  }

  const mentions = new Map<string, Mention>();
  for (const mention of document.mentions.values()) {
    const distance = distances.get(sentenceOf(document, mention) ?? -1);
    if (distance === undefined) continue;
    const spans = mention.spans.map((span) => moved(span, distance));
    mentions.set(mention.id, { ...mention, spans, ...(isLost(mention) ? {} : quote(joined, spans)) });
  }
  const relations = new Map<string, Relation>();
  for (const relation of document.relations.values())
    if (mentions.has(relation.head) && mentions.has(relation.tail)) relations.set(relation.id, relation);

  const part = {
    text: joined,
    document: {
      text: textReference(document.text.file, joined),
      sentences: document.sentences.flatMap((sentence, index) => {
        const distance = distances.get(index);
        if (distance === undefined) return [];
        return [{ ...sentence, ...moved(sentence, distance), tokens: sentence.tokens.map((token) => moved(token, distance)) }];
      }),
      mentions,
      relations,
    },
    ...(origIds === undefined ? {} : { origIds: origIds.filter((_, index) => distances.has(index)) }),
  };
  return { part, losses: lossesOf(document, part.document, distances) };
}

/** Each sentence as a text of its own, with what lies in it; `losses` is what lies in no single sentence. */
export function eachSentence({ text, document, origIds }: Text): { readonly parts: Iterable<Text>; readonly losses: Part['losses'] } {
  const { sentences, elsewhere } = layoutOf(document);
  function* parts(): Generator<Text, void, undefined> {
    for (const [index, sentence] of document.sentences.entries()) {
      const { mentions, relations } = sentences[index] ?? elsewhere;
      const alone = { ...document, sentences: [sentence], mentions: byId(mentions), relations: byId(relations) };
      yield partOf({ text, document: alone, ...(origIds && { origIds: [origIds[index]] }) }, () => true).part;
    }
  }
  return { parts: parts(), losses: lossesFrom(elsewhere.mentions.length, elsewhere.relations.length) };
}

function byId<T extends Mention | Relation>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function lossesOf(document: AnnotationDocument, part: AnnotationDocument, kept: ReadonlyMap<number, number>): Part['losses'] {
  // What lies in no sentence counts where the sentence before it is.
  const isLeft = (mention: Mention | undefined): boolean =>
    mention !== undefined && kept.has(Math.max(0, firstFrom(document.sentences, extent(mention).startChar + 1) - 1));
  const mentions = [...document.mentions.values()].filter((mention) => !part.mentions.has(mention.id) && isLeft(mention));
  const relations = [...document.relations.values()].filter(
    ({ id, head }) => !part.relations.has(id) && isLeft(document.mentions.get(head)),
  );
  return lossesFrom(mentions.length, relations.length);
}

function lossesFrom(mentions: number, relations: number): Part['losses'] {
  return [
    { what: 'mentions that cross sentences or lie outside of them', count: mentions },
    { what: 'relations across sentences or of mentions that are left out', count: relations },
  ];
}

function moved({ startChar, endChar }: Span, distance: number): Span {
  return { startChar: startChar + distance, endChar: endChar + distance };
}
