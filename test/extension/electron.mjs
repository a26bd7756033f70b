// `npm run test:electron`: the extension tests in a desktop VS Code, which @vscode/test-electron downloads.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { continueUnderNode24 } from '../../scripts/cache.mjs';
import { build, ROOT } from '../../scripts/children.mjs';
import { temporaryWorkspace } from './workspace.mjs';

await continueUnderNode24();
const { runTests } = await import('@vscode/test-electron'); // it needs Node 22
await build();
await build('tests');
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
