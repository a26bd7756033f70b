/** Longest stretch of a word that is measured: what is longer is wider than any screen. */
const MEASURED = 2000;

let context: CanvasRenderingContext2D | null | undefined;
let family: string | undefined;

/** Width of a text in CSS pixels, in a font given as the CSS `font` shorthand. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 8;
  if (context.font !== font) context.font = font;
  return context.measureText(text.slice(0, MEASURED)).width;
}

/** The page's font at a size and weight, as the `font` shorthand. */
export function fontOf(sizePx: number, weight: number): string {
  family ??= getComputedStyle(document.body).fontFamily;
  return `${weight} ${sizePx}px ${family}`;
}

/** The page's font may be another one from now on. */
export function forgetFont(): void {
  family = undefined;
}
