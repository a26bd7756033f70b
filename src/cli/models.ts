import { basename, dirname, join, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../annotation/parseJson';
import { SpangridError } from '../errors';
import type { FoundConfig } from '../files/config';
import { isFile, subfolders } from '../files/folders';
import { readText } from '../files/text';
import { MANIFEST } from '../model/folder/manifest';
import { INSTALLATION } from './installation';

/** A model that is installed, by the name of its folder. */
export interface InstalledModel {
  readonly name: string;
  readonly folder: string;
}

/** The names of our own models, best first: the first that is there is the default. */
const PREFERRED = ['accurate', 'fast'];

/** What another extension says in its package.json to bring models. */
const contribution = v.object({ spangrid: v.object({ models: v.array(v.string()) }) });

/**
 * Every model of this installation: those in `models/`, then, where this is an installed extension, those that the extensions
 * beside it bring.
 */
export async function installedModels(): Promise<readonly InstalledModel[]> {
  const own = join(INSTALLATION, 'models');
  const folders = (await subfolders(own)).toSorted().map((name) => join(own, name));
  const extensions = resolve(INSTALLATION, '..');
  // Newest first, where an extension lies there in several versions.
  const names = (await subfolders(extensions)).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  for (const name of names) folders.push(...(await modelsOfExtension(join(extensions, name))));
  const models = new Map<string, string>();
  for (const folder of folders) {
    const name = basename(folder);
    if (!models.has(name) && (await isFile(join(folder, MANIFEST)))) models.set(name, folder);
  }
  return [...models].map(([name, folder]) => ({ name, folder }));
}

async function modelsOfExtension(extension: string): Promise<readonly string[]> {
  const file = join(extension, 'package.json');
  if (!(await isFile(file))) return [];
  const json = await readText(file).then(
    ({ text }) => parseJson(text),
    () => ({ reason: 'unreadable' }),
  );
  const parsed = v.safeParse(contribution, 'data' in json ? json.data : undefined);
  if (!parsed.success) return [];
  // A path that leads out of its extension is not one that the extension brings.
  return parsed.output.spangrid.models.map((path) => resolve(extension, path)).filter((folder) => folder.startsWith(extension + sep));
}

/** The model that a project file asks for, as `--model` would name it. */
export async function projectModel(found: FoundConfig | undefined): Promise<string | undefined> {
  const model = found?.config.model;
  if (found === undefined || model === undefined) return undefined;
  const isInstalled = (await installedModels()).some(({ name }) => name === model);
  return isInstalled ? model : resolve(dirname(found.path), model);
}

/**
 * The folder of the model that `--model` names (by name or as a folder), or of the default one.
 * Errors: model.missing, naming the models that are there.
 */
export async function modelFolder(wanted: string | undefined): Promise<string> {
  const models = await installedModels();
  if (wanted === undefined) {
    const [first] = [...PREFERRED.flatMap((name) => models.filter((model) => model.name === name)), ...models];
    if (first !== undefined) return first.folder;
    throw new SpangridError(
      'model.missing',
      `No model is installed: there is none in ${join(INSTALLATION, 'models')}. Name a model folder with --model.`,
    );
  }
  const named = models.find(({ name }) => name === wanted);
  if (named !== undefined) return named.folder;
  const folder = resolve(wanted);
  if (await isFile(join(folder, MANIFEST))) return folder;
  const names = models.map(({ name }) => name).join(', ');
  throw new SpangridError(
    'model.missing',
    `There is no model "${wanted}", nor a folder of that name with a ${MANIFEST}. Installed: ${names === '' ? 'none' : names}.`,
  );
}
