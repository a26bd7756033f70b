import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyDocument, type AnnotationDocument } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';
import { spangrid, temporaryFolder } from './cliProcess';

const TEXT = 'Ann lives in Rome. Bob saw Oslo.';

/** TEXT with Ann, Rome and Live_In in a done sentence, and Bob suggested in a new one. */
function annotated(): AnnotationDocument {
  const mention = (id: string, type: string, words: string, status: 'accepted' | 'suggested'): ReturnType<typeof makeMention> => {
    const startChar = TEXT.indexOf(words);
    return makeMention(TEXT, id, type, [{ startChar, endChar: startChar + words.length }], status);
  };
  const [ann, rome, bob] = [
    mention('aaaaaaaa', 'Peop', 'Ann', 'accepted'),
    mention('bbbbbbbb', 'Loc', 'Rome', 'accepted'),
    mention('cccccccc', 'Peop', 'Bob', 'suggested'),
  ];
  return {
    ...emptyDocument(
      textReference('a.txt', TEXT),
      segment(TEXT).map((sentence, at) => ({ ...sentence, state: at === 0 ? 'done' : 'new' })),
    ),
    mentions: new Map([ann, rome, bob].map((one) => [one.id, one])),
    relations: new Map([['dddddddd', { id: 'dddddddd', type: 'Live_In', head: ann.id, tail: rome.id, status: 'accepted' }]]),
  };
}

function workspace(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.txt'), TEXT);
  writeFileSync(join(folder, 'a.txt.spangrid.json'), toJson(annotated()));
  return folder;
}

test('a folder: tables in columns', async () => {
  const { code, stdout } = await spangrid(['stats', workspace()]);
  expect(code).toBe(0);
  expect(stdout).toContain('1 text, 2 sentences, 1 of them done\n\nMentions by type\n');
  expect(stdout).toContain('  Peop         1          1         0\n');
  expect(stdout).toContain('  Peop  Live_In   Loc           1\n');
  expect(stdout).toMatch(/Progress by day\n {2}Progress is read from git, and it says: .*not a git repository/);
  expect(stdout).not.toMatch(/ \n/);
});

test('as JSON, with the days on which sentences were done', async () => {
  const folder = workspace();
  const git = (...words: readonly string[]): unknown =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgSign=false', ...words], {
      stdio: 'ignore',
    });
  git('init');
  git('add', '--all');
  git('commit', '--message=work', '--date=2026-03-02T12:00:00Z');
  const { code, stdout } = await spangrid(['stats', '--json', folder]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    texts: 1,
    sentences: { new: 1, 'in-progress': 0, done: 1, skipped: 0 },
    mentions: [
      { type: 'Peop', accepted: 1, suggested: 1, rejected: 0 },
      { type: 'Loc', accepted: 1, suggested: 0, rejected: 0 },
    ],
    relations: [{ type: 'Live_In', accepted: 1, suggested: 0, rejected: 0 }],
    lost: 0,
    commonest: [
      { type: 'Peop', text: 'Ann', count: 1 },
      { type: 'Peop', text: 'Bob', count: 1 },
      { type: 'Loc', text: 'Rome', count: 1 },
    ],
    pairs: [{ head: 'Peop', relation: 'Live_In', tail: 'Loc', count: 1 }],
    // Ann lives in Rome . / Bob saw Oslo .
    sentenceLengths: [
      { tokens: 4, count: 1 },
      { tokens: 5, count: 1 },
    ],
    mentionLengths: [{ tokens: 1, count: 3 }],
    distances: [{ tokens: 2, count: 1 }],
    history: { days: [{ day: '2026-03-02', change: 1, done: 1 }] },
  });
});

test('plots are written beside the tables, one a table', async () => {
  const out = join(temporaryFolder(), 'new', 'plots');
  const { code, stdout, stderr } = await spangrid(['stats', workspace(), '--svg', out]);
  expect(code).toBe(0);
  expect(stdout).toContain('Mentions by type');
  expect(stderr).toContain(`plots are in ${out}`);
  const files = readdirSync(out).sort();
  expect(files).toEqual(
    ['days', 'distances', 'mention-lengths', 'mentions', 'pairs', 'relations', 'sentence-lengths', 'states', 'texts'].map(
      (name) => `${name}.svg`,
    ),
  );
  expect(readFileSync(join(out, 'mentions.svg'), 'utf8')).toContain('<title>Peop: 1 accepted</title>');
});

test('data of another format is counted, too', async () => {
  const file = join(temporaryFolder(), 'data.json');
  const relations = [{ type: 'Live_In', head: 0, tail: 1 }];
  const entities = [
    { type: 'Peop', start: 0, end: 1 },
    { type: 'Loc', start: 3, end: 4 },
  ];
  writeFileSync(file, JSON.stringify([{ tokens: ['Ann', 'lives', 'in', 'Rome', '.'], entities, relations, orig_id: 1 }]));
  const { code, stdout } = await spangrid(['stats', '--json', file]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    distances: [{ tokens: 2, count: 1 }],
    history: { unknown: 'Only annotation files have a history.' },
  });
});

test('what cannot be counted is said, and nothing is printed', async () => {
  for (const [words, message] of [
    [[], 'Name what to count'],
    [['nowhere'], 'nowhere'],
  ] as const) {
    const { code, stdout, stderr } = await spangrid(['stats', ...words]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  }
});
