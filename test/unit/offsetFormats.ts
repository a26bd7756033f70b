import fc from 'fast-check';
import { expect } from 'vitest';
import type { AnnotationDocument, Item } from '../../src/annotation/document';
import { checkOffsets, fromJson, toJson } from '../../src/annotation/json';
import { tokensOf } from '../../src/annotation/placement';
import type { Schema } from '../../src/annotation/schema';
import { schemaOf } from '../../src/annotation/schema';
import type { Format } from '../../src/formats/format';
import { readWhole, writeWhole } from './wholeFiles';
import { annotated, ENTITIES, RELATIONS, type Annotated } from './annotationArbitraries';

/* What the tests of formats with offsets share. */

export const SCHEMA: Schema = schemaOf(
  Object.fromEntries(ENTITIES.map((type) => [type, {}])),
  Object.fromEntries(RELATIONS.map((type) => [type, {}])),
);

/** Mentions as "Peop 3-12 'Bob Smith'" and relations as "Live_In 3-12 22-35", with what is special about them. */
export function itemsOf({ mentions, relations }: AnnotationDocument): string[] {
  const place = (id: string): string =>
    mentions
      .get(id)!
      .spans.map(({ startChar, endChar }) => `${startChar}-${endChar}`)
      .join('+');
  const about = ({ status, score, model, note }: Item): string =>
    [
      status === 'accepted' ? '' : ` ${status}`,
      score === undefined ? '' : ` ${score}`,
      model === undefined ? '' : ` by ${model}`,
      note ? ` (${note})` : '',
    ].join('');
  return [
    ...Array.from(mentions.values(), (mention) => `${mention.type} ${place(mention.id)} '${mention.text}'${about(mention)}`),
    ...Array.from(relations.values(), (relation) => `${relation.type} ${place(relation.head)} ${place(relation.tail)}${about(relation)}`),
  ].sort();
}

/** What must hold of every document that was read. */
export function checkDocument(text: string, document: AnnotationDocument): void {
  fromJson(toJson(document), 'the document');
  checkOffsets(document, text, 'the document');
  for (const mention of document.mentions.values()) {
    const holder = document.sentences.find(
      ({ startChar, endChar }) => startChar <= mention.spans[0]!.startChar && mention.spans.at(-1)!.endChar <= endChar,
    );
    if (holder !== undefined && mention.spans.length === 1) expect(typeof tokensOf(mention, holder)).toBe('object');
  }
}

export interface Fidelity {
  /** What of its status, score, model and note the format does not hold. */
  readonly simplified: (item: Item) => object;
  /** The kinds of loss by which a mention is not left out but changed. */
  readonly changes?: RegExp;
  /** Names an export's data file. */
  readonly file: string;
}

/**
 * Export then import gives back the document, up to what the losses say; doing so again changes nothing any more.
 * A loss is of mentions, of relations, or of what stands beside them.
 */
export function checkFidelity(format: Format, { simplified, changes, file }: Fidelity, texts: fc.Arbitrary<Annotated> = annotated): void {
  const through = (text: Annotated): { back: Annotated; losses: ReadonlyMap<string, number> } => {
    const { files, losses } = writeWhole(format, [text], SCHEMA, file);
    const read = readWhole(format, files);
    expect(read.texts).toHaveLength(1);
    return { back: read.texts[0]!, losses: new Map(losses.map(({ what, count }) => [what, count])) };
  };
  fc.assert(
    fc.property(texts, (original) => {
      const { back, losses } = through(original);
      checkDocument(back.text, back.document);
      const plain = (document: AnnotationDocument): AnnotationDocument => ({
        ...document,
        mentions: new Map([...document.mentions].map(([id, mention]) => [id, { ...mention, ...simplified(mention) }])),
        relations: new Map([...document.relations].map(([id, relation]) => [id, { ...relation, ...simplified(relation) }])),
      });
      const [before, after] = [itemsOf(plain(original.document)), itemsOf(plain(back.document))];
      const leftOut = [...losses]
        .filter(([what]) => /^(?:rejected )?(?:mentions|relations|discontinuous mentions)\b/.test(what))
        .reduce((sum, [, count]) => sum + count, 0);
      expect(after.length).toBe(before.length - leftOut);
      const isChanged = changes !== undefined && [...losses.keys()].some((what) => changes.test(what));
      if (!isChanged) {
        const rest = [...before];
        for (const item of after) {
          expect(rest).toContain(item);
          rest.splice(rest.indexOf(item), 1);
        }
        expect(back.text).toBe(original.text);
      }
      if (losses.size === 0)
        expect(back.document.sentences.map(({ state: _, ...spans }) => spans)).toEqual(
          expect.arrayContaining(original.document.sentences.map(({ state: _, ...spans }) => spans)),
        );

      const again = through(back);
      expect([...again.losses]).toEqual([]);
      expect(again.back.text).toBe(back.text);
      expect(itemsOf(again.back.document)).toEqual(itemsOf(back.document));
      expect(again.back.document.sentences).toEqual(back.document.sentences);
    }),
    { numRuns: 300 },
  );
}
