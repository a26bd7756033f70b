import type { Schema } from '../annotation/schema';
import { css, mix, parseColour, withContrast, type Colour } from './colour';

/** Smallest contrast of text (WCAG AA), and of lines and shapes that carry meaning. */
const TEXT_CONTRAST = 4.5;
const LINE_CONTRAST = 3;

/** Colours of one type in the theme at hand, as CSS. */
export interface Paint {
  /** For lines and edges on the editor's background. */
  readonly line: string;
  /** For text on the editor's background, and on the inspector's. */
  readonly text: string;
  /** A filled area, and text that can be read on it. */
  readonly fill: string;
  readonly onFill: string;
}

/** What colours of types are bent for. */
interface Theme {
  readonly background: Colour;
  /** Of the inspector and the legend. */
  readonly widget: Colour;
  readonly foreground: Colour;
  readonly highContrast: boolean;
}

/** A picture's that leaves the editor. */
export const PAPER: Theme = { background: [255, 255, 255], widget: [255, 255, 255], foreground: [32, 32, 32], highContrast: false };

function readTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  const dark = document.body.classList.contains('vscode-dark') || document.body.classList.contains('vscode-high-contrast');
  const [black, white]: readonly [Colour, Colour] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  const background = parseColour(styles.getPropertyValue('--vscode-editor-background'), dark ? black : white) ?? (dark ? black : white);
  const foreground = parseColour(styles.getPropertyValue('--vscode-editor-foreground'), background) ?? (dark ? white : black);
  const highContrast =
    document.body.classList.contains('vscode-high-contrast') || document.body.classList.contains('vscode-high-contrast-light');
  const widget = parseColour(styles.getPropertyValue('--vscode-editorWidget-background'), background) ?? background;
  return { background, widget, foreground, highContrast };
}

/** The schema's colours, bent as far as the theme needs for them to be seen and for text on them to be read. */
export class Palette {
  readonly #schema: Schema;
  readonly #theme: Theme;
  readonly #paints = new Map<string, Paint>();

  constructor(schema: Schema, theme: Theme = readTheme()) {
    this.#schema = schema;
    this.#theme = theme;
  }

  get background(): string {
    return css(this.#theme.background);
  }

  /** @param strength how much of the type's colour a filled area has, in [0, 1] */
  paint(kind: 'mention' | 'relation', type: string, strength: number): Paint {
    const key = `${kind} ${strength} ${type}`;
    const paint = this.#paints.get(key) ?? this.#mix(kind, type, strength);
    this.#paints.set(key, paint);
    return paint;
  }

  #mix(kind: 'mention' | 'relation', type: string, strength: number): Paint {
    const { background, widget, foreground, highContrast } = this.#theme;
    const types = kind === 'mention' ? this.#schema.entities : this.#schema.relations;
    const own = parseColour(Object.hasOwn(types, type) ? (types[type]?.colour ?? '') : '', background) ?? mix(background, foreground, 0.6);
    const fill = highContrast ? background : mix(background, own, strength);
    return {
      line: css(withContrast(own, background, highContrast ? TEXT_CONTRAST : LINE_CONTRAST)),
      text: css(withContrast(withContrast(own, background, TEXT_CONTRAST), widget, TEXT_CONTRAST)),
      fill: css(fill),
      onFill: css(withContrast(foreground, fill, TEXT_CONTRAST)),
    };
  }
}

/** Calls back whenever the person picks another colour theme. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
