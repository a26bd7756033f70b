import * as vscode from 'vscode';
import type { AnnotationTree } from './annotationTree';
import type { Handler } from './itemCommands';
import type { Services } from './services';
import { treeCommands } from './treeCommands';
import type { TypesPanel } from './typesPanel';

/** The commands of the views beside the table: tree, types. */
export function viewCommands(services: Services, tree: AnnotationTree, types: TypesPanel): Readonly<Record<string, Handler>> {
  return {
    ...treeCommands(tree, services),
    'spangrid.editTypes': async () => types.show(vscode.window.activeTextEditor?.document.uri),
  };
}
