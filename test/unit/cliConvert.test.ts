import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { fromJson, toJson, toJsonLine } from '../../src/annotation/json';
import { readSpert } from '../../src/formats/spert';
import { fromTokenSentences } from '../../src/formats/tokenText';
import { spangrid, temporaryFolder } from './cliProcess';

const BOB =
  '{"tokens":["Bob","lives","in","Rome"],"entities":[{"type":"Peop","start":0,"end":1},{"type":"Loc","start":3,"end":4}],"relations":[{"type":"Live_In","head":0,"tail":1}],"orig_id":7}';
const ANN = BOB.replace('Bob', 'Ann').replace('7', '8');
const BAD = BOB.replace('"end":4', '"end":5');

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The names of all that is in a folder, hidden files too. */
const listed = (folder: string): readonly string[] => readdirSync(folder).sort();

test('SpERT JSON becomes a stream of texts, and comes back but for what the report names', async () => {
  const folder = folderWith({ 'data.json': `[${BOB},\n${ANN}]` });
  const [data, stream, again] = ['data.json', 'data.jsonl', 'again.json'].map((name) => join(folder, name));
  const there = await spangrid(['convert', '--to', 'jsonl', '--out', stream!, data!]);
  expect(there.code).toBe(0);
  expect(there.stderr).toContain('Left out: ids of sentences in their data set (2)\n');
  expect(there.stderr).toContain('Taken: 1 text, 2 sentences, 4 mentions and 2 relations (0 suggestions)\n');
  expect(there.stderr).toContain(`Written: ${stream!}\n`);
  const back = await spangrid(['convert', '--to', 'conll04', '--out', again!, stream!]);
  expect(back.code).toBe(0);
  const [bob] = readSpert({ name: 'again', content: readFileSync(again!, 'utf8') });
  expect({ ...bob, origId: 7 }).toEqual(readSpert({ name: 'data', content: `[${BOB}]` })[0]);
  expect(listed(folder)).toEqual(['again.json', 'again_types.json', 'data.json', 'data.jsonl']);
});

test('without --out the result goes to standard output alone, also for a format that is found out by content', async () => {
  const folder = folderWith({ 'x.dat': `[${BOB}]` });
  const { code, stdout } = await spangrid(['convert', '--to', 'dygie', join(folder, 'x.dat')]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ sentences: [['Bob', 'lives', 'in', 'Rome']], relations: [[[0, 0, 3, 3, 'Live_In']]] });
});

test('a bad record is named with the number of good ones, and nothing is written', async () => {
  const folder = folderWith({ 'data.json': `[${BOB},\n${BAD},\n${ANN}]` });
  const { code, stdout, stderr } = await spangrid([
    'convert',
    '--to',
    'jsonl',
    '--out',
    join(folder, 'out.jsonl'),
    join(folder, 'data.json'),
  ]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/data\.json: \[1\]\.entities\[1\]\.end: 5 is beyond the sentence's 4 tokens\. 1 of 3 records are bad, 2 are good/);
  expect(listed(folder)).toEqual(['data.json']);
});

test.each([
  ['in another encoding', Buffer.from('\uFEFF[]', 'utf16le'), /is in UTF-16/],
  ['in Latin-1', Buffer.from('[{"tokens":["Caf\xE9"],"entities":[],"relations":[]}]', 'latin1'), /is not UTF-8 \(byte 0xE9 in line 1\)/],
  ['of no format', 'Dear Sir or Madam', /looks like none of the formats\. Name one with --from/],
  ['empty', '', /data\.json is empty/],
  ['packed', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), /is not text: it holds NUL bytes/],
])('a file %s is refused', async (_, content, message) => {
  const folder = folderWith({ 'data.json': content });
  const { code, stderr } = await spangrid(['convert', '--to', 'jsonl', '--out', join(folder, 'out.jsonl'), join(folder, 'data.json')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(listed(folder)).toEqual(['data.json']);
});

test('a folder of brat is read with its texts and types, also of a text without annotations', async () => {
  const folder = folderWith({
    'brat/annotation.conf': '[entities]\nPeop\nLoc\n[relations]\nLive_In\tArg1:Peop, Arg2:Loc\n',
    'brat/a.txt': '🙂 Bob lives in Rome.\r\n',
    'brat/a.ann': 'T1\tPeop 2 5\tBob\r\nT2\tLoc 15 19\tRome\r\nR1\tLive_In Arg1:T1 Arg2:T2\t\r\n',
    'brat/b.txt': 'Nothing here.\n',
    'brat/b.ann': '',
  });
  const { code, stderr } = await spangrid(['convert', '--to', 'brat', '--out', join(folder, 'again'), join(folder, 'brat')]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('2 mentions')]);
  const file = (name: string): string => readFileSync(join(folder, 'again', name), 'utf8');
  expect(file('a.ann')).toBe('T1\tPeop 2 5\tBob\nT2\tLoc 15 19\tRome\nR1\tLive_In Arg1:T1 Arg2:T2\t\n');
  expect([file('a.txt'), file('b.txt'), file('b.ann')]).toEqual(['🙂 Bob lives in Rome.\n', 'Nothing here.\n', '']);
  expect(file('annotation.conf')).toContain('Live_In\tArg1:Peop, Arg2:Loc\n');
});

test('a file that is there is written over with --force alone, and an input never', async () => {
  const folder = folderWith({ 'data.json': `[${BOB}]`, 'out.jsonl': 'mine' });
  const [data, out] = [join(folder, 'data.json'), join(folder, 'out.jsonl')];
  const refused = await spangrid(['convert', '--to', 'jsonl', '--out', out, data]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('is there already. Choose another name with --out, or write over it with --force');
  expect(readFileSync(out, 'utf8')).toBe('mine');
  expect((await spangrid(['convert', '--to', 'jsonl', '--out', out, '--force', data])).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('"content":"Bob lives in Rome"');
  expect((await spangrid(['convert', '--to', 'spert', '--out', data, '--force', data])).stderr).toContain('it is an input');
  expect(readFileSync(data, 'utf8')).toBe(`[${BOB}]`);
});

test('annotation files of a folder are taken as they are, or what is done in them', async () => {
  const { text, document } = fromTokenSentences('a.txt', readSpert({ name: '', content: `[${BOB},${ANN}]` }));
  const [first, second] = document.sentences;
  const half = { ...document, sentences: [first!, { ...second!, state: 'in-progress' as const }] };
  const folder = folderWith({
    'a.txt': text,
    'a.txt.spangrid.json': toJson(half),
    'sub/a.txt': text,
    'sub/a.txt.spangrid.json': toJson(half),
  });
  const all = await spangrid(['convert', '--to', 'jsonl', folder]);
  const lines = all.stdout.trim().split('\n');
  expect(lines.map((line) => toJson(fromJson(line, '').document))).toEqual([toJson(half), toJson(half)]);
  const done = await spangrid(['convert', '--to', 'spert', '--only', 'done', folder]);
  expect(readSpert({ name: '', content: done.stdout }).map(({ tokens }) => tokens[0])).toEqual(['Bob', 'Bob']);
});

test('splits hold every sentence once, equal ones together, and the same ones each time', async () => {
  const sentences = Array.from({ length: 60 }, (_, index) => BOB.replace('Bob', `Bob${String(index % 30)}`));
  const folder = folderWith({ 'data.json': `[${sentences.join(',')}]` });
  const splitInto = async (name: string, data: string): Promise<readonly (readonly string[])[]> => {
    const out = join(folder, `${name}.json`);
    const { code } = await spangrid(['convert', '--to', 'spert', '--splits', '60,20,20', '--out', out, data]);
    expect(code).toBe(0);
    return ['train', 'dev', 'test'].map((split) => {
      const content = readFileSync(join(folder, `${name}_${split}.json`), 'utf8');
      return readSpert({ name: split, content }).map(({ tokens }) => tokens[0] ?? '');
    });
  };
  const splits = await splitInto('a', join(folder, 'data.json'));
  expect(splits.flat()).toHaveLength(60);
  expect(splits.every((names) => names.length > 0)).toBe(true);
  expect(new Set(splits.flatMap((names) => [...new Set(names)])).size).toBe(splits.flatMap((names) => [...new Set(names)]).length);
  writeFileSync(join(folder, 'turned.json'), `[${sentences.toReversed().join(',')}]`);
  const again = await splitInto('b', join(folder, 'turned.json'));
  expect(again.map((names) => [...names].sort())).toEqual(splits.map((names) => [...names].sort()));
});

test.each([
  [['convert', 'a.json'], /Name the format to write with --to/],
  [['convert', '--to', 'jsonl'], /Name what to convert/],
  [['convert', '--to', 'conll05', 'a.json'], /There is no format "conll05"/],
  [['convert', '--to', 'jsonl', '--splits', '80,20', '--out', 'x', 'a.json'], /--splits must be the shares/],
  [['convert', '--to', 'jsonl', '--splits', '80,10,10', 'a.json'], /Name a file for the result with --out/],
  [['convert', '--to', 'jsonl', 'there-is-none.json'], /There is no file there-is-none\.json/],
])('bad use says what to do: %j', async (words, message) => {
  const { code, stderr } = await spangrid(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(existsSync('x')).toBe(false);
});

test('texts with annotation files are made of data, with a project file of its types, and go back into it', async () => {
  const folder = folderWith({ 'data.json': `[${BOB},\n${ANN}]` });
  const [data, texts, again] = ['data.json', 'texts', 'again.json'].map((name) => join(folder, name));
  const { code, stderr } = await spangrid(['convert', '--to', 'spangrid', '--out', texts!, data!]);
  expect([code, stderr.split('\n')]).toEqual([
    0,
    [
      'Taken: 1 text, 2 sentences, 4 mentions and 2 relations (0 suggestions)',
      'Left out: ids of sentences in their data set (2)',
      `Written: ${texts!}`,
      '',
    ],
  ]);
  expect(listed(texts!)).toEqual(['data.txt', 'data.txt.spangrid.json', 'spangrid.config.json']);
  expect((await spangrid(['convert', '--to', 'spangrid', '--out', texts!, data!])).stderr).toContain('data.txt is there already');
  expect((await spangrid(['convert', '--to', 'spert', '--out', again!, texts!])).code).toBe(0);
  const sentences = (path: string) => readSpert({ name: path, content: readFileSync(path, 'utf8') });
  expect(sentences(again!)).toEqual(sentences(data!).map(({ origId: _, ...sentence }) => sentence));
  expect((await spangrid(['convert', '--to', 'spangrid', '--splits', '1,1,1', '--out', texts!, data!])).stderr).toContain('takes neither');
});

test('with --each-sentence a sentence is a text, and splits say how much went into each', async () => {
  const folder = folderWith({ 'data.json': `[${BOB},\n${ANN}]` });
  const [data, tasks, parts] = ['data.json', 'tasks.json', 'parts.json'].map((name) => join(folder, name));
  expect((await spangrid(['convert', '--to', 'label-studio', '--each-sentence', '--out', tasks!, data!])).code).toBe(0);
  const texts = (JSON.parse(readFileSync(tasks!, 'utf8')) as { data: { text: string } }[]).map((one) => one.data.text);
  expect(texts).toEqual(['Bob lives in Rome', 'Ann lives in Rome']);
  const { text, document } = fromTokenSentences('a.txt', readSpert({ name: '', content: `[${BOB},${ANN}]` }));
  const [stream, none] = [join(folder, 'a.jsonl'), join(folder, 'none.json')];
  writeFileSync(stream, `${toJsonLine({ ...document, sentences: [] }, text)}\n`);
  expect((await spangrid(['convert', '--to', 'label-studio', '--each-sentence', '--out', none, stream])).code).toBe(0);
  expect(JSON.parse(readFileSync(none, 'utf8'))).toMatchObject([{ data: { text } }]);
  const { stdout } = await spangrid(['convert', '--to', 'spert', '--splits', '1,0,0', '--out', parts!, '--json', data!]);
  expect(JSON.parse(stdout)).toMatchObject({ counts: { texts: 1 }, splits: { train: { sentences: 2 }, dev: { sentences: 0 } } });
});

test('states of sentences that the format cannot hold are counted', async () => {
  const { text, document } = fromTokenSentences('a.txt', readSpert({ name: '', content: `[${BOB},${ANN}]` }));
  const [first, second] = document.sentences;
  const sentences = [first!, { ...second!, state: 'new' as const }];
  const folder = folderWith({ 'a.txt': text, 'a.txt.spangrid.json': toJson({ ...document, sentences }) });
  const lossesOf = async (to: string, out: string): Promise<unknown> =>
    JSON.parse((await spangrid(['convert', '--to', to, '--out', join(folder, out), '--json', folder])).stdout);
  for (const [to, out] of [
    ['brat', 'brat'],
    ['bio', 'a.bio'],
    ['label-studio', 'a.json'],
    ['prodigy', 'p.jsonl'],
  ] as const)
    expect(await lossesOf(to, out)).toMatchObject({
      losses: expect.arrayContaining([{ count: 1, what: 'states of sentences: they are read as done' }]) as unknown,
    });
  expect(await lossesOf('jsonl', 'a.jsonl')).toMatchObject({ losses: [] });
});
