import { readFileSync } from 'node:fs';

type Rule = Readonly<Record<string, unknown>>;

/** A JSON schema that we publish for editors, by its name in `media`. */
export function publishedSchema(name: string): Rule {
  return JSON.parse(readFileSync(new URL(`../../media/${name}.schema.json`, import.meta.url), 'utf8')) as Rule;
}

/** What in `value` a published schema does not allow. Knows the keywords that our schemas use, and no others. */
export function schemaProblems(schema: Rule, value: unknown, rule = schema, path = ''): string[] {
  const found: string[] = [];
  const must = (holds: boolean, keyword: string): void => {
    if (!holds) found.push(`${path}: ${keyword}`);
  };
  const within = (inner: unknown, its: Rule, key: string): void => {
    found.push(...schemaProblems(schema, inner, its, `${path}${key}`));
  };
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const isText = typeof value === 'string';
  const named = (rule['properties'] ?? {}) as Rule;
  for (const [keyword, wanted] of Object.entries(rule)) {
    if (['$schema', '$id', 'title', 'description', 'definitions'].includes(keyword)) continue;
    if (keyword === '$ref')
      within(value, (schema['definitions'] as Record<string, Rule>)[(wanted as string).replace('#/definitions/', '')]!, '');
    else if (keyword === 'type') {
      const type = Array.isArray(value)
        ? 'array'
        : wanted === 'integer' && Number.isInteger(value)
          ? 'integer'
          : value === null
            ? 'null'
            : typeof value;
      must(type === wanted, keyword);
    } else if (keyword === 'const') must(value === wanted, keyword);
    else if (keyword === 'enum') must((wanted as unknown[]).includes(value), keyword);
    else if (keyword === 'minimum') must(typeof value !== 'number' || value >= Number(wanted), keyword);
    else if (keyword === 'maximum') must(typeof value !== 'number' || value <= Number(wanted), keyword);
    else if (keyword === 'minItems') must(!Array.isArray(value) || list.length >= Number(wanted), keyword);
    else if (keyword === 'maxItems') must(list.length <= Number(wanted), keyword);
    else if (keyword === 'minLength') must(!isText || value.length >= Number(wanted), keyword);
    else if (keyword === 'pattern') must(!isText || new RegExp(wanted as string).test(value), keyword);
    else if (keyword === 'required') for (const key of wanted as string[]) must(Object.hasOwn(object, key), `required ${key}`);
    else if (keyword === 'items') for (const [index, item] of list.entries()) within(item, wanted as Rule, `[${index}]`);
    else if (keyword === 'propertyNames') for (const key of Object.keys(object)) within(key, wanted as Rule, `.${key}`);
    else if (keyword === 'additionalProperties') {
      for (const key of Object.keys(object).filter((name) => !Object.hasOwn(named, name)))
        if (wanted === false) must(false, `additional ${key}`);
        else within(object[key], wanted as Rule, `.${key}`);
    } else if (keyword === 'properties') {
      for (const [key, inner] of Object.entries(named)) if (Object.hasOwn(object, key)) within(object[key], inner as Rule, `.${key}`);
    } else throw new Error(`the schema uses a keyword that this test does not know: ${keyword}`);
  }
  return found;
}
