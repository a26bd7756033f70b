import { placesFor } from '../anchor';
import { admittedTypes, type Correction, snapped } from '../corrections';
import type { AnnotationDocument, Mention, Relation } from '../document';
import { extent } from '../document';
import { quoted } from '../names';
import type { Schema } from '../schema';
import { holderOf } from '../search';
import { trimmed } from './edges';
import { type Checked, type Finding, nameOf, stands, triple } from './rules';

/** What can be done about a finding. */
export interface Fix {
  readonly title: string;
  readonly corrections: readonly Correction[];
  /** Whether it is right wherever the finding is, so that all of its kind can be fixed at once. */
  readonly isSafe: boolean;
}

/** Of a lost mention at most so many places are proposed, of a relation so many types. */
const PROPOSED = 3;

/** What can be done about a finding, the likeliest first; nothing where its items are not there any more. */
export function fixesFor(finding: Finding, checked: Checked): readonly Fix[] {
  const { document, text, schema } = checked;
  const [id = '', other = ''] = finding.items;
  const [mention, relation] = [document.mentions.get(id), document.relations.get(id)];
  switch (finding.code) {
    case 'stale-anchor':
      return mention === undefined ? [] : anchorings(mention, checked);
    case 'unknown-type':
      return schema === undefined ? [] : respellings(mention ?? relation, document, schema);
    case 'constraint':
      return relation === undefined ? [] : repairs(relation, document, schema);
    case 'duplicate':
      if (relation !== undefined) return [{ ...takeOut(relation, triple(document, relation)), isSafe: true }];
      return mention === undefined ? [] : withoutDuplicate(document, mention, other);
    case 'overlap':
      return choices(mention, document.mentions.get(other));
    case 'token-boundary':
      if (mention?.spans.length !== 1) return [];
      return [resize('Widen', mention, snapped(document.sentences, extent(mention), text), text)];
    case 'edge-punctuation': {
      if (mention === undefined) return [];
      const span = trimmed(document.sentences, extent(mention), text);
      return span.startChar === span.endChar ? [takeOut(mention, nameOf(mention))] : [resize('Trim', mention, span, text)];
    }
    case 'done-with-suggestions':
      return decisions(finding, document);
    case 'train-test-overlap':
      return inSentence(document, finding, (sentence) => [fix('Skip this sentence', [{ kind: 'setState', sentence, state: 'skipped' }])]);
    case 'inconsistent-type':
      return mention === undefined || finding.type === undefined ? [] : [retype(mention, finding.type)];
    case 'unlabelled-repeat': {
      const { type = '', span } = finding;
      return [fix(`Label ${quoted(text.slice(span.startChar, span.endChar))} as ${type}`, [{ kind: 'addMention', span, type }])];
    }
  }
}

function fix(title: string, corrections: readonly Correction[], isSafe = false): Fix {
  return { title, corrections, isSafe };
}

/** A suggestion is rejected, anything else is deleted. */
function takeOut({ id, status }: Mention | Relation, name: string): Fix {
  return status === 'suggested'
    ? fix(`Reject ${name}`, [{ kind: 'setStatus', id, status: 'rejected' }])
    : fix(`Delete ${name}`, [{ kind: 'remove', id }]);
}

function retype({ id }: Mention | Relation, type: string, isSafe = false): Fix {
  return fix(`Change the type to ${type}`, [{ kind: 'setType', id, type }], isSafe);
}

function resize(how: string, { id }: Mention, span: ReturnType<typeof extent>, text: string): Fix {
  return fix(`${how} to ${quoted(text.slice(span.startChar, span.endChar))}`, [{ kind: 'setSpan', id, span }], true);
}

function anchorings(mention: Mention, { document, text }: Checked): readonly Fix[] {
  const places = placesFor(document, mention, text, PROPOSED).map((span) => {
    const words = text.slice(span.startChar, span.endChar);
    const line = text.slice(0, span.startChar).split('\n').length;
    const inWords = words === mention.text ? '' : `: ${quoted(words)}`;
    return fix(`Put it at line ${String(line)}${inWords}`, [{ kind: 'setSpan', id: mention.id, span }]);
  });
  return [...places, fix(`Delete the lost ${nameOf(mention)}`, [{ kind: 'remove', id: mention.id }])];
}

/** Types that are spelled the same but for case, blanks, hyphens and underscores. */
function respellings(item: Mention | Relation | undefined, document: AnnotationDocument, schema: Schema): readonly Fix[] {
  if (item === undefined) return [];
  const folded = (type: string): string => type.toLowerCase().replace(/[\s_-]/gu, '');
  const isLike = (type: string): boolean => folded(type) === folded(item.type);
  const types = 'spans' in item ? Object.keys(schema.entities) : admittedFor(item, document, schema);
  return types.filter(isLike).map((type, _, { length }) => retype(item, type, length === 1));
}

function repairs(relation: Relation, document: AnnotationDocument, schema: Schema | undefined): readonly Fix[] {
  const { id, type, head, tail } = relation;
  const name = triple(document, relation);
  if (schema === undefined || [head, tail].some((end) => document.mentions.get(end)?.status === 'rejected'))
    return [takeOut(relation, name)];
  const isReversible = admittedFor({ ...relation, head: tail, tail: head }, document, schema).includes(type);
  return [
    ...(isReversible ? [fix(`Reverse ${name}`, [{ kind: 'reverse', id }])] : []),
    ...admittedFor(relation, document, schema)
      .slice(0, PROPOSED)
      .map((type) => retype(relation, type)),
    takeOut(relation, name),
  ];
}

/** The types that a relation may have; none where it is not the only one of its pair: a correction of one would reach the other. */
function admittedFor({ id, head, tail }: Relation, { mentions, relations }: AnnotationDocument, schema: Schema): readonly string[] {
  const [from, to] = [mentions.get(head), mentions.get(tail)];
  const isPair = ({ head: one, tail: other }: Relation): boolean => (one === head && other === tail) || (one === tail && other === head);
  const isAlone = ![...relations.values()].some((other) => other.id !== id && stands(other) && isPair(other));
  return from === undefined || to === undefined || from === to || !isAlone ? [] : admittedTypes(schema, from, to);
}

/** The relations of a duplicate go over to the mention that is kept; where that cannot be without changing one, a person has to decide. */
function withoutDuplicate(document: AnnotationDocument, mention: Mention, kept: string): readonly Fix[] {
  const relations = [...document.relations.values()].filter(stands);
  const own = relations.filter(({ head, tail }) => head === mention.id || tail === mention.id);
  const moved = own.map((relation) => {
    const [head, tail] = [relation.head, relation.tail].map((id) => (id === mention.id ? kept : id)) as [string, string];
    const pair = relations.filter((one) => [one.head, one.tail].includes(head) && [one.head, one.tail].includes(tail) && head !== tail);
    const isThere = pair.some((one) => one.type === relation.type && one.head === head);
    return { type: relation.type, head, tail, isThere, canMove: relation.status === 'accepted' && pair.length === 0 && head !== tail };
  });
  if (!moved.every(({ isThere, canMove }) => isThere || canMove)) return [];
  const added = moved
    .filter(({ isThere }) => !isThere)
    .map(({ type, head, tail }): Correction => ({ kind: 'addRelation', head, tail, type }));
  const { title, corrections } = takeOut(mention, nameOf(mention));
  return [fix(title, [...added, ...corrections], true)];
}

/** The longer of two first. */
function choices(a: Mention | undefined, b: Mention | undefined): readonly Fix[] {
  if (a === undefined || b === undefined) return [];
  const keep = (kept: Mention, other: Mention): Fix => ({ ...takeOut(other, ''), title: `Keep ${nameOf(kept)} alone` });
  return a.text.length < b.text.length ? [keep(b, a), keep(a, b)] : [keep(a, b), keep(b, a)];
}

function decisions(finding: Finding, document: AnnotationDocument): readonly Fix[] {
  const open = new Set(finding.items);
  // In a done sentence a suggestion counts as wrong already; only a relation that was accepted would go along with its mention.
  const takesAlong = [...document.relations.values()].some(
    ({ head, tail, status }) => status === 'accepted' && (open.has(head) || open.has(tail)),
  );
  return inSentence(document, finding, (sentence) => [
    fix('Accept all suggestions in the sentence', [{ kind: 'acceptAll', sentence }]),
    fix(
      'Reject all suggestions in the sentence',
      finding.items.map((id) => ({ kind: 'setStatus', id, status: 'rejected' })),
      !takesAlong,
    ),
    fix('Put the sentence back in progress', [{ kind: 'setState', sentence, state: 'in-progress' }]),
  ]);
}

function inSentence(document: AnnotationDocument, { span }: Finding, fixes: (sentence: number) => readonly Fix[]): readonly Fix[] {
  const sentence = holderOf(document.sentences, span);
  return sentence === undefined ? [] : fixes(sentence);
}
