import * as vscode from 'vscode';
import { admittedTypes, type Correction } from '../annotation/corrections';
import type { Mention, Relation } from '../annotation/document';
import { layoutOf, sentenceOf } from '../annotation/layout';
import { quoted } from '../annotation/names';
import { isSymmetric, type Schema } from '../annotation/schema';
import { SpangridError } from '../errors';
import { PARAMETERS, parseParameters } from './correctionParameters';
import { type ItemAction, mentionActions, relationActions, triple } from './itemActions';
import { activeEditor, marking, selectedMentions, selectedSpans, wordsAt } from './selections';
import type { Services } from './services';
import type { Annotated } from './store';
import { type Subject, subjectOf } from './subject';
import { typeIcon } from './typeIcon';
import { pickType, plain, typesNamed } from './typePick';

/** A command's work. */
export type Handler = (...parameters: readonly unknown[]) => Promise<unknown>;

/** The commands that correct an item, or what is selected in the text: behind links, menus, code actions and the palette. */
export function itemCommands(services: Services): Readonly<Record<string, Handler>> {
  const { corrections } = services;
  const apply = (uri: string, wanted: readonly Correction[]): boolean => corrections.apply(vscode.Uri.parse(uri, true), wanted);

  return {
    'spangrid.correct': async (...parameters) => {
      const [uri, wanted] = parseParameters(PARAMETERS.correct, parameters);
      return Promise.resolve(apply(uri, wanted));
    },
    'spangrid.changeType': async (...parameters) => {
      const [uri, ids] = parseParameters(PARAMETERS.items, parameters);
      const subject = subjectOf(services, uri);
      const items = ids.map((id) => itemOf(subject, id));
      const type = await askType(subject, items);
      return type !== undefined && apply(uri, ids.map((id) => ({ kind: 'setType', id, type }))); // prettier-ignore
    },
    'spangrid.editNote': async (...parameters) => {
      const [uri, id] = parseParameters(PARAMETERS.item, parameters);
      const subject = subjectOf(services, uri);
      const item = itemOf(subject, id);
      const note = await vscode.window.showInputBox({
        title: `Spangrid: Note to ${nameOf(subject, item)}`,
        value: item.note ?? '',
        prompt: 'Kept with the annotation. Empty: no note.',
      });
      return note !== undefined && apply(uri, [{ kind: 'setNote', id, note: note.trim() }]);
    },
    'spangrid.addRelation': async (...parameters) => {
      const [uri, id] = parseParameters(PARAMETERS.item, parameters);
      const subject = subjectOf(services, uri);
      const item = itemOf(subject, id);
      const relation = 'spans' in item ? await askRelation(subject, item) : undefined;
      return relation !== undefined && apply(uri, [{ kind: 'addRelation', ...relation }]);
    },
    'spangrid.editRelation': async (...parameters) => {
      const [uri, id] = parseParameters(PARAMETERS.item, parameters);
      const subject = subjectOf(services, uri);
      const item = itemOf(subject, id);
      return 'head' in item && chooseAction(triple(subject, item), relationActions(subject, item));
    },
    'spangrid.editMention': async (...parameters) => {
      if (parameters.length === 0) return editSelected(services, activeEditor());
      const [uri, id] = parseParameters(PARAMETERS.item, parameters);
      const subject = subjectOf(services, uri);
      const item = itemOf(subject, id);
      return 'spans' in item && chooseAction(nameOf(subject, item), mentionActions(subject, [item]));
    },
    'spangrid.markSelection': async () => {
      const editor = activeEditor();
      await services.corrections.prepare(editor.document);
      return markSelected(services, editor);
    },
  };
}

/** Asks what to do about the mentions at the cursors; where there is none, which type the words there are. */
export async function editSelected(services: Services, editor: vscode.TextEditor): Promise<unknown> {
  await services.corrections.prepare(editor.document);
  const subject = subjectOf(services, editor.document.uri.toString());
  const mentions = selectedMentions(subject, selectedSpans(editor));
  const [first] = mentions;
  if (first === undefined) return markSelected(services, editor);
  const title = mentions.length === 1 ? nameOf(subject, first) : `${mentions.length} mentions`;
  return chooseAction(title, mentionActions(subject, mentions));
}

/** @throws SpangridError types.none where nothing can be annotated for want of types */
export function requireTypes({ schema }: Annotated): void {
  if (Object.keys(schema.entities).length > 0) return;
  throw new SpangridError(
    'types.none',
    'There are no types to annotate with yet. Make some with "Spangrid: Edit Types", or in a spangrid.config.json.',
  );
}

async function markSelected(services: Services, editor: vscode.TextEditor): Promise<boolean> {
  const subject = subjectOf(services, editor.document.uri.toString());
  requireTypes(subject);
  const spans = selectedSpans(editor);
  const words = spans.flatMap((span) => wordsAt(subject, span) ?? []);
  const [first] = words;
  if (first === undefined) throw new SpangridError('usage', 'There is no word here. Put the cursor in one, or select some.');
  const what = words.length === 1 ? quoted(subject.text.slice(first.startChar, first.endChar)) : `${words.length} selections`;
  const type = await pickType({ kind: 'mention', title: `Mark ${what} as …`, types: subject.schema.entities });
  if (type === undefined) return false;
  return services.corrections.apply(editor.document.uri, marking(subject, spans, type));
}

async function chooseAction(title: string, actions: readonly ItemAction[]): Promise<unknown> {
  const items = actions.map((action) => ({ label: `$(${action.icon}) ${plain(action.title)}`, action }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Spangrid: ${title}`, placeHolder: 'What to change' });
  return chosen && vscode.commands.executeCommand(chosen.action.command, ...chosen.action.parameters);
}

async function askType(subject: Subject, items: readonly (Mention | Relation)[]): Promise<string | undefined> {
  const [first] = items;
  if (first === undefined) return undefined;
  const title = `Change type of ${items.length === 1 ? nameOf(subject, first) : `${items.length} mentions`}`;
  const current = items.every(({ type }) => type === first.type) ? { current: first.type } : {};
  if ('spans' in first) return pickType({ kind: 'mention', title, types: subject.schema.entities, ...current });
  const [head, tail] = [subject.document.mentions.get(first.head), subject.document.mentions.get(first.tail)];
  const admitted = head === undefined || tail === undefined ? [] : admittedTypes(subject.schema, head, tail);
  return pickType({ kind: 'relation', title, types: typesNamed(subject.schema.relations, admitted), ...current });
}

interface Ends {
  readonly head: string;
  readonly tail: string;
  readonly type: string;
}

/** Asks for the other mention, then for a relation that the schema admits between the two; what leaves no choice is not asked. */
async function askRelation(subject: Subject, mention: Mention): Promise<Ends | undefined> {
  const { document, schema } = subject;
  const layout = layoutOf(document);
  const around = layout.sentences[sentenceOf(document, mention) ?? -1] ?? layout.elsewhere;
  const others = around.mentions
    .filter(({ id, status }) => id !== mention.id && status !== 'rejected')
    .map((other) => ({ other, relations: relationsBetween(schema, mention, other) }))
    .filter(({ relations }) => relations.length > 0);
  if (others.length === 0)
    throw new SpangridError('usage', `No type of relation joins ${quoted(mention.text)} to another mention of its sentence.`);
  const chosen = await vscode.window.showQuickPick(
    others.map(({ other, relations }) => ({
      label: plain(other.text.replace(/\s+/gu, ' ')),
      description: plain(other.type),
      iconPath: typeIcon('mention', schema.entities[other.type]?.colour),
      relations,
      other,
    })),
    { title: `Spangrid: Add Relation of ${quoted(mention.text)}`, placeHolder: 'The other mention', matchOnDescription: true },
  );
  if (chosen === undefined) return undefined;
  if (chosen.relations.length === 1) return chosen.relations[0];
  const picked = await vscode.window.showQuickPick(
    chosen.relations.map((relation) => ({
      label: plain(`${relation.type} ${relation.head === mention.id ? '→' : '←'} ${chosen.label}`),
      iconPath: typeIcon('relation', schema.relations[relation.type]?.colour),
      relation,
    })),
    { title: `Spangrid: Add Relation of ${quoted(mention.text)}`, placeHolder: 'The type of the relation, and its direction' },
  );
  return picked?.relation;
}

function relationsBetween(schema: Schema, one: Mention, other: Mention): readonly Ends[] {
  const forth = admittedTypes(schema, one, other).map((type) => ({ head: one.id, tail: other.id, type }));
  const back = admittedTypes(schema, other, one)
    .filter((type) => !isSymmetric(schema.relations, type))
    .map((type) => ({ head: other.id, tail: one.id, type }));
  return [...forth, ...back];
}

function itemOf({ document }: Subject, id: string): Mention | Relation {
  const item = document.mentions.get(id) ?? document.relations.get(id);
  if (item === undefined)
    throw new SpangridError('annotation.conflict', 'This annotation is not there any more: it was changed meanwhile. Look again.');
  return item;
}

function nameOf(subject: Subject, item: Mention | Relation): string {
  return 'spans' in item ? quoted(item.text) : triple(subject, item);
}
