import { dirname } from 'node:path';
import { carriedTo } from '../annotation/carry';
import { type AnnotationDocument, emptyDocument, isLost } from '../annotation/document';
import { fromJson, toJson } from '../annotation/json';
import { merge, type Merged } from '../annotation/merge';
import { counted } from '../annotation/names';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { findText, textPaths } from '../files/annotatedText';
import { MAX_BYTES, readAnnotationFile, tooLarge } from '../files/annotationFile';
import { atomicWrite } from '../files/atomicWrite';
import { nearestConfig } from '../files/config';
import { textsBeingMerged } from '../files/git';
import { command, usageError } from './command';

/** Merges annotation files for git. */
export const mergeFiles = command({
  name: 'merge',
  summary: 'merges two versions of an annotation file, for git',
  usage: 'BASE OURS THEIRS PATH',
  takesWords: true,
  options: {},
  notes: [
    'Puts what both made of BASE into OURS, mention by mention. Where they made different things of one, both are kept as suggestions, flagged to discuss, with a note. BASE may be empty. PATH is where the file belongs: beside it, or where its folder mirrors, lies the text.',
    'Exit code: 0 where all fits, 1 where something is flagged (git then says "conflict": look at it, and "git add" the file), 2 where a file cannot be read; OURS is then as it was.',
    'To make git use it:\n  echo \'*.spangrid.json merge=spangrid\' >> .gitattributes\n  git config merge.spangrid.driver "spangrid merge %O %A %B %P"',
  ],
  async run(_values, words, terminal) {
    const [base, ours, theirs, path] = words;
    if (base === undefined || ours === undefined || theirs === undefined || path === undefined || words.length > 4)
      throw usageError('merge', 'Name four files: BASE OURS THEIRS PATH');
    const { document, conflicts } = await merged({ base, ours, theirs, path });
    const json = toJson(document);
    if (Buffer.byteLength(json) > MAX_BYTES) throw tooLarge(path);
    await atomicWrite(ours, json);
    if (conflicts.length === 0) return 0;
    terminal.say(`${path}: both sides are kept and flagged to discuss where they do not fit:`);
    for (const conflict of conflicts) terminal.say(`  ${conflict}`);
    return 1;
  },
});

interface Files {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly path: string;
}

async function merged({ base, ours, theirs, path }: Files): Promise<Merged> {
  const read = async (file: string, side: string): Promise<AnnotationDocument> =>
    fromJson(await readAnnotationFile(file), `${path} (${side})`).document;
  const [own, other] = [await read(ours, 'ours'), await read(theirs, 'theirs')];
  const isAdded = (await readAnnotationFile(base)) === '';
  const was = isAdded ? emptyDocument(own.text) : await read(base, 'base');
  // A text may have been renamed on one side.
  const file = own.text.file === was.text.file ? other.text.file : own.text.file;
  const finished = ({ document, conflicts }: Merged): Merged => ({
    document: { ...document, text: { ...document.text, file } },
    conflicts,
  });
  const hashes = [was, own, other].map(({ text }) => text.sha256);
  if (new Set(hashes).size === 1) return finished(merge(was, own, other));

  const { texts, textPath } = await textsOf(path, own, other);
  // The text that git will leave: that of the side that changed it. Where both did, it is not made yet, and ours is nearest to it.
  const changed = own.text.sha256 === was.text.sha256 ? other : own;
  const target = texts.get(changed.text.sha256) ?? texts.values().next().value;
  if (target === undefined)
    throw new SpangridError(
      'file.missing',
      `${path}: the two sides annotated different texts, and ${own.text.file} is not there to bring them together in. Put it back, then merge again.`,
    );
  // The project file may be in the middle of a merge itself.
  const project = await nearestConfig(dirname(textPath ?? path)).catch(() => undefined);
  const carried = (document: AnnotationDocument): AnnotationDocument =>
    carriedTo(document, texts.get(document.text.sha256), target, project?.config.tokenizer);
  const [ownCarried, otherCarried] = [carried(own), carried(other)];
  const result = merge(carried(was), ownCarried, otherCarried);
  const isHere = (document: AnnotationDocument): boolean => [was.text.sha256, textHash(target)].includes(document.text.sha256);
  return finished({
    ...result,
    conflicts: [
      ...result.conflicts,
      ...(isHere(own) ? [] : whatIsLost(own, ownCarried, 'here')),
      ...(isHere(other) ? [] : whatIsLost(other, otherCarried, 'elsewhere')),
    ],
  });
}

/** The texts that are at hand, by their hash: the one on disk, which is ours, with its path, and those that git is merging. */
async function textsOf(
  path: string,
  ours: AnnotationDocument,
  theirs: AnnotationDocument,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly textPath: string | undefined }> {
  const onDisk = await findText(path, ours.text);
  const inCommits = await textsBeingMerged(textPaths(path, theirs.text));
  const texts = new Map([...(onDisk === undefined ? [] : [onDisk.text]), ...inCommits].map((text) => [textHash(text), text]));
  return { texts, textPath: onDisk?.textPath };
}

/** What of a side was about words that the text here does not have. */
function whatIsLost(before: AnnotationDocument, after: AnnotationDocument, side: string): readonly string[] {
  const lost = ({ mentions }: AnnotationDocument): number => [...mentions.values()].filter(isLost).length;
  const done = ({ sentences }: AnnotationDocument): number => sentences.filter(({ state }) => state === 'done').length;
  const [mentions, sentences] = [lost(after) - lost(before), done(before) - done(after)];
  const list = [...(mentions > 0 ? [counted(mentions, 'mention')] : []), ...(sentences > 0 ? [counted(sentences, 'done sentence')] : [])];
  return list.length === 0 ? [] : [`${list.join(' and ')} from ${side}, of words that the text does not have here yet`];
}
