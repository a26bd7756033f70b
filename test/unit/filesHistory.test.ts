import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyDocument, type SentenceState } from '../../src/annotation/document';
import { toJson } from '../../src/annotation/json';
import { textReference } from '../../src/annotation/textHash';
import { doneByDay } from '../../src/files/history';
import { segment } from '../../src/text/segment';
import { temporaryFolder } from './cliProcess';

const TEXT = 'One came. Two came. Three came. Four "state":"done" came.';
const git = (folder: string, ...words: readonly string[]): void => {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgSign=false'];
  execFileSync('git', ['-C', folder, ...who, ...words], { stdio: 'ignore' });
};

/** A repository, and how it is worked in. */
function repository(): { folder: string; write: (name: string, done: number) => void; commit: (day: string) => void } {
  const folder = temporaryFolder();
  git(folder, 'init', '--initial-branch=main');
  return {
    folder,
    write: (name, done) => {
      const state = (at: number): SentenceState => (at < done ? 'done' : 'new');
      const sentences = segment(TEXT).map((sentence, at) => ({ ...sentence, state: state(at) }));
      writeFileSync(join(folder, name), TEXT);
      writeFileSync(join(folder, `${name}.spangrid.json`), toJson(emptyDocument(textReference(name, TEXT), sentences)));
    },
    commit: (day) => {
      git(folder, 'add', '--all');
      git(folder, 'commit', '--message=work', `--date=${day}T12:00:00Z`);
    },
  };
}

test('done sentences at the end of each day, of what is committed', async () => {
  const { folder, write, commit } = repository();
  write('a.txt', 1);
  commit('2026-03-02');
  write('a.txt', 2);
  write('b.txt', 1);
  commit('2026-03-04');
  write('a.txt', 1);
  commit('2026-03-04');
  write('a.txt', 0);
  commit('2026-03-05');
  write('b.txt', 4);
  expect(await doneByDay([folder])).toEqual({
    days: [
      { day: '2026-03-02', change: 1, done: 1 },
      { day: '2026-03-04', change: 1, done: 2 },
      { day: '2026-03-05', change: -1, done: 1 },
    ],
  });
  expect(await doneByDay([join(folder, 'b.txt.spangrid.json')])).toEqual({ days: [{ day: '2026-03-04', change: 1, done: 1 }] });
});

test('a file that is moved keeps what was done; a merged branch counts once, when it is merged', async () => {
  const { folder, write, commit } = repository();
  write('a.txt', 2);
  commit('2026-03-02');
  git(folder, 'checkout', '-b', 'other');
  write('b.txt', 3);
  commit('2026-03-03');
  git(folder, 'checkout', 'main');
  mkdirSync(join(folder, 'sub'));
  for (const name of ['a.txt', 'a.txt.spangrid.json']) renameSync(join(folder, name), join(folder, 'sub', name));
  commit('2026-03-04');
  execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.org', 'merge', '--no-ff', '-m', 'merge', 'other'], {
    stdio: 'ignore',
    env: { ...process.env, GIT_AUTHOR_DATE: '2026-03-06T12:00:00Z' },
  });
  expect(await doneByDay([folder])).toEqual({
    days: [
      { day: '2026-03-02', change: 2, done: 2 },
      { day: '2026-03-06', change: 3, done: 5 },
    ],
  });
});

test('where there is nothing to read, it says why', async () => {
  expect(await doneByDay([temporaryFolder()])).toEqual({ unknown: expect.stringMatching(/not a git repository/) as string });
  const { folder, commit } = repository();
  writeFileSync(join(folder, 'a.txt'), 'a');
  commit('2026-03-02');
  expect(await doneByDay([folder])).toEqual({ unknown: 'Progress is read from git, and no annotation file is committed yet.' });
  const path = process.env['PATH'];
  process.env['PATH'] = '';
  try {
    expect(await doneByDay([folder])).toEqual({ unknown: expect.stringMatching(/not installed/) as string });
  } finally {
    process.env['PATH'] = path;
  }
});

test('it can be cancelled', async () => {
  await expect(doneByDay([repository().folder], AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
