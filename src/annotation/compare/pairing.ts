import type { AnnotationDocument } from '../document';
import { textHash } from '../textHash';
import { overTokens, type Reading, readingsOf } from './reading';

/** A text as one person annotated it. */
export interface SourceOfOne {
  /** As people find it. */
  readonly name: string;
  readonly text: string;
  readonly document: AnnotationDocument;
}

/** One sentence, as each of several people read it; undefined where somebody has not. */
export interface Unit {
  /** As people find it. */
  readonly where: string;
  readonly readings: readonly (Reading | undefined)[];
}

/** Which sentences of several people are the same. */
export interface Pairing {
  /** Those that at least two people have, in the order of the first that has them. */
  readonly units: readonly Unit[];
  /** Names of texts that are others for somebody, or that somebody does not have: their sentences were paired by their words. */
  readonly byWords: readonly string[];
  /** How many sentences each person has that nobody else does. */
  readonly alone: readonly number[];
}

/**
 * Pairs sentences of several people. Where texts are equal (of several equal ones, those of the same name), by where the sentences stand;
 * where no other person has a text, by their tokens: the second sentence of certain tokens is everybody's second.
 * @param people the texts of each
 */
export function paired(people: readonly (readonly SourceOfOne[])[]): Pairing {
  const keys = textKeys(people);
  const times = new Map<string, number>();
  for (const key of keys.flat()) times.set(key, (times.get(key) ?? 0) + 1);
  const units = new Map<string, { where: string; readings: (Reading | undefined)[] }>();
  const byWords = new Set<string>();
  for (const [person, texts] of people.entries()) {
    const seen = new Map<string, number>();
    for (const [at, { name, text, document }] of texts.entries()) {
      const textKey = keys[person]?.[at] ?? '';
      const isShared = (times.get(textKey) ?? 0) > 1;
      if (!isShared) byWords.add(name);
      for (const read of readingsOf(text, document)) {
        const sentence = document.sentences[read.index];
        const reading = isShared ? read : overTokens(read);
        let key = `${textKey} ${String(sentence?.startChar)} ${String(sentence?.endChar)}`;
        if (!isShared) {
          const words = JSON.stringify(tokensOf(reading));
          const before = seen.get(words) ?? 0;
          seen.set(words, before + 1);
          key = `${words} ${String(before)}`;
        }
        const unit = units.get(key) ?? { where: `${name}, sentence ${String(read.index + 1)}`, readings: people.map(() => undefined) };
        unit.readings[person] = reading;
        units.set(key, unit);
      }
    }
  }
  const having = ({ readings }: Unit): number => readings.filter((reading) => reading !== undefined).length;
  const all = [...units.values()];
  return {
    units: all.filter((unit) => having(unit) > 1),
    byWords: [...byWords],
    alone: people.map((_, person) => all.filter((unit) => unit.readings[person] !== undefined && having(unit) === 1).length),
  };
}

/** The same for the texts of several people that are the same text; a text's content may stand under several names. */
function textKeys(people: readonly (readonly SourceOfOne[])[]): readonly (readonly string[])[] {
  const hashes = people.map((texts) => texts.map(({ text }) => textHash(text)));
  const named = new Map<string, number>();
  const nameOf = (person: number, at: number): string => `${hashes[person]?.[at] ?? ''} ${people[person]?.[at]?.name ?? ''}`;
  for (const [person, texts] of people.entries())
    for (const key of new Set(texts.map((_, at) => nameOf(person, at)))) named.set(key, (named.get(key) ?? 0) + 1);
  return people.map((texts, person) => {
    const others = new Map<string, number>();
    const taken = new Set<string>();
    return texts.map((_, at) => {
      const own = nameOf(person, at);
      if ((named.get(own) ?? 0) > 1 && !taken.has(own)) {
        taken.add(own);
        return own;
      }
      const hash = hashes[person]?.[at] ?? '';
      const count = others.get(hash) ?? 0;
      others.set(hash, count + 1);
      return `${hash} #${String(count)}`;
    });
  });
}

function tokensOf({ words, tokens }: Reading): readonly string[] {
  return tokens.map(({ startChar, endChar }) => words.slice(startChar, endChar));
}
