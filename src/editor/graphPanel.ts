import * as vscode from 'vscode';
import { entityGraph } from '../annotation/entityGraph';
import { parseFromGraph } from '../protocol/fromGraph';
import type { ToGraph } from '../protocol/graph';
import type { Span } from '../text/span';
import { nameOf } from './annotations';
import { openDocument } from './offsets';
import { openPage } from './pages';
import { revealItem } from './reveal';
import { saveAs } from './saveAs';
import type { Services } from './services';

/** After a change, the picture is made anew so often at most: making it takes a moment. */
const REFRESH_MS = 300;

/** What the graph is of: a text's annotations, or those in a stretch of it. */
interface Subject {
  readonly uri: vscode.Uri;
  readonly within: Span | undefined;
}

/** The picture of the entities of a text and their relations; it follows the annotations. */
export class GraphPanel implements vscode.Disposable {
  readonly #services: Services;
  readonly #leave: () => void;
  #panel: vscode.WebviewPanel | undefined;
  #subject: Subject | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sent: ToGraph | undefined;

  constructor(services: Services) {
    this.#services = services;
    this.#leave = services.store.onDidChange((uri, _, shift) => {
      const subject = this.#subject;
      if (subject?.uri.toString() !== uri) return;
      if (shift !== undefined && subject.within !== undefined)
        this.#subject = { ...subject, within: shift.moved({ ...subject.within, tokens: [] }) };
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#send();
      }, REFRESH_MS);
    });
  }

  /** What the page was told last: what a test can see of it. */
  get sent(): ToGraph | undefined {
    return this.#sent;
  }

  /** Shows the graph of a text's annotations, or of those within a stretch of it. */
  async show(uri: vscode.Uri, within?: Span): Promise<void> {
    await this.#services.annotations.restore(await openDocument(uri));
    this.#subject = { uri, within };
    if (this.#panel === undefined) {
      this.#panel = openPage(this.#services, {
        page: 'graph',
        title: 'Graph',
        column: { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        receive: (message) => this.receive(message),
        onClosed: () => {
          this.#panel = undefined;
          this.#subject = undefined;
        },
      });
    } else {
      this.#panel.reveal(undefined, true);
    }
    this.#panel.title = `Graph: ${nameOf(uri)}`;
    this.#send();
  }

  /**
   * What the page asks for; the tests in the extension host ask the same.
   * @param target where the picture is saved; it is asked for when absent
   */
  async receive(message: unknown, target?: vscode.Uri): Promise<void> {
    const parsed = parseFromGraph(message);
    const subject = this.#subject;
    if (subject === undefined) return;
    switch (parsed.kind) {
      case 'ready':
        this.#send();
        return;
      case 'reveal': {
        const document = this.#services.store.get(subject.uri.toString())?.document;
        const item = document?.mentions.get(parsed.id) ?? document?.relations.get(parsed.id);
        if (item !== undefined) await revealItem(this.#services, subject.uri, item, false);
        return;
      }
      case 'save': {
        const { uri } = subject;
        const beside = uri.scheme === 'file' ? { defaultUri: vscode.Uri.file(`${uri.fsPath}.svg`) } : {};
        await saveAs(parsed.svg, { title: 'Save the Graph as SVG', filters: { SVG: ['svg'] }, ...beside }, target);
      }
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#leave();
    this.#panel?.dispose();
  }

  #send(): void {
    const subject = this.#subject;
    const annotated = subject && this.#services.store.get(subject.uri.toString());
    if (subject === undefined) return;
    const graph = annotated && entityGraph(annotated.document, annotated.schema, subject.within);
    const name = `${nameOf(subject.uri)}${subject.within === undefined ? '' : ', selection'}`;
    this.#sent =
      annotated === undefined || graph === undefined || graph.nodes.length === 0
        ? { kind: 'empty', message: `There are no entities in ${name} yet. Extract from the text, or annotate it.` }
        : { kind: 'graph', name, graph, schema: annotated.schema };
    void this.#panel?.webview.postMessage(this.#sent);
  }
}
