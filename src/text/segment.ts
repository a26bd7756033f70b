import { lineAt, paragraphAt, paragraphs, wordAfter } from './passages';
import { sentencesOf } from './sentences';
import type { SentenceSpans, Span } from './span';
import type { Tokenizer } from './tokenizer';
import { tokensOf } from './tokens';

/**
 * The sentences of a text with their tokens, in order.
 *
 * A sentence ends at its terminator, and at a blank line, a list item, a heading or a line that was ended on purpose; never at a line
 * end that merely wraps. Every letter and digit of the text is in a token. What holds neither (white space, rules, emoji alone) makes no
 * sentence.
 *
 * With the tokenizer `whitespace`, a sentence is a line.
 *
 * @param text normalised (`normaliseText`)
 * @param range the part to look at, as if it were the whole text; spans still count from the text's start
 */
export function segment(text: string, tokenizer: Tokenizer = 'words', range?: Span): SentenceSpans[] {
  if (range !== undefined) {
    return segment(text.slice(range.startChar, range.endChar), tokenizer).map((sentence) => ({
      ...moved(sentence, range.startChar),
      tokens: sentence.tokens.map((token) => moved(token, range.startChar)),
    }));
  }
  const found: SentenceSpans[] = [];
  if (tokenizer === 'whitespace') {
    for (let at = 0; at <= text.length;) {
      const line = lineAt(text, at);
      found.push(...lineSentence(text, line));
      at = line.endChar + 1;
    }
    return found;
  }
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
export function sentenceAt(text: string, offset: number, tokenizer: Tokenizer = 'words'): SentenceSpans | undefined {
  const at = Math.min(Math.max(offset, 0), text.length);
  if (tokenizer === 'whitespace') return lineSentence(text, lineAt(text, at))[0];
  const paragraph = paragraphAt(text, at);
  if (paragraph === undefined) return undefined;
  const line = lineAt(text, at);
  const sentences = sentencesOf(text, paragraph);
  const before = sentences.findLast(({ startChar, endChar }) => startChar <= at && endChar >= line.startChar);
  const sentence = before ?? sentences.find(({ startChar }) => startChar > at && startChar <= line.endChar);
  return sentence && { ...sentence, tokens: tokensOf(text, sentence) };
}

/** The sentence that a line is, unless it holds no letter or digit. */
function lineSentence(text: string, line: Span): readonly SentenceSpans[] {
  if (wordAfter(text, line.startChar, line.endChar) >= line.endChar) return [];
  const tokens = tokensOf(text, line, 'whitespace');
  return [{ startChar: tokens[0]?.startChar ?? line.startChar, endChar: tokens.at(-1)?.endChar ?? line.endChar, tokens }];
}

function moved({ startChar, endChar }: Span, by: number): Span {
  return { startChar: startChar + by, endChar: endChar + by };
}
