import * as v from 'valibot';
import { firstIssue } from '../annotation/issues';
import { parseJson } from '../annotation/parseJson';
import type { EntityType, Schema } from '../annotation/schema';
import { schemaOf } from '../annotation/schema';
import type { TokenMention, TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { ArrayFile } from './arrayFile';
import type { AnnotatedText, Format, NamedContent, Reader } from './format';
import type { Intake } from './intake';
import type { Element } from './pieces';
import {
  allGood,
  checkType,
  firstLineOf,
  indexShape,
  jsonElements,
  recordsOf,
  refuseRecord,
  tokensShape,
  typeShape,
  type Records,
} from './records';
import { SentenceTexts, toTokenSentences } from './tokenText';

/**
 * SpERT's JSON, in which CoNLL04 (and ADE, SciERC) are passed around: an array of sentences, each with its tokens, entities as token
 * ranges and relations between entries of its own `entities` array. Types stand in a second file.
 */
export const spert: Format = {
  name: 'spert',
  aliases: ['conll04'],
  title: 'CoNLL04 JSON (SpERT)',
  endings: ['.json'],
  isFolder: false,
  detect: ({ content }) => /^\s*\[/.test(content) && /"tokens"\s*:/.test(content) && /"entities"\s*:/.test(content),
  companions: typesNames,
  reader(file, [types], intake) {
    if (types !== undefined) intake.schema = readTypes(types);
    const texts = new SentenceTexts(file);
    return sentenceReader(
      intake,
      (sentence, line) => texts.add(sentence, line),
      () => texts.end(),
    );
  },
  writer(file) {
    const array = new ArrayFile(file);
    return {
      add(text) {
        const { sentences, losses } = toTokenSentences(text);
        return { pieces: [array.add(...sentences.map(spertLine))], losses };
      },
      end: (schema) => [array.end(), { name: typesName(file), content: writeTypes(schema) }],
    };
  },
};

/** Data sets come as NAME_train.json, NAME_dev.json, NAME_test.json or NAME_full.json, with one NAME_types.json for all of them. */
export const SPLIT = /_(?:train|dev|valid|validation|test|full)\.json$/;

/** The names that the types file of a data file may have, the likelier first. */
export function typesNames(file: string): readonly string[] {
  return [...new Set([typesName(file), file.replace(SPLIT, '_types.json')])].filter(
    (name) => name !== file && !file.endsWith('_types.json'),
  );
}

/** The name of the types file beside a data file: `F_types.json` beside `F.json`. */
export function typesName(file: string): string {
  return `${file.replace(/\.json$/, '')}_types.json`;
}

const score = v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const record = v.object({
  tokens: tokensShape,
  entities: v.array(v.object({ type: typeShape, start: indexShape, end: indexShape, score })),
  relations: v.array(v.object({ type: typeShape, head: indexShape, tail: indexShape, score })),
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

/** Reads SpERT JSON, good records and bad. @param schema finds fault with types that it doesn't have, where given */
export function spertRecords(file: NamedContent, schema?: Schema): Records {
  return recordsOf(file, schema, (one, found) =>
    sentenceReader(one, (sentence) => {
      found(sentence);
      return [];
    }),
  );
}

function sentenceReader(
  intake: Intake,
  found: (sentence: TokenSentence, line: number) => readonly AnnotatedText[],
  last?: () => readonly AnnotatedText[],
): Reader {
  const read = (given: SpertRecord, element: Element): readonly AnnotatedText[] => {
    const problems = misfits(given, intake.schema);
    if (problems.length > 0) {
      refuseRecord(intake, element, problems);
      return [];
    }
    intake.accept();
    return found(sentenceOf(given), firstLineOf(element));
  };
  return jsonElements(intake, record, read, last);
}

/** What is wrong with a record whose shape is right, with the JSON paths. */
function misfits({ tokens, entities, relations }: SpertRecord, schema: Schema | undefined): readonly string[] {
  const found: string[] = [];
  for (const [number, entity] of entities.entries()) {
    const at = `entities[${String(number)}]`;
    checkType(entity.type, schema?.entities, `${at}.type`, found);
    if (entity.start >= entity.end) found.push(`${at}.end: must be greater than start (${String(entity.start)}), is ${String(entity.end)}`);
    else if (entity.end > tokens.length)
      found.push(`${at}.end: ${String(entity.end)} is beyond the sentence's ${String(tokens.length)} tokens`);
  }
  for (const [number, relation] of relations.entries()) {
    const at = `relations[${String(number)}]`;
    checkType(relation.type, schema?.relations, `${at}.type`, found);
    for (const end of ['head', 'tail'] as const)
      if (relation[end] >= entities.length)
        found.push(`${at}.${end}: ${String(relation[end])} is no index into the sentence's ${String(entities.length)} entities`);
  }
  return found;
}

function sentenceOf({ tokens, entities, relations, orig_id: origId }: SpertRecord): TokenSentence {
  return {
    tokens,
    mentions: entities.map(({ type: name, start, end, score: value }): TokenMention => {
      const mention = { type: name, startToken: start, endToken: end };
      return value === undefined ? mention : { ...mention, score: value };
    }),
    relations,
    ...(origId === undefined || origId === null ? {} : { origId }),
  };
}

/** SpERT JSON, one sentence a line. */
export function writeSpert(sentences: readonly TokenSentence[]): string {
  return `[${sentences.map((sentence) => `\n${spertLine(sentence)}`).join(',')}\n]\n`;
}

function spertLine({ tokens, mentions, relations, origId }: TokenSentence): string {
  return JSON.stringify({
    tokens,
    entities: mentions.map(({ type: name, startToken, endToken, score: value }) => ({
      type: name,
      start: startToken,
      end: endToken,
      score: value,
    })),
    relations: relations.map(({ type: name, head, tail, score: value }) => ({ type: name, head, tail, score: value })),
    orig_id: origId,
  });
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
