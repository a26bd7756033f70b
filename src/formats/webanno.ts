import type { Mention, Relation, Sentence } from '../annotation/document';
import { quoted } from '../annotation/names';
import { touching } from '../annotation/search';
import type { SentenceSpans, Span } from '../text/span';
import { spanKey } from '../text/span';
import { fileName, FileNames } from './fileNames';
import type { AnnotatedText, Format, Reader, Written } from './format';
import type { Intake } from './intake';
import { countedLosses, statesLost, totalLosses } from './losses';
import {
  cutTokens,
  fromOffsets,
  itemsToWrite,
  piecesOf,
  remade,
  unwritten,
  type OffsetMention,
  type OffsetRelation,
  type WrittenItems,
} from './offsets';
import { lineReader, type Line } from './pieces';
import { unknownType } from './records';

/**
 * WebAnno TSV 3.3, which INCEpTION exports: a row a token, a column a feature of a layer of annotations. Of the layers, one of spans is
 * read and one of relations between them. A row of its own within a token's has the annotations that begin or end inside the token.
 * What has several rows, or a row in common with others, carries a number; a relation stands where its tail begins, and names its head.
 */
export const webanno: Format = {
  name: 'webanno',
  aliases: [],
  title: 'WebAnno TSV (INCEpTION)',
  endings: ['.tsv'],
  isFolder: true,
  detect: ({ content }) => content.startsWith('#FORMAT=WebAnno TSV 3.'),
  companions: () => [],
  reader: (file, _companions, intake) => tsvReader(file, intake),
  writer() {
    const names = new FileNames();
    return { add: (text) => write(text, `${names.free(fileName(text.document.text.file))}.tsv`), end: () => [] };
  },
};

const SPAN_LAYER = 'de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity';
const RELATION_LAYER = 'webanno.custom.Relation';
const HEADER = `#FORMAT=WebAnno TSV 3.3
#T_SP=${SPAN_LAYER}|value
#T_RL=${RELATION_LAYER}|value|BT_${SPAN_LAYER}


`;
/** Layers that say something about each token, and the relations of syntax: never those of entities where there are others. */
const LINGUISTIC = /\.(?:POS|Lemma|Stem|MorphologicalFeatures|SurfaceForm|Token|Dependency|Constituent|Chunk)$/;

/** As many characters between two sentences are believed. */
const MAX_GAP = 1_000_000;

/** Nothing stands in a cell. */
const NONE = '_';
/** An annotation without a value. */
const NO_VALUE = '*';

/** A layer of annotations and its columns. */
interface Layer {
  readonly kind: 'T_SP' | 'T_CH' | 'T_RL';
  readonly name: string;
  /** Index of its first column behind the words. */
  readonly column: number;
  readonly features: readonly string[];
}

/** The layers that are read. */
interface Chosen {
  readonly spans: Layer | undefined;
  readonly relations: Layer | undefined;
  readonly others: readonly Layer[];
}

/** A token, or a part of one. */
interface Row extends Span {
  readonly id: string;
  readonly words: string;
  readonly cells: readonly string[];
  readonly line: number;
}

/** One of the annotations in a cell; `value` undefined where it has none. */
interface Entry {
  readonly value: string | undefined;
  /** The number in brackets behind it. */
  readonly number: string | undefined;
}

const NO_FORMAT = new RangeError('line 1: it must be "#FORMAT=WebAnno TSV 3.3"');

function tsvReader(file: string, intake: Intake): Reader {
  const reader = new TsvReader(intake);
  return lineReader(
    intake,
    (line) => {
      reader.take(line);
      return [];
    },
    () => [reader.end(file.replace(/\.tsv$/, '.txt'))],
  );
}

class TsvReader {
  readonly #intake: Intake;
  readonly #layers: Layer[] = [];
  #hasFormat = false;
  #isInHeader = true;
  #columns = 0;
  /** The text so far, with the line end that stands behind each sentence. */
  readonly #parts: string[] = [];
  #length = 0;
  readonly #sentences: SentenceSpans[] = [];
  readonly #ids: (string | undefined)[] = [];
  readonly #rows: Row[] = [];
  /** Of the sentence that is being read. */
  #open: { id?: string; readonly texts: string[]; readonly rows: Row[]; readonly line: number } | undefined;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** @throws RangeError where it is another file */
  take({ text, number }: Line): void {
    if (number === 1) this.#hasFormat = /^#FORMAT=WebAnno TSV 3\.\d+\s*$/.test(text);
    if (!this.#hasFormat) throw NO_FORMAT;
    if (number === 1) return;
    if (this.#isInHeader && text.startsWith('#T_')) this.#layer(text, number);
    else if (text === '') this.#close();
    else {
      this.#isInHeader = false;
      if (text.startsWith('#')) this.#heading(text, number);
      else this.#row(text, number);
    }
  }

  /** @throws RangeError where it is another file */
  end(file: string): AnnotatedText {
    if (!this.#hasFormat) throw NO_FORMAT;
    this.#close();
    this.#cutLineEnd();
    const read = new AnnotationReader(this.#intake, choose(this.#layers)).read(this.#rows);
    const sentences = cutTokens(this.#sentences, piecesOf(read.mentions));
    const cut = sentences.filter(({ tokens }, index) => tokens.length !== this.#sentences[index]?.tokens.length);
    this.#intake.lose('sentences of which a token was cut, where an annotation begins or ends in it', cut.length);
    const made = fromOffsets(file, this.#parts.join(''), read, sentences);
    return this.#ids.some((id) => id !== undefined) ? { ...made, origIds: this.#ids } : made;
  }

  #layer(line: string, number: number): void {
    const [, kind, name = '', rest = ''] = /^#(T_SP|T_CH|T_RL)=([^|]*)\|?(.*)$/.exec(line) ?? [];
    if (kind !== 'T_SP' && kind !== 'T_CH' && kind !== 'T_RL') throw new RangeError(`line ${String(number)}: ${quoted(line)} is no layer`);
    const features = rest.split('|');
    this.#layers.push({ kind, name, column: this.#columns, features });
    this.#columns += features.length;
  }

  #heading(line: string, number: number): void {
    if (this.#open !== undefined && this.#open.rows.length > 0) this.#close();
    this.#open ??= { texts: [], rows: [], line: number };
    if (line.startsWith('#Text=')) this.#open.texts.push(line.slice('#Text='.length));
    else if (line.startsWith('#Sentence.id=')) this.#open.id = unescaped(line.slice('#Sentence.id='.length));
  }

  #row(line: string, number: number): void {
    const [id = '', offsets = '', words = '', ...cells] = line.split('\t');
    const [, start, end] = /^(\d+)-(\d+)$/.exec(offsets) ?? [];
    const bad = (problem: string): void => {
      this.#intake.refuse([`line ${String(number)}: ${problem}`]);
    };
    if (!/^\d+-\d+(?:\.\d+)?$/.test(id) || start === undefined || end === undefined)
      bad('not a token: it must begin like "1-1<tab>0-3<tab>Bob"');
    else if (this.#open === undefined) bad('there is no "#Text=" line before it');
    else if (cells.length < this.#columns || cells.length > this.#columns + 1)
      bad(`${String(cells.length)} columns behind the word; the layers have ${String(this.#columns)}`);
    else {
      this.#open.rows.push({ id, startChar: Number(start), endChar: Number(end), words, cells, line: number });
    }
  }

  /** The sentence is at its end. */
  #close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const [first] = open.rows;
    if (first === undefined) {
      this.#intake.refuse([`line ${String(open.line)}: the sentence has no tokens`]);
      return;
    }
    // Two sentences without a line end between them.
    if (first.startChar === this.#length - 1) this.#cutLineEnd();
    const tokens = open.rows.filter(({ id }) => !id.includes('.'));
    const gap = first.startChar - this.#length;
    // What stood between two sentences is not kept: they are blanks.
    if (gap > 0 && gap <= MAX_GAP) this.#add(' '.repeat(gap));
    const problem =
      gap < 0 || gap > MAX_GAP
        ? { line: first.line, reason: `the sentence begins at ${String(first.startChar)}, the one before ends at ${String(this.#length)}` }
        : this.#misfit(open.texts, open.rows, tokens, first.startChar);
    if (problem === undefined) {
      this.#intake.good += open.rows.length;
      this.#rows.push(...open.rows);
      this.#sentences.push({ startChar: first.startChar, endChar: tokens.at(-1)?.endChar ?? first.endChar, tokens: tokens.map(spanOf) });
      this.#ids.push(open.id);
      return;
    }
    this.#intake.good += open.rows.length - 1;
    this.#intake.refuse([`line ${String(problem.line)}: ${problem.reason}`]);
  }

  #add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  /** Takes the line end off that stands behind the last sentence. */
  #cutLineEnd(): void {
    const last = this.#parts.pop()?.slice(0, -1);
    if (last === undefined) return;
    this.#parts.push(last);
    this.#length -= 1;
  }

  /** Takes the sentence's text, and says what in its rows does not fit it. */
  #misfit(
    texts: readonly string[],
    rows: readonly Row[],
    tokens: readonly Row[],
    begin: number,
  ): { readonly line: number; readonly reason: string } | undefined {
    const overlapping = tokens.find(
      ({ startChar, endChar }, index) => endChar <= startChar || startChar < (tokens[index - 1]?.endChar ?? 0),
    );
    if (overlapping !== undefined)
      return { line: overlapping.line, reason: `${spanKey(overlapping)} is empty or before the end of the token before` };
    // Older versions did not escape backslashes in texts.
    const written = texts.join('\n');
    const contents = [texts.map(unescaped).join('\n'), written];
    const wrongIn = (content: string): Row | undefined =>
      rows.find(({ startChar, endChar, words }) => {
        const own = content.slice(startChar - begin, endChar - begin);
        return own.length !== endChar - startChar || (own !== words && own !== unescaped(words));
      });
    const content = contents.find((one) => wrongIn(one) === undefined);
    if (content !== undefined) {
      this.#add(`${content}\n`);
      return undefined;
    }
    const [likeliest = ''] = contents;
    const wrong = wrongIn(likeliest) ?? rows[0];
    this.#add(`${likeliest}\n`);
    const there = likeliest.slice((wrong?.startChar ?? 0) - begin, (wrong?.endChar ?? 0) - begin);
    return {
      line: wrong?.line ?? 0,
      reason: `its word is ${quoted(unescaped(wrong?.words ?? ''))}, but ${wrong === undefined ? '' : spanKey(wrong)} of the text is ${quoted(there)}`,
    };
  }
}

function spanOf({ startChar, endChar }: Span): Span {
  return { startChar, endChar };
}

/** The relations' layer, its ends' layer; of spans alone the one of entities. */
function choose(layers: readonly Layer[]): Chosen {
  const of = (kind: Layer['kind']): readonly Layer[] =>
    layers.filter((layer) => layer.kind === kind).sort((a, b) => Number(LINGUISTIC.test(a.name)) - Number(LINGUISTIC.test(b.name)));
  const baseOf = ({ features }: Layer): string => (features.at(-1) ?? '').replace(/^BT_/, '');
  const spanLayers = of('T_SP');
  const plain = spanLayers.filter(({ name }) => !LINGUISTIC.test(name));
  const candidates = plain.length > 0 ? plain : spanLayers;
  const related = of('T_RL').find((layer) => candidates.some(({ name }) => name === baseOf(layer)));
  const spans =
    candidates.find(({ name }) => related !== undefined && name === baseOf(related)) ??
    candidates.find(({ name }) => name === SPAN_LAYER) ??
    candidates[0];
  const relations = spans === undefined ? undefined : related;
  return { spans, relations, others: layers.filter((layer) => layer !== spans && layer !== relations) };
}

/** Reads the columns of the chosen layers, and counts what stands in the others. */
class AnnotationReader {
  readonly #intake: Intake;
  readonly #chosen: Chosen;
  readonly #mentions = new Map<string, { readonly type: string; startChar: number; endChar: number }>();
  /** The mentions of a row, by its id: their keys, in the order of the cell. */
  readonly #at = new Map<string, readonly string[]>();
  readonly #counted = new Set<string>();
  readonly #bad = new Set<number>();

  constructor(intake: Intake, chosen: Chosen) {
    this.#intake = intake;
    this.#chosen = chosen;
  }

  read(rows: readonly Row[]): { readonly mentions: readonly OffsetMention[]; readonly relations: readonly OffsetRelation[] } {
    for (const row of rows) {
      this.#spans(row);
      this.#count(row);
    }
    const relations = rows.flatMap((row) => this.#relations(row));
    const mentions = Array.from(this.#mentions, ([key, { type, startChar, endChar }]): OffsetMention => ({
      key,
      type,
      spans: [{ startChar, endChar }],
      status: 'accepted',
    }));
    const filled = mentions.filter(({ spans: [span] }) => span !== undefined && span.startChar < span.endChar);
    this.#intake.lose('annotations of no character', mentions.length - filled.length);
    const keys = new Set(filled.map(({ key }) => key));
    const kept = relations.filter(({ head, tail }) => keys.has(head) && keys.has(tail));
    this.#intake.lose('relations of mentions that are left out', relations.length - kept.length);
    return { mentions: filled, relations: kept };
  }

  #spans({ id, startChar, endChar, cells, line }: Row): void {
    const layer = this.#chosen.spans;
    if (layer === undefined || cells[layer.column] === NONE) return;
    const columns = columnsOf(layer, cells);
    const keys = columns.types.map(({ value, number }, index) => {
      const key = number === undefined ? `${id}|${String(index)}` : `#${number}`;
      const standing = this.#mentions.get(key);
      if (standing !== undefined) {
        standing.startChar = Math.min(standing.startChar, startChar);
        standing.endChar = Math.max(standing.endChar, endChar);
        return key;
      }
      const type = value ?? shortName(layer);
      this.#refuse(line, unknownType(type, this.#intake.schema?.entities));
      this.#mentions.set(key, { type, startChar, endChar });
      this.#loseOthers(columns, index);
      return key;
    });
    this.#at.set(id, keys);
  }

  #relations({ id, cells, line }: Row): readonly OffsetRelation[] {
    const layer = this.#chosen.relations;
    if (layer === undefined || cells[layer.column] === NONE) return [];
    const columns = columnsOf({ ...layer, features: layer.features.slice(0, -1) }, cells);
    const references = entriesOf(cells[layer.column + layer.features.length - 1] ?? NONE);
    return references.flatMap(({ value = '', number }, index): readonly OffsetRelation[] => {
      const [, from, to] = /^(\d+)_(\d+)$/.exec(number ?? '0_0') ?? [];
      this.#loseOthers(columns, index);
      const head = this.#end(value, from);
      const tail = this.#end(id, to);
      if (head === undefined || tail === undefined) {
        this.#refuse(
          line,
          `there is no ${shortName(this.#chosen.spans)} ${quoted(number === undefined ? value : `${value}[${number}]`)} to relate to`,
        );
        return [];
      }
      const type = columns.types[index]?.value ?? shortName(layer);
      this.#refuse(line, unknownType(type, this.#intake.schema?.relations));
      return [{ type, head, tail, status: 'accepted' }];
    });
  }

  /** The key of a relation's end. @param number of the annotation, 0 where the row has but one */
  #end(row: string, number: string | undefined): string | undefined {
    if (number === undefined) return undefined;
    if (number !== '0') return this.#mentions.has(`#${number}`) ? `#${number}` : undefined;
    return this.#at.get(row)?.[0];
  }

  /** Counts what the n-th annotation in a layer's cells has beside its type. */
  #loseOthers({ features, entries }: Columns, index: number): void {
    for (const [column, feature] of features.entries())
      if (entries[column]?.[index]?.value !== undefined) this.#intake.lose(`values of the feature ${feature}`);
  }

  #count({ cells }: Row): void {
    for (const layer of this.#chosen.others)
      for (const { number } of entriesOf(cells[layer.column] ?? NONE)) {
        const key = `${layer.name} ${number ?? ''}`;
        // The same annotation on several rows; a chain's number is that of the chain.
        if (layer.kind === 'T_SP' && number !== undefined && this.#counted.has(key)) continue;
        this.#counted.add(key);
        this.#intake.lose(`annotations of the layer ${layer.name}`);
      }
  }

  /** @param problem nothing where there is none */
  #refuse(line: number, problem: string | undefined): void {
    if (problem === undefined || this.#bad.has(line)) return;
    this.#bad.add(line);
    this.#intake.good -= 1;
    this.#intake.refuse([`line ${String(line)}: ${problem}`]);
  }
}

/** What stands in a row of a layer. */
interface Columns {
  /** The types, or no value for each; with the number that any of the columns has. */
  readonly types: readonly Entry[];
  /** The other features, and what stands in their columns. */
  readonly features: readonly string[];
  readonly entries: readonly (readonly Entry[])[];
}

function columnsOf({ column, features }: Layer, cells: readonly string[]): Columns {
  // Links to other annotations take two columns, with numbers of their own.
  const isLink = features.map((feature, index) => feature.startsWith('ROLE_') || features[index - 1]?.startsWith('ROLE_') === true);
  const plain = [...features.keys()].filter((index) => isLink[index] === false);
  const chosen = plain.find((index) => features[index] === 'value' || features[index] === 'label') ?? plain[0];
  const entries = features.map((_, index) => entriesOf(cells[column + index] ?? NONE));
  const numbers = plain.map((index) => entries[index] ?? []);
  const others = [...features.keys()].filter((index) => index !== chosen);
  return {
    types: (entries[chosen ?? 0] ?? []).map(({ value }, index) => ({
      value: chosen === undefined ? undefined : value,
      number: numbers.map((own) => own[index]?.number).find((number) => number !== undefined),
    })),
    features: others.map((index) => features[index] ?? ''),
    entries: others.map((index) => entries[index] ?? []),
  };
}

function shortName(layer: Layer | undefined): string {
  return /[^.]+$/.exec(layer?.name ?? '')?.[0] ?? 'annotation';
}

/** The annotations in a cell. */
function entriesOf(cell: string): readonly Entry[] {
  if (cell === NONE || cell === '') return [];
  return splitAtBars(cell).map((entry) => {
    const [, value = entry, number] = /^((?:\\.|[^\\[])*)\[([\d_]+)\]$/su.exec(entry) ?? [];
    return { value: value === NO_VALUE || value === '' ? undefined : unescaped(value), number };
  });
}

/** The parts of a cell between bars that are not escaped. */
function splitAtBars(cell: string): readonly string[] {
  const parts = [''];
  for (const [piece] of cell.matchAll(/(?:\\.|[^\\|])+|\||\\/gsu)) {
    if (piece === '|') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return parts;
}

const LETTERS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f' };

function unescaped(written: string): string {
  if (!written.includes('\\')) return written;
  return written.replace(
    /\\(?:([tnrbf])|u([\dA-Fa-f]{4})|([0-3][0-7]{2})|(->)|(.))/gsu,
    (_, letter: string, hex: string, octal: string, arrow: string, other: string) => {
      if (hex) return String.fromCharCode(parseInt(hex, 16));
      if (octal) return String.fromCharCode(parseInt(octal, 8));
      return LETTERS[letter] ?? (arrow || other);
    },
  );
}

/** In texts, only what would end a line or cell is escaped. */
function escapedText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function escapedValue(value: string): string {
  return escapedText(value).replace(/->|[[\]|_;*]/g, '\\$&');
}

/** A row that a mention has: a token, or a part of one. */
interface Unit extends Span {
  /** The token's sentence and place, from 0. */
  readonly sentence: number;
  readonly token: number;
  readonly isPart: boolean;
}

/** What an export has of a text. */
function write({ text, document, origIds }: AnnotatedText, name: string): Written {
  const left: string[] = [];
  const filled = document.sentences.flatMap((sentence, index) => (sentence.tokens.length > 0 ? [{ sentence, id: origIds?.[index] }] : []));
  const sentences = filled.map(({ sentence }) => sentence);
  const { mentions, relations } = itemsToWrite(document, (mention) => place(mention, sentences), left);
  left.push(...statesLost(document.sentences, 'done'));
  unwritten([...mentions.map(([mention]) => mention), ...relations], ['note', 'discuss', 'suggested'], left);

  const read = sentences.map(({ tokens }) => ({ startChar: tokens[0]?.startChar ?? 0, endChar: tokens.at(-1)?.endChar ?? 0, tokens }));
  remade(document, cutTokens(read, piecesOf(mentions.map(([mention]) => mention))), left);
  const before = text.slice(0, read[0]?.startChar);
  const lost = read.length === 0 ? 'characters of texts without tokens' : 'characters before the first token: they become blanks';

  const rows = rowsOf(read, mentions);
  const numbered = mentions.filter(
    ([, { units }]) => units.length > 1 || units.some((unit) => (rows.get(unitKey(unit))?.mentions.length ?? 0) > 1),
  );
  const numbers = new Map(numbered.map(([{ id }], index) => [id, String(index + 1)]));
  const firstRows = new Map(mentions.map(([{ id }, { units }]) => [id, units[0] && rows.get(unitKey(units[0]))]));
  for (const relation of relations) firstRows.get(relation.tail)?.relations.push(relation);
  const reference = ({ head, tail }: Relation): string => {
    const pair = [head, tail].map((end) => numbers.get(end) ?? '0');
    return `${firstRows.get(head)?.label ?? ''}${pair.every((number) => number === '0') ? '' : `[${pair.join('_')}]`}`;
  };
  const line = ({ label, unit, mentions: own, relations: related }: WrittenRow): string => {
    const cells = [
      own.map(({ id, type }) => `${escapedValue(type)}${numbers.has(id) ? `[${numbers.get(id) ?? ''}]` : ''}`),
      related.map(({ type }) => escapedValue(type)),
      related.map(reference),
    ].map((values) => (values.length === 0 ? NONE : values.join('|')));
    return [label, spanKey(unit), escapedText(text.slice(unit.startChar, unit.endChar)), ...cells, '\n'].join('\t');
  };
  const bySentence = read.map((): string[] => []);
  for (const row of rows.values()) bySentence[row.unit.sentence]?.push(line(row));
  const blocks = read.map(({ startChar }, index) => {
    const next = read[index + 1]?.startChar;
    // With a sentence goes what stands before the next; a line end at its end is there without saying.
    const content = text.slice(startChar, next);
    const lines = (next === undefined ? content : content.replace(/\n$/, '')).split('\n');
    const id = filled[index]?.id;
    return [
      ...(id === undefined ? [] : [`#Sentence.id=${escapedText(String(id))}\n`]),
      ...lines.map((part) => `#Text=${escapedText(part)}\n`),
      ...(bySentence[index] ?? []),
    ].join('');
  });
  return {
    pieces: [{ name, content: `${HEADER}${blocks.join('\n')}` }],
    losses: totalLosses([...countedLosses(left), { what: lost, count: read.length > 0 && /^ *$/.test(before) ? 0 : before.length }]),
  };
}

/** A row of an export, and what stands in it. */
interface WrittenRow {
  /** As "1-2", of a part "1-2.1". */
  readonly label: string;
  readonly unit: Unit;
  readonly mentions: readonly Mention[];
  /** Those that have their tail here. */
  readonly relations: Relation[];
}

/** The rows of sentences, in their order, by `unitKey`: each token, and behind it its parts that mentions have. */
function rowsOf(sentences: readonly SentenceSpans[], mentions: WrittenItems<Place>['mentions']): ReadonlyMap<string, WrittenRow> {
  const units = new Map<string, Unit>();
  const at = new Map<string, Mention[]>();
  for (const [sentence, { tokens }] of sentences.entries())
    for (const [token, span] of tokens.entries()) {
      const unit = { ...spanOf(span), sentence, token, isPart: false };
      units.set(unitKey(unit), unit);
    }
  for (const [mention, place] of mentions)
    for (const unit of place.units) {
      const key = unitKey(unit);
      units.set(key, unit);
      const own = at.get(key) ?? [];
      own.push(mention);
      at.set(key, own);
    }
  const inOrder = [...units].sort(
    ([, a], [, b]) =>
      a.sentence - b.sentence ||
      a.token - b.token ||
      Number(a.isPart) - Number(b.isPart) ||
      a.startChar - b.startChar ||
      b.endChar - a.endChar,
  );
  let part = 0;
  return new Map(
    inOrder.map(([key, unit]): [string, WrittenRow] => {
      part = unit.isPart ? part + 1 : 0;
      const label = `${String(unit.sentence + 1)}-${String(unit.token + 1)}${unit.isPart ? `.${String(part)}` : ''}`;
      return [key, { label, unit, mentions: at.get(key) ?? [], relations: [] }];
    }),
  );
}

function unitKey({ sentence, token, isPart, startChar, endChar }: Unit): string {
  return `${String(sentence)}-${String(token)}${isPart ? ` ${String(startChar)}-${String(endChar)}` : ''}`;
}

interface Place {
  readonly units: readonly Unit[];
}

/** The rows of a mention, or why it has none. */
function place({ spans: [span, ...more] }: Mention, sentences: readonly Sentence[]): Place | string {
  if (span === undefined || more.length > 0) return 'discontinuous mentions';
  const [first, end] = touching(sentences, span);
  const units = sentences.slice(first, end).flatMap((sentence, index) => {
    const [start, stop] = touching(sentence.tokens, span);
    return sentence.tokens.slice(start, stop).map((token, at): Unit => {
      const [startChar, endChar] = [Math.max(token.startChar, span.startChar), Math.min(token.endChar, span.endChar)];
      const isPart = startChar !== token.startChar || endChar !== token.endChar;
      return { startChar, endChar, sentence: first + index, token: start + at, isPart };
    });
  });
  const isWhole = units[0]?.startChar === span.startChar && units.at(-1)?.endChar === span.endChar;
  return isWhole ? { units } : 'mentions that begin or end outside of tokens';
}
