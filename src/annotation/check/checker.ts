import type { Span } from '../../text/span';
import { extent, isLost } from '../document';
import { counted, quoted } from '../names';
import { SPLITS } from '../split';
import { comparable } from '../wholeWords';
import { BareTokens, Wanted } from './bareTokens';
import { type Checked, compareFindings, type Finding, findingsIn, type Place } from './rules';
import { type Split, splitNamedIn } from './splitNames';

/** A text among those that are checked together. */
export interface NamedText extends Checked {
  /** Its own among them. */
  readonly name: string;
  /** Says which split the text belongs to, if it names one. */
  readonly path: string;
}

/** What a comparison came to. */
export interface Updated {
  /** Names of the texts whose findings are others now. */
  readonly changed: ReadonlySet<string>;
  /** How many texts were checked by the rules that need one text alone. */
  readonly checked: number;
  /** Of how many words and sentences it was worked out anew where they stand and how they are labelled. */
  readonly compared: number;
}

/** A name that stands in a text, or a sentence of it. */
interface Part {
  readonly span: Span;
  /** Of a mention. */
  readonly id?: string;
  readonly type?: string;
  /** Of a sentence. */
  readonly split?: Split;
}

/** What a text has, by words. */
type Parts = ReadonlyMap<string, readonly Part[]>;

const NOTHING: Parts = new Map();

/** In so many places at least a text must be labelled before it is missed elsewhere. */
const LABELLED = 2;

/** What is known of a text. Its document is not kept: a folder of them would fill the memory. */
interface Known {
  readonly name: string;
  readonly index: Index;
  /** Of the rules that need this text alone. */
  readonly findings: readonly Finding[];
  readonly labelled: Parts;
  readonly sentences: Parts;
  readonly tokens: BareTokens;
  /** Where words stand without a label that have one elsewhere. */
  bare: Map<string, readonly Part[]>;
}

/**
 * Finds what looks wrong in texts, each by itself and compared with each other. After a change, only the texts that changed are checked
 * again, and of the comparison only what they had or have part in. Texts of different types are not compared.
 */
export class Checker {
  readonly #known = new Map<string, Known>();
  readonly #indices = new Map<string, Index>();
  /** What was taken in since the last comparison, and where findings changed. */
  #renewed = new Set<Known>();
  #changed = new Set<string>();

  /** What was found in a text, in its order. */
  findings(name: string): readonly Finding[] {
    const known = this.#known.get(name);
    if (known === undefined) return [];
    return [...known.findings, ...known.index.findings(name)].sort(compareFindings);
  }

  /** Takes a text in, new or changed. It is compared with the others by `compare`. */
  put(text: NamedText): void {
    const known = this.#read(text);
    this.#replace(text.name, known);
    this.#renewed.add(known);
  }

  remove(name: string): void {
    this.#replace(name, undefined);
  }

  /** Compares what was taken in or out since with all the others. */
  compare(): Updated {
    const steps = this.comparing();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /** The same in steps of a text each; until the last, nothing else may be asked of the checker. */
  *comparing(): Generator<undefined, Updated> {
    const [changed, renewed] = [this.#changed, this.#renewed];
    this.#changed = new Set();
    this.#renewed = new Set();
    let compared = 0;
    for (const index of this.#indices.values()) {
      const fresh = index.newWords();
      for (const known of index.texts) {
        if (renewed.has(known)) index.findBare(known);
        else if (fresh.length > 0) index.findFresh(known, fresh);
        else continue;
        yield;
      }
      compared += index.compare(changed);
    }
    return { changed, checked: renewed.size, compared };
  }

  #read({ name, path, text, document, schema }: NamedText): Known {
    const labelled = new Map<string, Part[]>();
    for (const mention of document.mentions.values()) {
      if (mention.status !== 'accepted' || mention.spans.length > 1 || isLost(mention)) continue;
      const span = extent(mention);
      const words = comparable(text.slice(span.startChar, span.endChar), false);
      if (words !== '') add(labelled, words, { span, id: mention.id, type: mention.type });
    }
    const split = splitNamedIn(path);
    const sentences = new Map<string, Part[]>();
    for (const { startChar, endChar, state } of split === undefined ? [] : document.sentences)
      if (state !== 'skipped')
        add(sentences, comparable(text.slice(startChar, endChar), false), { span: { startChar, endChar }, ...(split && { split }) });
    const scope = schema === undefined ? '' : JSON.stringify([Object.keys(schema.entities), Object.keys(schema.relations)]);
    const index = this.#indices.get(scope) ?? new Index();
    this.#indices.set(scope, index);
    const findings = findingsIn({ text, document, schema });
    return { name, index, findings, labelled, sentences, tokens: new BareTokens(text, document), bare: new Map() };
  }

  #replace(name: string, next: Known | undefined): void {
    const before = this.#known.get(name);
    if (before !== undefined && before.index !== next?.index) before.index.replace(name, before, undefined);
    next?.index.replace(name, before?.index === next.index ? before : undefined, next);
    if (next === undefined) this.#known.delete(name);
    else this.#known.set(name, next);
    if (before !== undefined) this.#renewed.delete(before);
    if (!isSame(before?.findings ?? [], next?.findings ?? [])) this.#changed.add(name);
  }
}

/** What the texts of the same types have in common: by words, where they are labelled and where not; by sentences, where they stand. */
class Index {
  readonly texts = new Set<Known>();
  readonly #wanted = new Wanted();
  readonly #labelled = new Table();
  readonly #bare = new Table();
  readonly #sentences = new Table();
  readonly #aboutWords = new About();
  readonly #aboutSentences = new About();

  findings(name: string): readonly Finding[] {
    return [...this.#aboutWords.findings(name), ...this.#aboutSentences.findings(name)];
  }

  replace(name: string, before: Known | undefined, next: Known | undefined): void {
    if (before !== undefined) this.texts.delete(before);
    if (next !== undefined) {
      this.texts.add(next);
      if (before !== undefined) next.bare = before.bare;
    }
    this.#labelled.replace(name, before?.labelled, next?.labelled);
    this.#sentences.replace(name, before?.sentences, next?.sentences);
    if (next === undefined) this.#bare.replace(name, before?.bare, undefined);
  }

  /** The words that are labelled somewhere now and were nowhere before; those that no longer are, are looked for no more. */
  newWords(): readonly string[] {
    const fresh: string[] = [];
    for (const words of this.#labelled.touched) {
      const isLabelled = this.#labelled.row(words) !== undefined;
      if (isLabelled && !this.#wanted.has(words)) {
        this.#wanted.add(words);
        fresh.push(words);
      } else if (!isLabelled) this.#wanted.delete(words);
    }
    return fresh;
  }

  /** Finds where a text that is new or changed has words without a label that have one elsewhere. */
  findBare(known: Known): void {
    const bare = new Map<string, readonly Part[]>();
    for (const [words, spans] of known.tokens.find(this.#wanted)) bare.set(words, partsOf(spans));
    this.#bare.replace(known.name, known.bare, bare);
    known.bare = bare;
  }

  /** Adds to what is known of a text where it has these words. */
  findFresh(known: Known, fresh: readonly string[]): void {
    for (const words of fresh) {
      const parts = partsOf(known.tokens.search(words));
      if (parts.length === 0) continue;
      known.bare.set(words, parts);
      this.#bare.set(known.name, words, parts);
    }
  }

  /** Works out anew what was touched; gives how many words and sentences that are. */
  compare(changed: Set<string>): number {
    const words = new Set([...this.#labelled.touched, ...this.#bare.touched]);
    for (const one of words) this.#aboutWords.renew(one, comparedWords(one, this.#labelled.row(one), this.#bare.row(one)), changed);
    for (const one of this.#sentences.touched) this.#aboutSentences.renew(one, comparedSentences(this.#sentences.row(one)), changed);
    const compared = words.size + this.#sentences.touched.size;
    for (const table of [this.#labelled, this.#bare, this.#sentences]) table.touched.clear();
    return compared;
  }
}

function partsOf(spans: readonly Span[]): readonly Part[] {
  return spans.map((span) => ({ span }));
}

/** Findings by the text that they are in. */
type Findings = ReadonlyMap<string, readonly Finding[]>;

/** Where words stand, by the names of texts. */
type Row = ReadonlyMap<string, readonly Part[]>;

class Table {
  readonly #rows = new Map<string, Map<string, readonly Part[]>>();
  /** The words about which something changed. */
  readonly touched = new Set<string>();

  row(words: string): Row | undefined {
    return this.#rows.get(words);
  }

  /** Puts what a text has in place of what it had. */
  replace(name: string, before: Parts = NOTHING, next: Parts = NOTHING): void {
    for (const words of before.keys()) {
      if (next.has(words)) continue;
      const row = this.#rows.get(words);
      row?.delete(name);
      if (row?.size === 0) this.#rows.delete(words);
      this.touched.add(words);
    }
    for (const [words, parts] of next) if (!isSame(before.get(words) ?? [], parts)) this.set(name, words, parts);
  }

  set(name: string, words: string, parts: readonly Part[]): void {
    const row = this.#rows.get(words) ?? new Map<string, readonly Part[]>();
    this.#rows.set(words, row.set(name, parts));
    this.touched.add(words);
  }
}

/** Findings by the words or the sentence that they are about. */
class About {
  readonly #found = new Map<string, Findings>();
  /** By the names of texts, what there are findings about. */
  readonly #words = new Map<string, Set<string>>();

  findings(name: string): readonly Finding[] {
    return Array.from(this.#words.get(name) ?? [], (words) => this.#found.get(words)?.get(name) ?? []).flat();
  }

  /** @param changed gets the names of the texts whose findings are others now */
  renew(words: string, next: Findings, changed: Set<string>): void {
    const before = this.#found.get(words) ?? NONE;
    for (const name of new Set([...before.keys(), ...next.keys()])) {
      if (isSame(before.get(name) ?? [], next.get(name) ?? [])) continue;
      changed.add(name);
      const own = this.#words.get(name) ?? new Set<string>();
      this.#words.set(name, own);
      if (next.has(name)) own.add(words);
      else own.delete(words);
    }
    if (next.size === 0) this.#found.delete(words);
    else this.#found.set(words, next);
  }
}

const NONE: Findings = new Map();

/** How words are labelled, here and there. */
function comparedWords(words: string, labelled: Row = NOTHING, bare: Row = NOTHING): Findings {
  const findings = new Map<string, Finding[]>();
  const counts = new Map<string, number>();
  const firsts = new Map<string, Place>();
  for (const [name, parts] of labelled)
    for (const { type = '', span } of parts) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      keepFirst(firsts, type, { name, span });
    }
  const ranked = [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  const say = (name: string, part: Part, code: 'inconsistent-type' | 'unlabelled-repeat', here: string, type: string): void => {
    const message = `${quoted(words)} is ${here} here, and ${type} in ${counted(counts.get(type) ?? 0, 'other place')}`;
    const related = firsts.get(type);
    add(findings, name, {
      code,
      span: part.span,
      message,
      items: part.id === undefined ? [] : [part.id],
      type,
      ...(related && { related }),
    });
  };
  if (ranked.length > 1)
    for (const [name, parts] of labelled)
      for (const part of parts) {
        const { type = '' } = part;
        const [other, count] = ranked.find(([one]) => one !== type) ?? ['', 0];
        if (count >= (counts.get(type) ?? 0)) say(name, part, 'inconsistent-type', type, other);
      }
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
  const [all, missing] = [sum(counts.values()), sum(Array.from(bare.values(), ({ length }) => length))];
  const [commonest] = ranked;
  if (commonest !== undefined && all >= LABELLED && all > missing)
    for (const [name, parts] of bare) for (const part of parts) say(name, part, 'unlabelled-repeat', 'not labelled', commonest[0]);
  return findings;
}

/** Sentences of one split that stand in an earlier one, too. */
function comparedSentences(row: Row = NOTHING): Findings {
  const findings = new Map<string, Finding[]>();
  const firsts = new Map<Split, Place>();
  for (const [name, parts] of row) for (const { split, span } of parts) if (split !== undefined) keepFirst(firsts, split, { name, span });
  const earliest = SPLITS.find((split) => firsts.has(split));
  const related = earliest && firsts.get(earliest);
  if (related === undefined || firsts.size === 1) return findings;
  for (const [name, parts] of row)
    for (const { split, span } of parts)
      if (split !== earliest)
        add(findings, name, {
          code: 'train-test-overlap',
          span,
          message: `This sentence of ${split ?? ''} stands in ${earliest ?? ''}, too`,
          items: [],
          related,
        });
  return findings;
}

/** By the texts' names: which of them came first must not matter. */
function keepFirst<K>(firsts: Map<K, Place>, key: K, place: Place): void {
  const first = firsts.get(key);
  if (first === undefined || place.name < first.name) firsts.set(key, place);
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function isSame(a: readonly object[], b: readonly object[]): boolean {
  return a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
}
