import { bentArrow } from './blocks';
import { element, key, style } from './dom';
import type { Paint } from './palette';
import { type Closing, Popup } from './popup';

/** Something to choose: a type, or an action. */
export interface PickerEntry {
  readonly label: string;
  /** The key that does the same in the table; empty where there is none. */
  readonly key: string;
  /** What it stands for, in a few words. */
  readonly description?: string | undefined;
  /** When to choose it: shown while it is the one that Enter would choose. */
  readonly guideline?: string | undefined;
  /** Of a type. */
  readonly paint?: Paint;
  /** Which way a relation goes, seen from its row. */
  readonly arrow?: 'forward' | 'back' | 'both';
  /** Whether it is what stands there now. */
  readonly isCurrent: boolean;
  choose(): void;
}

let made = 0;

/** Opens a list that is narrowed down by typing; Enter or a click chooses, Escape or leaving it closes it. */
export function openPicker(
  parent: HTMLElement,
  title: string,
  place: DOMRect,
  entries: readonly PickerEntry[],
  closed: (how: Closing) => void,
): Popup {
  made += 1;
  const id = `picker-${made}`;
  const list = element('ul', { class: 'picker-list', role: 'listbox', id, 'aria-label': title });
  const input = element('input', {
    class: 'field picker-input',
    type: 'text',
    role: 'combobox',
    'aria-label': title,
    'aria-expanded': true,
    'aria-controls': id,
    'aria-describedby': `${id}-guideline`,
    'aria-autocomplete': 'list',
    placeholder: 'Type to narrow down',
    spellcheck: false,
    autocomplete: 'off',
  });
  const nothing = element('p', { class: 'picker-nothing', role: 'status' });
  const guideline = element('p', { class: 'picker-guideline', id: `${id}-guideline`, dir: 'auto' });
  let shown: readonly PickerEntry[] = [];
  let active = 0;

  const popup = new Popup(parent, title, place, [element('h2', { class: 'popup-title' }, title), input, list, nothing, guideline], closed);
  const choose = (index: number): void => {
    const entry = shown[index];
    if (!entry) return;
    popup.close();
    entry.choose();
  };
  const activate = (index: number): void => {
    active = index;
    for (const [at, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(at === active));
    const option = list.children[active];
    if (option) {
      input.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    } else input.removeAttribute('aria-activedescendant');
    guideline.textContent = shown[active]?.guideline ?? '';
  };
  const narrow = (): void => {
    shown = matching(entries, input.value);
    list.replaceChildren(...shown.map((entry, at) => optionOf(entry, `${id}-${at}`)));
    nothing.textContent = shown.length === 0 ? 'Nothing is called that.' : '';
    const current = shown.findIndex(({ isCurrent }) => isCurrent);
    activate(input.value === '' && current >= 0 ? current : 0);
  };
  input.addEventListener('input', narrow);
  input.addEventListener('keydown', (event) => {
    const last = shown.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: active === last ? 0 : active + 1,
      ArrowUp: active === 0 ? last : active - 1,
      PageDown: last,
      PageUp: 0,
    };
    const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
    if (target !== undefined) {
      event.preventDefault();
      activate(Math.max(0, target));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(active);
    }
  });
  // The focus stays in the field.
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    if (option) choose([...list.children].indexOf(option));
  });
  narrow();
  input.focus({ preventScroll: true });
  return popup;
}

/** Entries whose key is what was typed, then those that begin with it, then those that hold it. */
function matching(entries: readonly PickerEntry[], typed: string): readonly PickerEntry[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (wanted === '') return entries;
  const rank = (entry: PickerEntry): number => {
    const label = entry.label.toLocaleLowerCase();
    if (entry.key.toLocaleLowerCase() === wanted) return 0;
    if (label.startsWith(wanted)) return 1;
    return label.includes(wanted) || entry.description?.toLocaleLowerCase().includes(wanted) === true ? 2 : 3;
  };
  return entries.filter((entry) => rank(entry) < 3).sort((a, b) => rank(a) - rank(b));
}

function optionOf(entry: PickerEntry, id: string): HTMLElement {
  const option = element('li', { role: 'option', id, class: entry.paint ? 'picker-option' : 'picker-option picker-action' });
  if (entry.paint) {
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    if (entry.arrow) swatch.append(bentArrow(entry.arrow === 'forward', entry.arrow === 'both'));
    style(swatch, { '--line': entry.paint.line, '--fill': entry.paint.fill, '--on-fill': entry.paint.onFill });
    option.append(swatch);
  }
  option.append(element('span', { class: 'picker-label', dir: 'auto' }, entry.label));
  if (entry.isCurrent) option.append(element('span', { class: 'picker-current' }, 'now'));
  if (entry.key !== '') option.append(key(entry.key));
  if (entry.description !== undefined) option.append(element('span', { class: 'picker-description', dir: 'auto' }, entry.description));
  return option;
}
