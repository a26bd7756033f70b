import { button, element } from './dom';
import { icon, type IconName } from './icons';
import type { Mode } from './grid';

/** What the toolbar's controls ask for. */
export interface ToolbarEvents {
  step(by: 1 | -1): void;
  toggleList(): void;
  mode(mode: Mode): void;
  command(command: 'extractFile' | 'export'): void;
}

const MODES: readonly (readonly [Mode, string, string])[] = [
  ['labels', 'Labels', 'Show what was found'],
  ['heat', 'Heat', 'Show how likely each cell holds something'],
  ['both', 'Both', 'Show labels over heat'],
];

function iconButton(name: IconName, label: string, pressed: () => void): HTMLButtonElement {
  return button({ class: 'icon-button', title: label, 'aria-label': label }, pressed, icon(name));
}

function wideButton(name: IconName, label: string, title: string, pressed: () => void): HTMLButtonElement {
  return button({ class: 'wide-button', title }, pressed, icon(name), element('span', { class: 'wide-label' }, label));
}

/** The line of controls above everything. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #list: HTMLButtonElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #place = element('span', { class: 'place number', 'aria-live': 'polite' });
  readonly #name = element('h1', { class: 'document-name' });
  readonly #modes = new Map<Mode, HTMLInputElement>();

  constructor(events: ToolbarEvents) {
    this.#list = iconButton('list', 'Sentences', () => {
      events.toggleList();
    });
    this.#previous = iconButton('previous', 'Previous sentence', () => {
      events.step(-1);
    });
    this.#next = iconButton('next', 'Next sentence', () => {
      events.step(1);
    });
    const modes = element('fieldset', { class: 'modes' }, element('legend', { class: 'unseen' }, 'Show in the table'));
    for (const [mode, label, title] of MODES) {
      const input = element('input', { type: 'radio', name: 'mode', value: mode, class: 'unseen' });
      input.addEventListener('change', () => {
        events.mode(mode);
      });
      this.#modes.set(mode, input);
      modes.append(element('label', { title }, input, element('span', {}, label)));
    }
    this.element = element(
      'header',
      { class: 'toolbar' },
      element('div', { class: 'toolbar-group' }, this.#list, this.#previous, this.#place, this.#next),
      this.#name,
      element(
        'div',
        { class: 'toolbar-group toolbar-end' },
        modes,
        wideButton('extract', 'Extract', 'Extract from the whole file', () => {
          events.command('extractFile');
        }),
        wideButton('export', 'Export', 'Export the annotations', () => {
          events.command('export');
        }),
      ),
    );
  }

  show(name: string, sentence: number, total: number): void {
    this.#name.textContent = name;
    this.#name.title = name;
    this.#place.textContent = total === 0 ? '' : `${(sentence + 1).toLocaleString('en')} / ${total.toLocaleString('en')}`;
    this.#previous.disabled = sentence <= 0;
    this.#next.disabled = sentence + 1 >= total;
  }

  setMode(mode: Mode): void {
    const input = this.#modes.get(mode);
    if (input) input.checked = true;
  }

  setList(open: boolean): void {
    this.#list.setAttribute('aria-expanded', String(open));
  }
}
