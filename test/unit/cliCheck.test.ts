import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toJson, toJsonLine } from '../../src/annotation/json';
import { mentionId, relationId } from '../../src/annotation/ids';
import type { AnnotationDocument, Mention } from '../../src/annotation/document';
import { textReference } from '../../src/annotation/textHash';
import { spangrid, temporaryFolder } from './cliProcess';
import { marked } from './marked';

const CONFIG = { entities: { Peop: {}, Loc: {}, Org: {} }, relations: { Live_In: { head: ['Peop'], tail: ['Loc'] } } };

/** The document under the ids that an annotation file has. */
function withIds(file: string, { text, document }: ReturnType<typeof marked>): AnnotationDocument {
  const mentions = new Map<string, Mention>();
  const ids = new Map<string, string>();
  for (const [name, mention] of document.mentions) {
    const id = mentionId(mention.type, mention.spans, (taken) => mentions.has(taken));
    ids.set(name, id);
    mentions.set(id, { ...mention, id });
  }
  const relations = [...document.relations.values()].map((relation) => {
    const [head, tail] = [ids.get(relation.head)!, ids.get(relation.tail)!];
    const id = relationId(relation.type, head, tail, () => false);
    return [id, { ...relation, id, head, tail }] as const;
  });
  return { ...document, text: textReference(file, text), mentions, relations: new Map(relations) };
}

/** A folder of annotated texts with a project file. */
function project(texts: Readonly<Record<string, ReturnType<typeof marked>>>, config: object = CONFIG): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'spangrid.config.json'), JSON.stringify(config));
  for (const [name, annotated] of Object.entries(texts)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), annotated.text);
    writeFileSync(join(folder, `${name}.spangrid.json`), toJson(withIds(name.split('/').at(-1)!, annotated)));
  }
  return folder;
}

const FAULTY = {
  'a.txt': marked('It rained.\n[Rome,|Loc] and [Ann|Person] waited.\n'),
  'b/c.txt': marked('[Ann|Peop] lives in [Rome|Loc].', [['m1', 'Live_In', 'm0']]),
};

test('a line for each finding, with the place, and counts at the end', async () => {
  const folder = project(FAULTY);
  const { code, stdout, stderr } = await spangrid(['check', folder]);
  expect(stdout.split('\n')).toEqual([
    `${join(folder, 'a.txt')}:2:1: warning edge-punctuation: 'Rome,' (Loc) ends with ,`,
    `${join(folder, 'a.txt')}:2:11: info inconsistent-type: 'Ann' is Person here, and Peop in 1 other place (${join(folder, 'b/c.txt')}:1:1)`,
    `${join(folder, 'a.txt')}:2:11: error unknown-type: 'Ann' (Person): there is no such type of mention, there are Peop, Loc, Org`,
    `${join(folder, 'b/c.txt')}:1:1: info inconsistent-type: 'Ann' is Peop here, and Person in 1 other place (${join(folder, 'a.txt')}:2:11)`,
    `${join(folder, 'b/c.txt')}:1:14: error constraint: 'Rome' Live_In 'Ann': Live_In goes from Peop to Loc, not from Loc to Peop`,
    '',
    '5 findings in 2 texts',
    '  inconsistent-type  2',
    '  edge-punctuation   1',
    '  unknown-type       1',
    '  constraint         1',
    '',
  ]);
  expect([code, stderr]).toEqual([1, '']);
});

test('severities come from the project file, and from the command line before it; what is off is not told, information fails nothing', async () => {
  const check = { 'edge-punctuation': 'off', 'unknown-type': 'info', constraint: 'warning' };
  const folder = project(FAULTY, { ...CONFIG, check });
  const levels = async (...options: string[]): Promise<readonly (string | number | null)[]> => {
    const { code, stdout } = await spangrid(['check', folder, ...options]);
    return [code, ...Array.from(stdout.matchAll(/(?:info|warning|error) [\w-]+(?=:)/g), ([found]) => found)];
  };
  expect(await levels()).toEqual([1, 'info inconsistent-type', 'info unknown-type', 'info inconsistent-type', 'warning constraint']);
  expect(await levels('--severity', 'constraint=info,inconsistent-type=off')).toEqual([0, 'info unknown-type', 'info constraint']);
});

test("two people's annotations of a text are both checked", async () => {
  const folder = project({ 'a.txt': marked('[Ann|Peop] waited.') });
  for (const [name, text] of [
    ['ada', '[Ann|Peop] waited.'],
    ['bea', '[Ann|Person] waited.'],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'a.txt.spangrid.json'), toJson(withIds('a.txt', marked(text))));
  }
  const { code, stdout } = await spangrid(['check', join(folder, 'ada'), join(folder, 'bea'), '--severity', 'inconsistent-type=off']);
  expect([code, stdout.split('\n')[0], stdout]).toEqual([
    1,
    `${join(folder, 'a.txt')}:1:1: error unknown-type: 'Ann' (Person): there is no such type of mention, there are Peop, Loc, Org`,
    expect.stringContaining('1 finding in 2 texts'),
  ]);
});

test('a folder in which nothing is wrong', async () => {
  const folder = project({ 'a.txt': marked('[Ann|Peop] waited.') });
  expect(await spangrid(['check', folder])).toEqual({ code: 0, stdout: '0 findings in 1 text\n', stderr: '' });
});

test('JSON has the place in numbers', async () => {
  const folder = project({ 'a.txt': marked('It rained.\n[Rome,|Loc] waited.\n') });
  const { code, stdout } = await spangrid(['check', folder, '--json']);
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      texts: 1,
      unreadable: 0,
      counts: { 'edge-punctuation': 1 },
      findings: [
        {
          file: join(folder, 'a.txt'),
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          severity: 'warning',
          code: 'edge-punctuation',
          message: "'Rome,' (Loc) ends with ,",
        },
      ],
    },
  ]);
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: object;
      readonly locations: readonly object[];
    }[];
  }[];
}

test('SARIF names the rules, and each place with its region; in files of data the text is named', async () => {
  const folder = project({ 'a b.txt': marked('It rained.\n[Rome,|Loc] waited.\n') });
  const record = (tokens: string[], ...entities: [string, number, number][]): object => ({
    tokens,
    entities: entities.map(([type, start, end]) => ({ type, start, end })),
    relations: [],
    orig_id: 1,
  });
  const data = join(folder, 'news_train.json');
  writeFileSync(
    data,
    `[\n${JSON.stringify(record(['It', 'rained']))},\n${JSON.stringify(record(['In', 'Rome', ',', 'twice'], ['Loc', 1, 3]))}\n]`,
  );
  const { code, stdout } = await spangrid(['check', folder, data, '--sarif']);
  const { version, runs } = JSON.parse(stdout) as Sarif;
  const [run] = runs;
  expect([code, version, runs.length, run!.tool.driver.name]).toEqual([1, '2.1.0', 1, 'Spangrid']);
  expect(run!.results.map(({ ruleId, ruleIndex, level }) => [ruleId, run!.tool.driver.rules[ruleIndex]!.id, level])).toEqual([
    ['edge-punctuation', 'edge-punctuation', 'warning'],
    ['edge-punctuation', 'edge-punctuation', 'warning'],
  ]);
  expect(run!.results[1]!.message).toEqual({ text: "'Rome ,' (Loc) ends with , (sentence 2)." });
  expect(run!.tool.driver.rules.every(({ help }) => help.text.includes('docs/check.md'))).toBe(true);
  expect(run!.results.flatMap(({ locations }) => locations)).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: `file://${join(folder, 'a%20b.txt')}` },
        region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 6 },
      },
    },
    {
      physicalLocation: { artifactLocation: { uri: `file://${data}` }, region: { startLine: 3 } },
      logicalLocations: [{ fullyQualifiedName: 'news_train.txt:2:4', kind: 'member' }],
    },
  ]);
});

test('sentences that two splits share are found when both are named', async () => {
  const folder = temporaryFolder();
  const sentence = { tokens: ['It', 'rained', '.'], entities: [], relations: [], orig_id: 1 };
  for (const split of ['train', 'test']) writeFileSync(join(folder, `n_${split}.json`), JSON.stringify([sentence]));
  const [train, other] = [join(folder, 'n_train.json'), join(folder, 'n_test.json')];
  const { code, stdout } = await spangrid(['check', train, other]);
  expect([code, stdout.split('\n')[0]]).toEqual([
    1,
    `${other}:1 (sentence 1): warning train-test-overlap: This sentence of test stands in train, too (${train}:1 (sentence 1))`,
  ]);
  expect((await spangrid(['check', other])).code).toBe(0);
});

test('texts of one name in a data file are all checked', async () => {
  const folder = temporaryFolder();
  const [first, second] = [marked('[Rome,|Loc] waited.'), marked('We saw [Bonn,|Loc] too.')];
  const data = join(folder, 'all.jsonl');
  writeFileSync(data, [first, second].map((one) => `${toJsonLine(withIds('a.txt', one), one.text)}\n`).join(''));
  const { stdout } = await spangrid(['check', data]);
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    `${data}:1 (sentence 1 of a.txt): warning edge-punctuation: 'Rome,' (Loc) ends with ,`,
    `${data}:2 (sentence 1 of a.txt): warning edge-punctuation: 'Bonn,' (Loc) ends with ,`,
    '',
    '2 findings in 2 texts',
  ]);
});

test('types that the types file of data lacks are findings; of a file with a bad record nothing is checked', async () => {
  const folder = temporaryFolder();
  const [data, bad] = [join(folder, 'n_test.json'), join(folder, 'bad.json')];
  const sentence = (end: number): object => ({
    tokens: ['Rome', 'waited'],
    entities: [{ type: 'Zonk', start: 0, end }],
    relations: [],
  });
  writeFileSync(join(folder, 'n_types.json'), JSON.stringify({ entities: { Loc: {} }, relations: {} }));
  writeFileSync(data, JSON.stringify([sentence(1)]));
  writeFileSync(bad, JSON.stringify([sentence(1), sentence(5), sentence(6)]));
  const { code, stdout } = await spangrid(['check', data]);
  expect([code, stdout.split('\n')[0]]).toEqual([
    1,
    `${data}:1 (sentence 1): error unknown-type: 'Rome' (Zonk): there is no such type of mention, there are Loc`,
  ]);
  const refused = await spangrid(['check', bad]);
  expect([refused.code, refused.stdout]).toEqual([2, '0 findings in 0 texts\n']);
  expect(refused.stderr).toMatch(/\[1\]\.entities\[0\]\.end: 5 .* 2 of 3 records are bad, .* Also bad:\n\[2\]\.entities\[0\]\.end: 6 /s);
});

test('a file that cannot be read is named, and the others are checked all the same', async () => {
  const folder = project(FAULTY);
  writeFileSync(join(folder, 'a.txt.spangrid.json'), '{"format":"spangrid"');
  const { code, stdout, stderr } = await spangrid(['check', folder]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/a\.txt\.spangrid\.json: /);
  expect(stdout).toMatch(/c\.txt:1:14: error constraint/);
});

test.each([
  [[], /Name what to check/],
  [['x', '--json', '--sarif'], /one of --json and --sarif/],
  [['x', '--severity', 'overlapp=off'], /There is no rule "overlapp": choose one of stale-anchor, /],
  [['x', '--severity', 'overlap=loud'], /overlap=loud: write CODE=SEVERITY, one of off, info, warning, error/],
  [['/nowhere/at/all.json'], /\/nowhere\/at\/all\.json/],
])('bad use %j is refused', async (words, message) => {
  const { code, stdout, stderr } = await spangrid(['check', ...words]);
  expect([code, stdout.startsWith('0 findings') || stdout === '']).toEqual([2, true]);
  expect(stderr).toMatch(message);
});
