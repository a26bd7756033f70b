import { SpangridError } from '../errors';
import type { Span } from '../text/span';
import type { AnnotationDocument, Mention } from './document';
import { isOpen } from './doubt';
import type { Edit } from './edits';
import { EQUAL_TEXT } from './extraction';
import { mentionId, takenIn } from './ids';
import { makeMention } from './mention';
import { touching } from './search';
import { comparable, eachRun } from './wholeWords';

/**
 * Where else in the text the words of a mention stand as whole tokens, in order: not in sentences that are done or skipped, not where a
 * mention is, and not where one of this type was rejected.
 * @param text the text that the document's offsets count in
 * @throws SpangridError `usage` where the mention is lost or in several pieces
 */
export function equalTexts(document: AnnotationDocument, text: string, mention: Mention, ignoreCase: boolean): readonly Span[] {
  const wanted = comparable(mention.text, ignoreCase);
  if (mention.spans.length !== 1 || wanted === '')
    throw new SpangridError('usage', 'Only a mention in one piece that stands in the text has words to look for. Choose another one.');
  const open = document.sentences.filter(isOpen);
  const taken = open.map((): Span[] => []);
  for (const other of document.mentions.values()) {
    if (other.status === 'rejected' && other.type !== mention.type) continue;
    for (const span of other.spans) {
      const [first, end] = touching(open, span);
      for (let index = first; index < end; index += 1) taken[index]?.push(span);
    }
  }
  const places: Span[] = [];
  for (const [index, sentence] of open.entries()) {
    eachRun(text, sentence, ignoreCase, wanted.length, (words, startToken, endToken) => {
      const [first, last] = [sentence.tokens[startToken], sentence.tokens[endToken - 1]];
      if (words !== wanted || first === undefined || last === undefined) return;
      const span = { startChar: first.startChar, endChar: last.endChar };
      const overlaps = (other: Span | undefined): boolean =>
        other !== undefined && span.startChar < other.endChar && other.startChar < span.endChar;
      if (!overlaps(places.at(-1)) && !taken[index]?.some(overlaps)) places.push(span);
    });
  }
  return places;
}

/** The edit that suggests mentions of one type at these places, as one step. */
export function equalTextEdit(
  document: AnnotationDocument,
  text: string,
  mention: Mention,
  places: readonly Span[],
): Edit & { readonly kind: 'group' } {
  const made = new Set<string>();
  const isTaken = (id: string): boolean => made.has(id) || takenIn(document)(id);
  const edits = places.map((span): Edit => {
    const id = mentionId(mention.type, [span], isTaken);
    made.add(id);
    return {
      kind: 'mention',
      id,
      previous: undefined,
      next: { ...makeMention(text, id, mention.type, [span], 'suggested'), model: EQUAL_TEXT },
    };
  });
  return { kind: 'group', label: `label every '${mention.text}'`, edits };
}
