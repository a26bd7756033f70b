import { keysOf } from './keys';

/** An entity type as people see it. */
export interface EntityType {
  /** `#rrggbb`. */
  readonly colour: string;
  /** The letter or digit that sets it; empty where none was left. */
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
  if (type === undefined || !Object.hasOwn(schema.relations, relation)) return false;
  const fits = (from: string, to: string): boolean =>
    (type.head.length === 0 || type.head.includes(from)) && (type.tail.length === 0 || type.tail.includes(to));
  return fits(head, tail) || (type.symmetric && fits(tail, head));
}

/** Whether relations of this type are the same in both directions. */
export function isSymmetric(relations: Schema['relations'], type: string): boolean {
  return Object.hasOwn(relations, type) && relations[type]?.symmetric === true;
}

/** Ten colours that are told apart easily, on light and dark ground. */
const COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#b07aa1', '#76b7b2', '#edc948', '#ff9da7', '#9c755f', '#bab0ac'];

/** A schema of types of which some come without colour or key: each gets the next that none of the others has. */
export function schemaOf(
  entities: Readonly<Record<string, Partial<EntityType>>>,
  relations: Readonly<Record<string, Partial<RelationType>>>,
): Schema {
  return { entities: completed(entities), relations: completed(relations, { head: [], tail: [], symmetric: false }) };
}

function completed<T extends Partial<EntityType>, D extends object>(
  types: Readonly<Record<string, T>>,
  defaults = {} as D,
): Record<string, Pick<EntityType, 'colour' | 'key'> & D & T> {
  const named = Object.entries(types);
  const given = named.map(([, type]) => type);
  const [colours, keys] = [coloursOf(given), keysOf(given)];
  return Object.fromEntries(
    named.map(([name, type], index) => [name, { colour: colours[index] ?? '', key: keys[index] ?? '', ...defaults, ...type }]),
  );
}

function coloursOf(types: readonly Partial<EntityType>[]): readonly string[] {
  const taken = new Set(types.map(({ colour }) => colour?.toLowerCase()));
  const left = COLOURS.filter((colour) => !taken.has(colour));
  const free = left.length > 0 ? left : COLOURS;
  let next = 0;
  return types.map(({ colour }) => colour ?? free[next++ % free.length] ?? '');
}
