import type { TokenMention, TokenSentence } from '../../annotation/tokenSentence';
import type { Random } from './random';

/**
 * Mention replacement (Dai and Adel 2020, "An Analysis of Simple Data Augmentation for Named Entity Recognition"): some mentions' words give
 * way to those of another mention of the same type, so that what surrounds a mention has to tell, not a name that is known by heart.
 */
export class MentionReplacement {
  /** The words of all mentions, by type: what is common there is drawn often. */
  readonly #words = new Map<string, (readonly string[])[]>();

  /** @param sentences without overlapping mentions (encodable.ts) */
  constructor(private readonly sentences: readonly TokenSentence[]) {
    for (const { tokens, mentions } of sentences)
      for (const { type, startToken, endToken } of mentions) {
        const words = this.#words.get(type) ?? [];
        words.push(tokens.slice(startToken, endToken));
        this.#words.set(type, words);
      }
  }

  /** All sentences, each mention replaced with this probability. Types, relations and the order of both stay. */
  draw(probability: number, random: Random): readonly TokenSentence[] {
    return this.sentences.map((sentence) => this.#replaced(sentence, probability, random));
  }

  #replaced(sentence: TokenSentence, probability: number, random: Random): TokenSentence {
    const tokens: string[] = [];
    const mentions = new Map<TokenMention, TokenMention>();
    let read = 0;
    for (const mention of sentence.mentions.toSorted((a, b) => a.startToken - b.startToken)) {
      tokens.push(...sentence.tokens.slice(read, mention.startToken));
      const startToken = tokens.length;
      const own = sentence.tokens.slice(mention.startToken, mention.endToken);
      tokens.push(...(random.uniform() < probability ? this.#drawn(mention.type, random) : own));
      mentions.set(mention, { ...mention, startToken, endToken: tokens.length });
      read = mention.endToken;
    }
    tokens.push(...sentence.tokens.slice(read));
    return { ...sentence, tokens, mentions: sentence.mentions.map((mention) => mentions.get(mention) ?? mention) };
  }

  #drawn(type: string, random: Random): readonly string[] {
    const words = this.#words.get(type) ?? [];
    return words[Math.floor(random.uniform() * words.length)] ?? [];
  }
}
