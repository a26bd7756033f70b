import { element, style } from './dom';

const MARGIN = 6;

/** How a dialog was closed: by Escape, as the focus left it, or as what it is for was done. */
export type Closing = 'escape' | 'left' | 'done';

/** A small dialog beside a place in the table. It closes when the focus leaves it. */
export class Popup {
  readonly element: HTMLElement;
  readonly #closed: (how: Closing) => void;
  #isOpen = true;

  /** @param closed called once, when the dialog has closed */
  constructor(parent: HTMLElement, label: string, place: DOMRect, content: readonly HTMLElement[], closed: (how: Closing) => void) {
    this.#closed = closed;
    this.element = element('div', { class: 'popup', role: 'dialog', 'aria-label': label }, ...content);
    parent.append(this.element);
    const { width, height } = this.element.getBoundingClientRect();
    const below = place.bottom + MARGIN;
    const above = place.top - MARGIN - height;
    const top = below + height <= innerHeight ? below : above >= MARGIN ? above : Math.max(MARGIN, innerHeight - height - MARGIN);
    style(this.element, { left: `${Math.max(MARGIN, Math.min(place.left, innerWidth - width - MARGIN))}px`, top: `${top}px` });
    this.element.addEventListener('focusout', (event) => {
      if (!(event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget))) this.close('left');
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        this.close('escape');
      }
      // What is typed here is no key of the table.
      event.stopPropagation();
    });
  }

  close(how: Closing = 'done'): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.element.remove();
    this.#closed(how);
  }
}
