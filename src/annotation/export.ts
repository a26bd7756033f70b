import type { AnnotationDocument, Item, Mention, Relation } from './document';
import { extent } from './document';
import { touching } from './search';

export interface ExportChoice {
  /** Lowest score of a suggestion that is taken, in [0, 1]. What a person accepted is taken whatever its score. */
  readonly threshold: number;
  /** `accepted`: no suggestion at all. `done`: the sentences that are done, and what is accepted in them: the training data. */
  readonly only?: 'accepted' | 'done' | undefined;
}

/**
 * The part of a document that an export takes: what is not rejected and scores at least the threshold (what has no score passes), of a
 * sentence that is done only what is accepted. A relation comes with its mentions: an accepted one takes them along, a suggested one
 * stays behind where one of them does.
 */
export function exported(document: AnnotationDocument, choice: ExportChoice): AnnotationDocument {
  const touchesState = (mention: Mention, isDone: boolean): boolean => {
    const [first, end] = touching(document.sentences, extent(mention));
    return document.sentences.slice(first, end).some((sentence) => (sentence.state === 'done') === isDone);
  };
  const taken = (item: Item, mentions: readonly Mention[]): boolean => {
    if (item.status === 'rejected') return false;
    if (choice.only === 'done' && !mentions.every((mention) => touchesState(mention, true) && !touchesState(mention, false))) return false;
    if (item.status === 'accepted') return true;
    if (choice.only !== undefined || mentions.some((mention) => touchesState(mention, true))) return false;
    return (item.score ?? 1) >= choice.threshold;
  };

  const mentions = new Set<string>();
  for (const mention of document.mentions.values()) if (taken(mention, [mention])) mentions.add(mention.id);

  const relations: Relation[] = [];
  for (const relation of document.relations.values()) {
    const ends = [document.mentions.get(relation.head), document.mentions.get(relation.tail)].filter((end) => end !== undefined);
    if (!taken(relation, ends) || ends.some((end) => end.status === 'rejected')) continue;
    if (relation.status === 'accepted') for (const end of ends) mentions.add(end.id);
    relations.push(relation);
  }

  return {
    text: document.text,
    sentences: choice.only === 'done' ? document.sentences.filter((sentence) => sentence.state === 'done') : document.sentences,
    mentions: new Map([...document.mentions].filter(([id]) => mentions.has(id))),
    relations: new Map(
      relations.filter((relation) => mentions.has(relation.head) && mentions.has(relation.tail)).map((relation) => [relation.id, relation]),
    ),
  };
}
