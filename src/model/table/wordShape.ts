/** Number of word-shape classes. */
export const WORD_SHAPES = 8;

/**
 * The shape class of a word, tested in this order: 0 any digit; 1 no letter; 2 lower case; 3 upper case and longer than one character,
 * the whole token counted ("F." is 3); 4 upper case; 5 first character upper and the rest lower case; 6 first character upper;
 * 7 otherwise. Upper and lower case are Python's `isupper` and `islower`: at least one cased letter and none of the other case.
 */
export function wordShape(word: string): number {
  const [first = '', ...rest] = word;
  if (/\p{Nd}/u.test(word)) return 0;
  if (!/\p{L}/u.test(word)) return 1;
  if (isLower(word)) return 2;
  if (isUpper(word)) return rest.length > 0 ? 3 : 4;
  if (isUpper(first)) return isLower(rest.join('')) ? 5 : 6;
  return 7;
}

function isUpper(word: string): boolean {
  return /\p{Uppercase}/u.test(word) && !/[\p{Lowercase}\p{Lt}]/u.test(word);
}

function isLower(word: string): boolean {
  return /\p{Lowercase}/u.test(word) && !/[\p{Uppercase}\p{Lt}]/u.test(word);
}
