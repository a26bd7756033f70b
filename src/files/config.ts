import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Config, CONFIG_NAME, parseConfig } from '../annotation/config';
import { matchesGlob } from '../annotation/globs';
import { isFile } from './folders';
import { readText } from './text';

/** A project file, and what it says. */
export interface FoundConfig {
  readonly path: string;
  readonly config: Config;
}

/**
 * The project file that holds for what lies in a folder: the nearest one from there up.
 * @param top the last folder to look in; left out, the root
 */
export async function configPath(folder: string, top?: string): Promise<string | undefined> {
  for (let at = resolve(folder), last; at !== last; last = at, at = dirname(at)) {
    const path = join(at, CONFIG_NAME);
    if (await isFile(path)) return path;
    if (top !== undefined && at === resolve(top)) return undefined;
  }
  return undefined;
}

/** Reads a project file. Errors: file.*, text.*, config.invalid. */
export async function readConfigFile(path: string): Promise<FoundConfig> {
  return { path, config: parseConfig((await readText(path)).text, path) };
}

/** The project file that holds for what lies in a folder. Errors: file.*, text.*, config.invalid. */
export async function nearestConfig(folder: string): Promise<FoundConfig | undefined> {
  const path = await configPath(folder);
  return path === undefined ? undefined : readConfigFile(path);
}

/** Whether a project file includes a text, by its path. */
export function includesText({ path, config }: FoundConfig, textPath: string): boolean {
  const inFolder = relative(dirname(path), textPath).split(sep).join('/');
  return config.files?.some((glob) => matchesGlob(glob, inFolder)) ?? true;
}
