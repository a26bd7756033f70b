import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** strace's words for: the calls in which internet addresses appear (connect; sendto and sendmsg where UDP keeps no peer), children too. */
const CALLS = ['-f', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-e', 'signal=none'];

/** Whether a line of strace's is a call to an internet address. */
const isInternet = (line: string): boolean => line.includes('sa_family=AF_INET');

/**
 * Runs Node on a script to its end and watches it and what it starts.
 * @returns what it printed, and each call to an internet address, as strace writes it
 */
export function runWatched(
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): { readonly output: string; readonly calls: readonly string[] } {
  const log = join(cwd, '.strace');
  const output = execFileSync('strace', [...CALLS, '--seccomp-bpf', '-o', log, process.execPath, ...words], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { output, calls: readFileSync(log, 'utf8').split('\n').filter(isInternet) };
}

/** Watches the system calls of a process and of everything it starts, for any that reaches for the network. */
export class NetworkWatch {
  private readonly calls: string[] = [];

  private constructor(private readonly strace: ChildProcess) {}

  /** Starts watching; resolves when every thread of the process is being watched. */
  static async start(pid: number): Promise<NetworkWatch> {
    const strace = spawn('strace', [...CALLS, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    const watch = new NetworkWatch(strace);
    let rest = '';
    await new Promise<void>((resolve, reject) => {
      strace.stderr.on('data', (data: Buffer) => {
        const lines = (rest + data.toString()).split('\n');
        rest = lines.pop() ?? '';
        watch.calls.push(...lines.filter(isInternet));
        if (lines.some((line) => line.includes(`Process ${pid} attached`))) resolve();
      });
      strace.once('error', reject);
      strace.once('exit', (code) => reject(new Error(`strace ended with exit code ${String(code)}: ${rest}`)));
    });
    return watch;
  }

  /** Ends the watch. Returns each call to an internet address, as strace writes it. */
  async stop(): Promise<readonly string[]> {
    if (this.strace.exitCode !== null) throw new Error('the process that was watched has ended, and the watch with it');
    const ended = once(this.strace, 'close');
    this.strace.kill('SIGINT');
    await ended;
    return this.calls;
  }
}
