import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

/** The bundled command line: what people run. */
export const CLI = resolve('dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line to its end. */
export async function spangrid(words: readonly string[], { input = '', cli = CLI }: { input?: string; cli?: string } = {}): Promise<Ended> {
  const child = start(words, cli);
  child.stdin.end(input);
  return ended(child);
}

/** Starts the command line, for what happens while it runs. */
export function start(words: readonly string[], cli = CLI): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [cli, ...words]);
  // The command may refuse before it has read everything.
  child.stdin.on('error', () => undefined);
  return child;
}

/** What a process came to. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own that is gone when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spangrid-cli-'));
  made.push(folder);
  return folder;
}

/** A file in a folder of its own; gives its path. */
export function textFile(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/**
 * The model `fast` in a folder of its own, with some files changed or, where `undefined`, left out.
 * The others are links: the weights are large.
 */
export function changedModel(changes: Readonly<Record<string, string | Uint8Array | undefined>>): string {
  const folder = join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const name of readdirSync('models/fast')) if (!(name in changes)) symlinkSync(resolve('models/fast', name), join(folder, name));
  for (const [name, content] of Object.entries(changes)) if (content !== undefined) writeFileSync(join(folder, name), content);
  return folder;
}
