const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The text as the product counts it: without a byte order mark at its start, and with each line end (CRLF, CR, LF) as one `\n`.
 * Every span counts in this text.
 */
export function normaliseText(raw: string): string {
  return unifyLineEnds(raw.startsWith(BYTE_ORDER_MARK) ? raw.slice(1) : raw);
}

/** Each line end (CRLF, CR, LF) as one `\n`. */
export function unifyLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
