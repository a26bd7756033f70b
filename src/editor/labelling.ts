import * as vscode from 'vscode';
import { CONFIG_NAME } from '../annotation/config';
import type { Mention } from '../annotation/document';
import { isEmpty } from '../annotation/edits';
import { equalTextEdit, equalTexts } from '../annotation/equalTexts';
import { sentencesToExtract } from '../annotation/extraction';
import { quoted } from '../annotation/names';
import { matchPatterns, type Matcher, patternEdit } from '../annotation/patterns';
import { schemaOf } from '../annotation/schema';
import { formOf, writeForm } from '../annotation/typesForm';
import { SpangridError } from '../errors';
import type { Span } from '../text/span';
import { requireTrust } from './corrections';
import { openDocument } from './offsets';
import { projectOf, writeProject } from './projectTypes';
import { type Scope, sentencesIn } from './scopes';
import type { Services } from './services';
import { plain } from './typePick';

/**
 * Suggests what the patterns of a text's project file find, as one step to undo. Gives the number of suggestions that are new or changed.
 * Errors: workspace.untrusted, usage where there are no patterns, pattern.*, text.*, engine.*, annotation.conflict.
 */
export async function labelByPatterns(services: Services, document: vscode.TextDocument, scope: Scope, matcher: Matcher): Promise<number> {
  const { annotations, configs, models, store, texts } = services;
  requireTrust();
  const found = await configs.for(document.uri);
  if (found === undefined || found.config.patterns.length === 0)
    throw new SpangridError(
      'usage',
      `${found === undefined ? `There is no ${CONFIG_NAME} for this text` : `${found.path} has no patterns`}: give an entity type "patterns", such as {"words": ["aspirin"]}. The command "Spangrid: Create Types File" makes or opens the file.`,
    );
  const text = texts.of(document);
  const segmented = await sentencesIn(models, text, found.config.tokenizer, scope, new AbortController().signal);
  await annotations.begin(document);
  const uri = document.uri.toString();
  const before = store.get(uri);
  const sentences = before === undefined ? [] : sentencesToExtract(before.document, segmented);
  const matches = await matchPatterns(found.config.patterns, text, sentences, matcher);
  const annotated = store.get(uri);
  if (annotated === undefined || texts.of(document) !== text)
    throw new SpangridError('annotation.conflict', 'The text was changed while patterns were looked for. Run the command again.');
  const edit = patternEdit(annotated.document, text, matches);
  if (!isEmpty(edit)) store.apply(uri, edit, undefined, 'machine');
  return edit.edits.filter((part) => part.kind === 'mention' && part.next !== undefined).length;
}

/**
 * Shows every place where the words of a mention stand unlabelled, and suggests the mention at those that stay chosen, as one step to undo.
 * Gives the number of suggestions.
 * Errors: workspace.untrusted, annotation.conflict, usage.
 */
export async function labelEqualTexts(services: Services, uri: vscode.Uri, id: string): Promise<number> {
  const { corrections, store, texts } = services;
  requireTrust();
  const document = await openDocument(uri);
  await corrections.prepare(document);
  const now = (): { readonly mention: Mention; readonly places: (ignoreCase: boolean) => readonly Span[] } => {
    const annotated = store.get(uri.toString());
    const mention = annotated?.document.mentions.get(id);
    if (annotated === undefined || mention === undefined)
      throw new SpangridError(
        'annotation.conflict',
        'This mention is not there any more: it was changed meanwhile. Look again and repeat.',
      );
    const text = texts.of(document);
    return { mention, places: (ignoreCase) => equalTexts(annotated.document, text, mention, ignoreCase) };
  };
  const { mention, places } = now();
  if (places(true).length === 0) {
    void vscode.window.showInformationMessage(`${quoted(mention.text)} stands nowhere else in this text without a label.`);
    return 0;
  }
  const text = texts.of(document);
  const chosen = await choosePlaces(mention, text, places);
  if (chosen.length === 0) return 0;
  const annotated = store.get(uri.toString());
  // What was typed or labelled while the list was open may have taken a place.
  const free = new Set(
    now()
      .places(true)
      .map(({ startChar }) => startChar),
  );
  if (annotated === undefined || texts.of(document) !== text || chosen.some(({ startChar }) => !free.has(startChar)))
    throw new SpangridError('annotation.conflict', 'The text or its annotations changed while you chose. Run the command again.');
  store.apply(uri.toString(), equalTextEdit(annotated.document, text, mention, chosen), undefined, 'machine');
  vscode.window.setStatusBarMessage(`Spangrid: labelled ${String(chosen.length)} × ${quoted(mention.text)}`, 4000);
  return chosen.length;
}

/** Makes the project file of a text's folder where there is none, and opens it. Errors: workspace.untrusted, file.*, text.*. */
export async function createTypesFile(services: Services, text: vscode.Uri | undefined): Promise<string> {
  requireTrust();
  const project = await projectOf(services, text);
  if (project.json === undefined) {
    const written = writeForm(project.form.entities.length > 0 ? project.form : formOf(EXAMPLE));
    // A model's types may have names that a project file can't: the examples are something to begin with then.
    const starter = 'json' in written ? written : writeForm(formOf(EXAMPLE));
    if ('json' in starter) await writeProject(project, starter.json);
  }
  await vscode.window.showTextDocument(vscode.Uri.file(project.path));
  return project.path;
}

const EXAMPLE = schemaOf(
  {
    Person: { description: 'A human being, by name.' },
    Organisation: { description: 'A company, party, team or agency.' },
    Place: { description: 'A city, country, river or building.' },
  },
  { 'Works for': { head: ['Person'], tail: ['Organisation'] } },
);

/** How much of the text is shown on each side of a place. */
const CONTEXT = 40;

interface PlaceItem extends vscode.QuickPickItem {
  readonly span: Span;
}

/** The places with their surroundings, all chosen at first; a button switches between upper and lower case as it is and as you like. */
function choosePlaces(mention: Mention, text: string, places: (ignoreCase: boolean) => readonly Span[]): Promise<readonly Span[]> {
  const pick = vscode.window.createQuickPick<PlaceItem>();
  const button: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('case-sensitive'), tooltip: 'Ignore case, or not' };
  // Where the words stand elsewhere in other case only, those are shown at once.
  let ignoreCase = places(false).length === 0;
  const show = (): void => {
    const items = places(ignoreCase).map((span) => itemOf(text, span));
    pick.items = items;
    pick.selectedItems = items;
    pick.title = `Spangrid: Label every ${quoted(mention.text)} as ${plain(mention.type)}${ignoreCase ? ', in any case' : ''}`;
    pick.placeholder = `${String(items.length)} ${items.length === 1 ? 'place' : 'places'}; untick what is meant otherwise`;
  };
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.buttons = [button];
  show();
  return new Promise((resolve) => {
    let chosen: readonly Span[] = [];
    pick.onDidTriggerButton(() => {
      ignoreCase = !ignoreCase;
      show();
    });
    pick.onDidAccept(() => {
      chosen = pick.selectedItems.map(({ span }) => span);
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(chosen);
    });
    pick.show();
  });
}

function itemOf(text: string, span: Span): PlaceItem {
  const flat = (words: string): string => plain(words.replace(/\s+/gu, ' '));
  const before = text.slice(Math.max(0, span.startChar - CONTEXT), span.startChar);
  const after = text.slice(span.endChar, span.endChar + CONTEXT);
  const line = text.slice(0, span.startChar).split('\n').length;
  return {
    label: `…${flat(before)}【${flat(text.slice(span.startChar, span.endChar))}】${flat(after)}…`,
    description: `line ${String(line)}`,
    span,
  };
}
