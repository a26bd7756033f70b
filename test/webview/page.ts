import { createServer, type Server } from 'node:http';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { parseFromTable } from '../../src/protocol/fromTable';
import type { FromTable, SentenceView, ToTable } from '../../src/protocol/table';
import { CHROMIUM } from '../../scripts/chromium.mjs';
import { documentOf, heatOf, SCHEMA, summaryOf } from './fixtures';
import { THEMES, type ThemeName } from './themes';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SHOTS = path.join(ROOT, 'test-output/webview');
const NONCE = 'c3BhbmdyaWQtdGVzdA';

/** What VS Code itself puts into a webview before our style sheets, shortened to what matters here (1.139, webview/browser/pre/index.html). */
const HOST_STYLES = `@layer vscode-default {
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  kbd { background-color: var(--vscode-keybindingLabel-background); color: var(--vscode-keybindingLabel-foreground); border-style: solid; border-width: 1px;
    border-radius: 3px; box-shadow: inset 0 -1px 0 var(--vscode-widget-shadow); vertical-align: middle; padding: 1px 3px; }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-corner { background-color: var(--vscode-editor-background); }
  ::-webkit-scrollbar-thumb { background-color: var(--vscode-scrollbarSlider-background); }
}`;

/** A page of ours, by the name of its bundle. */
type PageName = 'table' | 'types' | 'graph' | 'statistics' | 'compare';

function shell(origin: string, name: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Spangrid</title>
    <link rel="stylesheet" href="${origin}/${name}.css" />
  </head>
  <body>
    <div id="app"></div>
    <script nonce="${NONCE}" src="${origin}/${name}.js"></script>
  </body>
</html>`;
}

/** Serves the bundle of dist/webview (`npm test` and `npm run build` make it) in the same shell and policy as the editor's. */
async function serve(): Promise<{ server: Server; origin: string }> {
  const types: Readonly<Record<string, string>> = { '.css': 'text/css', '.js': 'text/javascript' };
  let origin = '';
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    const type = types[path.extname(name)];
    if (name.startsWith('?')) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shell(origin, name.slice(1)));
    else if (name === 'favicon.ico') response.writeHead(204).end();
    else if (type === undefined || name.includes('/')) response.writeHead(404).end();
    else {
      readFile(path.join(ROOT, 'dist/webview', name)).then(
        (content) => response.writeHead(200, { 'content-type': type }).end(content),
        () => response.writeHead(404).end(),
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test server has no port');
  origin = `http://127.0.0.1:${address.port}`;
  return { server, origin };
}

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** 2 is a window zoomed to 200 %: half as many CSS pixels, each twice as big. */
  readonly zoom?: number;
  readonly reducedMotion?: boolean;
  /** Whether the editor opened the table to work in it: then the page has the focus from the start. */
  readonly focused?: boolean;
}

/** A webview in a browser, with the test in the editor's place. */
export class PageUnderTest {
  /** What the browser complained about: errors of scripts and breaches of the content security policy. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Sends messages as the editor does. */
  async receive(...messages: readonly object[]): Promise<void> {
    for (const message of messages) await this.page.evaluate((data) => window.postMessage(data, '*'), message);
    await this.settle();
  }

  /** Messages from the webview so far. */
  async posted(): Promise<readonly unknown[]> {
    return this.page.evaluate(() => (window as unknown as { sentMessages: unknown[] }).sentMessages);
  }

  /** Waits until what was received has been laid out and painted. */
  async settle(): Promise<void> {
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.settle();
  }

  /** The name that a screen reader gives to what has the keyboard focus. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  }

  async nodes(): Promise<number> {
    return this.page.evaluate(() => document.querySelectorAll('*').length);
  }

  /** Keeps a picture under test-output, to be looked at. */
  async picture(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Where a cell is in the table's page, as a selector. It has a box where something is on it: a word's own, an item, heat, the focus. */
export function cell([row, column]: readonly [number, number]): string {
  return `[role=row][aria-rowindex="${row + 2}"] > [role=gridcell][aria-colindex="${column + 2}"]`;
}

/** The table's webview. */
export class TablePageUnderTest extends PageUnderTest {
  async send(...messages: readonly ToTable[]): Promise<void> {
    await this.receive(...messages);
  }

  /** Opens a document of these sentences and shows one, with its heat. */
  async open(sentences: readonly SentenceView[], shown = 0, schema = SCHEMA): Promise<void> {
    const sentence = sentences[shown];
    if (!sentence) throw new Error(`the document has no sentence ${shown}`);
    await this.send(documentOf(sentences.map(summaryOf), schema), { kind: 'sentence', sentence }, { kind: 'heat', heat: heatOf(sentence) });
  }

  /** Moves the mouse onto a cell in sight, whatever is on it. */
  async hoverCell([row, column]: readonly [number, number]): Promise<void> {
    const centre = async (selector: string): Promise<{ x: number; y: number }> => {
      const box = await this.page.locator(selector).boundingBox();
      if (box === null) throw new Error(`${selector} is not there`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const { y } = await centre(`[role=row][aria-rowindex="${row + 2}"] > [role=rowheader]`);
    const { x } = await centre(`[role=columnheader][aria-colindex="${column + 2}"]`);
    await this.page.mouse.move(x, y);
  }

  /** The cell that has the keyboard focus, as row and column. */
  async focusedCell(): Promise<readonly number[]> {
    return this.page.evaluate(() => {
      const active = document.activeElement;
      return [Number(active?.closest('[role=row]')?.getAttribute('aria-rowindex')) - 2, Number(active?.getAttribute('aria-colindex')) - 2];
    });
  }

  /** Messages from the webview so far, read as the editor reads them: one that it would refuse throws. */
  async sentAll(): Promise<FromTable[]> {
    return (await this.posted()).map(parseFromTable);
  }

  /** Messages from the webview so far, of one kind. */
  async sent<K extends FromTable['kind']>(kind: K): Promise<Extract<FromTable, { kind: K }>[]> {
    return (await this.sentAll()).filter((message): message is Extract<FromTable, { kind: K }> => message.kind === kind);
  }
}

/** One browser and one server for a test file. */
export class Browsers {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
  ) {}

  static async start(): Promise<Browsers> {
    const { server, origin } = await serve();
    const browser = await chromium.launch({ ...CHROMIUM, executablePath: process.env['SPANGRID_CHROMIUM'] ?? CHROMIUM.executablePath });
    return new Browsers(browser, server, origin);
  }

  /** Opens the table's webview. */
  async open(options: PageOptions = {}): Promise<TablePageUnderTest> {
    return this.openPage('table', options, TablePageUnderTest);
  }

  /** Opens the webview of another page. */
  async openView(name: PageName, options: PageOptions = {}): Promise<PageUnderTest> {
    return this.openPage(name, options, PageUnderTest);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Opens a webview as VS Code would: with its API, its style sheet and a theme's variables. */
  private async openPage<T extends PageUnderTest>(
    name: PageName,
    { theme = 'dark', width = 1180, height = 860, zoom = 1, reducedMotion = false, focused = false }: PageOptions,
    Under: new (page: Page, context: BrowserContext) => T,
  ): Promise<T> {
    const context = await this.browser.newContext({
      viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
      deviceScaleFactor: zoom,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const under = new Under(page, context);
    if (!focused) await page.addInitScript(() => (document.hasFocus = () => false));
    await page.addInitScript(
      ({ classes, variables, styles }) => {
        const sent: unknown[] = [];
        Object.assign(window, {
          sentMessages: sent,
          acquireVsCodeApi: () => ({
            postMessage: (message: unknown) => sent.push(message),
            getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
            setState: (state: unknown) => {
              sessionStorage.setItem('state', JSON.stringify(state));
            },
          }),
        });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(styles);
        document.adoptedStyleSheets = [sheet];
        new MutationObserver((_, observer) => {
          const body = document.querySelector('body');
          if (!body) return;
          observer.disconnect();
          body.className = classes;
          for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
        }).observe(document, { childList: true, subtree: true });
      },
      { ...THEMES[theme], styles: HOST_STYLES },
    );
    await page.goto(`${this.origin}/?${name}`);
    return under;
  }
}
