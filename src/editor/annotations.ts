import { join } from 'node:path';
import * as vscode from 'vscode';
import { emptyDocument, isLost } from '../annotation/document';
import { changeBetween } from '../annotation/shift';
import { textHash, textReference } from '../annotation/textHash';
import { messageOf, SpangridError } from '../errors';
import { annotatedTextPath, annotationPath, type AnnotationsFolder } from '../files/annotationPath';
import { AnnotationStore, type Loaded } from '../files/annotationStore';
import { readText } from '../files/text';
import { schemaFor } from './documentSchema';
import { changesOf } from './offsets';
import type { Reporter } from './report';
import { settingsFor } from './settings';
import type { Store } from './store';
import type { Texts } from './texts';
import type { Types } from './types';

/** How long after a change the file is written. */
const WRITE_DELAY_MS = 400;

/** A document that closes and opens again at once (its language was changed) keeps its annotations. */
const CLOSE_DELAY_MS = 200;

/** Where an open text's annotations are kept, and what is under way there. */
interface Held {
  readonly document: vscode.TextDocument;
  readonly ready: Promise<void>;
  /** The annotation file beside the text; absent where the text is no file. */
  readonly sidecar: AnnotationStore | undefined;
  /** In the extension's own storage: for what was only extracted. */
  readonly kept: AnnotationStore | undefined;
  inSidecar: boolean;
  /** Whether something was changed that has to be written even while the text is unsaved. */
  isDue: boolean;
  /** The text on disk, when the document was closed with another. */
  text: string | undefined;
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void>;
}

/**
 * Brings annotations from disk into the store and back. Every change is written within half a second: to the annotation file beside the
 * text if there is one or a person has corrected something, else to the extension's storage. It also carries annotations over changes of their text.
 */
export class Annotations implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #reporter: Reporter;
  readonly #store: Store;
  readonly #texts: Texts;
  readonly #types: Types;
  readonly #held = new Map<string, Held>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    reporter: Reporter,
    store: Store,
    texts: Texts,
    types: Types,
  ) {
    this.#context = context;
    this.#log = log;
    this.#reporter = reporter;
    this.#store = store;
    this.#texts = texts;
    this.#types = types;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.spangrid.json');
    const onFile = (uri: vscode.Uri): void => void this.#fileChanged(uri);
    const leaveStore = store.onDidChange((uri, change) => {
      if (change === 'edit' || change === 'undo' || change === 'redo') this.#schedule(uri, 'in any case');
    });
    this.#subscriptions = [
      { dispose: leaveStore },
      watcher,
      watcher.onDidChange(onFile),
      watcher.onDidCreate(onFile),
      watcher.onDidDelete(onFile),
      vscode.workspace.onDidOpenTextDocument((document) => void this.restore(document)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.#textChanged(event);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        this.#schedule(document.uri.toString(), 'in any case');
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        setTimeout(() => void this.#closed(document.uri), CLOSE_DELAY_MS);
      }),
    ];
    for (const document of vscode.workspace.textDocuments) void this.restore(document);
  }

  /** Reads what is kept of a text's annotations into the store, once; nothing happens where nothing is kept. Failures are reported. */
  restore(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const known = this.#held.get(key);
    if (known !== undefined) return known.ready;
    const path = document.uri.scheme === 'file' ? document.uri.fsPath : undefined;
    if (path === undefined) return Promise.resolve();
    const storage = (this.#context.storageUri ?? this.#context.globalStorageUri).fsPath;
    let started: (() => void) | undefined;
    const ready = new Promise<void>((resolve) => {
      started = resolve;
    });
    const held: Held = {
      document,
      ready,
      sidecar: this.#sidecar(document.uri),
      kept: new AnnotationStore(join(storage, 'extracted', `${textHash(key)}.json`)),
      inSidecar: false,
      isDue: false,
      text: undefined,
      timer: undefined,
      writing: Promise.resolve(),
    };
    this.#held.set(key, held);
    void this.#read(held).finally(started);
    return ready;
  }

  /** Makes sure that the store holds annotations of a text: those that are kept, or none yet. */
  async begin(document: vscode.TextDocument): Promise<void> {
    await this.restore(document);
    const key = document.uri.toString();
    if (this.#store.get(key) !== undefined) return;
    const types = await this.#types.for(document.uri);
    if (this.#store.get(key) !== undefined || document.isClosed) return;
    this.#store.open(key, emptyDocument(textReference(nameOf(document.uri), this.#texts.of(document))), types);
  }

  /**
   * Writes the annotation file beside the text; from then on every change goes there.
   * Errors: usage where the text has no place for one; annotation.conflict, annotation.tooLarge, file.unwritable.
   */
  async save(document: vscode.TextDocument): Promise<string> {
    const key = document.uri.toString();
    if (this.#store.get(key) === undefined) {
      throw new SpangridError('usage', `There are no annotations of ${nameOf(document.uri)} yet. Extract from it first.`);
    }
    const held = this.#held.get(key);
    if (held?.sidecar === undefined) throw new SpangridError('usage', whyNoPlace(document));
    // What waits to be written is written by this.
    clearTimeout(held.timer);
    held.timer = undefined;
    held.isDue = false;
    await held.writing;
    await this.#writeTo(held, held.sidecar);
    held.inSidecar = true;
    return held.sidecar.path;
  }

  /** Forgets what is in memory and reads what is on disk. */
  async reload(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    clearTimeout(this.#held.get(key)?.timer);
    this.#held.delete(key);
    this.#store.close(key);
    await this.restore(document);
  }

  /** The text that an annotation file belongs to. */
  textOf(annotationFile: vscode.Uri): vscode.Uri | undefined {
    const path = annotatedTextPath(annotationFile.fsPath, folderOf(annotationFile));
    return path === undefined ? undefined : vscode.Uri.file(path);
  }

  /** Writes everything that waits. */
  async flush(): Promise<void> {
    await Promise.all(
      Array.from(this.#held, async ([uri, held]) => {
        if (held.timer !== undefined) this.#write(uri, held);
        await held.writing;
      }),
    );
  }

  dispose(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #sidecar(uri: vscode.Uri): AnnotationStore | undefined {
    if (uri.path.endsWith('.spangrid.json')) return undefined;
    try {
      return new AnnotationStore(annotationPath(uri.fsPath, folderOf(uri)));
    } catch (error) {
      this.#reporter.error(error);
      return undefined;
    }
  }

  async #read(held: Held): Promise<void> {
    try {
      const found = await this.#find(held);
      if (found === undefined || held.document.isClosed) return;
      await this.#show(held, found);
    } catch (error) {
      this.#reporter.error(error);
    }
  }

  /** Holds annotations that were read, with the types that hold for the text. */
  async #show({ document: { uri }, document }: Held, found: Loaded): Promise<void> {
    const known = await this.#types.for(uri);
    const key = uri.toString();
    this.#store.open(key, found.document, schemaFor(found.document, known));
    const text = this.#texts.of(document);
    if (text !== found.text) this.#store.textChanged(key, [changeBetween(found.text, text)], found.text, text);
  }

  /** The annotations that are kept, and the text that their offsets count in: the one in the editor, or the one on disk. */
  async #find(held: Held): Promise<Loaded | undefined> {
    const found = await this.#load(held, held.sidecar);
    held.inSidecar = found !== undefined;
    if (found !== undefined) return found;
    // What was only extracted is made again in a moment: when the text is another one by now, it is let go.
    const kept = await this.#load(held, held.kept).catch((error: unknown) => {
      this.#log.info(`extracted annotations of ${nameOf(held.document.uri)} were not taken up: ${messageOf(error)}`);
      return undefined;
    });
    return kept?.isReanchored === true ? undefined : kept;
  }

  async #load({ document }: Held, store: AnnotationStore | undefined): Promise<Loaded | undefined> {
    // Most texts that are opened have no annotations: nothing else is done for them.
    if (store === undefined || (await store.isCurrent())) return undefined;
    const text = this.#texts.of(document);
    const found = await (document.isDirty ? store.load(text, (await readText(document.uri.fsPath)).text) : store.load(text));
    if (found?.isReanchored === true) {
      const mentions = [...found.document.mentions.values()];
      const lost = mentions.filter(isLost).length;
      this.#log.info(
        `${nameOf(document.uri)} changed elsewhere: ${String(mentions.length - lost)} mentions found again, ${String(lost)} lost`,
      );
    }
    return found;
  }

  #textChanged(event: vscode.TextDocumentChangeEvent): void {
    const { document } = event;
    const key = document.uri.toString();
    if (this.#store.get(key) === undefined) return;
    this.#schedule(key, 'when the text is as on disk');
    if (event.contentChanges.length === 0) return;
    const before = this.#texts.last(document) ?? '';
    const after = this.#texts.of(document);
    const changes = changesOf(event);
    const difference = changes.reduce((sum, { startChar, endChar, inserted }) => sum + inserted.length - (endChar - startChar), 0);
    // Should the editor ever count otherwise than we do, the texts themselves say what changed.
    const isSound = before.length + difference === after.length;
    this.#store.textChanged(key, isSound ? changes : [changeBetween(before, after)], before, after);
  }

  /** Writes soon; after a change of the text alone only if the text is then the one on disk: saved, or reverted. */
  #schedule(uri: string, when: 'in any case' | 'when the text is as on disk'): void {
    const held = this.#held.get(uri);
    if (held === undefined || this.#store.get(uri) === undefined || !vscode.workspace.isTrusted) return;
    if (when === 'in any case') held.isDue = true;
    held.timer ??= setTimeout(() => {
      if (held.isDue || !held.document.isDirty) this.#write(uri, held);
      else held.timer = undefined;
    }, WRITE_DELAY_MS);
  }

  /** A text that was closed unsaved is the one on disk again, and so its annotations must be. */
  async #backToDisk(uri: string, held: Held): Promise<void> {
    const unsaved = this.#texts.of(held.document);
    const onDisk = await readText(held.document.uri.fsPath).catch(() => undefined);
    if (onDisk === undefined || onDisk.text === unsaved || this.#store.get(uri) === undefined) return;
    this.#store.textChanged(uri, [changeBetween(unsaved, onDisk.text)], unsaved, onDisk.text);
    held.text = onDisk.text;
    this.#schedule(uri, 'in any case');
  }

  #write(uri: string, held: Held): void {
    clearTimeout(held.timer);
    held.timer = undefined;
    held.isDue = false;
    held.writing = held.writing
      .then(async () => {
        if (this.#store.get(uri) === undefined) return;
        // The annotation file appears with a person's first correction.
        if (held.sidecar !== undefined && this.#store.isCorrected(uri)) held.inSidecar = true;
        const file = held.inSidecar ? held.sidecar : held.kept;
        if (file !== undefined) await this.#writeTo(held, file);
      })
      .catch((error: unknown) => {
        if (held.inSidecar) this.#reporter.error(error);
        else this.#log.warn(`extracted annotations could not be kept: ${messageOf(error)}`);
      });
  }

  async #writeTo(held: Held, file: AnnotationStore): Promise<void> {
    const annotated = this.#store.get(held.document.uri.toString());
    if (annotated === undefined) return;
    const text = textReference(nameOf(held.document.uri), held.text ?? this.#texts.of(held.document));
    const document = { ...annotated.document, text };
    await file.save(document);
  }

  /** Someone made, changed or removed an annotation file; our own writes come here, too, and are known by their content. */
  async #fileChanged(uri: vscode.Uri): Promise<void> {
    const held = [...this.#held.values()].find(({ sidecar }) => sidecar?.path === uri.fsPath);
    if (held?.sidecar === undefined) return;
    try {
      await held.writing;
      if (held.timer !== undefined || (await held.sidecar.isCurrent())) return; // a write that waits notices by itself
      const found = await this.#load(held, held.sidecar);
      held.inSidecar = found !== undefined;
      if (found === undefined) return;
      await this.#show(held, found);
      this.#log.info(`${uri.fsPath} was changed by another program and read again`);
    } catch (error) {
      this.#reporter.error(error);
    }
  }

  async #closed(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === key)) return;
    const held = this.#held.get(key);
    if (held !== undefined) {
      await this.#backToDisk(key, held);
      if (held.timer !== undefined) this.#write(key, held);
      await held.writing;
    }
    this.#held.delete(key);
    this.#store.close(key);
  }
}

/** The last part of a text's path: what messages and annotation files call it. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}

function folderOf(uri: vscode.Uri): AnnotationsFolder | undefined {
  const { annotationsDir } = settingsFor(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return annotationsDir === '' || folder === undefined ? undefined : { workspaceFolder: folder.uri.fsPath, annotationsDir };
}

/** Why a text's annotations cannot be saved, and what can be done instead. */
function whyNoPlace({ uri }: vscode.TextDocument): string {
  const instead = 'Export them instead ("Spangrid: Export as CoNLL04 JSON").';
  switch (uri.scheme) {
    case 'untitled':
      return 'This text has no file yet, and its annotations are kept beside it. Save the text, then its annotations.';
    case 'vscode-notebook-cell':
      return `Annotations are kept beside a text's file, and a notebook's cell has none. ${instead}`;
    case 'git':
      return `This is an earlier version of a file, which cannot be changed. Open the file itself to save annotations. ${instead}`;
    default:
      return `Annotations are kept beside a text's file, and this text (${uri.scheme}:) has none. ${instead}`;
  }
}
