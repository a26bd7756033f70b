import { statisticsSummary, statisticsTables, type StatisticsTable, toCsv } from '../annotation/statisticsTables';
import { BAR_STYLE } from '../plot/bars';
import { type Drawing, svgFile } from '../plot/picture';
import { tablePlot } from '../plot/tablePlot';
import type { FromStatistics, StatisticsScope, ToStatistics } from '../protocol/statistics';
import { button, element, svg } from './dom';
import { connectTo } from './editor';
import './statistics.css';

/* What is annotated in a text or folder, in numbers: tables, each with its plot. A type or text shows its items in the tree of annotations. */

type Shown = Extract<ToStatistics, { kind: 'statistics' }>;

const SCOPES: Readonly<Record<StatisticsScope, string>> = { text: 'This text', folder: 'Folder' };

class StatisticsPage {
  readonly #post: (message: FromStatistics) => void = connectTo((message) => {
    this.#receive(message as ToStatistics);
  });
  readonly #app = document.getElementById('app') ?? document.body;
  readonly #main = element('main', { class: 'statistics', tabindex: 0, 'aria-label': 'Tables' });
  readonly #status = element('p', { class: 'status-message', role: 'status' });

  start(): void {
    this.#post({ kind: 'ready' });
  }

  #receive(message: ToStatistics): void {
    if (message.kind === 'stale') {
      this.#status.textContent = 'Annotations have changed since. Count again to see how.';
      return;
    }
    const tables = statisticsTables(message.report, message.history);
    const kept = document.activeElement?.getAttribute('data-control');
    this.#app.replaceChildren(this.#toolbar(message), this.#main, element('footer', { class: 'status' }, this.#status));
    this.#main.replaceChildren(...tables.map((table) => this.#section(table)));
    if (kept !== null && kept !== undefined) this.#app.querySelector<HTMLElement>(`[data-control="${CSS.escape(kept)}"]`)?.focus();
    const unread = message.unread.length === 0 ? '' : ` Not read: ${message.unread.join('; ')}`;
    this.#status.textContent = `${statisticsSummary(message.report)}.${unread}`;
  }

  #toolbar({ name, scope, scopes, report, history }: Shown): HTMLElement {
    const tool = (label: string, pressed: () => void): HTMLElement =>
      button({ class: 'text-button', 'data-control': label }, pressed, label);
    const choices = scopes.map((one) => {
      const input = element('input', { type: 'radio', name: 'scope', class: 'unseen', 'data-control': one });
      input.checked = one === scope;
      input.addEventListener('change', () => {
        this.#post({ kind: 'count', scope: one });
      });
      return element('label', {}, input, element('span', {}, SCOPES[one]));
    });
    const choice = element('fieldset', { class: 'modes' }, element('legend', { class: 'unseen' }, 'What is counted'), ...choices);
    return element(
      'header',
      { class: 'toolbar' },
      element('h1', {}, 'Statistics'),
      element('span', { class: 'document-name' }, name),
      element(
        'div',
        { class: 'toolbar-group toolbar-end' },
        ...(scopes.length > 1 ? [choice] : []),
        tool('Count Again', () => {
          this.#post({ kind: 'count', scope });
        }),
        tool('Save as JSON', () => {
          const content = `${JSON.stringify({ ...report, history }, undefined, 1)}\n`;
          this.#post({ kind: 'save', name: 'statistics', as: 'json', content });
        }),
      ),
    );
  }

  #section(table: StatisticsTable): HTMLElement {
    const { name, title, rows, note } = table;
    const drawing = tablePlot(table);
    const save = (as: 'csv' | 'svg', content: () => string): HTMLElement =>
      button(
        { class: 'text-button', 'data-control': `${name} ${as}`, 'aria-label': `${title}: save as ${as.toUpperCase()}` },
        () => {
          this.#post({ kind: 'save', name, as, content: content() });
        },
        as.toUpperCase(),
      );
    const head = element(
      'div',
      { class: 'section-head' },
      element('h2', { id: `title-${name}` }, title),
      save('csv', () => toCsv(table)),
      save('svg', () => svgFile(drawing, BAR_STYLE)),
    );
    const body = rows.length === 0 ? [] : [element('div', { class: 'section-body' }, this.#table(table), picture(drawing))];
    const said = note === '' && rows.length === 0 ? 'There is nothing to count yet.' : note;
    return element(
      'section',
      { 'aria-labelledby': `title-${name}` },
      head,
      ...body,
      ...(said === '' ? [] : [element('p', { class: 'said' }, said)]),
    );
  }

  #table(table: StatisticsTable): HTMLElement {
    const { name, columns, labels, rows } = table;
    const named = NAMED_COLUMN[name];
    const cellOf = (row: StatisticsTable['rows'][number], value: string | number, column: number): HTMLElement => {
      if (column >= labels) return element('td', { class: 'number' }, value.toLocaleString('en'));
      const words = String(value);
      if (column !== named) return element(column === 0 ? 'th' : 'td', column === 0 ? { scope: 'row' } : {}, words);
      // In the table of texts, the type stands before the words.
      const [type, sought] = name === 'texts' ? [String(row[0]), words] : [words, ''];
      const shows = (): void => {
        this.#post({ kind: 'filter', type, words: sought });
      };
      const control = { class: 'entry', 'data-control': `${name} ${JSON.stringify(row.slice(0, labels))}`, title: 'Show in the tree' };
      return element('td', {}, button(control, shows, words));
    };
    return element(
      'table',
      { 'aria-labelledby': `title-${name}` },
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map((column, at) => element('th', { scope: 'col', class: at < labels ? '' : 'number' }, column))),
      ),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((value, column) => cellOf(row, value, column))))),
    );
  }
}

/** The column whose entries show items in the tree. */
const NAMED_COLUMN: Readonly<Record<string, number>> = { mentions: 0, relations: 0, texts: 1, pairs: 1 };

/** A drawing in the page, in the theme's colours. Its numbers stand in the table beside it. */
function picture({ title, width, height, body }: Drawing): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg">${body}</svg>`, 'image/svg+xml');
  return svg(
    'svg',
    { class: 'plot', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title },
    ...parsed.documentElement.childNodes,
  );
}

new StatisticsPage().start();
