/**
 * A half-open stretch of the text, in UTF-16 code units, counted from the start of the text with a BOM removed and each line end
 * (LF, CRLF, CR) counted as one unit. This is the only unit inside the product; it is converted where the editor or bytes are met.
 */
export interface Span {
  readonly startChar: number;
  readonly endChar: number;
}

/** A sentence and its tokens: spans in the same text; tokens lie inside the sentence, in order, without overlap. */
export interface SentenceSpans extends Span {
  readonly tokens: readonly Span[];
}

/** Whether two spans are of the same characters. */
export function sameSpan(a: Span, b: Span | undefined): boolean {
  return a.startChar === b?.startChar && a.endChar === b.endChar;
}

/** Whether two lists hold the same spans. */
export function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  return a.length === b.length && a.every((span, index) => sameSpan(span, b[index]));
}

/** A span as the key of a map. */
export function spanKey({ startChar, endChar }: Span): string {
  return `${String(startChar)}-${String(endChar)}`;
}

/** Spans as the key of a map. */
export function spansKey(spans: readonly Span[]): string {
  return spans.map(spanKey).join();
}
