import { lineAt, paragraphAt, paragraphs } from './passages';
import { sentencesOf } from './sentences';
import type { SentenceSpans, Span } from './span';
import { tokensOf } from './tokens';

/**
 * The sentences of a text with their tokens, in order.
 *
 * A sentence ends at its terminator, and at a blank line, a list item, a heading or a line that was ended on purpose; never at a line
 * end that merely wraps. Every letter and digit of the text is in a token. What holds neither (white space, rules, emoji alone) makes no
 * sentence.
 *
 * @param text normalised (`normaliseText`)
 * @param range the part to look at, as if it were the whole text; spans still count from the text's start
 */
export function segment(text: string, range?: Span): SentenceSpans[] {
  if (range !== undefined) {
    return segment(text.slice(range.startChar, range.endChar)).map((sentence) => ({
      ...moved(sentence, range.startChar),
      tokens: sentence.tokens.map((token) => moved(token, range.startChar)),
    }));
  }
  const found: SentenceSpans[] = [];
  for (const paragraph of paragraphs(text)) {
    for (const sentence of sentencesOf(text, paragraph)) found.push({ ...sentence, tokens: tokensOf(text, sentence) });
  }
  return found;
}

/**
 * The sentence at an offset, the same as `segment` of the whole text has it; only the paragraph around is looked at.
 *
 * It is the one that holds the offset or ends at it; between two sentences, the one before on the same line, else the one after on the
 * same line; undefined where the line has none.
 *
 * @param text normalised (`normaliseText`)
 * @param offset in UTF-16 units; outside the text it is moved to the nearer end
 */
export function sentenceAt(text: string, offset: number): SentenceSpans | undefined {
  const at = Math.min(Math.max(offset, 0), text.length);
  const paragraph = paragraphAt(text, at);
  if (paragraph === undefined) return undefined;
  const line = lineAt(text, at);
  const sentences = sentencesOf(text, paragraph);
  const before = sentences.findLast(({ startChar, endChar }) => startChar <= at && endChar >= line.startChar);
  const sentence = before ?? sentences.find(({ startChar }) => startChar > at && startChar <= line.endChar);
  return sentence && { ...sentence, tokens: tokensOf(text, sentence) };
}

function moved({ startChar, endChar }: Span, by: number): Span {
  return { startChar: startChar + by, endChar: endChar + by };
}
