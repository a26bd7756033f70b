import * as vscode from 'vscode';
import { type Correction, correctionEdit } from '../annotation/corrections';
import type { AnnotationDocument } from '../annotation/document';
import { apply, type Edit, isEmpty } from '../annotation/edits';
import { touching } from '../annotation/search';
import { SpangridError } from '../errors';
import type { SentenceSpans } from '../text/span';
import type { Annotations } from './annotations';
import type { ModelService } from './modelService';
import { allSentences, requireText } from './scopes';
import { settingsFor } from './settings';
import type { Store } from './store';
import { subjectOf } from './subject';
import type { Texts } from './texts';

/** The one way from what a person asks for, wherever that is, to an edit in the store. */
export class Corrections {
  readonly #store: Store;
  readonly #texts: Texts;
  readonly #annotations: Annotations;
  readonly #models: ModelService;

  constructor(store: Store, texts: Texts, annotations: Annotations, models: ModelService) {
    this.#store = store;
    this.#texts = texts;
    this.#annotations = annotations;
    this.#models = models;
  }

  /**
   * Makes a text ready to be annotated by hand: its annotations are read, and where it has no sentences yet, it gets them.
   * Errors: workspace.untrusted, text.binary, engine.*.
   */
  async prepare(document: vscode.TextDocument): Promise<void> {
    requireTrust();
    await this.#annotations.begin(document);
    const uri = document.uri.toString();
    const text = this.#texts.of(document);
    requireText(text);
    const tokenizer = this.#store.get(uri)?.tokenizer ?? 'words';
    const segmented = await allSentences(this.#models, text, tokenizer, new AbortController().signal);
    const annotated = this.#store.get(uri);
    if (annotated === undefined || this.#texts.of(document) !== text) return;
    const edits = missingSentences(annotated.document.sentences, segmented);
    // Before anything was annotated there is nothing to undo, and so not the sentences either.
    if (isPristine(annotated.document) && this.#store.undoLabel(uri) === undefined && this.#store.redoLabel(uri) === undefined)
      this.#store.open(uri, edits.reduce(apply, annotated.document), annotated.schema, annotated.tokenizer);
    else if (edits.length > 0) this.#store.apply(uri, { kind: 'group', label: 'find the sentences', edits }, undefined, 'machine');
  }

  /**
   * Applies corrections as one step to undo. Says whether anything changed.
   * Errors: workspace.untrusted, annotation.conflict, usage; the annotations are then as they were.
   */
  apply(uri: vscode.Uri, corrections: readonly Correction[]): boolean {
    requireTrust();
    const { document, schema, text } = subjectOf({ store: this.#store, texts: this.#texts }, uri.toString());
    const { annotator } = settingsFor(uri);
    const edit = correctionEdit(document, corrections, { text, schema, by: annotator === '' ? undefined : annotator });
    if (isEmpty(edit)) return false;
    this.#store.apply(uri.toString(), edit);
    return true;
  }
}

/** Errors: workspace.untrusted. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new SpangridError(
    'workspace.untrusted',
    'This workspace is not trusted, so Spangrid only shows annotations here. Trust the workspace to extract or write.',
  );
}

function isPristine({ sentences, mentions, relations }: AnnotationDocument): boolean {
  return sentences.length + mentions.size + relations.size === 0;
}

/** One edit for each run of sentences that lie where the document has none. */
function missingSentences(standing: readonly SentenceSpans[], segmented: readonly SentenceSpans[]): readonly Edit[] {
  const runs = new Map<number, SentenceSpans[]>();
  for (const sentence of segmented) {
    const [first, end] = touching(standing, sentence);
    if (first < end) continue;
    const run = runs.get(first) ?? [];
    run.push(sentence);
    runs.set(first, run);
  }
  return [...runs.values()].map((run) => ({
    kind: 'sentences',
    previous: [],
    next: run.map(({ startChar, endChar, tokens }) => ({ startChar, endChar, state: 'new', tokens })),
  }));
}
