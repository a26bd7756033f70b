import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { messageOf, SpangridError } from '../../errors';

/** One sentence as the encoder reads it. */
export interface SubwordSentence {
  /** With the leading and closing special tokens. */
  readonly inputIds: readonly number[];
  /** One a word: half-open, counted without the leading special token, never empty. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** What is read of a tokenizer.json here; the rest is the library's. */
const TokenizerFile = v.looseObject({
  added_tokens: v.array(v.looseObject({ id: v.number(), content: v.string() })),
  model: v.looseObject({ type: v.literal('WordPiece'), vocab: v.record(v.string(), v.number()) }),
});

const SPECIAL_TOKENS = {
  bert: { start: '[CLS]', end: '[SEP]', unknown: '[UNK]' },
  mpnet: { start: '<s>', end: '</s>', unknown: '[UNK]' },
};

/**
 * Splits words into subwords, each word on its own, without padding or truncation. Special tokens are only put around a sentence: a
 * word that looks like one ("[SEP]") is text like any other. A word that yields nothing (a control character) becomes one unknown token.
 */
export class Subwords {
  readonly #tokenizer: Tokenizer;
  readonly #start: number;
  readonly #end: number;
  readonly #unknown: number;
  readonly #known = new Map<string, readonly number[]>();

  /**
   * @param file the parsed tokenizer.json
   * Errors: model.unsupported where it is not a WordPiece tokenizer with the special tokens of the encoder.
   */
  constructor(file: unknown, encoder: 'bert' | 'mpnet') {
    const parsed = v.safeParse(TokenizerFile, file);
    if (!parsed.success)
      throw new SpangridError(
        'model.unsupported',
        `tokenizer.json is not a WordPiece tokenizer: ${parsed.issues[0].message}. Use a BERT or MPNet encoder.`,
      );
    // Not what valibot gives back: its records leave out "prototype", which is a word of the vocabulary.
    const valid = file as v.InferInput<typeof TokenizerFile>;
    const { added_tokens: added, model } = valid;
    const id = (token: string): number => {
      const found = added.find(({ content }) => content === token)?.id ?? model.vocab[token];
      if (found === undefined)
        throw new SpangridError('model.unsupported', `tokenizer.json has no token ${token}, which a ${encoder} encoder needs.`);
      return found;
    };
    const special = SPECIAL_TOKENS[encoder];
    this.#start = id(special.start);
    this.#end = id(special.end);
    this.#unknown = id(special.unknown);
    try {
      this.#tokenizer = new Tokenizer({ ...valid, added_tokens: [], padding: null, truncation: null, post_processor: null }, {});
    } catch (error) {
      throw new SpangridError('model.unsupported', `tokenizer.json can't be used: ${messageOf(error)}.`, { cause: error });
    }
  }

  /** The words of one sentence as subwords. */
  encode(words: readonly string[]): SubwordSentence {
    const inputIds = [this.#start];
    const ranges = words.map((word) => {
      const start = inputIds.length - 1;
      inputIds.push(...this.#split(word));
      return [start, inputIds.length - 1] as const;
    });
    inputIds.push(this.#end);
    return { inputIds, ranges };
  }

  #split(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const { ids } = this.#tokenizer.encode(word, { add_special_tokens: false });
    const split = ids.length > 0 ? ids : [this.#unknown];
    if (this.#known.size >= MAXIMUM_KNOWN) this.#known.clear();
    this.#known.set(word, split);
    return split;
  }
}

const MAXIMUM_KNOWN = 50_000;
