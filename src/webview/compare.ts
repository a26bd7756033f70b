import type { Choice } from '../annotation/compare/differences';
import { counted } from '../annotation/names';
import type { ComparedDifference, ComparedMention, ComparedSentence, ComparedSide, FromCompare, ToCompare } from '../protocol/compare';
import { button, element, hint, style } from './dom';
import { connectTo } from './editor';
import { onThemeChange, Palette } from './palette';
import './compare.css';

/*
 * What two people say of a text, side by side. What differs is framed and has a sign; each difference is a line that can be decided with the
 * keyboard alone: Left and Right take what stands on that side, B both, N neither; Up and Down go from line to line.
 */

type Comparison = Extract<ToCompare, { kind: 'comparison' }>;
type Decisions = Extract<ToCompare, { kind: 'decisions' }>;

/** What can be decided, with its key. */
const CHOICES: readonly { readonly choice: Choice; readonly key: string; readonly sign: string }[] = [
  { choice: 'first', key: 'ArrowLeft', sign: '←' },
  { choice: 'both', key: 'b', sign: 'B' },
  { choice: 'neither', key: 'n', sign: 'N' },
  { choice: 'second', key: 'ArrowRight', sign: '→' },
];

class ComparePage {
  readonly #post: (message: FromCompare) => void = connectTo((message) => {
    this.#receive(message as ToCompare);
  });
  readonly #app = document.getElementById('app') ?? document.body;
  readonly #status = element('p', { class: 'status-message', role: 'status' });
  readonly #lines = new Map<string, HTMLElement>();
  #shown: Comparison | undefined;
  #decisions: Decisions = { kind: 'decisions', choices: {}, done: [] };
  #showsEqual = false;

  start(): void {
    onThemeChange(() => {
      this.#build();
    });
    document.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      this.#post({ kind: key === 'y' || event.shiftKey ? 'redo' : 'undo' });
    });
    this.#post({ kind: 'ready' });
  }

  #receive(message: ToCompare): void {
    switch (message.kind) {
      case 'empty':
        this.#shown = undefined;
        this.#app.replaceChildren(
          element('main', { class: 'empty' }, element('h1', {}, 'Compare annotations'), element('p', {}, message.message)),
        );
        return;
      case 'comparison':
        this.#shown = message;
        this.#build();
        return;
      case 'decisions':
        this.#decisions = message;
        this.#showDecisions();
    }
  }

  #build(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const kept = this.#focusedKey();
    this.#lines.clear();
    const sentences = shown.sentences.filter(({ differences }) => this.#showsEqual || differences.length > 0);
    const tool = (label: string, pressed: () => void): HTMLElement => button({ class: 'text-button' }, pressed, label);
    const palette = new Palette(shown.schema);
    this.#app.replaceChildren(
      element(
        'header',
        { class: 'toolbar' },
        element('h1', {}, 'Compare annotations'),
        element('span', { class: 'document-name' }, shown.name),
        element(
          'div',
          { class: 'toolbar-group toolbar-end' },
          this.#toggle('Equal sentences, too', this.#showsEqual, (isOn) => {
            this.#showsEqual = isOn;
            this.#build();
          }),
          this.#toggle('Sentences not done, too', shown.scope === 'all', (isOn) => {
            this.#post({ kind: 'scope', scope: isOn ? 'all' : 'done' });
          }),
          tool('Take What Is Equal', () => {
            this.#post({ kind: 'takeEqual' });
          }),
          tool('Undo', () => {
            this.#post({ kind: 'undo' });
          }),
          tool('Redo', () => {
            this.#post({ kind: 'redo' });
          }),
        ),
      ),
      figures(shown),
      element(
        'main',
        { class: 'compare-main' },
        element('p', { class: 'compare-about' }, aboutOf(shown, sentences.length)),
        ...sentences.map((sentence) => this.#sentence(sentence, shown.people, palette)),
      ),
      element('footer', { class: 'status' }, this.#status, element('span', { class: 'status-engine' }, `Decisions go into ${shown.into}`)),
    );
    this.#showDecisions();
    if (kept !== undefined) this.#lines.get(kept)?.focus();
  }

  #toggle(label: string, isOn: boolean, changed: (isOn: boolean) => void): HTMLElement {
    const box = element('input', { type: 'checkbox' });
    box.checked = isOn;
    box.addEventListener('change', () => {
      changed(box.checked);
    });
    return element('label', { class: 'compare-toggle' }, box, label);
  }

  #sentence(sentence: ComparedSentence, people: readonly [string, string], palette: Palette): HTMLElement {
    const { number, text, first, second, differences } = sentence;
    const reveal = button(
      { class: 'entry-button', title: 'Show in the text' },
      () => {
        this.#post({ kind: 'reveal', sentence: number });
      },
      `Sentence ${number}`,
    );
    const side = (person: string, of: ComparedSide): HTMLElement =>
      element('div', { class: 'compare-side' }, element('h3', {}, person), markedText(text, of.mentions, palette), relationList(of));
    return element(
      'section',
      { class: 'compare-sentence', 'data-sentence': number, 'aria-label': `Sentence ${number}` },
      element('h2', {}, reveal, element('span', { class: 'compare-state' })),
      element('div', { class: 'compare-sides' }, side(people[0], first), side(people[1], second)),
      ...(differences.length === 0
        ? []
        : [
            element(
              'ul',
              { class: 'compare-lines', 'aria-label': `Differences in sentence ${number}` },
              ...differences.map((one) => element('li', {}, this.#line(one, people))),
            ),
          ]),
    );
  }

  #line(difference: ComparedDifference, people: readonly [string, string]): HTMLElement {
    const { key, first, second } = difference;
    const isOfOne = first === undefined || second === undefined;
    const nothing = element('i', {}, 'nothing');
    const line = element(
      'div',
      {
        class: 'compare-line',
        role: 'group',
        tabindex: -1,
        'data-key': key,
        'aria-label': `${people[0]}: ${first ?? 'nothing'}; ${people[1]}: ${second ?? 'nothing'}`,
        'aria-keyshortcuts': isOfOne ? 'ArrowLeft ArrowRight' : 'ArrowLeft ArrowRight B N',
      },
      element('span', { class: 'compare-value', dir: 'auto' }, first ?? nothing),
      element(
        'span',
        { class: 'compare-choices' },
        ...CHOICES.filter(({ choice }) => !isOfOne || choice === 'first' || choice === 'second').map(({ choice, sign }) =>
          button(
            { class: 'action-button', tabindex: -1, 'aria-pressed': 'false', 'data-choice': choice },
            () => {
              line.focus();
              this.#decide(key, choice);
            },
            hint(sign),
            labelOf(choice, people),
          ),
        ),
      ),
      element('span', { class: 'compare-value', dir: 'auto' }, second ?? nothing),
    );
    line.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const chosen = CHOICES.find((one) => one.key === pressed)?.choice;
      if (pressed === 'ArrowDown' || pressed === 'ArrowUp') this.#move(key, pressed === 'ArrowDown' ? 1 : -1);
      else if (chosen === undefined || (isOfOne && (chosen === 'both' || chosen === 'neither'))) return;
      else this.#decide(key, chosen);
      event.preventDefault();
    });
    line.addEventListener('focus', () => {
      for (const other of this.#lines.values()) other.tabIndex = other === line ? 0 : -1;
    });
    this.#lines.set(key, line);
    return line;
  }

  /** Decides, and goes to the next difference that is open. */
  #decide(key: string, choice: Choice): void {
    this.#post({ kind: 'decide', key, choice });
    const keys = [...this.#lines.keys()];
    const at = keys.indexOf(key);
    const next = [...keys.slice(at + 1), ...keys.slice(0, at)].find((one) => this.#decisions.choices[one] === undefined);
    if (next !== undefined) this.#lines.get(next)?.focus();
  }

  #move(key: string, step: 1 | -1): void {
    const keys = [...this.#lines.keys()];
    const next = keys[keys.indexOf(key) + step];
    if (next !== undefined) this.#lines.get(next)?.focus();
  }

  #focusedKey(): string | undefined {
    return document.activeElement?.closest('.compare-line')?.getAttribute('data-key') ?? undefined;
  }

  #showDecisions(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const { choices, done } = this.#decisions;
    for (const [key, line] of this.#lines) {
      const choice = choices[key];
      line.classList.toggle('decided', choice !== undefined);
      for (const one of line.querySelectorAll('[data-choice]'))
        one.setAttribute('aria-pressed', String(one.getAttribute('data-choice') === choice));
    }
    // One line can be reached with Tab: the one in focus, else the first that is open.
    const [first] = this.#lines.keys();
    const open = this.#focusedKey() ?? [...this.#lines.keys()].find((key) => choices[key] === undefined) ?? first;
    for (const [key, line] of this.#lines) line.tabIndex = key === open ? 0 : -1;
    for (const section of this.#app.querySelectorAll<HTMLElement>('.compare-sentence')) {
      const isDone = done.includes(Number(section.dataset['sentence']));
      const state = section.querySelector('.compare-state');
      if (state !== null) state.textContent = isDone ? '✓ done' : '';
    }
    const all = shown.sentences.flatMap(({ differences }) => differences);
    const decided = all.filter(({ key }) => choices[key] !== undefined).length;
    this.#status.textContent = `${decided} of ${counted(all.length, 'difference')} decided; ${done.length} of ${counted(shown.sentences.length, 'sentence')} done.`;
  }
}

function figures({ figures: all, scope, sentences }: Comparison): HTMLElement {
  const counts = scope === 'done' ? 'that both have done' : 'that neither has skipped';
  return element(
    'section',
    { class: 'compare-figures', 'aria-label': 'Agreement' },
    element(
      'dl',
      {},
      ...all.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', { class: 'number' }, value))),
    ),
    element('p', {}, `in ${counted(sentences.length, 'sentence')} ${counts}`),
  );
}

function aboutOf({ sentences, scope }: Comparison, shown: number): string {
  if (sentences.length === 0)
    return scope === 'done' ? 'There is no sentence that both have marked as done.' : 'There is no sentence that both have.';
  const differing = sentences.filter(({ differences }) => differences.length > 0).length;
  if (differing === 0) return 'Both say the same everywhere. "Take What Is Equal" takes it over.';
  return `${counted(differing, 'sentence')} of ${sentences.length} with differences${shown > differing ? ', and the others' : ''}. On a difference: Left and Right take that side, B both, N neither, Up and Down go on.`;
}

function labelOf(choice: Choice, people: readonly [string, string]): string {
  if (choice === 'first') return people[0];
  if (choice === 'second') return people[1];
  return choice === 'both' ? 'Both' : 'Neither';
}

/** The sentence with its mentions: underlined, with their types; what the other does not have is framed and has a sign. */
function markedText(text: string, mentions: readonly ComparedMention[], palette: Palette): HTMLElement {
  const cuts = new Set([0, text.length, ...mentions.flatMap(({ spans }) => spans.flat())]);
  const ends = [...cuts].sort((a, b) => a - b);
  const paragraph = element('p', { class: 'compare-text', dir: 'auto' });
  for (const [at, start] of ends.entries()) {
    const end = ends[at + 1];
    if (end === undefined) break;
    const words = text.slice(start, end).replace(/\s+/gu, ' ');
    const over = mentions.filter(({ spans }) => spans.some(([from, to]) => from <= start && end <= to));
    const [top] = over.toSorted((a, b) => Number(a.isEqual) - Number(b.isEqual));
    if (top === undefined) {
      paragraph.append(words);
      continue;
    }
    const mark = element('span', { class: top.isEqual ? 'compare-mark' : 'compare-mark differs' }, words);
    style(mark, { '--line': palette.paint('mention', top.type, 0.2).line });
    paragraph.append(mark);
    for (const { type, spans, isEqual } of over) if (spans.at(-1)?.[1] === end) paragraph.append(typeLabel(type, isEqual, palette));
  }
  return paragraph;
}

function typeLabel(type: string, isEqual: boolean, palette: Palette): HTMLElement {
  const label = element('span', { class: isEqual ? 'compare-type' : 'compare-type differs' }, isEqual ? ` ${type} ` : ` ≠ ${type} `);
  style(label, { color: palette.paint('mention', type, 0.2).text });
  return label;
}

function relationList({ relations }: ComparedSide): HTMLElement {
  return element(
    'ul',
    { class: 'compare-relations' },
    ...relations.map(({ type, head, tail, isEqual }) =>
      element('li', isEqual ? {} : { class: 'differs' }, `${isEqual ? '' : '≠ '}${head} → ${tail}: ${type}`),
    ),
  );
}

new ComparePage().start();
