import * as vscode from 'vscode';
import { extent, isLost, type Mention, type Relation } from '../annotation/document';
import { SpangridError } from '../errors';
import type { Span } from '../text/span';
import { openDocument, positionAt, rangeOf } from './offsets';
import type { Services } from './services';

/** Shows a stretch of a text in its editor, with the cursor at its start, and lights it up. */
export async function revealSpans({ decorations }: Services, uri: vscode.Uri, spans: readonly Span[], takeFocus: boolean): Promise<void> {
  const startChar = Math.min(...spans.map((span) => span.startChar));
  const endChar = Math.max(...spans.map((span) => span.endChar));
  await revealSpan(await openDocument(uri), { startChar, endChar }, takeFocus);
  decorations.light(uri.toString(), spans);
}

/** Shows a stretch of a text in its editor, with the cursor at its start. */
export async function revealSpan(document: vscode.TextDocument, span: Span, takeFocus: boolean): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    preserveFocus: !takeFocus,
  });
  const at = positionAt(document, span.startChar);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(rangeOf(document, span), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/**
 * Shows a mention's words in the text, or those of a relation's two mentions.
 * @throws SpangridError `usage` where the words are no longer in the text
 */
export async function revealItem(services: Services, uri: vscode.Uri, item: Mention | Relation, takeFocus: boolean): Promise<void> {
  const document = services.store.get(uri.toString())?.document;
  const mentions = 'spans' in item ? [item] : [item.head, item.tail].flatMap((id) => document?.mentions.get(id) ?? []);
  const inText = mentions.filter((mention) => !isLost(mention));
  if (inText.length === 0)
    throw new SpangridError(
      'usage',
      `The words "${mentions[0]?.text ?? ''}" are no longer in the text. Delete the annotation, or put them back.`,
    );
  await revealSpans(services, uri, inText.map(extent), takeFocus);
}
