/** Words in messages and menus are cut off after so many characters. */
const MAX_NAME = 40;

/** Words on one line, cut off where they are long. */
export function short(words: string): string {
  const characters = [...words.replace(/\s+/gu, ' ')];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME - 1).join('')}…` : characters.join('');
}

/** A mention's words as a message says them. */
export function quoted(words: string): string {
  return `'${short(words)}'`;
}

/** "1 mention", "3 mentions". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** A score as a message says it: "61 %". */
export function percent(score: number): string {
  return `${(100 * score).toFixed(0)} %`;
}
