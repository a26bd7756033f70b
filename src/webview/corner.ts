import type { Schema } from '../annotation/schema';
import type { LabelProbability } from '../protocol/table';
import { abbreviate } from './abbreviations';
import { bentArrow, strengthOf } from './blocks';
import { isLabelOf, originOf, percent, typeOfLabel } from './describe';
import { element, key, style } from './dom';
import { isDoubtful } from './doubt';
import type { CornerForm, CornerSize } from './geometry';
import type { Selection } from './grid';
import type { Palette } from './palette';
import type { SentenceTable } from './sentenceTable';

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
}

/**
 * The table's free corner: the inspector of the cell in focus, and the legend. It is a card below the diagonal where there is room (the
 * legend goes first where there is little), and a strip along the lower edge where there is none.
 */
export class CornerView {
  readonly #inspector = element('section', { class: 'inspector', dir: 'ltr', 'aria-label': 'Cell in focus' });
  readonly #legend = element('section', { class: 'legend', dir: 'ltr', 'aria-label': 'Legend' });
  readonly element = element('div', { class: 'corner strip' }, this.#inspector, this.#legend);
  #form: CornerForm = 'strip';
  #top: number | undefined;

  /** Fills the inspector. */
  inspect(content: CornerContent): void {
    this.#inspector.replaceChildren(heading(content), origin(content), bars(content), keys(content));
  }

  /** Fills the legend: the types, what the line and the shade of a block mean. */
  explain(table: SentenceTable, schema: Schema, palette: Palette): void {
    this.#legend.replaceChildren(typeList('mention', table, schema, palette), typeList('relation', table, schema, palette), scale());
  }

  /** The size of every form, measured; it must not depend on the cell in focus, or the table would move with it. */
  measure(): CornerSize {
    const now = this.#form;
    this.#top = undefined;
    style(this.element, { 'inset-block-start': 'auto' });
    const height = (form: CornerForm): number => {
      this.#setForm(form);
      return this.element.offsetHeight;
    };
    const size = { strip: height('strip'), compact: height('compact'), full: height('full'), width: this.element.offsetWidth };
    this.#setForm(now);
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

function words(table: SentenceTable, start: number, end: number): HTMLElement {
  const text = table.words([start, end]);
  return element('bdi', { class: 'pair-word', title: text }, text);
}

function heading({ table, schema, palette, selection }: CornerContent): HTMLElement {
  const { block, rows, columns } = selection;
  const made = element('h2', { class: 'pair' });
  if (block?.kind === 'relation') {
    const type = element('span', { class: 'pair-type' }, block.item.type);
    style(type, { color: palette.paint('relation', block.item.type, 0).text });
    const symmetric = schema.relations[block.item.type]?.symmetric ?? false;
    made.append(
      words(table, block.head.startToken, block.head.endToken),
      element('span', { class: 'pair-link' }, symmetric ? '↔ ' : '', type, ' →'),
      words(table, block.tail.startToken, block.tail.endToken),
    );
  } else if (block) {
    const type = element('span', { class: 'pair-type' }, block.item.type);
    style(type, { color: palette.paint('mention', block.item.type, 0).text });
    made.append(words(table, block.rows[0], block.rows[1]), element('span', { class: 'pair-link' }, type));
  } else if (rows[0] === columns[0] && rows[1] === columns[1]) {
    made.append(words(table, rows[0], rows[1]));
  } else {
    made.append(words(table, rows[0], rows[1]), element('span', { class: 'pair-link' }, '×'), words(table, columns[0], columns[1]));
  }
  return made;
}

function origin({ selection }: CornerContent): HTMLElement {
  const { block, cell } = selection;
  const made = element('p', { class: 'origin' });
  if (!block) {
    made.append(cell[0] === cell[1] ? 'No mention here' : 'No relation here');
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
  return made;
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

function keys({ selection }: CornerContent): HTMLElement {
  const entry = (names: readonly string[], does: string): HTMLElement =>
    element('span', { class: 'key-entry' }, ...names.map(key), ` ${does}`);
  const made = element('p', { class: 'keys' });
  if (selection.block) made.append(entry(['Enter'], 'show in text'));
  made.append(entry(['n', 'p'], 'doubtful'), entry(['u'], 'next open'), entry(['←', '↑', '↓', '→'], 'move'));
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
    const paint = palette.paint(kind, name, strengthOf(1, true));
    style(swatch, { '--line': paint.line, '--fill': paint.fill, '--on-fill': paint.onFill });
    const abbreviation = short.get(name);
    const entry = element('li', { class: present.has(name) ? 'present' : 'absent' }, swatch, element('span', { class: 'type-name' }, name));
    if (abbreviation !== undefined && abbreviation !== name) entry.append(element('span', { class: 'abbreviation' }, abbreviation));
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
