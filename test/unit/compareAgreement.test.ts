import { describe, expect, test } from 'vitest';
import { agreement, type Overlap } from '../../src/annotation/compare/agreement';
import { cohensKappa, krippendorffsAlpha } from '../../src/annotation/compare/coefficients';
import { paired, type SourceOfOne } from '../../src/annotation/compare/pairing';
import type { AnnotationDocument, SentenceState, Status } from '../../src/annotation/document';
import { documentOf, source, TEXT } from './comparing';

/** Pairs of labels from a table of counts, a row for each label of the first person. */
function pairsOf(table: readonly (readonly number[])[]): [string, string][] {
  return table.flatMap((row, one) =>
    row.flatMap((count, other) => Array.from({ length: count }, (): [string, string] => [`${one}`, `${other}`])),
  );
}

describe("Cohen's kappa", () => {
  test('of the second table in Cohen 1960: p_o = 140 / 200, p_e = (100 x 120 + 60 x 60 + 40 x 20) / 200² = .41, so .29 / .59', () => {
    const table = [
      [88, 10, 2],
      [14, 40, 6],
      [18, 10, 12],
    ];
    expect(cohensKappa(pairsOf(table))).toBeCloseTo(0.29 / 0.59, 12);
  });

  test('of the first table in Cohen 1960, where people agree less than by chance: (.29 - .35) / (1 - .35)', () => {
    const table = [
      [25, 13, 12],
      [12, 2, 16],
      [3, 15, 2],
    ];
    expect(cohensKappa(pairsOf(table))).toBeCloseTo(-0.06 / 0.65, 12);
  });

  test('is 1 where all is equal, and undefined where there is nothing to tell apart', () => {
    expect(cohensKappa(pairsOf([[3, 0], [0, 4]]))).toBe(1); // prettier-ignore
    expect(cohensKappa(pairsOf([[7]]))).toBeUndefined();
    expect(cohensKappa([])).toBeUndefined();
  });
});

describe("Krippendorff's alpha", () => {
  test('of two observers, in Krippendorff 2011, example B: .692', () => {
    const [ben, gerry] = ['aabbdcccedda', 'babbbccceddd'];
    // Coincidences off the diagonal: a-b, b-a, b-d, d-b, a-d, d-a, each once for 3 of 12 units: D_o = 6 of 24 values. By label a 4, b 6,
    // c 6, d 6, e 2: 24² - (16 + 36 + 36 + 36 + 4) = 448. So 1 - 23 x 6 / 448.
    const alpha = krippendorffsAlpha([...ben].map((label, at) => [label, gerry[at] ?? '']));
    expect(alpha).toBeCloseTo(1 - (23 * 6) / 448, 12);
    expect(alpha).toBeCloseTo(0.692, 3);
  });

  test('of four observers who left some units out, in Krippendorff 2011, example C: .743', () => {
    const observers = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'];
    const units = Array.from({ length: 12 }, (_, at) => observers.map((labels) => labels[at] ?? '').filter((label) => label !== '.'));
    expect(krippendorffsAlpha(units)).toBeCloseTo(0.743, 3);
  });

  test('is undefined where there is nothing to tell apart', () => {
    expect(krippendorffsAlpha([['a', 'a'], ['b']])).toBeUndefined();
  });
});

describe('agreement of documents', () => {
  const f1 = ({ first, firstMatched, second, secondMatched }: Overlap): string => `${firstMatched}/${first} ${secondMatched}/${second}`;
  const compared = (
    people: readonly (readonly SourceOfOne[])[],
    options: Parameters<typeof agreement>[2] = { sentences: 'done' },
  ): ReturnType<typeof agreement> => agreement(paired(people).units, people.length, options);
  const two = (first: AnnotationDocument, second: AnnotationDocument, options?: Parameters<typeof agreement>[2]) =>
    compared([[source(first)], [source(second)]], options);

  test('tokens have BIO labels: one boundary is one difference', () => {
    // Ann Berg met Bob in Rome . -> 7 tokens: B I O B O B O against B O O B O B O.
    const first = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'], states: ['done', 'new'] });
    const second = documentOf({ mentions: ['Peop Ann', 'Peop Bob', 'Loc Rome'], states: ['done', 'new'] });
    const [pair] = two(first, second).pairs;
    expect([pair?.sentences, pair?.tokens]).toEqual([1, 7]);
    // p_o = 6/7; p_e = (O 3x4 + B-Peop 2x2 + I-Peop 1x0 + B-Loc 1x1) / 49 = 17/49.
    expect(pair?.kappa.all).toBeCloseTo((6 / 7 - 17 / 49) / (1 - 17 / 49), 12);
    expect(pair?.kappa.types.get('Loc')).toBe(1);
    expect(f1(pair!.mentions.strict.all)).toBe('2/3 2/3');
  });

  test('mentions: strict has words and type, boundary the words; by type, too', () => {
    const first = documentOf({ mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'] });
    const second = documentOf({ mentions: ['Org Ann Berg', 'Peop Bob', 'Loc in Rome', 'Loc Lisbon'] });
    const { strict, boundary } = two(first, second).pairs[0]!.mentions;
    expect(f1(strict.all)).toBe('1/3 1/4');
    expect(strict.all.recall).toBeCloseTo(100 / 3, 9);
    expect(strict.all.precision).toBe(25);
    expect(strict.all.f1).toBeCloseTo(200 / 7, 9);
    expect(f1(boundary.all)).toBe('2/3 2/4');
    expect([...strict.types].map(([type, of]) => `${type} ${f1(of)}`)).toEqual(['Loc 0/1 0/2', 'Org 0/0 0/1', 'Peop 1/2 1/1']);
    expect([...boundary.types].map(([type, of]) => `${type} ${f1(of)}`)).toEqual(['Loc 0/1 0/2', 'Org 0/0 1/1', 'Peop 2/2 1/1']);
  });

  test('relations: strict has ends of the same types, too; a symmetric one has no direction', () => {
    const first = documentOf({
      mentions: ['Peop Ann Berg', 'Peop Bob', 'Loc Rome'],
      relations: ['Met Ann Berg > Bob', 'Live_In Bob > Rome'],
    });
    const second = documentOf({
      mentions: ['Peop Ann Berg', 'Peop Bob', 'Org Rome'],
      relations: ['Met Bob > Ann Berg', 'Live_In Bob > Rome'],
    });
    const plain = two(first, second).pairs[0]!.relations;
    expect([f1(plain.strict.all), f1(plain.boundary.all)]).toEqual(['0/2 0/2', '1/2 1/2']);
    const { strict, boundary } = two(first, second, { sentences: 'done', isSymmetric: (type) => type === 'Met' }).pairs[0]!.relations;
    expect([f1(strict.all), f1(boundary.all)]).toEqual(['1/2 1/2', '2/2 2/2']);
  });

  test('counts what is done by both, or all that neither skipped; of a done sentence no suggestion, and nothing rejected', () => {
    const states = (...all: SentenceState[]): { states: SentenceState[] } => ({ states: all });
    const first = documentOf({ mentions: ['Peop Ann Berg', 'Loc Lisbon'], ...states('done', 'in-progress') });
    const second = documentOf({ mentions: ['Peop Ann Berg', 'Loc Lisbon'], ...states('done', 'new') });
    expect(f1(two(first, second).pairs[0]!.mentions.strict.all)).toBe('1/1 1/1');
    expect(f1(two(first, second, { sentences: 'all' }).pairs[0]!.mentions.strict.all)).toBe('2/2 2/2');
    const skipped = documentOf({ mentions: ['Peop Ann Berg', 'Loc Lisbon'], ...states('skipped', 'new') });
    expect(two(first, skipped, { sentences: 'all' }).sentences).toBe(1);
    const left = (status: Status): AnnotationDocument => documentOf({ mentions: ['Peop Ann Berg'], status, ...states('done', 'new') });
    expect(f1(two(first, left('suggested')).pairs[0]!.mentions.strict.all)).toBe('0/1 0/0');
    expect(f1(two(first, left('rejected')).pairs[0]!.mentions.strict.all)).toBe('0/1 0/0');
  });

  test('of three people: alpha over all, each pair by itself, over the sentences that it has decided', () => {
    const one = documentOf({ mentions: ['Peop Ann Berg', 'Loc Lisbon'] });
    const other = documentOf({ mentions: ['Peop Ann Berg', 'Org Lisbon'] });
    const third = documentOf({ mentions: ['Peop Ann Berg'], states: ['done', 'new'] });
    const { alpha, pairs, sentences, differing } = compared([[source(one)], [source(other)], [source(third)]]);
    expect(sentences).toBe(2);
    expect(pairs.map(({ first, second, sentences: both }) => [first, second, both])).toEqual([
      [0, 1, 2],
      [0, 2, 1],
      [1, 2, 1],
    ]);
    // 7 tokens by three, 5 by two ("She lives in Lisbon ."): 31 values, of which O 15 + 8, B-Peop 3, I-Peop 3, B-Loc 1, B-Org 1; one unit
    // differs: D_o = 2. So 1 - 30 x 2 / (31² - 23² - 9 - 9 - 1 - 1).
    expect(alpha.all).toBeCloseTo(1 - 60 / (961 - 529 - 20), 12);
    expect(differing).toEqual([{ where: 'a.txt, sentence 2', words: 'She lives in Lisbon.', differences: 2 }]);
  });

  test('of mentions that overlap, the longest labels the token, and what has no label is counted', () => {
    const nested = documentOf({ mentions: ['Peop Ann Berg', 'Loc Berg'] });
    const { unlabelled, pairs } = two(nested, nested);
    expect(unlabelled).toBe(2);
    expect([...pairs[0]!.kappa.types.keys()]).toEqual(['Peop']);
    expect(f1(pairs[0]!.mentions.strict.all)).toBe('2/2 2/2');
  });
});

describe('sentences are paired', () => {
  test('by place in equal texts, whatever these are called, and of equal texts by name', () => {
    const ann = documentOf({ mentions: ['Peop Ann Berg'] });
    const bob = documentOf({ mentions: ['Peop Bob'] });
    const { units, byWords, alone } = paired([[source(ann, 'x.txt'), source(bob, 'y.txt')], [source(bob, 'y.txt')]]);
    expect(byWords).toEqual(['x.txt']);
    expect(alone).toEqual([2, 0]);
    expect(units.map(({ where, readings }) => [where, ...readings.map((one) => one?.mentions.length)])).toEqual([
      ['y.txt, sentence 1', 1, 1],
      ['y.txt, sentence 2', 0, 0],
    ]);
    expect(paired([[source(ann, 'x.txt')], [source(ann, 'other.txt')]]).byWords).toEqual([]);
  });

  test('by their tokens in others, with positions among the tokens; the second of the same words is the second', () => {
    const spaced = TEXT.replace('in Rome.', 'in  \n Rome .').replace('She lives', 'Ann left.\nShe  lives');
    const first = documentOf({ mentions: ['Loc Rome', 'Loc Lisbon'] });
    const second = documentOf({ text: spaced, mentions: ['Loc Rome', 'Loc Lisbon'], states: ['done', 'done', 'done'] });
    const { units, alone, byWords } = paired([[source(first)], [source(second, 'b.txt', spaced)]]);
    expect([units.length, alone, byWords]).toEqual([2, [0, 1], ['a.txt', 'b.txt']]);
    expect(agreement(units, 2, { sentences: 'done' }).pairs[0]?.mentions.strict.all.f1).toBe(100);
    const twice = 'Yes. Yes. ';
    const repeated = paired([
      [source(documentOf({ text: twice, mentions: [], states: ['done', 'new'] }), 'a.txt', twice)],
      [source(documentOf({ text: twice.trim(), mentions: [], states: ['done', 'new'] }), 'a.txt', twice.trim())],
    ]);
    expect(repeated.units.map(({ readings }) => readings.map((reading) => reading?.state))).toEqual([
      ['done', 'done'],
      ['new', 'new'],
    ]);
  });
});
