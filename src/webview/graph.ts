import type { EntityEdge, EntityGraph } from '../annotation/entityGraph';
import { counted } from '../annotation/names';
import type { Schema } from '../annotation/schema';
import type { FromGraph, ToGraph } from '../protocol/graph';
import { button, element, style } from './dom';
import { connectTo } from './editor';
import { drawGraph, type GraphPlan, planOf, typeLine } from './graphPicture';
import { onThemeChange, Palette, PAPER } from './palette';
import './graph.css';

/*
 * The picture of how entities are related. Beside it the same as two lists, so that all of it can be reached with the keyboard and heard;
 * a click on either shows the words in the text, another one the next place.
 */

const ZOOM_STEP = 1.25;
const PICTURE_WIDTH = 1000;

class GraphPage {
  readonly #post: (message: FromGraph) => void = connectTo((message) => {
    this.#receive(message as ToGraph);
  });
  readonly #app = document.getElementById('app') ?? document.body;
  readonly #board = element('div', { class: 'board', tabindex: 0, role: 'region', 'aria-label': 'Picture' });
  readonly #status = element('p', { class: 'status-message', role: 'status' });
  /** How often an entry was gone to: its mentions are shown one after the other. */
  readonly #visits = new Map<string, number>();
  #shown: (Extract<ToGraph, { kind: 'graph' }> & { readonly plan: GraphPlan }) | undefined;
  #zoom = 1;

  start(): void {
    onThemeChange(() => {
      this.#draw();
    });
    this.#board.addEventListener('click', ({ target }) => {
      const group = target instanceof Element ? target.closest('[data-node], [data-edge]') : null;
      const [node, edge] = [group?.getAttribute('data-node'), group?.getAttribute('data-edge')];
      if (node !== null && node !== undefined) this.#goTo('node', Number(node));
      else if (edge !== null && edge !== undefined) this.#goTo('edge', Number(edge));
    });
    this.#post({ kind: 'ready' });
  }

  #receive(message: ToGraph): void {
    if (message.kind === 'empty') {
      this.#shown = undefined;
      this.#app.replaceChildren(
        element('main', { class: 'empty' }, element('h1', {}, 'Relation graph'), element('p', {}, message.message)),
      );
      return;
    }
    const isOther = message.name !== this.#shown?.name;
    this.#shown = { ...message, plan: planOf(message.graph, PICTURE_WIDTH) };
    this.#build();
    this.#draw();
    if (isOther) this.#fit(1);
  }

  #build(): void {
    if (this.#shown === undefined) return;
    const { name, graph, schema } = this.#shown;
    const tool = (label: string, pressed: () => void): HTMLElement => button({ class: 'text-button' }, pressed, label);
    const zoom = (factor: number): void => {
      this.#zoom = Math.min(4, Math.max(0.2, this.#zoom * factor));
      this.#size();
    };
    const tools = element(
      'div',
      { class: 'toolbar-group toolbar-end' },
      tool('Zoom Out', () => {
        zoom(1 / ZOOM_STEP);
      }),
      tool('Zoom In', () => {
        zoom(ZOOM_STEP);
      }),
      tool('Fit', () => {
        this.#fit(2);
      }),
      tool('Save as SVG', () => {
        this.#save();
      }),
    );
    const kept = document.activeElement?.getAttribute('data-entry');
    this.#app.replaceChildren(
      element(
        'header',
        { class: 'toolbar' },
        element('h1', {}, 'Relation graph'),
        element('span', { class: 'document-name' }, name),
        tools,
      ),
      element('div', { class: 'work' }, element('main', { class: 'graph-main' }, this.#board), this.#lists(graph, schema)),
      element('footer', { class: 'status' }, this.#status),
    );
    if (kept !== null && kept !== undefined) this.#app.querySelector<HTMLElement>(`[data-entry="${CSS.escape(kept)}"]`)?.focus();
    const more = graph.omitted === 0 ? '' : ` ${graph.omitted} more have fewer relations and are left out: select part of the text.`;
    this.#status.textContent = `${counted(graph.nodes.length, 'entity', 'entities')}, ${counted(graph.edges.length, 'kind of relation', 'kinds of relations')}.${more}`;
  }

  #lists({ nodes, edges }: EntityGraph, schema: Schema): HTMLElement {
    const palette = new Palette(schema);
    const entry = (kind: 'node' | 'edge', index: number, label: string, colour: string): HTMLElement => {
      const goTo = (): void => {
        this.#goTo(kind, index);
      };
      const mark = (): void => {
        this.#mark(kind, index);
      };
      const made = button({ class: 'entry', 'data-entry': `${kind} ${index}` }, goTo, label);
      style(made, { '--line': colour });
      made.addEventListener('focus', mark);
      made.addEventListener('mouseenter', mark);
      return element('li', {}, made);
    };
    const list = (title: string, entries: readonly HTMLElement[]): readonly HTMLElement[] => [
      element('h2', {}, title),
      element('ul', { 'aria-label': title }, ...entries),
    ];
    return element(
      'nav',
      { class: 'graph-lists', 'aria-label': 'Entities and relations' },
      ...list(
        'Entities',
        nodes.map(({ words, type, mentions }, index) =>
          entry('node', index, `${words}: ${typeLine(type, mentions.length)}`, palette.paint('mention', type, 0.2).line),
        ),
      ),
      ...list(
        'Relations',
        edges.map((edge, index) => entry('edge', index, this.#words(edge), palette.paint('relation', edge.type, 0.2).line)),
      ),
    );
  }

  #words({ type, head, tail, symmetric, relations }: EntityEdge): string {
    const nodes = this.#shown?.graph.nodes ?? [];
    const arrow = symmetric ? '↔' : '→';
    return `${nodes[head]?.words ?? ''} ${arrow} ${nodes[tail]?.words ?? ''}: ${typeLine(type, relations.length)}`;
  }

  #draw(): void {
    if (this.#shown === undefined) return;
    const { graph, plan, schema, name } = this.#shown;
    this.#board.replaceChildren(drawGraph(graph, plan, new Palette(schema), labelOf(name, graph)));
    this.#size();
  }

  #size(): void {
    const picture = this.#board.querySelector('svg');
    const layout = this.#shown?.plan.layout;
    if (picture === null || layout === undefined) return;
    picture.setAttribute('width', String(layout.width * this.#zoom));
    picture.setAttribute('height', String(layout.height * this.#zoom));
  }

  /** As large as all of it can be seen, up to a zoom. */
  #fit(most: number): void {
    const layout = this.#shown?.plan.layout;
    if (layout === undefined) return;
    this.#zoom = Math.min(this.#board.clientWidth / layout.width, this.#board.clientHeight / layout.height, most);
    this.#size();
  }

  #goTo(kind: 'node' | 'edge', index: number): void {
    const graph = this.#shown?.graph;
    const ids = kind === 'node' ? graph?.nodes[index]?.mentions : graph?.edges[index]?.relations;
    if (ids === undefined || ids.length === 0) return;
    const key = ids.join(' ');
    const visit = this.#visits.get(key) ?? 0;
    this.#visits.set(key, visit + 1);
    this.#mark(kind, index);
    const id = ids[visit % ids.length];
    if (id !== undefined) this.#post({ kind: 'reveal', id });
    if (ids.length > 1) this.#status.textContent = `Place ${(visit % ids.length) + 1} of ${ids.length}.`;
  }

  /** Makes a node or an edge stand out, with what it is joined to. */
  #mark(kind: 'node' | 'edge', index: number): void {
    for (const marked of this.#board.querySelectorAll('.marked')) marked.classList.remove('marked');
    const edges = this.#shown?.graph.edges ?? [];
    const edge = kind === 'edge' ? edges[index] : undefined;
    const groups =
      edge === undefined
        ? [`[data-${kind}="${index}"]`]
        : [`[data-edge="${index}"]`, ...[edge.head, edge.tail].map((node) => `[data-node="${node}"]`)];
    for (const group of this.#board.querySelectorAll(groups.join())) group.classList.add('marked');
    this.#board.querySelector(`[data-${kind}="${index}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** On paper: the same picture whatever the theme. */
  #save(): void {
    if (this.#shown === undefined) return;
    const { graph, plan, schema, name } = this.#shown;
    const picture = drawGraph(graph, plan, new Palette(schema, PAPER), labelOf(name, graph));
    this.#post({ kind: 'save', svg: `${new XMLSerializer().serializeToString(picture)}\n` });
  }
}

function labelOf(name: string, { nodes, edges }: EntityGraph): string {
  return `${name}: ${counted(nodes.length, 'entity', 'entities')}, ${counted(edges.length, 'relation')}`;
}

new GraphPage().start();
