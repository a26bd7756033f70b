import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { TokenAnnotations, TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { readText } from '../files/text';
import type { Unscored } from '../model/evaluation/scores';
import { normaliseText } from '../text/lineEnds';
import type { SentenceSpans } from '../text/span';

/** A data set's sentences as running text, and where they and their tokens lie in it. */
export interface RawText {
  readonly text: string;
  readonly sentences: readonly SentenceSpans[];
}

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const rawText = v.object({
  text: v.string(),
  sentences: v.array(v.object({ start: offset, end: offset, tokens: v.array(v.tuple([offset, offset])) })),
});

/**
 * Reads the running text of a data set.
 * @param gold the data set: the same sentences in the same order
 * Errors: file.*, text.*, data.invalid.
 */
export async function readRawText(path: string, gold: readonly TokenSentence[]): Promise<RawText> {
  const invalid = (reason: string): SpangridError => new SpangridError('data.invalid', `${path}: ${reason}.`);
  const json = parseJson((await readText(path)).text);
  if ('reason' in json) throw invalid(json.reason);
  const parsed = v.safeParse(rawText, json.data);
  if (!parsed.success) throw invalid(firstIssue(parsed.issues));
  const { text, sentences } = parsed.output;
  if (normaliseText(text) !== text) throw invalid('text: line ends must be LF, and there must be no byte order mark');
  if (sentences.length !== gold.length) {
    throw invalid(`it has ${String(sentences.length)} sentences and the data set has ${String(gold.length)}`);
  }
  const other = sentences.findIndex(({ tokens }, index) => tokens.length !== gold[index]?.tokens.length);
  if (other >= 0) throw invalid(`sentences[${String(other)}].tokens: not as many as the data set's sentence has`);
  return {
    text,
    sentences: sentences.map(({ start, end, tokens }) => ({
      startChar: start,
      endChar: end,
      tokens: tokens.map(([startChar, endChar]) => ({ startChar, endChar })),
    })),
  };
}

/**
 * The annotations of all sentences as those of one sentence whose tokens are the text's characters: so what was found in other
 * sentences and tokens than gold's can be compared with gold.
 * @param spans where each sentence and its tokens lie
 * @param endOf moves the end of a mention, in characters
 */
export function overText(
  sentences: readonly TokenAnnotations[],
  spans: readonly SentenceSpans[],
  endOf: (endChar: number) => number = (endChar) => endChar,
): Unscored {
  const mentions: Unscored['mentions'][number][] = [];
  const relations: Unscored['relations'][number][] = [];
  for (const [index, { mentions: ours, relations: between }] of sentences.entries()) {
    const tokens = spans[index]?.tokens ?? [];
    const first = mentions.length;
    for (const { type, startToken, endToken } of ours) {
      mentions.push({ type, startToken: tokens[startToken]?.startChar ?? 0, endToken: endOf(tokens[endToken - 1]?.endChar ?? 0) });
    }
    for (const { type, head, tail } of between) relations.push({ type, head: first + head, tail: first + tail });
  }
  return { mentions, relations };
}

/** Takes a full stop off the end of a mention: data sets differ, within themselves too, in whether a last word keeps the sentence's. */
export function withoutFullStop(text: string): (endChar: number) => number {
  return (endChar) => (text[endChar - 1] === '.' ? endChar - 1 : endChar);
}

/** F1, in percent, of the words' spans and of the places where sentences start. */
export interface SegmentationScores {
  readonly words: number;
  readonly sentenceStarts: number;
}

/** How well sentences and words were found. */
export function segmentationScores(gold: readonly SentenceSpans[], found: readonly SentenceSpans[]): SegmentationScores {
  const words = (sentences: readonly SentenceSpans[]): readonly string[] =>
    sentences.flatMap(({ tokens }) => tokens.map(({ startChar, endChar }) => `${String(startChar)} ${String(endChar)}`));
  const starts = (sentences: readonly SentenceSpans[]): readonly string[] => sentences.map(({ startChar }) => String(startChar));
  return { words: f1(words(gold), words(found)), sentenceStarts: f1(starts(gold), starts(found)) };
}

function f1(gold: readonly string[], found: readonly string[]): number {
  const wanted = new Set(gold);
  const correct = found.filter((place) => wanted.has(place)).length;
  return gold.length + found.length === 0 ? 0 : (200 * correct) / (gold.length + found.length);
}
