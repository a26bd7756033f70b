import * as vscode from 'vscode';
import { placesFor } from '../annotation/anchor';
import type { Correction } from '../annotation/corrections';
import { extent, isLost, type Mention } from '../annotation/document';
import { lineAt } from '../text/passages';
import { openedDocument, positionAt, rangeOf, spanOf } from './offsets';
import type { Store } from './store';
import type { Texts } from './texts';

const CODE = 'annotation.lost';
/** How long after a change the problems are listed anew. */
const DELAY_MS = 200;
/** Of a lost mention at most so many places are proposed, and at a selection at most so many lost mentions. */
const PROPOSED = 3;

/** Lists mentions whose words are no longer in the text among the problems, with what can be done about each. */
export class LostMentions implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #texts: Texts;
  readonly #problems = vscode.languages.createDiagnosticCollection('spangrid');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(store: Store, texts: Texts) {
    this.#store = store;
    this.#texts = texts;
    const leave = store.onDidChange((uri) => {
      if (!this.#timers.has(uri)) this.#timers.set(uri, setTimeout(() => this.#list(uri), DELAY_MS)); // prettier-ignore
    });
    this.#subscriptions = [
      { dispose: leave },
      this.#problems,
      vscode.languages.registerCodeActionsProvider('*', this, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    ];
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const annotated = this.#store.get(document.uri.toString());
    if (annotated === undefined || !vscode.workspace.isTrusted) return [];
    const text = this.#texts.of(document);
    const ours = (this.#problems.get(document.uri) ?? []).filter((diagnostic) => diagnostic.range.intersection(range) !== undefined);
    const actions = ours.flatMap((diagnostic) => {
      const mention = [...lostOf(annotated.document.mentions)].find((one) => messageOf(one) === diagnostic.message);
      if (mention === undefined) return [];
      const places = placesFor(annotated.document, mention, text, PROPOSED);
      const inWords = ({ startChar, endChar }: ReturnType<typeof extent>): string => {
        const words = text.slice(startChar, endChar);
        return words === mention.text ? '' : `: '${words}'`;
      };
      return [
        ...places.map((span) =>
          fix(document, `Put it at line ${String(positionAt(document, span.startChar).line + 1)}${inWords(span)}`, diagnostic, [
            { kind: 'setSpan', id: mention.id, span },
          ]),
        ),
        fix(document, `Delete the lost ${nameOf(mention)}`, diagnostic, [{ kind: 'remove', id: mention.id }]),
      ];
    });
    const span = spanOf(document, range);
    if (span.startChar === span.endChar) return actions;
    const lost = [...lostOf(annotated.document.mentions)].sort((a, b) => distance(a, span) - distance(b, span)).slice(0, PROPOSED);
    return [
      ...actions,
      ...lost.map((mention) => {
        const diagnostic = ours.find(({ message }) => message === messageOf(mention));
        return fix(document, `Put the lost ${nameOf(mention)} at the selection`, diagnostic, [{ kind: 'setSpan', id: mention.id, span }]);
      }),
    ];
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #list(key: string): void {
    this.#timers.delete(key);
    const uri = vscode.Uri.parse(key, true);
    const annotated = this.#store.get(key);
    const document = openedDocument(key);
    if (annotated === undefined || document === undefined) {
      this.#problems.delete(uri);
      return;
    }
    const text = this.#texts.of(document);
    const diagnostics = [...lostOf(annotated.document.mentions)].map((mention) => {
      const line = lineAt(text, Math.min(extent(mention).startChar, text.trimEnd().length));
      const diagnostic = new vscode.Diagnostic(rangeOf(document, line), messageOf(mention), vscode.DiagnosticSeverity.Warning);
      diagnostic.source = 'Spangrid';
      diagnostic.code = CODE;
      return diagnostic;
    });
    this.#problems.set(uri, diagnostics.length === 0 ? undefined : diagnostics);
  }
}

/** What was rejected needs no place. */
function* lostOf(mentions: ReadonlyMap<string, Mention>): Iterable<Mention> {
  for (const mention of mentions.values()) if (isLost(mention) && mention.status !== 'rejected') yield mention;
}

function fix(
  document: vscode.TextDocument,
  title: string,
  diagnostic: vscode.Diagnostic | undefined,
  corrections: readonly Correction[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: 'spangrid.correct', arguments: [document.uri.toString(), corrections] };
  if (diagnostic !== undefined) action.diagnostics = [diagnostic];
  return action;
}

function distance(mention: Mention, { startChar }: ReturnType<typeof extent>): number {
  return Math.abs(extent(mention).startChar - startChar);
}

/** The id tells apart what else reads the same. */
function messageOf(mention: Mention): string {
  return `The words of ${nameOf(mention)} are no longer in the text: "…${mention.before.replaceAll('\n', ' ')}[${mention.text}]${mention.after.replaceAll('\n', ' ')}…" (${mention.id})`;
}

function nameOf({ type, text }: Mention): string {
  return `'${text}' (${type})`;
}
