import type { SentenceSpans, Span } from '../text/span';

/*
 * Sentences on their way between processes. A text of 5 MB has more than a million tokens: as objects, copying them would hold up the
 * editor for seconds; as one array of numbers it takes milliseconds.
 */

/** For each sentence: its start, its end, the number of its tokens, and start and end of each. */
export function packSentences(sentences: readonly SentenceSpans[]): Int32Array {
  const packed = new Int32Array(sentences.reduce((sum, { tokens }) => sum + 3 + 2 * tokens.length, 0));
  let at = 0;
  for (const { startChar, endChar, tokens } of sentences) {
    packed[at++] = startChar;
    packed[at++] = endChar;
    packed[at++] = tokens.length;
    for (const token of tokens) {
      packed[at++] = token.startChar;
      packed[at++] = token.endChar;
    }
  }
  return packed;
}

/** The inverse of `packSentences`. */
export function unpackSentences(packed: Int32Array): readonly SentenceSpans[] {
  const sentences: SentenceSpans[] = [];
  let at = 0;
  const next = (): number => packed[at++] ?? 0;
  while (at < packed.length) {
    const [startChar, endChar, count] = [next(), next(), next()];
    const tokens: Span[] = [];
    for (let token = 0; token < count; token += 1) tokens.push({ startChar: next(), endChar: next() });
    sentences.push({ startChar, endChar, tokens });
  }
  return sentences;
}
