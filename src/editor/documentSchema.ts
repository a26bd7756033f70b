import type { AnnotationDocument } from '../annotation/document';
import { type Schema, schemaOf } from '../annotation/schema';

/**
 * The types that a document is shown with: the known ones as they are, and those that it uses besides, so that what another model or
 * tool made is seen in a colour of its own, too.
 */
export function schemaFor(document: AnnotationDocument, known: Schema): Schema {
  const missing = (items: Iterable<{ readonly type: string }>, types: object): string[] =>
    [...new Set(Array.from(items, ({ type }) => type))].filter((type) => !Object.hasOwn(types, type)).sort();
  const entities = missing(document.mentions.values(), known.entities);
  const relations = missing(document.relations.values(), known.relations);
  if (entities.length === 0 && relations.length === 0) return known;
  const withEmpty = (types: object, names: readonly string[]): Record<string, object> => ({
    ...types,
    ...Object.fromEntries(names.map((name) => [name, {}])),
  });
  const relationTypes = Object.fromEntries([...Object.keys(known.relations), ...relations].map((name) => [name, { symmetric: false }]));
  const made = schemaOf(withEmpty(known.entities, entities), relationTypes);
  return { entities: { ...made.entities, ...known.entities }, relations: { ...made.relations, ...known.relations } };
}
