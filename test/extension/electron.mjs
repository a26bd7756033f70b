// `npm run test:electron`: the extension tests in a desktop VS Code, which @vscode/test-electron downloads.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { continueUnderNode24 } from '../../scripts/cache.mjs';
import { ROOT, runNode } from '../../scripts/children.mjs';
import { temporaryWorkspace } from './workspace.mjs';

await continueUnderNode24();
const { runTests } = await import('@vscode/test-electron'); // it needs Node 22
for (const programs of [[], ['tests']]) {
  const { code, output } = await runNode(['scripts/build.mjs', '--quiet', ...programs]);
  if (code !== 0) throw new Error(`the build failed:\n${output}`);
}
const workspace = temporaryWorkspace();
try {
  await runTests({
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(ROOT, 'out', 'test', 'index.js'),
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
  });
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
