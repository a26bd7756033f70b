import * as vscode from 'vscode';
import { takeSuggestionsOut } from '../annotation/clear';
import { isEmpty } from '../annotation/edits';
import { counted } from '../annotation/names';
import { SpangridError } from '../errors';
import type { AnnotateMode } from './annotateMode';
import type { AnnotationEditor } from './annotationEditor';
import { nameOf } from './annotations';
import { requireTrust } from './corrections';
import { exportAnnotations, type ExportRequest } from './export';
import { importFiles } from './import';
import { type Handler, itemCommands } from './itemCommands';
import { labelCommands } from './labelCommands';
import { offsetAt, openDocument, spanOf } from './offsets';
import type { Scope } from './scopes';
import { activeEditor } from './selections';
import type { Services } from './services';
import { settingsFor } from './settings';
import type { TablePanel } from './tablePanel';

/** Every command of the manifest, by its name there. */
export function registerCommands(
  services: Services,
  panel: TablePanel,
  annotationEditor: AnnotationEditor,
  annotateMode: AnnotateMode,
  more: Readonly<Record<string, Handler>>,
): vscode.Disposable {
  const { store, models, annotations, extraction, reporter, log } = services;

  /** The text that the person works on: that of the table in focus, or the one in the active editor, or that of the table beside. */
  const shownUri = (): vscode.Uri | undefined => {
    const tables = [...(panel.view === undefined ? [] : [panel.view]), ...annotationEditor.views];
    const active = tables.find(({ isActive }) => isActive);
    return active?.uri ?? vscode.window.activeTextEditor?.document.uri ?? panel.view?.uri;
  };
  const shownDocument = (): Promise<vscode.TextDocument> => openDocument(shownUri() ?? activeEditor().document.uri);

  const extract = async (document: vscode.TextDocument, scope: Scope): Promise<void> => {
    requireTrust();
    await extraction.extract(document, scope, (offset) => {
      const isShown = annotationEditor.views.some(({ uri, isActive }) => isActive && uri?.toString() === document.uri.toString());
      if (!isShown) panel.show(document.uri, { offset }, false);
    });
  };
  const extractIn = async (scopeOf: (editor: vscode.TextEditor) => Scope): Promise<void> => {
    const editor = activeEditor();
    await extract(editor.document, scopeOf(editor));
  };

  const step = async (direction: 'undo' | 'redo'): Promise<void> => {
    const uri = shownUri();
    if (uri === undefined || store.get(uri.toString()) === undefined) return;
    const label = direction === 'undo' ? store.undo(uri.toString()) : store.redo(uri.toString());
    const done = direction === 'undo' ? 'Undone' : 'Done again';
    const none = direction === 'undo' ? 'Spangrid: nothing to undo' : 'Spangrid: nothing to redo';
    vscode.window.setStatusBarMessage(label === undefined ? none : `Spangrid: ${done}: ${label}`, 4000);
  };

  const targetOf = (target: unknown, only: unknown): Pick<ExportRequest, 'target' | 'only'> => ({
    target: target instanceof vscode.Uri ? target : undefined,
    only: only === 'accepted' || only === 'done' ? only : undefined,
  });
  const exportAs = async (request: ExportRequest): Promise<readonly string[] | undefined> => {
    requireTrust();
    const files = await exportAnnotations(services, shownDocument, request);
    const [first] = files ?? [];
    if (files === undefined || first === undefined) return undefined;
    log.info(`exported to ${files.join(' and ')}`);
    const name = nameOf(vscode.Uri.file(first));
    const others = files.length > 1 ? ` and ${counted(files.length - 1, 'further file')}` : '';
    void vscode.window.showInformationMessage(`Exported to ${name}${others}.`, 'Open').then(async (chosen) => {
      if (chosen === 'Open') await vscode.window.showTextDocument(vscode.Uri.file(first));
    });
    return files;
  };

  const commands: Readonly<Record<string, Handler>> = {
    'spangrid.extractSelection': () => extractIn(selectionOrCursor),
    'spangrid.extractSentence': () => extractIn(cursor),
    'spangrid.extractFile': async () => extract(await shownDocument(), { kind: 'file' }),
    'spangrid.cancel': async () => {
      extraction.cancel();
    },
    'spangrid.showTable': async (uri, mention) => {
      const target = typeof uri === 'string' ? vscode.Uri.parse(uri, true) : activeEditor().document.uri;
      const document = await openDocument(target);
      await annotations.restore(document);
      const editor = vscode.window.activeTextEditor;
      const isHere = editor?.document === document;
      const offset = isHere ? offsetAt(document, editor.selection.active) : undefined;
      panel.show(target, typeof mention === 'string' ? { mention } : offset === undefined ? {} : { offset }, true);
    },
    'spangrid.exportConll04': (target, only) => exportAs({ format: 'conll04', ...targetOf(target, only) }),
    'spangrid.export': (target, only, format, eachSentence) =>
      exportAs({ format: typeof format === 'string' ? format : undefined, eachSentence: eachSentence === true, ...targetOf(target, only) }),
    'spangrid.exportFolder': async (resource, target, format) => {
      const folder =
        resource instanceof vscode.Uri ? resource : await vscode.window.showWorkspaceFolderPick().then((picked) => picked?.uri);
      if (folder === undefined) return;
      return exportAs({ folder, format: typeof format === 'string' ? format : undefined, ...targetOf(target, undefined) });
    },
    'spangrid.import': async (files, folder, format) => {
      requireTrust();
      const isGiven = Array.isArray(files) && folder instanceof vscode.Uri;
      const written = await importFiles(
        isGiven ? { files: files as vscode.Uri[], folder, ...(typeof format === 'string' ? { format } : {}) } : undefined,
      );
      const [first] = written ?? [];
      if (written === undefined || first === undefined) return;
      log.info(`imported ${written.map(({ fsPath }) => fsPath).join(', ')}`);
      void vscode.window.showInformationMessage('Imported.', 'Open').then(async (chosen) => {
        if (chosen === 'Open') await vscode.window.showTextDocument(first);
      });
      return written;
    },
    'spangrid.saveAnnotations': async () => {
      requireTrust();
      const document = await shownDocument();
      if (document.isUntitled) return saveUntitled(services, document);
      const path = await annotations.save(document);
      vscode.window.setStatusBarMessage(`Spangrid: saved ${nameOf(vscode.Uri.file(path))}`, 4000);
      return path;
    },
    'spangrid.reloadAnnotations': async () => {
      await annotations.reload(await shownDocument());
    },
    'spangrid.clearSuggestions': async () => {
      requireTrust();
      const uri = (await shownDocument()).uri.toString();
      const annotated = store.get(uri);
      const edit = annotated && takeSuggestionsOut(annotated.document);
      if (edit !== undefined && !isEmpty(edit)) store.apply(uri, edit);
    },
    ...itemCommands(services),
    ...annotateMode.commands,
    ...labelCommands(services, shownDocument),
    ...more,
    'spangrid.undo': () => step('undo'),
    'spangrid.redo': () => step('redo'),
    'spangrid.chooseModel': () => chooseModel(services),
    'spangrid.restartModel': async () => {
      requireTrust();
      models.restart();
      log.info('the model process was stopped; the next extraction starts a new one');
      vscode.window.setStatusBarMessage('Spangrid: the model starts anew at the next extraction', 4000);
    },
    'spangrid.showCommandLine': () => showCommandLine(services),
    'spangrid.showLog': async () => {
      log.show();
    },
    'spangrid.showMenu': () => showMenu(services),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, work]) =>
      vscode.commands.registerCommand(name, (...parameters: readonly unknown[]) => reporter.run(() => work(...parameters))),
    ),
  );
}

function selectionOrCursor(editor: vscode.TextEditor): Scope {
  const filled = editor.selections.filter(({ isEmpty: isCursor }) => !isCursor);
  if (filled.length === 0) return cursor(editor);
  return { kind: 'selections', spans: filled.map((selection) => spanOf(editor.document, selection)) };
}

function cursor(editor: vscode.TextEditor): Scope {
  return { kind: 'cursor', offset: offsetAt(editor.document, editor.selection.active) };
}

/** A text without a file gets one first; its annotations go over to it. */
async function saveUntitled({ annotations, store, types }: Services, document: vscode.TextDocument): Promise<string | undefined> {
  const annotated = store.get(document.uri.toString());
  if (annotated === undefined) throw new SpangridError('usage', 'There are no annotations of this text yet. Extract from it first.');
  const uri = await vscode.workspace.saveAs(document.uri);
  if (uri === undefined) return undefined;
  const saved = await vscode.workspace.openTextDocument(uri);
  await annotations.begin(saved);
  store.open(uri.toString(), annotated.document, annotated.schema, await types.tokenizerOf(uri));
  return annotations.save(saved);
}

async function chooseModel({ models, log }: Services): Promise<void> {
  requireTrust();
  const scope = vscode.window.activeTextEditor?.document.uri;
  const installed = await models.installed.installed();
  const items = await Promise.all(
    installed.map(async ({ name, path, origin }): Promise<vscode.QuickPickItem> => {
      try {
        const { licence, data, metrics } = await models.summaryOf(path);
        const scores = Object.entries(metrics).flatMap(([set, splits]) =>
          Object.entries(splits).map(
            ([split, { ner, re }]) => `${set} ${split}: entities ${ner.toFixed(1)}, relations ${re.toFixed(1)} F1`,
          ),
        );
        return { label: name, description: `from ${origin}, ${licence}`, detail: [`learned from ${data}`, ...scores].join(' · ') };
      } catch (error) {
        log.warn(String(error));
        return { label: name, description: `from ${origin}`, detail: `$(error) ${error instanceof Error ? error.message : String(error)}` };
      }
    }),
  );
  const best: vscode.QuickPickItem = { label: 'The best that is installed', description: 'accurate, else fast' };
  const folder: vscode.QuickPickItem = { label: '$(folder-opened) A folder …', description: 'with a manifest.json' };
  const separator: vscode.QuickPickItem = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const chosen = await vscode.window.showQuickPick([...items, separator, best, folder], {
    title: 'Spangrid: Choose Model',
    placeHolder: `Now: ${settingsFor(scope).model === '' ? best.label.toLowerCase() : settingsFor(scope).model}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  let value = chosen === best ? '' : chosen.label;
  if (chosen === folder) {
    const folders = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: 'Use This Model' });
    if (folders?.[0] === undefined) return;
    await models.summaryOf(folders[0].fsPath); // what is no model is refused before it is set
    value = folders[0].fsPath;
  }
  const target = vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('spangrid').update('model', value, target);
}

async function showCommandLine({ extensionUri }: Services): Promise<string> {
  const path = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  const command = `node ${/[^\w./:\\-]/.test(path) ? JSON.stringify(path) : path}`;
  const copy = 'Copy';
  const message = `The command line of this Spangrid is: ${command} --help. It needs Node.js 20 or newer.`;
  void vscode.window.showInformationMessage(message, copy).then(async (chosen) => {
    if (chosen === copy) await vscode.env.clipboard.writeText(command);
  });
  return Promise.resolve(command);
}

async function showMenu({ models }: Services): Promise<void> {
  const entry = (label: string, command: string): vscode.QuickPickItem & { readonly command: string } => ({ label, command });
  const entries = [
    ...(models.status.isBusy ? [entry('$(debug-stop) Cancel', 'spangrid.cancel')] : []),
    entry('$(selection) Extract from Selection', 'spangrid.extractSelection'),
    entry('$(file) Extract from Whole File', 'spangrid.extractFile'),
    entry('$(regex) Label by Patterns', 'spangrid.labelByPatterns'),
    entry('$(table) Show Table', 'spangrid.showTable'),
    entry('$(save) Save Annotations', 'spangrid.saveAnnotations'),
    entry('$(export) Export …', 'spangrid.export'),
    entry('$(cloud-download) Import …', 'spangrid.import'),
    entry('$(symbol-misc) Choose Model', 'spangrid.chooseModel'),
    entry('$(debug-restart) Restart Model', 'spangrid.restartModel'),
    entry('$(output) Show Log', 'spangrid.showLog'),
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: 'Spangrid' });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
