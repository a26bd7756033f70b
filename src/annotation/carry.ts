import type { Tokenizer } from '../text/tokenizer';
import { reanchor } from './anchor';
import type { AnnotationDocument } from './document';
import { refined } from './refine';
import { TextShift } from './shift';
import { textHash } from './textHash';

/**
 * Carries annotations to another text. Where the one that they count in is known, over what changed in between (`TextShift`); else they are
 * searched for (`reanchor`). Nothing is dropped but sentences that are gone.
 * @param from the text that the offsets count in, where it is known
 * @param tokenizer of sentences whose words changed
 */
export function carriedTo(
  document: AnnotationDocument,
  from: string | undefined,
  to: string,
  tokenizer: Tokenizer = 'words',
): AnnotationDocument {
  if (from === undefined) return reanchor(document, to, tokenizer);
  // Whole lines and words are compared: cut off where texts begin to differ, the last full stop of one would be that of the other.
  const changes = refined({ startChar: 0, endChar: from.length, inserted: to }, from);
  if (changes.length === 0) return document;
  return { ...new TextShift(changes, to, tokenizer).document(document), text: { ...document.text, sha256: textHash(to) } };
}
