import fc from 'fast-check';
import type { AnnotationDocument, Item, Mention, Relation, Sentence } from '../../src/annotation/document';
import { mentionId, relationId } from '../../src/annotation/ids';
import { makeMention } from '../../src/annotation/mention';
import { textReference } from '../../src/annotation/textHash';
import type { Span } from '../../src/text/span';

export const ENTITIES = ['Peop', 'Loc', 'Ort-ä🙂'];
export const RELATIONS = ['Live_In', 'Kill'];

/** Text of words and blanks with everything that offsets stumble over: surrogate pairs, ZWJ, combining marks, quotes, line ends. */
export const texts = fc
  .array(fc.constantFrom('Bob', 'x', ' ', ' ', '\n', '🙂', '👩‍👩‍👧', 'e\u0301', 'שלום', '"', '\\', '\u2028', '\uFEFF', '.'), { maxLength: 30 })
  .map((pieces) => pieces.join('').replace(/^\uFEFF+/, ''));

/** Spans in order and without overlap within `[from, to)`. */
function disjoint(from: number, to: number, maxLength: number): fc.Arbitrary<Span[]> {
  return fc
    .uniqueArray(fc.integer({ min: from, max: to }), { maxLength: maxLength * 2 })
    .map((cuts) => cuts.sort((a, b) => a - b))
    .map((cuts) =>
      cuts.flatMap((startChar, index) =>
        index % 2 === 0 && cuts[index + 1] !== undefined ? [{ startChar, endChar: cuts[index + 1]! }] : [],
      ),
    );
}

const decisions: fc.Arbitrary<Pick<Item, 'status' | 'score' | 'model' | 'note' | 'discuss'>> = fc
  .record(
    {
      status: fc.constantFrom('suggested' as const, 'accepted' as const, 'rejected' as const),
      score: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000),
      model: fc.constantFrom('fast', 'accurate'),
      note: fc.string(),
      discuss: fc.constant(true as const),
    },
    { requiredKeys: ['status'] },
  )
  .filter(({ status, score }) => status !== 'suggested' || score !== undefined);

/** Spans of a mention: nested, overlapping, discontinuous, across sentences: whatever falls. */
function mentionSpans(length: number): fc.Arbitrary<Span[]> {
  return fc.oneof({ weight: 4, arbitrary: disjoint(0, length, 1) }, { weight: 1, arbitrary: disjoint(0, length, 2) });
}

export interface Annotated {
  readonly text: string;
  readonly document: AnnotationDocument;
}

/** A text with sentences, tokens, and mentions and relations of every kind that a document may hold. */
export const annotated: fc.Arbitrary<Annotated> = texts.chain((text) =>
  disjoint(0, text.length, 3)
    .chain((sentences) =>
      fc.tuple(
        ...sentences.map((sentence) =>
          fc
            .tuple(
              disjoint(sentence.startChar, sentence.endChar, 4),
              fc.constantFrom('new' as const, 'in-progress' as const, 'done' as const, 'skipped' as const),
            )
            .map(([tokens, state]): Sentence => ({ ...sentence, state, tokens })),
        ),
      ),
    )
    .chain((sentences) =>
      fc
        .tuple(
          fc.array(fc.tuple(fc.constantFrom(...ENTITIES), mentionSpans(text.length), decisions), { maxLength: 8 }),
          fc.array(fc.tuple(fc.constantFrom(...RELATIONS), fc.nat(), fc.nat(), decisions), { maxLength: 6 }),
        )
        .map(([mentionsMade, relationsMade]) => {
          const mentions = new Map<string, Mention>();
          for (const [type, spans, decision] of mentionsMade) {
            if (spans.length === 0) continue;
            const id = mentionId(type, spans, (taken) => mentions.has(taken));
            mentions.set(id, { ...makeMention(text, id, type, spans, 'accepted'), ...decision });
          }
          const ids = [...mentions.keys()];
          const relations = new Map<string, Relation>();
          for (const [type, from, to, decision] of ids.length === 0 ? [] : relationsMade) {
            const [head, tail] = [ids[from % ids.length]!, ids[to % ids.length]!];
            const id = relationId(type, head, tail, (taken) => relations.has(taken));
            relations.set(id, { id, type, head, tail, ...decision });
          }
          return { text, document: { text: textReference('text.txt', text), sentences, mentions, relations } };
        }),
    ),
);
