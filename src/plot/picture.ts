/** What is drawn, before it has a style: a page gives it the theme's, a file one of its own. */
export interface Drawing {
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly description: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** SVG elements; what stands in them from outside went through `escaped`. */
  readonly body: string;
}

/** CSS for viewers with a light ground, and what is different on a dark one. */
export interface Style {
  readonly light: string;
  readonly dark: string;
}

const BASE: Style = {
  light: `text { font: 12px system-ui, "Segoe UI", sans-serif; fill: #57606a }
.ground { fill: #ffffff }
.heading { font-size: 15px; font-weight: 600; fill: #1f2328 }
.name { font-weight: 600; fill: #1f2328 }
.grid { stroke: #d8dee4; stroke-width: 1; fill: none }
.axis { stroke: #8c959f; stroke-width: 1; fill: none }`,
  dark: `text { fill: #9198a1 }
.ground { fill: #1f1f1f }
.heading, .name { fill: #e6e6e6 }
.grid { stroke: #383838 } .axis { stroke: #6e7681 }`,
};

/** A drawing as an SVG file that stands for itself. */
export function svgFile({ title, description, width, height, body }: Drawing, style: Style): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>
${BASE.light}
${style.light}
@media (prefers-color-scheme: dark) {
${BASE.dark}
${style.dark}
}</style>
<rect class="ground" width="100%" height="100%"/>
${body}
</svg>
`;
}

/** Words as they may stand in SVG: no markup, and no character that XML forbids. */
export function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}
