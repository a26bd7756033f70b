import type { AnnotationDocument } from '../annotation/document';
import { type EntityType, type RelationType, type Schema, schemaOf } from '../annotation/schema';

/**
 * The types that a document is shown with: the known ones as they are, and those that it uses besides, so that what another model or
 * tool made is seen in a colour of its own, too.
 * @param also says what types that are not known look like, such as those of the model
 */
export function schemaFor(document: AnnotationDocument, known: Schema, also?: Schema): Schema {
  const entities = besides<EntityType>(document.mentions.values(), known.entities, also?.entities);
  const relations = besides<RelationType>(document.relations.values(), known.relations, also?.relations);
  if (entities.length === 0 && relations.length === 0) return known;
  return schemaOf({ ...known.entities, ...Object.fromEntries(entities) }, { ...known.relations, ...Object.fromEntries(relations) });
}

/** The types of these items that are not known. Their keys may be taken: they get others. */
function besides<T extends EntityType>(
  items: Iterable<{ readonly type: string }>,
  known: Readonly<Record<string, T>>,
  also: Readonly<Record<string, T>> = {},
): readonly (readonly [string, Partial<T>])[] {
  const names = new Set(Array.from(items, ({ type }) => type));
  return [...names]
    .filter((name) => !Object.hasOwn(known, name))
    .sort()
    .map((name) => {
      const { key: _, ...look }: Partial<T> = (Object.hasOwn(also, name) ? also[name] : undefined) ?? {};
      return [name, look as Partial<T>];
    });
}
