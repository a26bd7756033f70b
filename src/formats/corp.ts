import type { TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import { cell, CHANGED, columnsOf, typeCell, withoutOverlaps } from './columns';
import type { AnnotatedText, Format, Reader } from './format';
import type { Intake } from './intake';
import { countedLosses, ORIG_IDS, totalLosses, type Loss } from './losses';
import { lineReader, type Line } from './pieces';
import { unknownType } from './records';
import { SentenceTexts, toTokenSentences } from './tokenText';

/**
 * The columns in which Roth and Yih published CoNLL04: a row for each word, or for all words of an entity with `/` between them; a blank
 * line; a line for each relation, `row row type`; a blank line. Punctuation stands for itself but for commas and brackets.
 */
export const corp: Format = {
  name: 'corp',
  aliases: [],
  title: 'CoNLL04 .corp (Roth and Yih)',
  endings: ['.corp'],
  isFolder: false,
  detect: ({ content }) => /^[\t ]*\d+[\t ]+\S+[\t ]+\d+[\t ]+O[\t ]+\S+[\t ]+\S+[\t ]+O[\t ]+O[\t ]+O[\t ]*$/m.test(content),
  companions: () => [],
  reader: (file, _companions, intake) => rowReader(file, intake),
  writer(file) {
    let count = 0;
    return {
      add(text) {
        const { sentences, losses } = toTokenSentences(text, { suggestions: 'none' });
        const written = sentences.map((sentence) => writtenSentence(sentence, count++));
        return {
          pieces: [{ name: file, content: written.map(({ content }) => content).join('') }],
          losses: totalLosses([...losses, ...written.flatMap((one) => one.losses)]),
        };
      },
      end: () => [],
    };
  },
};

/** What the words column has for a token. */
const WRITTEN = new Map([
  [',', 'COMMA'],
  ['(', '-LRB-'],
  [')', '-RRB-'],
]);
const READ = new Map(Array.from(WRITTEN, ([token, word]) => [word, token]));

/** The type of what is no entity. */
const NO_ENTITY = 'O';
/** What a column has that we know nothing for. */
const UNKNOWN = '_';
/** More of a sentence is not told: there may be no blank line in a whole file. */
const MAX_FINDINGS = 20;
/** A sentence's number; what is longer would not be the same number when it is read. */
const NUMBER = /^(?:0|[1-9]\d{0,14})$/;
const [ROW_COLUMNS, RELATION_COLUMNS] = [9, 3];

function rowReader(file: string, intake: Intake): Reader {
  const texts = new SentenceTexts(file);
  let current: SentenceRows | undefined;
  const finished = (): readonly AnnotatedText[] => {
    const [sentence, line] = [current?.finish(), current?.line ?? 1];
    current = undefined;
    return sentence === undefined ? [] : texts.add(sentence, line);
  };
  const read = (line: Line): readonly AnnotatedText[] => {
    if (line.text.trim() === '') {
      current?.close();
      return [];
    }
    const columns = columnsOf(line.text);
    const isRelation = columns.length <= RELATION_COLUMNS;
    const done = isRelation || current?.takes(columns[0]) === true ? [] : finished();
    current ??= new SentenceRows(intake, line.number);
    if (isRelation) current.relation(columns, line.number);
    else current.row(columns, line.number);
    return done;
  };
  return lineReader(intake, read, () => [...finished(), ...texts.end()]);
}

/** The tokens of a row. */
function tokensOf(type: string, words: string): readonly string[] {
  const parts = type === NO_ENTITY ? [] : words.split('/').filter((part) => part !== '');
  return (parts.length === 0 ? [words] : parts).map((word) => READ.get(word) ?? word);
}

/** The rows of one sentence, while they are read. */
class SentenceRows {
  readonly #intake: Intake;
  readonly #findings: string[] = [];
  readonly #lost: string[] = [];
  readonly #tokens: string[] = [];
  readonly #mentions: TokenMention[] = [];
  readonly #relations: TokenRelation[] = [];
  /** By a row's number: the index of its mention, or none. */
  readonly #rows = new Map<string, number | undefined>();
  #number: string | undefined;
  #isClosed = false;

  /** @param line of its first row */
  constructor(
    intake: Intake,
    readonly line: number,
  ) {
    this.#intake = intake;
  }

  /** Whether a row of the sentence with this number belongs to this one. */
  takes(number: string | undefined): boolean {
    return !this.#isClosed && (this.#number === undefined || this.#number === number);
  }

  /** No further row belongs to the sentence. */
  close(): void {
    this.#isClosed = true;
  }

  row(columns: readonly string[], line: number): void {
    const [number = '', type = '', row = '', , tags = '', words = ''] = columns;
    this.#number ??= number;
    if (columns.length !== ROW_COLUMNS) {
      this.#find(line, `${String(columns.length)} columns; a row has ${String(ROW_COLUMNS)}, a relation ${String(RELATION_COLUMNS)}`);
      return;
    }
    if (!/^\d+$/.test(row)) this.#find(line, `the row's number ${JSON.stringify(row)} is no whole number`);
    if (this.#rows.has(row)) this.#find(line, `there are two rows ${row} in the sentence`);
    if (words === '') this.#find(line, 'the row has no words');
    if (type === '') this.#find(line, 'the row has no type');
    const isEntity = type !== NO_ENTITY;
    if (isEntity) this.#find(line, unknownType(type, this.#intake.schema?.entities));
    if (tags !== UNKNOWN && !/^_(?:\/_)*$/.test(tags)) this.#lost.push('parts of speech');

    const startToken = this.#tokens.length;
    for (const token of tokensOf(type, words)) this.#tokens.push(token);
    if (isEntity) this.#mentions.push({ type, startToken, endToken: this.#tokens.length });
    this.#rows.set(row, isEntity ? this.#mentions.length - 1 : undefined);
  }

  relation(columns: readonly string[], line: number): void {
    this.close();
    const [head = '', tail = '', type = ''] = columns;
    if (columns.length !== RELATION_COLUMNS || type === '') {
      this.#find(line, `${String(columns.length)} columns; a row has ${String(ROW_COLUMNS)}, a relation ${String(RELATION_COLUMNS)}`);
      return;
    }
    this.#find(line, unknownType(type, this.#intake.schema?.relations));
    const missing = [head, tail].find((row) => !this.#rows.has(row));
    if (missing !== undefined) {
      const known = [...this.#rows.keys()];
      const rows = known.length === 0 ? 'there are none before it' : `its rows are ${known[0] ?? ''} to ${known.at(-1) ?? ''}`;
      this.#find(line, `${JSON.stringify(missing)} is no row of the sentence; ${rows}`);
      return;
    }
    const ends = { head: this.#rows.get(head), tail: this.#rows.get(tail) };
    if (ends.head === undefined || ends.tail === undefined) this.#lost.push('relations of words that are no entity');
    else this.#relations.push({ type, head: ends.head, tail: ends.tail });
  }

  /** The sentence, where nothing is wrong with it. */
  finish(): TokenSentence | undefined {
    if (this.#findings.length > 0) {
      this.#intake.refuse(this.#findings);
      return undefined;
    }
    this.#intake.accept(countedLosses(this.#lost));
    const number = this.#number ?? '';
    return {
      tokens: this.#tokens,
      mentions: this.#mentions,
      relations: this.#relations,
      origId: NUMBER.test(number) ? Number(number) : number,
    };
  }

  /** @param what is wrong; nothing where nothing is */
  #find(line: number, what: string | undefined): void {
    if (what !== undefined && this.#findings.length < MAX_FINDINGS) this.#findings.push(`line ${String(line)}: ${what}`);
  }
}

function writtenSentence(sentence: TokenSentence, count: number): { readonly content: string; readonly losses: readonly Loss[] } {
  const { flat, losses } = withoutOverlaps(sentence);
  const { tokens, mentions, relations, origId } = flat;
  const isNumbered = NUMBER.test(String(origId));
  const number = isNumbered ? String(origId) : String(count);
  let changed = 0;
  const rows: string[] = [];
  const row = (type: string, words: readonly string[]): number => {
    const written = words.map((token) => WRITTEN.get(token) ?? cell(token)).join('/');
    const read = tokensOf(type, written);
    if (read.length !== words.length || read.some((token, at) => token !== words[at])) changed += 1;
    const tags = words.map(() => UNKNOWN).join('/');
    return rows.push([number, type, rows.length, NO_ENTITY, tags, written, NO_ENTITY, NO_ENTITY, NO_ENTITY].join('\t')) - 1;
  };
  const typed = (type: string): string => {
    const written = type === NO_ENTITY ? `${type}_` : typeCell(type);
    if (written !== type) changed += 1;
    return written;
  };

  const rowOf = new Map<TokenMention, number>();
  const starts = new Map(mentions.map((mention) => [mention.startToken, mention]));
  for (let token = 0; token < tokens.length;) {
    const mention = starts.get(token);
    const end = mention?.endToken ?? token + 1;
    const at = row(mention === undefined ? NO_ENTITY : typed(mention.type), tokens.slice(token, end));
    if (mention !== undefined) rowOf.set(mention, at);
    token = end;
  }
  const ends = relations.map(({ type, head, tail }) =>
    [...[head, tail].map((end) => rowOf.get(mentions[end] as TokenMention)), typed(type)].join('\t'),
  );
  return {
    content: [...rows, '', ...ends, '', ''].join('\n'),
    losses: [...losses, { what: CHANGED, count: changed }, { what: ORIG_IDS, count: origId === undefined || isNumbered ? 0 : 1 }],
  };
}
