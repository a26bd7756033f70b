import type { AnnotationDocument, Mention, Relation, SentenceState, Status } from '../../src/annotation/document';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import { segment } from '../../src/text/segment';

const STATUSES: Readonly<Record<string, Status>> = { '': 'accepted', '?': 'suggested', '!': 'rejected' };

/**
 * A text with its annotations, from one in which mentions are marked: `[Ann|Peop]` is accepted, `[Rome|Loc?]` suggested, `[Bonn|Loc!]`
 * rejected; marks may nest. Mentions are m0, m1, ... in the order in which they end, relations r0, r1, ...
 * @param relations head, type and tail, with `?` or `!` behind the type as with mentions
 */
export function marked(
  text: string,
  relations: readonly (readonly [string, string, string])[] = [],
  state: SentenceState = 'done',
): { readonly text: string; readonly document: AnnotationDocument } {
  let plain = '';
  const open: number[] = [];
  const found: { type: string; status: Status; startChar: number; endChar: number }[] = [];
  for (const [part, type, status] of text.matchAll(/\[|\|([\w-]+)([?!]?)\]|[^[|]+/g)) {
    if (part === '[') open.push(plain.length);
    else if (type === undefined) plain += part;
    else found.push({ type, status: STATUSES[status ?? '']!, startChar: open.pop()!, endChar: plain.length });
  }
  const mentions = new Map(
    found.map(({ type, status, ...span }, index): [string, Mention] => {
      const id = `m${String(index)}`;
      return [id, makeMention(plain, id, type, [span], status)];
    }),
  );
  const related = relations.map(([head, named, tail], index): [string, Relation] => {
    const [, type = '', status = ''] = /^(.*?)([?!]?)$/.exec(named)!;
    const id = `r${String(index)}`;
    return [id, { id, type, head, tail, status: STATUSES[status]! }];
  });
  const sentences = segment(plain).map((sentence) => ({ ...sentence, state }));
  return { text: plain, document: { text: textReference('a.txt', plain), sentences, mentions, relations: new Map(related) } };
}
