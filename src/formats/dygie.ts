import * as v from 'valibot';
import type { Schema } from '../annotation/schema';
import type { TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import type { AnnotatedText, Format, NamedContent, Reader } from './format';
import type { Intake } from './intake';
import type { Loss } from './losses';
import { lineReader } from './pieces';
import { jsonRecord, recordsOf, unknownType, type Records } from './records';
import { fromTokenSentences, toTokenSentences } from './tokenText';

/**
 * DyGIE++'s JSON lines, in which ACE05, SciERC and GENIA are passed around: a document a line, its sentences as lists of tokens. Spans
 * count tokens from the start of the document, and their ends are inclusive. Gold annotations alone are read.
 */
export const dygie: Format = {
  name: 'dygie',
  aliases: [],
  title: 'DyGIE++ JSON lines',
  endings: ['.jsonl', '.json'],
  isFolder: false,
  detect: ({ content }) => /^\s*\{/.test(content) && /"sentences"\s*:\s*\[\s*\[\s*"/.test(content),
  companions: () => [],
  reader: (file, _companions, intake) =>
    documentReader(file, intake, ({ name, sentences }) => [fromTokenSentences(`${name}.txt`, sentences)]),
  writer: (file) => ({
    add(text) {
      const { sentences, losses } = toTokenSentences(text);
      return { pieces: [{ name: file, content: `${JSON.stringify(documentOf(text.document.text.file, sentences))}\n` }], losses };
    },
    end: () => [],
  }),
};

const index = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'));
const type = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'));
const token = v.pipe(v.string('must be a string'), v.minLength(1, 'an empty token'));
const counted = v.nullish(v.array(v.unknown()), []);

const record = v.object({
  doc_key: v.exactOptional(v.union([v.string(), v.number()])),
  sentences: v.array(v.pipe(v.array(token), v.minLength(1, 'the sentence has no tokens'))),
  // What stands behind the label is a prediction's scores.
  ner: v.nullish(v.array(v.array(v.looseTuple([index, index, type]))), null),
  relations: v.nullish(v.array(v.array(v.looseTuple([index, index, index, index, type]))), null),
  weight: v.exactOptional(v.number('must be a number'), 1),
  clusters: counted,
  events: v.nullish(v.array(v.array(v.unknown())), []),
  predicted_ner: v.nullish(v.array(v.array(v.unknown())), []),
  predicted_relations: v.nullish(v.array(v.array(v.unknown())), []),
  predicted_clusters: counted,
  predicted_events: v.nullish(v.array(v.array(v.unknown())), []),
});
type DygieRecord = v.InferOutput<typeof record>;

interface Document {
  /** Of the document: what a file of its text may be called. */
  readonly name: string;
  readonly sentences: readonly TokenSentence[];
}

function documentOf(key: string, sentences: readonly TokenSentence[]): object {
  let first = 0;
  const starts = sentences.map(({ tokens }) => (first += tokens.length) - tokens.length);
  const range = (start: number, mention: TokenMention | undefined): readonly number[] =>
    mention === undefined ? [] : [start + mention.startToken, start + mention.endToken - 1];
  return {
    doc_key: key,
    sentences: sentences.map(({ tokens }) => tokens),
    ner: sentences.map(({ mentions }, at) => mentions.map((mention) => [...range(starts[at] ?? 0, mention), mention.type])),
    relations: sentences.map(({ mentions, relations }, at) =>
      relations.map(({ type: name, head, tail }) =>
        [head, tail].flatMap((end) => range(starts[at] ?? 0, mentions[end]) as unknown[]).concat(name),
      ),
    ),
  };
}

/** Reads DyGIE++ JSON lines, good documents (each is a record) and bad. @param schema finds fault with types that it doesn't have, where given */
export function dygieRecords(file: NamedContent, schema?: Schema): Records {
  return recordsOf(file, schema, (one, found) =>
    documentReader(file.name, one, ({ sentences }) => {
      sentences.forEach(found);
      return [];
    }),
  );
}

function documentReader(file: string, intake: Intake, found: (document: Document) => readonly AnnotatedText[]): Reader {
  return lineReader(
    intake,
    ({ text, number }) => {
      if (text.trim() === '') return [];
      const place = `line ${String(number)}`;
      const read = jsonRecord(intake, record, text, { place, separator: ', ', line: number });
      if (read === undefined) return [];
      const reader = new DocumentReader(read, intake.schema);
      const { sentences, losses } = reader.read();
      if (reader.findings.length > 0) {
        intake.refuse(reader.findings.map((finding) => `${place}, ${finding}`));
        return [];
      }
      intake.good += 1;
      for (const { what, count } of losses) intake.lose(what, count);
      // A name in a file must not reach another folder.
      const name = String(read.doc_key ?? `${file.replace(/\.[^./\\]*$/, '')}-${String(number)}`).replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
      return found({ name, sentences });
    },
    () => {
      if (intake.good + intake.bad === 0) intake.giveUp('not DyGIE++ JSON lines: it has no documents');
      return [];
    },
  );
}

/** The tokens of a span, [first, last], counted in the document. */
type Range = readonly [first: number, last: number];

/** Between the counting of one document and that of its sentences. */
class DocumentReader {
  readonly findings: string[] = [];
  readonly #record: DygieRecord;
  readonly #schema: Schema | undefined;
  readonly #left: string[] = [];
  /** One for each sentence: the tokens that it has in the document. */
  readonly #ranges: readonly Range[];

  constructor(read: DygieRecord, schema: Schema | undefined) {
    this.#record = read;
    this.#schema = schema;
    let first = 0;
    this.#ranges = read.sentences.map(({ length }) => [first, (first += length) - 1]);
  }

  read(): { readonly sentences: readonly TokenSentence[]; readonly losses: readonly Loss[] } {
    const { sentences, ner, relations, doc_key: key, ...others } = this.#record;
    for (const [field, lists] of Object.entries({ ner, relations }))
      if (lists !== null && lists.length !== sentences.length)
        this.findings.push(`${field}: ${String(lists.length)} lists for ${String(sentences.length)} sentences`);
    const read = sentences.map((tokens, at): TokenSentence => {
      const mentions = (ner?.[at] ?? []).flatMap((entry, number) => this.#mention(entry, at, `ner[${String(at)}][${String(number)}]`));
      const found = (relations?.[at] ?? []).flatMap((entry, number) =>
        this.#relation(entry, at, mentions, `relations[${String(at)}][${String(number)}]`),
      );
      return { tokens, mentions, relations: found, ...(key === undefined ? {} : { origId: `${String(key)}:${String(at)}` }) };
    });
    const losses = [
      ...this.#left.map((what) => ({ what, count: 1 })),
      { what: 'weights of documents', count: others.weight === 1 ? 0 : 1 },
      { what: 'coreference clusters', count: others.clusters.length },
      { what: 'events', count: others.events.flat().length },
      {
        what: 'predictions (predicted_*)',
        count: [others.predicted_ner, others.predicted_relations, [others.predicted_clusters], others.predicted_events].flat(2).length,
      },
    ];
    return { sentences: read, losses };
  }

  #mention([first, last, name]: readonly [number, number, string, ...unknown[]], sentence: number, at: string): readonly TokenMention[] {
    this.#checkType(name, this.#schema?.entities, `${at}[2]`);
    const place = this.#place([first, last], sentence, at);
    if (place === 'across') this.#left.push('entities across sentences');
    return typeof place === 'object' ? [{ type: name, ...place }] : [];
  }

  #relation(
    [headFirst, headLast, tailFirst, tailLast, name]: readonly [number, number, number, number, string, ...unknown[]],
    sentence: number,
    mentions: readonly TokenMention[],
    at: string,
  ): readonly TokenRelation[] {
    this.#checkType(name, this.#schema?.relations, `${at}[4]`);
    const ends = [
      [headFirst, headLast],
      [tailFirst, tailLast],
    ] as const;
    const isAnyHere = ends.some((range) => this.#meets(range, sentence));
    const places = ends.map((range) => this.#place(range, sentence, at, isAnyHere));
    if (places.includes('bad')) return [];
    if (places.includes('across')) {
      this.#left.push('relations across sentences');
      return [];
    }
    const [head = -1, tail = -1] = places.map((place) =>
      mentions.findIndex((one) => typeof place === 'object' && one.startToken === place.startToken && one.endToken === place.endToken),
    );
    if (head < 0 || tail < 0) {
      this.#left.push('relations of words that are no entity');
      return [];
    }
    return [{ type: name, head, tail }];
  }

  #checkType(name: string, types: object | undefined, at: string): void {
    if (types !== undefined && !Object.hasOwn(types, name)) this.findings.push(`${at}: ${unknownType(name, types)}`);
  }

  /**
   * Where a span lies in the sentence that it is listed under; `across` where it also, or only, lies in others.
   * @param mayBeElsewhere whether it may lie wholly in others; a finding otherwise, since it was probably counted from the wrong start
   */
  #place(range: Range, sentence: number, at: string, mayBeElsewhere = false): Omit<TokenMention, 'type'> | 'across' | 'bad' {
    const [first, last] = range;
    const [start, end] = this.#ranges[sentence] ?? [0, -1];
    const size = (this.#ranges.at(-1)?.[1] ?? -1) + 1;
    const bad = (finding: string): 'bad' => {
      this.findings.push(`${at}: ${finding}`);
      return 'bad';
    };
    if (last < first) return bad(`the last token (${String(last)}) is before the first (${String(first)})`);
    if (last >= size) return bad(`${String(last)} is beyond the document's ${String(size)} tokens (0 to ${String(size - 1)})`);
    if (first >= start && last <= end) return { startToken: first - start, endToken: last - start + 1 };
    if (mayBeElsewhere || this.#meets(range, sentence)) return 'across';
    return bad(
      `the tokens ${String(first)} to ${String(last)} are not in sentence ${String(sentence)}, which has ${String(start)} to ${String(end)} (tokens are counted from the start of the document)`,
    );
  }

  #meets([first, last]: Range, sentence: number): boolean {
    const [start, end] = this.#ranges[sentence] ?? [0, -1];
    return first <= end && last >= start;
  }
}
