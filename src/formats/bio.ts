import type { TokenMention, TokenSentence } from '../annotation/tokenSentence';
import { cell, CHANGED, columnsOf, typeCell, withoutOverlaps } from './columns';
import type { AnnotatedText, Format, Reader } from './format';
import type { Intake } from './intake';
import { ORIG_IDS, totalLosses, type Loss } from './losses';
import { lineReader, type Line } from './pieces';
import { unknownType } from './records';
import { SentenceTexts, toTokenSentences } from './tokenText';

/**
 * Columns of tokens and labels, as CoNLL-2003 has them: a token a line, its label in the last column, a blank line behind each sentence,
 * a line with `-DOCSTART-` before each text. Labels may be IOB1, IOB2 (BIO), BILOU or BIOES; IOB2, the commonest, is written.
 */
export const bio: Format = {
  name: 'bio',
  aliases: [],
  title: 'BIO columns (CoNLL-2003)',
  endings: ['.bio', '.conll', '.iob', '.iob2', '.tsv', '.txt'],
  isFolder: false,
  detect({ content }) {
    const rows = wholeLines(content).map(columnsOf);
    return rows.length > 0 && rows.every((columns) => columns[0] === DOCSTART || (columns.length > 1 && LABEL.test(columns.at(-1) ?? '')));
  },
  companions: () => [],
  reader: (file, _companions, intake) => rowReader(file, intake),
  writer(file) {
    let count = 0;
    return {
      add(text) {
        const { sentences, losses } = toTokenSentences(text, { suggestions: 'none' });
        const start = count++ === 0 ? '' : `${DOCSTART}\t${OUTSIDE}\n\n`;
        const written = sentences.map(writtenSentence);
        return {
          pieces: [{ name: file, content: start + written.map(({ content }) => content).join('') }],
          losses: totalLosses([...losses, ...written.flatMap((one) => one.losses)]),
        };
      },
      end: () => [],
    };
  },
};

const DOCSTART = '-DOCSTART-';
const OUTSIDE = 'O';
/** The first character says where in a mention a token is; U and S are mentions of one token, L and E the last of several. */
const LABEL = /^(?:O|([BILUES])-(\S.*))$/s;
/** So many lines say whether a file is of this format. */
const LINES_TO_LOOK_AT = 100;
/** More of a sentence is not told: there may be no blank line in a whole file. */
const MAX_FINDINGS = 20;

/** The first lines that are not blank; the last of the content may be cut off. */
function wholeLines(content: string): readonly string[] {
  const lines = content.split('\n', LINES_TO_LOOK_AT + 1);
  return (lines.length === 1 ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== '');
}

interface Row {
  readonly line: number;
  readonly token: string;
  readonly label: string;
}

function rowReader(file: string, intake: Intake): Reader {
  const texts = new SentenceTexts(file);
  let rows: Row[] = [];
  let findings: string[] = [];
  /** All rows have as many columns as the first. */
  let width: number | undefined;

  const finished = (): readonly AnnotatedText[] => {
    const [given, found] = [rows, findings];
    [rows, findings] = [[], []];
    if (found.length > 0) intake.refuse(found);
    if (found.length > 0 || given.length === 0) return [];
    intake.accept();
    const sentence = { tokens: given.map(({ token }) => token), mentions: mentionsOf(given.map(({ label }) => label)), relations: [] };
    return texts.add(sentence, given[0]?.line ?? 1);
  };
  const read = ({ text, number }: Line): readonly AnnotatedText[] => {
    if (text.trim() === '') return finished();
    const columns = columnsOf(text);
    const [token = '', label = ''] = [columns[0], columns.at(-1)];
    if (token === DOCSTART) return [...finished(), ...texts.cut()];
    if (width === undefined && columns.length > 2) intake.lose('columns between the token and its label', columns.length - 2);
    width ??= columns.length;
    const reason = faultOf(columns, width, intake);
    if (reason === undefined) rows.push({ line: number, token, label });
    else if (findings.length < MAX_FINDINGS) findings.push(`line ${String(number)}: ${reason}`);
    return [];
  };
  return lineReader(intake, read, () => [...finished(), ...texts.end()]);
}

function faultOf(columns: readonly string[], width: number, { schema }: Intake): string | undefined {
  if (columns.length < 2) return 'one column; a row has a token and, in the last column, its label';
  if (columns.length !== width) return `${String(columns.length)} columns, where the first row has ${String(width)}`;
  if (columns[0] === '') return 'an empty token';
  const label = columns.at(-1) ?? '';
  const [isLabel, , type] = LABEL.exec(label) ?? [];
  if (isLabel === undefined) return `the label ${JSON.stringify(label)} is neither O nor a type behind B-, I-, L-, U-, E- or S-`;
  return type === undefined ? undefined : unknownType(type, schema?.entities);
}

/**
 * The mentions that labels of any of the schemes mean: they agree on where one ends, but for what I- means behind another mention's
 * last token, and there the scheme shows.
 */
function mentionsOf(labels: readonly string[]): readonly TokenMention[] {
  const mentions: TokenMention[] = [];
  let open: Pick<TokenMention, 'type' | 'startToken'> | undefined;
  const close = (endToken: number): void => {
    if (open !== undefined) mentions.push({ ...open, endToken });
    open = undefined;
  };
  for (const [token, label] of labels.entries()) {
    const [, place = '', type = ''] = LABEL.exec(label) ?? [];
    if (!(open?.type === type && 'ILE'.includes(place))) close(token);
    if (place !== '') open ??= { type, startToken: token };
    if (place !== '' && 'LEUS'.includes(place)) close(token + 1);
  }
  close(labels.length);
  return mentions;
}

function writtenSentence(sentence: TokenSentence): { readonly content: string; readonly losses: readonly Loss[] } {
  const { flat, losses } = withoutOverlaps({ ...sentence, relations: [] });
  const { tokens, mentions, origId } = flat;
  const labels = tokens.map(() => OUTSIDE);
  let changed = 0;
  for (const { type, startToken, endToken } of mentions) {
    const written = typeCell(type);
    if (written !== type) changed += 1;
    for (let token = startToken; token < endToken; token += 1) labels[token] = `${token === startToken ? 'B' : 'I'}-${written}`;
  }
  const rows = tokens.map((token, at) => {
    const written = token === DOCSTART ? '-DOCSTART_' : cell(token);
    if (written !== token) changed += 1;
    return `${written}\t${labels[at] ?? OUTSIDE}\n`;
  });
  return {
    content: `${rows.join('')}\n`,
    losses: [
      ...losses,
      { what: 'relations', count: sentence.relations.length },
      { what: CHANGED, count: changed },
      { what: ORIG_IDS, count: origId === undefined ? 0 : 1 },
    ],
  };
}
