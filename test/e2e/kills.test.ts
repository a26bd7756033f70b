import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { type Browser, type BrowserServer, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fromJson } from '../../src/annotation/json';
import { ROOT } from '../../scripts/children.mjs';
import { CHROMIUM } from '../../scripts/chromium.mjs';
import { type Host, startHost } from '../../scripts/host.mjs';
import { type Applied, isDone, type Plan, type Snapshot, textOf } from './edits';

/** Kills of each kind: few by default; `SPANGRID_KILLS=50 npm test e2e` is the full run. */
const KILLS_OF_A_KIND = Number(process.env['SPANGRID_KILLS'] ?? 2);
const EDITS = 200;
const PAUSE_MS = 120;
/** A kill comes at a random moment of so many milliseconds from the first edit on. */
const KILL_WITHIN_MS = 2500;
/** What is older than this when the kill comes must be there afterwards. */
const PROMISED_MS = 1000;
const WAIT_MS = 180_000;

const KINDS = ['extension host', 'server', 'browser'] as const;

describe('a session of corrections, with files.autoSave off, whose processes are killed with SIGKILL', () => {
  let folder: string;
  let host: Host;
  let browserServer: BrowserServer;
  let browser: Browser;
  let page: Page;
  let life = '';
  const tally = { kills: 0, edits: 0, lost: 0, byKind: Object.fromEntries(KINDS.map((kind) => [kind, 0])) };

  const path = (name: string): string => join(folder, '.edits', name);
  const applied = (): readonly Applied[] =>
    existsSync(path('applied.jsonl'))
      ? readFileSync(path('applied.jsonl'), 'utf8')
          .split('\n')
          .filter((line) => line.endsWith('}'))
          .map((line) => JSON.parse(line) as Applied)
      : [];
  const plan = (): Plan => JSON.parse(readFileSync(path('plan.json'), 'utf8')) as Plan;

  async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
      await wait(20);
      const found = look();
      if (found !== undefined && found !== false) return found;
    }
    throw new Error(`still not so after ${WAIT_MS / 1000} seconds: ${what}\n${host.output()}`);
  }

  function begin(session: number): void {
    const next: Plan = { session, file: `text-${session}.txt`, edits: EDITS, pause: PAUSE_MS };
    writeFileSync(join(folder, next.file), textOf(EDITS));
    // The driver looks at it again and again: it must never see a part of it.
    writeFileSync(path('plan.partial'), JSON.stringify(next));
    renameSync(path('plan.partial'), path('plan.json'));
  }

  async function openBrowser(): Promise<void> {
    browserServer = await chromium.launchServer(CHROMIUM);
    browser = await chromium.connect(browserServer.wsEndpoint());
  }

  /** Opens a window and waits until its extension host has taken the session up; what it found. */
  async function openWindow(): Promise<Snapshot> {
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    await page.goto(`${host.url}/?folder=${encodeURIComponent(folder)}`, { timeout: WAIT_MS });
    const found = await until('the session is taken up', () => {
      const snapshot = existsSync(path('found.json')) && (JSON.parse(readFileSync(path('found.json'), 'utf8')) as Snapshot);
      return snapshot !== false && snapshot.life !== life && snapshot;
    });
    life = found.life;
    return found;
  }

  async function kill(kind: (typeof KINDS)[number]): Promise<number> {
    const at = Date.now();
    if (kind === 'extension host') {
      process.kill(Number(life), 'SIGKILL');
      await page.close();
    } else if (kind === 'server') {
      await host.kill();
      await page.close();
      host = await startHost({ home: host.home, port: host.port, flags: FLAGS });
    } else {
      await browserServer.kill();
      await openBrowser();
    }
    return at;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spangrid-workspace-'));
    mkdirSync(path(''));
    begin(0);
    host = await startHost({ vsix: [inject('vsix').extension], flags: FLAGS });
    await installDriver(host.home);
    await openBrowser();
    await openWindow();
  });

  afterAll(async () => {
    await browserServer.kill();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`finds every edit older than a second again, after ${KILLS_OF_A_KIND} kills each of ${KINDS.join(', ')}`, async () => {
    const failures: string[] = [];
    for (let number = 0; number < KILLS_OF_A_KIND * KINDS.length; number += 1) {
      const kind = KINDS[number % KINDS.length] ?? 'server';
      const before = applied().length;
      await until('the session goes on', () => {
        if (existsSync(path(`ended-${plan().session}`))) begin(plan().session + 1);
        return applied().length > before;
      });
      const { session } = plan();
      await wait(Math.random() * KILL_WITHIN_MS);
      const killed = await kill(kind);
      const found = await openWindow();
      const file = join(folder, `${plan().file}.spangrid.json`);
      const inFile = existsSync(file) ? [...fromJson(readFileSync(file, 'utf8'), file).document.mentions.values()] : [];
      // An edit that was lost is made again later: the last time counts.
      const latest = new Map(
        applied()
          .filter((edit) => edit.session === session && edit.at <= killed)
          .map((edit) => [edit.number, edit.at]),
      );
      const promised = [...latest].filter(([, at]) => at <= killed - PROMISED_MS).map(([edit]) => edit);
      const lost = promised.filter((edit) => !isDone(edit, found.mentions) || !isDone(edit, inFile));
      tally.kills += 1;
      tally.byKind[kind] = (tally.byKind[kind] ?? 0) + 1;
      tally.lost += lost.length;
      tally.edits = new Set(applied().map((edit) => `${edit.session}-${edit.number}`)).size;
      mkdirSync(join(ROOT, 'test-output'), { recursive: true });
      writeFileSync(join(ROOT, 'test-output', 'kills.json'), `${JSON.stringify(tally)}\n`);
      if (lost.length > 0) failures.push(`kill ${number}, of the ${kind}: lost ${lost.join(', ')}`);
    }
    expect(failures).toEqual([]);
  }, 7_200_000);
});

/** A window whose browser was killed is given up soon: its extension host ends. */
const FLAGS = ['--reconnection-grace-time', '5'];

/** Puts the extension that makes the edits among the installed ones. */
async function installDriver(home: string): Promise<void> {
  const folder = join(home, 'extensions', 'spangrid-tests.edits-0.0.1');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ name: 'edits', publisher: 'spangrid-tests', version: '0.0.1', engines: { vscode: '^1.100.0' } },
    ...{ main: './main.js', activationEvents: ['onStartupFinished'], extensionKind: ['workspace'] },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    entryPoints: [join(ROOT, 'test/e2e/editDriver.ts')],
    outfile: join(folder, 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'silent',
  });
  const list = join(home, 'extensions', 'extensions.json');
  const installed = JSON.parse(readFileSync(list, 'utf8')) as object[];
  const entry = {
    identifier: { id: 'spangrid-tests.edits' },
    version: manifest.version,
    location: { $mid: 1, path: folder, scheme: 'file' },
    relativeLocation: 'spangrid-tests.edits-0.0.1',
  };
  writeFileSync(list, JSON.stringify([...installed, entry]));
}
