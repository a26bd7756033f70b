import type * as vscode from 'vscode';
import { unifyLineEnds } from '../text/lineEnds';

/** The texts of open documents as Spangrid counts them, made once for each version. VS Code has removed the byte order mark already. */
export class Texts {
  readonly #cache = new WeakMap<vscode.TextDocument, { readonly version: number; readonly text: string }>();

  of(document: vscode.TextDocument): string {
    const cached = this.#cache.get(document);
    if (cached?.version === document.version) return cached.text;
    const text = unifyLineEnds(document.getText());
    this.#cache.set(document, { version: document.version, text });
    return text;
  }

  /** The text as it was when it was last asked for. */
  last(document: vscode.TextDocument): string | undefined {
    return this.#cache.get(document)?.text;
  }
}
