import { SpangridError } from '../errors';
import type { SentenceSpans, Span } from '../text/span';
import type { TypePatterns } from './config';
import type { AnnotationDocument } from './document';
import type { Edit } from './edits';
import { extractionEdit, PATTERNS } from './extraction';
import { touching } from './search';
import type { TokenMention } from './tokenSentence';
import { comparable, eachRun } from './wholeWords';

/** A regular expression, with the flag `u`, and the type that it labels. */
export interface Expression {
  readonly type: string;
  readonly source: string;
  readonly ignoreCase: boolean;
}

/** A match: its first character and the one behind its last, in its text. */
export type Match = readonly [start: number, end: number];

/**
 * Runs expressions where one that would match for ever can be stopped. Gives, for each expression, the matches in each text.
 * Errors: pattern.timeout.
 */
export type Matcher = (expressions: readonly Expression[], texts: readonly string[]) => Promise<readonly (readonly (readonly Match[])[])[]>;

/** A sentence that patterns have read, and what they suggest in it. */
export interface LabelledSentence {
  readonly spans: SentenceSpans;
  /** Left to right, without overlap. */
  readonly mentions: readonly TokenMention[];
}

/**
 * What patterns find. Mentions are whole tokens: a match of an expression that cuts one is left out, or takes it whole where the type's
 * patterns say so. Of matches that overlap the longest is taken, then the first in the text, then that of the type that comes first.
 * @param text the text that the sentences count in
 * Errors: pattern.empty for an expression that matches where there is nothing; those of `match`.
 */
export async function matchPatterns(
  patterns: readonly TypePatterns[],
  text: string,
  sentences: readonly SentenceSpans[],
  match: Matcher,
): Promise<readonly LabelledSentence[]> {
  const found = sentences.map((): TokenMention[] => []);
  for (const { type, words, ignoreCase } of patterns) {
    if (words.length === 0) continue;
    const wanted = new Set(words.map((one) => comparable(one, ignoreCase)));
    const longest = Math.max(...[...wanted].map(({ length }) => length));
    for (const [index, sentence] of sentences.entries())
      eachRun(text, sentence, ignoreCase, longest, (run, startToken, endToken) => {
        if (wanted.has(run)) found[index]?.push({ type, startToken, endToken });
      });
  }
  const expressions = patterns.flatMap(({ type, ignoreCase, widen, expressions: sources }) =>
    sources.map((source) => ({ type, source, ignoreCase, widen })),
  );
  if (expressions.length > 0) {
    const texts = sentences.map(({ startChar, endChar }) => text.slice(startChar, endChar));
    const matches = await match(
      expressions.map(({ type, source, ignoreCase }) => ({ type, source, ignoreCase })),
      texts,
    );
    for (const [number, expression] of expressions.entries())
      for (const [index, inSentence] of (matches[number] ?? []).entries())
        for (const one of inSentence) {
          const mention = mentionOf(expression, one, texts[index] ?? '', sentences[index]);
          if (mention !== undefined) found[index]?.push(mention);
        }
  }
  const order = new Map(patterns.map(({ type }, index) => [type, index]));
  return sentences.map((spans, index) => ({ spans, mentions: withoutOverlap(found[index] ?? [], order) }));
}

/**
 * The edit that brings what patterns found into the document, by the rules of an extraction: never over what a person decided, never in
 * a sentence that is done, never again what was rejected. It replaces what patterns suggested before, and no model's suggestions.
 */
export function patternEdit(
  document: AnnotationDocument,
  text: string,
  sentences: readonly LabelledSentence[],
): Edit & { readonly kind: 'group' } {
  const predictions = sentences.map(({ spans, mentions }) => ({ spans, prediction: { mentions, relations: [] } }));
  return { ...extractionEdit(document, text, PATTERNS, predictions), label: 'label by patterns' };
}

function mentionOf(
  { type, source, widen }: Expression & { readonly widen: boolean },
  [start, end]: Match,
  sentenceText: string,
  sentence: SentenceSpans | undefined,
): TokenMention | undefined {
  if (start === end)
    throw new SpangridError(
      'pattern.empty',
      `The expression ${JSON.stringify(source)} of ${type} matches where there is nothing, so it would match everywhere. Write it so that it needs at least one character: + instead of *, no ? around all of it.`,
    );
  if (sentence === undefined) return undefined;
  const words = sentenceText.slice(start, end);
  const span: Span = {
    startChar: sentence.startChar + start + (words.length - words.trimStart().length),
    endChar: sentence.startChar + start + words.trimEnd().length,
  };
  const [startToken, endToken] = touching(sentence.tokens, span);
  const [first, last] = [sentence.tokens[startToken], sentence.tokens[endToken - 1]];
  if (startToken >= endToken || first === undefined || last === undefined) return undefined;
  const isWhole = first.startChar >= span.startChar && last.endChar <= span.endChar;
  return isWhole || widen ? { type, startToken, endToken } : undefined;
}

function withoutOverlap(mentions: readonly TokenMention[], order: ReadonlyMap<string, number>): readonly TokenMention[] {
  const length = ({ startToken, endToken }: TokenMention): number => endToken - startToken;
  const ranked = [...mentions].sort(
    (a, b) => length(b) - length(a) || a.startToken - b.startToken || (order.get(a.type) ?? 0) - (order.get(b.type) ?? 0),
  );
  const taken: TokenMention[] = [];
  for (const mention of ranked)
    if (taken.every((other) => mention.endToken <= other.startToken || mention.startToken >= other.endToken)) taken.push(mention);
  return taken.sort((a, b) => a.startToken - b.startToken);
}
