import type { Item, Mention, Relation, Sentence } from './document';
import type { Span } from '../text/span';

/*
 * Items are immutable, so each one's line in the annotation file is made once and kept as long as the item lives: writing a large
 * document after a small change joins strings and makes one. Two items are the same exactly when their lines are.
 */
const mentionLines = new WeakMap<Mention, string>();
const relationLines = new WeakMap<Relation, string>();
const sentenceLines = new WeakMap<Sentence, string>();

/** The mention as it stands in the annotation file: JSON on one line, keys in the file's order, an absent value without a key. */
export function mentionLine(mention: Mention): string {
  return kept(mentionLines, mention, () => ({
    id: mention.id,
    type: mention.type,
    spans: mention.spans.map(pair),
    text: mention.text,
    before: mention.before,
    after: mention.after,
    ...decision(mention),
  }));
}

/** The relation as it stands in the annotation file. */
export function relationLine(relation: Relation): string {
  return kept(relationLines, relation, () => ({
    id: relation.id,
    type: relation.type,
    head: relation.head,
    tail: relation.tail,
    ...decision(relation),
  }));
}

/** The sentence as it stands in the annotation file. */
export function sentenceLine(sentence: Sentence): string {
  return kept(sentenceLines, sentence, () => ({
    startChar: sentence.startChar,
    endChar: sentence.endChar,
    state: sentence.state,
    tokens: sentence.tokens.map(pair),
  }));
}

function kept<T extends object>(lines: WeakMap<T, string>, item: T, asJson: () => object): string {
  let line = lines.get(item);
  if (line === undefined) {
    line = JSON.stringify(asJson());
    lines.set(item, line);
  }
  return line;
}

function pair(span: Span): [number, number] {
  return [span.startChar, span.endChar];
}

/** The keys that mentions and relations share, in the file's order. `JSON.stringify` leaves out what is undefined. */
function decision(item: Item): object {
  return { status: item.status, score: item.score, model: item.model, by: item.by, note: item.note, discuss: item.discuss };
}
