import type { Item, Mention, Relation, Sentence } from '../annotation/document';
import { mentionId, relationId } from '../annotation/ids';
import type { SentenceItems } from '../annotation/layout';
import { layoutOf } from '../annotation/layout';
import { makeMention } from '../annotation/mention';
import type { Misfit } from '../annotation/placement';
import { tokensOf } from '../annotation/placement';
import { textReference } from '../annotation/textHash';
import type { TokenItem, TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import { unifyLineEnds } from '../text/lineEnds';
import type { Span } from '../text/span';
import { withoutEnding } from './fileNames';
import type { AnnotatedText } from './format';
import { countedLosses, statesLost, totalLosses, type Loss } from './losses';

/*
 * Between a text with offsets and the token-based formats, which know no text. One way, tokens are cut out of the text; the other way,
 * a text is made of them: a sentence a line, a blank between two tokens. A score marks what only a model said: it is written for
 * suggestions, and what has one is read as a suggestion; what has none is read as accepted.
 */

const MISFITS: Readonly<Record<Misfit, string>> = {
  'deleted from the text': 'mentions whose words were deleted from the text',
  discontinuous: 'discontinuous mentions',
  'outside the sentence': 'mentions that cross sentences or lie outside of them',
  'inside a token': 'mentions that begin or end inside a token',
};

/** What a token-based format holds of items beside their types and words. */
interface Holds {
  /** With their scores. */
  readonly suggestions: 'none' | 'scored' | 'all';
  /** Notes, and flags to discuss. */
  readonly remarks?: 'relations';
}

/** The sentences of a text as tokens, and which of its annotations have no place in them, or none in a format that holds no more. */
export function toTokenSentences(
  { text, document, origIds }: AnnotatedText,
  holds: Holds = { suggestions: 'scored' },
): { readonly sentences: readonly TokenSentence[]; readonly losses: readonly Loss[] } {
  const layout = layoutOf(document);
  const left: string[] = [];
  const sentences = document.sentences.map((sentence, index): TokenSentence => {
    const items = layout.sentences[index] ?? NOTHING;
    const tokens = sentence.tokens.map((token) => text.slice(token.startChar, token.endChar));
    const origId = origIds?.[index];
    return { tokens, ...toTokens(sentence, items, left), ...(origId === undefined ? {} : { origId }) };
  });
  // No sentence holds these: each is found not to fit.
  toTokens({ startChar: 0, endChar: 0, state: 'new', tokens: [] }, layout.elsewhere, left);
  for (const item of [...document.mentions.values(), ...(holds.remarks === 'relations' ? [] : document.relations.values())]) {
    if (item.note !== undefined) left.push('notes');
    if (item.discuss !== undefined) left.push('flags to discuss');
  }
  for (const item of sentences.flatMap(({ mentions, relations }) => [...mentions, ...relations])) {
    if (holds.suggestions === 'none' && isSuggestion(item)) left.push('marks of suggestions: they count as accepted');
    if (holds.suggestions === 'scored' && item.isSuggested === true)
      left.push('marks of suggestions without a score: they count as accepted');
  }
  const isPredicted = sentences.some(({ mentions, relations }) =>
    [...mentions, ...relations].some((item) => isReadAsSuggestion(item, holds)),
  );
  left.push(
    ...statesLost(
      document.sentences.filter(({ tokens }) => tokens.length > 0),
      isPredicted ? 'new' : 'done',
    ),
  );
  const filled = sentences.filter(({ tokens }) => tokens.length > 0);
  const empty = { what: 'sentences without tokens', count: sentences.length - filled.length };
  return { sentences: filled, losses: totalLosses([...countedLosses(left), empty]) };
}

function isReadAsSuggestion(item: TokenItem, { suggestions }: Holds): boolean {
  return suggestions === 'all' ? isSuggestion(item) : suggestions === 'scored' && item.score !== undefined;
}

/** Whether nobody has decided about an item. */
export function isSuggestion(item: TokenItem): boolean {
  return item.score !== undefined || item.isSuggested === true;
}

const NOTHING: SentenceItems = { mentions: [], relations: [] };

/** @param left gets, for each item that does not fit, what it is */
function toTokens(sentence: Sentence, items: SentenceItems, left: string[]): { mentions: TokenMention[]; relations: TokenRelation[] } {
  const indices = new Map<string, number>();
  const mentions: TokenMention[] = [];
  for (const mention of items.mentions) {
    const range = mention.status === 'rejected' ? undefined : tokensOf(mention, sentence);
    if (range === undefined) left.push('rejected mentions');
    else if (typeof range === 'string') left.push(MISFITS[range]);
    else {
      indices.set(mention.id, mentions.length);
      mentions.push({ ...saidOf(mention), ...range });
    }
  }
  const relations: TokenRelation[] = [];
  for (const relation of items.relations) {
    const [head, tail] = [indices.get(relation.head), indices.get(relation.tail)];
    if (relation.status === 'rejected') left.push('rejected relations');
    else if (head === undefined || tail === undefined) left.push('relations across sentences or of mentions that are left out');
    else relations.push({ ...saidOf(relation), head, tail });
  }
  return { mentions, relations };
}

function saidOf(item: Item): TokenItem {
  const { type, status, score } = item;
  const said = { type, ...remarksOf(item) };
  if (status !== 'suggested') return said;
  return score === undefined ? { ...said, isSuggested: true } : { ...said, score };
}

function remarksOf({ note, discuss }: Pick<Item, 'note' | 'discuss'>): Pick<Item, 'note' | 'discuss'> {
  return { ...(note === undefined ? {} : { note }), ...(discuss === undefined ? {} : { discuss }) };
}

/** As many sentences of a file that knows no texts make one: what is larger can't be annotated with comfort, nor read in one piece. */
const MAX_SENTENCES = 1000;

/** The texts of a file of sentences, one after the other. */
export class SentenceTexts {
  readonly #name: string;
  #texts = 0;
  #before = 0;
  #sentences: TokenSentence[] = [];
  #lines: number[] = [];

  /** @param file name of the data file, that of the texts is made of */
  constructor(file: string) {
    this.#name = withoutEnding(file);
  }

  /** The texts that are complete with this sentence. @param line in which its record begins */
  add(sentence: TokenSentence, line: number): readonly AnnotatedText[] {
    this.#sentences.push(sentence);
    this.#lines.push(line);
    return this.#sentences.length < MAX_SENTENCES ? [] : this.#made();
  }

  /** A text ends here: gives its sentences, if there are any. */
  cut(): readonly AnnotatedText[] {
    return this.#sentences.length > 0 ? this.#made() : [];
  }

  end(): readonly AnnotatedText[] {
    return this.#sentences.length > 0 || this.#texts === 0 ? this.#made() : [];
  }

  #made(): readonly AnnotatedText[] {
    this.#texts += 1;
    const number = this.#texts === 1 ? '' : `-${String(this.#texts)}`;
    const text = fromTokenSentences(`${this.#name}${number}.txt`, this.#sentences);
    const made = { ...text, lines: this.#lines, sentencesBefore: this.#before };
    this.#before += this.#sentences.length;
    [this.#sentences, this.#lines] = [[], []];
    return [made];
  }
}

/**
 * A text and its annotations, made of sentences that are lists of tokens. Their states: done where nothing in all of them is only
 * a model's suggestion, new otherwise.
 * @param file name of the text
 */
export function fromTokenSentences(file: string, given: readonly TokenSentence[]): AnnotatedText {
  const { text, spans } = joined(given.map((sentence) => sentence.tokens));
  const isPredicted = given.some(({ mentions, relations }) => mentions.some(isSuggestion) || relations.some(isSuggestion));
  const mentions = new Map<string, Mention>();
  const relations = new Map<string, Relation>();
  const sentences = given.map((sentence, index): Sentence => {
    const tokens = spans[index] ?? [];
    const ids = sentence.mentions.map((mention) => {
      const { type, startToken, endToken } = mention;
      const span = { startChar: tokens[startToken]?.startChar ?? 0, endChar: tokens[endToken - 1]?.endChar ?? 0 };
      const id = mentionId(type, [span], (taken) => mentions.has(taken));
      mentions.set(id, decided(mention, makeMention(text, id, type, [span], 'accepted')));
      return id;
    });
    for (const relation of sentence.relations) {
      const { type, head, tail } = relation;
      const ends = { head: ids[head] ?? '', tail: ids[tail] ?? '' };
      const id = relationId(type, ends.head, ends.tail, (taken) => relations.has(taken));
      relations.set(id, decided(relation, { id, type, ...ends, status: 'accepted' }));
    }
    return { startChar: tokens[0]?.startChar ?? 0, endChar: tokens.at(-1)?.endChar ?? 0, state: isPredicted ? 'new' : 'done', tokens };
  });
  return {
    text,
    document: { text: textReference(file, text), sentences, mentions, relations },
    ...(given.some(({ origId }) => origId !== undefined) ? { origIds: given.map(({ origId }) => origId) } : {}),
  };
}

/** The item as it was decided on in the data. Most are only accepted: they stay the object that they are. */
function decided<T extends Item>(given: TokenItem, item: T): T {
  const { score, note, discuss } = given;
  if (!isSuggestion(given) && note === undefined && discuss === undefined) return item;
  return {
    ...item,
    ...(isSuggestion(given) ? { status: 'suggested' } : {}),
    ...(score === undefined ? {} : { score }),
    ...remarksOf(given),
  };
}

/** The text that these tokens make, and each token's span in it. */
function joined(sentences: readonly (readonly string[])[]): { readonly text: string; readonly spans: readonly (readonly Span[])[] } {
  // A byte order mark at the very start would be taken off when the text is read again.
  let text = sentences[0]?.[0]?.startsWith('\uFEFF') === true ? '\n' : '';
  const spans = sentences.map((tokens, index) => {
    if (index > 0) text += '\n';
    return tokens.map((token, place) => {
      if (place > 0) text += ' ';
      const startChar = text.length;
      text += unifyLineEnds(token);
      return { startChar, endChar: text.length };
    });
  });
  return { text, spans };
}
