import * as vscode from 'vscode';
import { type Correction, snapped } from '../annotation/corrections';
import type { Mention } from '../annotation/document';
import { mentionAt, mentionsIn } from '../annotation/places';
import { indexAt } from '../annotation/search';
import { SpangridError } from '../errors';
import type { Span } from '../text/span';
import { spanOf } from './offsets';
import type { Annotated } from './store';
import type { Subject } from './subject';

/** The editor of the text that the person works on. @throws SpangridError usage where there is none */
export function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) return editor;
  throw new SpangridError('usage', 'No text is open in an editor. Open one, select some of it, and run the command again.');
}

/** What is selected in a text: a span for each cursor, empty where nothing is selected. */
export function selectedSpans({ document, selections }: vscode.TextEditor): readonly Span[] {
  return selections.map((selection) => spanOf(document, selection));
}

/** The mentions that any of the cursors is at or selects, each once. */
export function selectedMentions({ document }: Annotated, spans: readonly Span[]): readonly Mention[] {
  return [...new Set(spans.flatMap((span) => mentionsIn(document, span)))];
}

/** The whole words that a selection touches, or those of a cursor; undefined where there are none. */
export function wordsAt({ document, text }: Subject, span: Span): Span | undefined {
  if (span.startChar < span.endChar) {
    const words = snapped(document.sentences, span, text);
    return words.startChar < words.endChar ? words : undefined;
  }
  const tokens = document.sentences[indexAt(document.sentences, span.startChar) ?? -1]?.tokens ?? [];
  return tokens[indexAt(tokens, span.startChar) ?? -1];
}

/**
 * What it comes to when selections are given a type: what is selected becomes a mention, and a cursor changes the mention that it is at,
 * or else makes one of its word.
 */
export function marking(subject: Subject, spans: readonly Span[], type: string): readonly Correction[] {
  return spans.flatMap((span): Correction[] => {
    const mention = span.startChar === span.endChar ? mentionAt(subject.document, span.startChar) : undefined;
    if (mention !== undefined) return [{ kind: 'setType', id: mention.id, type }];
    const words = wordsAt(subject, span);
    return words === undefined ? [] : [{ kind: 'addMention', span: words, type }];
  });
}
