/** Spangrid's own annotation files, and streams of them, as a data set: what is done in them is gold. */
import { CONFIG_NAME } from '../annotation/config';
import type { AnnotationDocument, Item, Status } from '../annotation/document';
import { exported } from '../annotation/export';
import { layoutOf } from '../annotation/layout';
import { counted } from '../annotation/names';
import type { Schema } from '../annotation/schema';
import type { SpangridError } from '../errors';
import { totalLosses } from '../formats/losses';
import { unknownType, type Records } from '../formats/records';
import { toTokenSentences } from '../formats/tokenText';
import { sourceTexts, type SourceText } from '../exchange/sourceTexts';

/** Annotated texts as a data set. */
export interface AnnotatedRecords extends Records {
  /** What was found, in words. */
  readonly about: string;
}

/**
 * The annotated texts of a path: an annotation file, a folder of them, or a stream of texts.
 * Errors: file.missing, file.unreadable, config.invalid.
 */
export async function readAnnotatedTexts(path: string, schema: Schema | undefined): Promise<AnnotatedRecords> {
  const texts: SourceText[] = [];
  const findings: string[] = [];
  const onBad = ({ message }: SpangridError): void => {
    findings.push(message.replace(/\.$/, ''));
  };
  for await (const text of sourceTexts([path], { onBad })) texts.push(text);
  return asRecords(texts, findings, schema);
}

function asRecords(texts: readonly SourceText[], findings: readonly string[], schema: Schema | undefined): AnnotatedRecords {
  const read = texts.map(({ text, document, name }) => {
    const gold = withoutRemarks(exported(document, { threshold: 0, only: 'done' }));
    return { name, gold, all: document.sentences.length, items: itemsOfDone(document), ...toTokenSentences({ text, document: gold }) };
  });
  const sum = (of: (one: (typeof read)[number]) => number): number => read.reduce((total, one) => total + of(one), 0);
  const having = (status: Status): number => sum(({ items }) => items.filter((item) => item.status === status).length);
  const all = sum((one) => one.all);
  const sentences = read.flatMap((one) => one.sentences);
  const found = [...findings, ...read.flatMap(({ name, gold }) => unknownTypes(gold, schema).map((unknown) => `${name}: ${unknown}`))];
  if (found.length === 0 && sentences.length === 0)
    found.push(
      `none of its ${String(all)} sentences is done: mark those that are finished as done in the editor, only they are learned from`,
    );
  const mentions = counted(
    sum(({ gold }) => gold.mentions.size),
    'mention',
  );
  const relations = counted(
    sum(({ gold }) => gold.relations.size),
    'relation',
  );
  return {
    sentences,
    findings: found,
    good: sentences.length,
    bad: 0,
    losses: totalLosses(read.flatMap(({ losses }) => losses)),
    about: `${counted(texts.length, 'text')}, ${String(sentences.length)} of ${counted(all, 'sentence')} done: ${mentions} and ${relations} accepted; ${counted(having('suggested'), 'suggestion')} left undecided and ${String(having('rejected'))} rejected count as wrong`,
  };
}

/** What lies in the sentences that are done, whatever was decided about it. */
function itemsOfDone(document: AnnotationDocument): readonly Item[] {
  const layout = layoutOf(document).sentences.filter((_, index) => document.sentences[index]?.state === 'done');
  return layout.flatMap(({ mentions, relations }) => [...mentions, ...relations]);
}

/** Notes and flags are about annotations, not of them. */
function withoutRemarks(document: AnnotationDocument): AnnotationDocument {
  const bare = <T extends Item>(items: ReadonlyMap<string, T>): Map<string, T> =>
    new Map(Array.from(items, ([id, { note: _, discuss: __, ...item }]) => [id, item as T]));
  return { ...document, mentions: bare(document.mentions), relations: bare(document.relations) };
}

function unknownTypes({ mentions, relations }: AnnotationDocument, schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  const missing = (items: Iterable<Item>, types: object): readonly string[] =>
    [...new Set(Array.from(items, ({ type }) => type))]
      .map((type) => unknownType(type, types))
      .filter((unknown) => unknown !== undefined)
      .map((unknown) => `${unknown}. Add it to ${CONFIG_NAME}, or change the annotations of that type`);
  return [...missing(mentions.values(), schema.entities), ...missing(relations.values(), schema.relations)];
}
