import type { SentenceState } from '../annotation/document';
import type { SentenceSummary } from '../protocol/table';
import { arrange, indices } from './arrange';
import { percent } from './describe';
import { element, style } from './dom';
import { hasDoubt } from './doubt';
import { icon } from './icons';
import { Viewport } from './viewport';

/** Height of an entry in CSS pixels; the style sheet has the same. */
const ENTRY_PX = 50;
const OVERSCAN = 4;

/** The states of a sentence as people read them. */
export const STATE_NAMES: Readonly<Record<SentenceState, string>> = {
  new: 'New',
  'in-progress': 'In progress',
  done: 'Done',
  skipped: 'Skipped',
};

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}

/** What the person did in the list. */
export interface ListEvents {
  /** Another sentence is to be shown. */
  picked(sentence: number): void;
  /** The person is done here: a sentence was chosen by mouse, or Enter or Escape was pressed. */
  left(): void;
}

/** The sentences of the document, of which only those in view exist as elements. A list box: one tab stop, arrows move. */
export class SentenceList {
  readonly element: HTMLElement;
  readonly #events: ListEvents;
  readonly #box = element('div', { class: 'sentences', role: 'listbox', tabindex: 0, 'aria-label': 'Sentences' });
  readonly #body = element('div', { class: 'sentences-body', role: 'presentation' });
  readonly #progress = element('div', { class: 'list-progress', role: 'progressbar', 'aria-label': 'Sentences done', 'aria-valuemin': 0 });
  readonly #progressText = element('span', { class: 'number' });
  readonly #entries = new Map<number, HTMLElement>();
  readonly #view: Viewport;
  #sentences: readonly SentenceSummary[] = [];
  #current = 0;

  constructor(events: ListEvents) {
    this.#events = events;
    this.#progress.append(element('span', { class: 'list-progress-fill' }));
    this.#box.append(this.#body);
    this.element = element(
      'nav',
      { class: 'list', 'aria-label': 'Sentences of the document' },
      element('div', { class: 'list-head' }, element('h2', {}, 'Sentences'), this.#progressText),
      this.#progress,
      this.#box,
    );
    const render = (): void => {
      this.#render();
    };
    this.#view = new Viewport(this.#box, { scrolled: render, resized: render });
    this.#box.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    this.#box.addEventListener('click', (event) => {
      const entry = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      if (!entry) return;
      this.#events.picked(Number(entry.dataset['index']));
      this.#events.left();
    });
  }

  show(sentences: readonly SentenceSummary[]): void {
    const before = this.#sentences;
    this.#sentences = sentences;
    for (const [index, entry] of this.#entries) {
      // An entry says how many there are.
      if (before.length === sentences.length && before[index] === sentences[index]) continue;
      entry.remove();
      this.#entries.delete(index);
    }
    const done = sentences.filter(({ state }) => state === 'done').length;
    this.#progressText.textContent = `${done.toLocaleString('en')} of ${sentences.length.toLocaleString('en')} done`;
    this.#progress.setAttribute('aria-valuemax', String(Math.max(1, sentences.length)));
    this.#progress.setAttribute('aria-valuenow', String(done));
    style(this.#progress, { '--share': String(sentences.length === 0 ? 0 : done / sentences.length) });
    style(this.#body, { 'block-size': `${sentences.length * ENTRY_PX}px` });
    this.select(this.#current);
  }

  /** Marks the sentence that is shown and brings it into sight. */
  select(sentence: number): void {
    this.#current = Math.max(0, Math.min(sentence, this.#sentences.length - 1));
    const top = this.#current * ENTRY_PX;
    // It may have come into the page just now.
    if (this.#view.height === 0) this.#view.measure();
    const { top: from, height } = this.#view;
    if (top < from) this.#view.scrollTo(0, top);
    else if (top + ENTRY_PX > from + height) this.#view.scrollTo(0, top + ENTRY_PX - height);
    this.#render();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      this.#events.left();
      return;
    }
    const last = this.#sentences.length - 1;
    const page = Math.max(1, Math.floor(this.#view.height / ENTRY_PX) - 1);
    const targets: Readonly<Record<string, number>> = {
      ArrowUp: this.#current - 1,
      ArrowDown: this.#current + 1,
      Home: 0,
      End: last,
      PageUp: this.#current - page,
      PageDown: this.#current + page,
    };
    const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
    if (target === undefined || event.altKey || last < 0) return;
    event.preventDefault();
    const inside = Math.max(0, Math.min(target, last));
    if (inside !== this.#current) this.#events.picked(inside);
  }

  #render(): void {
    const total = this.#sentences.length;
    const first = Math.max(0, Math.floor(this.#view.top / ENTRY_PX) - OVERSCAN);
    const last = Math.min(total, Math.ceil((this.#view.top + this.#view.height) / ENTRY_PX) + OVERSCAN);
    const wanted = indices([first, last], this.#current < total ? this.#current : undefined);
    arrange(this.#body, this.#entries, wanted, (index) => this.#entry(index));
    for (const [index, entry] of this.#entries) entry.setAttribute('aria-selected', String(index === this.#current));
    if (total > 0) this.#box.setAttribute('aria-activedescendant', `sentence-${this.#current}`);
    else this.#box.removeAttribute('aria-activedescendant');
  }

  #entry(index: number): HTMLElement {
    const summary = this.#sentences[index];
    if (summary === undefined) return element('div');
    const found = `${count(summary.mentions, 'mention')} · ${count(summary.relations, 'relation')}`;
    const made = element(
      'div',
      {
        class: `entry ${summary.state}`,
        role: 'option',
        id: `sentence-${index}`,
        'data-index': index,
        'aria-setsize': this.#sentences.length,
        'aria-posinset': index + 1,
      },
      element(
        'span',
        { class: 'entry-state', title: STATE_NAMES[summary.state] },
        icon(summary.state),
        element('span', { class: 'unseen' }, STATE_NAMES[summary.state]),
      ),
      element('span', { class: 'entry-number number' }, (index + 1).toLocaleString('en')),
      element('span', { class: 'entry-preview', dir: 'auto' }, summary.preview),
      element('span', { class: 'entry-found number' }, found),
    );
    made.append(marksOf(summary));
    style(made, { 'inset-block-start': `${index * ENTRY_PX}px` });
    return made;
  }
}

function marksOf(summary: SentenceSummary): HTMLElement {
  const made = element('span', { class: 'entry-marks' });
  if (summary.discuss === true)
    made.append(
      element('span', { title: 'Something here is to be discussed' }, icon('flag'), element('span', { class: 'unseen' }, 'to discuss, ')),
    );
  if (hasDoubt(summary)) {
    const score = percent(summary.doubt ?? 0);
    made.append(
      element(
        'span',
        { class: 'entry-doubt', title: `The least certain suggestion scores ${score}` },
        element('span', { class: 'doubt in-text', 'aria-hidden': 'true' }, '?'),
        element('span', { class: 'unseen' }, 'doubtful, '),
        element('span', { class: 'number' }, score),
      ),
    );
  }
  return made;
}
