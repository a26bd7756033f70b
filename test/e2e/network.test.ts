import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { NetworkWatch } from './network';

it('the network watch sees a connection that a child process tries', async () => {
  const connect = `require('net').connect(9, '127.0.0.1').on('error', () => {})`;
  const program = `process.stdin.once('data', () => require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(connect)}]))`;
  const watched = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] });
  const watch = await NetworkWatch.start(watched.pid!);
  watched.stdin.end('go');
  await once(watched, 'exit');
  expect((await watch.stop()).join('\n')).toContain('sin_port=htons(9)');
});
