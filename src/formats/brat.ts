import type { Mention } from '../annotation/document';
import { quoted } from '../annotation/names';
import type { Schema } from '../annotation/schema';
import { schemaOf } from '../annotation/schema';
import type { Span } from '../text/span';
import { fileName, FileNames } from './fileNames';
import type { AnnotatedText, Format, Written } from './format';
import type { Intake } from './intake';
import { countedLosses, origIdsLost, statesLost } from './losses';
import {
  CodePoints,
  fromOffsets,
  INSIDE_A_CHARACTER,
  itemsToWrite,
  onOneLine,
  piecesOf,
  remade,
  sentencesAround,
  unwritten,
  type OffsetMention,
  type OffsetRelation,
} from './offsets';
import { lineReader, type Line } from './pieces';
import { unknownType } from './records';

/**
 * brat's standoff: a text, and beside it a file of annotations, one a line, whose offsets count code points. A mention's words stand
 * in its line, so brat cuts one that goes over a line end in two; here it is one.
 */
export const brat: Format = {
  name: 'brat',
  aliases: [],
  title: 'brat standoff',
  endings: ['.ann'],
  isFolder: true,
  detect: ({ name, content }) => name.endsWith('.ann') && (content.trim() === '' || /^(?:[TREAMN]\d+|#\d*|\*)\t/.test(content)),
  companions: (file) => (file.endsWith('.ann') ? [textName(file), CONF] : []),
  reader(file, companions, intake) {
    const text = companions.find(({ name }) => name === textName(file));
    const conf = companions.find(({ name }) => name === CONF);
    intake.schema = (conf && typesOf(conf.content)) ?? intake.schema;
    const lines: Line[] = [];
    return lineReader(
      intake,
      (line) => {
        lines.push(line);
        return [];
      },
      () => {
        if (text === undefined) throw new RangeError(`its text ${textName(file)} is not beside it`);
        return new AnnReader(text.content, intake).read(lines, text.name);
      },
    );
  },
  writer() {
    const names = new FileNames();
    return {
      add: (text) => write(text, names.free(fileName(text.document.text.file))),
      end: (schema) => [{ name: CONF, content: confOf(schema) }],
    };
  },
};

const CONF = 'annotation.conf';

function textName(file: string): string {
  return file.replace(/\.ann$/, '.txt');
}

/** What ends a line of brat's, which Python reads: one or more of them. */
const LINE_ENDS = /[\n\v\f\x85\u2028\u2029]+/gu;
const ONLY_LINE_ENDS = new RegExp(`^${LINE_ENDS.source}$`, 'u');

const ENTITY = /^T\S*\t(\S+) (-?\d+ -?\d+(?:;-?\d+ -?\d+)*) *(?:\t(.*))?$/su;
const EVENT = /^E\S*\t[^\s:]+:(\S+)(?:\s.*)?$/su;
const COMMENT = /^#\S*\t(\S+) (\S+)(?:\t(.*))?$/su;
/** What is counted only, by its first letter. */
const OTHERS: Readonly<Record<string, string>> = { A: 'attributes', M: 'attributes', N: 'normalisations', '*': 'equivalences' };

/** Reads the lines of an annotation file. */
class AnnReader {
  readonly #text: string;
  readonly #codePoints: CodePoints;
  readonly #intake: Intake;
  readonly #mentions = new Map<string, OffsetMention>();
  readonly #relations = new Map<string, OffsetRelation>();
  /** The trigger of each event, by the event's id. */
  readonly #triggers = new Map<string, string>();
  readonly #notes = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(text: string, intake: Intake) {
    this.#text = text;
    this.#codePoints = new CodePoints(text);
    this.#intake = intake;
  }

  read(lines: readonly Line[], file: string): readonly AnnotatedText[] {
    // Relations may stand before their mentions, and notes before what they are about.
    const first = lines.filter((line) => this.#take(line, () => this.#define(line.text)) === 'later');
    const last = first.filter((line) => this.#take(line, () => this.#relate(line.text)) === 'later');
    for (const line of last) this.#take(line, () => this.#note(line.text));
    const noted = <T extends OffsetMention | OffsetRelation>([id, item]: readonly [string, T]): T => {
      const note = this.#notes.get(id) ?? '';
      return note === '' ? item : { ...item, note };
    };
    const read = { mentions: [...this.#mentions].map(noted), relations: [...this.#relations].map(noted) };
    const sentences = sentencesAround(this.#text, piecesOf(read.mentions), [], this.#intake.tokenizer);
    return [fromOffsets(file, this.#text, read, sentences)];
  }

  /** @param work reads the line; gives what is wrong with it, 'later' where it is another kind of line */
  #take({ text, number }: Line, work: () => string | undefined): string | undefined {
    if (text.trim() === '') return undefined;
    const problem = work();
    if (problem === undefined) this.#intake.accept();
    else if (problem !== 'later') this.#intake.refuse([`line ${String(number)}: ${problem}`]);
    return problem;
  }

  /** A mention, an event, or what is counted only. */
  #define(line: string): string | undefined {
    const [id = ''] = line.split('\t', 1);
    if (id === line) return 'there is no tab behind its id';
    const kind = line.charAt(0);
    if (kind !== '*' && kind !== '#') {
      if (this.#seen.has(id)) return `${id} stands twice`;
      this.#seen.add(id);
    }
    if (kind === 'T') return this.#mention(id, line);
    if (kind === 'E') {
      const trigger = EVENT.exec(line)?.[1];
      if (trigger === undefined) return 'not an event: it must be like "E1<tab>TYPE:T1 ROLE:T2"';
      this.#triggers.set(id, trigger);
      this.#intake.lose('events');
      return undefined;
    }
    if (kind === 'R' || kind === '#') return 'later';
    const what = OTHERS[kind];
    if (what === undefined) return `${quoted(id)} is no id: it must begin with T, R, E, A, M, N, # or *`;
    this.#intake.lose(what);
    return undefined;
  }

  #mention(id: string, line: string): string | undefined {
    const [, type, offsets, words] = ENTITY.exec(line) ?? [];
    if (type === undefined || offsets === undefined) return 'not an entity: it must be like "T1<tab>TYPE 0 3<tab>Bob"';
    const unknown = unknownType(type, this.#intake.schema?.entities);
    if (unknown !== undefined) return unknown;
    const spans = this.#spans(offsets);
    if (typeof spans === 'string') return spans;
    const pieces = spans.map(({ startChar, endChar }) => this.#text.slice(startChar, endChar));
    const isSame = (own: string): boolean => words === undefined || onOneLine(own).trimEnd() === onOneLine(words).trimEnd();
    // Before version 1.3, nothing stood between the pieces.
    if (!isSame(pieces.join(' ')) && !isSame(pieces.join('')))
      return `its words are ${quoted(words ?? '')}, but ${offsets} of the text is ${quoted(pieces.join(' '))}`;
    this.#mentions.set(id, { key: id, type, spans: this.#joined(spans), status: 'accepted' });
    return undefined;
  }

  #spans(offsets: string): readonly Span[] | string {
    const spans: Span[] = [];
    for (const offset of offsets.split(';')) {
      const [start = 0, end = 0] = offset.split(' ').map(Number);
      if (end <= start) return `${offset} is empty: its end must be greater than its start`;
      const [startChar, endChar] = [this.#codePoints.toUnits(start), this.#codePoints.toUnits(end)];
      if (start < 0 || startChar === undefined || endChar === undefined)
        return `${offset} is outside the text, which has ${String(this.#codePoints.fromUnits(this.#text.length))} characters`;
      spans.push({ startChar, endChar });
    }
    spans.sort((a, b) => a.startChar - b.startChar);
    const overlaps = spans.some(({ endChar }, index) => endChar > (spans[index + 1]?.startChar ?? Infinity));
    return overlaps ? `its pieces ${offsets} overlap` : spans;
  }

  /** Without the cuts that only keep line ends out of the file. */
  #joined(spans: readonly Span[]): readonly Span[] {
    const joined: Span[] = [];
    for (const span of spans) {
      const last = joined.at(-1);
      if (last !== undefined && ONLY_LINE_ENDS.test(this.#text.slice(last.endChar, span.startChar)))
        joined.splice(-1, 1, { startChar: last.startChar, endChar: span.endChar });
      else joined.push(span);
    }
    return joined;
  }

  #relate(line: string): string | undefined {
    if (line.startsWith('#')) return 'later';
    const [id = '', data = ''] = line.split('\t');
    const [type = '', ...args] = data.trim().split(' ');
    const [[firstRole, first = ''] = [], [secondRole, second = ''] = []] = args.map((arg) => arg.split(':'));
    if (args.length !== 2 || type === '' || first === '' || second === '')
      return 'not a relation: it must be like "R1<tab>TYPE Arg1:T1 Arg2:T2"';
    const unknown = unknownType(type, this.#intake.schema?.relations);
    if (unknown !== undefined) return unknown;
    const isTurned = firstRole === 'Arg2' && secondRole === 'Arg1';
    if (!isTurned && (firstRole !== 'Arg1' || secondRole !== 'Arg2')) this.#intake.lose("names of relations' arguments");
    const ends = [first, second].map((end) => this.#triggers.get(end) ?? end);
    const missing = ends.find((end) => !this.#mentions.has(end));
    if (missing !== undefined) return `there is no entity ${missing}`;
    const [head = '', tail = ''] = isTurned ? ends.reverse() : ends;
    this.#relations.set(id, { type, head, tail, status: 'accepted' });
    return undefined;
  }

  #note(line: string): string | undefined {
    const [, kind, about = '', words = ''] = COMMENT.exec(line) ?? [];
    const target = this.#triggers.get(about) ?? about;
    if (kind === 'AnnotatorNotes' && (this.#mentions.has(target) || this.#relations.has(target))) {
      const before = this.#notes.get(target);
      this.#notes.set(target, before === undefined ? words : `${before}\n${words}`);
    } else this.#intake.lose('comments that are no notes about entities or relations');
    return undefined;
  }
}

/** What an export has of a text. */
function write({ text, document, origIds }: AnnotatedText, name: string): Written {
  const left = origIdsLost(origIds);
  const codePoints = new CodePoints(text);
  const { mentions, relations } = itemsToWrite(document, (mention) => place(mention, text, codePoints, left), left);
  left.push(...statesLost(document.sentences, 'done'));
  unwritten([...mentions.map(([mention]) => mention), ...relations], ['discuss', 'suggested'], left);
  remade(document, sentencesAround(text, piecesOf(mentions.map(([mention]) => mention))), left);

  const ids = new Map<string, string>();
  const lines = mentions.map(([{ id, type }, { offsets, words }], index) => {
    ids.set(id, `T${String(index + 1)}`);
    return `T${String(index + 1)}\t${typeName(type)} ${offsets}\t${words}`;
  });
  for (const [index, { id, type, head, tail }] of relations.entries()) {
    ids.set(id, `R${String(index + 1)}`);
    lines.push(`R${String(index + 1)}\t${typeName(type)} Arg1:${ids.get(head) ?? ''} Arg2:${ids.get(tail) ?? ''}\t`);
  }
  const items = [...mentions.map(([mention]) => mention), ...relations];
  let notes = 0;
  for (const { id, type, note = '' } of items) {
    if (typeName(type) !== type) left.push('types with blanks in their names: they are written with "_"');
    if (note === '') continue;
    for (const line of note.split(LINE_ENDS_OF_NOTES)) lines.push(`#${String(++notes)}\tAnnotatorNotes ${ids.get(id) ?? ''}\t${line}`);
  }
  return {
    pieces: [
      { name: `${name}.txt`, content: text },
      { name: `${name}.ann`, content: lines.map((line) => `${line}\n`).join('') },
    ],
    losses: countedLosses(left),
  };
}

const LINE_ENDS_OF_NOTES = /\r\n?|\n/u;

/** A type has no blanks. */
function typeName(type: string): string {
  return type.replace(/[\s\p{Cc}]/gu, '_');
}

/** The columns of a mention, or why it has none. @param left gets what is not quite the same */
function place(
  { spans }: Mention,
  text: string,
  codePoints: CodePoints,
  left: string[],
): { readonly offsets: string; readonly words: string } | string {
  const filled = spans.filter(({ startChar, endChar }) => startChar < endChar);
  const cut = filled.map((span) => withoutLineEnds(text, span));
  const pieces = cut.flat();
  const offsets = pieces.map((piece) => codePoints.span(piece));
  if (offsets.includes(undefined)) return INSIDE_A_CHARACTER;
  if (pieces.length === 0) return 'mentions of line ends alone';
  for (const [index, own] of cut.entries())
    if (own[0]?.startChar !== filled[index]?.startChar || own.at(-1)?.endChar !== filled[index]?.endChar)
      left.push('line ends at the edges of mentions');
  for (const [index, { endChar }] of filled.entries())
    if (ONLY_LINE_ENDS.test(text.slice(endChar, filled[index + 1]?.startChar ?? endChar)))
      left.push('gaps in discontinuous mentions that are line ends alone');
  return {
    offsets: offsets.map((piece) => `${String(piece?.start)} ${String(piece?.end)}`).join(';'),
    words: pieces.map(({ startChar, endChar }) => text.slice(startChar, endChar)).join(' '),
  };
}

/** A span's pieces between line ends. */
function withoutLineEnds(text: string, { startChar, endChar }: Span): readonly Span[] {
  const pieces: Span[] = [];
  let from = startChar;
  const add = (to: number): void => {
    if (to > from) pieces.push({ startChar: from, endChar: to });
  };
  for (const { 0: ends, index } of text.slice(startChar, endChar).matchAll(LINE_ENDS)) {
    add(startChar + index);
    from = startChar + index + ends.length;
  }
  add(endChar);
  return pieces;
}

/** The types of an annotation.conf; undefined where it has none. What triggers an event is an entity here. */
function typesOf(conf: string): Schema | undefined {
  const entities = new Map<string, object>();
  const relations = new Map<string, { readonly head: readonly string[]; readonly tail: readonly string[]; readonly symmetric: boolean }>();
  const macros = new Map<string, string>();
  let section = '';
  for (const line of conf.split('\n').map((written) => written.replace(/^#.*/, '').trim())) {
    const heading = /^\[(.*)\]$/.exec(line)?.[1];
    const macro = /^<([^>]*)>\s*=\s*(.*)$/.exec(line);
    const [name = ''] = line.split(/\s/, 1);
    if (heading !== undefined) section = heading.toLowerCase();
    else if (macro !== null) macros.set(`<${macro[1] ?? ''}>`, macro[2] ?? '');
    // Abstract types, rules of overlap and separators.
    else if (name === '' || /^(?:!|<|--)/.test(name)) continue;
    else if (section === 'entities' || section === 'events') entities.set(name, {});
    else if (section === 'relations') {
      const args = line
        .slice(name.length)
        .split(',')
        .map((arg) => arg.trim().split(':') as [string, string?]);
      const isSymmetric = args.some(([role, value = '']) => role === '<REL-TYPE>' && value.includes('symmetric'));
      const [head = [], tail = []] = args
        .filter(([role]) => !role.startsWith('<'))
        .map(([, value = '']) => value.split('|').flatMap((type) => (macros.get(type) ?? type).split('|')));
      const standing = relations.get(name);
      relations.set(name, {
        head: either(standing?.head, head),
        tail: either(standing?.tail, tail),
        symmetric: isSymmetric || standing?.symmetric === true,
      });
    }
  }
  return entities.size === 0 ? undefined : schemaOf(Object.fromEntries(entities), Object.fromEntries(relations));
}

/** The types that one of two lists of a relation's admits; none named is any. */
function either(standing: readonly string[] | undefined, types: readonly string[]): readonly string[] {
  const isAny = types.some((type) => type.startsWith('<') || type === '') || standing?.length === 0;
  return isAny ? [] : [...new Set([...(standing ?? []), ...types])];
}

function confOf({ entities, relations }: Schema): string {
  const types = (names: readonly string[]): string => (names.length === 0 ? '<ENTITY>' : names.map(typeName).join('|'));
  return [
    '[entities]',
    ...Object.keys(entities).map(typeName),
    '',
    '[relations]',
    '<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>',
    ...Object.entries(relations).map(
      ([name, { head, tail, symmetric }]) =>
        `${typeName(name)}\tArg1:${types(head)}, Arg2:${types(tail)}${symmetric ? ', <REL-TYPE>:symmetric' : ''}`,
    ),
    '',
    '[events]',
    '',
    '[attributes]',
    '',
  ].join('\n');
}
