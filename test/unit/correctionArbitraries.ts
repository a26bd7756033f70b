import fc from 'fast-check';
import type { Correction } from '../../src/annotation/corrections';
import type { AnnotationDocument, SentenceState, Status } from '../../src/annotation/document';
import type { Span } from '../../src/text/span';
import { ENTITIES, RELATIONS } from './annotationArbitraries';

const WORDS = { min: 0, max: 30 };
/** Corrections by numbers; `placed` finds what they stand for. */
export const askedCorrections = fc.oneof(
  fc.record({
    kind: fc.constant('addMention' as const),
    from: fc.nat(30),
    length: fc.integer({ min: 1, max: 9 }),
    type: fc.constantFrom(...ENTITIES),
  }),
  fc.record({ kind: fc.constant('addRelation' as const), head: fc.nat(), tail: fc.nat(), type: fc.constantFrom(...RELATIONS) }),
  fc.record({ kind: fc.constant('setType' as const), item: fc.nat(), type: fc.constantFrom(...ENTITIES, ...RELATIONS) }),
  fc.record({ kind: fc.constant('setSpan' as const), item: fc.nat(), from: fc.integer(WORDS), length: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constantFrom('reverse' as const, 'remove' as const), item: fc.nat() }),
  fc.record({
    kind: fc.constant('setStatus' as const),
    item: fc.nat(),
    status: fc.constantFrom<Status>('suggested', 'accepted', 'rejected'),
  }),
  fc.record({ kind: fc.constant('setNote' as const), item: fc.nat(), note: fc.string() }),
  fc.record({ kind: fc.constant('setDiscuss' as const), item: fc.nat(), discuss: fc.boolean() }),
  fc.record({ kind: fc.constant('acceptAll' as const), sentence: fc.nat() }),
  fc.record({
    kind: fc.constant('setState' as const),
    sentence: fc.nat(),
    state: fc.constantFrom<SentenceState>('new', 'in-progress', 'done', 'skipped'),
  }),
);

export const correctionLists = fc.array(askedCorrections, { maxLength: 12 });

type Asked = typeof askedCorrections extends fc.Arbitrary<infer T> ? T : never;

/** The numbers as items and words that the document has; undefined where it has none. */
export function placed(asked: Asked, { mentions, relations, sentences }: AnnotationDocument, text: string): Correction | undefined {
  const pick = (ids: readonly string[], number: number): string | undefined => ids[number % Math.max(1, ids.length)];
  const span = (from: number, length: number): Span => {
    const startChar = Math.min(from, Math.max(0, text.length - 1));
    return { startChar, endChar: Math.min(text.length, startChar + length) };
  };
  const ids = [...mentions.keys()];
  if (asked.kind === 'addMention') return { kind: asked.kind, span: span(asked.from, asked.length), type: asked.type };
  if (asked.kind === 'addRelation') {
    const [head, tail] = [pick(ids, asked.head), pick(ids, asked.tail)];
    return head === undefined || tail === undefined ? undefined : { ...asked, head, tail };
  }
  if (asked.kind === 'acceptAll' || asked.kind === 'setState')
    return sentences.length === 0 ? undefined : { ...asked, sentence: asked.sentence % sentences.length };
  const only = asked.kind === 'setSpan' ? ids : asked.kind === 'reverse' ? [...relations.keys()] : [...ids, ...relations.keys()];
  const id = pick(only, asked.item);
  if (id === undefined) return undefined;
  return asked.kind === 'setSpan' ? { kind: asked.kind, id, span: span(asked.from, asked.length) } : { ...asked, id };
}
