import { admits, type Schema } from '../annotation/schema';
import type { Target } from './target';

/** What a person can do, at the focus or with the sentence. */
export type Action =
  | 'accept'
  | 'reject'
  | 'change'
  | 'reverse'
  | 'relate'
  | 'remove'
  | 'note'
  | 'discuss'
  | 'reveal'
  | 'widenStart'
  | 'widenEnd'
  | 'narrowStart'
  | 'narrowEnd'
  | 'nextDoubt'
  | 'previousDoubt'
  | 'nextOpen'
  | 'done'
  | 'skip'
  | 'acceptAll'
  | 'acceptAllDone';

/** What each key does, as `Press` names it. The letters are reserved: no type has one of them (annotation/keys.ts). */
export const ACTION_OF_KEY: Readonly<Record<string, Action>> = {
  a: 'accept',
  x: 'reject',
  r: 'reverse',
  e: 'relate',
  f: 'discuss',
  n: 'nextDoubt',
  p: 'previousDoubt',
  u: 'nextOpen',
  d: 'done',
  s: 'skip',
  A: 'acceptAll',
  D: 'acceptAllDone',
  Enter: 'change',
  Delete: 'remove',
  Backspace: 'remove',
  '[': 'widenStart',
  ']': 'widenEnd',
  '{': 'narrowStart',
  '}': 'narrowEnd',
};

/** Actions that are about the sentence and so need no focus in the table. */
export const SENTENCE_ACTIONS: ReadonlySet<Action> = new Set<Action>([
  'nextDoubt',
  'previousDoubt',
  'nextOpen',
  'done',
  'skip',
  'acceptAll',
  'acceptAllDone',
]);

const CONTROL = navigator.userAgent.includes('Mac') ? 'Cmd' : 'Ctrl';

/** Something that can be done at the focus, as its button says it. */
export interface Offer {
  readonly action: Action;
  readonly label: string;
  /** As it is printed on the keyboard; empty where there is none. */
  readonly key: string;
  /** Of something that is on or off. */
  readonly isOn?: boolean;
}

/** What can be done at the focus; what the types do not admit is not offered. */
export function offersFor(schema: Schema, target: Target): readonly Offer[] {
  const reveal: Offer = { action: 'reveal', label: 'Show in text', key: `${CONTROL}+⏎` };
  if (target.kind === 'gap') return [reveal];
  const { block } = target;
  if (!block) return [{ action: 'change', label: target.kind === 'words' ? 'Mark as…' : 'Relate as…', key: '⏎' }, reveal];
  const { status, type, discuss, note } = block.item;
  const isReversible =
    block.kind === 'relation' &&
    schema.relations[type]?.symmetric !== true &&
    (admits(schema, type, block.tail.type, block.head.type) || !Object.hasOwn(schema.relations, type));
  return [
    ...(status === 'accepted' ? [] : [{ action: 'accept', label: 'Accept', key: 'a' } as const]),
    ...(status === 'rejected' ? [] : [{ action: 'reject', label: 'Reject', key: 'x' } as const]),
    { action: 'change', label: 'Change…', key: '⏎' },
    ...(isReversible ? [{ action: 'reverse', label: 'Reverse', key: 'r' } as const] : []),
    ...(block.kind === 'mention' && status !== 'rejected' ? [{ action: 'relate', label: 'Relate…', key: 'e' } as const] : []),
    { action: 'remove', label: 'Delete', key: 'Del' },
    { action: 'note', label: note === undefined ? 'Note…' : 'Change note…', key: '' },
    { action: 'discuss', label: 'Discuss', key: 'f', isOn: discuss === true },
    reveal,
  ];
}
