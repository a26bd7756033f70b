import * as vscode from 'vscode';
import type { Schema } from '../annotation/schema';
import { messageOf } from '../errors';
import type { Tokenizer } from '../text/tokenizer';
import type { Configs } from './configs';
import { schemaFor } from './documentSchema';
import type { ModelService } from './modelService';
import type { Annotated, Store } from './store';

export const NO_TYPES: Schema = { entities: {}, relations: {} };

/** The types that texts are annotated with: those of the project file, or else of the model. A change of the file is taken up at once. */
export class Types implements vscode.Disposable {
  readonly #configs: Configs;
  readonly #models: ModelService;
  readonly #store: Store;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscription: vscode.Disposable;

  constructor(configs: Configs, models: ModelService, store: Store, log: vscode.LogOutputChannel) {
    this.#configs = configs;
    this.#models = models;
    this.#store = store;
    this.#log = log;
    this.#subscription = configs.onDidChange(() => void this.#refresh());
  }

  /** The types of a text; none where it has no project file and no model can be asked. */
  async for(text: vscode.Uri): Promise<Schema> {
    return (await this.agreedFor(text)).schema;
  }

  /** What the store needs to know of a text, with one look at its project file: the types as `for` has them, and `tokenizerOf`. */
  async agreedFor(text: vscode.Uri): Promise<Omit<Annotated, 'document'>> {
    const config = (await this.#configs.for(text))?.config;
    return { schema: config?.schema ?? (await this.#ofModel(text)), tokenizer: config?.tokenizer ?? 'words' };
  }

  /** The types that a text's project file gives it, where it does. */
  async ownOf(text: vscode.Uri): Promise<Schema | undefined> {
    return (await this.#configs.for(text))?.config.schema;
  }

  /** How a text's words are told apart. */
  async tokenizerOf(text: vscode.Uri): Promise<Tokenizer> {
    return (await this.#configs.for(text))?.config.tokenizer ?? 'words';
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #ofModel(text: vscode.Uri): Promise<Schema> {
    try {
      return await this.#models.schemaFor(text);
    } catch (error) {
      this.#log.info(`no types of a model for ${text.path}: ${messageOf(error)}`);
      return NO_TYPES;
    }
  }

  async #refresh(): Promise<void> {
    for (const uri of this.#store.uris) {
      const { schema, tokenizer } = await this.agreedFor(vscode.Uri.parse(uri, true));
      this.#store.setTokenizer(uri, tokenizer);
      const annotated = this.#store.get(uri);
      if (annotated !== undefined) this.#store.setSchema(uri, schemaFor(annotated.document, schema, annotated.schema));
    }
  }
}
