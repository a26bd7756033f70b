import * as v from 'valibot';
import { SpangridError } from '../errors';
import type { Span } from '../text/span';
import type { AnnotationDocument, Mention, Relation, Sentence } from './document';
import { firstIssue } from './issues';
import { mentionJson, mentionLine, relationJson, relationLine, sentenceJson, sentenceLine } from './lines';
import { compareMentions, compareRelations } from './order';
import { parseJson } from './parseJson';

/*
 * A document as the JSON of docs/formats.md. It stands here, not among the formats, because two sides need it: the annotation file
 * (src/files) and the `jsonl` format (src/formats), and neither may import the other.
 */

const VERSION = 1;

/** The document as its annotation file holds it: deterministic order, one sentence, mention or relation a line. */
export function toJson(document: AnnotationDocument): string {
  const list = (name: string, items: readonly string[]): string => `"${name}":[${items.map((item) => `\n${item}`).join(',')}\n]`;
  const { mentions, relations } = inFileOrder(document);
  const lists = [
    list('sentences', document.sentences.map(sentenceLine)),
    list('mentions', mentions.map(mentionLine)),
    list('relations', relations.map(relationLine)),
  ];
  return `${head(document)},\n${lists.join(',\n')}}\n`;
}

/** The same on one line and with the text itself, as a `jsonl` stream holds it. No line end at the end. */
export function toJsonLine(document: AnnotationDocument, text: string): string {
  const { mentions, relations } = inFileOrder(document);
  const sentences = document.sentences.map(sentenceJson).join(',');
  return `${head(document, text)},"sentences":[${sentences}],"mentions":[${mentions.map(mentionJson).join(',')}],"relations":[${relations.map(relationJson).join(',')}]}`;
}

function head(document: AnnotationDocument, content?: string): string {
  const { file, sha256 } = document.text;
  return `{"format":"spangrid","version":${String(VERSION)},"text":${JSON.stringify({ file, sha256, content })}`;
}

function inFileOrder(document: AnnotationDocument): { readonly mentions: readonly Mention[]; readonly relations: readonly Relation[] } {
  return {
    mentions: [...document.mentions.values()].sort(compareMentions),
    relations: [...document.relations.values()].sort(compareRelations(document.mentions)),
  };
}

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const span = v.pipe(
  v.strictTuple([offset, offset]),
  v.check(([start, end]) => start <= end, 'a span must not end before it starts'),
  v.transform(([startChar, endChar]) => ({ startChar, endChar })),
);
const inOrder = (spans: readonly Span[]): boolean => spans.every((one, index) => one.endChar <= (spans[index + 1]?.startChar ?? Infinity));
const spans = v.pipe(
  v.array(span),
  v.check((items) => inOrder(items), 'spans must be in order and must not overlap'),
);

const isFilled = (one: Span): boolean => one.startChar < one.endChar;

const id = v.pipe(v.string(), v.regex(/^[a-z2-7]{8}$/, 'an id is eight of the characters a-z, 2-7'));
const type = v.pipe(v.string(), v.minLength(1));
const decision = {
  status: v.picklist(['suggested', 'accepted', 'rejected']),
  score: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  model: v.exactOptional(v.string()),
  by: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
  discuss: v.exactOptional(v.literal(true)),
};

const sentence = v.pipe(
  v.strictObject({ startChar: offset, endChar: offset, state: v.picklist(['new', 'in-progress', 'done', 'skipped']), tokens: spans }),
  v.check(
    ({ startChar, endChar, tokens }) => [{ startChar, endChar }, ...tokens].every(isFilled),
    'sentences and tokens must not be empty',
  ),
  v.check(
    ({ startChar, endChar, tokens }) => startChar <= (tokens[0]?.startChar ?? startChar) && (tokens.at(-1)?.endChar ?? endChar) <= endChar,
    'tokens must lie inside their sentence',
  ),
);
/** A mention's span may be empty: its words were deleted from the text, and it is kept as lost. */
const mention = v.strictObject({
  id,
  type,
  spans: v.pipe(spans, v.minLength(1)),
  text: v.string(),
  before: v.string(),
  after: v.string(),
  ...decision,
});
const relation = v.strictObject({ id, type, head: id, tail: id, ...decision });

const file = v.strictObject({
  format: v.literal('spangrid'),
  version: v.literal(VERSION),
  text: v.strictObject({
    file: v.string(),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a SHA-256')),
    content: v.exactOptional(v.string()),
  }),
  sentences: v.pipe(
    v.array(sentence),
    v.check((items) => inOrder(items), 'sentences must be in order and must not overlap'),
  ),
  mentions: v.array(mention),
  relations: v.array(relation),
});

const header = v.object({ format: v.literal('spangrid'), version: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/**
 * Reads what `toJson` or `toJsonLine` wrote. Unknown keys are refused: they would be lost with the next write.
 * @param where names the file (and the line) in messages
 * @throws SpangridError `annotation.newerVersion` for a version that this program doesn't know, `annotation.invalid` with the JSON
 *   path for anything else that doesn't fit
 */
export function fromJson(json: string, where: string): { readonly document: AnnotationDocument; readonly content: string | undefined } {
  const read = parseJson(json);
  if ('reason' in read) throw invalid(where, read.reason);
  const about = v.safeParse(header, read.data);
  if (!about.success) throw invalid(where, `this is no Spangrid annotation file (${firstIssue(about.issues)})`);
  if (about.output.version > VERSION)
    throw new SpangridError(
      'annotation.newerVersion',
      `${where} was written by a newer Spangrid (version ${String(about.output.version)} of the file; this one reads ${String(VERSION)}). Update Spangrid to open it.`,
    );
  const result = v.safeParse(file, read.data, { abortPipeEarly: true });
  if (!result.success) throw invalid(where, firstIssue(result.issues));
  const { text, sentences, mentions, relations } = result.output;
  const document: AnnotationDocument = {
    text: { file: text.file, sha256: text.sha256 },
    sentences: sentences satisfies readonly Sentence[],
    mentions: byId<Mention>(mentions, 'mentions', where),
    relations: byId<Relation>(relations, 'relations', where),
  };
  for (const [index, { head: from, tail: to }] of relations.entries())
    for (const [name, end] of [
      ['head', from],
      ['tail', to],
    ] as const)
      if (!document.mentions.has(end)) throw invalid(where, `relations[${String(index)}].${name}: there is no mention ${end}`);
  return { document, content: text.content };
}

/**
 * Checks that every offset lies in the text. Reading can't: the annotation file doesn't hold the text.
 * @throws SpangridError `annotation.invalid`
 */
export function checkOffsets(document: AnnotationDocument, text: string, where: string): void {
  const lastSentence = document.sentences.at(-1);
  if (lastSentence !== undefined && lastSentence.endChar > text.length)
    throw invalid(where, `sentences[${String(document.sentences.length - 1)}] ends outside the text (${String(text.length)} characters)`);
  for (const { id: name, spans: pieces } of document.mentions.values())
    if ((pieces.at(-1)?.endChar ?? 0) > text.length)
      throw invalid(where, `the mention ${name} ends outside the text (${String(text.length)} characters)`);
}

function byId<T extends { readonly id: string }>(items: readonly T[], list: string, where: string): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [index, item] of items.entries()) {
    if (map.has(item.id)) throw invalid(where, `${list}[${String(index)}]: the id ${item.id} stands twice`);
    map.set(item.id, item);
  }
  return map;
}

function invalid(where: string, reason: string): SpangridError {
  return new SpangridError('annotation.invalid', `${where}: ${reason}.`);
}
