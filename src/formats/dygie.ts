import * as v from 'valibot';
import type { Schema } from '../annotation/schema';
import type { TokenItem, TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import { safeName, withoutEnding } from './fileNames';
import type { AnnotatedText, Format, NamedContent, Reader } from './format';
import type { Intake } from './intake';
import { ORIG_IDS, totalLosses, type Loss } from './losses';
import { checkType, indexShape, jsonLines, recordsOf, refuseRecord, tokensShape, typeShape, type Records } from './records';
import { AMBIGUOUS, countAmbiguous, mentionAt } from './spans';
import { fromTokenSentences, isSuggestion, toTokenSentences } from './tokenText';

/**
 * DyGIE++'s JSON lines, in which ACE05, SciERC and GENIA are passed around: a document a line, its sentences as lists of tokens. Spans
 * count tokens from the start of the document, and their ends are inclusive. What a model predicted stands in lists of its own.
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
    documentReader(file, intake, true, ({ name, sentences }) => [fromTokenSentences(`${name}.txt`, sentences)]),
  writer: (file) => ({
    add(text) {
      const { sentences, losses } = toTokenSentences(text, { suggestions: 'all' });
      const key = documentKey(text.origIds ?? []);
      const written = documentOf(key ?? text.document.text.file.replace(/\.txt$/, ''), sentences);
      return {
        pieces: [{ name: file, content: `${JSON.stringify(written)}\n` }],
        losses: totalLosses([
          ...losses,
          ...sentences.map((sentence) => ({ what: AMBIGUOUS, count: countAmbiguous(sentence, decidedFirst(sentence.mentions)) })),
          { what: ORIG_IDS, count: key === undefined ? sentences.filter(({ origId }) => origId !== undefined).length : 0 },
        ]),
      };
    },
    end: () => [],
  }),
};

// What stands behind the label is a prediction's scores.
const nerShape = v.array(v.array(v.looseTuple([indexShape, indexShape, typeShape])));
const relationsShape = v.array(v.array(v.looseTuple([indexShape, indexShape, indexShape, indexShape, typeShape])));
const counted = v.nullish(v.array(v.unknown()), []);

const record = v.object({
  doc_key: v.exactOptional(v.union([v.string(), v.number()])),
  sentences: v.array(tokensShape),
  ner: v.nullish(nerShape, null),
  relations: v.nullish(relationsShape, null),
  predicted_ner: v.nullish(nerShape, null),
  predicted_relations: v.nullish(relationsShape, null),
  weight: v.exactOptional(v.number('must be a number'), 1),
  clusters: counted,
  events: v.nullish(v.array(v.array(v.unknown())), []),
  predicted_clusters: counted,
  predicted_events: v.nullish(v.array(v.array(v.unknown())), []),
});
type DygieRecord = v.InferOutput<typeof record>;

interface Document {
  /** Of the document: what a file of its text may be called. */
  readonly name: string;
  readonly sentences: readonly TokenSentence[];
}

/** The key of the document that the sentences come from, where they come from one. */
function documentKey(ids: readonly (string | number | undefined)[]): string | undefined {
  const keys = new Set(ids.map((id) => /^(.*):\d+$/s.exec(String(id))?.[1]));
  return keys.size === 1 ? [...keys][0] : undefined;
}

/** Mentions in the order in which they are read: predictions last. */
function decidedFirst(mentions: readonly TokenMention[]): readonly TokenMention[] {
  return [...mentions].sort((a, b) => Number(isSuggestion(a)) - Number(isSuggestion(b)));
}

function documentOf(key: string, sentences: readonly TokenSentence[]): object {
  let first = 0;
  const starts = sentences.map(({ tokens }) => (first += tokens.length) - tokens.length);
  const range = (start: number, mention: TokenMention | undefined): readonly number[] =>
    mention === undefined ? [] : [start + mention.startToken, start + mention.endToken - 1];
  /** The entries of what was decided, or of what is suggested; DyGIE++ tells a raw score and one in [0, 1], we know the latter. */
  const lists = (suggested: boolean): { readonly ner: readonly unknown[][]; readonly relations: readonly unknown[][] } => {
    const entry = (range: readonly number[], { type, score }: TokenItem): unknown[] => [
      ...range,
      type,
      ...(score === undefined ? [] : [score, score]),
    ];
    const start = (at: number): number => starts[at] ?? 0;
    const wanted = <T extends TokenItem>(items: readonly T[]): readonly T[] => items.filter((item) => isSuggestion(item) === suggested);
    return {
      ner: sentences.map(({ mentions }, at) => wanted(mentions).map((mention) => entry(range(start(at), mention), mention))),
      relations: sentences.map(({ mentions, relations }, at) =>
        wanted(relations).map((relation) =>
          entry(
            [relation.head, relation.tail].flatMap((end) => range(start(at), mentions[end])),
            relation,
          ),
        ),
      ),
    };
  };
  const predicted = lists(true);
  return {
    doc_key: key,
    sentences: sentences.map(({ tokens }) => tokens),
    ...lists(false),
    ...([...predicted.ner, ...predicted.relations].flat().length === 0
      ? {}
      : { predicted_ner: predicted.ner, predicted_relations: predicted.relations }),
  };
}

/**
 * Reads DyGIE++ JSON lines as a data set, good documents (each is a record) and bad: gold annotations alone.
 * @param schema finds fault with types that it doesn't have, where given
 */
export function dygieRecords(file: NamedContent, schema?: Schema): Records {
  return recordsOf(file, schema, (one, found) =>
    documentReader(file.name, one, false, ({ sentences }) => {
      sentences.forEach(found);
      return [];
    }),
  );
}

/** @param withPredictions whether what was predicted is read, as suggestions */
function documentReader(
  file: string,
  intake: Intake,
  withPredictions: boolean,
  found: (document: Document) => readonly AnnotatedText[],
): Reader {
  return jsonLines(
    intake,
    record,
    (read, line) => {
      const reader = new DocumentReader(read, intake.schema, withPredictions);
      const { sentences, losses } = reader.read();
      if (reader.findings.length > 0) {
        refuseRecord(intake, line, reader.findings);
        return [];
      }
      intake.accept(losses);
      const name = safeName(String(read.doc_key ?? `${withoutEnding(file)}-${String(line.number)}`));
      return found({ name, sentences });
    },
    () => {
      if (intake.good + intake.bad === 0) intake.giveUp('not DyGIE++ JSON lines: it has no documents');
      return [];
    },
  );
}

/** As many values of a relation stand before its scores. */
const RELATION_LENGTH = 5;

/** What makes an item a suggestion: the score in [0, 1], which is the last, where there is one. */
function suggestion(scores: readonly unknown[]): Pick<TokenItem, 'score' | 'isSuggested'> {
  const score = scores.at(-1);
  return typeof score === 'number' && score >= 0 && score <= 1 ? { score } : { isSuggested: true };
}

/** The tokens of a span, [first, last], counted in the document. */
type Range = readonly [first: number, last: number];

/** Between the counting of one document and that of its sentences. */
class DocumentReader {
  readonly findings: string[] = [];
  readonly #record: DygieRecord;
  readonly #schema: Schema | undefined;
  readonly #losses: Loss[] = [];
  /** Predictions that are not read. */
  readonly #unread: readonly unknown[];
  /** One for each sentence: the tokens that it has in the document. */
  readonly #ranges: readonly Range[];

  constructor(read: DygieRecord, schema: Schema | undefined, withPredictions: boolean) {
    this.#record = withPredictions ? read : { ...read, predicted_ner: null, predicted_relations: null };
    this.#unread = withPredictions ? [] : [read.predicted_ner ?? [], read.predicted_relations ?? []].flat(2);
    this.#schema = schema;
    let first = 0;
    this.#ranges = read.sentences.map(({ length }) => [first, (first += length) - 1]);
  }

  read(): { readonly sentences: readonly TokenSentence[]; readonly losses: readonly Loss[] } {
    const { sentences, doc_key: key, ner, relations, predicted_ner, predicted_relations, ...others } = this.#record;
    for (const [field, lists] of Object.entries({ ner, relations, predicted_ner, predicted_relations }))
      if (lists !== null && lists.length !== sentences.length)
        this.findings.push(`${field}: ${String(lists.length)} lists for ${String(sentences.length)} sentences`);
    const read = sentences.map((tokens, at): TokenSentence => {
      const mentions = this.#together(this.#mentions('ner', at), this.#mentions('predicted_ner', at), ['startToken', 'endToken']);
      const [found, predicted] = [this.#relations('relations', at, mentions), this.#relations('predicted_relations', at, mentions)];
      return {
        tokens,
        mentions,
        relations: this.#together(found, predicted, ['head', 'tail']),
        ...(key === undefined ? {} : { origId: `${String(key)}:${String(at)}` }),
      };
    });
    const losses = [
      ...this.#losses,
      { what: 'weights of documents', count: others.weight === 1 ? 0 : 1 },
      { what: 'coreference clusters', count: others.clusters.length },
      { what: 'events', count: others.events.flat().length },
      {
        what: 'predictions (predicted_*)',
        count: [this.#unread, others.predicted_clusters, others.predicted_events.flat()].flat().length,
      },
    ];
    return { sentences: read, losses };
  }

  /** What is annotated, and what is predicted beside it. @param place with the type, what makes two items the same */
  #together<T extends TokenItem>(gold: readonly T[], predicted: readonly T[], place: readonly (keyof T)[]): readonly T[] {
    const said = (one: T): string => JSON.stringify([one.type, ...place.map((key) => one[key])]);
    const known = new Set(gold.map(said));
    const fresh = predicted.filter((one) => !known.has(said(one)));
    this.#losses.push({ what: 'predictions of what is annotated', count: predicted.length - fresh.length });
    return [...gold, ...fresh];
  }

  #mentions(field: 'ner' | 'predicted_ner', sentence: number): readonly TokenMention[] {
    return (this.#record[field]?.[sentence] ?? []).flatMap(([first, last, name, ...scores], number) => {
      const mention = this.#mention([first, last, name], sentence, `${field}[${String(sentence)}][${String(number)}]`);
      return mention.map((one) => (field === 'ner' ? one : { ...one, ...suggestion(scores) }));
    });
  }

  #relations(field: 'relations' | 'predicted_relations', sentence: number, mentions: readonly TokenMention[]): readonly TokenRelation[] {
    return (this.#record[field]?.[sentence] ?? []).flatMap((entry, number) => {
      const relation = this.#relation(entry, sentence, mentions, `${field}[${String(sentence)}][${String(number)}]`);
      return relation.map((one) => (field === 'relations' ? one : { ...one, ...suggestion(entry.slice(RELATION_LENGTH)) }));
    });
  }

  #mention([first, last, name]: readonly [number, number, string], sentence: number, at: string): readonly TokenMention[] {
    checkType(name, this.#schema?.entities, `${at}[2]`, this.findings);
    const place = this.#place([first, last], sentence, at);
    if (place === 'across') this.#losses.push({ what: 'entities across sentences', count: 1 });
    return typeof place === 'object' ? [{ type: name, ...place }] : [];
  }

  #relation(
    [headFirst, headLast, tailFirst, tailLast, name]: readonly [number, number, number, number, string, ...unknown[]],
    sentence: number,
    mentions: readonly TokenMention[],
    at: string,
  ): readonly TokenRelation[] {
    checkType(name, this.#schema?.relations, `${at}[4]`, this.findings);
    const ends = [
      [headFirst, headLast],
      [tailFirst, tailLast],
    ] as const;
    const isAnyHere = ends.some((range) => this.#meets(range, sentence));
    const places = ends.map((range) => this.#place(range, sentence, at, isAnyHere));
    if (places.includes('bad')) return [];
    if (places.includes('across')) {
      this.#losses.push({ what: 'relations across sentences', count: 1 });
      return [];
    }
    const [head = -1, tail = -1] = places.map((place) => (typeof place === 'object' ? mentionAt(mentions, place) : -1));
    if (head < 0 || tail < 0) {
      this.#losses.push({ what: 'relations of words that are no entity', count: 1 });
      return [];
    }
    return [{ type: name, head, tail }];
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
