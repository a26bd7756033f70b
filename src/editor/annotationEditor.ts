import * as vscode from 'vscode';
import { standingIn } from '../annotation/anchor';
import { fromJson } from '../annotation/json';
import { messageOf, SpangridError } from '../errors';
import { nameOf } from './annotations';
import { openDocument } from './offsets';
import { schemaFor } from './documentSchema';
import type { Services } from './services';
import { TableView } from './tableView';

export const ANNOTATION_EDITOR = 'spangrid.table';

/** Shows an annotation file (`*.spangrid.json`) as the table of its text, from the same store as everything else. */
export class AnnotationEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #services: Services;
  readonly #views = new Set<TableView>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** The tables that are open. */
  get views(): readonly TableView[] {
    return [...this.#views];
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const open = (): Promise<vscode.Uri> => (uri.scheme === 'file' ? this.#openText(uri) : this.#openVersion(uri));
    const view = new TableView(panel, this.#services, open);
    this.#views.add(view);
    panel.onDidDispose(() => {
      this.#views.delete(view);
      view.dispose();
    });
    try {
      view.show(await open());
    } catch (error) {
      view.fail(messageOf(error));
    }
  }

  /** The text beside an annotation file. What of the file cannot be read is reported, and the file left as it is. */
  async #openText(file: vscode.Uri): Promise<vscode.Uri> {
    const text = this.#services.annotations.textOf(file);
    if (text === undefined) throw new SpangridError('annotation.invalid', `${nameOf(file)} is not the name of an annotation file.`);
    let document: vscode.TextDocument;
    try {
      document = await openDocument(text);
    } catch (error) {
      throw new SpangridError(
        'file.missing',
        `The text of these annotations, ${nameOf(text)}, is not there. Put it back, or open the file as text.`,
        {
          cause: error,
        },
      );
    }
    await this.#services.annotations.restore(document);
    return text;
  }

  /** A version from source control is shown from its own content, over the text of the same version. */
  async #openVersion(file: vscode.Uri): Promise<vscode.Uri> {
    const path = this.#services.annotations.textOf(vscode.Uri.file(file.fsPath))?.fsPath ?? file.fsPath;
    // Source control says in the query, too, which file it is.
    const inQuery = (name: string): string => JSON.stringify(name).slice(1, -1);
    const text = file.with({ path: vscode.Uri.file(path).path, query: file.query.replaceAll(inQuery(file.fsPath), inQuery(path)) });
    const [annotations, document] = await Promise.all([openDocument(file), openDocument(text)]);
    const read = fromJson(annotations.getText(), nameOf(file)).document;
    const { types, store, texts } = this.#services;
    const { schema, tokenizer } = await types.agreedFor(text);
    const now = texts.of(document);
    const parsed = await standingIn(read, now, () => Promise.resolve(tokenizer), nameOf(file));
    store.open(text.toString(), parsed, schemaFor(parsed, schema), tokenizer);
    return text;
  }
}
