import * as vscode from 'vscode';
import { AnnotateMode } from './editor/annotateMode';
import { ANNOTATION_EDITOR, AnnotationEditor } from './editor/annotationEditor';
import { AnnotationTree } from './editor/annotationTree';
import { Annotations } from './editor/annotations';
import { CorrectingActions } from './editor/codeActions';
import { registerCommands } from './editor/commands';
import { ComparePanel } from './editor/comparePanel';
import { Configs } from './editor/configs';
import { Corrections } from './editor/corrections';
import { Decorations } from './editor/decorations';
import { ExtractionService } from './editor/extraction';
import { renewGitMerge } from './editor/gitMerge';
import { GraphPanel } from './editor/graphPanel';
import { MentionHover } from './editor/hover';
import { ModelService } from './editor/modelService';
import { Problems } from './editor/problems';
import { Reporter } from './editor/report';
import type { Services } from './editor/services';
import { SidecarMoves } from './editor/sidecarMoves';
import { StatisticsPanel } from './editor/statisticsPanel';
import { StatusBar } from './editor/statusBar';
import { Store } from './editor/store';
import { TablePanel } from './editor/tablePanel';
import { Texts } from './editor/texts';
import { Types } from './editor/types';
import { TypesPanel } from './editor/typesPanel';
import { viewCommands } from './editor/viewCommands';

/** What the extension hands to whoever activates it; the tests in the extension host look at the product through it. */
export interface SpangridApi {
  readonly services: Services;
  readonly panel: TablePanel;
  readonly annotationEditor: AnnotationEditor;
  readonly annotateMode: AnnotateMode;
  readonly statusBar: StatusBar;
  readonly tree: AnnotationTree;
  readonly typesPanel: TypesPanel;
  readonly graphPanel: GraphPanel;
  readonly statisticsPanel: StatisticsPanel;
  readonly comparePanel: ComparePanel;
}

let services: Services | undefined;

/** Puts the parts together. Nothing is loaded or started here: the model process comes with its first use. */
export function activate(context: vscode.ExtensionContext): SpangridApi {
  const log = vscode.window.createOutputChannel('Spangrid', { log: true });
  const reporter = new Reporter(log);
  const store = new Store();
  const texts = new Texts();
  const configs = new Configs(reporter);
  const models = new ModelService(context, log, configs);
  const types = new Types(configs, models, store, log);
  const annotations = new Annotations(context, log, reporter, store, texts, types);
  const corrections = new Corrections(store, texts, annotations, models);
  const extraction = new ExtractionService(store, texts, models, types, annotations);
  const decorations = new Decorations(store);
  services = {
    extensionUri: context.extensionUri,
    log,
    reporter,
    store,
    texts,
    configs,
    models,
    types,
    annotations,
    corrections,
    extraction,
    decorations,
  };
  const panel = new TablePanel(services);
  const annotationEditor = new AnnotationEditor(services);
  const annotateMode = new AnnotateMode(context.workspaceState, services);
  const statusBar = new StatusBar(models);
  const tree = new AnnotationTree(services);
  const typesPanel = new TypesPanel(services);
  const graphPanel = new GraphPanel(services);
  const statisticsPanel = new StatisticsPanel(services, tree);
  const comparePanel = new ComparePanel(services);
  context.subscriptions.push(
    log,
    configs,
    models,
    types,
    annotations,
    decorations,
    new Problems(services),
    new SidecarMoves(annotations, reporter),
    panel,
    annotateMode,
    statusBar,
    tree,
    typesPanel,
    graphPanel,
    statisticsPanel,
    comparePanel,
    registerCommands(
      services,
      panel,
      annotationEditor,
      annotateMode,
      viewCommands(context, services, { tree, types: typesPanel, graph: graphPanel, statistics: statisticsPanel, compare: comparePanel }),
    ),
    vscode.languages.registerHoverProvider('*', new MentionHover(store)),
    vscode.languages.registerCodeActionsProvider('*', new CorrectingActions(store, texts), CorrectingActions.metadata),
    vscode.window.registerCustomEditorProvider(ANNOTATION_EDITOR, annotationEditor, { supportsMultipleEditorsPerDocument: true }),
  );
  if (vscode.workspace.isTrusted) void reporter.run(() => renewGitMerge(context));
  return { services, panel, annotationEditor, annotateMode, statusBar, tree, typesPanel, graphPanel, statisticsPanel, comparePanel };
}

/** What still waits to be written is written; it would have been within half a second. */
export async function deactivate(): Promise<void> {
  await services?.annotations.flush();
}
