import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a webview of ours may load: the bundles' folder and nothing else. */
export function pageOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist', 'webview')] };
}

/** A page of ours, by the name of its bundle: one script, one style sheet, and a policy that lets nothing else in. */
export function pageHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  page: 'table' | 'types' | 'graph' | 'statistics' | 'compare',
): string {
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
