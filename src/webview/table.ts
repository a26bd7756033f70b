import type { FromTable, LabelProbability, ListChange, SentenceSummary, ToTable } from '../protocol/table';
import { ArcsView } from './arcs';
import type { Action } from './actions';
import { CornerView } from './corner';
import { Corrector, type Tone } from './corrector';
import { button, element } from './dom';
import { hasDoubt, isOpen } from './doubt';
import { TableGrid, type Mode, type Selection } from './grid';
import { connect, type Host, type SavedState } from './host';
import { forgetFont } from './measure';
import { onThemeChange, Palette } from './palette';
import { pressOf, type Press } from './press';
import { SentenceBar } from './sentenceBar';
import { SentenceList } from './sentenceList';
import { crossing, firstCell, isSameCell, SentenceTable, type Cell } from './sentenceTable';
import { Toolbar } from './toolbar';
import './table.css';

type Document = Extract<ToTable, { kind: 'document' }>;
type Status = Extract<ToTable, { kind: 'status' }>;

/** Which cell gets the focus when a sentence comes that was asked for. */
type Arrival = 'first doubt' | 'last doubt' | Cell;

/** A sentence that was asked for is waited for this long, in milliseconds: then keys are about what is shown. */
const SENTENCE_WAIT_MS = 2000;

/** Keys that wait while an answer of the editor is on its way; all others go where they always go. */
const WAITING_KEYS = /^([a-z0-9[\]{}]|Arrow.*|Home|End|Page.*|Enter|Delete|Backspace|Escape)$/iu;

/** Whether the list lies over the table, as the style sheets have it; then it starts closed, and closes when a sentence is chosen. */
function isNarrow(): boolean {
  return matchMedia('(max-width: 759px)').matches;
}

/** The whole page: one document, one sentence of it at a time. */
class TablePage {
  readonly #host: Host;
  readonly #toolbar: Toolbar;
  readonly #list: SentenceList;
  readonly #arcs: ArcsView;
  readonly #grid: TableGrid;
  readonly #corner: CornerView;
  readonly #bar: SentenceBar;
  readonly #corrector: Corrector;
  readonly #note = element('p', { class: 'note', hidden: '' });
  readonly #empty = element('main', { class: 'empty', hidden: '' });
  readonly #work: HTMLElement;
  readonly #said = element('span', { class: 'status-message', role: 'status' });
  readonly #engine = element('span', { class: 'status-engine' });
  readonly #status = element('footer', { class: 'status' }, this.#said, this.#engine);
  readonly #app: HTMLElement;
  #document: Document | undefined;
  #palette: Palette | undefined;
  #table: SentenceTable | undefined;
  #labels: { readonly cell: Cell; readonly labels: readonly LabelProbability[] } | undefined;
  /** The sentence that was asked for and has not come yet. */
  #asked: number | undefined;
  #askedTimer: ReturnType<typeof setTimeout> | undefined;
  /** Keys that were pressed while an answer of the editor was on its way. */
  readonly #waiting: Press[] = [];
  /** Whether the editor has just said which cell to look at: then what is selected in the text doesn't move the table away from it. */
  #placed = false;
  #arrival: { readonly sentence: number; readonly at: Arrival } | undefined;
  /** The types that the corner's size was measured with. */
  #measured: Document['schema'] | undefined;
  /** Whether the window has the focus, and nothing in it yet. It may have had it before this script ran. */
  #wantsFocus = document.hasFocus();
  #mode: Mode = 'both';
  #listOpen: boolean;
  #lastFocus = '';
  /** What the editor keeps for a reload of the window, as text. */
  #saved = '';

  constructor(app: HTMLElement, host: Host) {
    this.#app = app;
    this.#host = host;
    const saved = host.restore();
    this.#listOpen = saved?.list ?? !isNarrow();
    this.#toolbar = new Toolbar({
      step: (by) => {
        this.#goTo((this.#asked ?? this.#sentence) + by);
      },
      toggleList: () => {
        this.#setList(!this.#listOpen);
      },
      mode: (mode) => {
        this.#setMode(mode);
      },
      command: (command) => {
        host.post({ kind: 'command', command });
      },
    });
    this.#list = new SentenceList({
      picked: (sentence) => {
        this.#goTo(sentence);
      },
      left: () => {
        if (isNarrow()) this.#setList(false);
        this.#grid.focus();
      },
    });
    this.#arcs = new ArcsView({
      picked: (cell) => {
        this.#grid.moveTo(cell);
        this.#grid.focus();
      },
      opened: () => {
        this.#corrector.openPicker();
      },
      dragged: (from, to, isDone) => {
        this.#dragged(from, to, isDone);
      },
    });
    this.#grid = new TableGrid({
      moved: (selection) => {
        this.#moved(selection);
      },
      opened: () => {
        this.#corrector.openPicker();
      },
      draggedWords: () => {
        this.#corrector.openPicker();
      },
      draggedPair: (from, to) => {
        this.#corrector.relate(from, to);
      },
      focused: (inTable) => {
        host.post({ kind: 'focus', inTable });
        this.#lastFocus = '';
        if (inTable) this.#postFocus();
      },
      laidOut: () => {
        const { form, top } = this.#grid.corner;
        this.#corner.place(form, top);
      },
    });
    const act = (action: Action): void => {
      this.#grid.focus();
      this.#corrector.act(action);
    };
    this.#corner = new CornerView({
      act,
      type: (name) => {
        this.#grid.focus();
        this.#corrector.setType(name);
      },
    });
    this.#bar = new SentenceBar(act);
    this.#corrector = new Corrector(this.#grid, app, {
      change: (changes) => {
        host.post({ kind: 'change', sentence: this.#sentence, changes });
      },
      say: (message, tone) => {
        this.#say(message, tone);
      },
      relating: (mention) => {
        this.#arcs.mark(mention);
        this.#inspect();
      },
      goToDoubt: (step) => {
        this.#goToDoubt(step);
      },
      goToOpen: () => {
        this.#goToOpen();
      },
      reveal: () => {
        const selection = this.#grid.selection;
        if (!selection) return;
        const { rows, columns } = selection;
        host.post({ kind: 'revealInText', sentence: this.#sentence, startToken: rows[0], endToken: columns[1] });
      },
    });
    this.#grid.element.append(this.#corner.element);
    const main = element('main', { class: 'main' }, this.#bar.element, this.#note, this.#arcs.element, this.#grid.element);
    this.#work = element('div', { class: 'work', hidden: '' }, this.#list.element, main);
    app.append(this.#toolbar.element, this.#work, this.#empty, this.#status);
    this.#setMode(saved?.mode ?? 'both');
    this.#setList(this.#listOpen);
    this.#showStatus({ kind: 'status', busy: false });
    this.#listen();
    host.post({ kind: 'ready' });
    if (saved) this.#restore(saved);
  }

  get #sentence(): number {
    return this.#table?.view.index ?? 0;
  }

  #restore({ uri, sentence, cell }: SavedState): void {
    if (cell) this.#arrival = { sentence, at: cell };
    this.#host.post({ kind: 'openDocument', uri, sentence });
  }

  #listen(): void {
    window.addEventListener('message', ({ data }: MessageEvent<ToTable>) => {
      this.#receive(data);
    });
    // When the panel itself is made active, the keys should work at once: at the latest as soon as there is a table.
    window.addEventListener('focus', () => {
      setTimeout(() => {
        this.#wantsFocus = document.activeElement === document.body;
        this.#takeFocus();
      });
    });
    window.addEventListener('blur', () => {
      this.#wantsFocus = false;
    });
    this.#app.addEventListener('keydown', (event) => {
      const { target } = event;
      const inGrid = target === document.body || (target instanceof Element && target.closest('[role=grid]') !== null);
      const press = pressOf(event, inGrid);
      const waits = this.#isWaiting && WAITING_KEYS.test(press.key) && !press.alt && (!press.control || press.key.length > 1);
      if (waits && inGrid) this.#waiting.push(press);
      else if (!this.#press(press)) return;
      event.preventDefault();
    });
    onThemeChange(() => {
      if (!this.#document) return;
      this.#palette = new Palette(this.#document.schema);
      forgetFont();
      this.#grid.repaint(this.#palette);
      this.#arcs.repaint(this.#palette);
      this.#explain();
      this.#inspect();
    });
  }

  #takeFocus(): void {
    if (!this.#wantsFocus || !this.#table) return;
    this.#wantsFocus = false;
    if (document.activeElement === document.body) this.#grid.focus();
  }

  /** Whether what keys would be about is on its way. */
  get #isWaiting(): boolean {
    return this.#corrector.isWaiting || this.#asked !== undefined;
  }

  #press(press: Press): boolean {
    if (!this.#table) return false;
    return this.#corrector.press(press) || (press.inGrid && this.#grid.press(press));
  }

  #goOn(): void {
    for (
      let press = this.#isWaiting ? undefined : this.#waiting.shift();
      press;
      press = this.#isWaiting ? undefined : this.#waiting.shift()
    )
      this.#press(press);
  }

  #ask(sentence: number | undefined): void {
    clearTimeout(this.#askedTimer);
    this.#asked = sentence;
    if (sentence === undefined) return;
    this.#askedTimer = setTimeout(() => {
      this.#ask(undefined);
      this.#goOn();
    }, SENTENCE_WAIT_MS);
  }

  /** In the sentence, as in the table: from one mention to another a relation, else the words between. */
  #dragged(from: number, to: number, isDone: boolean): void {
    const [head, tail] = [from, to].map((token) => this.#table?.standingAt(token));
    const isPair = head && tail && head !== tail;
    if (isPair) this.#grid.moveTo(crossing(head, tail));
    else this.#grid.selectWords([Math.min(from, to), Math.max(from, to) + 1]);
    if (!isDone) return;
    this.#grid.focus();
    if (isPair) this.#corrector.relate(head, tail);
    else this.#corrector.openPicker();
  }

  #receive(message: ToTable): void {
    switch (message.kind) {
      case 'document':
        this.#open(message);
        break;
      case 'sentences':
        this.#change(message.change);
        break;
      case 'sentence':
        this.#show(new SentenceTable(message.sentence), message.cell);
        break;
      case 'heat':
        this.#grid.setHeat(message.heat);
        break;
      case 'labels':
        if (message.sentence !== this.#sentence) break;
        this.#labels = { cell: message.cell, labels: message.labels };
        this.#inspect();
        break;
      case 'highlight': {
        const range = [message.startToken, message.endToken] as const;
        this.#grid.setHighlight(range, !this.#placed);
        this.#placed = false;
        this.#arcs.setHighlight(range);
        break;
      }
      case 'changed':
        this.#corrector.answered(message.error);
        this.#goOn();
        break;
      case 'status':
        this.#showStatus(message);
        break;
      case 'empty':
        this.#document = undefined;
        this.#forget();
        this.#toolbar.show('', 0, 0);
        this.#showEmpty(message.message);
        break;
    }
  }

  #open(opened: Document): void {
    const before = this.#document;
    const same = before?.uri === opened.uri;
    const recoloured = JSON.stringify(before?.schema) !== JSON.stringify(opened.schema);
    this.#document = opened;
    this.#palette = new Palette(opened.schema);
    if (!same) this.#forget();
    this.#showList(opened.sentences);
    this.#toolbar.show(opened.name, this.#sentence, opened.sentences.length);
    if (opened.sentences.length === 0) {
      this.#forget();
      this.#showEmpty(
        `There are no sentences in ${opened.name} yet. Extract from the whole file, select text in the editor and run "Spangrid: Extract from Selection", or annotate it by hand.`,
      );
    } else if (same && recoloured && this.#table) this.#show(this.#table, undefined);
  }

  #forget(): void {
    this.#table = undefined;
    this.#corrector.show(undefined);
  }

  #showList(sentences: readonly SentenceSummary[]): void {
    this.#list.show(sentences);
    const left = sentences.filter(isOpen).length;
    this.#bar.setProgress(sentences.filter(({ state }) => state === 'done').length, left);
  }

  #change({ start, end, sentences }: ListChange): void {
    if (!this.#document) return;
    const before = this.#document.sentences;
    this.#document = { ...this.#document, sentences: [...before.slice(0, start), ...sentences, ...before.slice(end)] };
    this.#showList(this.#document.sentences);
    this.#toolbar.show(this.#document.name, this.#sentence, this.#document.sentences.length);
  }

  #show(table: SentenceTable, cell: Cell | undefined): void {
    if (!this.#document || !this.#palette) return;
    const before = this.#table?.view.index;
    const again = before === table.view.index;
    const arrival = this.#arrival?.sentence === table.view.index ? this.#arrival.at : undefined;
    if (arrival !== undefined) this.#arrival = undefined;
    this.#table = table;
    this.#ask(undefined);
    this.#placed = cell !== undefined;
    if (!again) {
      this.#labels = undefined;
      this.#lastFocus = '';
    }
    this.#empty.hidden = true;
    this.#work.hidden = false;
    this.#app.classList.remove('is-empty');
    const { notShown } = table.view;
    this.#note.hidden = notShown === 0;
    this.#note.textContent =
      notShown === 1
        ? 'One annotation of this sentence has no place in a table (it overlaps another, is in pieces, or goes beyond the sentence). It is kept, and shown in the text.'
        : `${notShown} annotations of this sentence have no place in a table (they overlap others, are in pieces, or go beyond the sentence). They are kept, and shown in the text.`;
    this.#explain();
    const asked = cell ?? (arrival === undefined ? undefined : this.#arrivalCell(table, arrival));
    this.#arcs.show(table, this.#document.schema, this.#palette);
    this.#grid.show(table, this.#document.schema, this.#palette, asked ?? (again ? this.#grid.selection?.cell : undefined));
    if (asked) this.#grid.reveal(asked);
    this.#corrector.show({ table, schema: this.#document.schema, palette: this.#palette });
    this.#bar.show(table.view.state);
    this.#list.select(table.view.index);
    this.#toolbar.show(this.#document.name, table.view.index, this.#document.sentences.length);
    this.#inspect();
    if (!again || this.#measured !== this.#document.schema) {
      this.#measured = this.#document.schema;
      this.#grid.setCorner(this.#corner.measure());
    }
    if (!again || asked) this.#postFocus();
    this.#save();
    this.#takeFocus();
    this.#goOn();
  }

  #arrivalCell(table: SentenceTable, arrival: Arrival): Cell | undefined {
    if (typeof arrival !== 'string') return arrival;
    const block = table.doubtful(arrival === 'first doubt' ? 1 : -1);
    return block && firstCell(block);
  }

  #moved(selection: Selection): void {
    this.#corrector.moved(selection.cell);
    if (this.#labels && !isSameCell(this.#labels.cell, selection.cell)) this.#labels = undefined;
    this.#inspect();
    this.#postFocus();
    this.#save();
  }

  /** Tells the editor which words to light up; it answers with the labels of the cell. */
  #postFocus(): void {
    const selection = this.#grid.selection;
    if (!selection || !this.#table || this.#table.size === 0) return;
    const message: FromTable = {
      kind: 'focusCell',
      sentence: this.#sentence,
      cell: selection.cell,
      row: selection.rows,
      column: selection.columns,
    };
    const text = JSON.stringify(message);
    if (text === this.#lastFocus) return;
    this.#lastFocus = text;
    this.#host.post(message);
  }

  #inspect(): void {
    const selection = this.#grid.selection;
    if (!selection || !this.#table || !this.#document || !this.#palette) return;
    this.#arcs.light(selection.block, [selection.rows, selection.columns]);
    if (this.#table.size === 0) return;
    this.#corner.inspect({
      table: this.#table,
      schema: this.#document.schema,
      palette: this.#palette,
      selection,
      labels: this.#labels?.labels,
      relating: this.#corrector.relating,
    });
  }

  #explain(): void {
    if (!this.#table || !this.#document || !this.#palette) return;
    this.#corner.explain(this.#table, this.#document.schema, this.#palette);
  }

  #goTo(sentence: number, at?: Arrival): void {
    if (!this.#document || sentence < 0 || sentence >= this.#document.sentences.length) return;
    this.#arrival = at === undefined ? undefined : { sentence, at };
    this.#ask(sentence);
    this.#list.select(sentence);
    this.#host.post({ kind: 'showSentence', sentence });
  }

  #goToDoubt(step: 1 | -1): void {
    const block = this.#table?.doubtful(step, this.#grid.selection?.cell);
    if (block) {
      this.#grid.moveTo(firstCell(block));
      return;
    }
    const found = this.#search(step, hasDoubt);
    if (found === undefined) this.#say(`No doubtful item ${step === 1 ? 'after' : 'before'} this one.`, 'done');
    else this.#goTo(found, step === 1 ? 'first doubt' : 'last doubt');
  }

  #goToOpen(): void {
    const sentences = this.#document?.sentences ?? [];
    const first = sentences.findIndex(isOpen);
    const found = this.#search(1, isOpen) ?? (first >= 0 && first !== this.#sentence ? first : undefined);
    if (found === undefined)
      this.#say(first < 0 ? 'Every sentence is done or skipped.' : 'This is the only sentence that is not done.', 'done');
    else this.#goTo(found, 'first doubt');
  }

  /** The nearest other sentence of a kind, in one direction. */
  #search(step: 1 | -1, wanted: (sentence: SentenceSummary) => boolean): number | undefined {
    const sentences = this.#document?.sentences ?? [];
    for (let index = this.#sentence + step; index >= 0 && index < sentences.length; index += step) {
      const sentence = sentences[index];
      if (sentence && wanted(sentence)) return index;
    }
    return undefined;
  }

  #setMode(mode: Mode): void {
    this.#mode = mode;
    this.#toolbar.setMode(mode);
    this.#grid.setMode(mode);
    this.#save();
  }

  #setList(open: boolean): void {
    this.#listOpen = open;
    this.#app.classList.toggle('with-list', open);
    this.#toolbar.setList(open);
    this.#save();
  }

  #showEmpty(message: string): void {
    this.#work.hidden = true;
    this.#empty.hidden = false;
    this.#app.classList.add('is-empty');
    const extract = (): void => {
      this.#host.post({ kind: 'command', command: 'extractFile' });
    };
    const prepare = (): void => {
      this.#host.post({ kind: 'prepare' });
    };
    const picture = element('div', { class: 'empty-picture', 'aria-hidden': 'true' });
    for (let cell = 0; cell < 25; cell++) picture.append(element('span', { class: cell % 5 >= Math.floor(cell / 5) ? 'on' : 'off' }));
    this.#empty.replaceChildren(
      picture,
      element('h1', {}, 'Nothing to show yet'),
      element('p', {}, message),
      button({ class: 'primary-button' }, extract, 'Extract from the whole file'),
      ...(this.#document ? [button({ class: 'action-button' }, prepare, 'Annotate by hand')] : []),
    );
  }

  /** Shows a message in the status line, where a screen reader reads it out, too. */
  #say(message: string, tone: Tone): void {
    this.#status.dataset['tone'] = tone;
    this.#said.textContent = message;
  }

  #showStatus({ model, device, busy, message }: Status): void {
    const parts: HTMLElement[] = [];
    if (model !== undefined) parts.push(element('span', { class: 'status-model' }, device === undefined ? model : `${model} · ${device}`));
    if (busy)
      parts.push(element('span', { class: 'status-busy' }, element('span', { class: 'spinner', 'aria-hidden': 'true' }), 'working'));
    this.#engine.replaceChildren(...parts);
    if (message !== undefined) this.#say(message, 'done');
  }

  #save(): void {
    if (!this.#document || !this.#table) return;
    const cell = this.#grid.selection?.cell;
    const state: SavedState = {
      uri: this.#document.uri,
      sentence: this.#sentence,
      ...(cell && { cell: [...cell] }),
      mode: this.#mode,
      list: this.#listOpen,
    };
    const text = JSON.stringify(state);
    if (text === this.#saved) return;
    this.#saved = text;
    this.#host.save(state);
  }
}

const app = document.getElementById('app');
if (app) new TablePage(app, connect());
