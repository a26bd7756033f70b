import { codeAt, codeBefore, isLetterOrDigit } from '../../text/characters';
import type { SentenceSpans, Span } from '../../text/span';
import { touching } from '../search';

/** Marks that belong to a name or a number at its edge are none of these: "50 %", "#1". */
const MARKS = /^(?:(?![%#&@*§/\\_])[\p{P}`´])+$/u;

const CLOSING: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '“': '”',
  '‘': '’',
  '«': '»',
  '„': '“',
  '"': '"',
  '`': "'",
};
const OPENING = Object.fromEntries(Object.entries(CLOSING).map(([open, close]) => [close, open]));

/**
 * A span without white space and tokens of punctuation at its ends; empty where nothing is left. A bracket or quotation mark whose other
 * half is further in stays: "factor VIII (recombinant)".
 * @param sentences in order
 */
export function trimmed(sentences: readonly SentenceSpans[], span: Span, text: string): Span {
  // Most mentions begin and end with a letter or digit.
  if (isLetterOrDigit(codeAt(text, span.startChar)) && isLetterOrDigit(codeBefore(text, span.endChar))) return span;
  const tokens = sentences
    .slice(...touching(sentences, span))
    .flatMap((sentence) => sentence.tokens.slice(...touching(sentence.tokens, span)));
  let { startChar, endChar } = span;
  for (;;) {
    const words = text.slice(startChar, endChar);
    endChar -= words.length - words.trimEnd().length;
    startChar = Math.min(endChar, startChar + words.length - words.trimStart().length);
    // A data set may have tokens of white space.
    while ((tokens[0]?.startChar ?? startChar) < startChar) tokens.shift();
    while ((tokens.at(-1)?.endChar ?? endChar) > endChar) tokens.pop();
    const isStray = ({ startChar: from, endChar: to }: Span, halves: Readonly<Record<string, string>>): boolean => {
      if (!MARKS.test(text.slice(from, to))) return false;
      const characters = Array.from(text.slice(startChar, endChar));
      const partner = partnerOf(halves === CLOSING ? characters : characters.reverse(), halves);
      return partner === -1 || partner === characters.length - 1;
    };
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first?.startChar === startChar && first.endChar <= endChar && isStray(first, CLOSING)) {
      startChar = first.endChar;
      tokens.shift();
    } else if (last?.endChar === endChar && last.startChar >= startChar && isStray(last, OPENING)) {
      endChar = last.startChar;
      tokens.pop();
    } else return { startChar, endChar };
  }
}

/** Index of the other half of the first character; -1 where there is none. */
function partnerOf(characters: readonly string[], halves: Readonly<Record<string, string>>): number {
  const [own = ''] = characters;
  const other = halves[own];
  let depth = 0;
  return characters.findIndex((character, index) => {
    if (character === own && (own !== other || index === 0)) depth += 1;
    else if (character === other) depth -= 1;
    return character === other && index > 0 && depth === 0;
  });
}
