import * as vscode from 'vscode';
import { type AnnotationDocument, isLost, type Item, type Mention, type Relation, type SentenceState } from '../annotation/document';
import { isDoubtful } from '../annotation/doubt';
import { counted, percent } from '../annotation/names';
import {
  changedGroups,
  NO_FILTER,
  oneLine,
  outlineCounts,
  type OutlineFilter,
  type OutlineGroup,
  outlineGroups,
  outlineItems,
  relationWords,
} from '../annotation/outline';
import { type Progress, progressOf, progressText } from '../annotation/progress';
import { messageOf } from '../errors';
import { readAnnotations } from '../files/annotationFile';
import { ANNOTATION_FILES, nameOf } from './annotations';
import { itemDetails } from './itemDetails';
import { openDocument, openedDocument } from './offsets';
import type { Services } from './services';
import { typeIcon } from './typeIcon';

const VIEW = 'spangrid.annotations';

/** A long extraction changes a document often; the tree follows so often at most. */
const REFRESH_MS = 150;

/** A workspace may hold more annotation files than anyone reads in a list. */
const MAX_FILES = 5000;

/** With a filter, so few groups are unfolded at once. */
const UNFOLDED = 100;

export interface DocumentNode {
  readonly kind: 'document';
  readonly uri: vscode.Uri;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly document: DocumentNode;
  readonly group: OutlineGroup;
}

export interface ItemNode {
  readonly kind: 'mention' | 'relation';
  readonly parent: GroupNode;
  readonly id: string;
}

/** A line of the tree. Nodes are kept as long as they are shown: the editor knows them by identity. */
export type TreeNode = DocumentNode | GroupNode | ItemNode;

/** What is known of a document: its nodes, and for one that is not open what its annotation file says. */
interface Known {
  readonly node: DocumentNode;
  readonly groups: Map<OutlineGroup, GroupNode>;
  readonly items: Map<string, ItemNode>;
  /** The annotation file, where there is one in the workspace. */
  file: vscode.Uri | undefined;
  /** The state that the tree shows. */
  shown: AnnotationDocument | undefined;
  /** Of the file of a document that is not open; a text where it could not be read. */
  summary: Summary | string | undefined;
}

interface Summary {
  readonly progress: Progress;
  readonly mentions: number;
  readonly relations: number;
}

/**
 * The tree of documents, their sentences, mentions and relations. Children are made when they are unfolded; after a change, only the
 * sentences that changed are asked for again. A document that is not open is opened, without an editor, when it is unfolded.
 */
export class AnnotationTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #known = new Map<string, Known>();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: vscode.Disposable[];
  readonly #due = new Set<string>();
  #isListDue = false;
  #timer: NodeJS.Timeout | undefined;
  #files: Promise<void> | undefined;
  #reading: Promise<void> = Promise.resolve();
  #filter: OutlineFilter = NO_FILTER;

  constructor(services: Services) {
    this.#services = services;
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true });
    const watcher = vscode.workspace.createFileSystemWatcher(ANNOTATION_FILES);
    const leave = services.store.onDidChange((uri, change) => {
      if (change === 'open' || change === 'close') this.#isListDue = true;
      this.#due.add(uri);
      this.#soon();
    });
    this.#subscriptions = [
      this.#view,
      this.#changed,
      { dispose: leave },
      watcher,
      watcher.onDidCreate(() => {
        this.refresh();
      }),
      watcher.onDidDelete(() => {
        this.refresh();
      }),
      watcher.onDidChange((file) => {
        this.#fileChanged(file);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refresh();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('spangrid.annotationsDir')) this.refresh();
      }),
    ];
  }

  /** What is shown of the documents. */
  get filter(): OutlineFilter {
    return this.#filter;
  }

  set filter(filter: OutlineFilter) {
    this.#filter = filter;
    const only = typeof filter.only === 'string' ? FILTER_NAMES[filter.only] : `only ${filter.only.type}`;
    const words = filter.words.trim();
    const parts = [...(filter.only === 'all' ? [] : [only]), ...(words === '' ? [] : [`with "${words}"`])];
    const isFiltered = parts.length > 0;
    // `undefined` removes the message; the type of the property does not say so.
    this.#view.message = isFiltered ? `Shown: ${parts.join(', ')}. Documents that are not open are searched when they are unfolded.` : '';
    void vscode.commands.executeCommand('setContext', 'spangrid.treeFiltered', isFiltered);
    this.#known.forEach((known) => {
      known.groups.clear();
      known.items.clear();
    });
    this.#changed.fire(undefined);
  }

  /** What is selected in the tree. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  /** Which filter is active, as it is said above the tree. */
  get message(): string | undefined {
    return this.#view.message;
  }

  /** Looks for annotation files anew. */
  refresh(): void {
    this.#files = undefined;
    this.#isListDue = true;
    this.#soon();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#documents();
      case 'document':
        return this.#groupsOf(node);
      case 'group':
        return this.#itemsOf(node);
      case 'mention':
      case 'relation':
        return [];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'document') return undefined;
    return node.kind === 'group' ? node.document : node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'document') return this.#documentItem(node);
    return node.kind === 'group' ? this.#groupItem(node) : this.#itemItem(node);
  }

  /** The details of an item, when the pointer rests on it. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const found = node.kind === 'document' || node.kind === 'group' ? undefined : this.itemOf(node);
    const annotated = this.#services.store.get(uriOf(node).toString());
    if (found !== undefined && annotated !== undefined) item.tooltip = itemDetails(annotated, found);
    return item;
  }

  /** The mention or relation of a node, as it is now. */
  itemOf({ kind, id, parent }: ItemNode): Mention | Relation | undefined {
    const document = this.#documentOf(parent.document);
    return kind === 'mention' ? document?.mentions.get(id) : document?.relations.get(id);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #documents(): Promise<DocumentNode[]> {
    this.#files ??= this.#findFiles();
    await this.#files;
    const { store } = this.#services;
    for (const key of store.uris) this.#knownOf(vscode.Uri.parse(key, true));
    for (const [key, { file }] of this.#known) if (file === undefined && store.get(key) === undefined) this.#known.delete(key);
    const shown = [...this.#known.values()].filter((known) => {
      const document = this.#documentOf(known.node);
      if (document === undefined) return true;
      return this.#filter === NO_FILTER || outlineGroups(document, this.#textOf(known.node), this.#filter).length > 0;
    });
    this.#readSummaries();
    this.#describe();
    const path = ({ node: { uri } }: Known): string => vscode.workspace.asRelativePath(uri);
    return shown.sort((a, b) => path(a).localeCompare(path(b))).map(({ node }) => node);
  }

  async #groupsOf(node: DocumentNode): Promise<GroupNode[]> {
    let document = this.#documentOf(node);
    if (document === undefined) {
      await this.#services.reporter.run(async () => this.#services.annotations.restore(await openDocument(node.uri)));
      document = this.#documentOf(node);
    }
    const known = this.#known.get(node.uri.toString());
    if (document === undefined || known === undefined) return [];
    known.shown = document;
    return outlineGroups(document, this.#textOf(node), this.#filter).map((group) => {
      const made: GroupNode = known.groups.get(group) ?? { kind: 'group', document: node, group };
      known.groups.set(group, made);
      return made;
    });
  }

  #itemsOf(node: GroupNode): ItemNode[] {
    const document = this.#documentOf(node.document);
    const known = this.#known.get(node.document.uri.toString());
    if (document === undefined || known === undefined) return [];
    const { mentions, relations } = outlineItems(document, node.group, this.#filter);
    const nodeOf = (kind: ItemNode['kind'], id: string): ItemNode => {
      const before = known.items.get(id);
      const made: ItemNode = before?.parent === node ? before : { kind, parent: node, id };
      known.items.set(id, made);
      return made;
    };
    return [...mentions.map(({ id }) => nodeOf('mention', id)), ...relations.map(({ id }) => nodeOf('relation', id))];
  }

  #documentItem({ uri }: DocumentNode): vscode.TreeItem {
    const known = this.#known.get(uri.toString());
    const document = this.#services.store.get(uri.toString())?.document;
    const item = new vscode.TreeItem(nameOf(uri), vscode.TreeItemCollapsibleState.Collapsed);
    if (document !== undefined && (this.#known.size === 1 || this.#filter !== NO_FILTER))
      item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    item.id = this.#id(uri.toString());
    item.contextValue = 'document';
    item.iconPath = vscode.ThemeIcon.File;
    item.resourceUri = uri;
    const summary = document === undefined ? known?.summary : summaryOf(document);
    item.tooltip = `${vscode.workspace.asRelativePath(uri)}\n${inWords(summary)}`;
    if (typeof summary === 'string') {
      item.description = 'cannot be read';
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    } else if (summary !== undefined) item.description = progressText(summary.progress);
    return item;
  }

  #groupItem(node: GroupNode): vscode.TreeItem {
    const { group, document: of } = node;
    const document = this.#documentOf(of);
    const item = new vscode.TreeItem('');
    item.id = this.#id(of.uri.toString(), String(group));
    item.command = { command: 'spangrid.tree.reveal', title: 'Show in Text', arguments: [node] };
    if (document === undefined) return item;
    const { mentions, relations, doubt, discuss } = outlineCounts(document, group);
    const sentence = group === 'elsewhere' ? undefined : document.sentences[group];
    const isDoubtfulNow = doubt !== undefined && isDoubtful({ status: 'suggested', score: doubt }) && sentence?.state !== 'done';
    const counts = [
      ...(mentions === 0 ? [] : [counted(mentions, 'mention')]),
      ...(relations === 0 ? [] : [counted(relations, 'relation')]),
      ...(isDoubtfulNow ? [`? ${percent(doubt)}`] : []),
      ...(discuss === 0 ? [] : [`${discuss} to discuss`]),
    ].join(' · ');
    item.description = counts;
    if (sentence === undefined) {
      item.label = 'In no single sentence';
      item.tooltip = 'What crosses two sentences, lies outside of them, or is no longer in the text.';
      item.iconPath = new vscode.ThemeIcon('split-horizontal');
      item.contextValue = 'elsewhere';
    } else {
      const words = oneLine(this.#textOf(of).slice(sentence.startChar, sentence.endChar));
      item.label = this.#label(words);
      item.tooltip = `${words}\n\n${STATES[sentence.state].name}${counts === '' ? '' : `, ${counts}`}`;
      item.iconPath = STATES[sentence.state].icon;
      item.contextValue = `sentence:${sentence.state}`;
      item.accessibilityInformation = { label: `${words}, ${STATES[sentence.state].name}, ${counts}` };
    }
    const hasItems = outlineItems(document, group, this.#filter);
    const isEmpty = hasItems.mentions.length + hasItems.relations.length === 0;
    const isUnfolded = this.#filter !== NO_FILTER && (this.#known.get(of.uri.toString())?.groups.size ?? 0) <= UNFOLDED;
    item.collapsibleState = isEmpty
      ? vscode.TreeItemCollapsibleState.None
      : isUnfolded
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed;
    return item;
  }

  #itemItem(node: ItemNode): vscode.TreeItem {
    const { kind, id, parent } = node;
    const uri = parent.document.uri.toString();
    const annotated = this.#services.store.get(uri);
    const found = this.itemOf(node);
    const item = new vscode.TreeItem('');
    item.id = this.#id(uri, String(parent.group), id);
    item.command = { command: 'spangrid.tree.reveal', title: 'Show in Text', arguments: [node] };
    if (annotated === undefined || found === undefined) return item;
    const isGone = 'spans' in found && isLost(found);
    const words = 'spans' in found ? oneLine(found.text) : relationWords(annotated.document, found);
    const types = kind === 'mention' ? annotated.schema.entities : annotated.schema.relations;
    item.label = this.#label(words);
    const facts = [found.type, ...decisionOf(found), ...(isGone ? ['no longer in the text'] : [])];
    item.description = facts.join(' · ');
    item.iconPath = typeIcon(kind, Object.hasOwn(types, found.type) ? types[found.type]?.colour : undefined);
    item.contextValue = `${kind}:${found.status}${found.discuss === true ? ':discuss' : ''}`;
    item.accessibilityInformation = { label: `${kind} ${words}, ${facts.join(', ')}` };
    return item;
  }

  /** A label in which the words that were searched for stand out. */
  #label(text: string): vscode.TreeItemLabel {
    const words = oneLine(this.#filter.words);
    const at = words === '' ? -1 : text.toLocaleLowerCase().indexOf(words.toLocaleLowerCase());
    return at < 0 ? { label: text } : { label: text, highlights: [[at, at + words.length]] };
  }

  /** Ids are of the filter, too: with another one, what is unfolded is decided anew. */
  #id(...parts: readonly string[]): string {
    return [...parts, JSON.stringify(this.#filter)].join(' ');
  }

  #knownOf(uri: vscode.Uri): Known {
    const key = uri.toString();
    const known: Known = this.#known.get(key) ?? {
      node: { kind: 'document', uri },
      groups: new Map(),
      items: new Map(),
      file: undefined,
      shown: undefined,
      summary: undefined,
    };
    this.#known.set(key, known);
    return known;
  }

  #documentOf({ uri }: DocumentNode): AnnotationDocument | undefined {
    return this.#services.store.get(uri.toString())?.document;
  }

  #textOf({ uri }: DocumentNode): string {
    const document = openedDocument(uri.toString());
    return document === undefined ? '' : this.#services.texts.of(document);
  }

  async #findFiles(): Promise<void> {
    const files = await vscode.workspace.findFiles(ANNOTATION_FILES, '**/node_modules/**', MAX_FILES);
    for (const known of this.#known.values()) known.file = undefined;
    for (const file of files) {
      const text = this.#services.annotations.textOf(file);
      if (text !== undefined) this.#knownOf(text).file = file;
    }
  }

  /** Reads what the files of documents that are not open say, one after the other, while the tree is shown. */
  #readSummaries(): void {
    const waiting = [...this.#known.values()].filter(
      ({ node, file, summary }) => file !== undefined && summary === undefined && this.#documentOf(node) === undefined,
    );
    for (const known of waiting) {
      this.#reading = this.#reading.then(async () => {
        const { file, node } = known;
        if (file === undefined || known.summary !== undefined || !this.#view.visible) return;
        known.summary = await readSummary(file);
        this.#due.add(node.uri.toString());
        this.#soon();
      });
    }
  }

  #fileChanged(file: vscode.Uri): void {
    const known = [...this.#known.values()].find((one) => one.file?.toString() === file.toString());
    if (known === undefined || this.#documentOf(known.node) !== undefined) return;
    known.summary = undefined;
    this.#isListDue = true;
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, REFRESH_MS);
  }

  /** Tells the editor which lines are to be asked for again. */
  #tell(): void {
    const due = [...this.#due];
    this.#due.clear();
    if (this.#isListDue) {
      this.#isListDue = false;
      this.#changed.fire(undefined);
      return;
    }
    const nodes = due.flatMap((key) => this.#changedNodes(key));
    if (nodes.length > 0) this.#changed.fire(nodes);
    this.#describe();
  }

  #changedNodes(key: string): readonly TreeNode[] {
    const known = this.#known.get(key);
    if (known === undefined) return [];
    const after = this.#documentOf(known.node);
    const before = known.shown;
    known.shown = before === undefined ? undefined : after;
    if (before === undefined || after === undefined) return [known.node];
    const groups = changedGroups(before, after);
    // What a filter lets through may have changed with any edit, and the document's line says how many sentences are done.
    const isWhole =
      groups === undefined || this.#filter !== NO_FILTER || progressText(progressOf(before)) !== progressText(progressOf(after));
    return isWhole ? [known.node] : groups.flatMap((group) => known.groups.get(group) ?? known.node);
  }

  #describe(): void {
    const all = [...this.#known.values()].flatMap(({ node, summary }) => {
      const document = this.#documentOf(node);
      if (document !== undefined) return [progressOf(document)];
      return summary === undefined || typeof summary === 'string' ? [] : [summary.progress];
    });
    const sum = (of: (progress: Progress) => number): number => all.reduce((total, progress) => total + of(progress), 0);
    const [done, total] = [sum((progress) => progress.done), sum((progress) => progress.total)];
    this.#view.description = total === 0 ? '' : progressText({ done, total });
  }
}

export const FILTER_NAMES = {
  all: 'everything',
  notDone: 'sentences that are not done',
  doubtful: 'doubtful items',
  discuss: 'items to discuss',
} as const;

const STATES: Readonly<Record<SentenceState, { readonly name: string; readonly icon: vscode.ThemeIcon }>> = {
  new: { name: 'new', icon: new vscode.ThemeIcon('circle-outline') },
  'in-progress': { name: 'in progress', icon: new vscode.ThemeIcon('clock') },
  done: { name: 'done', icon: new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed')) },
  skipped: { name: 'skipped', icon: new vscode.ThemeIcon('circle-slash') },
};

/** Whether a command's parameter is a line of the tree. */
export function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}

/** URI of the text that a node belongs to. */
export function uriOf(node: TreeNode): vscode.Uri {
  if (node.kind === 'document') return node.uri;
  return node.kind === 'group' ? node.document.uri : node.parent.document.uri;
}

async function readSummary(file: vscode.Uri): Promise<Summary | string> {
  try {
    return summaryOf(await readAnnotations(file.fsPath));
  } catch (error) {
    return messageOf(error);
  }
}

function summaryOf(document: AnnotationDocument): Summary {
  return { progress: progressOf(document), mentions: document.mentions.size, relations: document.relations.size };
}

function inWords(summary: Summary | string | undefined): string {
  if (summary === undefined || typeof summary === 'string') return summary ?? '';
  const { progress, mentions, relations } = summary;
  const skipped = progress.skipped === 0 ? '' : `, ${progress.skipped} skipped`;
  return `${progressText(progress)}, ${progress.left} left${skipped}\n${counted(mentions, 'mention')}, ${counted(relations, 'relation')}`;
}

function decisionOf({ status, score, discuss, note }: Item): readonly string[] {
  return [
    score === undefined || status !== 'suggested' ? status : `${status} ${percent(score)}`,
    ...(discuss === true ? ['to discuss'] : []),
    ...(note === undefined ? [] : ['note']),
  ];
}
