import type { Span } from '../text/span';
import { type AnnotationDocument, extent, isShown, type Mention, type Relation, type Sentence } from './document';
import { isDoubtful, isOpen } from './doubt';
import { layoutOf } from './layout';
import { compareMentions, compareRelations } from './order';
import { firstFrom, touching } from './search';

/*
 * Where a person is in a text, and where to go from there: by offsets, as the text editor knows them. What was rejected or lost is not
 * shown in the text, so it is no place to be.
 */

/** A mention, or a relation, which is at its head. */
export type Place = Mention | Relation;

/** The mention at a cursor: the shortest of those that hold the character behind it, else of those that end at it. */
export function mentionAt(document: AnnotationDocument, offset: number): Mention | undefined {
  const near = mentionsNear(document, { startChar: Math.max(0, offset - 1), endChar: offset + 1 });
  const shortest = (holds: (span: Span) => boolean): Mention | undefined =>
    near.filter(({ spans }) => spans.some(holds)).sort((a, b) => lengthOf(a) - lengthOf(b) || compareMentions(a, b))[0];
  return (
    shortest(({ startChar, endChar }) => startChar <= offset && offset < endChar) ??
    shortest(({ startChar, endChar }) => startChar < endChar && endChar === offset)
  );
}

/** The mentions that a selection shares a character with, in document order; of an empty one, the mention at the cursor. */
export function mentionsIn(document: AnnotationDocument, selection: Span): readonly Mention[] {
  const { startChar, endChar } = selection;
  if (startChar === endChar) {
    const mention = mentionAt(document, startChar);
    return mention === undefined ? [] : [mention];
  }
  return mentionsNear(document, selection)
    .filter(({ spans }) => spans.some((span) => span.startChar < endChar && span.endChar > startChar))
    .sort(compareMentions);
}

/** The nearest mention that starts after (`step` 1) or before (-1) an offset. */
export function mentionBeyond(document: AnnotationDocument, offset: number, step: 1 | -1): Mention | undefined {
  let nearest: Mention | undefined;
  for (const mention of document.mentions.values()) {
    const isBeyond = Math.sign(extent(mention).startChar - offset) === step && isShown(mention);
    if (isBeyond && (nearest === undefined || Math.sign(compareMentions(nearest, mention)) === step)) nearest = mention;
  }
  return nearest;
}

/**
 * The nearest doubtful item after (`step` 1) or before (-1) a place, in sentences that are still open: of each sentence the mentions, then
 * the relations.
 * @param from the item that the person is at, or the offset of the cursor
 */
export function doubtBeyond(document: AnnotationDocument, from: Place | number, step: 1 | -1): Place | undefined {
  const layout = layoutOf(document);
  const doubtful = document.sentences.flatMap((sentence, index): Place[] => {
    const items = layout.sentences[index];
    return items === undefined || !isOpen(sentence) ? [] : [...items.mentions, ...items.relations].filter(isDoubtful);
  });
  const compare = typeof from === 'number' ? compareToOffset(document, from) : comparePlaces(document, from);
  const beyond = doubtful.filter((place) => Math.sign(compare(place)) === step);
  return step === 1 ? beyond[0] : beyond.at(-1);
}

/** Index of the next sentence that is still open, after this one and then from the start; undefined where no other is. */
export function nextOpenSentence({ sentences }: AnnotationDocument, index: number): number | undefined {
  const open = sentences.flatMap((sentence, at) => (isOpen(sentence) && at !== index ? [at] : []));
  return open.find((at) => at > index) ?? open[0];
}

/** Where an item starts: a relation where its head does. */
export function startOf(document: AnnotationDocument, place: Place): number {
  const mention = 'spans' in place ? place : document.mentions.get(place.head);
  return mention === undefined ? 0 : extent(mention).startChar;
}

/** The relations of a mention that are shown, in document order. */
export function relationsOf(document: AnnotationDocument, id: string): readonly Relation[] {
  return [...document.relations.values()]
    .filter(({ status, head, tail }) => status !== 'rejected' && (head === id || tail === id))
    .sort(compareRelations(document.mentions));
}

/** Compares with a place: by sentence; there mentions before relations. */
function comparePlaces(document: AnnotationDocument, other: Place): (place: Place) => number {
  const relations = compareRelations(document.mentions);
  const sentence = sentenceBefore(document.sentences, startOf(document, other));
  return (place) => {
    const bySentence = sentenceBefore(document.sentences, startOf(document, place)) - sentence;
    if (bySentence !== 0) return bySentence;
    if ('spans' in place) return 'spans' in other ? compareMentions(place, other) : -1;
    return 'spans' in other ? 1 : relations(place, other);
  };
}

/** Compares with a cursor: it stands before the relations of its sentence. */
function compareToOffset(document: AnnotationDocument, offset: number): (place: Place) => number {
  const sentence = sentenceBefore(document.sentences, offset);
  return (place) => {
    const start = startOf(document, place);
    return 'spans' in place || sentenceBefore(document.sentences, start) !== sentence ? start - offset : 1;
  };
}

/** Index of the sentence that starts last at an offset or before it; -1 before the first. */
export function sentenceBefore(sentences: readonly Sentence[], offset: number): number {
  return firstFrom(sentences, offset + 1) - 1;
}

/** The mentions of the sentences that a stretch of text touches, and those that lie in no single sentence. */
function mentionsNear(document: AnnotationDocument, span: Span): Mention[] {
  const { sentences, elsewhere } = layoutOf(document);
  return [...sentences.slice(...touching(document.sentences, span)), elsewhere].flatMap(({ mentions }) => mentions.filter(isShown));
}

function lengthOf(mention: Mention): number {
  const { startChar, endChar } = extent(mention);
  return endChar - startChar;
}
