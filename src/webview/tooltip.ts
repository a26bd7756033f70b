import { element, style } from './dom';

/** How long the pointer rests before the tooltip shows. */
const DELAY_MS = 350;

/** A line of text beside what the pointer is on. A screen reader hears the same from what has the focus. */
export class Tooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: '' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a text beside a place once the pointer has rested there. */
  offer(text: string, place: DOMRect): void {
    this.hide();
    this.#timer = setTimeout(() => {
      this.element.textContent = text;
      this.element.hidden = false;
      const { width, height } = this.element.getBoundingClientRect();
      const above = place.top - height - 6;
      style(this.element, {
        left: `${Math.max(4, Math.min(place.left + place.width / 2 - width / 2, window.innerWidth - width - 4))}px`,
        top: `${above >= 4 ? above : place.bottom + 6}px`,
      });
    }, DELAY_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}
