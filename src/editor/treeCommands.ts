import * as vscode from 'vscode';
import type { Correction } from '../annotation/corrections';
import type { Mention, Relation, SentenceState } from '../annotation/document';
import type { OutlineFilter } from '../annotation/outline';
import { SpangridError } from '../errors';
import { type AnnotationTree, FILTER_NAMES, type GroupNode, isNode, type ItemNode, type TreeNode, uriOf } from './annotationTree';
import type { Handler } from './itemCommands';
import { openDocument } from './offsets';
import { revealItem, revealSpans } from './reveal';
import type { Services } from './services';
import { plain } from './typePick';

/** What the commands of the tree do; each gets the line that it was called on and the lines that are selected, or takes the selection. */
export function treeCommands(tree: AnnotationTree, services: Services): Readonly<Record<string, Handler>> {
  const { annotations, corrections, store } = services;

  /** Corrects what lies in one document, or in several, as one step in each. */
  const correct = async (nodes: readonly TreeNode[], correction: (node: TreeNode) => Correction | undefined): Promise<void> => {
    const byText = new Map<string, { readonly uri: vscode.Uri; readonly corrections: Correction[] }>();
    for (const node of nodes) {
      const wanted = correction(node);
      if (wanted === undefined) continue;
      const uri = uriOf(node);
      const of = byText.get(uri.toString()) ?? { uri, corrections: [] };
      of.corrections.push(wanted);
      byText.set(uri.toString(), of);
    }
    if (byText.size === 0) throw nothingSelected();
    for (const { uri, corrections: wanted } of byText.values()) {
      await annotations.restore(await openDocument(uri));
      corrections.apply(uri, wanted);
    }
  };
  const ofItems =
    (correction: (id: string, item: Mention | Relation) => Correction) =>
    (node: TreeNode): Correction | undefined => {
      const item = isItem(node) ? tree.itemOf(node) : undefined;
      return item === undefined ? undefined : correction(item.id, item);
    };
  const ofSentences =
    (correction: (sentence: number) => Correction) =>
    (node: TreeNode): Correction | undefined =>
      isSentence(node) ? correction(node.group) : undefined;
  const setState =
    (state: SentenceState) =>
    async (...parameters: readonly unknown[]): Promise<void> =>
      correct(
        nodesOf(tree, parameters),
        ofSentences((sentence) => ({ kind: 'setState', sentence, state })),
      );
  const onItems =
    (correction: (id: string, item: Mention | Relation) => Correction) =>
    async (...parameters: readonly unknown[]): Promise<void> =>
      correct(nodesOf(tree, parameters), ofItems(correction));

  return {
    'spangrid.tree.reveal': async (...parameters) => {
      const [node] = nodesOf(tree, parameters);
      if (node === undefined) return;
      const item = isItem(node) ? tree.itemOf(node) : undefined;
      if (item !== undefined) await revealItem(services, uriOf(node), item, false);
      const sentence = isSentence(node) ? store.get(uriOf(node).toString())?.document.sentences[node.group] : undefined;
      if (sentence !== undefined) await revealSpans(services, uriOf(node), [sentence], false);
    },
    'spangrid.tree.accept': async (...parameters) =>
      correct(nodesOf(tree, parameters), (node) =>
        isSentence(node)
          ? { kind: 'acceptAll', sentence: node.group }
          : ofItems((id) => ({ kind: 'setStatus', id, status: 'accepted' }))(node),
      ),
    'spangrid.tree.reject': onItems((id) => ({ kind: 'setStatus', id, status: 'rejected' })),
    'spangrid.tree.remove': onItems((id) => ({ kind: 'remove', id })),
    'spangrid.tree.discuss': onItems((id) => ({ kind: 'setDiscuss', id, discuss: true })),
    'spangrid.tree.undiscuss': onItems((id) => ({ kind: 'setDiscuss', id, discuss: false })),
    'spangrid.tree.reverse': onItems((id) => ({ kind: 'reverse', id })),
    'spangrid.tree.done': setState('done'),
    'spangrid.tree.skip': setState('skipped'),
    'spangrid.tree.reopen': setState('in-progress'),
    'spangrid.tree.changeType': async (...parameters) => {
      const nodes = nodesOf(tree, parameters).filter(isItem);
      const [first] = nodes;
      if (first === undefined) throw nothingSelected();
      if (nodes.some(({ kind }) => kind !== first.kind))
        throw new SpangridError('usage', 'Mentions and relations have types of their own. Select either mentions or relations.');
      const uri = uriOf(first).toString();
      if (nodes.some((node) => uriOf(node).toString() !== uri))
        throw new SpangridError('usage', 'The types of several documents are changed one document after the other. Select in one of them.');
      await vscode.commands.executeCommand(
        'spangrid.changeType',
        uri,
        nodes.map(({ id }) => id),
      );
    },
    'spangrid.tree.note': async (...parameters) => {
      const [node] = nodesOf(tree, parameters).filter(isItem);
      if (node === undefined) throw nothingSelected();
      await vscode.commands.executeCommand('spangrid.editNote', uriOf(node).toString(), node.id);
    },
    'spangrid.tree.showInTable': async (...parameters) => {
      const [node] = nodesOf(tree, parameters);
      if (node === undefined) return;
      const item = isItem(node) ? tree.itemOf(node) : undefined;
      const sentence = isSentence(node) ? store.get(uriOf(node).toString())?.document.sentences[node.group] : undefined;
      if (sentence !== undefined) await revealSpans(services, uriOf(node), [sentence], true);
      const mention = item === undefined || 'spans' in item ? item?.id : item.head;
      await vscode.commands.executeCommand('spangrid.showTable', uriOf(node).toString(), mention);
    },
    'spangrid.tree.labelEqual': async (...parameters) => {
      const [node] = nodesOf(tree, parameters).filter(isItem);
      if (node !== undefined) await vscode.commands.executeCommand('spangrid.labelEqualTexts', uriOf(node).toString(), node.id);
    },
    'spangrid.tree.filter': async () => {
      const only = await askFilter(tree.filter, services);
      if (only !== undefined) tree.filter = { ...tree.filter, only };
    },
    'spangrid.tree.search': async (given) => {
      const words =
        typeof given === 'string'
          ? given
          : await vscode.window.showInputBox({
              title: 'Spangrid: Search Annotations',
              prompt: 'Words in sentences, mentions, types or notes. Empty shows everything.',
              value: tree.filter.words,
            });
      if (words !== undefined) tree.filter = { ...tree.filter, words };
    },
    'spangrid.tree.clearFilter': async () => {
      tree.filter = { only: 'all', words: '' };
    },
    'spangrid.tree.refresh': async () => {
      tree.refresh();
    },
  };
}

/** The lines that a command is for: all that are selected where it was called on one of them. */
function nodesOf(tree: AnnotationTree, [node, selected]: readonly unknown[]): readonly TreeNode[] {
  if (Array.isArray(selected)) return selected.filter(isNode);
  return isNode(node) ? [node] : tree.selection;
}

function isItem(node: TreeNode): node is ItemNode {
  return node.kind === 'mention' || node.kind === 'relation';
}

function isSentence(node: TreeNode): node is GroupNode & { readonly group: number } {
  return node.kind === 'group' && node.group !== 'elsewhere';
}

function nothingSelected(): SpangridError {
  return new SpangridError('usage', 'Select what this is for in the Spangrid view first.');
}

async function askFilter({ only }: OutlineFilter, { store }: Services): Promise<OutlineFilter['only'] | undefined> {
  const names = (kind: 'entities' | 'relations'): readonly string[] =>
    [...new Set(store.uris.flatMap((uri) => Object.keys(store.get(uri)?.schema[kind] ?? {})))].sort();
  type Choice = vscode.QuickPickItem & { readonly only?: OutlineFilter['only'] };
  const general = (['all', 'notDone', 'doubtful', 'discuss'] as const).map((name): Choice => ({
    label: capital(FILTER_NAMES[name]),
    description: name === only ? 'now' : '',
    only: name,
  }));
  const ofTypes = (label: string, kind: 'entities' | 'relations'): readonly Choice[] => {
    const types = names(kind);
    if (types.length === 0) return [];
    const isNow = (type: string): boolean => typeof only === 'object' && only.type === type;
    return [
      { label, kind: vscode.QuickPickItemKind.Separator },
      ...types.map((type) => ({ label: plain(type), description: isNow(type) ? 'now' : '', only: { type } })),
    ];
  };
  const choices = [...general, ...ofTypes('mentions of type', 'entities'), ...ofTypes('relations of type', 'relations')];
  return (await vscode.window.showQuickPick(choices, { title: 'Spangrid: Show in the View' }))?.only;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
