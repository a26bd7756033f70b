import type { SentenceSpans, Span } from '../text/span';

/** Most words: nothing about them changes. */
const PLAIN = /^[!-~]*$/;

/** Words as they are compared: any white space is one blank, and letters are composed. */
export function comparable(words: string, ignoreCase: boolean): string {
  const plain = PLAIN.test(words) ? words : words.trim().replace(/\s+/gu, ' ').normalize('NFC');
  return ignoreCase ? plain.toLowerCase() : plain;
}

/**
 * Calls `found` with every run of whole tokens of a sentence: its words as they are compared, and token indices (end exclusive).
 * @param longest characters as compared: longer runs are not looked at
 */
export function eachRun(
  text: string,
  { tokens }: SentenceSpans,
  ignoreCase: boolean,
  longest: number,
  found: (words: string, startToken: number, endToken: number) => void,
): void {
  for (const [startToken, { startChar }] of tokens.entries())
    for (let endToken = startToken + 1; endToken <= tokens.length; endToken += 1) {
      const words = comparable(text.slice(startChar, (tokens[endToken - 1] as Span).endChar), ignoreCase);
      if (words.length > longest) break;
      found(words, startToken, endToken);
    }
}
