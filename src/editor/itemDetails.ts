import * as vscode from 'vscode';
import type { Mention, Relation } from '../annotation/document';
import { relationWords } from '../annotation/outline';
import type { Annotated } from './store';
import { guidelineOf } from './typePick';

/** All that is known of an item: words, type, status, score, who set it, its note, and the guideline of its type. */
export function itemDetails({ document, schema }: Annotated, item: Mention | Relation): vscode.MarkdownString {
  const isMention = 'spans' in item;
  const types = isMention ? schema.entities : schema.relations;
  const text = new vscode.MarkdownString();
  // Words, types, notes and names come from files: they are appended as text.
  const line = (name: string, value: string): void => {
    text.appendMarkdown(`\n\n${name}: `).appendText(value);
  };
  text.appendMarkdown('**').appendText(item.type).appendMarkdown('** ');
  text.appendText(isMention ? item.text : relationWords(document, item));
  line('Status', item.status);
  if (item.score !== undefined) line('Score', `${(100 * item.score).toFixed(1)} %`);
  if (item.model !== undefined) line('Model', item.model);
  if (item.by !== undefined) line('Set by', item.by);
  if (item.discuss === true) line('Flag', 'to discuss');
  if (item.note !== undefined) line('Note', item.note);
  const guideline = guidelineOf(Object.hasOwn(types, item.type) ? types[item.type] : undefined);
  if (guideline !== undefined) {
    text.appendMarkdown('\n\n---\n\n').appendText(guideline);
  }
  return text;
}
