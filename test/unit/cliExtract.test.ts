import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readSpert, readTypes } from '../../src/formats/spert';
import { normaliseText } from '../../src/text/lineEnds';
import { segment } from '../../src/text/segment';
import { ended, spangrid, start, temporaryFolder, textFile } from './cliProcess';

const FAST = ['--model', 'fast'];
const OSWALD = 'Lee Harvey Oswald shot John F. Kennedy in Dallas, Texas.';
const TEXT = `${OSWALD}\nMaria Alvarez works for Northwind Shipping in Lisbon.\n`;

/** The lines under one sentence of the table format. */
function linesUnder(sentence: string, stdout: string): string[] {
  const lines = stdout.split('\n');
  const at = lines.indexOf(sentence);
  expect(at).toBeGreaterThanOrEqual(0);
  const end = lines.indexOf('', at);
  return lines.slice(at + 1, end < 0 ? undefined : end);
}

test('a format that is a folder gets one, and no file in it is written over', async () => {
  const folder = join(temporaryFolder(), 'brat');
  const words = ['extract', '--format', 'brat', '--out', folder, textFile('a.txt', TEXT), ...FAST];
  expect((await spangrid(words)).code).toBe(0);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe(TEXT);
  expect(readFileSync(join(folder, 'a.ann'), 'utf8')).toContain('Peop 0 17\tLee Harvey Oswald');
  expect((await spangrid(words)).stderr).toMatch(/is there already/);
  expect((await spangrid(['extract', '--format', 'brat', '-', ...FAST], { input: TEXT })).stderr).toMatch(/Name a folder/);
});

describe('extract, for reading', () => {
  it('prints each sentence, its entities and its relations with scores', async () => {
    const { code, stdout, stderr } = await spangrid(['extract', textFile('a.txt', TEXT), ...FAST]);
    expect(code).toBe(0);
    const lines = linesUnder(OSWALD, stdout);
    const score = String.raw`  [01]\.\d\d$`;
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  Peop Lee Harvey Oswald +${score}`)));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  Peop John F\\. Kennedy +${score}`)));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  Loc  Dallas +${score}`)));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  Lee Harvey Oswald → Kill → John F\\. Kennedy${score}`)));
    expect(stderr).toMatch(/^2 sentences, \d+ entities, \d+ relations \(fast on cpu\)\n$/);
  });

  it('prints every sentence of samples/news.txt, with entities and relations', async () => {
    const { code, stdout } = await spangrid(['extract', 'samples/news.txt', ...FAST]);
    expect(code).toBe(0);
    const text = normaliseText(readFileSync('samples/news.txt', 'utf8'));
    const printed = stdout.split('\n');
    for (const { startChar, endChar } of segment(text)) expect(printed).toContain(text.slice(startChar, endChar).replace(/\s+/g, ' '));
    expect(stdout).toMatch(/^ {2}(Peop|Org|Loc|Other) +\S/m);
    expect(stdout).toMatch(/ → \w+ +→ .*\d\.\d\d$/m);
  });

  it('uses no colour where nobody sees it, and no control characters of the text', async () => {
    const { stdout } = await spangrid(['extract', '-', ...FAST], { input: 'Bob \u001B[31mlives\u0007 in Rome.' });
    expect(stdout).toContain('Bob \uFFFD[31mlives\uFFFD in Rome.');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('reads several files, says which is which, and which have no words', async () => {
    const [a, b, empty] = [textFile('a.txt', OSWALD), textFile('b.txt', 'Bob lives in Rome.'), textFile('empty.txt', ' \n ')];
    const { code, stdout, stderr } = await spangrid(['extract', a, empty, b, ...FAST]);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => [`── ${a}`, `── ${b}`, OSWALD, 'Bob lives in Rome.'].includes(line))).toEqual([
      `── ${a}`,
      OSWALD,
      `── ${b}`,
      'Bob lives in Rome.',
    ]);
    expect(stderr).toContain(`${empty} has no words to extract from: it holds only white space`);
  });

  it('writes to a file what it would print', async () => {
    const [input, out] = [textFile('a.txt', TEXT), join(temporaryFolder(), 'table.txt')];
    const printed = await spangrid(['extract', input, ...FAST]);
    const { code, stdout, stderr } = await spangrid(['extract', input, ...FAST, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`written to ${out}`);
    expect(readFileSync(out, 'utf8')).toBe(printed.stdout);
  });
});

describe('extract, as data', () => {
  it('writes CoNLL04 JSON with its types beside it', async () => {
    const out = join(temporaryFolder(), 'news.json');
    const { code, stdout } = await spangrid(['extract', '-', ...FAST, '--format', 'conll04', '--out', out], { input: TEXT });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readdirSync(dirname(out)).sort()).toEqual(['news.json', 'news_types.json']);
    const types = readTypes({ name: 'news_types.json', content: readFileSync(out.replace('.json', '_types.json'), 'utf8') });
    expect(Object.keys(types.relations)).toEqual(['Work_For', 'Kill', 'OrgBased_In', 'Live_In', 'Located_In']);
    const [sentence] = readSpert({ name: out, content: readFileSync(out, 'utf8') }, types);
    expect(sentence?.tokens.slice(0, 7)).toEqual(['Lee', 'Harvey', 'Oswald', 'shot', 'John', 'F.', 'Kennedy']);
    const [oswald, kennedy] = sentence!.mentions;
    expect([oswald, kennedy]).toMatchObject([
      { type: 'Peop', startToken: 0, endToken: 3 },
      { type: 'Peop', startToken: 4, endToken: 7 },
    ]);
    expect(sentence!.relations).toContainEqual({ type: 'Kill', head: 0, tail: 1, score: expect.any(Number) as number });
  });

  it('prints the same JSON where no file is named, and only that', async () => {
    const out = join(temporaryFolder(), 'news.json');
    await spangrid(['extract', '-', ...FAST, '--format', 'conll04', '--out', out], { input: TEXT });
    const { stdout } = await spangrid(['extract', '-', ...FAST, '--format', 'spert'], { input: TEXT });
    expect(stdout).toBe(readFileSync(out, 'utf8'));
  });

  it('writes a document a line as jsonl, whose offsets count in the text with line ends as one', async () => {
    const files = [textFile('a.txt', `\uFEFF😀 Wow!\r\n\r\n${OSWALD}\r`), textFile('b.txt', 'Bob lives in Rome.')];
    const { stdout } = await spangrid(['extract', ...files, ...FAST, '--format', 'jsonl']);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { text: { file: string; content: string }; mentions: { spans: [[number, number]]; text: string }[] },
      );
    expect(documents.map(({ text }) => text.file)).toEqual(['a.txt', 'b.txt']);
    const [{ text, mentions }] = documents as [(typeof documents)[number]];
    expect(text.content).toBe(`😀 Wow!\n\n${OSWALD}\n`);
    expect(mentions.map((mention) => mention.text)).toContain('Lee Harvey Oswald');
    for (const mention of mentions) expect(text.content.slice(...mention.spans[0])).toBe(mention.text);
  });

  it('leaves out what scores less than --threshold, and relations without their mentions', async () => {
    const args = ['extract', '-', ...FAST, '--format', 'spert'];
    const read = (content: string): readonly { mentions: readonly { score?: number }[]; relations: readonly { score?: number }[] }[] =>
      readSpert({ name: 'output', content });
    const input = readFileSync('samples/news.txt', 'utf8');
    const all = read((await spangrid(args, { input })).stdout);
    const scores = (sentences: typeof all): number[] => sentences.flatMap(({ mentions }) => mentions.map(({ score }) => score ?? 0));
    const [lowest = NaN, second = NaN] = [...new Set(scores(all))].sort((x, y) => x - y);
    const threshold = (lowest + second) / 2;
    const some = read((await spangrid([...args, '--threshold', String(threshold)], { input })).stdout);
    expect(scores(some)).toEqual(scores(all).filter((score) => score >= threshold));
    expect(scores(some).length).toBeLessThan(scores(all).length);
    for (const { relations } of some) for (const { score } of relations) expect(score).toBeGreaterThanOrEqual(threshold);
  });
});

describe('extract, with a project file', () => {
  const text = textFile('a.txt', TEXT);
  const config = (content: unknown): void => {
    writeFileSync(join(dirname(text), 'spangrid.config.json'), JSON.stringify(content));
  };

  it('uses its model where none is named, by name or relative to its folder', async () => {
    config({ model: 'fast' });
    expect((await spangrid(['extract', text])).stderr).toContain('(fast on cpu)');
    config({ model: 'none' });
    const { code, stderr } = await spangrid(['extract', text]);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no model "${join(dirname(text), 'none')}"`);
    expect((await spangrid(['extract', text, ...FAST])).code).toBe(0);
  });

  it('tells words and sentences apart as it says', async () => {
    config({ tokenizer: 'whitespace' });
    writeFileSync(text, "Mr. Lee lives in U.S. He works.\nBob did n't .\n");
    const { stdout } = await spangrid(['extract', text, '--format', 'conll04', ...FAST]);
    const sentences = readSpert({ name: 'out.json', content: stdout });
    expect(sentences.map(({ tokens }) => tokens.join('|'))).toEqual(['Mr.|Lee|lives|in|U.S.|He|works.', "Bob|did|n't|."]);
  });

  it('says what is wrong with it, and takes another one with --config', async () => {
    config({ modell: 'fast' });
    const { code, stderr } = await spangrid(['extract', text]);
    expect(code).toBe(2);
    expect(stderr).toContain('modell: there is no such key: there are $schema, entities, relations, model, files, tokenizer, check.');
    const other = textFile('other.json', JSON.stringify({ model: 'fast' }));
    expect((await spangrid(['extract', text, '--config', other])).stderr).toContain('(fast on cpu)');
  });
});

describe('extract, when something is wrong', () => {
  it.each([
    ['only white space', ' \n\t\r\n ', 'it holds only white space'],
    ['only symbols', '*** --- 😀 !!!', 'it holds only symbols'],
    ['empty', '', 'it is empty'],
    ['binary', 'ab\0cd', 'holds NUL bytes'],
    ['UTF-16', Buffer.from('\uFEFFBob lives in Rome.', 'utf16le'), 'is in UTF-16. Save it as UTF-8'],
    ['Latin-1', Buffer.from('caf\u00E9 in Rome', 'latin1'), 'is not UTF-8 (byte 0xE9 in line 1)'],
  ])('says so of a file that is %s, by its name', async (_, content, message) => {
    const file = textFile('input.txt', content);
    const { code, stdout, stderr } = await spangrid(['extract', file, ...FAST]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(file);
    expect(stderr).toContain(message);
  });

  it('says so of a file that is not there, before anything is printed of the others', async () => {
    const { code, stdout, stderr } = await spangrid(['extract', textFile('a.txt', TEXT), 'nowhere.txt', ...FAST]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('spangrid: There is no file nowhere.txt.\n');
  });

  it('leaves the old files as they were where not all can be written', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'news.json');
    writeFileSync(out, 'old');
    mkdirSync(join(folder, 'news_types.json'));
    const words = ['extract', '-', ...FAST, '--format', 'conll04', '--out', out];
    expect((await spangrid(words, { input: TEXT })).stderr).toContain(`${out} is there already`);
    const { code, stderr } = await spangrid([...words, '--force'], { input: TEXT });
    expect(code).toBe(2);
    expect(stderr).toContain('news_types.json could not be written: it is a folder. What was there is unchanged.');
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['news.json', 'news_types.json']);
  });

  it('says that a folder is missing before it works', async () => {
    const out = join(temporaryFolder(), 'missing', 'news.json');
    const { code, stderr } = await spangrid(['extract', '-', ...FAST, '--format', 'conll04', '--out', out], { input: TEXT });
    expect(code).toBe(2);
    expect(stderr).toContain(`${out} could not be written: its folder does not exist.`);
  });

  it('never writes over its input', async () => {
    const file = textFile('a.txt', TEXT);
    const { code, stderr } = await spangrid(['extract', file, ...FAST, '--out', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('it is an input');
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
  });

  it('ends quietly when nobody reads on', async () => {
    const child = start(['extract', '-', ...FAST]);
    child.stdin.end('Bob lives in Rome.\n'.repeat(2000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const { code, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('stops at Ctrl+C, and leaves the old file as it was', async () => {
    const out = textFile('old.json', 'old');
    const child = start(['extract', '-', ...FAST, '--format', 'conll04', '--out', out, '--force']);
    const end = ended(child);
    child.stdin.end('Bob lives in Rome.\n'.repeat(100_000));
    // It says nothing before it is done: the signal comes when it has read its input and has begun.
    await once(child.stdin, 'finish');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    expect(await end).toEqual({ code: 130, stdout: '', stderr: 'spangrid: Cancelled.\n' });
    expect(readFileSync(out, 'utf8')).toBe('old');
  });

  it('prints a text in a format as soon as it is read', async () => {
    const files = [textFile('a.txt', TEXT), textFile('b.txt', 'Bob lives in Rome.\n'.repeat(20_000))];
    const child = start(['extract', ...files, ...FAST, '--format', 'jsonl']);
    const end = ended(child);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ text: { file: 'a.txt', content: TEXT } });
  });

  it('handles one sentence of 3,000 words', async () => {
    const words = Array.from({ length: 1500 }, (_, index) => `word${index} Rome`).join(' ');
    const { code, stdout } = await spangrid(['extract', '-', ...FAST, '--format', 'spert'], { input: `${words}.` });
    expect(code).toBe(0);
    const [sentence] = readSpert({ name: 'output', content: stdout });
    expect(sentence?.tokens).toHaveLength(3001);
    expect(sentence!.mentions.length).toBeGreaterThan(0);
  });
});
