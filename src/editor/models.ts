import * as v from 'valibot';
import * as vscode from 'vscode';
import { SpangridError } from '../errors';

/** A folder that holds a model. */
export interface ModelFolder {
  /** The folder's own name: what the setting spangrid.model may say. */
  readonly name: string;
  readonly path: string;
  /** Where it comes from, as people read it. */
  readonly origin: string;
}

/** Which model is asked for, and by what. */
export interface WantedModel {
  /** Name of a model or path of its folder; empty: the best that is installed. */
  readonly model: string;
  /** What relative paths start from. */
  readonly base: vscode.Uri | undefined;
  /** Who asks, as messages begin: "The setting spangrid.model". */
  readonly source: string;
}

/** The names of our own models, best first: the first that is there is the default. */
const PREFERRED = ['accurate', 'fast'];

/** What another extension says in its package.json to bring models: `"spangrid": {"models": ["./path"]}`. */
const contribution = v.object({ spangrid: v.object({ models: v.array(v.string()) }) });

/** The models that can be chosen. What is installed is looked up once, and again when an extension comes or goes. */
export class Models implements vscode.Disposable {
  readonly #own: vscode.Uri;
  readonly #subscription: vscode.Disposable;
  #installed: Promise<readonly ModelFolder[]> | undefined;

  /** @param own the folder of this extension */
  constructor(own: vscode.Uri) {
    this.#own = own;
    this.#subscription = vscode.extensions.onDidChange(() => {
      this.#installed = undefined;
    });
  }

  /** This extension's own models, then those that other extensions bring. */
  installed(): Promise<readonly ModelFolder[]> {
    return (this.#installed ??= installedModels(this.#own));
  }

  /**
   * The model that is asked for: by name, by absolute path, or by a relative one; the default where nothing is asked for.
   * Errors: model.missing, naming the models that are there.
   */
  async named(wanted: WantedModel): Promise<ModelFolder> {
    return modelNamed(wanted, await this.installed());
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

async function installedModels(own: vscode.Uri): Promise<readonly ModelFolder[]> {
  const found: ModelFolder[] = [];
  const add = async (folder: vscode.Uri, origin: string): Promise<void> => {
    const name = folder.path.replace(/\/$/, '').split('/').at(-1) ?? '';
    if (await isModel(folder)) found.push({ name, path: folder.fsPath, origin });
  };
  for (const name of await subfolders(vscode.Uri.joinPath(own, 'models'))) await add(vscode.Uri.joinPath(own, 'models', name), 'Spangrid');
  for (const extension of vscode.extensions.all) {
    const parsed = v.safeParse(contribution, extension.packageJSON);
    if (!parsed.success) continue;
    for (const path of parsed.output.spangrid.models) {
      const folder = vscode.Uri.joinPath(extension.extensionUri, path);
      // A path that leads out of its extension is not one that the extension brings.
      if (folder.path.startsWith(`${extension.extensionUri.path}/`)) await add(folder, extension.id);
    }
  }
  return found;
}

async function modelNamed({ model: wanted, base, source }: WantedModel, models: readonly ModelFolder[]): Promise<ModelFolder> {
  if (wanted === '') {
    const preferred = PREFERRED.map((name) => models.find((model) => model.name === name)).find((model) => model !== undefined);
    const model = preferred ?? models[0];
    if (model !== undefined) return model;
    throw new SpangridError(
      'model.missing',
      'No model is installed. Install a Spangrid model extension, or name a model folder in the setting spangrid.model.',
    );
  }
  const named = models.find(({ name }) => name === wanted);
  if (named !== undefined) return named;
  const isAbsolute = /^([/\\]|[A-Za-z]:[/\\])/.test(wanted);
  const folder = isAbsolute || base === undefined ? vscode.Uri.file(wanted) : vscode.Uri.joinPath(base, wanted);
  if (await isModel(folder)) return { name: wanted, path: folder.fsPath, origin: source };
  const names = models.map(({ name }) => name).join(', ');
  throw new SpangridError(
    'model.missing',
    `${source} says ${JSON.stringify(wanted)}, and there is no model of that name, nor a folder with a manifest.json. Installed: ${names === '' ? 'none' : names}.`,
  );
}

async function isModel(folder: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, 'manifest.json'))).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}

async function subfolders(folder: vscode.Uri): Promise<readonly string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.filter(([, type]) => (type & vscode.FileType.Directory) !== 0).map(([name]) => name);
  } catch {
    return [];
  }
}
