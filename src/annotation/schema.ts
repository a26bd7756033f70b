/** An entity type as people see it. */
export interface EntityType {
  /** `#rrggbb`. */
  readonly colour: string;
  /** The letter or digit that sets it. */
  readonly key: string;
  readonly short?: string;
  readonly verbose?: string;
  readonly description?: string;
}

/** A relation type, and the types of mention that it admits (an empty list admits all). */
export interface RelationType extends EntityType {
  readonly head: readonly string[];
  readonly tail: readonly string[];
  readonly symmetric: boolean;
}

/** The types that can be annotated, in the order in which a model numbers them. */
export interface Schema {
  readonly entities: Readonly<Record<string, EntityType>>;
  readonly relations: Readonly<Record<string, RelationType>>;
}

/** Whether a relation of this type may go from a mention of type `head` to one of type `tail`. Unknown types admit nothing. */
export function admits(schema: Schema, relation: string, head: string, tail: string): boolean {
  const type = schema.relations[relation];
  if (type === undefined) return false;
  const fits = (from: string, to: string): boolean =>
    (type.head.length === 0 || type.head.includes(from)) && (type.tail.length === 0 || type.tail.includes(to));
  return fits(head, tail) || (type.symmetric && fits(tail, head));
}
