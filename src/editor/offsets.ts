import * as vscode from 'vscode';
import type { TextChange } from '../annotation/refine';
import { unifyLineEnds } from '../text/lineEnds';
import type { Span } from '../text/span';

/*
 * VS Code counts a CRLF as two units where it counts offsets, and keeps each document's line ends; Spangrid counts every line end as
 * one. Positions (line and character) are the same for both, so the difference is the number of lines before.
 */

/** The document of a text that is open, by its URI as a string. */
export function openedDocument(uri: string | undefined): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

/** The document of a text: the open one, or else opened without an editor. Throws where there is none. */
export async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  // An open one as it is: to open it again would keep it open for minutes after its editor is closed.
  return openedDocument(uri.toString()) ?? vscode.workspace.openTextDocument(uri);
}

/** Offset of a position, as Spangrid counts. */
export function offsetAt(document: vscode.TextDocument, position: vscode.Position): number {
  const { line } = document.validatePosition(position);
  return document.offsetAt(position) - (document.eol === vscode.EndOfLine.CRLF ? line : 0);
}

/** The position that has this offset; an offset outside the text is moved to its nearer end. */
export function positionAt(document: vscode.TextDocument, offset: number): vscode.Position {
  if (document.eol === vscode.EndOfLine.LF) return document.positionAt(offset);
  let low = 0;
  let high = document.lineCount - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (offsetAt(document, new vscode.Position(middle, 0)) <= offset) low = middle;
    else high = middle - 1;
  }
  return document.validatePosition(new vscode.Position(low, offset - offsetAt(document, new vscode.Position(low, 0))));
}

export function rangeOf(document: vscode.TextDocument, span: Span): vscode.Range {
  return new vscode.Range(positionAt(document, span.startChar), positionAt(document, span.endChar));
}

export function spanOf(document: vscode.TextDocument, range: vscode.Range): Span {
  return { startChar: offsetAt(document, range.start), endChar: offsetAt(document, range.end) };
}

/** The changes of an event in terms of the text before it. */
export function changesOf(event: vscode.TextDocumentChangeEvent): readonly TextChange[] {
  const isCrlf = event.document.eol === vscode.EndOfLine.CRLF;
  return event.contentChanges.map(({ range, rangeOffset, rangeLength, text }) => ({
    startChar: rangeOffset - (isCrlf ? range.start.line : 0),
    endChar: rangeOffset + rangeLength - (isCrlf ? range.end.line : 0),
    inserted: unifyLineEnds(text),
  }));
}
