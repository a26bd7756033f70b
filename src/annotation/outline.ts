import type { AnnotationDocument, Item, Mention, Relation } from './document';
import { isDoubtful, isOpen } from './doubt';
import { layoutOf, type SentenceItems } from './layout';

/*
 * What a list of a document shows: its sentences, and in each its mentions and relations, as far as a filter lets them through. Nothing
 * is worked out but for the part that is asked for, so that a large document costs little.
 */

/** Which part of a document is shown. */
export interface OutlineFilter {
  /** `type`: items of that type, mention or relation. */
  readonly only: 'all' | 'notDone' | 'doubtful' | 'discuss' | { readonly type: string };
  /** Shown is what holds these words: in the sentence, a mention, a type, a note. Empty: everything. */
  readonly words: string;
}

export const NO_FILTER: OutlineFilter = { only: 'all', words: '' };

/** Index of a sentence, or what lies in no single sentence. */
export type OutlineGroup = number | 'elsewhere';

/** Counts of what is not rejected. */
export interface OutlineCounts {
  readonly mentions: number;
  readonly relations: number;
  /** Lowest score of a suggestion, in [0, 1]. */
  readonly doubt?: number;
  /** Items with the flag "to discuss". */
  readonly discuss: number;
}

/** The groups of a document that a filter lets through, in order; "elsewhere" last, where there is anything. */
export function outlineGroups(document: AnnotationDocument, text: string, filter: OutlineFilter): readonly OutlineGroup[] {
  const { elsewhere } = layoutOf(document);
  const groups: OutlineGroup[] = [...document.sentences.keys()];
  if (!isEmpty(elsewhere)) groups.push('elsewhere');
  return groups.filter((group) => isShown(document, text, group, filter));
}

/** The items of a group that a filter lets through: mentions, then relations, each in document order. */
export function outlineItems(document: AnnotationDocument, group: OutlineGroup, filter: OutlineFilter): SentenceItems {
  const items = itemsOf(document, group);
  const chosen = chosenBy(items, filter);
  const sought = folded(filter.words);
  if (sought === '') return chosen;
  const found = keep(chosen, (item) => says(document, item, sought));
  // Where the words stand in the sentence alone, all of it is of interest.
  return isEmpty(found) ? chosen : found;
}

export function outlineCounts(document: AnnotationDocument, group: OutlineGroup): OutlineCounts {
  return countsOf(itemsOf(document, group));
}

export function countsOf({ mentions, relations }: SentenceItems): OutlineCounts {
  const stands = ({ status }: Item): boolean => status !== 'rejected';
  const all: readonly Item[] = [...mentions, ...relations];
  const scores = all.flatMap(({ status, score }) => (status === 'suggested' && score !== undefined ? [score] : []));
  return {
    mentions: mentions.filter(stands).length,
    relations: relations.filter(stands).length,
    discuss: all.filter(({ discuss }) => discuss === true).length,
    ...(scores.length === 0 ? {} : { doubt: Math.min(...scores) }),
  };
}

/** A relation in words: "Lisbon → Portugal". */
export function relationWords({ mentions }: Pick<AnnotationDocument, 'mentions'>, { head, tail }: Relation): string {
  return `${oneLine(mentions.get(head)?.text ?? '?')} → ${oneLine(mentions.get(tail)?.text ?? '?')}`;
}

const SPACE = /\s+/gu;

/** A text on one line. */
export function oneLine(text: string): string {
  return text.replaceAll(SPACE, ' ').trim();
}

/**
 * The groups whose items or state differ between two states of a document; undefined where the sentences themselves are others, so that
 * an index does not mean the same any more. It compares what an edit leaves as it was by identity.
 */
export function changedGroups(before: AnnotationDocument, after: AnnotationDocument): readonly OutlineGroup[] | undefined {
  if (before.sentences.length !== after.sentences.length) return undefined;
  const [old, now] = [layoutOf(before), layoutOf(after)];
  const changed: OutlineGroup[] = [...after.sentences.keys()].filter(
    (index) => before.sentences[index] !== after.sentences[index] || old.sentences[index] !== now.sentences[index],
  );
  return old.elsewhere === now.elsewhere ? changed : [...changed, 'elsewhere'];
}

function isShown(document: AnnotationDocument, text: string, group: OutlineGroup, filter: OutlineFilter): boolean {
  const { only } = filter;
  const sentence = group === 'elsewhere' ? undefined : document.sentences[group];
  const isClosed = sentence !== undefined && !isOpen(sentence);
  if (isClosed && (only === 'notDone' || only === 'doubtful')) return false;
  const chosen = chosenBy(itemsOf(document, group), filter);
  if (only !== 'all' && only !== 'notDone' && isEmpty(chosen)) return false;
  const sought = folded(filter.words);
  if (sought === '') return true;
  if (sentence !== undefined && folded(text.slice(sentence.startChar, sentence.endChar)).includes(sought)) return true;
  const isSaid = (item: Mention | Relation): boolean => says(document, item, sought);
  return chosen.mentions.some(isSaid) || chosen.relations.some(isSaid);
}

function chosenBy(items: SentenceItems, { only }: OutlineFilter): SentenceItems {
  if (only === 'all' || only === 'notDone') return items;
  if (only === 'doubtful') return keep(items, isDoubtful);
  if (only === 'discuss') return keep(items, (item) => item.discuss === true);
  return keep(items, (item) => item.type === only.type);
}

function keep(items: SentenceItems, which: (item: Mention | Relation) => boolean): SentenceItems {
  return { mentions: items.mentions.filter(which), relations: items.relations.filter(which) };
}

function says(document: AnnotationDocument, item: Mention | Relation, sought: string): boolean {
  const own = 'spans' in item ? item.text : relationWords(document, item);
  return (
    folded(own).includes(sought) || folded(item.type).includes(sought) || (item.note !== undefined && folded(item.note).includes(sought))
  );
}

/** As it is compared: on one line, without a difference of case. */
function folded(text: string): string {
  return oneLine(text).toLowerCase();
}

function isEmpty({ mentions, relations }: SentenceItems): boolean {
  return mentions.length + relations.length === 0;
}

const NO_ITEMS: SentenceItems = { mentions: [], relations: [] };

function itemsOf(document: AnnotationDocument, group: OutlineGroup): SentenceItems {
  const { sentences, elsewhere } = layoutOf(document);
  return group === 'elsewhere' ? elsewhere : (sentences[group] ?? NO_ITEMS);
}
