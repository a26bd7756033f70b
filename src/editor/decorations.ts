import * as vscode from 'vscode';
import { isShown, type Mention } from '../annotation/document';
import type { EntityType } from '../annotation/schema';
import type { Span } from '../text/span';
import { rangeOf, spanOf } from './offsets';
import type { Store } from './store';

/** A document with more mentions is decorated only around what is in view: thousands of decorations at once make an editor slow. */
const ALL_UP_TO = 3000;
const LINES_AROUND = 200;

/** While a text is typed in, the editor moves decorations by itself; ours follow when the typing rests. */
const TYPING_DELAY_MS = 100;

/** A decoration of a type: dashed while its mentions are suggested, solid once they are accepted. */
interface Look {
  readonly suggested: vscode.TextEditorDecorationType;
  readonly accepted: vscode.TextEditorDecorationType;
}

/** Draws mentions into the text, and lights up the words of the cell that has the focus in the table. */
export class Decorations implements vscode.Disposable {
  readonly #store: Store;
  readonly #looks = new Map<string, Look>();
  readonly #lit = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.wordHighlightStrongBackground'),
    outline: '1px solid',
    outlineColor: new vscode.ThemeColor('focusBorder'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.wordHighlightStrongForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
  readonly #subscriptions: vscode.Disposable[];
  readonly #shown = new Map<string, number>();
  #highlight: { readonly uri: string; readonly spans: readonly Span[] } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
    const leave = store.onDidChange((uri, change) => {
      if (change === 'text') this.#soon();
      else this.#refresh((editor) => editor.document.uri.toString() === uri);
      if (change === 'open' || change === 'close') this.#forget();
    });
    this.#subscriptions = [
      { dispose: leave },
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#refresh(() => true);
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        const mentions = store.get(textEditor.document.uri.toString())?.document.mentions.size ?? 0;
        if (mentions > ALL_UP_TO) this.#refresh((editor) => editor === textEditor);
      }),
    ];
  }

  /** How many mentions are decorated in a text: what a test can see of it. */
  shown(uri: string): number {
    return this.#shown.get(uri) ?? 0;
  }

  /** The spans that are lit up in a text. */
  lit(uri: string): readonly Span[] {
    return this.#highlight?.uri === uri ? this.#highlight.spans : [];
  }

  /** Lights up words; those that were lit up before go out. */
  light(uri: string, spans: readonly Span[]): void {
    this.#highlight = { uri, spans };
    for (const editor of vscode.window.visibleTextEditors) this.#lightIn(editor);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { suggested, accepted } of this.#looks.values()) {
      suggested.dispose();
      accepted.dispose();
    }
    this.#lit.dispose();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#refresh(() => true);
    }, TYPING_DELAY_MS);
  }

  #refresh(which: (editor: vscode.TextEditor) => boolean): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (!which(editor)) continue;
      this.#decorate(editor);
      this.#lightIn(editor);
    }
  }

  #lightIn(editor: vscode.TextEditor): void {
    const spans = this.lit(editor.document.uri.toString());
    editor.setDecorations(
      this.#lit,
      spans.map((span) => rangeOf(editor.document, span)),
    );
  }

  #decorate(editor: vscode.TextEditor): void {
    const uri = editor.document.uri.toString();
    const annotated = this.#store.get(uri);
    const ranges = new Map<vscode.TextEditorDecorationType, vscode.Range[]>();
    for (const { suggested, accepted } of this.#looks.values()) ranges.set(suggested, []).set(accepted, []);
    let shown = 0;
    const mentions = annotated === undefined ? [] : annotated.document.mentions.values();
    const view = (annotated?.document.mentions.size ?? 0) > ALL_UP_TO ? inView(editor) : undefined;
    for (const mention of mentions) {
      if (!isShown(mention) || (view !== undefined && !touches(mention, view))) continue;
      const look = this.#look(mention.type, annotated?.schema.entities[mention.type]);
      const type = mention.status === 'accepted' ? look.accepted : look.suggested;
      const list = ranges.get(type) ?? [];
      list.push(...mention.spans.map((span) => rangeOf(editor.document, span)));
      ranges.set(type, list);
      shown += 1;
    }
    for (const [type, list] of ranges) editor.setDecorations(type, list);
    this.#shown.set(uri, shown);
  }

  /** Lets go of the looks that the types of no open text have any more. */
  #forget(): void {
    const schemas = this.#store.uris.map((uri) => this.#store.get(uri)?.schema.entities ?? {});
    const used = new Set(schemas.flatMap((types) => Object.entries(types)).map(([name, type]) => lookKey(name, type)));
    for (const [key, { suggested, accepted }] of this.#looks) {
      if (used.has(key)) continue;
      suggested.dispose();
      accepted.dispose();
      this.#looks.delete(key);
    }
  }

  #look(name: string, type: EntityType | undefined): Look {
    const key = lookKey(name, type);
    const known = this.#looks.get(key);
    if (known !== undefined) return known;
    const [colour, label] = [colourOf(type), labelOf(name, type)];
    const look = { suggested: decoration(colour, label, 'dashed'), accepted: decoration(colour, label, 'solid') };
    this.#looks.set(key, look);
    return look;
  }
}

function colourOf(type: EntityType | undefined): string {
  return type?.colour ?? '#808080';
}

function labelOf(name: string, type: EntityType | undefined): string {
  return type?.short ?? name;
}

/** Types that look the same share their decorations. */
function lookKey(name: string, type: EntityType | undefined): string {
  return `${colourOf(type)} ${labelOf(name, type)}`;
}

function decoration(colour: string, label: string, line: 'dashed' | 'solid'): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    // The text keeps its own colour, so it is as easy to read as before in every theme; the type's colour is around and faintly behind.
    backgroundColor: `${colour}26`,
    border: `1px ${line} ${colour}`,
    borderRadius: '3px',
    overviewRulerColor: colour,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: {
      contentText: label,
      color: new vscode.ThemeColor('editor.foreground'),
      backgroundColor: `${colour}40`,
      margin: '0 1px 0 2px',
      // The only way to a smaller label: an attachment has no font size of its own.
      textDecoration: 'none; font-size: 0.72em; padding: 0 3px; border-radius: 3px; vertical-align: 1px',
    },
  });
}

/** The lines in view and some around them. */
function inView(editor: vscode.TextEditor): Span {
  const { document, visibleRanges } = editor;
  const first = Math.max(0, (visibleRanges[0]?.start.line ?? 0) - LINES_AROUND);
  const last = Math.min(document.lineCount - 1, (visibleRanges.at(-1)?.end.line ?? 0) + LINES_AROUND);
  return spanOf(document, new vscode.Range(new vscode.Position(first, 0), document.lineAt(last).range.end));
}

function touches(mention: Mention, span: Span): boolean {
  return mention.spans.some(({ startChar, endChar }) => startChar < span.endChar && endChar > span.startChar);
}
