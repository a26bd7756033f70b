import { agreement, type Agreement, type ByType, type Overlap, type Overlaps } from '../annotation/compare/agreement';
import { paired, type Pairing } from '../annotation/compare/pairing';
import { counted } from '../annotation/names';
import { isSymmetric, type Schema } from '../annotation/schema';
import { SpangridError } from '../errors';
import { columns } from './columns';
import { command, usageError } from './command';
import { parseChoice } from './modelOptions';
import { type SourceText, sourceTexts } from '../exchange/sourceTexts';

/** So many sentences are listed that differ. */
const SHOWN = 10;

/** Says how far several people's annotations agree. */
export const agree = command({
  name: 'agree',
  summary: 'says how far the annotations of several people agree',
  usage: 'A B [C...] [OPTION...]',
  takesWords: true,
  options: {
    sentences: {
      type: 'string',
      value: 'WHICH',
      help: 'done: those that both people have marked as done; all: those that neither has skipped (default: done)',
    },
    json: { type: 'boolean', help: 'print everything as JSON, F1 in percent' },
  },
  notes: [
    'Each of A, B, ... is what one person made: an annotation file, a folder of them, or a data file. Equal texts are compared sentence by sentence; sentences of other texts by their words.',
    "Kappa (Cohen 1960) and alpha (Krippendorff 2011, nominal) are of the tokens' labels in BIO. F1 is over mentions and relations: strict (mentions: words and type; relations: type, direction, and the words and types of both ends) and boundary (mentions: words; relations: type, direction and words). Where somebody says that a thing is not there, chance-corrected figures count it, F1 does not.",
    'Exit code: 0, also where people differ; 2 where a file cannot be read or no sentence can be compared.',
  ],
  async run(values, paths, terminal) {
    const sentences = parseChoice('sentences', ['done', 'all'], values.sentences) ?? 'done';
    if (paths.length < 2) throw usageError('agree', 'Name what two people or more made');
    const people = await Promise.all(paths.map(read));
    const pairing = paired(people);
    const schemas = people.flat().flatMap(({ schema }) => schema ?? []);
    const result = agreement(pairing.units, people.length, { sentences, isSymmetric: symmetricIn(schemas) });
    if (result.sentences === 0) throw nothingToCompare(pairing, sentences);
    for (const line of remarks(paths, pairing)) terminal.say(line);
    terminal.print(values.json === true ? `${JSON.stringify(toJson(paths, pairing, result), undefined, 1)}\n` : toText(paths, result));
    return 0;
  },
});

async function read(path: string): Promise<readonly SourceText[]> {
  const texts: SourceText[] = [];
  for await (const text of sourceTexts([path])) texts.push(text);
  return texts;
}

function symmetricIn(schemas: readonly Schema[]): (type: string) => boolean {
  return (type) => schemas.some(({ relations }) => isSymmetric(relations, type));
}

function nothingToCompare({ units, alone }: Pairing, sentences: 'done' | 'all'): SpangridError {
  if (units.length === 0) {
    const counts = alone.map((count) => counted(count, 'sentence')).join(' and ');
    return new SpangridError(
      'data.invalid',
      `There is no sentence that two of them have: ${counts} are of other texts. Name annotations of the same texts.`,
    );
  }
  const have = `two of them have ${counted(units.length, 'sentence')}`;
  return new SpangridError(
    'data.invalid',
    sentences === 'done'
      ? `There is nothing to compare: ${have}, but none that both have marked as done. With --sentences all, those that are not done count, too.`
      : `There is nothing to compare: ${have}, but none that both have not skipped.`,
  );
}

function remarks(paths: readonly string[], { byWords, alone }: Pairing): readonly string[] {
  const names = byWords.length > 3 ? `${byWords.slice(0, 3).join(', ')} and ${String(byWords.length - 3)} more` : byWords.join(', ');
  return [
    ...(byWords.length === 0
      ? []
      : [`Nobody else has the very text of ${names}: their sentences are compared with those of the same words.`]),
    ...paths.flatMap((path, at) =>
      (alone[at] ?? 0) === 0 ? [] : [`${path}: ${counted(alone[at] ?? 0, 'sentence')} that nobody else has`],
    ),
  ];
}

const TASKS = ['mentions', 'relations'] as const;
const MATCHES = ['strict', 'boundary'] as const;

function toJson(paths: readonly string[], { alone }: Pairing, { alpha, pairs, ...rest }: Agreement): object {
  return {
    people: paths,
    sentences: rest.sentences,
    alone,
    alpha: plain(alpha, rounded),
    pairs: pairs.map(({ first, second, sentences, tokens, kappa, mentions, relations }) => ({
      first: paths[first],
      second: paths[second],
      sentences,
      tokens,
      kappa: plain(kappa, rounded),
      mentions: overlapsJson(mentions),
      relations: overlapsJson(relations),
    })),
    differing: rest.differing,
  };
}

function overlapsJson(overlaps: Overlaps): object {
  const short = ({ precision, recall, f1, ...counts }: Overlap): object => ({
    precision: Number(precision.toFixed(2)),
    recall: Number(recall.toFixed(2)),
    f1: Number(f1.toFixed(2)),
    ...counts,
  });
  return Object.fromEntries(MATCHES.map((match) => [match, plain(overlaps[match], short)]));
}

function plain<T>({ all, types }: ByType<T>, value: (of: T) => unknown): object {
  return { all: value(all), types: Object.fromEntries([...types].map(([type, of]) => [type, value(of)])) };
}

/** Null where there is nothing to agree on: JSON has no undefined. */
function rounded(coefficient: number | undefined): number | null {
  return coefficient === undefined ? null : Number(coefficient.toFixed(4));
}

function toText(paths: readonly string[], { sentences, alpha, pairs, differing, unlabelled }: Agreement): string {
  const parts: string[] = [];
  if (paths.length > 2)
    parts.push(
      `All ${String(paths.length)}, ${counted(sentences, 'sentence')} that two or more have decided\n${columns([['', 'alpha'], ...coefficientRows(alpha)], 1)}`,
    );
  for (const { first, second, ...pair } of pairs) {
    const title = `${paths[first] ?? ''} and ${paths[second] ?? ''}, ${counted(pair.sentences, 'sentence')}, ${counted(pair.tokens, 'token')}`;
    const labels = paths.length > 2 ? [['', 'kappa'], ...coefficientRows(pair.kappa)] : bothCoefficients(pair.kappa, alpha);
    const rows = [['', 'P', 'R', 'F1', 'same', 'first', 'second']];
    for (const task of TASKS)
      for (const match of MATCHES) {
        const { all, types } = pair[task][match];
        rows.push(overlapRow(`${task}, ${match}`, all), ...[...types].map(([type, of]) => overlapRow(`  ${type}`, of)));
      }
    parts.push(`${title}\n\n${columns(labels, 1)}\n\n${columns(rows, 1)}`);
  }
  if (unlabelled > 0)
    parts.push(`${counted(unlabelled, 'mention')} inside a longer one, or of no token: no label of a token, so not in kappa and alpha.`);
  if (differing.length > 0) {
    const lines = differing
      .slice(0, SHOWN)
      .map(({ where, words, differences }) => [`  ${where}`, String(differences), words.replaceAll(/\s+/gu, ' ')]);
    parts.push(`${counted(differing.length, 'sentence')} with differences, most first:\n${columns(lines)}`);
  }
  return `${parts.join('\n\n')}\n`;
}

type Coefficients = ByType<number | undefined>;

function coefficientRows({ all, types }: Coefficients): string[][] {
  return [['token labels', shown(all)], ...[...types].map(([type, of]) => [`  ${type}`, shown(of)])];
}

function bothCoefficients(kappa: Coefficients, alpha: Coefficients): string[][] {
  const alphas = coefficientRows(alpha);
  return [['', 'kappa', 'alpha'], ...coefficientRows(kappa).map((row, at) => [...row, alphas[at]?.[1] ?? ''])];
}

function shown(coefficient: number | undefined): string {
  return coefficient === undefined ? '-' : coefficient.toFixed(3);
}

function overlapRow(name: string, { precision, recall, f1, first, second, firstMatched }: Overlap): string[] {
  return [name, ...[precision, recall, f1].map((value) => value.toFixed(2)), ...[firstMatched, first, second].map(String)];
}
