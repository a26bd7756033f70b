import type * as vscode from 'vscode';
import type { Format } from '../formats/format';

/** A format among others to choose from. */
export function formatItem(format: Format): vscode.QuickPickItem & { readonly format: Format } {
  return { label: format.title, description: format.endings.join(', '), format };
}

/** The line of a question that names files which would be written over; nothing where there are none. */
export function writtenOver(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > 5 ? ` and ${String(names.length - 5)} more` : '';
  return [`Written over: ${names.slice(0, 5).join(', ')}${more}.`];
}
