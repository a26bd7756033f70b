import { join } from 'node:path';
import * as vscode from 'vscode';
import { type AnnotationDocument, emptyDocument, isLost } from '../annotation/document';
import { toJson } from '../annotation/json';
import { merge } from '../annotation/merge';
import { changeBetween, refined } from '../annotation/refine';
import { TextShift } from '../annotation/shift';
import { textHash, textReference } from '../annotation/textHash';
import { messageOf, SpangridError } from '../errors';
import { annotatedTextPath, ANNOTATION_SUFFIX, annotationPath, type AnnotationsFolder } from '../files/annotationPath';
import { AnnotationStore, type Loaded } from '../files/annotationStore';
import { moveFile } from '../files/sidecars';
import { readText } from '../files/text';
import { schemaFor } from './documentSchema';
import { changesOf, openedDocument } from './offsets';
import type { Reporter } from './report';
import { settingsFor } from './settings';
import type { Store } from './store';
import type { Texts } from './texts';
import type { Types } from './types';

/** The annotation files of a workspace. */
export const ANNOTATION_FILES = `**/*${ANNOTATION_SUFFIX}`;

/** A file is written at once after a change, but not more often than this. */
const WRITE_EVERY_MS = 200;

/** A write that failed is tried again so soon, then each time after twice as long, up to the longest. */
const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

/** Someone else may change the file again and again while ours waits. */
const MAX_ATTEMPTS = 10;

/** So many conflicts a message names. */
const SHOWN_CONFLICTS = 3;

/** How long a rename or move may take. */
const MOVE_MS = 10_000;

/** A document that closes and opens again at once (its language was changed) keeps its annotations. */
const CLOSE_DELAY_MS = 200;

/** Where an open text's annotations are kept, and what is under way there. */
interface Held {
  document: vscode.TextDocument;
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
  /** When it was last begun to be written. */
  writtenAt: number;
  writing: Promise<void>;
  /** Since when writing fails: how often by now, why, and when it is tried again. */
  failure: { readonly count: number; readonly message: string; readonly retry: NodeJS.Timeout | undefined } | undefined;
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
  /** Texts that are being renamed or moved: they close and open meanwhile. */
  readonly #moving = new Set<string>();
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
    const watcher = vscode.workspace.createFileSystemWatcher(ANNOTATION_FILES);
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
      vscode.workspace.onDidChangeConfiguration((event) => {
        for (const [key, { document }] of this.#held)
          if (event.affectsConfiguration('spangrid.annotationsDir', document.uri)) void this.#placeChanged(key);
      }),
    ];
    for (const document of vscode.workspace.textDocuments) void this.restore(document);
  }

  /** Reads what is kept of a text's annotations into the store, once; nothing happens where nothing is kept. Failures are reported. */
  restore(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const known = this.#held.get(key);
    if (known !== undefined) {
      this.#reopened(known, document);
      return known.ready;
    }
    const path = document.uri.scheme === 'file' ? document.uri.fsPath : undefined;
    if (path === undefined) return Promise.resolve();
    let started: (() => void) | undefined;
    const ready = new Promise<void>((resolve) => {
      started = resolve;
    });
    const held: Held = {
      document,
      ready,
      sidecar: this.#sidecar(document.uri),
      kept: new AnnotationStore(this.#keptPath(document.uri), async () => this.#types.tokenizerOf(document.uri)),
      inSidecar: false,
      isDue: false,
      text: undefined,
      timer: undefined,
      writtenAt: -Infinity,
      writing: Promise.resolve(),
      failure: undefined,
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
    const { schema, tokenizer } = await this.#types.agreedFor(document.uri);
    if (this.#store.get(key) !== undefined || document.isClosed) return;
    this.#store.open(key, emptyDocument(textReference(nameOf(document.uri), this.#texts.of(document))), schema, tokenizer);
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
    const { sidecar } = held;
    const writing = held.writing.then(() => this.#writeTo(held, sidecar));
    held.writing = writing.catch(() => undefined);
    try {
      await writing;
    } catch (error) {
      if (held.inSidecar) this.#retryLater(key, held, error);
      throw error;
    }
    held.inSidecar = true;
    if (held.failure !== undefined) this.#writtenAgain(key, held);
    return held.sidecar.path;
  }

  /** The folder of annotation files is another now: what is in memory goes where it belongs, and what the other folder has is shown. */
  async #placeChanged(key: string): Promise<void> {
    const held = this.#held.get(key);
    const sidecar = held && this.#sidecar(held.document.uri);
    if (held === undefined || sidecar?.path === held.sidecar?.path) return;
    await held.ready;
    do await this.#writeNow(key, held);
    while (held.timer !== undefined && held.failure === undefined);
    // What could not be written stays in memory until it can be.
    if (held.failure === undefined && this.#held.get(key) === held) await this.reload(held.document);
  }

  /** Forgets what is in memory and reads what is on disk. */
  async reload(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#letGo(key);
    await this.restore(document);
  }

  /** Before files are renamed, moved or deleted: what waits to be written of texts in `folder`, or of that text itself, is written. */
  async settle(folder: vscode.Uri): Promise<void> {
    const settling = [...this.#held].filter(([, { document }]) => isIn(document.uri, folder));
    for (const [key] of settling) this.#moving.add(key);
    setTimeout(() => {
      for (const [key, held] of settling) if (this.#moving.delete(key)) void this.#closed(held.document.uri);
    }, MOVE_MS);
    await Promise.all(settling.map(([key, held]) => this.#writeNow(key, held)));
  }

  /** After a file or folder was renamed or moved: annotations in memory, with the steps to undo, are those of the text at its new place. */
  async moved(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    for (const [key, held] of this.#held) {
      const { uri } = held.document;
      const target = movedUri(uri, from, to);
      if (target === undefined) continue;
      this.#moving.delete(key);
      this.#held.delete(key);
      clearTimeout(held.timer);
      clearTimeout(held.failure?.retry);
      const kept = this.#keptPath(target);
      if (held.kept !== undefined) await moveFile(held.kept.path, kept).catch(() => undefined);
      this.#store.move(key, target.toString());
      const opened = this.#held.get(target.toString());
      if (opened === undefined) setTimeout(() => void this.#closed(target), MOVE_MS);
      else opened.inSidecar ||= held.inSidecar;
      if (held.isDue || held.failure !== undefined) this.#schedule(target.toString(), 'in any case');
    }
  }

  /** The text that an annotation file belongs to. */
  textOf(annotationFile: vscode.Uri): vscode.Uri | undefined {
    const path = annotatedTextPath(annotationFile.fsPath, annotationsFolderOf(annotationFile));
    return path === undefined ? undefined : vscode.Uri.file(path);
  }

  /** Writes everything that waits. */
  async flush(): Promise<void> {
    await Promise.all(Array.from(this.#held, async ([uri, held]) => this.#writeNow(uri, held)));
  }

  dispose(): void {
    for (const { timer, failure } of this.#held.values()) {
      clearTimeout(timer);
      clearTimeout(failure?.retry);
    }
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #sidecar(uri: vscode.Uri): AnnotationStore | undefined {
    if (uri.path.endsWith(ANNOTATION_SUFFIX)) return undefined;
    try {
      return new AnnotationStore(annotationPath(uri.fsPath, annotationsFolderOf(uri)), async () => this.#types.tokenizerOf(uri));
    } catch (error) {
      this.#reporter.error(error);
      return undefined;
    }
  }

  #keptPath(uri: vscode.Uri): string {
    const storage = (this.#context.storageUri ?? this.#context.globalStorageUri).fsPath;
    return join(storage, 'extracted', `${textHash(uri.toString())}.json`);
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
  async #show(held: Held, found: Loaded): Promise<void> {
    const { document } = held;
    const { uri } = document;
    const { schema: known, tokenizer } = await this.#types.agreedFor(uri);
    const key = uri.toString();
    // A text that was moved has its annotations in memory already, with the steps to undo.
    const standing = this.#store.get(key);
    if (standing === undefined || bodyOf(standing.document) !== bodyOf(found.document))
      this.#store.open(key, found.document, schemaFor(found.document, known), tokenizer);
    else this.#store.setTokenizer(key, tokenizer);
    if (held.inSidecar) this.#store.markSaved(key, found.document);
    const text = this.#texts.of(document);
    if (text !== found.text) this.#store.textChanged(key, [changeBetween(found.text, text)], found.text, text);
  }

  /** The annotations that are kept, and the text that their offsets count in: the one in the editor, or the one on disk. */
  async #find(held: Held): Promise<Loaded | undefined> {
    // Most texts that are opened have no annotations: nothing else is done for them.
    const load = async (store: AnnotationStore | undefined): Promise<Loaded | undefined> =>
      store === undefined || (await store.isCurrent()) ? undefined : this.#load(held, store);
    const found = await load(held.sidecar);
    held.inSidecar = found !== undefined;
    if (found !== undefined) return found;
    // What was only extracted is made again in a moment: when the text is another one by now, it is let go.
    const kept = await load(held.kept).catch((error: unknown) => {
      this.#log.info(`extracted annotations of ${nameOf(held.document.uri)} were not taken up: ${messageOf(error)}`);
      return undefined;
    });
    return kept?.isReanchored === true ? undefined : kept;
  }

  /** What a file holds now; undefined where it is gone. */
  async #load({ document }: Held, store: AnnotationStore): Promise<Loaded | undefined> {
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
    // Typing is followed from a distance: what is written of an unsaved text is soon out of date.
    const wait = when === 'in any case' ? Math.max(0, held.writtenAt + WRITE_EVERY_MS - performance.now()) : WRITE_EVERY_MS;
    held.timer ??= setTimeout(() => {
      if (held.isDue || !held.document.isDirty) this.#write(uri, held);
      else held.timer = undefined;
    }, wait);
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
    clearTimeout(held.failure?.retry);
    held.timer = undefined;
    held.writtenAt = performance.now();
    held.isDue = false;
    held.writing = held.writing
      .then(async () => {
        if (this.#store.get(uri) === undefined) return;
        // The annotation file appears with a person's first correction.
        if (held.sidecar !== undefined && this.#store.isCorrected(uri)) held.inSidecar = true;
        const file = held.inSidecar ? held.sidecar : held.kept;
        if (file !== undefined) await this.#writeTo(held, file);
        if (held.inSidecar && held.failure !== undefined) this.#writtenAgain(uri, held);
      })
      .catch((error: unknown) => {
        if (held.inSidecar) this.#writeFailed(uri, held, error);
        else this.#log.warn(`extracted annotations could not be kept: ${messageOf(error)}`);
      });
  }

  /** Writes what waits, without waiting for its time. */
  async #writeNow(uri: string, held: Held): Promise<void> {
    if (held.timer !== undefined || held.failure !== undefined) this.#write(uri, held);
    await held.writing;
  }

  /** The work stays in memory and is written as soon as it can be. The reason is shown once, not at each try. */
  #writeFailed(uri: string, held: Held, error: unknown): void {
    if (held.failure?.message === messageOf(error)) this.#log.warn(messageOf(error));
    else this.#reporter.error(error);
    this.#retryLater(uri, held, error);
  }

  #retryLater(uri: string, held: Held, error: unknown): void {
    clearTimeout(held.failure?.retry);
    const message = messageOf(error);
    const count = (held.failure?.count ?? 0) + 1;
    const isTooLarge = error instanceof SpangridError && error.code === 'annotation.tooLarge';
    const again = (): void => {
      this.#write(uri, held);
    };
    held.failure = {
      count,
      message,
      retry: isTooLarge ? undefined : setTimeout(again, Math.min(RETRY_MS * 2 ** (count - 1), MAX_RETRY_MS)),
    };
  }

  #writtenAgain(uri: string, held: Held): void {
    held.failure = undefined;
    const message = `Spangrid: the annotations of ${nameOf(held.document.uri)} could be written now; nothing was lost.`;
    this.#log.info(message);
    void vscode.window.showInformationMessage(message);
    if (held.document.isClosed) void this.#closed(vscode.Uri.parse(uri, true));
    else void this.#placeChanged(uri);
  }

  async #writeTo(held: Held, file: AnnotationStore): Promise<void> {
    const key = held.document.uri.toString();
    for (let attempt = 1; ; attempt += 1) {
      const annotated = this.#store.get(key);
      if (annotated === undefined) return;
      let written = annotated.document;
      const follow = this.#store.onDidChange((uri, _, shift) => {
        if (uri === key && shift !== undefined) written = shift.document(written);
      });
      try {
        const text = textReference(nameOf(held.document.uri), held.text ?? this.#texts.of(held.document));
        await file.save({ ...annotated.document, text });
        if (file === held.sidecar) this.#store.markSaved(key, written);
        return;
      } catch (error) {
        const isOther = error instanceof SpangridError && error.code === 'annotation.conflict';
        if (!isOther || attempt === MAX_ATTEMPTS) throw error;
      } finally {
        follow();
      }
      const theirs = await this.#load(held, file);
      if (file === held.sidecar) await this.#takeOver(held, theirs);
    }
  }

  /** Someone else's annotations, with what was changed here since they were last the same on top; `undefined` where their file is gone. */
  async #takeOver(held: Held, theirs: Loaded | undefined): Promise<void> {
    const { uri } = held.document;
    const key = uri.toString();
    const types = await this.#types.for(uri);
    const annotated = this.#store.get(key);
    if (theirs === undefined || annotated === undefined) {
      this.#store.markSaved(key, undefined);
      return;
    }
    const text = held.text ?? this.#texts.of(held.document);
    const changes = refined(changeBetween(theirs.text, text), theirs.text);
    const standing = changes.length > 0 ? new TextShift(changes, text, annotated.tokenizer).document(theirs.document) : theirs.document;
    const base = this.#store.saved(key) ?? emptyDocument(annotated.document.text);
    const { document, conflicts } = merge(base, annotated.document, standing);
    const dropped = this.#store.takeOver(key, document, standing);
    this.#store.setSchema(key, schemaFor(document, types));
    const said = `${nameOf(uri)}: the annotations were changed by someone else, too. Both changes are kept.`;
    if (conflicts.length === 0 && dropped === 0) {
      this.#log.info(said);
      return;
    }
    const shown = [...conflicts.slice(0, SHOWN_CONFLICTS), ...(conflicts.length > SHOWN_CONFLICTS ? ['…'] : [])].join('; ');
    const about = conflicts.length === 0 ? '' : ` What does not fit is flagged to discuss: ${shown}.`;
    const steps = dropped === 1 ? 'One step' : `${dropped} steps`;
    const lost = dropped === 0 ? '' : ` ${steps} can no longer be undone.`;
    this.#reporter.error(new SpangridError('annotation.conflict', `${said}${about}${lost}`));
  }

  /** Someone made, changed or removed an annotation file; our own writes come here, too, and are known by their content. */
  async #fileChanged(uri: vscode.Uri): Promise<void> {
    const held = [...this.#held.values()].find(({ sidecar }) => sidecar?.path === uri.fsPath);
    if (held?.sidecar === undefined) return;
    const key = held.document.uri.toString();
    try {
      await held.ready;
      await held.writing;
      if (held.timer !== undefined || (await held.sidecar.isCurrent())) return; // a write that waits notices by itself
      const found = await this.#load(held, held.sidecar);
      // What is in memory stays; with the next change it is written again.
      held.inSidecar = found !== undefined;
      if (found !== undefined && this.#store.get(key) === undefined) await this.#show(held, found);
      else await this.#takeOver(held, found);
      const saved = this.#store.saved(key);
      const now = this.#store.get(key)?.document;
      const isOurs = saved !== undefined && now !== undefined && bodyOf(saved) !== bodyOf(now);
      if (isOurs && this.#store.isCorrected(key)) this.#schedule(key, 'in any case');
    } catch (error) {
      this.#reporter.error(error);
    }
  }

  /** A text that was closed while its annotations could not be written is open again. */
  #reopened(held: Held, document: vscode.TextDocument): void {
    if (held.document === document || !held.document.isClosed) return;
    const before = held.text ?? this.#texts.last(held.document) ?? '';
    held.document = document;
    held.text = undefined;
    const after = this.#texts.of(document);
    if (before !== after) this.#store.textChanged(document.uri.toString(), [changeBetween(before, after)], before, after);
  }

  async #closed(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (openedDocument(key) !== undefined || this.#moving.has(key)) return;
    const held = this.#held.get(key);
    if (held !== undefined) {
      await this.#backToDisk(key, held);
      await this.#writeNow(key, held);
      // What could not be written stays in memory until it can be.
      if (held.failure !== undefined || openedDocument(key) !== undefined) return;
    }
    this.#letGo(key);
  }

  #letGo(key: string): void {
    const held = this.#held.get(key);
    clearTimeout(held?.timer);
    clearTimeout(held?.failure?.retry);
    this.#held.delete(key);
    this.#store.close(key);
  }
}

/** Whether a file is this one, or lies in this folder. */
export function isIn(uri: vscode.Uri, folder: vscode.Uri): boolean {
  return uri.scheme === folder.scheme && (uri.path === folder.path || uri.path.startsWith(`${folder.path}/`));
}

/** Where a file is after a file or folder was renamed or moved; undefined where it is not that one, nor in it. */
export function movedUri(uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  return isIn(uri, from) ? to.with({ path: to.path + uri.path.slice(from.path.length) }) : undefined;
}

/** All of a document but the name and hash of its text. */
function bodyOf(document: AnnotationDocument): string {
  return toJson({ ...document, text: { file: '', sha256: '' } });
}

/** The last part of a text's path: what messages and annotation files call it. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}

/** Where a text's annotation files are kept, when not beside it. */
export function annotationsFolderOf(uri: vscode.Uri): AnnotationsFolder | undefined {
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
