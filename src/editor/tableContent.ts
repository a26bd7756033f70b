import type { AnnotationDocument, Item, Mention, Relation, Sentence } from '../annotation/document';
import type { Correction } from '../annotation/corrections';
import { layoutOf, type SentenceItems } from '../annotation/layout';
import { countsOf } from '../annotation/outline';
import { placeInTable } from '../annotation/placement';
import type { TableProbabilities } from '../annotation/prediction';
import { SpangridError } from '../errors';
import type { Heat, LabelProbability, ListChange, SentenceSummary, SentenceView, TableChange } from '../protocol/table';
import type { Span } from '../text/span';

/*
 * What the table's page is told about a document: pure, so that it is tested without an editor. Offsets count in `text`, as everywhere.
 */

const PREVIEW = 120;

/* A sentence whose words change is another object, so its preview is made once. */
const previews = new WeakMap<Sentence, string>();

/** One line for each sentence. */
export function summariesOf(document: AnnotationDocument, text: string): readonly SentenceSummary[] {
  const { sentences } = layoutOf(document);
  return document.sentences.map((sentence, index) => {
    const items = sentences[index] ?? NO_ITEMS;
    const known = summaries.get(sentence);
    if (known?.items === items) return known.summary;
    const summary = summaryOf(sentence, items, text);
    summaries.set(sentence, { items, summary });
    return summary;
  });
}

const NO_ITEMS: SentenceItems = { mentions: [], relations: [] };

/* A sentence that nothing happened to keeps the very list of its items, so what is said of it is said once. */
const summaries = new WeakMap<Sentence, { readonly items: SentenceItems; readonly summary: SentenceSummary }>();

function summaryOf(sentence: Sentence, items: SentenceItems, text: string): SentenceSummary {
  const { mentions, relations, doubt } = countsOf(items);
  const isDiscussed = [...items.mentions, ...items.relations].some(({ status, discuss }) => status !== 'rejected' && discuss === true);
  return {
    preview: previewOf(sentence, text),
    state: sentence.state,
    mentions,
    relations,
    ...(doubt === undefined ? {} : { doubt }),
    ...(isDiscussed ? { discuss: true } : {}),
  };
}

/** The stretch in which two lists differ; undefined where they don't. */
export function listChange(before: readonly SentenceSummary[], after: readonly SentenceSummary[]): ListChange | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start += 1;
  let rest = 0;
  while (rest < shorter - start && isSame(before.at(-1 - rest), after.at(-1 - rest))) rest += 1;
  const end = before.length - rest;
  return start === end && before.length === after.length ? undefined : { start, end, sentences: after.slice(start, after.length - rest) };
}

function isSame(a: SentenceSummary | undefined, b: SentenceSummary | undefined): boolean {
  return (
    a === b ||
    (a?.preview === b?.preview &&
      a?.state === b?.state &&
      a?.mentions === b?.mentions &&
      a?.relations === b?.relations &&
      a?.doubt === b?.doubt &&
      a?.discuss === b?.discuss)
  );
}

/** The sentence at an index with all that its table shows; undefined where there is none. */
export function sentenceViewOf(document: AnnotationDocument, text: string, index: number): SentenceView | undefined {
  const sentence = document.sentences[index];
  const items = layoutOf(document).sentences[index];
  if (sentence === undefined || items === undefined) return undefined;
  const { mentions, relations, left } = placeInTable(sentence, items);
  const tokens = sentence.tokens.map(({ startChar, endChar }, position) => ({
    text: text.slice(startChar, endChar),
    spaceAfter: (sentence.tokens[position + 1]?.startChar ?? endChar) > endChar,
  }));
  return {
    index,
    state: sentence.state,
    tokens,
    mentions: mentions.map(({ mention, startToken, endToken }) => ({ ...shared(mention), startToken, endToken })),
    relations: relations.map((relation) => ({ ...shared(relation), head: relation.head, tail: relation.tail })),
    // What was rejected gave way: nobody misses it.
    notShown: left.filter(({ item }) => item.status !== 'rejected').length,
    direction: directionOf(text.slice(sentence.startChar, sentence.endChar)),
  };
}

/** The characters of a sentence's tokens `[startToken, endToken)`; undefined where it has no such tokens. */
export function spanOfTokens(sentence: Sentence | undefined, startToken: number, endToken: number): Span | undefined {
  const [first, last] = [sentence?.tokens[startToken], sentence?.tokens[endToken - 1]];
  return first === undefined || last === undefined || endToken <= startToken
    ? undefined
    : { startChar: first.startChar, endChar: last.endChar };
}

/**
 * What a change in the table of a sentence asks for.
 * @throws SpangridError annotation.conflict where the sentence has no such words
 */
export function correctionOf(document: AnnotationDocument, index: number, change: TableChange): Correction {
  const spanOf = (words: { readonly startToken: number; readonly endToken: number }): Span => {
    const span = spanOfTokens(document.sentences[index], words.startToken, words.endToken);
    if (span !== undefined) return span;
    throw new SpangridError(
      'annotation.conflict',
      'These words are not there any more: the text was changed meanwhile. Look again and repeat the change.',
    );
  };
  switch (change.kind) {
    case 'addMention':
      return { kind: 'addMention', type: change.type, span: spanOf(change) };
    case 'setWords':
      return { kind: 'setSpan', id: change.id, span: spanOf(change) };
    case 'acceptAll':
      return { kind: 'acceptAll', sentence: index };
    case 'setState':
      return { kind: 'setState', sentence: index, state: change.state };
    case 'addRelation':
    case 'setType':
    case 'reverse':
    case 'setStatus':
    case 'remove':
    case 'setNote':
    case 'setDiscuss':
      return change;
  }
}

/** How likely each cell is to hold something, in 255ths. */
export function heatOf(sentence: number, { size, band, relationTypes, diagonal, upper, entityTypes }: TableProbabilities): Heat {
  const values = new Uint8Array(size * (band + 1));
  const diagonalLabels = 1 + 4 * entityTypes.length;
  const upperLabels = 1 + 2 * relationTypes.length;
  for (let row = 0; row < size; row += 1) {
    values[row * (band + 1)] = Math.round(255 * (1 - (diagonal[row * diagonalLabels] ?? 1)));
    for (let distance = 1; distance <= Math.min(band, size - 1 - row); distance += 1) {
      const nothing = upper[(row * band + distance - 1) * upperLabels] ?? 1;
      values[row * (band + 1) + distance] = Math.round(255 * (1 - nothing));
    }
  }
  return { sentence, band, values };
}

const LIKELIEST = 5;

/**
 * The likeliest labels of a cell, likeliest first. On the diagonal a type's probability is the sum over its BILOU labels: what people
 * ask is whether the word belongs to a place, not whether it is its second word. Empty for a cell that the model has nothing for.
 */
export function likeliestLabels(table: TableProbabilities, [row, column]: readonly [number, number]): readonly LabelProbability[] {
  const { size, band, entityTypes, relationTypes, diagonal, upper } = table;
  if (row < 0 || column >= size || column < row || column - row > band) return [];
  const labels: LabelProbability[] = [];
  if (row === column) {
    const at = row * (1 + 4 * entityTypes.length);
    labels.push({ label: 'none', probability: diagonal[at] ?? 0 });
    for (const [index, type] of entityTypes.entries()) {
      const first = at + 1 + 4 * index;
      labels.push({ label: type, probability: diagonal.subarray(first, first + 4).reduce((sum, value) => sum + value, 0) });
    }
  } else {
    const at = (row * band + (column - row - 1)) * (1 + 2 * relationTypes.length);
    labels.push({ label: 'none', probability: upper[at] ?? 0 });
    for (const [index, type] of relationTypes.entries()) {
      labels.push({ label: `${type} →`, probability: upper[at + 1 + 2 * index] ?? 0 });
      labels.push({ label: `${type} ←`, probability: upper[at + 2 + 2 * index] ?? 0 });
    }
  }
  return labels.sort((a, b) => b.probability - a.probability).slice(0, LIKELIEST);
}

function shared(item: Mention | Relation): Item {
  const { id, type, status, score, model, by, note, discuss } = item;
  return {
    id,
    type,
    status,
    ...(score === undefined ? {} : { score }),
    ...(model === undefined ? {} : { model }),
    ...(by === undefined ? {} : { by }),
    ...(note === undefined ? {} : { note }),
    ...(discuss === undefined ? {} : { discuss }),
  };
}

function previewOf(sentence: Sentence, text: string): string {
  const known = previews.get(sentence);
  if (known !== undefined) return known;
  const preview = shortened(text.slice(sentence.startChar, sentence.endChar));
  previews.set(sentence, preview);
  return preview;
}

function shortened(text: string): string {
  // Twice the length is more than enough: only white space is left out, and a sentence of 3,000 words is not copied for its first ten.
  const characters = [...text.slice(0, 4 * PREVIEW).replace(/\s+/gu, ' ')];
  return characters.length > PREVIEW ? `${characters.slice(0, PREVIEW - 1).join('')}…` : characters.join('');
}

/** The direction of the first letter that has one, as the Unicode bidirectional algorithm takes a paragraph's. */
function directionOf(text: string): 'ltr' | 'rtl' {
  const letter = /\p{L}/u.exec(text)?.[0] ?? '';
  return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(letter) ? 'rtl' : 'ltr';
}
