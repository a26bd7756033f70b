import { isInsideCharacter } from '../text/characters';
import { spansKey, type Span } from '../text/span';
import type { Mention, Relation, Status } from './document';

/** The same for two mentions of the same words and type. Numbers first: so no type, whatever it contains, can be taken for another. */
export function mentionKey({ type, spans }: Pick<Mention, 'type' | 'spans'>): string {
  return `${spansKey(spans)} ${type}`;
}

/** The same for two relations that say the same of the same mentions. */
export function relationKey({ type, head, tail }: Pick<Relation, 'type' | 'head' | 'tail'>): string {
  return `${head} ${tail} ${type}`;
}

/** How much of the text around a mention is kept, in UTF-16 code units: enough to tell two mentions of one name apart. */
const CONTEXT = 24;

/** What a mention keeps of the text: its own words (pieces joined by a blank) and a little of what surrounds them. */
export function quote(text: string, spans: readonly Span[]): Pick<Mention, 'text' | 'before' | 'after'> {
  const start = spans[0]?.startChar ?? 0;
  const end = spans.at(-1)?.endChar ?? 0;
  return {
    text: spans.map((span) => text.slice(span.startChar, span.endChar)).join(' '),
    before: text.slice(boundary(text, Math.max(0, start - CONTEXT)), start),
    after: text.slice(end, boundary(text, end + CONTEXT)),
  };
}

/** A mention that is made now, over this text. */
export function makeMention(text: string, id: string, type: string, spans: readonly Span[], status: Status): Mention {
  return { id, type, spans, ...quote(text, spans), status };
}

/** The offset itself, or one further where it would cut a surrogate pair in two. */
function boundary(text: string, offset: number): number {
  return isInsideCharacter(text, offset) ? offset + 1 : offset;
}
