import { admittedTypes, type Correction, resized } from '../annotation/corrections';
import type { Mention, Relation } from '../annotation/document';
import { quoted, short } from '../annotation/names';
import { relationsOf } from '../annotation/places';
import { isSymmetric } from '../annotation/schema';
import type { Span } from '../text/span';
import type { Annotated } from './store';
import type { Subject } from './subject';

/** Something that a person can do about an item: decide on a suggestion, or change something. */
export interface ItemAction {
  readonly kind: 'decide' | 'change';
  readonly title: string;
  /** A codicon's name. */
  readonly icon: string;
  readonly command: `spangrid.${'correct' | 'changeType' | 'editNote' | 'addRelation' | 'editRelation' | 'markSelection' | 'labelEqualTexts'}`;
  readonly parameters: readonly unknown[];
}

/** More types than these are chosen from a list. */
export const TYPES_AT_HAND = 6;

/** What can be done about mentions: all that fits one, or what can be done with several at once. */
export function mentionActions(subject: Subject, mentions: readonly Mention[]): readonly ItemAction[] {
  const [mention] = mentions;
  if (mention === undefined) return [];
  const name = mentions.length === 1 ? quoted(mention.text) : `${mentions.length} mentions`;
  const shared = [
    ...decisions(subject, mentions, name),
    ...typeChanges(subject, mentions, name, Object.keys(subject.schema.entities)),
    ...(mentions.length === 1 && mention.spans.length === 1 ? wordChanges(subject, mention) : []),
  ];
  if (mentions.length > 1) return [...shared, removal(subject, mentions, name)];
  const relations = relationsOf(subject.document, mention.id);
  return [
    ...shared,
    ...(Object.keys(subject.schema.relations).length === 0
      ? []
      : [change(subject, `Add relation of ${name} …`, 'references', 'spangrid.addRelation', mention.id)]),
    ...relations.map((relation) =>
      change(subject, `Relation ${triple(subject, relation)} …`, 'type-hierarchy', 'spangrid.editRelation', relation.id),
    ),
    ...marks(subject, mention, name),
    change(subject, `Label every ${name} …`, 'find-replace', 'spangrid.labelEqualTexts', mention.id),
    removal(subject, mentions, name),
  ];
}

/** What can be done about a relation. */
export function relationActions(subject: Subject, relation: Relation): readonly ItemAction[] {
  const name = triple(subject, relation);
  const [head, tail] = [subject.document.mentions.get(relation.head), subject.document.mentions.get(relation.tail)];
  const types = head === undefined || tail === undefined ? [] : admittedTypes(subject.schema, head, tail);
  return [
    ...decisions(subject, [relation], name),
    ...typeChanges(subject, [relation], name, types),
    ...(isSymmetric(subject.schema.relations, relation.type)
      ? []
      : [correct(subject, 'change', `Reverse ${name}`, 'arrow-swap', [{ kind: 'reverse', id: relation.id }])]),
    ...marks(subject, relation, name),
    removal(subject, [relation], name),
  ];
}

/** "Ann Live_In Rome" */
export function triple({ document }: Annotated, { head, type, tail }: Relation): string {
  return `${short(document.mentions.get(head)?.text ?? '?')} ${type} ${short(document.mentions.get(tail)?.text ?? '?')}`;
}

function decisions(subject: Subject, items: readonly (Mention | Relation)[], name: string): readonly ItemAction[] {
  const suggested = items.filter(({ status }) => status === 'suggested');
  if (suggested.length === 0) return [];
  const set = (status: 'accepted' | 'rejected'): readonly Correction[] => suggested.map(({ id }) => ({ kind: 'setStatus', id, status }));
  return [
    correct(subject, 'decide', `Accept ${name}`, 'check', set('accepted')),
    correct(subject, 'decide', `Reject ${name}`, 'close', set('rejected')),
  ];
}

function typeChanges(
  subject: Subject,
  items: readonly (Mention | Relation)[],
  name: string,
  types: readonly string[],
): readonly ItemAction[] {
  const others = types.filter((type) => items.some((item) => item.type !== type));
  if (others.length > TYPES_AT_HAND) {
    const ids = items.map(({ id }) => id);
    return [
      {
        kind: 'change',
        title: `Change type of ${name} …`,
        icon: 'symbol-class',
        command: 'spangrid.changeType',
        parameters: [subject.uri, ids],
      },
    ];
  }
  return others.map((type) =>
    correct(
      subject,
      'change',
      `Change type of ${name} to ${type}`,
      'symbol-class',
      items.map(({ id }) => ({ kind: 'setType', id, type })),
    ),
  );
}

function wordChanges(subject: Subject, mention: Mention): readonly ItemAction[] {
  const words = ({ startChar, endChar }: Span): string => quoted(subject.text.slice(startChar, endChar));
  const action = (end: 'start' | 'end', how: 'widen' | 'narrow', icon: string): readonly ItemAction[] => {
    const span = resized(subject.document, mention, end, how);
    if (span === undefined) return [];
    const title = `${how === 'widen' ? 'Widen' : 'Narrow'} to ${words(span)}`;
    return [correct(subject, 'change', title, icon, [{ kind: 'setSpan', id: mention.id, span }])];
  };
  return [
    ...action('start', 'widen', 'arrow-left'),
    ...action('end', 'widen', 'arrow-right'),
    ...action('start', 'narrow', 'fold'),
    ...action('end', 'narrow', 'fold'),
  ];
}

function marks(subject: Subject, item: Mention | Relation, name: string): readonly ItemAction[] {
  const discuss = item.discuss !== true;
  return [
    change(subject, `${item.note === undefined ? 'Add' : 'Edit'} note to ${name} …`, 'note', 'spangrid.editNote', item.id),
    correct(subject, 'change', discuss ? `Flag ${name} to discuss` : `Unflag ${name}`, 'comment-discussion', [
      { kind: 'setDiscuss', id: item.id, discuss },
    ]),
  ];
}

function removal(subject: Subject, items: readonly (Mention | Relation)[], name: string): ItemAction {
  return correct(
    subject,
    'change',
    `Delete ${name}`,
    'trash',
    items.map(({ id }) => ({ kind: 'remove', id })),
  );
}

function correct({ uri }: Subject, kind: ItemAction['kind'], title: string, icon: string, corrections: readonly Correction[]): ItemAction {
  return { kind, title, icon, command: 'spangrid.correct', parameters: [uri, corrections] };
}

function change({ uri }: Subject, title: string, icon: string, command: ItemAction['command'], id: string): ItemAction {
  return { kind: 'change', title, icon, command, parameters: [uri, id] };
}
