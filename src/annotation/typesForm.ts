import { type ConfigProblem, readConfig } from './config';
import type { AnnotationDocument, Mention, Relation } from './document';
import type { Edit } from './edits';
import { keysOf } from './keys';
import { isRecord, parseJson } from './parseJson';
import type { Schema } from './schema';

/* The types of a project as a form has them, how they get into its file, and what renaming them does to a document. */

/** A mention type as it is edited. */
export interface TypeFields {
  /** The name that it had; absent for a new one. */
  readonly was?: string;
  readonly name: string;
  readonly colour: string;
  /** Empty: it gets a free one. */
  readonly key: string;
  readonly description: string;
  readonly guideline: string;
}

/** A relation type as it is edited. */
export interface RelationFields extends TypeFields {
  /** Indices of the mention types that it admits; none: all. */
  readonly head: readonly number[];
  readonly tail: readonly number[];
  readonly symmetric: boolean;
}

export interface TypesForm {
  readonly entities: readonly TypeFields[];
  readonly relations: readonly RelationFields[];
}

/** New names of types, by the old ones. */
export interface Renames {
  readonly entities: Readonly<Record<string, string>>;
  readonly relations: Readonly<Record<string, string>>;
}

/** How often types occur, by name. */
export interface TypeUse {
  readonly entities: Readonly<Record<string, number>>;
  readonly relations: Readonly<Record<string, number>>;
}

/**
 * The form for a project's types.
 * @param json the project file; keys that it leaves open stay open. Without one, the schema is taken as it is
 */
export function formOf(schema: Schema, json?: string): TypesForm {
  const file = json === undefined ? undefined : recordOf(json);
  const names = Object.keys(schema.entities);
  const fields = (kind: 'entities' | 'relations', name: string): TypeFields => {
    const type = schema[kind][name];
    const own = file === undefined ? type : partOf(partOf(file, kind), name);
    const key = own !== undefined && 'key' in own ? own.key : '';
    return {
      was: name,
      name,
      colour: type?.colour ?? '#808080',
      key: typeof key === 'string' ? key : '',
      description: type?.description ?? '',
      guideline: type?.guideline ?? '',
    };
  };
  return {
    entities: names.map((name) => fields('entities', name)),
    relations: Object.entries(schema.relations).map(([name, { head, tail, symmetric }]) => ({
      ...fields('relations', name),
      head: head.map((entity) => names.indexOf(entity)).filter((index) => index >= 0),
      tail: tail.map((entity) => names.indexOf(entity)).filter((index) => index >= 0),
      symmetric,
    })),
  };
}

/**
 * The project file with the types of a form, or what is wrong with them. What else the file says stays, the patterns of a type with it.
 * @param json the project file as it is, if there is one
 */
export function writeForm(form: TypesForm, json?: string): { readonly json: string } | { readonly problems: readonly ConfigProblem[] } {
  const taken = [...repeated('entities', form.entities), ...repeated('relations', form.relations)];
  if (taken.length > 0) return { problems: taken };
  const before = json === undefined ? {} : (recordOf(json) ?? {});
  const names = form.entities.map(({ name }) => name);
  const namesAt = (indices: readonly number[]): readonly string[] => indices.flatMap((index) => names[index] ?? []);
  const entities = form.entities.map((type): readonly [string, object] => [type.name, fieldsOf(partOf(before, 'entities'), type)]);
  const relations = form.relations.map((type): readonly [string, object] => {
    const { head: _, tail: __, symmetric: ___, ...kept } = fieldsOf(partOf(before, 'relations'), type);
    return [
      type.name,
      {
        ...kept,
        ...(type.head.length === 0 ? {} : { head: namesAt(type.head) }),
        ...(type.tail.length === 0 ? {} : { tail: namesAt(type.tail) }),
        ...(type.symmetric ? { symmetric: true } : {}),
      },
    ];
  });
  const after = { ...before, entities: Object.fromEntries(entities), relations: Object.fromEntries(relations) };
  const written = `${JSON.stringify(after, null, 2)}\n`;
  const read = readConfig(written);
  return 'problems' in read ? read : { json: written };
}

/** What a form calls otherwise than it was. */
export function renamesOf({ entities, relations }: TypesForm): Renames {
  const changed = (types: readonly TypeFields[]): Record<string, string> =>
    Object.fromEntries(types.flatMap(({ was, name }) => (was === undefined || was === name ? [] : [[was, name]])));
  return { entities: changed(entities), relations: changed(relations) };
}

export function isRenaming({ entities, relations }: Renames): boolean {
  return Object.keys(entities).length + Object.keys(relations).length > 0;
}

/** The edit that gives the items of renamed types their new names; nothing else of them changes. */
export function renameEdit(document: AnnotationDocument, renames: Renames): Edit & { readonly kind: 'group' } {
  const edits: Edit[] = [];
  for (const previous of document.mentions.values()) {
    const type = newName(renames.entities, previous.type);
    if (type !== undefined) edits.push({ kind: 'mention', id: previous.id, previous, next: { ...previous, type } satisfies Mention });
  }
  for (const previous of document.relations.values()) {
    const type = newName(renames.relations, previous.type);
    if (type !== undefined) edits.push({ kind: 'relation', id: previous.id, previous, next: { ...previous, type } satisfies Relation });
  }
  const names = [...Object.entries(renames.entities), ...Object.entries(renames.relations)];
  const [first] = names;
  const label = names.length === 1 && first !== undefined ? `rename type ${first[0]} to ${first[1]}` : `rename ${names.length} types`;
  return { kind: 'group', label, edits };
}

/** How often the types of a document occur. */
export function typeUse({ mentions, relations }: AnnotationDocument): TypeUse {
  return { entities: countTypes(mentions.values()), relations: countTypes(relations.values()) };
}

/** Both counts together. */
export function addUse(a: TypeUse, b: TypeUse): TypeUse {
  const sum = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(
      [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [name, useOf(one, name) + useOf(other, name)]),
    );
  return { entities: sum(a.entities, b.entities), relations: sum(a.relations, b.relations) };
}

export function useOf(counts: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;
}

function countTypes(items: Iterable<{ readonly type: string }>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of items) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function newName(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

/** Two types of one name would become one in the file, and the other would be lost. */
function repeated(kind: 'entities' | 'relations', types: readonly TypeFields[]): readonly ConfigProblem[] {
  const names = types.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({
    path: [kind, name],
    message: `there are two types called ${JSON.stringify(name)}. Rename one of them`,
  }));
}

function fieldsOf(before: Readonly<Record<string, unknown>>, type: TypeFields): Record<string, unknown> {
  const { colour: _, key: __, description: ___, guideline: ____, ...kept } = type.was === undefined ? {} : partOf(before, type.was);
  const filled = (key: 'key' | 'description' | 'guideline'): object => (type[key].trim() === '' ? {} : { [key]: type[key].trim() });
  return { colour: type.colour, ...filled('key'), ...filled('description'), ...filled('guideline'), ...kept };
}

function recordOf(json: string): Readonly<Record<string, unknown>> | undefined {
  const parsed = parseJson(json);
  return 'data' in parsed && isRecord(parsed.data) ? parsed.data : undefined;
}

function partOf(record: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const part = Object.hasOwn(record, key) ? record[key] : undefined;
  return isRecord(part) ? part : {};
}

/** The keys that types of a form will have, those that are given to them included. */
export function formKeys(types: readonly TypeFields[]): readonly string[] {
  return keysOf(types.map(({ key }) => (key === '' ? {} : { key })));
}
