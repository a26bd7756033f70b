import { sameSpans } from '../text/span';
import type { AnnotationDocument, Mention, Relation } from './document';
import { extent } from './document';
import { compareMentions, compareRelations } from './order';
import { holderOf } from './search';

/** The items of one sentence, in document order: mentions that lie in it, relations whose two mentions do. */
export interface SentenceItems {
  readonly mentions: readonly Mention[];
  readonly relations: readonly Relation[];
}

/** Where the items of a document lie. */
export interface Layout {
  /** One for each sentence. */
  readonly sentences: readonly SentenceItems[];
  /** What lies in no single sentence: crossing two, or outside all of them. */
  readonly elsewhere: SentenceItems;
}

/* A document is immutable, so its layout is worked out once, when it is first asked for. */
const layouts = new WeakMap<AnnotationDocument, Layout>();

/** Sorts the document's items by sentence. Kept with the document: asking again costs nothing, and asking after an edit little. */
export function layoutOf(document: AnnotationDocument): Layout {
  let layout = layouts.get(document);
  if (layout === undefined) {
    layout = layOut(document);
    layouts.set(document, layout);
  }
  return layout;
}

/** Index of the sentence that holds the mention, if one does. */
export function sentenceOf(document: AnnotationDocument, mention: Mention): number | undefined {
  return holderOf(document.sentences, extent(mention));
}

/** The items that an edit touched, by id. */
export interface Touched {
  readonly mentions: ReadonlySet<string>;
  readonly relations: ReadonlySet<string>;
}

/**
 * Takes the layout of a document over to what an edit made of it, as far as that is cheaper than working it out anew: in a large
 * document an edit must be on screen within a frame. Sentences without touched items keep their very lists.
 */
export function carryLayout(before: AnnotationDocument, after: AnnotationDocument, touched: Touched): void {
  const old = layouts.get(before);
  if (old === undefined || touched.mentions.size + touched.relations.size > MAX_TOUCHED || !sameSentences(before, after)) return;

  /** The touched items by the sentence where they lie now; -1 is elsewhere. */
  const arrived = new Map<number, { mentions: Mention[]; relations: Relation[] }>();
  const at = (index: number | undefined): { mentions: Mention[]; relations: Relation[] } => {
    const key = index ?? -1;
    const items = arrived.get(key) ?? { mentions: [], relations: [] };
    arrived.set(key, items);
    return items;
  };
  for (const id of touched.mentions) {
    const [was, is] = [before.mentions.get(id), after.mentions.get(id)];
    const [from, to] = [was && sentenceOf(before, was), is && sentenceOf(after, is)];
    // It left its sentence: its untouched relations may have to move, too.
    if (was !== undefined && is !== undefined && from !== to) return;
    if (was !== undefined) at(from);
    if (is !== undefined) at(to).mentions.push(is);
  }
  for (const id of touched.relations) {
    const [was, is] = [before.relations.get(id), after.relations.get(id)];
    if (was !== undefined) at(sentenceOfRelation(before, was));
    if (is !== undefined) at(sentenceOfRelation(after, is)).relations.push(is);
  }

  const renewed = (items: SentenceItems, index: number): SentenceItems => {
    const more = arrived.get(index);
    if (more === undefined) return items;
    return inOrder(after, {
      mentions: [...items.mentions.filter(({ id }) => !touched.mentions.has(id)), ...more.mentions],
      relations: [...items.relations.filter(({ id }) => !touched.relations.has(id)), ...more.relations],
    });
  };
  // A relation elsewhere may have a touched mention; its place among the others follows that mention's.
  if (old.elsewhere.relations.length > 0) at(undefined);
  layouts.set(after, { sentences: old.sentences.map(renewed), elsewhere: renewed(old.elsewhere, -1) });
}

/** Beyond this many it is not much cheaper to carry a layout over. */
const MAX_TOUCHED = 200;

function sameSentences(before: AnnotationDocument, after: AnnotationDocument): boolean {
  return before.sentences === after.sentences || sameSpans(before.sentences, after.sentences);
}

function layOut(document: AnnotationDocument): Layout {
  const sentences = document.sentences.map(() => ({ mentions: [] as Mention[], relations: [] as Relation[] }));
  const elsewhere = { mentions: [] as Mention[], relations: [] as Relation[] };
  const at = (index: number | undefined): { mentions: Mention[]; relations: Relation[] } =>
    (index === undefined ? undefined : sentences[index]) ?? elsewhere;
  for (const mention of document.mentions.values()) at(sentenceOf(document, mention)).mentions.push(mention);
  for (const relation of document.relations.values()) at(sentenceOfRelation(document, relation)).relations.push(relation);
  return { sentences: sentences.map((items) => inOrder(document, items)), elsewhere: inOrder(document, elsewhere) };
}

function sentenceOfRelation(document: AnnotationDocument, relation: Relation): number | undefined {
  const [head, tail] = [document.mentions.get(relation.head), document.mentions.get(relation.tail)];
  const index = head && sentenceOf(document, head);
  return index !== undefined && tail !== undefined && sentenceOf(document, tail) === index ? index : undefined;
}

/** Sorts the lists, which must be fresh. */
function inOrder(document: AnnotationDocument, items: { readonly mentions: Mention[]; readonly relations: Relation[] }): SentenceItems {
  if (items.mentions.length > 1) items.mentions.sort(compareMentions);
  if (items.relations.length > 1) items.relations.sort(compareRelations(document.mentions));
  return items;
}
