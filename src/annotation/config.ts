import * as v from 'valibot';
import { SpangridError } from '../errors';
import { type Tokenizer, TOKENIZERS } from '../text/tokenizer';
import { CODES, type Code, type Severities, SEVERITIES } from './check/catalogue';
import { jsonPath } from './issues';
import { RESERVED_KEYS, TYPE_KEYS } from './keys';
import { isRecord, parseJson } from './parseJson';
import { type Schema, schemaOf } from './schema';

/** The project file: the types of the texts in its folder and below, and what else is agreed on there. */
export const CONFIG_NAME = 'spangrid.config.json';

/** What labels a type without a model. */
export interface TypePatterns {
  readonly type: string;
  /** Matched as whole words of the text; white space in them stands for any. */
  readonly words: readonly string[];
  /** Regular expressions with the flag `u`, each matched within a sentence. */
  readonly expressions: readonly string[];
  readonly ignoreCase: boolean;
  /** Whether a match that cuts a word takes the whole word; it is left out otherwise. */
  readonly widen: boolean;
}

/** What a project file says. */
export interface Config {
  /** Absent where the file has no types: those of the model hold. */
  readonly schema?: Schema;
  /** Of the types that have some, in their order. */
  readonly patterns: readonly TypePatterns[];
  /** Name of a model, or path of its folder, absolute or relative to the file's own folder. */
  readonly model?: string;
  /** Which texts belong to the project: globs relative to the file's own folder. Absent: all. */
  readonly files?: readonly string[];
  readonly tokenizer: Tokenizer;
  /** How much findings of the linter matter, where not as its catalogue says. */
  readonly check?: Severities;
}

/** Something in a project file that can't be used, and what to do about it. */
export interface ConfigProblem {
  /** Where, as keys and indices from the top. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** From 1, where the file is no JSON at all. */
  readonly line?: number;
}

/** Reads a project file as far as possible: what it says, or all that is wrong with it. */
export function readConfig(json: string): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  const parsed = parseJson(json);
  if ('reason' in parsed) return { problems: [{ path: [], message: parsed.reason, line: parsed.line }] };
  const result = v.safeParse(file, parsed.data);
  const problems: ConfigProblem[] = (result.issues ?? []).map(({ path, message }) => ({
    path: (path ?? []).map(({ key }) => key as string | number),
    message,
  }));
  problems.push(...nameProblems(parsed.data));
  if (result.success) problems.push(...misfits(result.output));
  return result.success && problems.length === 0 ? { config: configOf(result.output) } : { problems };
}

/**
 * Reads a project file.
 * @param where names the file in messages
 * @throws SpangridError `config.invalid`, with each problem and its JSON path
 */
export function parseConfig(json: string, where: string): Config {
  const read = readConfig(json);
  if ('config' in read) return read.config;
  throw invalidConfig(where, read.problems);
}

/** What to tell a person whose project file can't be used. */
export function invalidConfig(where: string, problems: readonly ConfigProblem[]): SpangridError {
  const said = problems.slice(0, MOST_SAID).map((problem) => `\n${problemText(problem)}`);
  const more = problems.length > MOST_SAID ? `\nand ${String(problems.length - MOST_SAID)} more.` : '';
  return new SpangridError('config.invalid', `${where} can't be used. Correct it:${said.join('')}${more}`);
}

const MOST_SAID = 10;

function problemText({ path, message }: ConfigProblem): string {
  return `${path.length === 0 ? '' : `${jsonPath(path)}: `}${message}.`;
}

const text = v.string(({ received }) => `must be a text in quotes, and is ${received}`);
const filled = v.pipe(text, v.minLength(1, 'must not be empty'));
const yesOrNo = v.boolean(({ received }) => `must be true or false, and is ${received}`);
const list = <T extends v.GenericSchema>(item: T) => v.array(item, ({ received }) => `must be a list, as ["…", "…"], and is ${received}`);

/** What is no list: to valibot, a list is an object with numbers as keys. */
const noList = (wanted: string) => v.custom<object>((input) => !Array.isArray(input), `must be ${wanted}, and is a list`);

const AN_OBJECT = 'an object, as {"…": …}';

/** An object with these keys and no others. */
const object = <const T extends v.ObjectEntries>(entries: T) =>
  v.pipe(
    noList(AN_OBJECT),
    v.strictObject(entries, ({ expected, received }) =>
      expected === 'never'
        ? `there is no such key: there are ${Object.keys(entries).join(', ')}`
        : `must be ${AN_OBJECT}, and is ${received}`,
    ),
  );

const look = {
  colour: v.exactOptional(
    v.pipe(
      text,
      v.regex(/^#[0-9a-f]{6}$/i, ({ input }) => `must be a colour as "#4e79a7", # and six of 0-9, a-f, and is ${JSON.stringify(input)}`),
    ),
  ),
  key: v.exactOptional(
    v.pipe(
      text,
      v.check(
        (key) => !Object.hasOwn(RESERVED_KEYS, key),
        ({ input }) => `${JSON.stringify(input)} is reserved: it ${RESERVED_KEYS[input] ?? ''}. ${OTHER_KEY}`,
      ),
      v.check(
        (key) => TYPE_KEYS.includes(key) || Object.hasOwn(RESERVED_KEYS, key),
        ({ input }) => `${JSON.stringify(input)} is no key. ${OTHER_KEY}`,
      ),
    ),
  ),
  description: v.exactOptional(text),
  guideline: v.exactOptional(text),
};

const OTHER_KEY = `Choose one of ${TYPE_KEYS.join(' ')}, or leave "key" out to be given a free one`;

const expression = v.pipe(
  filled,
  // Only compiled here: to run it belongs where it can be stopped.
  v.check(
    (source) => reasonAgainst(source) === undefined,
    ({ input }) => `is no regular expression: ${reasonAgainst(input) ?? ''}. Correct it`,
  ),
);

function reasonAgainst(source: string): string | undefined {
  try {
    new RegExp(source, 'u');
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '');
  }
}

const entityType = object({
  ...look,
  patterns: v.exactOptional(
    object({
      words: v.exactOptional(list(v.pipe(text, v.regex(/\S/, 'must not be empty'))), []),
      expressions: v.exactOptional(list(expression), []),
      ignoreCase: v.exactOptional(yesOrNo, false),
      widen: v.exactOptional(yesOrNo, false),
    }),
  ),
});

const relationType = object({
  ...look,
  head: v.exactOptional(list(text), []),
  tail: v.exactOptional(list(text), []),
  symmetric: v.exactOptional(yesOrNo, false),
});

const TYPES = 'an object with a key for each type, as {"Name": {}}';

const typesOf = <T extends v.GenericSchema>(type: T) =>
  v.pipe(
    noList(TYPES),
    v.record(v.string(), type, ({ received }) => `must be ${TYPES}, and is ${received}`),
  );

const severity = v.picklist(SEVERITIES, ({ input }) => `must be one of ${SEVERITIES.join(', ')}, and is ${JSON.stringify(input)}`);

const severities = object(
  Object.fromEntries(CODES.map((code) => [code, v.exactOptional(severity)])) as Record<
    Code,
    v.ExactOptionalSchema<typeof severity, undefined>
  >,
);

const tokenizer = v.picklist(TOKENIZERS, ({ input }) => `must be ${TOKENIZERS.join(' or ')}, and is ${JSON.stringify(input)}`);

const file = object({
  $schema: v.exactOptional(text),
  entities: v.exactOptional(typesOf(entityType)),
  relations: v.exactOptional(typesOf(relationType)),
  model: v.exactOptional(filled),
  files: v.exactOptional(
    list(
      v.pipe(
        filled,
        v.check(
          (glob) => !/^([/\\]|[A-Za-z]:)|\\|(^|\/)\.\.(\/|$)/.test(glob),
          'must lie in the folder of this file: no "..", no "/" or drive at its start, "/" between folders',
        ),
      ),
    ),
  ),
  tokenizer: v.exactOptional(tokenizer, 'words'),
  check: v.exactOptional(severities),
});

type File = v.InferOutput<typeof file>;

/** Names that no type can have. Looked for in what was parsed: some of them are lost on the way. */
function nameProblems(data: unknown): readonly ConfigProblem[] {
  const parts = isRecord(data) ? data : {};
  return ['entities', 'relations'].flatMap((part) => {
    const types = parts[part];
    return Object.keys(isRecord(types) ? types : {}).flatMap((name) => {
      const message = reasonAgainstName(name);
      return message === undefined ? [] : [{ path: [part, name], message }];
    });
  });
}

function reasonAgainstName(name: string): string | undefined {
  if (name.trim() === '') return 'a type needs a name';
  if (name !== name.trim()) return 'the name of a type must not begin or end with white space';
  if (/\p{Cc}|[\u2028\u2029]/u.test(name)) return 'the name of a type must not have tabs, line ends or control characters';
  if (['__proto__', 'constructor', 'prototype'].includes(name)) return 'no type can be called that. Choose another name';
  return undefined;
}

/** What does not fit together in a file whose parts are each right. */
function misfits({ entities, relations = {} }: File): readonly ConfigProblem[] {
  const problems = [...takenKeys('entities', entities ?? {}), ...takenKeys('relations', relations)];
  if (entities === undefined) {
    if (Object.keys(relations).length > 0)
      problems.push({ path: ['relations'], message: 'relations need entities: add "entities" with the types of their mentions' });
    return problems;
  }
  for (const [name, type] of Object.entries(relations))
    for (const end of ['head', 'tail'] as const)
      for (const [index, entity] of type[end].entries())
        if (!Object.hasOwn(entities, entity))
          problems.push({
            path: ['relations', name, end, index],
            message: `there is no entity type ${JSON.stringify(entity)}. Add it to "entities", or name one of them: ${Object.keys(entities).join(', ')}`,
          });
  return problems;
}

function takenKeys(part: string, types: Readonly<Record<string, { readonly key?: string }>>): ConfigProblem[] {
  const holders = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [name, { key }] of Object.entries(types)) {
    if (key === undefined) continue;
    const holder = holders.get(key);
    if (holder === undefined) holders.set(key, name);
    else problems.push({ path: [part, name, 'key'], message: `${JSON.stringify(key)} is the key of ${holder} already. ${OTHER_KEY}` });
  }
  return problems;
}

function configOf({ entities, relations = {}, model, files, tokenizer: asked, check }: File): Config {
  const withPatterns = Object.entries(entities ?? {});
  const plain = Object.fromEntries(withPatterns.map(([name, { patterns: _, ...type }]) => [name, type]));
  return {
    ...(entities === undefined ? {} : { schema: schemaOf(plain, relations) }),
    patterns: withPatterns.flatMap(([type, { patterns }]) => (patterns === undefined ? [] : [{ type, ...patterns }])),
    ...(model === undefined ? {} : { model }),
    ...(files === undefined ? {} : { files }),
    tokenizer: asked,
    ...(check === undefined ? {} : { check }),
  };
}
