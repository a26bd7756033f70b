import { expect, test } from 'vitest';
import { parseConfig, readConfig } from '../../src/annotation/config';
import { keysOf, RESERVED_KEYS, TYPE_KEYS } from '../../src/annotation/keys';
import { schemaOf } from '../../src/annotation/schema';
import { failure } from './failure';

const read = (config: unknown): ReturnType<typeof parseConfig> => parseConfig(JSON.stringify(config), 'spangrid.config.json');

/** What is said of a project file that can't be used, a line a problem. */
const problems = (config: unknown): readonly string[] => {
  const error = failure(() => read(config));
  expect(error.code).toBe('config.invalid');
  const [head, ...lines] = error.message.split('\n');
  expect(head).toBe("spangrid.config.json can't be used. Correct it:");
  return lines;
};

test('types come with what the file says of them, and with the next free colour and key where it says nothing', () => {
  const { schema } = read({
    entities: {
      Person: { colour: '#112233', key: '1', description: 'A human being.', guideline: 'Names only, no titles.' },
      Place: {},
      Firm: { key: 'q' },
    },
    relations: { 'Works for': { head: ['Person'], tail: ['Firm'], key: '1' }, Met: { symmetric: true } },
  });
  expect(schema).toEqual({
    entities: {
      Person: { colour: '#112233', key: '1', description: 'A human being.', guideline: 'Names only, no titles.' },
      Place: { colour: '#4e79a7', key: '2' },
      Firm: { colour: '#f28e2b', key: 'q' },
    },
    relations: {
      'Works for': { colour: '#4e79a7', key: '1', head: ['Person'], tail: ['Firm'], symmetric: false },
      Met: { colour: '#f28e2b', key: '2', head: [], tail: [], symmetric: true },
    },
  });
});

test('types keep their order, and names may have blanks, quotes, emoji and HTML in them', () => {
  const names = ['Zebra', 'a "quoted" type', "it's", '🧪 Stoff', '<b>bold</b>', '人', 'x.y[0]'];
  const { schema } = read({ entities: Object.fromEntries(names.map((name) => [name, {}])), relations: { 'is "<i>in</i>" 📍': {} } });
  expect(Object.keys(schema?.entities ?? {})).toEqual(names);
  expect(Object.keys(schema?.relations ?? {})).toEqual(['is "<i>in</i>" 📍']);
});

test('without types the file leaves them to the model', () => {
  expect(read({ model: 'fast', files: ['texts/**/*.txt'] })).toEqual({
    model: 'fast',
    files: ['texts/**/*.txt'],
    tokenizer: 'words',
    patterns: [],
  });
  expect(read({ tokenizer: 'whitespace' }).tokenizer).toBe('whitespace');
});

test('patterns come with their type', () => {
  const { patterns, schema } = read({
    entities: {
      Drug: { patterns: { words: ['aspirin', 'folic acid'], ignoreCase: true } },
      Place: {},
      Dose: { patterns: { expressions: ['\\d+ mg'] } },
    },
  });
  expect(patterns).toEqual([
    { type: 'Drug', words: ['aspirin', 'folic acid'], expressions: [], ignoreCase: true, widen: false },
    { type: 'Dose', words: [], expressions: ['\\d+ mg'], ignoreCase: false, widen: false },
  ]);
  expect(schema?.entities['Drug']).toEqual({ colour: '#4e79a7', key: '1' });
});

test('every mistake is named with its path, all at once', () => {
  expect(
    problems({
      entitys: {},
      entities: { Person: { color: '#112233' }, 'Two words': { colour: 'red', description: 7 } },
      relations: { Met: { head: 'Person', symmetric: 'yes' } },
    }),
  ).toEqual([
    'entities.Person.color: there is no such key: there are colour, key, description, guideline, patterns.',
    'entities["Two words"].colour: must be a colour as "#4e79a7", # and six of 0-9, a-f, and is "red".',
    'entities["Two words"].description: must be a text in quotes, and is 7.',
    'relations.Met.head: must be a list, as ["…", "…"], and is "Person".',
    'relations.Met.symmetric: must be true or false, and is "yes".',
    'entitys: there is no such key: there are $schema, entities, relations, model, files, tokenizer, check.',
  ]);
});

test('a file that is no JSON, or no object, is named with what is wrong', () => {
  expect(failure(() => parseConfig('{\n"entities": {,}\n}', 'c')).message).toMatch(
    /^c can't be used. Correct it:\nnot valid JSON: .*\(line 2\)\.$/s,
  );
  expect(problems([])).toEqual(['must be an object, as {"…": …}, and is a list.']);
  expect(problems({ entities: ['Person'] })).toEqual([
    'entities: must be an object with a key for each type, as {"Name": {}}, and is a list.',
  ]);
});

test('a key that a command has, one that is taken, and what is no key are refused, each with what to choose from', () => {
  const free = `Choose one of ${TYPE_KEYS.join(' ')}, or leave "key" out to be given a free one.`;
  expect(problems({ entities: { A: { key: 'd' }, B: { key: 'D' }, C: { key: '10' }, E: { key: '' }, F: { key: 'é' } } })).toEqual([
    `entities.A.key: "d" is reserved: it marks a sentence as done. ${free}`,
    `entities.B.key: "D" is no key. ${free}`,
    `entities.C.key: "10" is no key. ${free}`,
    `entities.E.key: "" is no key. ${free}`,
    `entities.F.key: "é" is no key. ${free}`,
  ]);
  expect(problems({ entities: { A: { key: '3' }, B: { key: '3' } }, relations: { R: { key: 'q' }, 'S T': { key: 'q' } } })).toEqual([
    `entities.B.key: "3" is the key of A already. ${free}`,
    `relations["S T"].key: "q" is the key of R already. ${free}`,
  ]);
});

test('a relation of types that are not there is refused, naming those that are', () => {
  expect(
    problems({ entities: { Person: {}, Place: {} }, relations: { 'Lives in': { head: ['Person'], tail: ['Place', 'Plaice'] } } }),
  ).toEqual(['relations["Lives in"].tail[1]: there is no entity type "Plaice". Add it to "entities", or name one of them: Person, Place.']);
  expect(problems({ relations: { Met: {} } })).toEqual([
    'relations: relations need entities: add "entities" with the types of their mentions.',
  ]);
});

test('names that no type can have are refused, none is lost silently', () => {
  expect(problems({ entities: { '': {}, ' Person': {}, 'a\tb': {}, constructor: {} } })).toEqual([
    'entities[""]: a type needs a name.',
    'entities[" Person"]: the name of a type must not begin or end with white space.',
    'entities["a\\tb"]: the name of a type must not have tabs, line ends or control characters.',
    'entities.constructor: no type can be called that. Choose another name.',
  ]);
  expect(failure(() => parseConfig('{"entities":{"__proto__":{}}}', 'c')).message).toContain(
    'entities.__proto__: no type can be called that',
  );
});

test('an expression that is none, an empty word and a path out of the folder are refused', () => {
  expect(
    problems({ entities: { A: { patterns: { words: [' '], expressions: ['(', ''] } } }, files: ['../*.txt', '/etc/*', 'C:/a', 'a\\b'] }),
  ).toEqual([
    'entities.A.patterns.words[0]: must not be empty.',
    'entities.A.patterns.expressions[0]: is no regular expression: /(/u: Unterminated group. Correct it.',
    'entities.A.patterns.expressions[1]: must not be empty.',
    ...[0, 1, 2, 3].map(
      (index) => `files[${index}]: must lie in the folder of this file: no "..", no "/" or drive at its start, "/" between folders.`,
    ),
  ]);
});

test('an expression that would match for ever is read without being run', () => {
  const { patterns } = read({ entities: { A: { patterns: { expressions: ['(|){60}x', '^(a+)+$'] } } } });
  expect(patterns[0]?.expressions).toEqual(['(|){60}x', '^(a+)+$']);
});

test('of many mistakes the first ten are told, and how many more there are', () => {
  const types = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`T${index}`, { key: 'a' }]));
  const said = problems({ entities: types });
  expect(said).toHaveLength(11);
  expect(said.at(-1)).toBe('and 4 more.');
});

test('a problem says where it is', () => {
  expect(readConfig('{"entities": {"A": {"key": "a"}}}')).toMatchObject({ problems: [{ path: ['entities', 'A', 'key'] }] });
  expect(readConfig('{\n\n')).toMatchObject({ problems: [{ path: [], line: 3 }] });
});

test('types without a key get the digits first, then the letters that no command has; none where all are given', () => {
  expect(keysOf([{}, { key: '1' }, {}, { key: 'b' }])).toEqual(['2', '1', '3', 'b']);
  const many = keysOf(Array.from({ length: 28 }, () => ({})));
  expect(many.join('')).toBe('1234567890bcghijklmoqtvwyz');
  expect(many.slice(26)).toEqual(['', '']);
  expect(TYPE_KEYS.filter((key) => Object.hasOwn(RESERVED_KEYS, key))).toEqual([]);
  expect(Object.keys(RESERVED_KEYS).join('')).toBe('axrenpdsuf');
});

test('a colour that a type has is not given to another, until there are no more', () => {
  const { entities } = schemaOf(
    { A: {}, B: { colour: '#4E79A7' }, ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`T${index}`, {}])) },
    {},
  );
  const colours = Object.values(entities).map(({ colour }) => colour.toLowerCase());
  expect(new Set(colours).size).toBe(10);
  expect(entities['A']?.colour).toBe('#f28e2b');
});
