import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { NetworkWatch } from './network';

it('the network watch sees a connection that a child process tries', async () => {
  const connect = `require('net').connect(9, '127.0.0.1').on('error', () => {})`;
  const start = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(connect)}]); console.log('done')`;
  const watched = spawn(process.execPath, ['-e', `process.stdin.on('data', () => { ${start} })`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const watch = await NetworkWatch.start(watched.pid!);
  watched.stdin.write('go');
  await once(watched.stdout, 'data');
  const calls = await watch.stop();
  watched.kill();
  expect(calls.join('\n')).toContain('sin_port=htons(9)');
});
