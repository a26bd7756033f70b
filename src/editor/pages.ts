import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Services } from './services';

/** What a webview of ours may load: the bundles' folder and nothing else. */
export function pageOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist', 'webview')] };
}

/** The pages by the names of their bundles. */
type Page = 'table' | 'types' | 'graph' | 'statistics' | 'compare';

/** What a panel with a page does. */
interface PagePanel {
  readonly page: Page;
  readonly title: string;
  readonly column: vscode.ViewColumn | { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean };
  /** Takes what the page sends; what fails is shown to the person. */
  readonly receive: (message: unknown) => Promise<void>;
  readonly onClosed: () => void;
}

/** Opens a panel whose page stays as it is while it is hidden. */
export function openPage(
  { extensionUri, reporter }: Pick<Services, 'extensionUri' | 'reporter'>,
  { page, title, column, receive, onClosed }: PagePanel,
): vscode.WebviewPanel {
  const options = { ...pageOptions(extensionUri), retainContextWhenHidden: true };
  const panel = vscode.window.createWebviewPanel(`spangrid.${page}`, title, column, options);
  panel.onDidDispose(onClosed);
  panel.webview.onDidReceiveMessage((message: unknown) => void reporter.run(() => receive(message)));
  panel.webview.html = pageHtml(panel.webview, extensionUri, page);
  return panel;
}

/** A page of ours: one script, one style sheet, and a policy that lets nothing else in. */
export function pageHtml(webview: vscode.Webview, extension: vscode.Uri, page: Page): string {
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webview', name)).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spangrid</title>
<link rel="stylesheet" href="${file(`${page}.css`)}">
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${file(`${page}.js`)}"></script>
</body>
</html>`;
}
