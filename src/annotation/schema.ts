/** An entity type as people see it. */
export interface EntityType {
  /** `#rrggbb`. */
  readonly colour: string;
  /** The letter or digit that sets it. */
  readonly key: string;
  readonly short?: string;
  readonly verbose?: string;
  readonly description?: string;
  /** When to choose it, and when not: shown where it is chosen. */
  readonly guideline?: string;
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

/** Ten colours that are told apart easily, on light and dark ground. */
const COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#b07aa1', '#76b7b2', '#edc948', '#ff9da7', '#9c755f', '#bab0ac'];
/** Digits, then the letters that no command of the table uses. */
const KEYS = '1234567890bcghijklmoqtvwyz';

/** A schema for types that come without colours and keys: each gets the next free ones. */
export function schemaOf(
  entities: Readonly<Record<string, Pick<EntityType, 'short' | 'verbose'>>>,
  relations: Readonly<Record<string, Pick<RelationType, 'short' | 'verbose' | 'symmetric'>>>,
): Schema {
  const look = (index: number): Pick<EntityType, 'colour' | 'key'> => ({
    colour: COLOURS[index % COLOURS.length] ?? '',
    key: KEYS.charAt(index),
  });
  return {
    entities: Object.fromEntries(Object.entries(entities).map(([name, type], index) => [name, { ...look(index), ...type }])),
    relations: Object.fromEntries(
      Object.entries(relations).map(([name, type], index) => [name, { ...look(index), ...type, head: [], tail: [] }]),
    ),
  };
}
