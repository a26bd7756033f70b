import { firstIndex } from '../text/firstIndex';
import type { Span } from '../text/span';

/* Binary searches in spans that are in order and without overlap: a document's sentences, a sentence's tokens. */

/** Index of the first span that starts at `offset` or later; the number of spans if none does. */
export function firstFrom(spans: readonly Span[], offset: number): number {
  return firstIndex(spans.length, (index) => (spans[index]?.startChar ?? Infinity) >= offset);
}

/** Index of the span that holds the character at `offset` or, where a cursor stands behind the last character, of the one that ends there. */
export function indexAt(spans: readonly Span[], offset: number): number | undefined {
  for (const index of [firstFrom(spans, offset + 1) - 1, firstFrom(spans, offset) - 1]) {
    const span = spans[index];
    if (span !== undefined && span.startChar <= offset && offset <= span.endChar) return index;
  }
  return undefined;
}

/** The indices `[first, end)` of the spans that share at least one character with `span`; an empty range when none does. */
export function touching(spans: readonly Span[], span: Span): readonly [number, number] {
  const end = firstFrom(spans, span.endChar);
  let first = firstFrom(spans, span.startChar);
  // The one before may reach into the span.
  if ((spans[first - 1]?.endChar ?? 0) > span.startChar) first -= 1;
  return [Math.min(first, end), end];
}

/** Index of the span that holds the whole of `span`, if one does. */
export function holderOf(spans: readonly Span[], span: Span): number | undefined {
  const index = firstFrom(spans, span.startChar + 1) - 1;
  const holder = spans[index];
  if (holder === undefined) return undefined;
  return span.endChar <= holder.endChar ? index : undefined;
}
