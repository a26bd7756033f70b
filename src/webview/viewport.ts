/**
 * What is in sight of an element that scrolls, as the browser last said it: whoever asks while the page is being changed must not make the
 * browser lay out what is half done.
 */
export class Viewport {
  readonly #box: HTMLElement;
  /** In CSS pixels, without scroll bars. */
  width = 0;
  height = 0;
  /** How far it is scrolled. */
  left = 0;
  top = 0;

  /** @param changed is called when the person has scrolled, or the size has changed */
  constructor(box: HTMLElement, changed: { scrolled(): void; resized(): void }) {
    this.#box = box;
    box.addEventListener('scroll', () => {
      this.#readScroll();
      changed.scrolled();
    });
    new ResizeObserver(() => {
      this.measure();
      changed.resized();
    }).observe(box);
  }

  /** Asks the browser. */
  measure(): void {
    this.width = this.#box.clientWidth;
    this.height = this.#box.clientHeight;
    this.#readScroll();
  }

  scrollTo(left: number, top: number): void {
    if (left === this.left && top === this.top) return;
    this.#box.scrollTo({ left, top, behavior: 'instant' });
    // As far as there is anything to scroll.
    this.#readScroll();
  }

  #readScroll(): void {
    this.left = this.#box.scrollLeft;
    this.top = this.#box.scrollTop;
  }
}
