import * as vscode from 'vscode';
import type { Correction } from '../annotation/corrections';
import type { AnnotationDocument, Item, Mention } from '../annotation/document';
import { percent } from '../annotation/names';
import { relationsOf } from '../annotation/places';
import { offsetAt, rangeOf } from './offsets';
import type { Store } from './store';

/** The commands that a hover may run, and no other. */
const COMMANDS = ['spangrid.showTable', 'spangrid.correct', 'spangrid.changeType', 'spangrid.editMention'] as const;

/** Says what a mention is, how sure the model is, and what it is related to. */
export class MentionHover implements vscode.HoverProvider {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const uri = document.uri.toString();
    const annotated = this.#store.get(uri);
    if (annotated === undefined) return undefined;
    const offset = offsetAt(document, position);
    const found = [...annotated.document.mentions.values()].filter(
      ({ status, spans }) => status !== 'rejected' && spans.some(({ startChar, endChar }) => startChar <= offset && offset < endChar),
    );
    const [first] = found;
    if (first === undefined) return undefined;
    const span = first.spans.find(({ startChar, endChar }) => startChar <= offset && offset < endChar);
    return new vscode.Hover(
      found.map((mention) => textOf(uri, annotated.document, mention)),
      span && rangeOf(document, span),
    );
  }
}

function textOf(uri: string, document: AnnotationDocument, mention: Mention): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  // Types and words come from files: they are appended as text, and no other command can be linked to.
  text.isTrusted = { enabledCommands: COMMANDS };
  text.appendMarkdown('**').appendText(mention.type).appendMarkdown('** ');
  text.appendText(mention.text).appendMarkdown(`  \n${decision(mention)}`);
  text.appendMarkdown(changes(uri, mention, [link('More …', 'editMention', [uri, mention.id])]));
  if (mention.note !== undefined) text.appendMarkdown('\n\n').appendText(mention.note);
  for (const relation of relationsOf(document, mention.id)) {
    const isHead = relation.head === mention.id;
    const other = document.mentions.get(isHead ? relation.tail : relation.head);
    if (other === undefined) continue;
    text.appendMarkdown(`\n\n$(${isHead ? 'arrow-right' : 'arrow-left'}) `).appendText(relation.type);
    text
      .appendMarkdown(isHead ? ' → ' : ' ← ')
      .appendText(`${other.text} (${other.type})`)
      .appendMarkdown(`, ${decision(relation)}`)
      .appendMarkdown(changes(uri, relation, [link('Reverse', 'correct', [uri, [{ kind: 'reverse', id: relation.id }]])]));
  }
  text.appendMarkdown(`\n\n${link('$(table) Show in Table', 'showTable', [uri, mention.id])}`);
  return text;
}

/** Links that correct an item; none where the workspace is not trusted, as nothing can be changed there. */
function changes(uri: string, { id, status }: Item, more: readonly string[]): string {
  if (!vscode.workspace.isTrusted) return '';
  const correct = (label: string, correction: Correction): string => link(label, 'correct', [uri, [correction]]);
  const links = [
    ...(status === 'suggested' ? [correct('Accept', { kind: 'setStatus', id, status: 'accepted' })] : []),
    ...(status === 'suggested' ? [correct('Reject', { kind: 'setStatus', id, status: 'rejected' })] : []),
    link('Change Type', 'changeType', [uri, [id]]),
    ...more,
    correct('Delete', { kind: 'remove', id }),
  ];
  return `  \n${links.join(' · ')}`;
}

function link(label: string, command: 'showTable' | 'correct' | 'changeType' | 'editMention', parameters: readonly unknown[]): string {
  return `[${label}](command:spangrid.${command}?${encodeURIComponent(JSON.stringify(parameters))})`;
}

/** Status, score and where it comes from. Model names come from files, too, and are cut to what cannot be markup. */
function decision({ status, score, model }: Item): string {
  const sure = score === undefined ? '' : ` with ${percent(score)}`;
  const by = model === undefined ? '' : ` by ${model.replace(/[^\w. -]/g, '')}`;
  return `${status}${sure}${by}`;
}
