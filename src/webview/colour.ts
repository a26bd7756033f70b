/** Red, green, blue in [0, 255]. */
export type Colour = readonly [number, number, number];

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()` and `rgba()`; what is transparent lies on `backdrop`. Anything else is undefined. */
export function parseColour(text: string, backdrop: Colour): Colour | undefined {
  const trimmed = text.trim();
  const hex = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/iu.exec(trimmed)?.[1];
  if (hex !== undefined) {
    const digits = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join('') : hex;
    const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
    return mix(backdrop, [part(0), part(2), part(4)], digits.length === 8 ? part(6) / 255 : 1);
  }
  const numbers = /^rgba?\(([\d.]+)[,\s]+([\d.]+)[,\s]+([\d.]+)(?:[,\s/]+([\d.]+))?\)$/u.exec(trimmed);
  if (!numbers) return undefined;
  const [red, green, blue, alpha] = numbers.slice(1).map((value: string | undefined) => (value === undefined ? 1 : Number(value)));
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return mix(backdrop, [red, green, blue], alpha ?? 1);
}

/** `from` at 0, `to` at 1, straight in sRGB as a translucent layer is painted. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * share);
  return [channel(0), channel(1), channel(2)];
}

function luminance(colour: Colour): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

/** Contrast ratio of WCAG 2, in [1, 21]. */
export function contrast(first: Colour, second: Colour): number {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The colour nearest to `colour` that has at least the contrast `ratio` on `background`: it is moved towards black or white, whichever
 * the background allows, only as far as needed.
 */
export function withContrast(colour: Colour, background: Colour, ratio: number): Colour {
  const target: Colour = contrast([0, 0, 0], background) > contrast([255, 255, 255], background) ? [0, 0, 0] : [255, 255, 255];
  for (let step = 0; step < 20; step++) {
    const moved = mix(colour, target, step / 20);
    if (contrast(moved, background) >= ratio) return moved;
  }
  return target;
}

/** As CSS. */
export function css(colour: Colour): string {
  return `rgb(${colour[0]}, ${colour[1]}, ${colour[2]})`;
}
