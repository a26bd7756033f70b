type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) target.setAttribute(name, String(value));
  }
}

/** An element with attributes and children. Strings become text, never markup: words and type names come from outside. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/**
 * Gives an element these children in place of those that it has. One that is the same as the one in its place stays out: what is in the page
 * keeps its focus, and the browser need not lay it out again.
 */
export function replaceChanged(parent: Element, children: readonly Element[]): void {
  const before = [...parent.children];
  for (const [at, child] of children.entries()) {
    const old = before[at];
    if (old === undefined) parent.append(child);
    else if (!old.isEqualNode(child)) old.replaceWith(child);
  }
  for (const gone of before.slice(children.length)) gone.remove();
}

/** A button that does something when it is pressed. */
export function button(attributes: Attributes, pressed: () => void, ...children: readonly (Node | string)[]): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, ...children);
  made.addEventListener('click', pressed);
  return made;
}

/** An element of SVG with attributes and children. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Sets CSS properties (custom ones too) through the object model, which the content security policy allows. */
export function style(target: HTMLElement | SVGElement, properties: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(properties)) target.style.setProperty(name, value);
}

/** A key as it is printed on a keyboard. */
export function key(name: string): HTMLElement {
  return element('kbd', {}, name);
}

/** The key that does what a button does: seen on it, and no part of its name. */
export function hint(name: string): HTMLElement {
  return element('kbd', { 'aria-hidden': 'true' }, name);
}
