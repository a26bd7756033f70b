import type { TestProject } from 'vitest/node';
import { runNode } from '../../scripts/children.mjs';
import { accurateFile, extensionFile, thisTarget } from '../../scripts/pack.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed VSIX files: the extension for this machine, and the `accurate` model. */
    readonly vsix: { readonly extension: string; readonly accurate: string };
  }
}

/** Packs what the end-to-end tests install, once a run. */
export default async function setup(project: TestProject): Promise<void> {
  const { code, output } = await runNode(['scripts/package.mjs']);
  if (code !== 0) throw new Error(`packing failed:\n${output}`);
  project.provide('vsix', { extension: extensionFile(thisTarget()), accurate: accurateFile() });
}
