import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reanchor } from '../../src/annotation/anchor';
import type { AnnotationDocument, Item, Mention, SentenceState } from '../../src/annotation/document';
import { fromJson, toJson } from '../../src/annotation/json';
import { mergeDriver, renewDriver, setUpMerge } from '../../src/files/mergeDriver';
import { CLI, spangrid, temporaryFolder } from './cliProcess';
import { documentOf, TEXT } from './comparing';

const SIDECAR = 'a.txt.spangrid.json';

/** A git repository that merges annotation files with our driver. */
class Repository {
  readonly folder = temporaryFolder();

  constructor(hasDriver = true) {
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Test');
    this.git('config', 'user.email', 'test@example.org');
    if (!hasDriver) return;
    const driver = join(temporaryFolder(), 'spangrid');
    writeFileSync(driver, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
    chmodSync(driver, 0o755);
    this.git('config', 'merge.spangrid.driver', `"${driver}" merge %O %A %B %P`);
    this.write('.gitattributes', '*.spangrid.json merge=spangrid\n');
  }

  git(...words: readonly string[]): string {
    return execFileSync('git', words, { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  write(name: string, content: string | AnnotationDocument): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : toJson(content));
  }

  read(name = SIDECAR): AnnotationDocument {
    return fromJson(this.text(name), name).document;
  }

  text(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  commit(files: Readonly<Record<string, string | AnnotationDocument>> = {}): void {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'a step');
  }

  /** Merges what `theirs` does on a branch into what `ours` does; gives what git says, and whether it says that there is a conflict. */
  merge(ours: () => void, theirs: () => void, how: 'merge' | 'rebase' = 'merge'): { readonly isConflict: boolean; readonly said: string } {
    this.git('checkout', '--quiet', '-b', 'theirs');
    theirs();
    this.git('checkout', '--quiet', 'main');
    ours();
    try {
      if (how === 'rebase') {
        this.git('checkout', '--quiet', 'theirs');
        return { isConflict: false, said: this.git('rebase', 'main') };
      }
      return { isConflict: false, said: this.git('merge', '--no-edit', 'theirs') };
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return { isConflict: true, said: stdout + stderr };
    }
  }
}

const OPEN: readonly SentenceState[] = ['in-progress', 'in-progress'];
const base = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob'], relations: ['Met Ann Berg > Bob'], states: OPEN });
const shown = ({ mentions }: AnnotationDocument): readonly string[] =>
  [...mentions.values()].map(({ type, text, status }) => `${type} ${text} ${status}`);
/** The document with one mention, by its words, as another. */
function changed(document: AnnotationDocument, words: string, change: Partial<Mention> | undefined): AnnotationDocument {
  const mentions = new Map(
    [...document.mentions].flatMap(([id, mention]): [string, Mention][] => {
      if (mention.text !== words) return [[id, mention]];
      return change === undefined ? [] : [[id, { ...mention, ...change }]];
    }),
  );
  const relations = new Map([...document.relations].filter(([, { head, tail }]) => mentions.has(head) && mentions.has(tail)));
  return { ...document, mentions, relations };
}

describe('the set-up', () => {
  const driver = mergeDriver(process.execPath, CLI);

  test('from a folder below, next to what stands in .gitattributes; a second time changes nothing, and git merges by it', async () => {
    const repository = new Repository(false);
    repository.write('.gitattributes', '*.png binary\r\n*.pdf binary');
    repository.commit({ 'news/a.txt': TEXT, 'news/a.txt.spangrid.json': base });
    const folder = join(repository.folder, 'news');
    expect((await setUpMerge(folder, driver)).isAttributeNew).toBe(true);
    const attributes = '*.png binary\r\n*.pdf binary\r\n*.spangrid.json merge=spangrid\r\n';
    expect(repository.text('.gitattributes')).toBe(attributes);
    expect((await setUpMerge(folder, driver)).isAttributeNew).toBe(false);
    expect(repository.text('.gitattributes')).toBe(attributes);
    repository.commit();
    const { isConflict } = repository.merge(
      () => {
        repository.commit({ 'news/a.txt.spangrid.json': changed(base, 'Bob', { type: 'Org' }) });
      },
      () => {
        repository.commit({ 'news/a.txt.spangrid.json': changed(base, 'Bob', { note: 'who?' }) });
      },
    );
    expect(isConflict).toBe(false);
    expect(repository.text('news/a.txt.spangrid.json')).toBe(toJson(changed(base, 'Bob', { type: 'Org', note: 'who?' })));
  });

  test('a program whose path has blanks, quotes and per cent signs', async () => {
    const repository = new Repository(false);
    const node = join(temporaryFolder(), "it's 100%A node");
    symlinkSync(process.execPath, node);
    await setUpMerge(repository.folder, mergeDriver(node, CLI));
    repository.commit({ 'a.txt': TEXT, [SIDECAR]: base });
    const { said } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: changed(base, 'Bob', { type: 'Org' }) });
      },
      () => {
        repository.commit({ [SIDECAR]: changed(base, 'Bob', { type: 'Loc' }) });
      },
    );
    expect(said).toContain('both sides are kept and flagged to discuss');
  });

  test('after an update, the driver of before is replaced, and no other', async () => {
    const repository = new Repository(false);
    const named = (): string => repository.git('config', 'merge.spangrid.driver').trim();
    await setUpMerge(repository.folder, driver);
    const next = mergeDriver(process.execPath, '/next/cli.js');
    expect([await renewDriver(repository.folder, driver, next), named()]).toEqual(['renewed', next]);
    // Another window may have been first.
    expect([await renewDriver(repository.folder, driver, next), named()]).toEqual(['renewed', next]);
    repository.git('config', 'merge.spangrid.driver', 'spangrid merge %O %A %B %P');
    expect([await renewDriver(repository.folder, next, driver), named()]).toEqual(['another', 'spangrid merge %O %A %B %P']);
    expect(await renewDriver(join(repository.folder, 'gone'), next, driver)).toBe('unknown');
  });

  test('where there is no repository, it says so', async () => {
    await expect(setUpMerge(temporaryFolder(), driver)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/it is not in a git repository[.] Open a folder of one/) as string,
    });
  });
});

describe('in a git repository', () => {
  const started = (): Repository => {
    const repository = new Repository();
    repository.commit({ 'a.txt': TEXT, [SIDECAR]: base });
    return repository;
  };

  test('two branches that annotate neighbouring lines merge without a word', () => {
    const repository = started();
    const { isConflict, said } = repository.merge(
      () => {
        repository.commit({
          [SIDECAR]: documentOf({
            mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'],
            relations: ['Met Ann Berg > Bob'],
            states: ['done', 'in-progress'],
          }),
        });
      },
      () => {
        repository.commit({
          [SIDECAR]: documentOf({
            mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Lisbon'],
            relations: ['Met Ann Berg > Bob'],
            states: ['in-progress', 'done'],
          }),
        });
      },
    );
    expect([isConflict, said.includes('CONFLICT')]).toEqual([false, false]);
    expect(repository.text(SIDECAR)).toBe(
      toJson(documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome', 'Loc Lisbon'], relations: ['Met Ann Berg > Bob'] })),
    );
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('the same mention added on both is one', () => {
    const repository = started();
    const added = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'], relations: ['Met Ann Berg > Bob'], states: OPEN });
    const noted = changed(added, 'Rome', { note: 'sure?' });
    const { isConflict } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: added });
      },
      () => {
        repository.commit({ [SIDECAR]: noted });
      },
    );
    expect(isConflict).toBe(false);
    expect(repository.text(SIDECAR)).toBe(toJson(noted));
  });

  test('text and annotation file renamed on one branch: the annotations of the other go along, and name the new text', () => {
    const repository = started();
    const { isConflict } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: changed(base, 'Bob', { type: 'Org' }) });
      },
      () => {
        repository.git('mv', 'a.txt', 'b.txt');
        rmSync(join(repository.folder, SIDECAR));
        repository.commit({
          'b.txt.spangrid.json': { ...changed(base, 'Ann Berg', { note: 'who?' }), text: { ...base.text, file: 'b.txt' } },
        });
      },
    );
    expect(isConflict).toBe(false);
    const merged = repository.read('b.txt.spangrid.json');
    expect(merged.text.file).toBe('b.txt');
    expect(shown(merged)).toEqual(['Peop Ann Berg accepted', 'Org Bob accepted']);
    expect([...merged.mentions.values()][0]?.note).toBe('who?');
    expect(repository.git('ls-files').trim().split('\n')).toEqual(['.gitattributes', 'b.txt', 'b.txt.spangrid.json']);
  });

  test('removed on one, changed on the other: it stays, flagged, and git says that there is a conflict', () => {
    const repository = started();
    const { isConflict, said } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: changed(base, 'Bob', undefined) });
      },
      () => {
        repository.commit({ [SIDECAR]: changed(base, 'Bob', { type: 'Org' }) });
      },
    );
    expect(isConflict).toBe(true);
    expect(said).toContain(`'Bob' (changed elsewhere, removed here)`);
    const bob = [...repository.read().mentions.values()].find(({ text }) => text === 'Bob');
    expect(bob).toMatchObject({ type: 'Org', discuss: true, note: 'Conflict: changed elsewhere, removed here.' });
    // What is left to do: look at it, and tell git.
    repository.commit();
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('another type on each: both as suggestions, with a note; the sentence is no longer done', () => {
    const repository = started();
    const done = { ...base, sentences: base.sentences.map((sentence) => ({ ...sentence, state: 'done' as const })) };
    const { isConflict } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: changed(done, 'Bob', { type: 'Org' }) });
      },
      () => {
        repository.commit({ [SIDECAR]: changed(done, 'Bob', { type: 'Loc' }) });
      },
    );
    expect(isConflict).toBe(true);
    const merged = repository.read();
    expect(shown(merged)).toEqual(expect.arrayContaining(['Loc Bob suggested', 'Org Bob suggested']));
    const notes = [...merged.mentions.values()].filter(({ text }) => text === 'Bob').map(({ note, discuss }: Item) => [note, discuss]);
    expect(notes).toEqual(Array(2).fill([`Conflict: Loc 'Bob' elsewhere, Org 'Bob' here.`, true]));
    expect(merged.sentences.map(({ state }) => state)).toEqual(['in-progress', 'done']);
  });

  test('the annotation file was added on both branches', () => {
    const repository = new Repository();
    repository.commit({ 'a.txt': TEXT });
    const { isConflict } = repository.merge(
      () => {
        repository.commit({ [SIDECAR]: documentOf({ mentions: ['Peop Bob'], states: ['done', 'new'] }) });
      },
      () => {
        repository.commit({ [SIDECAR]: documentOf({ mentions: ['Peop Bob', 'Loc Lisbon'], states: ['done', 'new'] }) });
      },
    );
    expect(isConflict).toBe(false);
    expect(shown(repository.read())).toEqual(['Peop Bob accepted', 'Loc Lisbon accepted']);
  });

  describe('the text changed on one branch, too', () => {
    const text = `It rained.\n${TEXT} Bob stayed in Oslo.`;
    const there = reanchor(base, text);
    const changedText = (): AnnotationDocument => {
      const made = documentOf({
        text,
        mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Oslo'],
        relations: ['Met Ann Berg > Bob'],
        states: ['new', 'in-progress', 'in-progress', 'done'],
      });
      return {
        ...made,
        mentions: new Map([...there.mentions, ...[...made.mentions].filter(([, mention]) => mention.text === 'Oslo')]),
        relations: there.relations,
      };
    };
    const here = documentOf({
      mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Lisbon'],
      relations: ['Met Ann Berg > Bob'],
      states: ['in-progress', 'done'],
    });
    const places = (document: AnnotationDocument): readonly string[] =>
      [...document.mentions.values()].map(({ spans }) => spans.map(({ startChar, endChar }) => text.slice(startChar, endChar)).join());

    test.each(['theirs', 'ours'] as const)('on %s: all is where its words are now, and what was done is done', (side) => {
      const repository = started();
      const own = (): void => {
        repository.commit({ [SIDECAR]: here });
      };
      const other = (): void => {
        repository.commit({ 'a.txt': text, [SIDECAR]: changedText() });
      };
      const { isConflict, said } = side === 'theirs' ? repository.merge(own, other) : repository.merge(other, own);
      expect([isConflict, said.includes('CONFLICT')]).toEqual([false, false]);
      const merged = repository.read();
      expect(repository.text('a.txt')).toBe(text);
      expect(merged.text.sha256).toBe(there.text.sha256);
      expect([...places(merged)].sort()).toEqual(['Ann Berg', 'Bob', 'Lisbon', 'Oslo']);
      expect(merged.sentences.map(({ state }) => state)).toEqual(['new', 'in-progress', 'done', 'done']);
    });

    test('in a rebase, where the other text is not at hand: nothing is lost, and what has no place yet is said', () => {
      const repository = started();
      const { isConflict, said } = repository.merge(
        () => {
          repository.commit({ [SIDECAR]: here });
        },
        () => {
          repository.commit({ 'a.txt': text, [SIDECAR]: changedText() });
        },
        'rebase',
      );
      expect(isConflict).toBe(true);
      expect(said).toContain('1 mention and 1 done sentence from elsewhere');
      const later = reanchor(repository.read(), text);
      expect([...places(later)].sort()).toEqual(['Ann Berg', 'Bob', 'Lisbon', 'Oslo']);
    });
  });
});

describe('by hand', () => {
  const three = (ours: string, theirs = toJson(base), was = toJson(base)): readonly string[] => {
    const folder = temporaryFolder();
    return Object.entries({ base: was, ours, theirs }).map(([name, content]) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
  };

  test('what cannot be read is said with the side, and ours stays as it was', async () => {
    for (const [ours, theirs, said] of [
      ['<<<<<<< HEAD', toJson(base), /a\.txt\.spangrid\.json \(ours\)/],
      [toJson(base), '', /a\.txt\.spangrid\.json \(theirs\)/],
      [toJson(base), toJson(base).replace('"version":1', '"version":2'), /\(theirs\).*newer/],
    ] as const) {
      const files = three(ours, theirs);
      const { code, stderr } = await spangrid(['merge', ...files, SIDECAR]);
      expect([code, readFileSync(files[1] ?? '', 'utf8')]).toEqual([2, ours]);
      expect(stderr).toMatch(said);
    }
    const { code } = await spangrid(['merge', 'one', 'two']);
    expect(code).toBe(2);
  });

  test('two texts, of which none is there, cannot be brought together', async () => {
    const ours = toJson(documentOf({ text: `${TEXT} More.`, mentions: ['Peop Bob'] }));
    const files = three(ours);
    const { code, stderr } = await spangrid(['merge', ...files, join(temporaryFolder(), SIDECAR)]);
    expect([code, readFileSync(files[1] ?? '', 'utf8')]).toEqual([2, ours]);
    expect(stderr).toContain('a.txt is not there');
  });
});
