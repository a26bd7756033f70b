import type { AnnotationDocument, Mention, Relation } from './document';
import { extent } from './document';
import { compareMentions, compareRelations } from './order';
import { touching } from './search';

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
  /** Index of the sentence that holds the mention. */
  readonly sentenceOf: ReadonlyMap<string, number>;
}

/* A document is immutable, so its layout is worked out once, when it is first asked for. */
const layouts = new WeakMap<AnnotationDocument, Layout>();

/** Sorts the document's items by sentence. Kept with the document: asking again costs nothing. */
export function layoutOf(document: AnnotationDocument): Layout {
  let layout = layouts.get(document);
  if (layout === undefined) {
    layout = layOut(document);
    layouts.set(document, layout);
  }
  return layout;
}

function layOut(document: AnnotationDocument): Layout {
  const sentences = document.sentences.map(() => ({ mentions: [] as Mention[], relations: [] as Relation[] }));
  const elsewhere = { mentions: [] as Mention[], relations: [] as Relation[] };
  const sentenceOf = new Map<string, number>();
  for (const mention of document.mentions.values()) {
    const span = extent(mention);
    const [index] = touching(document.sentences, span);
    const sentence = document.sentences[index];
    const inside = sentence !== undefined && sentence.startChar <= span.startChar && span.endChar <= sentence.endChar;
    if (inside) sentenceOf.set(mention.id, index);
    (inside ? sentences[index] : elsewhere)?.mentions.push(mention);
  }
  for (const relation of document.relations.values()) {
    const head = sentenceOf.get(relation.head);
    const tail = sentenceOf.get(relation.tail);
    (head !== undefined && head === tail ? sentences[head] : elsewhere)?.relations.push(relation);
  }
  const byPosition = compareRelations(document.mentions);
  for (const items of [...sentences, elsewhere]) {
    items.mentions.sort(compareMentions);
    items.relations.sort(byPosition);
  }
  return { sentences, elsewhere, sentenceOf };
}
