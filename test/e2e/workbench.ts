import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type FrameLocator, type Locator, type Page, chromium } from 'playwright-core';
import { ROOT } from '../../scripts/children.mjs';
import { CHROMIUM } from '../../scripts/chromium.mjs';
import { type Host, startHost } from '../../scripts/host.mjs';

/** Colour themes that come with VS Code: what they are called, and the class that the workbench has under each. */
const THEMES = {
  light: { label: 'Light Modern', className: 'vscode-theme-defaults-themes-light_modern-json' },
  dark: { label: 'Dark Modern', className: 'vscode-theme-defaults-themes-dark_modern-json' },
  'high-contrast': { label: 'Dark High Contrast', className: 'vscode-theme-defaults-themes-hc_black-json' },
  'high-contrast-light': { label: 'Light High Contrast', className: 'vscode-theme-defaults-themes-hc_light-json' },
} as const;
export type Theme = keyof typeof THEMES;

/** How long something may take to appear. */
const WAIT_MS = 120_000;
/** How long a key or a click that may have been dropped is waited for: so long at first, longer each time. */
const FIRST_WAIT_MS = 3000;
const ATTEMPTS = 8;

export interface WorkbenchOptions {
  /** VSIX files to install. */
  readonly vsix: readonly string[];
  /** Over the harness's own quiet settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether every workspace is trusted without asking (default: yes). */
  readonly trusted?: boolean;
}

/** A window of VS Code in a browser, with a copy of samples/ open, as its user sees it. */
export class Workbench {
  private constructor(
    readonly host: Host,
    private readonly browser: Browser,
    readonly page: Page,
    /** The open folder: a copy that the test may change. */
    readonly folder: string,
  ) {}

  /** Installs the extensions in a server of its own, and opens a window. */
  static async open({ vsix, settings = {}, trusted = true }: WorkbenchOptions): Promise<Workbench> {
    const folder = mkdtempSync(join(tmpdir(), 'spangrid-workspace-'));
    cpSync(join(ROOT, 'samples'), folder, { recursive: true });
    const host = await startHost({ vsix: [...vsix], settings, trusted });
    const browser = await chromium.launch(CHROMIUM);
    return new Workbench(host, browser, await windowOf(browser, host, folder), folder);
  }

  /** Opens a second window on the same folder, with an extension host of its own. It closes with the first. */
  async openAnother(): Promise<Workbench> {
    return new Workbench(this.host, this.browser, await windowOf(this.browser, this.host, this.folder), this.folder);
  }

  /** Loads the window again. By the workbench's own command: the browser's would not wait until what the window keeps is written. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.page.locator('.editor-group-container .tab').first().waitFor();
  }

  /** Closes the window, ends the server and removes the folder. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.host.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Process id of the extension host. */
  extensionHost(): number {
    const pid = /<(\d+)> Launched Extension Host Process/.exec(this.host.output())?.[1];
    if (pid === undefined) throw new Error(`the server has not said that it started an extension host:\n${this.host.output()}`);
    return Number(pid);
  }

  /** Runs a command from the command palette by its whole title, category included. */
  async runCommand(title: string): Promise<void> {
    await this.quickOpen('F1', `>${title}`, title);
  }

  /** Opens a file of the folder and waits until its editor is there. */
  async openFile(path: string): Promise<void> {
    await this.quickOpen('Control+P', path, path.slice(path.lastIndexOf('/') + 1));
    await this.page.locator('.tab.active', { hasText: path.slice(path.lastIndexOf('/') + 1) }).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
  }

  /**
   * Does what begins with a key or a click. Starts again where it got nowhere: the workbench drops them while extensions start, the trust in the
   * folder changes, or something is on its way out.
   */
  private async insist<T>(attempt: (timeout: number) => Promise<T>): Promise<T> {
    for (let number = 1; ; number += 1) {
      try {
        return await attempt(FIRST_WAIT_MS * number);
      } catch (error) {
        if (number === ATTEMPTS) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Opens the quick input by a key and accepts an entry. */
  private async quickOpen(key: string, typed: string, label: string): Promise<void> {
    await this.insist(async (timeout) => {
      await this.page.keyboard.press(key);
      await this.pick(typed, label, timeout);
    });
  }

  /** Types into the quick input, waits for the entry with this label and accepts it; each within `timeout` milliseconds. */
  private async pick(typed: string, label: string, timeout: number): Promise<void> {
    await this.page.locator('.quick-input-widget input[type="text"]').fill(typed, { timeout });
    await this.entry(label).click({ timeout });
  }

  /** The entry of the quick input with this label. */
  private entry(label: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { has: this.page.getByText(label, { exact: true }) }).first();
  }

  /** Accepts an entry of the quick input that a command has opened. */
  async choose(label: string): Promise<void> {
    await this.entry(label).click();
  }

  /** Types a path into the save dialog with this title, and presses OK. */
  async saveAs(title: string, path: string): Promise<void> {
    // A list that the same command showed before has the same widget, and may have the same words in its title.
    const dialog = this.page.locator('.quick-input-widget', { hasText: title, has: this.page.getByRole('button', { name: 'OK' }) });
    const input = dialog.locator('input[type="text"]');
    await input.fill(path);
    for (let number = 1; number <= ATTEMPTS; number += 1) {
      // While the dialog looks at what was typed it takes no OK.
      await dialog
        .getByRole('button', { name: 'OK' })
        .click({ timeout: FIRST_WAIT_MS })
        .catch(() => undefined);
      const gone = await dialog.waitFor({ state: 'hidden', timeout: FIRST_WAIT_MS }).then(
        () => true,
        () => false,
      );
      if (gone) return;
    }
    throw new Error(`the dialog "${title}" takes no OK for ${path}`);
  }

  /** Selects the first occurrence of `text` in the active editor, through the find widget. */
  async select(text: string): Promise<void> {
    const widget = this.page.locator('.editor-group-container .find-widget.visible');
    await this.insist(async (timeout) => {
      // Not by a click: before one, Playwright scrolls the text, and then clicks where the text has gone from.
      await this.runCommand('View: Focus First Editor Group');
      await this.page.keyboard.press('Control+Home');
      await this.page.keyboard.press('Control+F');
      await widget.locator('textarea[aria-label="Find"]').fill(text, { timeout });
      await widget.locator('.matchesCount', { hasText: /^1 of/ }).waitFor({ timeout });
      // Escape would close a notification instead, where one is shown.
      await widget.getByRole('button', { name: /^Close/ }).click({ timeout });
      await widget.waitFor({ state: 'hidden', timeout });
    });
  }

  /** The inside of the table's webview. */
  table(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready[src*="extensionId=spangrid.spangrid"]')
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** Stretches of the active text that an extension has decorated. */
  decorations(): Locator {
    return this.page.locator('.editor-group-container .view-line [class*="TextEditorDecorationType"]');
  }

  /** Puts the cursor behind the first occurrence of `text` and returns what the hover there says, once `part` is among it. */
  async hover(text: string, part: string): Promise<string> {
    const shown = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content', { hasText: part }).first();
    const said = await this.insist(async (timeout) => {
      await this.select(text);
      await this.runCommand('Show or Focus Hover');
      return shown.innerText({ timeout });
    });
    return said.replaceAll('\u00a0', ' ');
  }

  /** The notifications that are shown. */
  notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  /** Changes the colour theme through its picker. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, className } = THEMES[theme];
    await this.insist(async (timeout) => {
      await this.runCommand('Preferences: Color Theme');
      await this.page.locator('.quick-input-widget input[aria-label*="Color Theme"]').waitFor({ timeout });
      await this.pick(label, label, timeout);
      await this.page.locator(`.monaco-workbench.${className}`).waitFor({ timeout });
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout });
    });
  }

  /** Keeps a picture of the window in test-output/e2e. */
  async screenshot(name: string): Promise<void> {
    const folder = join(ROOT, 'test-output', 'e2e');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

/** A page with a window of VS Code on a folder, once that shows. */
async function windowOf(browser: Browser, host: Host, folder: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${host.url}/?folder=${encodeURIComponent(folder)}`);
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  return page;
}
