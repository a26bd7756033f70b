import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { EntityType, Schema } from '../annotation/schema';
import { schemaOf } from '../annotation/schema';
import type { TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import type { Format, NamedContent } from './format';
import { totalLosses } from './format';
import { allGood, issueTexts, unknownType, unreadable, type Records } from './records';
import { fromTokenSentences, toTokenSentences } from './tokenText';

/**
 * SpERT's JSON, in which CoNLL04 (and ADE, SciERC) are passed around: an array of sentences, each with its tokens, entities as token
 * ranges and relations between entries of its own `entities` array. Types stand in a second file, NAME_types.json.
 */
export const spert: Format = {
  name: 'spert',
  aliases: ['conll04'],
  detect: ({ content }) => /^\uFEFF?\s*\[/.test(content) && /"tokens"\s*:/.test(content) && /"entities"\s*:/.test(content),
  read(files) {
    const types = files.find(isTypes);
    const schema = types && readTypes(types);
    const texts = files
      .filter((file) => file !== types)
      .map((file) => fromTokenSentences(file.name.replace(/\.json$/, '.txt'), readSpert(file, schema)));
    return { texts, ...(schema === undefined ? {} : { schema }) };
  },
  losses: (texts) => totalLosses(texts.flatMap((text) => toTokenSentences(text).losses)),
  write: (texts, schema, file) => [
    { name: file, content: writeSpert(texts.flatMap((text) => toTokenSentences(text).sentences)) },
    { name: typesName(file), content: writeTypes(schema) },
  ],
};

/** The name of the types file beside a data file: `F_types.json` beside `F.json`. */
export function typesName(file: string): string {
  return `${file.replace(/\.json$/, '')}_types.json`;
}

function isTypes({ content }: NamedContent): boolean {
  return /^\uFEFF?\s*\{/.test(content);
}

const index = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'));
const type = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'));
const score = v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const record = v.object({
  tokens: v.pipe(
    v.array(v.pipe(v.string('must be a string'), v.minLength(1, 'an empty token'))),
    v.minLength(1, 'the sentence has no tokens'),
  ),
  entities: v.array(v.object({ type, start: index, end: index, score })),
  relations: v.array(v.object({ type, head: index, tail: index, score })),
  orig_id: v.exactOptional(v.nullable(v.union([v.string(), v.number()]))),
});
type SpertRecord = v.InferOutput<typeof record>;

/**
 * Reads SpERT JSON.
 * @param schema refuses types that it doesn't have, where given
 * @throws SpangridError `data.invalid` with file, JSON path, reason and the number of good records
 */
export function readSpert(file: NamedContent, schema?: Schema): readonly TokenSentence[] {
  return allGood(file, spertRecords(file, schema));
}

/**
 * Reads SpERT JSON, good records and bad.
 * @param schema finds fault with types that it doesn't have, where given
 */
export function spertRecords({ content }: NamedContent, schema?: Schema): Records {
  const parsed = parseJson(content);
  if ('reason' in parsed) return unreadable(parsed.reason);
  if (!Array.isArray(parsed.data)) return unreadable('not SpERT JSON: it must be an array of sentences');
  const sentences: TokenSentence[] = [];
  const findings: string[] = [];
  for (const [number, data] of parsed.data.entries()) {
    const result = v.safeParse(record, data, { abortPipeEarly: true });
    const at = `[${String(number)}]`;
    const problems = result.success
      ? misfits(result.output, schema).map((problem) => `${at}.${problem}`)
      : issueTexts(result.issues, at, '.');
    if (result.success && problems.length === 0) sentences.push(sentenceOf(result.output));
    findings.push(...problems);
  }
  return { sentences, findings, good: sentences.length, bad: parsed.data.length - sentences.length, losses: [] };
}

/** What is wrong with a record whose shape is right, with the JSON paths. */
function misfits({ tokens, entities, relations }: SpertRecord, schema: Schema | undefined): readonly string[] {
  const found: string[] = [];
  for (const [number, entity] of entities.entries()) {
    const at = `entities[${String(number)}]`;
    if (schema !== undefined && !Object.hasOwn(schema.entities, entity.type))
      found.push(`${at}.type: ${unknownType(entity.type, schema.entities)}`);
    if (entity.start >= entity.end) found.push(`${at}.end: must be greater than start (${String(entity.start)}), is ${String(entity.end)}`);
    else if (entity.end > tokens.length)
      found.push(`${at}.end: ${String(entity.end)} is beyond the sentence's ${String(tokens.length)} tokens`);
  }
  for (const [number, relation] of relations.entries()) {
    const at = `relations[${String(number)}]`;
    if (schema !== undefined && !Object.hasOwn(schema.relations, relation.type))
      found.push(`${at}.type: ${unknownType(relation.type, schema.relations)}`);
    for (const end of ['head', 'tail'] as const)
      if (relation[end] >= entities.length)
        found.push(`${at}.${end}: ${String(relation[end])} is no index into the sentence's ${String(entities.length)} entities`);
  }
  return found;
}

function sentenceOf({ tokens, entities, relations, orig_id: origId }: SpertRecord): TokenSentence {
  return {
    tokens,
    mentions: entities.map(({ start, end, ...rest }): TokenMention => ({ ...rest, startToken: start, endToken: end })),
    relations: relations.map((relation): TokenRelation => relation),
    ...(origId === undefined || origId === null ? {} : { origId }),
  };
}

/** SpERT JSON, one sentence a line. */
export function writeSpert(sentences: readonly TokenSentence[]): string {
  const records = sentences.map(({ tokens, mentions, relations, origId }) =>
    JSON.stringify({
      tokens,
      entities: mentions.map(({ type: name, startToken, endToken, score: value }) => ({
        type: name,
        start: startToken,
        end: endToken,
        score: value,
      })),
      relations: relations.map(({ type: name, head, tail, score: value }) => ({ type: name, head, tail, score: value })),
      orig_id: origId,
    }),
  );
  return `[${records.map((line) => `\n${line}`).join(',')}\n]\n`;
}

const entityType = v.object({ short: v.exactOptional(v.string()), verbose: v.exactOptional(v.string()) });
const relationType = v.object({ ...entityType.entries, symmetric: v.exactOptional(v.boolean(), false) });
const types = v.object({ entities: v.record(v.string(), entityType), relations: v.record(v.string(), relationType) });

/**
 * Reads a types file.
 * @throws SpangridError `data.invalid`
 */
export function readTypes(file: NamedContent): Schema {
  const parsed = parseJson(file.content);
  if ('reason' in parsed) throw invalid(file, parsed.reason);
  const result = v.safeParse(types, parsed.data);
  if (!result.success) throw invalid(file, firstIssue(result.issues));
  return schemaOf(result.output.entities, result.output.relations);
}

/** The types file of a schema. A type without names of its own is called by what it is. */
export function writeTypes(schema: Schema): string {
  const names = (name: string, { short, verbose }: Pick<EntityType, 'short' | 'verbose'>): { short: string; verbose: string } => ({
    short: short ?? name,
    verbose: verbose ?? name.replaceAll('_', ' '),
  });
  const entities = Object.entries(schema.entities).map(([name, one]) => [name, names(name, one)] as const);
  const relations = Object.entries(schema.relations).map(
    ([name, one]) => [name, { ...names(name, one), symmetric: one.symmetric }] as const,
  );
  return `${JSON.stringify({ entities: Object.fromEntries(entities), relations: Object.fromEntries(relations) }, undefined, 1)}\n`;
}

function invalid(file: NamedContent, reason: string): SpangridError {
  return new SpangridError('data.invalid', `${file.name}: ${reason}.`);
}
