/** Longest stretch of a word that is measured: what is longer is wider than any screen. */
const MEASURED = 2000;

let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in CSS pixels, in a font given as the CSS `font` shorthand. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 8;
  context.font = font;
  return context.measureText(text.slice(0, MEASURED)).width;
}

/** The page's font at a size and weight, as the `font` shorthand. */
export function fontOf(target: Element, sizePx: number, weight: number): string {
  return `${weight} ${sizePx}px ${getComputedStyle(target).fontFamily}`;
}
