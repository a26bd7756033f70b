import { SpangridError } from '../errors';
import { paragraphAt } from '../text/passages';
import { segment, sentenceAt } from '../text/segment';
import type { SentenceSpans, Span } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import type { ModelService } from './modelService';

/** What to work on: the sentences that selections touch, the one at a cursor, or all. */
export type Scope =
  | { readonly kind: 'selections'; readonly spans: readonly Span[] }
  | { readonly kind: 'cursor'; readonly offset: number }
  | { readonly kind: 'file' };

/** A text of this many characters is split into sentences by the model process: it would hold up the extension host. */
const LONG_TEXT = 100_000;

/**
 * The sentences of a text that a command is to work on, in order; at least one.
 * Errors: text.empty, text.binary, engine.*, cancelled.
 */
export async function sentencesIn(
  models: ModelService,
  text: string,
  tokenizer: Tokenizer,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly [SentenceSpans, ...SentenceSpans[]]> {
  requireText(text);
  const [first, ...others] = await segmented(models, text, tokenizer, scope, signal);
  if (first === undefined) throw nothingToRead(scope);
  return [first, ...others];
}

/** Errors: text.binary. */
export function requireText(text: string): void {
  if (text.includes('\0'))
    throw new SpangridError('text.binary', 'This file is not text: it holds NUL bytes. Open a text file and try again.');
}

/** The sentences of a whole text. Errors: engine.*, cancelled. */
export async function allSentences(
  models: ModelService,
  text: string,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): Promise<readonly SentenceSpans[]> {
  return text.length > LONG_TEXT ? models.segment(text, tokenizer, signal) : segment(text, tokenizer);
}

async function segmented(
  models: ModelService,
  text: string,
  tokenizer: Tokenizer,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly SentenceSpans[]> {
  switch (scope.kind) {
    case 'cursor': {
      const sentence = sentenceAt(text, scope.offset, tokenizer);
      return sentence === undefined ? [] : [sentence];
    }
    case 'file':
      return allSentences(models, text, tokenizer, signal);
    case 'selections': {
      const length = scope.spans.reduce((sum, { startChar, endChar }) => sum + endChar - startChar, 0);
      const all =
        length > LONG_TEXT
          ? await models.segment(text, tokenizer, signal)
          : scope.spans.flatMap((span) => segment(text, tokenizer, paragraphsAround(text, span)));
      const touched = all.filter(({ startChar, endChar }) =>
        scope.spans.some((span) => span.startChar < endChar && span.endChar > startChar),
      );
      // Two selections may lie in one paragraph.
      return [...new Map(touched.map((sentence) => [sentence.startChar, sentence])).values()].sort((a, b) => a.startChar - b.startChar);
    }
  }
}

/** Whole paragraphs around a span: sentences end where paragraphs do, so these are the sentences that the whole text has there. */
function paragraphsAround(text: string, { startChar, endChar }: Span): Span {
  return {
    startChar: Math.min(startChar, paragraphAt(text, startChar)?.startChar ?? startChar),
    endChar: Math.max(endChar, paragraphAt(text, endChar)?.endChar ?? endChar),
  };
}

function nothingToRead(scope: Scope): SpangridError {
  const messages: Record<Scope['kind'], string> = {
    selections: 'There is no sentence in the selection: it has no letters or digits. Select some text, or put the cursor in a sentence.',
    cursor: 'There is no sentence at the cursor. Put the cursor in a sentence, or select some text.',
    file: 'There is no sentence in this file: it has no letters or digits.',
  };
  return new SpangridError('text.empty', messages[scope.kind]);
}
