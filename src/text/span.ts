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
