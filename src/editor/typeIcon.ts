import * as vscode from 'vscode';

/** A square for a mention's type, an arrow for a relation's, in the type's colour, with an edge that shows on any ground. */
export function typeIcon(kind: 'mention' | 'relation', colour: string | undefined): vscode.Uri {
  // Colours come from files: only one that is a colour goes into the picture.
  const fill = /^#[0-9a-f]{6}$/iu.test(colour ?? '') ? (colour ?? '') : '#808080';
  const shape =
    kind === 'mention'
      ? `<rect x="2.5" y="2.5" width="11" height="11" rx="2.5" fill="${fill}" stroke="#808080"/>`
      : `<path d="M2 8h10M8.5 4 12.5 8l-4 4" fill="none" stroke="${fill}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">${shape}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
