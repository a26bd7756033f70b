import { button, element, hint, key } from './dom';
import { type Closing, Popup } from './popup';

/** Opens a field for the note on an item; Enter or leaving the field keeps what is written, Escape forgets it. */
export function openNote(
  parent: HTMLElement,
  title: string,
  place: DOMRect,
  note: string,
  kept: (note: string) => void,
  closed: (how: Closing) => void,
): Popup {
  const field = element('textarea', { class: 'field note-field', 'aria-label': title, rows: 4 });
  field.value = note;
  const save = button(
    { class: 'action-button' },
    () => {
      popup.close();
    },
    'Keep ',
    hint('⏎'),
  );
  const foot = element(
    'p',
    { class: 'popup-hint' },
    save,
    element('span', {}, key('Shift+Enter'), 'new line '),
    element('span', {}, key('Esc'), 'forget'),
  );
  const popup = new Popup(parent, title, place, [element('h2', { class: 'popup-title' }, title), field, foot], (how) => {
    if (how !== 'escape') kept(field.value.trim());
    closed(how);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    popup.close();
  });
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
  return popup;
}
