import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Prediction, TablePrediction, TableProbabilities } from '../annotation/prediction';
import type { Schema } from '../annotation/schema';
import { EngineClient, type EngineOptions } from '../engine/client';
import { candidateDevices, type DeviceVerdict, fastest, probeDevices, verdictKey, withFailure } from '../engine/devices';
import type { LoadedModel, ModelSummary, RealDevice } from '../engine/messages';
import { messageOf, SpangridError } from '../errors';
import type { SentenceSpans } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import type { Configs } from './configs';
import { type ModelFolder, Models } from './models';
import { settingsFor } from './settings';
import { TableCache } from './tableCache';

/** What the status bar and the table say about the model. */
export interface ModelStatus {
  readonly model: string | undefined;
  readonly device: RealDevice | undefined;
  /** A device is being tried. */
  readonly isProbing: boolean;
  readonly isBusy: boolean;
}

/** Shorter work is not worth a sign that there is some: it would only flicker. */
const BUSY_AFTER_MS = 150;

/** How long the model must have had nothing to do before devices are tried. */
const IDLE_MS = 3000;

const VERDICTS = 'deviceVerdicts';

/** The model as the editor uses it: which one holds for a text, on which device, and its answers. */
export class ModelService implements vscode.Disposable {
  /** The models to choose from. */
  readonly installed: Models;
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #configs: Configs;
  readonly #client: EngineClient;
  readonly #tables = new TableCache();
  readonly #summaries = new Map<string, Promise<ModelSummary>>();
  readonly #changed = new vscode.EventEmitter<ModelStatus>();
  /** The device that `auto` has settled on, by model folder, and under which key its verdicts are kept. */
  readonly #settled = new Map<string, { readonly device: RealDevice; readonly key: string }>();
  readonly #closing = new AbortController();
  #probing: Promise<void> | undefined;
  #millisecondsPerSentence = 50;
  #timeLimit = 60_000;
  #busyTimer: NodeJS.Timeout | undefined;
  /** Whether the last status told said so. */
  #isBusy = false;

  /** Fires when the model, its device or whether it is busy changes. */
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, configs: Configs) {
    this.installed = new Models(context.extensionUri);
    this.#context = context;
    this.#log = log;
    this.#configs = configs;
    this.#client = this.#newClient();
    this.#client.onChange(({ pending }) => {
      clearTimeout(this.#busyTimer);
      if (pending === 0 || this.#isBusy) this.#tell();
      else this.#busyTimer = setTimeout(() => this.#tell(), BUSY_AFTER_MS);
    });
  }

  get status(): ModelStatus {
    const { loaded, pending } = this.#client.state;
    return { model: loaded?.name, device: loaded?.device, isProbing: this.#probing !== undefined, isBusy: pending > 0 };
  }

  /** The process now running. */
  get processId(): number | undefined {
    return this.#client.processId;
  }

  /** How long an extraction from so many sentences will take, in seconds, by what the last ones took. */
  secondsFor(sentences: number): number {
    return (sentences * this.#millisecondsPerSentence) / 1000;
  }

  /** The types of the model that holds for a text, without loading it. Errors: model.*, engine.*. */
  async schemaFor(scope: vscode.Uri): Promise<Schema> {
    const { path } = await this.#modelFor(scope);
    return (await this.summaryOf(path)).schema;
  }

  /** What a model folder says of itself. Errors: model.*, engine.*. */
  summaryOf(folder: string): Promise<ModelSummary> {
    const known = this.#summaries.get(folder);
    if (known !== undefined) return known;
    const asked = this.#client.inspect(folder);
    this.#summaries.set(folder, asked);
    asked.catch(() => this.#summaries.delete(folder));
    return asked;
  }

  /** Sentences and tokens of a long text, without holding up the extension host. Errors: engine.*, cancelled. */
  segment(text: string, tokenizer: Tokenizer, signal: AbortSignal): Promise<readonly SentenceSpans[]> {
    return this.#client.segment(text, tokenizer, signal);
  }

  /**
   * Mentions and relations of each sentence, given as its tokens, by the model that holds for a text. With `tables`, the sentences'
   * tables are kept for `tableOf`.
   * Errors: setting.invalid, device.*, model.*, runtime.*, engine.*, cancelled.
   */
  async extract(
    scope: vscode.Uri,
    sentences: readonly (readonly string[])[],
    tables: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly model: LoadedModel; readonly predictions: readonly (Prediction | TablePrediction)[] }> {
    const settings = settingsFor(scope);
    this.#timeLimit = settings.timeLimit;
    const { path: folder } = await this.#modelFor(scope);
    const isAuto = settings.device === 'auto';
    const device = settings.device === 'auto' ? (this.#settled.get(folder)?.device ?? 'cpu') : settings.device;
    const started = performance.now();
    const wasLoaded = this.#client.state.loaded !== undefined;
    try {
      const { model, predictions } = await this.#client.extract({ folder, device }, sentences, {
        constraints: settings.constraints,
        tables,
        signal,
      });
      if (wasLoaded) this.#learnPace((performance.now() - started) / sentences.length);
      for (const [index, prediction] of predictions.entries()) {
        if ('table' in prediction) this.#tables.set(model.identity, sentences[index] ?? [], prediction.table);
      }
      if (isAuto && !this.#settled.has(folder)) this.#settle(folder, model);
      return { model, predictions };
    } catch (error) {
      if (isAuto && device !== 'cpu' && this.#giveUp(folder, device, error)) return this.extract(scope, sentences, tables, signal);
      throw error;
    }
  }

  /** The table of a sentence: one that is kept, or asked anew from a model that is loaded; undefined where none is, or it fails. */
  async tableOf(scope: vscode.Uri, tokens: readonly string[]): Promise<TableProbabilities | undefined> {
    const { loaded } = this.#client.state;
    if (loaded === undefined) return undefined;
    const kept = this.#tables.get(loaded.identity, tokens);
    if (kept !== undefined) return kept;
    try {
      const { predictions } = await this.extract(scope, [tokens], true, this.#closing.signal);
      const [prediction] = predictions;
      return prediction !== undefined && 'table' in prediction ? prediction.table : undefined;
    } catch (error) {
      // Nobody asked for it: a command that fails for the same reason says so.
      this.#log.warn(`no probabilities for a sentence: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Stops the process and forgets what is known of models and their crashes. */
  restart(): void {
    this.#summaries.clear();
    this.#client.restart();
  }

  dispose(): void {
    this.installed.dispose();
    clearTimeout(this.#busyTimer);
    this.#closing.abort();
    this.#client.dispose();
    this.#changed.dispose();
  }

  /** The model that holds for a text: the setting's, else the project file's, else the best that is installed. */
  async #modelFor(scope: vscode.Uri): Promise<ModelFolder> {
    const { model } = settingsFor(scope);
    // As with the setting, a workspace that is not trusted does not choose what is loaded.
    const found = model === '' && vscode.workspace.isTrusted ? await this.#configs.for(scope) : undefined;
    if (found?.config.model !== undefined)
      return this.installed.named({ model: found.config.model, base: vscode.Uri.file(dirname(found.path)), source: found.path });
    const folder = vscode.workspace.getWorkspaceFolder(scope) ?? vscode.workspace.workspaceFolders?.[0];
    return this.installed.named({ model, base: folder?.uri, source: 'The setting spangrid.model' });
  }

  #tell(): void {
    const { status } = this;
    this.#isBusy = status.isBusy;
    this.#changed.fire(status);
  }

  #newClient(restarts?: EngineOptions['restarts']): EngineClient {
    return new EngineClient({
      processPath: this.#context.asAbsolutePath('dist/process.js'),
      timeLimit: () => this.#timeLimit,
      log: (line) => {
        this.#log.info(line);
      },
      ...(restarts === undefined ? {} : { restarts }),
    });
  }

  #learnPace(milliseconds: number): void {
    this.#millisecondsPerSentence = 0.7 * this.#millisecondsPerSentence + 0.3 * milliseconds;
  }

  /** `auto`, once a first answer has come from the CPU: what is remembered for this machine, or else what a probe finds. */
  #settle(folder: string, model: LoadedModel): void {
    const key = verdictKey(model.runtime, model.identity);
    const verdicts = this.#verdicts[key];
    if (verdicts !== undefined) {
      this.#use(folder, key, verdicts);
      return;
    }
    this.#settled.set(folder, { device: 'cpu', key });
    this.#probing = this.#probe(folder, key)
      .catch((error: unknown) => {
        this.#log.info(`devices were not tried: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#probing = undefined;
        if (!this.#closing.signal.aborted) this.#tell();
      });
  }

  async #probe(folder: string, key: string): Promise<void> {
    const { signal } = this.#closing;
    await this.#idle(signal);
    this.#tell();
    const verdicts = await probeDevices(
      folder,
      candidateDevices(process.platform),
      this.#client,
      () => this.#newClient({ limit: 0, withinMs: Infinity }),
      signal,
    );
    for (const { device, agrees, milliseconds, reason } of verdicts) {
      const time = milliseconds === undefined ? '' : `, ${milliseconds.toFixed(1)} ms`;
      this.#log.info(`device ${device}: ${agrees ? 'agrees with the CPU' : `no (${reason ?? 'unknown'})`}${time}`);
    }
    await this.#remember(key, verdicts);
    this.#use(folder, key, verdicts);
  }

  /** Moves to the device in the background, so that the next request does not wait for it to load. */
  #use(folder: string, key: string, verdicts: readonly DeviceVerdict[]): void {
    const device = fastest(verdicts);
    this.#settled.set(folder, { device, key });
    if (device === 'cpu') return;
    this.#client.load({ folder, device }).catch((error: unknown) => {
      this.#giveUp(folder, device, error);
    });
  }

  /** A device that fails after it was chosen is not tried again; the CPU takes over. Whether there is reason to. */
  #giveUp(folder: string, device: RealDevice, error: unknown): boolean {
    const settled = this.#settled.get(folder);
    const blames =
      error instanceof SpangridError && ['engine.crashed', 'engine.timeout', 'device.unavailable', 'runtime.failed'].includes(error.code);
    if (!blames || settled?.device !== device) return false;
    this.#log.warn(`the device ${device} failed (${messageOf(error)}); going on with the CPU`);
    this.#settled.set(folder, { ...settled, device: 'cpu' });
    void this.#remember(settled.key, withFailure(this.#verdicts[settled.key] ?? [], device, messageOf(error)));
    return true;
  }

  get #verdicts(): Readonly<Record<string, readonly DeviceVerdict[]>> {
    return this.#context.globalState.get(VERDICTS, {});
  }

  async #remember(key: string, verdicts: readonly DeviceVerdict[]): Promise<void> {
    await this.#context.globalState.update(VERDICTS, { ...this.#verdicts, [key]: verdicts });
  }

  /** Waits until the model has had nothing to do for a while. */
  #idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const restart = (): void => {
        clearTimeout(timer);
        if (this.#client.state.pending === 0) timer = setTimeout(done, IDLE_MS);
      };
      const leave = this.#client.onChange(restart);
      const done = (): void => {
        leave();
        resolve();
      };
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        leave();
        reject(new SpangridError('cancelled', 'The window was closed.'));
      });
      restart();
    });
  }
}
