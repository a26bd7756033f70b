import type { AnnotationDocument } from '../annotation/document';
import { counted } from '../annotation/names';

/** How much was read or written. */
export class Counts {
  texts = 0;
  sentences = 0;
  mentions = 0;
  relations = 0;
  /** Mentions and relations that nobody has decided on. */
  suggestions = 0;

  add({ sentences, mentions, relations }: AnnotationDocument): void {
    this.texts += 1;
    this.sentences += sentences.length;
    this.mentions += mentions.size;
    this.relations += relations.size;
    for (const items of [mentions, relations]) for (const { status } of items.values()) if (status === 'suggested') this.suggestions += 1;
  }

  toString(): string {
    const { texts, sentences, mentions, relations, suggestions } = this;
    const items = `${counted(mentions, 'mention')} and ${counted(relations, 'relation')} (${counted(suggestions, 'suggestion')})`;
    return `${counted(texts, 'text')}, ${counted(sentences, 'sentence')}, ${items}`;
  }
}
