import * as vscode from 'vscode';
import { sentenceOf } from '../annotation/layout';
import { tokensOf, tokensTouching } from '../annotation/placement';
import { indexAt } from '../annotation/search';
import { parseFromTable } from '../protocol/fromTable';
import { messageOf, SpangridError } from '../errors';
import type { FromTable, SentenceSummary, SentenceView, TableChange, ToTable } from '../protocol/table';
import type { Schema } from '../annotation/schema';
import type { Span } from '../text/span';
import { nameOf } from './annotations';
import { openDocument, openedDocument, spanOf } from './offsets';
import { pageHtml, pageOptions } from './pages';
import { revealSpan } from './reveal';
import type { Services } from './services';
import { correctionOf, heatOf, likeliestLabels, listChange, sentenceViewOf, spanOfTokens, summariesOf } from './tableContent';
import { NO_TYPES } from './types';

/** A long extraction changes a document often; its list of sentences is sent so often at most, and less often the more it costs. */
const LIST_EVERY_MS = 250;
const LIST_FACTOR = 20;

interface SentDocument {
  readonly uri: string;
  readonly schema: Schema;
  readonly sentences: readonly SentenceSummary[];
}

/** Where in a document to go: a sentence by its index or by an offset in it, or a mention. */
export interface Place {
  readonly sentence?: number;
  readonly offset?: number;
  readonly mention?: string;
}

/** One webview that shows a document's table: the panel's, or a custom editor's. It follows the store and the text editor. */
export class TableView implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #reopen: (() => Promise<unknown>) | undefined;
  readonly #subscriptions: vscode.Disposable[];
  #uri: vscode.Uri | undefined;
  #sentence = 0;
  /** The cell to go to when the page is ready. */
  #cell: readonly [number, number] | undefined;
  /** Where to go as soon as the sentence is there: an extraction that has begun. */
  #awaited: number | undefined;
  /** The cell that has the focus in the page. */
  #focus: { readonly sentence: number; readonly cell: readonly [number, number] } | undefined;
  #isReady = false;
  /** The document as the page has it. */
  #sent: SentDocument | undefined;
  #hasFocus = false;
  #failure: string | undefined;
  #lastSentence = '';
  /** The words of the sentence that the page shows, which it has heat and highlight of. */
  #lastWords = '';
  #model: string | undefined;
  #nextList = 0;
  #listTimer: NodeJS.Timeout | undefined;

  /** @param reopen brings the text and its annotations back when the editor has let them go; without it, a file is opened again */
  constructor(panel: vscode.WebviewPanel, services: Services, reopen?: () => Promise<unknown>) {
    const { webview } = panel;
    this.#panel = panel;
    this.#reopen = reopen;
    this.#services = services;
    const { store, models } = services;
    const leave = store.onDidChange((uri, change) => {
      if (uri !== this.#uri?.toString()) return;
      if (change === 'close') void this.#openAgain();
      else this.#documentChanged();
    });
    this.#subscriptions = [
      { dispose: leave },
      panel.onDidChangeViewState(() => {
        if (!panel.active) this.#setFocus(false);
      }),
      webview.onDidReceiveMessage((message: unknown) => {
        void services.reporter.run(() => this.#receive(message));
      }),
      models.onDidChange(({ model }) => {
        this.#sendStatus();
        if (model !== this.#model) this.#probabilitiesAgain(model);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.#selectionChanged(textEditor);
      }),
    ];
    webview.options = pageOptions(services.extensionUri);
    webview.html = pageHtml(webview, services.extensionUri, 'table');
  }

  /** URI of the text whose table is shown. */
  get uri(): vscode.Uri | undefined {
    return this.#uri;
  }

  /** Whether it is the tab that the person works in. */
  get isActive(): boolean {
    return this.#panel.active;
  }

  /** Index of the sentence that is shown. */
  get sentence(): number {
    return this.#sentence;
  }

  /** Shows a text's table. A place that is not there yet is gone to when it comes. */
  show(uri: vscode.Uri, place: Place = {}): void {
    if (uri.toString() !== this.#uri?.toString()) {
      this.#uri = uri;
      this.#sentence = 0;
      this.#lastSentence = this.#lastWords = '';
      this.#sendDocument();
    }
    const { cell, index } = this.#find(place);
    this.#awaited = index === undefined ? place.offset : undefined;
    if (index !== undefined) this.#showSentence(index, cell);
  }

  dispose(): void {
    clearTimeout(this.#listTimer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#setFocus(false);
    if (this.#uri !== undefined) this.#services.decorations.light(this.#uri.toString(), []);
  }

  /** Why there is nothing to show. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Says why there is nothing to show. */
  fail(message: string): void {
    this.#failure = message;
    this.#sendDocument();
  }

  #setFocus(inTable: boolean): void {
    if (inTable === this.#hasFocus) return;
    this.#hasFocus = inTable;
    // Keys for the table's undo hold only while the focus is inside it, which the editor itself cannot tell.
    void vscode.commands.executeCommand('setContext', 'spangrid.tableFocus', inTable);
  }

  #find({ sentence, offset, mention }: Place): { readonly index?: number; readonly cell?: readonly [number, number] } {
    const document = this.#annotated?.document;
    if (document === undefined) return {};
    if (mention !== undefined) {
      const found = document.mentions.get(mention);
      const index = found && sentenceOf(document, found);
      const spans = index === undefined ? undefined : document.sentences[index];
      if (index === undefined || found === undefined || spans === undefined) return {};
      const range = tokensOf(found, spans);
      return typeof range === 'string' ? { index } : { index, cell: [range.startToken, range.startToken] };
    }
    const index = sentence ?? (offset === undefined ? this.#sentence : indexAt(document.sentences, offset));
    return index === undefined || document.sentences[index] === undefined ? {} : { index };
  }

  async #receive(message: unknown): Promise<void> {
    const parsed: FromTable = parseFromTable(message);
    switch (parsed.kind) {
      case 'ready':
        this.#isReady = true;
        this.#sent = undefined;
        this.#lastSentence = this.#lastWords = '';
        this.#sendStatus();
        this.#sendDocument();
        this.#showSentence(this.#sentence, this.#cell);
        this.#cell = undefined;
        return;
      case 'openDocument':
        if (this.#uri === undefined) await this.#open(vscode.Uri.parse(parsed.uri, true), parsed.sentence);
        else this.#showSentence(parsed.sentence);
        return;
      case 'showSentence':
        this.#showSentence(parsed.sentence);
        return;
      case 'focusCell':
        this.#focus = parsed;
        this.#light(parsed.sentence, [parsed.row, parsed.column]);
        await this.#sendLabels(parsed.sentence, parsed.cell);
        return;
      case 'focus':
        this.#setFocus(parsed.inTable);
        return;
      case 'revealInText':
        await this.#reveal(parsed.sentence, parsed.startToken, parsed.endToken);
        return;
      case 'change':
        this.#change(parsed.sentence, parsed.changes);
        return;
      case 'command':
        await this.#runCommand(parsed.command);
        return;
      case 'prepare':
        if (this.#uri !== undefined) await this.#services.corrections.prepare(await openDocument(this.#uri));
        return;
    }
  }

  /** Makes what the page asks for one edit. The page gets what came of it first, then the answer. */
  #change(sentence: number, changes: readonly TableChange[]): void {
    const [uri, annotated] = [this.#uri, this.#annotated];
    let error: unknown;
    try {
      if (uri === undefined || annotated === undefined)
        throw new SpangridError('annotation.conflict', 'This text has no annotations any more. Open it again.');
      if (uri.scheme === 'git')
        throw new SpangridError('usage', 'This is a version from source control, which cannot be changed. Open the file itself.');
      // The list is not held back, as it is in a long extraction: the page looks for the next open sentence in it.
      this.#nextList = 0;
      this.#services.corrections.apply(
        uri,
        changes.map((change) => correctionOf(annotated.document, sentence, change)),
      );
    } catch (thrown) {
      error = thrown;
    }
    this.#post({ kind: 'changed', ...(error === undefined ? {} : { error: messageOf(error) }) });
    // The page shows what a person can act on; a defect is reported besides.
    if (error !== undefined && !(error instanceof SpangridError)) throw error as Error;
  }

  async #runCommand(command: Extract<FromTable, { kind: 'command' }>['command']): Promise<void> {
    const commands = { extractFile: 'extractFile', export: 'exportConll04', undo: 'undo', redo: 'redo' };
    await vscode.commands.executeCommand(`spangrid.${commands[command]}`);
  }

  /** Opens the text that the page showed before the window was reloaded. */
  async #open(uri: vscode.Uri, sentence: number): Promise<void> {
    const document = await openDocument(uri);
    await this.#services.annotations.restore(document);
    this.show(uri, { sentence });
  }

  /** The editor lets a text go that no tab shows; as long as its table is shown, it stays. */
  async #openAgain(): Promise<void> {
    const uri = this.#uri;
    if (uri === undefined || uri.scheme === 'untitled') {
      this.#sendEmpty('The text was closed.');
      return;
    }
    try {
      await (this.#reopen?.() ?? this.#open(uri, this.#sentence));
    } catch {
      this.#sendEmpty(`${nameOf(uri)} is no longer there.`);
    }
  }

  #documentChanged(): void {
    const document = this.#annotated?.document;
    if (document === undefined) return;
    if (this.#awaited !== undefined) {
      const index = indexAt(document.sentences, this.#awaited);
      if (index !== undefined) {
        this.#awaited = undefined;
        this.#sendDocument();
        this.#showSentence(index);
        return;
      }
    }
    // What the person looks at first; the page must know of a document before it can show a sentence of it.
    const known = this.#sent !== undefined && this.#sent.sentences.length === document.sentences.length;
    if (known) this.#showSentence(Math.min(this.#sentence, document.sentences.length - 1));
    const pause = this.#nextList - performance.now();
    if (pause <= 0) {
      this.#sendDocument();
    } else {
      this.#listTimer ??= setTimeout(() => {
        this.#sendDocument();
      }, pause);
    }
    if (!known) this.#showSentence(Math.min(this.#sentence, document.sentences.length - 1));
  }

  get #annotated(): ReturnType<Services['store']['get']> {
    return this.#uri === undefined ? undefined : this.#services.store.get(this.#uri.toString());
  }

  get #document(): vscode.TextDocument | undefined {
    return openedDocument(this.#uri?.toString());
  }

  #sendDocument(): void {
    clearTimeout(this.#listTimer);
    this.#listTimer = undefined;
    const started = performance.now();
    const uri = this.#uri;
    const [annotated, document] = [this.#annotated, this.#document];
    if (uri === undefined) {
      this.#sendEmpty(this.#failure ?? 'Open a text, select some of it, and run "Spangrid: Extract from Selection".');
      return;
    }
    const sentences =
      annotated === undefined || document === undefined ? [] : summariesOf(annotated.document, this.#services.texts.of(document));
    // A page without sentences has forgotten the last one.
    if (sentences.length === 0) this.#lastSentence = this.#lastWords = '';
    this.#sendList({ uri: uri.toString(), schema: annotated?.schema ?? NO_TYPES, sentences }, nameOf(uri));
    const ended = performance.now();
    this.#nextList = ended + Math.max(LIST_EVERY_MS, LIST_FACTOR * (ended - started));
  }

  /** Says why there is nothing to show; the page then forgets what it had. */
  #sendEmpty(message: string): void {
    this.#sent = undefined;
    this.#lastSentence = this.#lastWords = '';
    this.#post({ kind: 'empty', message });
  }

  /** Sends what the page does not have yet: of a list of a hundred thousand sentences only those that changed. */
  #sendList(document: SentDocument, name: string): void {
    const before = this.#sent;
    if (!this.#isReady) return;
    this.#sent = document;
    const isOther = before?.uri !== document.uri || before.schema !== document.schema;
    if (isOther || before.sentences.length === 0 || document.sentences.length === 0) {
      this.#post({ kind: 'document', name, ...document });
      return;
    }
    const change = listChange(before.sentences, document.sentences);
    if (change !== undefined) this.#post({ kind: 'sentences', change });
  }

  #showSentence(index: number, cell?: readonly [number, number]): void {
    const [annotated, document] = [this.#annotated, this.#document];
    if (annotated === undefined || document === undefined || !this.#isReady) {
      if (cell !== undefined || index !== this.#sentence) this.#cell = cell;
      this.#sentence = Math.max(0, index);
      return;
    }
    const view = sentenceViewOf(annotated.document, this.#services.texts.of(document), index);
    if (view === undefined) return;
    this.#sentence = index;
    const content = JSON.stringify(view);
    if (content === this.#lastSentence && cell === undefined) return;
    this.#lastSentence = content;
    this.#post({ kind: 'sentence', sentence: view, ...(cell === undefined ? {} : { cell }) });
    // An edit of annotations changes no words, and so neither what the model thinks of them nor which are selected.
    const words = JSON.stringify([this.#uri?.toString(), index, view.tokens]);
    if (words === this.#lastWords && cell === undefined) return;
    this.#lastWords = words;
    void this.#sendHeat(view);
    const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
    if (editor !== undefined) this.#sendHighlight(editor);
  }

  /** A table that was shown before a model was loaded has had no heat and no labels. */
  #probabilitiesAgain(model: string | undefined): void {
    this.#model = model;
    const [annotated, document] = [this.#annotated, this.#document];
    if (model === undefined || annotated === undefined || document === undefined) return;
    const view = sentenceViewOf(annotated.document, this.#services.texts.of(document), this.#sentence);
    if (view === undefined) return;
    void this.#sendHeat(view);
    if (this.#focus !== undefined) void this.#sendLabels(this.#focus.sentence, this.#focus.cell);
  }

  async #sendHeat(view: SentenceView): Promise<void> {
    const uri = this.#uri;
    if (uri === undefined) return;
    const table = await this.#services.models.tableOf(
      uri,
      view.tokens.map(({ text }) => text),
    );
    if (table === undefined || uri !== this.#uri || view.index !== this.#sentence) return;
    this.#post({ kind: 'heat', heat: heatOf(view.index, table) });
  }

  async #sendLabels(sentence: number, cell: readonly [number, number]): Promise<void> {
    const [annotated, document, uri] = [this.#annotated, this.#document, this.#uri];
    const spans = annotated?.document.sentences[sentence];
    if (spans === undefined || document === undefined || uri === undefined) return;
    const text = this.#services.texts.of(document);
    const tokens = spans.tokens.map(({ startChar, endChar }) => text.slice(startChar, endChar));
    const table = await this.#services.models.tableOf(uri, tokens);
    if (table === undefined || uri !== this.#uri || sentence !== this.#sentence) return;
    this.#post({ kind: 'labels', sentence, cell, labels: likeliestLabels(table, cell) });
  }

  get #status(): Omit<Extract<ToTable, { kind: 'status' }>, 'kind'> {
    const { model, device, isBusy } = this.#services.models.status;
    return { busy: isBusy, ...(model === undefined ? {} : { model }), ...(device === undefined ? {} : { device }) };
  }

  #sendStatus(): void {
    this.#post({ kind: 'status', ...this.#status });
  }

  /** The words of a cell's row and column, in the text. */
  #light(sentence: number, ranges: readonly (readonly [number, number])[]): void {
    // On the diagonal, row and column are the same words.
    const distinct = ranges.filter(
      ([start, end], index) => !ranges.slice(0, index).some((other) => other[0] === start && other[1] === end),
    );
    const spans = distinct.flatMap(([start, end]) => this.#spanOf(sentence, start, end) ?? []);
    if (this.#uri !== undefined && sentence === this.#sentence) this.#services.decorations.light(this.#uri.toString(), spans);
  }

  #spanOf(sentence: number, startToken: number, endToken: number): Span | undefined {
    return spanOfTokens(this.#annotated?.document.sentences[sentence], startToken, endToken);
  }

  async #reveal(sentence: number, startToken: number, endToken: number): Promise<void> {
    const span = this.#spanOf(sentence, startToken, endToken);
    const document = this.#document;
    if (span !== undefined && document !== undefined) await revealSpan(document, span, true);
  }

  /** The cursor in the text decides which sentence is shown, and which of its words are lit up. */
  #selectionChanged(editor: vscode.TextEditor): void {
    const document = this.#annotated?.document;
    if (document === undefined || editor.document.uri.toString() !== this.#uri?.toString()) return;
    const index = indexAt(document.sentences, spanOf(editor.document, editor.selection).startChar);
    if (index !== undefined && index !== this.#sentence) this.#showSentence(index);
    this.#sendHighlight(editor);
  }

  #sendHighlight(editor: vscode.TextEditor): void {
    const sentence = this.#annotated?.document.sentences[this.#sentence];
    if (sentence === undefined) return;
    const { startChar, endChar } = spanOf(editor.document, editor.selection);
    // A cursor lights up the word that it stands in or behind.
    const span = startChar === endChar ? { startChar: startChar - 1, endChar: endChar + 1 } : { startChar, endChar };
    // A selection of the whole sentence says nothing about its words.
    const isAll = startChar <= sentence.startChar && endChar >= sentence.endChar;
    this.#post({ kind: 'highlight', ...(isAll ? { startToken: 0, endToken: 0 } : tokensTouching(sentence, span)) });
  }

  #post(message: ToTable): void {
    if (this.#isReady) void this.#panel.webview.postMessage(message);
  }
}
