import type { Schema } from '../../src/annotation/schema';
import type { Heat, SentenceSummary, SentenceView, TableMention, TableRelation, ToTable } from '../../src/protocol/table';

const open = { head: [], tail: [], symmetric: false } as const;

/** The types of CoNLL04 in colours of the kind that a schema has. */
export const SCHEMA: Schema = {
  entities: {
    Loc: { colour: '#2e8b57', key: 'l', short: 'Loc' },
    Org: { colour: '#3b6fd4', key: 'o', short: 'Org' },
    Peop: { colour: '#c2571a', key: 'b', short: 'Peop' },
    Other: { colour: '#8a63b5', key: 't', short: 'Other' },
  },
  relations: {
    Work_For: { ...open, colour: '#b8860b', key: 'w', short: 'Work' },
    Kill: { ...open, colour: '#c0392b', key: 'k', short: 'Kill' },
    OrgBased_In: { ...open, colour: '#0f8b8d', key: 'g', short: 'OrgBI' },
    Live_In: { ...open, colour: '#d6418a', key: 'v', short: 'Live' },
    Located_In: { ...open, colour: '#5a7d2a', key: 'c', short: 'LocI' },
  },
};

/** Words of a text whose tokens are apart by blanks; a token that starts with `_` has no blank before it. */
export function tokensOf(text: string): { text: string; spaceAfter: boolean }[] {
  const words = text.split(' ');
  return words.map((word, at) => ({ text: word.replace(/^_/u, ''), spaceAfter: !(words[at + 1] ?? '_').startsWith('_') }));
}

type Item = Partial<Pick<TableMention, 'status' | 'score' | 'model' | 'by'>>;

export function mention(id: string, type: string, startToken: number, endToken: number, item: Item = { score: 0.97 }): TableMention {
  return { id, type, startToken, endToken, status: 'suggested', model: 'fast', ...item };
}

export function relation(id: string, type: string, head: string, tail: string, item: Item = { score: 0.95 }): TableRelation {
  return { id, type, head, tail, status: 'suggested', model: 'fast', ...item };
}

export function view(
  index: number,
  text: string,
  mentions: readonly TableMention[],
  relations: readonly TableRelation[],
  more: Partial<SentenceView> = {},
): SentenceView {
  return { index, state: 'new', tokens: tokensOf(text), mentions, relations, notShown: 0, direction: 'ltr', ...more };
}

/** A sentence of everyday news, written for this test: three mentions more than one word long, relations in both directions, one doubtful. */
export const NEWS = view(
  0,
  'Maria Lindqvist _, who leads the Northwind Institute in Bergen _, was born in Lisbon and met Tomas Ek there _.',
  [
    mention('m1', 'Peop', 0, 2, { score: 0.99 }),
    mention('m2', 'Org', 6, 8, { score: 0.93, status: 'accepted', by: 'Ada' }),
    mention('m3', 'Loc', 9, 10, { score: 0.98 }),
    mention('m4', 'Loc', 14, 15, { score: 0.88 }),
    mention('m5', 'Peop', 17, 19, { score: 0.58 }),
  ],
  [
    relation('r1', 'Work_For', 'm1', 'm2', { score: 0.94 }),
    relation('r2', 'OrgBased_In', 'm2', 'm3', { status: 'accepted', by: 'Ada' }),
    relation('r3', 'Live_In', 'm1', 'm4', { score: 0.81 }),
    relation('r4', 'Live_In', 'm5', 'm4', { score: 0.41 }),
  ],
);

const LONG_TEXT =
  'After the storm that closed the harbour of Valparaiso for three days _, the shipping company Austral Lines _, which has its ' +
  'head office in Rotterdam and employs Ingrid Solheim as its chief engineer _, announced that the freighter Calypso _, built ' +
  'in Gdansk in 1987 _, would sail to Montevideo under captain Rafael Ortiz _, who lives in Punta del Este with his family _.';

/** Sixty words and more, with arcs that go over several lines. */
export const LONG = view(
  1,
  LONG_TEXT,
  [
    mention('a', 'Loc', 8, 9, { score: 0.97 }),
    mention('b', 'Org', 16, 18, { score: 0.91 }),
    mention('c', 'Loc', 25, 26, { score: 0.95 }),
    mention('d', 'Peop', 28, 30, { score: 0.99 }),
    mention('e', 'Other', 39, 40, { score: 0.62 }),
    mention('f', 'Loc', 43, 44, { score: 0.9 }),
    mention('g', 'Loc', 50, 51, { score: 0.94 }),
    mention('h', 'Peop', 53, 55, { score: 0.98 }),
    mention('i', 'Loc', 59, 62, { score: 0.77 }),
  ],
  [
    relation('ra', 'OrgBased_In', 'b', 'c', { score: 0.96 }),
    relation('rb', 'Work_For', 'd', 'b', { score: 0.92 }),
    relation('rc', 'Located_In', 'e', 'f', { score: 0.34 }),
    relation('rd', 'Live_In', 'h', 'i', { score: 0.87 }),
    relation('re', 'Work_For', 'h', 'b', { score: 0.66 }),
  ],
);

/** Arabic, written for this test: "Leila Haddad works at the Nile Company in Cairo ." with a Latin name in it. */
export const RTL = view(
  2,
  'تعمل ليلى حداد مديرة في شركة النيل Nile Tech في القاهرة منذ عشر سنوات _.',
  [mention('p', 'Peop', 1, 3, { score: 0.96 }), mention('q', 'Org', 5, 9, { score: 0.83 }), mention('s', 'Loc', 10, 11, { score: 0.97 })],
  [
    relation('x', 'Work_For', 'p', 'q', { score: 0.9 }),
    relation('y', 'OrgBased_In', 'q', 's', { score: 0.72 }),
    relation('z', 'Live_In', 'p', 's', { score: 0.51 }),
  ],
  { direction: 'rtl' },
);

export function summaryOf(sentence: SentenceView): SentenceSummary {
  const scores = [...sentence.mentions, ...sentence.relations].flatMap(({ status, score }) =>
    status === 'suggested' && score !== undefined ? [score] : [],
  );
  const preview = sentence.tokens.map(({ text, spaceAfter }) => (spaceAfter ? `${text} ` : text)).join('');
  return {
    preview: preview.slice(0, 120),
    state: sentence.state,
    mentions: sentence.mentions.length,
    relations: sentence.relations.length,
    ...(scores.length > 0 && { doubt: Math.min(...scores) }),
  };
}

/** Heat as a model has it: hot where something is, warm around it, and a little noise that is the same every time. */
export function heatOf(sentence: SentenceView): Heat {
  const size = sentence.tokens.length;
  const band = size - 1;
  const values = new Uint8Array(size * (band + 1));
  const set = (row: number, column: number, value: number): void => {
    if (row >= 0 && row <= column && column < size) {
      const at = row * (band + 1) + (column - row);
      values[at] = Math.max(values[at] ?? 0, Math.round(value * 255));
    }
  };
  for (let row = 0; row < size; row++)
    for (let column = row; column < size; column++) set(row, column, ((row * 7 + column * 13) % 11) / 400);
  const block = (rows: readonly [number, number], columns: readonly [number, number], score: number): void => {
    for (let row = rows[0] - 1; row <= rows[1]; row++) {
      for (let column = columns[0] - 1; column <= columns[1]; column++) {
        const inside = row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1];
        set(row, column, inside ? score : 0.12 * score);
      }
    }
  };
  const spans = new Map(sentence.mentions.map(({ id, startToken, endToken }) => [id, [startToken, endToken] as const]));
  for (const { startToken, endToken, score } of sentence.mentions)
    for (let token = startToken; token < endToken; token++) set(token, token, score ?? 1);
  for (const { head, tail, score } of sentence.relations) {
    const [first, second] = [spans.get(head), spans.get(tail)].sort((a, b) => (a?.[0] ?? 0) - (b?.[0] ?? 0));
    if (first && second) block(first, second, score ?? 1);
  }
  return { sentence: sentence.index, band, values };
}

/** A document of these sentences. */
export function documentOf(sentences: readonly SentenceSummary[], schema: Schema = SCHEMA): ToTable {
  return { kind: 'document', uri: 'file:///work/news.txt', name: 'news.txt', schema, sentences };
}

/** A sentence of `size` words with a mention at every fifth and a relation from each mention to the next. */
export function sizedView(index: number, size: number): SentenceView {
  const mentions = Array.from({ length: Math.floor(size / 5) }, (_, at) =>
    mention(`m${at}`, at % 2 === 0 ? 'Peop' : 'Org', at * 5, at * 5 + 1 + (at % 3)),
  );
  const relations = mentions
    .slice(1)
    .map(({ id }, at) => relation(`r${at}`, 'Work_For', at % 2 === 0 ? `m${at}` : id, at % 2 === 0 ? id : `m${at}`));
  const text = Array.from({ length: size }, (_, at) => `word${at}`).join(' ');
  return view(index, text, mentions, relations);
}
