import * as vscode from 'vscode';
import { threadMatcher } from '../engine/matching';
import { SpangridError } from '../errors';
import { PARAMETERS, parseParameters } from './correctionParameters';
import type { Handler } from './itemCommands';
import { createTypesFile, labelByPatterns, labelEqualTexts } from './labelling';
import { activeEditor, selectedMentions, selectedSpans } from './selections';
import type { Services } from './services';

/** How long one expression may take for all sentences. */
const PATTERN_LIMIT_MS = 3000;

/**
 * The commands that label many places at once, and the one that makes the file with what they need.
 * @param shownDocument gives the text that the person works on
 */
export function labelCommands(services: Services, shownDocument: () => Promise<vscode.TextDocument>): Readonly<Record<string, Handler>> {
  const { extensionUri, store } = services;
  const matcher = threadMatcher(vscode.Uri.joinPath(extensionUri, 'dist', 'matching.js').fsPath, PATTERN_LIMIT_MS);
  return {
    'spangrid.labelByPatterns': async () => {
      const document = await shownDocument();
      const editor = vscode.window.activeTextEditor;
      const spans = editor?.document === document ? selectedSpans(editor).filter(({ startChar, endChar }) => startChar < endChar) : [];
      const scope = spans.length > 0 ? ({ kind: 'selections', spans } as const) : ({ kind: 'file' } as const);
      const count = await labelByPatterns(services, document, scope, matcher);
      const said = count === 0 ? 'the patterns find nothing new' : `${String(count)} new ${count === 1 ? 'suggestion' : 'suggestions'}`;
      vscode.window.setStatusBarMessage(`Spangrid: ${said}`, 4000);
      return count;
    },
    'spangrid.labelEqualTexts': async (...parameters) => {
      if (parameters.length > 0) {
        const [uri, id] = parseParameters(PARAMETERS.item, parameters);
        return labelEqualTexts(services, vscode.Uri.parse(uri, true), id);
      }
      const editor = activeEditor();
      const uri = editor.document.uri;
      const annotated = store.get(uri.toString());
      const mention = annotated && selectedMentions(annotated, selectedSpans(editor))[0];
      if (mention === undefined)
        throw new SpangridError('usage', 'There is no mention at the cursor. Put the cursor in one, and run the command again.');
      return labelEqualTexts(services, uri, mention.id);
    },
    'spangrid.createTypesFile': () => createTypesFile(services, vscode.window.activeTextEditor?.document.uri),
  };
}
