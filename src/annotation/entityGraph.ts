import type { AnnotationDocument, Mention, Relation } from './document';
import { extent, isLost } from './document';
import { compareMentions, compareRelations, compareText } from './order';
import { oneLine } from './outline';
import { isSymmetric, type Schema } from './schema';
import type { Span } from '../text/span';

/** An entity: all mentions of one type with the same words. */
export interface EntityNode {
  readonly type: string;
  readonly words: string;
  /** Their ids, in document order. */
  readonly mentions: readonly string[];
}

/** All relations of one type between two entities, by their indices. */
export interface EntityEdge {
  readonly type: string;
  readonly head: number;
  readonly tail: number;
  /** Whether it has no direction. */
  readonly symmetric: boolean;
  readonly relations: readonly string[];
}

export interface EntityGraph {
  /** Those with the most relations first. */
  readonly nodes: readonly EntityNode[];
  readonly edges: readonly EntityEdge[];
  /** Entities that were left out because there are too many. */
  readonly omitted: number;
}

/** More entities make no picture that can be read. */
const MAX_NODES = 120;

/** The entities of a document, or of a stretch of it, and how they are related. What is rejected or lost is not in it. */
export function entityGraph(document: AnnotationDocument, { relations: types }: Schema, within?: Span): EntityGraph {
  const entities = new Map<string, Mention[]>();
  const keys = new Map<string, string>();
  for (const mention of [...document.mentions.values()].filter((one) => stands(one, within)).sort(compareMentions)) {
    const key = JSON.stringify([mention.type, oneLine(mention.text)]);
    keys.set(mention.id, key);
    entities.set(key, [...(entities.get(key) ?? []), mention]);
  }
  const joined = new Map<string, { readonly ends: readonly [string, string]; readonly relations: Relation[] }>();
  for (const relation of [...document.relations.values()].sort(compareRelations(document.mentions))) {
    const [head, tail] = [keys.get(relation.head), keys.get(relation.tail)];
    if (relation.status === 'rejected' || head === undefined || tail === undefined) continue;
    const isTurned = isSymmetric(types, relation.type) && compareText(head, tail) > 0;
    const ends: readonly [string, string] = isTurned ? [tail, head] : [head, tail];
    const key = JSON.stringify([relation.type, ...ends]);
    const edge = joined.get(key) ?? { ends, relations: [] };
    edge.relations.push(relation);
    joined.set(key, edge);
  }
  const degrees = new Map<string, number>();
  for (const { ends, relations } of joined.values()) for (const end of ends) degrees.set(end, (degrees.get(end) ?? 0) + relations.length);
  const ordered = [...entities].sort(
    ([a, one], [b, other]) => (degrees.get(b) ?? 0) - (degrees.get(a) ?? 0) || other.length - one.length || compareText(a, b),
  );
  const shown = ordered.slice(0, MAX_NODES);
  const indices = new Map(shown.map(([key], index) => [key, index]));
  return {
    nodes: shown.map(([, mentions]) => ({
      type: mentions[0]?.type ?? '',
      words: oneLine(mentions[0]?.text ?? ''),
      mentions: mentions.map(({ id }) => id),
    })),
    edges: [...joined.values()].flatMap(({ ends: [from, to], relations }): EntityEdge[] => {
      const [head, tail, type] = [indices.get(from), indices.get(to), relations[0]?.type ?? ''];
      if (head === undefined || tail === undefined) return [];
      return [{ type, head, tail, symmetric: isSymmetric(types, type), relations: relations.map(({ id }) => id) }];
    }),
    omitted: ordered.length - shown.length,
  };
}

function stands(mention: Mention, within: Span | undefined): boolean {
  if (mention.status === 'rejected' || isLost(mention)) return false;
  const { startChar, endChar } = extent(mention);
  return within === undefined || (startChar >= within.startChar && endChar <= within.endChar);
}
