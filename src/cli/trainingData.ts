import { schemaOf, type Schema } from '../annotation/schema';
import type { TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { finalTarget } from '../files/atomicWrite';
import { lossText, totalLosses, type Loss } from '../formats/losses';
import type { Records } from '../formats/records';
import { encodable, UNENCODABLE } from '../model/training/encodable';
import { readRecords, readTypesFile, seenIn, typesBeside, type DataSet } from './dataSet';

/** What a model is trained on. */
export interface TrainingData {
  /**
   * The types, in the order of the types file (sorted where there is none); each relation type with the head and tail types that it has in
   * the training data (none: it admits all).
   */
  readonly schema: Schema;
  readonly entityTypes: readonly string[];
  readonly relationTypes: readonly string[];
  readonly sentences: {
    /** What a word table can hold of them; dev's behind those of train, where dev is trained on, too. */
    readonly train: readonly TokenSentence[];
    /** As they are: what a table can't hold counts as missed. None where dev is trained on, too. */
    readonly dev: readonly TokenSentence[];
  };
  /** What can't be trained on, of each file, most first. */
  readonly left: { readonly train: readonly Loss[]; readonly dev: readonly Loss[] };
  /** How many sentences of dev also stand in train, word for word. */
  readonly seenInTrain: number;
}

/** The data of one training with that of its test, where there is one. */
export interface ReadTrainingData extends TrainingData {
  readonly test: DataSet | undefined;
  /** What was read of annotated texts, a line each. */
  readonly about: readonly string[];
}

const MOST_FINDINGS = 20;

/**
 * Reads and checks everything before a training starts: data sets as `readDataSet` takes them, and the types (those of the file that is
 * named; else of the one beside train, else those that occur in train).
 * @param files `addDev`: dev is trained on, too
 * Errors: file.*, text.*, config.invalid; data.invalid lists what is bad, by file and record.
 */
export async function readTrainingData(files: {
  readonly train: string;
  readonly dev: string;
  readonly test?: string | undefined;
  readonly types?: string | undefined;
  readonly addDev?: boolean;
}): Promise<ReadTrainingData> {
  const given = files.types === undefined ? await typesBeside(files.train) : await readTypesFile(files.types);
  const train = await readRecords(files.train, given);
  const findings = findingsOf(files.train, train);
  // Of a file that is bad, the types that occur are not all known.
  const schema = given ?? (train.findings.length === 0 ? occurringTypes(train.sentences) : undefined);
  const read = async (split: 'dev' | 'test', path: string): Promise<typeof train> => {
    const records = await readRecords(path, schema);
    if ((await finalTarget(path)) === (await finalTarget(files.train)))
      findings.push(`${path}: it is the training data; ${split} must be other sentences`);
    // What is wrong with them was said of train.
    else if (JSON.stringify([records.sentences, records.findings]) === JSON.stringify([train.sentences, train.findings]))
      findings.push(`${path}: it holds the same as ${files.train}; ${split} must be other sentences`);
    else findings.push(...findingsOf(path, records));
    return records;
  };
  const dev = await read('dev', files.dev);
  const test = files.test === undefined ? undefined : await read('test', files.test);
  if (files.test !== undefined && (await finalTarget(files.test)) === (await finalTarget(files.dev)))
    findings.push(`${files.test}: it is dev, too; what is chosen on it says nothing of other sentences`);
  if (findings.length > 0 || schema === undefined) throw invalidData(findings);
  const data = trainingData(train.sentences, dev.sentences, schema, files.addDev);
  return {
    ...data,
    left: { train: totalLosses([...train.losses, ...data.left.train]), dev: totalLosses([...dev.losses, ...data.left.dev]) },
    test,
    about: [
      [files.train, train.about],
      [files.dev, dev.about],
      [files.test, test?.about],
    ].flatMap(([path, about]) => (about === undefined ? [] : [`${path ?? ''}: ${about}`])),
  };
}

/**
 * Sentences that were read without fault, made ready for training.
 * @param schema the types; left out, they are those that occur in train, sorted
 * @param addDev whether dev is trained on, too
 */
export function trainingData(
  train: readonly TokenSentence[],
  dev: readonly TokenSentence[],
  schema: Schema = occurringTypes(train),
  addDev = false,
): TrainingData {
  const [encoded, encodedDev] = [train.map(encodable), dev.map(encodable)];
  const lossesOf = (read: typeof encoded): readonly Loss[] =>
    totalLosses(read.flatMap(({ left }) => left.map((reason) => ({ what: UNENCODABLE[reason], count: 1 }))));
  return {
    schema: withObservedEnds(schema, addDev ? [...train, ...dev] : train),
    entityTypes: Object.keys(schema.entities),
    relationTypes: Object.keys(schema.relations),
    sentences: {
      train: (addDev ? [...encoded, ...encodedDev] : encoded).map(({ sentence }) => sentence),
      dev: addDev ? [] : dev,
    },
    left: { train: lossesOf(encoded), dev: lossesOf(encodedDev) },
    seenInTrain: seenIn(train, dev).filter(Boolean).length,
  };
}

/** What a person should know before the training starts, a line each: nothing of it is an error. */
export function noticesOf(data: TrainingData, files: { readonly train: string; readonly dev: string }): readonly string[] {
  const { left, seenInTrain, sentences, schema } = data;
  const isDevAdded = sentences.dev.length === 0;
  const list = (losses: readonly Loss[]): string => losses.map(lossText).join(', ');
  const unused = [
    ...data.entityTypes.filter((type) => !sentences.train.some(({ mentions }) => mentions.some((one) => one.type === type))),
    ...Object.keys(schema.relations).filter((type) => !sentences.train.some(({ relations }) => relations.some((one) => one.type === type))),
  ];
  return [
    ...(left.train.length > 0 ? [`${files.train}: not trained on, because a word table can't hold it: ${list(left.train)}`] : []),
    ...(left.dev.length > 0
      ? [`${files.dev}: ${isDevAdded ? 'not trained on' : "can't be found"}, because a word table can't hold it: ${list(left.dev)}`]
      : []),
    ...(seenInTrain > 0 && !isDevAdded
      ? [`${files.dev}: ${String(seenInTrain)} of ${String(sentences.dev.length)} sentences also stand in ${files.train}`]
      : []),
    ...(unused.length > 0 ? [`${files.train}: nothing to learn these types from: ${unused.join(', ')}`] : []),
  ];
}

/** The types that occur, sorted. */
export function occurringTypes(sentences: readonly TokenSentence[]): Schema {
  const sorted = <T>(names: readonly string[], value: T): Record<string, T> =>
    Object.fromEntries([...new Set(names)].sort().map((name) => [name, value]));
  return schemaOf(
    sorted(
      sentences.flatMap(({ mentions }) => mentions.map(({ type }) => type)),
      {},
    ),
    sorted(
      sentences.flatMap(({ relations }) => relations.map(({ type }) => type)),
      { symmetric: false },
    ),
  );
}

/** The schema in which each relation type admits the types of mention that it joins in these sentences. */
function withObservedEnds(schema: Schema, sentences: readonly TokenSentence[]): Schema {
  const heads = new Map<string, Set<string>>();
  const tails = new Map<string, Set<string>>();
  const add = (ends: Map<string, Set<string>>, relation: string, type: string): void => {
    ends.set(relation, (ends.get(relation) ?? new Set()).add(type));
  };
  for (const { mentions, relations } of sentences)
    for (const { type, head, tail } of relations) {
      add(heads, type, mentions[head]?.type ?? '');
      add(tails, type, mentions[tail]?.type ?? '');
    }
  const inOrder = (types: ReadonlySet<string> | undefined): string[] => Object.keys(schema.entities).filter((type) => types?.has(type));
  return {
    entities: schema.entities,
    relations: Object.fromEntries(
      Object.entries(schema.relations).map(([name, type]) => [
        name,
        { ...type, head: inOrder(heads.get(name)), tail: inOrder(tails.get(name)) },
      ]),
    ),
  };
}

/** What is wrong with a data file, with its name. */
export function findingsOf(file: string, { findings, sentences }: Records): string[] {
  if (findings.length === 0 && sentences.length === 0) return [`${file}: it has no sentences`];
  return findings.map((finding) => `${file}: ${finding}`);
}

/** The error that lists what is wrong with the data. */
export function invalidData(findings: readonly string[]): SpangridError {
  const more = findings.length - MOST_FINDINGS;
  const lines = findings.slice(0, MOST_FINDINGS).map((finding) => `\n  ${finding}`);
  const count = findings.length === 1 ? 'One thing is' : `${String(findings.length)} things are`;
  return new SpangridError(
    'data.invalid',
    `${count} wrong with the data; no training was started.${lines.join('')}${more > 0 ? `\n  and ${String(more)} more` : ''}`,
  );
}
