import * as vscode from 'vscode';
import { isEmpty } from '../annotation/edits';
import { extractionEdit, sentencesToExtract } from '../annotation/extraction';
import type { Prediction } from '../annotation/prediction';
import type { Schema } from '../annotation/schema';
import type { TextShift } from '../annotation/shift';
import { SpangridError } from '../errors';
import type { SentenceSpans } from '../text/span';
import type { Annotations } from './annotations';
import { schemaFor } from './documentSchema';
import type { ModelService } from './modelService';
import { type Scope, sentencesIn } from './scopes';
import type { Store } from './store';
import type { Texts } from './texts';
import { NO_TYPES, type Types } from './types';

/** So many sentences are asked for at a time: a cancel, or a question between, waits for one such piece at most. */
const SENTENCES_A_REQUEST = 16;
/** Up to so many sentences and words, the work is over before a message about it could be read. */
const QUICK = 16;
const QUICK_WORDS = 600;
/** So many sentences are not begun without asking. */
const ASK_FROM = 1000;
/** How often the results of a long extraction are shown; a document grows slower to change as it fills, hence the factor. */
const SHOW_EVERY_MS = 150;
const SHOW_FACTOR = 10;

/** A sentence that waits for its prediction; `undefined` spans when its words were changed meanwhile. */
interface Waiting {
  spans: SentenceSpans | undefined;
}

/** From a command to suggestions in the store. */
export class ExtractionService {
  readonly #store: Store;
  readonly #texts: Texts;
  readonly #models: ModelService;
  readonly #types: Types;
  readonly #annotations: Annotations;
  readonly #running = new Set<AbortController>();

  constructor(store: Store, texts: Texts, models: ModelService, types: Types, annotations: Annotations) {
    this.#store = store;
    this.#texts = texts;
    this.#models = models;
    this.#types = types;
    this.#annotations = annotations;
  }

  /** Stops every extraction that runs. What it has found stays. */
  cancel(): void {
    for (const controller of this.#running) controller.abort();
  }

  /**
   * Extracts, and brings what is found into the store as it comes, as one step to undo.
   * @param onBegin called with the offset of the first sentence when it is known that there is something to do
   * Errors: text.empty, text.binary, setting.invalid, model.*, device.*, runtime.*, engine.*, cancelled.
   */
  async extract(document: vscode.TextDocument, scope: Scope, onBegin: (offset: number) => void): Promise<void> {
    const controller = new AbortController();
    this.#running.add(controller);
    try {
      const text = this.#texts.of(document);
      const tokenizer = await this.#types.tokenizerOf(document.uri);
      const segmented = await sentencesIn(this.#models, text, tokenizer, scope, controller.signal);
      const [first] = segmented;
      await this.#annotations.begin(document);
      const uri = document.uri.toString();
      const annotated = this.#store.get(uri);
      if (annotated === undefined || this.#texts.of(document) !== text) throw new SpangridError('cancelled', 'The text changed meanwhile.');
      const sentences = sentencesToExtract(annotated.document, segmented);
      if (sentences.length === 0) {
        throw new SpangridError('text.empty', 'Nothing to extract: these sentences are done, and nothing is suggested in them any more.');
      }
      if (!(await this.#agreed(sentences.length))) throw new SpangridError('cancelled', 'Not extracted: the person said no.');
      onBegin(first.startChar);
      await this.#withProgress(document, sentences, controller);
    } finally {
      this.#running.delete(controller);
    }
  }

  async #agreed(sentences: number): Promise<boolean> {
    if (sentences < ASK_FROM) return true;
    const minutes = this.#models.secondsFor(sentences) / 60;
    const time = minutes < 1 ? 'less than a minute' : `about ${minutes < 10 ? minutes.toFixed(1) : String(Math.round(minutes))} minutes`;
    const go = 'Extract';
    const question = `Extract from ${sentences.toLocaleString('en')} sentences? That takes ${time}; results appear as they come, and you can cancel at any time.`;
    return (await vscode.window.showWarningMessage(question, { modal: true }, go)) === go;
  }

  async #withProgress(document: vscode.TextDocument, sentences: readonly SentenceSpans[], controller: AbortController): Promise<void> {
    const words = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
    if (sentences.length <= QUICK && words <= QUICK_WORDS) {
      await this.#run(document, sentences, controller.signal, () => undefined);
      return;
    }
    const options = { location: vscode.ProgressLocation.Notification, title: 'Spangrid', cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => {
        controller.abort();
      });
      let shown = 0;
      await this.#run(document, sentences, controller.signal, (done) => {
        const message = `${done.toLocaleString('en')} of ${sentences.length.toLocaleString('en')} sentences`;
        progress.report({ increment: (100 * (done - shown)) / sentences.length, message });
        shown = done;
      });
    });
  }

  async #run(
    document: vscode.TextDocument,
    sentences: readonly SentenceSpans[],
    signal: AbortSignal,
    report: (done: number) => void,
  ): Promise<void> {
    const uri = document.uri.toString();
    const waiting: readonly Waiting[] = sentences.map((spans) => ({ spans }));
    const follow = this.#store.onDidChange((changed, _, shift) => {
      if (changed === uri && shift !== undefined) carry(waiting, shift);
    });
    const step = {};
    let found: { readonly one: Waiting; readonly prediction: Prediction }[] = [];
    let model = '';
    let types = { known: NO_TYPES, also: NO_TYPES };
    let lastShown = performance.now();
    let cost = 0;
    const show = (): void => {
      const annotated = this.#store.get(uri);
      if (annotated === undefined) throw new SpangridError('cancelled', 'The text was closed.');
      const started = performance.now();
      const sentences = found.flatMap(({ one: { spans }, prediction }) => (spans === undefined ? [] : [{ spans, prediction }]));
      const edit = extractionEdit(annotated.document, this.#texts.of(document), model, sentences);
      if (!isEmpty(edit)) this.#store.apply(uri, edit, step, 'machine');
      this.#setSchema(uri, types.known, types.also);
      found = [];
      lastShown = performance.now();
      cost = lastShown - started;
    };
    try {
      for (let next = 0; next < waiting.length; next += SENTENCES_A_REQUEST) {
        const text = this.#texts.of(document);
        const asked = waiting.slice(next, next + SENTENCES_A_REQUEST).filter(({ spans }) => spans !== undefined);
        const tokens = asked.map(({ spans }) => (spans?.tokens ?? []).map(({ startChar, endChar }) => text.slice(startChar, endChar)));
        const answer = await this.#models.extract(document.uri, tokens, waiting.length <= QUICK, signal);
        model = answer.model.name;
        types = { known: (await this.#types.ownOf(document.uri)) ?? answer.model.schema, also: answer.model.schema };
        for (const [index, prediction] of answer.predictions.entries()) {
          const one = asked[index];
          if (one !== undefined) found.push({ one, prediction });
        }
        const isLast = next + SENTENCES_A_REQUEST >= waiting.length;
        if (isLast || performance.now() - lastShown > Math.max(SHOW_EVERY_MS, SHOW_FACTOR * cost)) show();
        report(Math.min(next + SENTENCES_A_REQUEST, waiting.length));
      }
    } finally {
      if (found.length > 0 && this.#store.get(uri) !== undefined) show();
      follow();
    }
  }

  /** What the model found of types that are not among the text's own is shown, too. */
  #setSchema(uri: string, known: Schema, also: Schema): void {
    const annotated = this.#store.get(uri);
    if (annotated !== undefined) this.#store.setSchema(uri, schemaFor(annotated.document, known, also));
  }
}

/** Sentences that wait move with the text; one whose words changed is left out, since its prediction will be of the old words. */
function carry(waiting: readonly Waiting[], shift: TextShift): void {
  for (const one of waiting) {
    if (one.spans !== undefined) one.spans = shift.touches(one.spans) ? undefined : shift.moved(one.spans);
  }
}
