import type { SentenceState } from '../annotation/document';
import type { Action } from './actions';
import { button, element, hint } from './dom';
import { icon } from './icons';
import { STATE_NAMES } from './sentenceList';

/** The state of the sentence, what can be done with all of it, and how far the document is. */
export class SentenceBar {
  readonly #state = element('span', { class: 'bar-state' });
  readonly #done: HTMLButtonElement;
  readonly #skip: HTMLButtonElement;
  readonly #progress = element('span', { class: 'bar-progress number' });
  readonly element: HTMLElement;

  constructor(act: (action: Action) => void) {
    const offer = (action: Action, label: string, keys: string, title: string): HTMLButtonElement => {
      const pressed = (): void => {
        act(action);
      };
      return button({ class: 'action-button', title }, pressed, `${label} `, hint(keys));
    };
    this.#done = offer('done', 'Done', 'd', 'Mark this sentence as done, and go on to the next one');
    this.#skip = offer('skip', 'Skip', 's', 'Skip this sentence, and go on to the next one');
    this.element = element(
      'div',
      { class: 'sentence-bar', role: 'group', 'aria-label': 'This sentence' },
      this.#state,
      this.#done,
      this.#skip,
      offer('acceptAll', 'Accept all', 'Shift+A', 'Accept every suggestion of this sentence'),
      offer('acceptAllDone', 'Accept all, done', 'Shift+D', 'Accept every suggestion, mark this sentence as done, and go on'),
      offer('nextOpen', 'Next', 'u', 'Go to the next sentence that is neither done nor skipped'),
      this.#progress,
    );
  }

  show(state: SentenceState): void {
    this.#state.replaceChildren(icon(state), STATE_NAMES[state]);
    this.#state.className = `bar-state ${state}`;
    this.#done.setAttribute('aria-pressed', String(state === 'done'));
    this.#skip.setAttribute('aria-pressed', String(state === 'skipped'));
  }

  /** @param left sentences that are neither done nor skipped */
  setProgress(done: number, left: number): void {
    this.#progress.textContent = `${done.toLocaleString('en')} done, ${left.toLocaleString('en')} left`;
  }
}
