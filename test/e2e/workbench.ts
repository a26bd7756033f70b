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
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    await page.goto(`${host.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return new Workbench(host, browser, page, folder);
  }

  /** Loads the window again, as after a crash of the browser. */
  async reload(): Promise<void> {
    await this.page.reload();
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
   * Opens the quick input by a key and accepts an entry. Starts again where that failed: the workbench drops keys while extensions start, the
   * trust in the folder changes, or the quick input of the command before is on its way out.
   */
  private async quickOpen(key: string, typed: string, label: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        await this.pick(typed, label, 3000);
        return;
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Types into the quick input, waits for the entry with this label and accepts it; each within `timeout` milliseconds. */
  private async pick(typed: string, label: string, timeout = 30_000): Promise<void> {
    await this.page.locator('.quick-input-widget input[type="text"]').fill(typed, { timeout });
    const row = this.page.locator('.quick-input-list .monaco-list-row', { has: this.page.getByText(label, { exact: true }) }).first();
    await row.click({ timeout });
  }

  /** Selects the first occurrence of `text` in the active editor, through the find widget. */
  async select(text: string): Promise<void> {
    await this.page
      .locator('.editor-group-container.active .monaco-editor .view-lines')
      .first()
      .click({ position: { x: 5, y: 5 } });
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('Control+F');
    const widget = this.page.locator('.editor-group-container.active .find-widget.visible');
    await widget.locator('textarea[aria-label="Find"]').fill(text);
    await widget.locator('.matchesCount', { hasText: /^1 of/ }).waitFor();
    await this.page.keyboard.press('Escape');
    await widget.waitFor({ state: 'hidden' });
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

  /** Puts the cursor behind the first occurrence of `text` and returns what the hover there says. */
  async hover(text: string): Promise<string> {
    await this.select(text);
    await this.runCommand('Show or Focus Hover');
    const shown = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content', { hasText: /\S/ }).first();
    return (await shown.innerText()).replaceAll('\u00a0', ' ');
  }

  /** The notifications that are shown. */
  notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  /** Changes the colour theme through its picker. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, className } = THEMES[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget input[aria-label*="Color Theme"]').waitFor();
    await this.pick(label, label);
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Keeps a picture of the window in test-output/e2e. */
  async screenshot(name: string): Promise<void> {
    const folder = join(ROOT, 'test-output', 'e2e');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
