import type { SourceOfOne } from '../../src/annotation/compare/pairing';
import type { AnnotationDocument, Mention, Relation, SentenceState, Status } from '../../src/annotation/document';
import { mentionId, relationId } from '../../src/annotation/ids';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';

export const TEXT = 'Ann Berg met Bob in Rome. She lives in Lisbon.';

interface Given {
  readonly text?: string;
  /** "TYPE WORDS", at the first place of the words. */
  readonly mentions?: readonly string[];
  /** "TYPE HEAD > TAIL", by the words of mentions. */
  readonly relations?: readonly string[];
  readonly states?: readonly SentenceState[];
  readonly status?: Status;
}

/** Annotations as one person makes them. */
export function documentOf({
  text = TEXT,
  mentions = [],
  relations = [],
  states = ['done', 'done'],
  status = 'accepted',
}: Given): AnnotationDocument {
  const made = mentions.map((given): [string, Mention] => {
    const [type, words] = halves(given, ' ');
    const startChar = text.indexOf(words);
    const spans = [{ startChar, endChar: startChar + words.length }];
    const id = mentionId(type, spans, () => false);
    return [id, makeMention(text, id, type, spans, status)];
  });
  const byWords = new Map(made.map(([id, { text: words }]) => [words, id]));
  const related = relations.map((given): [string, Relation] => {
    const [type, ends] = halves(given, ' ');
    const [head, tail] = halves(ends, ' > ').map((words) => byWords.get(words) ?? '');
    const id = relationId(type, head ?? '', tail ?? '', () => false);
    return [id, { id, type, head: head ?? '', tail: tail ?? '', status }];
  });
  return {
    text: textReference('a.txt', text),
    sentences: segment(text).map((sentence, index) => ({ ...sentence, state: states[index] ?? 'new' })),
    mentions: new Map(made),
    relations: new Map(related),
  };
}

export function source(document: AnnotationDocument, name = 'a.txt', text = TEXT): SourceOfOne {
  return { name, text, document };
}

function halves(given: string, separator: string): [string, string] {
  const at = given.indexOf(separator);
  return [given.slice(0, at), given.slice(at + separator.length)];
}
