import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Watches the system calls of a process and of everything it starts, for any that reaches for the network. */
export class NetworkWatch {
  private readonly calls: string[] = [];

  private constructor(private readonly strace: ChildProcess) {}

  /** Starts watching; resolves when every thread of the process is being watched. */
  static async start(pid: number): Promise<NetworkWatch> {
    // Internet addresses appear in connect (TCP, and UDP that keeps a peer), sendto and sendmsg (UDP that does not, such as name look-ups).
    const words = ['-f', '-e', 'trace=connect,sendto,sendmsg', '-e', 'signal=none', '-p', String(pid)];
    const strace = spawn('strace', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const watch = new NetworkWatch(strace);
    let rest = '';
    await new Promise<void>((resolve, reject) => {
      strace.stderr.on('data', (data: Buffer) => {
        const lines = (rest + data.toString()).split('\n');
        rest = lines.pop() ?? '';
        watch.calls.push(...lines.filter((line) => line.includes('sa_family=AF_INET')));
        if (lines.some((line) => line.includes(`Process ${pid} attached`))) resolve();
      });
      strace.once('error', reject);
      strace.once('exit', (code) => reject(new Error(`strace ended with exit code ${String(code)}: ${rest}`)));
    });
    return watch;
  }

  /** Ends the watch. Returns each call to an internet address, as strace writes it. */
  async stop(): Promise<readonly string[]> {
    const ended = once(this.strace, 'close');
    this.strace.kill('SIGINT');
    await ended;
    return this.calls;
  }
}
