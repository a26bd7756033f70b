import type * as vscode from 'vscode';
import { checkOffsets, fromJson } from '../annotation/json';
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
    const without = (path: string): string => path.replace(/\.spangrid\.json$/, '');
    const text = file.with({ path: without(file.path), query: without(file.query.replaceAll('.spangrid.json"', '"')) });
    const [annotations, document] = await Promise.all([openDocument(file), openDocument(text)]);
    const parsed = fromJson(annotations.getText(), nameOf(file));
    checkOffsets(parsed.document, this.#services.texts.of(document), nameOf(file));
    const { types, store } = this.#services;
    const { schema, tokenizer } = await types.agreedFor(text);
    store.open(text.toString(), parsed.document, schemaFor(parsed.document, schema), tokenizer);
    return text;
  }
}
