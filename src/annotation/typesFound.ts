import type { AnnotationDocument } from './document';
import { schemaOf, type EntityType, type RelationType, type Schema } from './schema';

/** Collects the types of many texts: those that their schemas name, then those that only annotations have. */
export class TypesFound {
  readonly #entities = new Map<string, Partial<EntityType>>();
  readonly #relations = new Map<string, Partial<RelationType>>();
  #last: Schema | undefined;

  add({ mentions, relations }: AnnotationDocument, schema: Schema | undefined): void {
    // Texts of one file share their schema.
    if (schema !== undefined && schema !== this.#last) {
      for (const [name, type] of Object.entries(schema.entities)) if (!this.#entities.has(name)) this.#entities.set(name, type);
      for (const [name, type] of Object.entries(schema.relations)) if (!this.#relations.has(name)) this.#relations.set(name, type);
      this.#last = schema;
    }
    for (const { type } of mentions.values()) if (!this.#entities.has(type)) this.#entities.set(type, {});
    for (const { type } of relations.values()) if (!this.#relations.has(type)) this.#relations.set(type, {});
  }

  get schema(): Schema {
    return schemaOf(Object.fromEntries(this.#entities), Object.fromEntries(this.#relations));
  }
}
