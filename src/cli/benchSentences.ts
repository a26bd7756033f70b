import { join } from 'node:path';
import { isFile } from '../files/folders';
import { readDataSet } from './dataSet';
import { INSTALLATION } from './installation';

/** Sentences to measure with, as tokens. */
export interface BenchSentences {
  /** What they are, as people read it. */
  readonly name: string;
  readonly sentences: readonly (readonly string[])[];
}

/** Where CoNLL04 lies beside the checkout, on the machines that this project is developed on. */
const CONLL04_TEST = join(INSTALLATION, '..', 'shared', 'data', 'conll04', 'conll04_test.json');

/**
 * The sentences of a data set: the one named, else CoNLL04's test set where it is there, else made-up ones of the same lengths.
 * Errors: those of `readDataSet`.
 */
export async function benchSentences(path: string | undefined): Promise<BenchSentences> {
  const file = path ?? ((await isFile(CONLL04_TEST)) ? CONLL04_TEST : undefined);
  if (file === undefined) return { name: 'made-up sentences with the lengths of the CoNLL04 test set', sentences: madeUp() };
  const sentences = (await readDataSet(file)).sentences.map(({ tokens }) => tokens);
  return { name: file === CONLL04_TEST ? 'the CoNLL04 test set' : file, sentences };
}

/** One sentence of exactly this many words: those of all sentences, one after the other, from the start again where they run out. */
export function sentenceOfLength(words: number, { sentences }: BenchSentences): readonly string[] {
  const all = sentences.flat();
  return Array.from({ length: words }, (_, index) => all[index % all.length] ?? '.');
}

/** Lengths of the CoNLL04 test set's sentences: every twentieth of the 288, in order of length. */
const LENGTHS = [2, 6, 13, 19, 21, 23, 25, 27, 29, 31, 34, 38, 42, 49, 61];
const COUNT = 288;
const WORDS =
  'the a of in and to said was for that on by with from at his has are were had who its as Maria Alvarez Lisbon Northwind Shipping Oskar Lindqvist Valparaiso Bremen Harbour Institute minister police company Tuesday March 1998 killed lives works born head office director spokeswoman city northern , , , . percent million'.split(
    ' ',
  );

/** The same on every machine. */
function madeUp(): readonly (readonly string[])[] {
  let state = 1;
  // The multiplier of Lehmer's generator ("minimal standard", Park and Miller 1988).
  const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  return Array.from({ length: COUNT }, (_, index) => {
    const length = LENGTHS[index % LENGTHS.length] ?? 1;
    return Array.from({ length }, () => WORDS[next(WORDS.length)] ?? '.');
  });
}
