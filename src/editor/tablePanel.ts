import * as v from 'valibot';
import * as vscode from 'vscode';
import { nameOf } from './annotations';
import { openDocument } from './offsets';
import { pageOptions } from './pages';
import type { Services } from './services';
import { type Place, TableView } from './tableView';

export const TABLE_PANEL = 'spangrid.table';

/** What the page keeps of itself for a reload of the window: at least which text it showed, and which sentence. */
const savedState = v.object({ uri: v.string(), sentence: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** The one panel that shows a table beside the text. It follows the active text where that has annotations. */
export class TablePanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #services: Services;
  readonly #subscriptions: vscode.Disposable[];
  #open: { readonly panel: vscode.WebviewPanel; readonly view: TableView } | undefined;

  constructor(services: Services) {
    this.#services = services;
    const follow = (uri: vscode.Uri | undefined): void => {
      if (uri === undefined || this.#open === undefined || this.#open.view.uri?.toString() === uri.toString()) return;
      if (services.store.get(uri.toString()) !== undefined) this.#show(uri, {});
    };
    const leave = services.store.onDidChange((uri, change) => {
      // A text that is opened again becomes active before its annotations are read.
      const active = vscode.window.activeTextEditor?.document.uri;
      if (change === 'open' && uri === active?.toString()) follow(active);
    });
    this.#subscriptions = [
      { dispose: leave },
      vscode.window.registerWebviewPanelSerializer(TABLE_PANEL, this),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        follow(editor?.document.uri);
      }),
    ];
  }

  /** The table that is open. */
  get view(): TableView | undefined {
    return this.#open?.view;
  }

  /** Shows a text's table beside the text, and opens it if need be. The focus stays where it is unless `takeFocus`. */
  show(uri: vscode.Uri, place: Place, takeFocus: boolean): void {
    if (this.#open === undefined) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: !takeFocus };
      const options = { ...pageOptions(this.#services.extensionUri), retainContextWhenHidden: false };
      this.#adopt(vscode.window.createWebviewPanel(TABLE_PANEL, 'Spangrid', column, options));
    } else if (takeFocus || !this.#open.panel.visible) {
      this.#open.panel.reveal(undefined, !takeFocus);
    }
    this.#show(uri, place);
  }

  /** Puts the panel back after a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#adopt(panel);
    const saved = v.safeParse(savedState, state);
    if (!saved.success) return;
    const uri = vscode.Uri.parse(saved.output.uri);
    try {
      await this.#services.annotations.restore(await openDocument(uri));
      this.#show(uri, { sentence: saved.output.sentence });
    } catch {
      // The text is gone: the page says that there is nothing to show.
    }
  }

  dispose(): void {
    this.#open?.panel.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(uri: vscode.Uri, place: Place): void {
    if (this.#open === undefined) return;
    this.#open.panel.title = `Table: ${nameOf(uri)}`;
    this.#open.view.show(uri, place);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#open?.panel.dispose();
    const view = new TableView(panel, this.#services);
    const media = vscode.Uri.joinPath(this.#services.extensionUri, 'media');
    panel.iconPath = { light: vscode.Uri.joinPath(media, 'table-light.svg'), dark: vscode.Uri.joinPath(media, 'table-dark.svg') };
    this.#open = { panel, view };
    panel.onDidDispose(() => {
      view.dispose();
      if (this.#open?.panel === panel) this.#open = undefined;
    });
  }
}
