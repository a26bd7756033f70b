import type { Correction } from '../../src/annotation/corrections';
import type { Mention } from '../../src/annotation/document';

/** A session: so many edits of one text, with a pause before each. */
export interface Plan {
  readonly session: number;
  readonly file: string;
  readonly edits: number;
  /** In milliseconds. */
  readonly pause: number;
}

/** An edit that was made, and when. */
export interface Applied {
  readonly session: number;
  readonly number: number;
  readonly at: number;
}

/** The mentions that an extension host found when it took the session up; `life` is its process id. */
export interface Snapshot {
  readonly life: string;
  readonly session: number;
  readonly mentions: readonly Pick<Mention, 'text' | 'type'>[];
}

/** A text of numbered words, in sentences of ten. */
export function textOf(words: number): string {
  return Array.from({ length: words }, (_, number) => `${word(number)}${number % 10 === 9 ? '.\n' : ' '}`).join('');
}

/** Each word becomes a mention; each fourth edit changes the type of the one before instead. */
export function correctionOf(number: number, text: string, mentions: readonly Mention[]): Correction {
  if (number % 4 !== 3) {
    const startChar = text.indexOf(word(number));
    return { kind: 'addMention', span: { startChar, endChar: startChar + word(number).length }, type: 'A' };
  }
  const before = mentions.find(({ text: words }) => words === word(number - 1));
  return { kind: 'setType', id: before?.id ?? '', type: 'B' };
}

/** Whether an edit is among what these mentions say. */
export function isDone(number: number, mentions: Snapshot['mentions']): boolean {
  if (number % 4 !== 3) return mentions.some(({ text }) => text === word(number));
  return mentions.some(({ text, type }) => text === word(number - 1) && type === 'B');
}

function word(number: number): string {
  return `w${String(number).padStart(3, '0')}`;
}
