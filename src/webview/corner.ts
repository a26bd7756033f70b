import type { Schema } from '../annotation/schema';
import type { LabelProbability, TableMention } from '../protocol/table';
import { abbreviate } from './abbreviations';
import { offersFor, type Action } from './actions';
import { bentArrow, strengthOf } from './blocks';
import { isLabelOf, originOf, percent, typeOfLabel } from './describe';
import { button, element, hint, key, replaceChanged, style } from './dom';
import { isDoubtful } from './doubt';
import type { CornerForm, CornerSize } from './geometry';
import type { Selection } from './grid';
import { icon } from './icons';
import type { Palette } from './palette';
import { rangeOf, type Block, type Range, type SentenceTable } from './sentenceTable';
import { pairChoices, relationChoices, targetOf, type Target } from './target';

/** Types listed in the legend; those of the sentence come first. */
const LEGEND_TYPES = 10;
const BARS = 5;

/** What the corner speaks about. */
export interface CornerContent {
  readonly table: SentenceTable;
  readonly schema: Schema;
  readonly palette: Palette;
  readonly selection: Selection;
  /** The likeliest labels of the cell, once the editor has sent them. */
  readonly labels: readonly LabelProbability[] | undefined;
  /** The relation that is being made, where one is. */
  readonly relating: { readonly head: TableMention; readonly tail: TableMention } | undefined;
}

/** What the inspector's buttons ask for. */
export interface CornerEvents {
  act(action: Action): void;
  /** A type was chosen for what is in focus. */
  type(name: string): void;
}

/**
 * The table's free corner: the inspector of the cell in focus, and the legend. It is a card below the diagonal where there is room (the
 * legend goes first where there is little), and a strip along the lower edge where there is none.
 */
export class CornerView {
  readonly #inspector = element('section', { class: 'inspector', dir: 'ltr', 'aria-label': 'Cell in focus' });
  readonly #legend = element('section', { class: 'legend', dir: 'ltr', 'aria-label': 'Legend' });
  readonly element = element('div', { class: 'corner strip' }, this.#inspector, this.#legend);
  readonly #events: CornerEvents;
  #form: CornerForm = 'strip';
  #top: number | undefined;
  /** What the legend was last filled for: a palette belongs to one schema. */
  #explained: { readonly palette: Palette; readonly present: string } | undefined;

  constructor(events: CornerEvents) {
    this.#events = events;
  }

  /** Fills the inspector. */
  inspect(content: CornerContent): void {
    const target = targetOf(content.table, content.selection);
    replaceChanged(this.#inspector, [
      heading(content, target),
      origin(target),
      noteLine(target),
      bars(content),
      types(content, target, this.#events),
      actions(content, target, this.#events),
    ]);
  }

  /** Fills the legend: the types, what the line and the shade of a block mean. */
  explain(table: SentenceTable, schema: Schema, palette: Palette): void {
    const present = [...new Set(table.blocks.map(({ kind, item }) => `${kind} ${item.type}`))].sort().join('\n');
    if (this.#explained?.palette === palette && this.#explained.present === present) return;
    this.#explained = { palette, present };
    this.#legend.replaceChildren(
      typeList('mention', table, schema, palette),
      typeList('relation', table, schema, palette),
      scale(),
      keys(),
    );
  }

  /** The size of every form, measured; it must not depend on the cell in focus, or the table would move with it. */
  measure(): CornerSize {
    const [form, top] = [this.#form, this.element.style.insetBlockStart];
    style(this.element, { 'inset-block-start': 'auto' });
    const height = (measured: CornerForm): number => {
      this.#setForm(measured);
      return this.element.offsetHeight;
    };
    const size = { strip: height('strip'), compact: height('compact'), full: height('full'), width: this.element.offsetWidth };
    this.#setForm(form);
    style(this.element, { 'inset-block-start': top });
    return size;
  }

  /** @param top where a card's upper edge goes, from the top of the frame */
  place(form: CornerForm, top: number): void {
    if (form === this.#form && top === this.#top) return;
    this.#top = top;
    this.#setForm(form);
    style(this.element, { 'inset-block-start': form === 'strip' ? 'auto' : `${top}px` });
  }

  #setForm(form: CornerForm): void {
    this.#form = form;
    this.element.className = `corner ${form === 'strip' ? 'strip' : 'card'} ${form}`;
  }
}

function words(table: SentenceTable, range: Range): HTMLElement {
  const text = table.words(range);
  return element('bdi', { class: 'pair-word', title: text }, text);
}

function heading({ table, schema, palette, selection, relating }: CornerContent, target: Target): HTMLElement {
  const made = element('h2', { class: 'pair' });
  const block = blockOf(target);
  const link = (...parts: readonly (Node | string)[]): HTMLElement => element('span', { class: 'pair-link' }, ...parts);
  if (relating) {
    const { head, tail } = relating;
    made.append(words(table, rangeOf(head)), link('→ ? →'), words(table, rangeOf(tail)));
  } else if (block?.kind === 'relation') {
    const type = element('span', { class: 'pair-type' }, block.item.type);
    style(type, { color: palette.paint('relation', block.item.type, 0).text });
    const symmetric = schema.relations[block.item.type]?.symmetric ?? false;
    made.append(words(table, rangeOf(block.head)), link(symmetric ? '↔ ' : '', type, ' →'), words(table, rangeOf(block.tail)));
  } else if (target.kind === 'words') {
    made.append(words(table, target.words));
    if (!block) return made;
    const type = element('span', { class: 'pair-type' }, block.item.type);
    style(type, { color: palette.paint('mention', block.item.type, 0).text });
    made.append(link(type));
  } else {
    const [rows, columns] =
      target.kind === 'pair' && !selection.isRange ? [rangeOf(target.row), rangeOf(target.column)] : [selection.rows, selection.columns];
    made.append(words(table, rows), link('×'), words(table, columns));
  }
  return made;
}

function blockOf(target: Target): Block | undefined {
  return target.kind === 'gap' ? undefined : target.block;
}

function origin(target: Target): HTMLElement {
  const block = blockOf(target);
  const made = element('p', { class: 'origin' });
  if (!block) {
    made.append(target.kind === 'words' ? 'No mention here' : 'No relation here');
    return made;
  }
  const author = originOf(block);
  made.append(
    element('span', { class: `dot ${block.item.status}`, 'aria-hidden': 'true' }),
    element('span', { class: 'author', title: author }, author),
  );
  if (block.item.score !== undefined)
    made.append(element('span', { class: 'between' }, '·'), element('strong', { class: 'number' }, percent(block.item.score)));
  if (isDoubtful(block.item)) made.append(element('span', { class: 'doubt-word' }, 'doubtful'));
  if (block.item.discuss === true) made.append(element('span', { class: 'discuss-word' }, icon('flag'), 'to discuss'));
  return made;
}

/** As high without a note as with one: the table must not move with the focus. */
function noteLine(target: Target): HTMLElement {
  const note = blockOf(target)?.item.note;
  if (note === undefined) return element('p', { class: 'note-line' });
  return element('p', { class: 'note-line', title: note }, icon('note'), element('bdi', {}, note));
}

function bars({ schema, palette, selection, labels }: CornerContent): HTMLElement {
  const { block, cell } = selection;
  const kind = cell[0] === cell[1] || block?.kind === 'mention' ? 'mention' : 'relation';
  const list = element('ul', { class: 'bars', 'aria-label': 'Likeliest labels' });
  for (const label of (labels ?? []).slice(0, BARS)) {
    const type = typeOfLabel(label);
    const fill = element('span', { class: 'bar-fill' });
    style(fill, { 'inline-size': `${(label.probability * 100).toFixed(1)}%`, 'background-color': palette.paint(kind, type, 0).line });
    const chosen = block?.kind === kind && isLabelOf(label, block, schema.relations[block.item.type]?.symmetric ?? false);
    list.append(
      element(
        'li',
        { class: chosen ? 'bar chosen' : 'bar' },
        element('span', { class: 'bar-label' }, label.label),
        element('span', { class: 'bar-track', 'aria-hidden': 'true' }, fill),
        element('span', { class: 'bar-value number' }, percent(label.probability)),
      ),
    );
  }
  if (!list.hasChildNodes()) list.append(element('li', { class: 'bar none' }, 'No probabilities for this cell'));
  return list;
}

/** The types that what is in focus can have, each with its key. */
function types(content: CornerContent, target: Target, events: CornerEvents): HTMLElement {
  const { schema, palette, relating } = content;
  const made = element('div', { class: 'type-buttons', role: 'group', 'aria-label': 'Types that can be set here' });
  const add = (kind: 'mention' | 'relation', type: string, own: string): void => {
    const pressed = (): void => {
      events.type(type);
    };
    const attributes = { class: 'type-button', 'aria-pressed': isSet(target, type) };
    const choice = button(attributes, pressed, own === '' ? '' : hint(own), type);
    style(choice, { '--line': palette.paint(kind, type, 0).line });
    made.append(choice);
  };
  if (target.kind === 'words') for (const [type, { key: own }] of Object.entries(schema.entities)) add('mention', type, own);
  else if (target.kind === 'pair') {
    const choices = relating ? relationChoices(schema, relating.head, relating.tail, true) : pairChoices(schema, target);
    for (const { type } of choices) add('relation', type, schema.relations[type]?.key ?? '');
    if (choices.length === 0) made.append(`No relation goes between ${target.row.type} and ${target.column.type}.`);
  } else made.append('A relation needs a mention in its row and in its column.');
  return made;
}

function isSet(target: Target, type: string): boolean {
  return target.kind !== 'gap' && target.block?.item.type === type && target.block.item.status !== 'rejected';
}

function actions({ schema }: CornerContent, target: Target, events: CornerEvents): HTMLElement {
  const made = element('div', { class: 'actions', role: 'group', 'aria-label': 'What can be done here' });
  for (const { action, label, key: own, isOn } of offersFor(schema, target)) {
    const pressed = (): void => {
      events.act(action);
    };
    made.append(button({ class: 'action-button', 'aria-pressed': isOn }, pressed, ...(own === '' ? [label] : [`${label} `, hint(own)])));
  }
  return made;
}

function typeList(kind: 'mention' | 'relation', table: SentenceTable, schema: Schema, palette: Palette): HTMLElement {
  const names = Object.keys(kind === 'mention' ? schema.entities : schema.relations);
  const present = new Set(table.blocks.filter((block) => block.kind === kind).map((block) => block.item.type));
  const shown = [...names].sort((a, b) => Number(present.has(b)) - Number(present.has(a))).slice(0, LEGEND_TYPES);
  const short = abbreviate(kind === 'mention' ? schema.entities : schema.relations);
  const list = element('ul', { class: `types ${kind}`, 'aria-label': kind === 'mention' ? 'Mention types' : 'Relation types' });
  for (const name of names.filter((candidate) => shown.includes(candidate))) {
    const swatch = element(
      'span',
      { class: 'swatch', 'aria-hidden': 'true' },
      kind === 'relation' ? bentArrow(true, schema.relations[name]?.symmetric ?? false) : '',
    );
    const paint = palette.paint(kind, name, strengthOf({ status: 'accepted' }, true));
    style(swatch, { '--line': paint.line, '--fill': paint.fill, '--on-fill': paint.onFill });
    const abbreviation = short.get(name);
    const own = (kind === 'mention' ? schema.entities : schema.relations)[name]?.key ?? '';
    const entry = element('li', { class: present.has(name) ? 'present' : 'absent' }, swatch, element('span', { class: 'type-name' }, name));
    if (abbreviation !== undefined && abbreviation !== name) entry.append(element('span', { class: 'abbreviation' }, abbreviation));
    if (own !== '') entry.append(key(own));
    list.append(entry);
  }
  if (names.length > shown.length) list.append(element('li', { class: 'absent' }, `and ${names.length - shown.length} more`));
  return list;
}

function scale(): HTMLElement {
  const line = (name: string, text: string): HTMLElement =>
    element('span', { class: 'line-entry' }, element('span', { class: `sample ${name}`, 'aria-hidden': 'true' }), text);
  return element(
    'p',
    { class: 'scale' },
    element('span', { class: 'ramp-entry' }, '0%', element('span', { class: 'ramp', 'aria-hidden': 'true' }), '100% sure'),
    line('suggested', 'suggested'),
    line('accepted', 'accepted'),
    element('span', { class: 'line-entry' }, element('span', { class: 'doubt in-text', 'aria-hidden': 'true' }, '?'), 'doubtful'),
  );
}

/** The keys that no button shows. */
function keys(): HTMLElement {
  const entry = (names: readonly string[], does: string): HTMLElement =>
    element('span', { class: 'key-entry' }, ...names.map(key), ` ${does}`);
  return element(
    'p',
    { class: 'keys' },
    entry(['n', 'p'], 'next, previous doubtful'),
    entry(['[', ']'], 'a word more'),
    entry(['{', '}'], 'a word less'),
    entry(['Ctrl+←↑↓→'], 'to the next mention'),
    entry(['Shift+↓'], 'select words'),
  );
}
