import { hash } from 'node:crypto';
import type { Span } from '../text/span';
import type { AnnotationDocument } from './document';

/** RFC 4648 base32, in lower case. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 8;
/** Of a hash, as many as make the bits of an id: 5 a character, 4 a digit. */
const HEX_DIGITS = (LENGTH * 5) / 4;

/** The characters of ten bits: a data set has as many ids to make as it has items. */
const PAIRS = Array.from(ALPHABET, (first) => Array.from(ALPHABET, (second) => first + second)).flat();

/** Whether an id is already in use. */
export type Taken = (id: string) => boolean;

/** The ids that stand in a document, mentions' and relations' alike. */
export function takenIn(document: AnnotationDocument): Taken {
  return (id) => document.mentions.has(id) || document.relations.has(id);
}

/**
 * The id of a mention that is made now: derived from its type and spans, so that two people who add the same mention get the same id.
 * An item keeps its id when it changes later; that is why the id can be taken by one that looks different now.
 */
export function mentionId(type: string, spans: readonly Span[], taken: Taken): string {
  return firstFree(['mention', type, spans.map((span) => [span.startChar, span.endChar])], taken);
}

/** The id of a relation that is made now, derived from its type and the ids of its mentions. */
export function relationId(type: string, head: string, tail: string, taken: Taken): string {
  return firstFree(['relation', type, head, tail], taken);
}

/** Hashes `made`; while the id is taken, hashes it again with 1, 2, ... appended. */
function firstFree(made: readonly unknown[], taken: Taken): string {
  let id = hashed(made);
  for (let salt = 1; taken(id); salt += 1) id = hashed([...made, salt]);
  return id;
}

/** The first 8 characters of the base32 of the SHA-256 of the value's JSON in UTF-8: the leading 40 bits, five at a time. */
function hashed(value: readonly unknown[]): string {
  const bits = Number.parseInt(hash('sha256', JSON.stringify(value)).slice(0, HEX_DIGITS), 16);
  const [high, low] = [Math.floor(bits / 2 ** 20), bits % 2 ** 20];
  return `${PAIRS[high >>> 10] ?? ''}${PAIRS[high & 1023] ?? ''}${PAIRS[low >>> 10] ?? ''}${PAIRS[low & 1023] ?? ''}`;
}
