import * as vscode from 'vscode';
import { type AnnotationTree, isNode, uriOf } from './annotationTree';
import type { ComparePanel } from './comparePanel';
import { setUpGitMerge } from './gitMerge';
import type { GraphPanel } from './graphPanel';
import type { Handler } from './itemCommands';
import { activeEditor } from './selections';
import { spanOf } from './offsets';
import { openSampleProject } from './sampleProject';
import type { Services } from './services';
import type { StatisticsPanel } from './statisticsPanel';
import { treeCommands } from './treeCommands';
import type { TypesPanel } from './typesPanel';

/** The views beside the table. */
export interface Views {
  readonly tree: AnnotationTree;
  readonly types: TypesPanel;
  readonly graph: GraphPanel;
  readonly statistics: StatisticsPanel;
  readonly compare: ComparePanel;
}

export function viewCommands(
  context: vscode.ExtensionContext,
  services: Services,
  { tree, types, graph, statistics, compare }: Views,
): Readonly<Record<string, Handler>> {
  return {
    ...treeCommands(tree, services),
    'spangrid.editTypes': async () => types.show(vscode.window.activeTextEditor?.document.uri),
    'spangrid.openSample': async (target) => openSampleProject(context, target instanceof vscode.Uri ? target : undefined),
    'spangrid.setUpGitMerge': async (folder) => setUpGitMerge(context, folder instanceof vscode.Uri ? folder : undefined),
    'spangrid.showGraph': async (node) => {
      if (isNode(node)) return graph.show(uriOf(node));
      const { document, selection } = activeEditor();
      return graph.show(document.uri, selection.isEmpty ? undefined : spanOf(document, selection));
    },
    'spangrid.compareAnnotations': async (file, selected) =>
      compare.choose((Array.isArray(selected) ? selected : [file]).filter((uri) => uri instanceof vscode.Uri)),
    'spangrid.showStatistics': async (given) =>
      given instanceof vscode.Uri
        ? statistics.show(undefined, given)
        : statistics.show(isNode(given) ? uriOf(given) : vscode.window.activeTextEditor?.document.uri),
  };
}
