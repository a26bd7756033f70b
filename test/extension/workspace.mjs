// The folder that is open while the extension tests run: a copy, so that they may change it.
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/children.mjs';

/** @returns {string} a new folder holding samples/ and, as `fixtures`, test/fixtures/ */
export function temporaryWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'spangrid-workspace-'));
  for (const [from, to] of [
    ['samples', 'samples'],
    ['test/fixtures', 'fixtures'],
  ]) {
    const source = join(ROOT, from ?? '');
    if (existsSync(source)) cpSync(source, join(folder, to ?? ''), { recursive: true });
  }
  return folder;
}
