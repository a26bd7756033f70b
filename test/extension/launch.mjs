// Runs the extension tests in the extension host of VS Code's server, with the workbench open in headless Chromium.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { ROOT } from '../../scripts/children.mjs';
import { CHROMIUM } from '../../scripts/chromium.mjs';
import { startHost } from '../../scripts/host.mjs';
import { temporaryWorkspace } from './workspace.mjs';

const LIMIT = 15 * 60_000;

const file = process.env['SPANGRID_TEST_TALLY'] ?? join(ROOT, 'test-output', 'extension.json');
rmSync(file, { force: true });
const workspace = temporaryWorkspace();
const host = await startHost({ flags: ['--enable-smoke-test-driver'], env: { SPANGRID_TEST_TALLY: file } });
const browser = await chromium.launch(CHROMIUM);
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(120_000);
  const authority = `vscode-remote://127.0.0.1:${host.port}`;
  const payload = [
    ['extensionDevelopmentPath', authority + ROOT.replace(/\/$/, '')],
    ['extensionTestsPath', `${authority}${ROOT}out/test/index.js`],
    ['skipWelcome', 'true'],
  ];
  await page.goto(`${host.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const tally = await result();
  console.log(tally.log.join('\n'));
  process.exitCode = tally.failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error, `\nthe server's output:\n${host.output()}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await host.stop();
  rmSync(workspace, { recursive: true, force: true });
}

/** @returns {Promise<{ failed: number, log: string[] }>} */
async function result() {
  const end = Date.now() + LIMIT;
  while (!existsSync(file)) {
    if (Date.now() > end) throw new Error(`the extension tests did not end within ${LIMIT / 60_000} minutes`);
    await wait(200);
  }
  /** @type {{ failed: number, log: string[] }} */
  const tally = JSON.parse(readFileSync(file, 'utf8'));
  return tally;
}
