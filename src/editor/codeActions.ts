import * as vscode from 'vscode';
import { extent } from '../annotation/document';
import { quoted } from '../annotation/names';
import { sameSpan, type Span } from '../text/span';
import { type ItemAction, mentionActions, TYPES_AT_HAND } from './itemActions';
import { spanOf } from './offsets';
import { marking, selectedMentions, selectedSpans, wordsAt } from './selections';
import type { Store } from './store';
import { type Subject, subjectOf } from './subject';
import type { Texts } from './texts';

/** A suggestion that waits for a decision is a quick fix; everything else is a change that one asks for. */
const KINDS: Readonly<Record<ItemAction['kind'], vscode.CodeActionKind>> = {
  decide: vscode.CodeActionKind.QuickFix.append('spangrid'),
  change: vscode.CodeActionKind.RefactorRewrite.append('spangrid'),
};

/** What can be done about the mentions at the cursor, and with what is selected; nothing in texts without annotations. */
export class CorrectingActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: Object.values(KINDS) };
  readonly #store: Store;
  readonly #texts: Texts;

  constructor(store: Store, texts: Texts) {
    this.#store = store;
    this.#texts = texts;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const uri = document.uri.toString();
    if (this.#store.get(uri) === undefined || !vscode.workspace.isTrusted) return [];
    const subject = subjectOf({ store: this.#store, texts: this.#texts }, uri);
    const spans = spansAsked(document, range);
    return [...mentionActions(subject, selectedMentions(subject, spans)), ...markActions(subject, spans)].map((action) => {
      const made = new vscode.CodeAction(action.title, KINDS[action.kind]);
      made.command = { title: action.title, command: action.command, arguments: [...action.parameters] };
      return made;
    });
  }
}

/** The editor asks for its first cursor alone; what is done is done at all of them. */
function spansAsked(document: vscode.TextDocument, range: vscode.Range): readonly Span[] {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document && editor.selection.isEqual(range) ? selectedSpans(editor) : [spanOf(document, range)];
}

function markActions(subject: Subject, spans: readonly Span[]): readonly ItemAction[] {
  const selected = spans.filter(({ startChar, endChar }) => startChar < endChar);
  const words = selected.flatMap((span) => wordsAt(subject, span) ?? []);
  const isMention = (span: Span): boolean => selectedMentions(subject, [span]).some((mention) => sameSpan(extent(mention), span));
  const [first] = words;
  if (first === undefined || words.every(isMention)) return [];
  const what = words.length === 1 ? quoted(subject.text.slice(first.startChar, first.endChar)) : `${words.length} selections`;
  const types = Object.keys(subject.schema.entities);
  const action = { kind: 'change', icon: 'symbol-class' } as const;
  if (types.length > TYPES_AT_HAND) {
    return [{ ...action, title: `Mark ${what} as …`, command: 'spangrid.markSelection', parameters: [] }];
  }
  return types.map((type) => ({
    ...action,
    title: `Mark ${what} as ${type}`,
    command: 'spangrid.correct',
    parameters: [subject.uri, marking(subject, selected, type)],
  }));
}
