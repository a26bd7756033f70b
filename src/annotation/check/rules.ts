import type { Span } from '../../text/span';
import type { AnnotationDocument, Item, Mention, Relation } from '../document';
import { extent, isLost } from '../document';
import { layoutOf } from '../layout';
import { mentionKey } from '../mention';
import { counted, quoted } from '../names';
import { compareMentions, compareRelations, compareText } from '../order';
import { admits, isSymmetric, type RelationType, type Schema } from '../schema';
import { firstFrom } from '../search';
import type { Code } from './catalogue';
import { trimmed } from './edges';

/** What is checked. */
export interface Checked {
  readonly text: string;
  readonly document: AnnotationDocument;
  /** The types that hold; without it nothing is said about types. */
  readonly schema?: Schema | undefined;
}

/** A stretch of one of the texts that are checked together, by its name. */
export interface Place {
  readonly name: string;
  readonly span: Span;
}

/** Something that looks wrong. */
export interface Finding {
  readonly code: Code;
  /** Where, in the text. */
  readonly span: Span;
  /** What is wrong there, in a sentence without a full stop. */
  readonly message: string;
  /** Ids of the items that it is about, the one that would be changed first. */
  readonly items: readonly string[];
  /** The type that stands at the same words elsewhere. */
  readonly type?: string;
  /** Where else to look. */
  readonly related?: Place;
}

/** The rules that need one text alone, by their codes. */
const TEXT_RULES = {
  'stale-anchor': staleAnchors,
  'unknown-type': unknownTypes,
  constraint: brokenConstraints,
  duplicate: duplicates,
  overlap: overlaps,
  'token-boundary': cutTokens,
  'edge-punctuation': edgePunctuation,
  'done-with-suggestions': openSuggestions,
} as const satisfies Partial<Record<Code, (checked: Checked) => Iterable<Finding>>>;

/** What the rules that need one text alone find in it, in the order of the text. */
export function findingsIn(checked: Checked): readonly Finding[] {
  return Object.values(TEXT_RULES)
    .flatMap((rule) => [...rule(checked)])
    .sort(compareFindings);
}

/** By where they are in the text. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    a.span.startChar - b.span.startChar ||
    a.span.endChar - b.span.endChar ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message) ||
    compareText(a.items[0] ?? '', b.items[0] ?? '')
  );
}

/** Whether an item is there for whoever reads the annotations: not rejected. */
export function stands({ status }: Item): boolean {
  return status !== 'rejected';
}

/** What was rejected needs no place. */
function* staleAnchors({ document, text }: Checked): Iterable<Finding> {
  // Behind the last word there is no line to show it at.
  const end = text.trimEnd().length;
  for (const mention of document.mentions.values()) {
    if (!isLost(mention) || !stands(mention)) continue;
    const context = `"…${oneLine(mention.before)}[${oneLine(mention.text)}]${oneLine(mention.after)}…"`;
    const at = Math.min(extent(mention).startChar, end);
    const message = `The words of ${nameOf(mention)} are no longer in the text: ${context}`;
    yield { ...finding('stale-anchor', mention, message), span: { startChar: at, endChar: at } };
  }
}

function* unknownTypes({ document, schema }: Checked): Iterable<Finding> {
  if (schema === undefined || Object.keys(schema.entities).length === 0) return;
  for (const mention of document.mentions.values())
    if (stands(mention) && !Object.hasOwn(schema.entities, mention.type))
      yield finding('unknown-type', mention, `${nameOf(mention)}: there is no such type of mention, there are ${listed(schema.entities)}`);
  for (const relation of document.relations.values())
    if (stands(relation) && !Object.hasOwn(schema.relations, relation.type))
      yield ofRelation(
        'unknown-type',
        document,
        relation,
        `${triple(document, relation)}: there is no such type of relation, there are ${listed(schema.relations)}`,
      );
}

function* brokenConstraints({ document, schema }: Checked): Iterable<Finding> {
  for (const relation of document.relations.values()) {
    const [head, tail] = endsOf(document, relation);
    if (!stands(relation) || head === undefined || tail === undefined) continue;
    const say = (why: string): Finding => ofRelation('constraint', document, relation, `${triple(document, relation)}: ${why}`);
    const type = schema !== undefined && Object.hasOwn(schema.relations, relation.type) ? schema.relations[relation.type] : undefined;
    const rejected = [head, tail].find((mention) => !stands(mention));
    if (head === tail) yield say('it joins a mention to itself');
    else if (rejected !== undefined) yield say(`${quoted(rejected.text)} was rejected`);
    else if (schema !== undefined && type !== undefined && !admits(schema, relation.type, head.type, tail.type))
      yield say(`${relation.type} goes from ${admitted(type, 'head')} to ${admitted(type, 'tail')}, not from ${head.type} to ${tail.type}`);
  }
}

function admitted(type: RelationType, end: 'head' | 'tail'): string {
  return type[end].length === 0 ? 'any type' : type[end].join(' or ');
}

function* duplicates({ document, schema }: Checked): Iterable<Finding> {
  const there = mentionsByWorth(document).filter((mention) => !isLost(mention));
  for (const [mention, kept] of repeated(there, mentionKey))
    yield { ...finding('duplicate', mention, `${nameOf(mention)} stands here twice`), items: [mention.id, kept.id] };
  const ends = ({ type, head, tail }: Relation): readonly string[] =>
    schema !== undefined && isSymmetric(schema.relations, type) ? [head, tail].sort() : [head, tail];
  const relations = [...document.relations.values()].sort((a, b) => decided(a) - decided(b) || compareRelations(document.mentions)(a, b));
  for (const [relation] of repeated(relations, (one) => [one.type, ...ends(one)].join(' ')))
    yield ofRelation('duplicate', document, relation, `${triple(document, relation)} stands here twice`);
}

/** Those that stand and have the same key as one before, with the first of them. */
function* repeated<T extends Item>(items: readonly T[], keyOf: (item: T) => string): Iterable<readonly [T, T]> {
  const firsts = new Map<string, T>();
  for (const item of items.filter(stands)) {
    const key = keyOf(item);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, item);
    else yield [item, first];
  }
}

/** Of equal mentions the one to keep first: accepted before suggested, then that with more relations. */
function mentionsByWorth(document: AnnotationDocument): readonly Mention[] {
  const relations = new Map<string, number>();
  for (const relation of document.relations.values())
    for (const id of [relation.head, relation.tail]) relations.set(id, (relations.get(id) ?? 0) + 1);
  const count = ({ id }: Mention): number => relations.get(id) ?? 0;
  return [...document.mentions.values()].sort((a, b) => decided(a) - decided(b) || count(b) - count(a) || compareMentions(a, b));
}

function decided({ status }: Item): number {
  return status === 'accepted' ? 0 : 1;
}

function* overlaps({ document }: Checked): Iterable<Finding> {
  const pieces = [...document.mentions.values()]
    .filter((mention) => stands(mention) && !isLost(mention))
    .sort(compareMentions)
    .flatMap((mention) => mention.spans.map((span) => ({ mention, span })))
    .sort((a, b) => a.span.startChar - b.span.startChar);
  const said = new Set<string>();
  let before: typeof pieces = [];
  for (const piece of pieces) {
    const { mention, span } = piece;
    before = before.filter((other) => other.span.endChar > span.startChar);
    for (const { mention: other } of before) {
      const pair = [mention.id, other.id].sort().join(' ');
      // Of one type and place, they are duplicates.
      if (other === mention || said.has(pair) || mentionKey(mention) === mentionKey(other)) continue;
      said.add(pair);
      yield { ...finding('overlap', mention, `${nameOf(mention)} overlaps ${nameOf(other)}`), items: [mention.id, other.id] };
    }
    before.push(piece);
  }
}

function* cutTokens({ document, text }: Checked): Iterable<Finding> {
  for (const mention of document.mentions.values()) {
    if (!stands(mention) || isLost(mention)) continue;
    const cut = (offset: number): string | undefined => {
      const sentence = document.sentences[firstFrom(document.sentences, offset) - 1];
      const token = sentence?.tokens[firstFrom(sentence.tokens, offset) - 1];
      return token === undefined || token.endChar <= offset ? undefined : quoted(text.slice(token.startChar, token.endChar));
    };
    const [begins, ends] = [
      mention.spans.map(({ startChar }) => cut(startChar)).find((word) => word !== undefined),
      mention.spans.map(({ endChar }) => cut(endChar)).find((word) => word !== undefined),
    ];
    const where = begins === undefined ? ends && `ends inside the word ${ends}` : `begins inside the word ${begins}`;
    if (where !== undefined) yield finding('token-boundary', mention, `${nameOf(mention)} ${where}`);
  }
}

function* edgePunctuation({ document, text }: Checked): Iterable<Finding> {
  for (const mention of document.mentions.values()) {
    const [span, ...more] = mention.spans;
    if (!stands(mention) || span === undefined || more.length > 0 || isLost(mention)) continue;
    const words = trimmed(document.sentences, span, text);
    const cut = [text.slice(span.startChar, words.startChar), text.slice(words.endChar, span.endChar)].map((mark) => mark.trim());
    const say = (where: string, mark = ''): Finding =>
      finding('edge-punctuation', mention, `${nameOf(mention)} ${where} ${mark === '' ? 'white space' : mark}`);
    if (words.startChar === words.endChar) yield say('is nothing but punctuation:', oneLine(text.slice(span.startChar, span.endChar)));
    else if (words.startChar > span.startChar) yield say('begins with', cut[0]);
    else if (words.endChar < span.endChar) yield say('ends with', cut[1]);
  }
}

function* openSuggestions({ document }: Checked): Iterable<Finding> {
  const layout = layoutOf(document);
  for (const [index, sentence] of document.sentences.entries()) {
    const items = layout.sentences[index];
    if (sentence.state !== 'done' || items === undefined) continue;
    const open = [...items.mentions, ...items.relations].filter(({ status }) => status === 'suggested');
    const [first] = open;
    if (first === undefined) continue;
    const span = 'spans' in first ? extent(first) : spanOfRelation(document, first);
    const message = `This sentence is done and has ${counted(open.length, 'open suggestion')}`;
    yield { code: 'done-with-suggestions', span, message, items: open.map(({ id }) => id) };
  }
}

function finding(code: Code, mention: Mention, message: string): Finding {
  return { code, span: extent(mention), message, items: [mention.id] };
}

/** A relation is at its head. */
function ofRelation(code: Code, document: AnnotationDocument, relation: Relation, message: string): Finding {
  return { code, span: spanOfRelation(document, relation), message, items: [relation.id] };
}

function spanOfRelation(document: AnnotationDocument, relation: Relation): Span {
  const [head] = endsOf(document, relation);
  return head === undefined ? { startChar: 0, endChar: 0 } : extent(head);
}

function endsOf({ mentions }: AnnotationDocument, { head, tail }: Relation): readonly [Mention | undefined, Mention | undefined] {
  return [mentions.get(head), mentions.get(tail)];
}

/** "'Rome' (Loc)" */
export function nameOf({ text, type }: Mention): string {
  return `${quoted(text)} (${type})`;
}

/** "'Ann' Live_In 'Rome'" */
export function triple(document: AnnotationDocument, relation: Relation): string {
  const [head, tail] = endsOf(document, relation).map((mention) => quoted(mention?.text ?? '?'));
  return `${head ?? ''} ${relation.type} ${tail ?? ''}`;
}

/** So many types a message lists. */
const LISTED = 8;

function listed(types: object): string {
  const names = Object.keys(types);
  return names.length > LISTED
    ? `${names.slice(0, LISTED).join(', ')} and ${String(names.length - LISTED)} more`
    : names.join(', ') || 'none';
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ');
}
