/**
 * How words and sentences of a text are found: `words`, as the CoNLL04 corpus has them; or `whitespace`, for texts whose words were told
 * apart before: a token is what stands between white space, and a sentence is a line.
 */
export const TOKENIZERS = ['words', 'whitespace'] as const;
export type Tokenizer = (typeof TOKENIZERS)[number];
