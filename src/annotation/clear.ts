import type { AnnotationDocument } from './document';
import { isUntouched } from './document';
import type { Edit } from './edits';

/**
 * The edit that takes every suggestion out that nobody has touched. A mention stays where a relation that stays needs it; what was
 * accepted or rejected, noted or flagged is a person's work and stays, too.
 */
export function takeSuggestionsOut(document: AnnotationDocument): Edit & { readonly kind: 'group' } {
  const relations = [...document.relations.values()];
  const staying = relations.filter((relation) => !isUntouched(relation));
  const needed = new Set(staying.flatMap(({ head, tail }) => [head, tail]));
  const mentions = [...document.mentions.values()].filter((mention) => isUntouched(mention) && !needed.has(mention.id));
  return {
    kind: 'group',
    label: 'clear suggestions',
    edits: [
      ...relations.filter(isUntouched).map((previous): Edit => ({ kind: 'relation', id: previous.id, previous, next: undefined })),
      ...mentions.map((previous): Edit => ({ kind: 'mention', id: previous.id, previous, next: undefined })),
    ],
  };
}
