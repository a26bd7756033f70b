import { RESERVED_KEYS, TYPE_KEYS } from '../annotation/keys';
import { formKeys, type RelationFields, type TypeFields, type TypesForm, type TypeUse, useOf } from '../annotation/typesForm';
import type { FromTypes, RenamedDocument, ToTypes } from '../protocol/typesForm';
import { button, element, style } from './dom';
import { connectTo } from './editor';
import './types.css';

/*
 * The form in which a project's types are edited. The form is the page's own until it is saved; the editor keeps it as a draft. Names,
 * descriptions and guidelines come from files: they are set as values and text, never as markup.
 */

type Kind = 'entities' | 'relations';

const NEW_COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#b07aa1', '#76b7b2', '#edc948', '#ff9da7', '#9c755f', '#bab0ac'];

const DRAFT_DELAY_MS = 200;

const NAMES: Readonly<Record<Kind, { readonly title: string; readonly one: string; readonly about: string }>> = {
  entities: { title: 'Mention types', one: 'mention type', about: 'What words can be: a person, a drug, a place.' },
  relations: { title: 'Relation types', one: 'relation type', about: 'How a head mention is related to a tail mention.' },
};

class TypesPage {
  readonly #post: (message: FromTypes) => void = connectTo((message) => {
    this.#receive(message as ToTypes);
  });
  readonly #app = document.getElementById('app') ?? document.body;
  readonly #status = element('p', { class: 'status-message', role: 'status' });
  #form: TypesForm = { entities: [], relations: [] };
  #use: TypeUse = { entities: {}, relations: {} };
  #path = '';
  #isFile = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.#app.classList.add('types-page');
    this.#post({ kind: 'ready' });
  }

  #receive(message: ToTypes): void {
    switch (message.kind) {
      case 'types':
        this.#form = message.form;
        this.#use = message.use;
        this.#path = message.path;
        this.#isFile = message.isFile;
        this.#draw();
        return;
      case 'preview':
        this.#preview(message.documents, message.unlisted);
        return;
      case 'saved':
        this.#say(message.message, 'done');
        return;
      case 'problems':
        this.#showProblems(message);
    }
  }

  #say(message: string, tone: 'done' | 'error' | ''): void {
    this.#status.textContent = message;
    this.#status.parentElement?.setAttribute('data-tone', tone);
  }

  #draw(): void {
    const save = (): void => {
      this.#save(false);
    };
    const discard = (): void => {
      this.#post({ kind: 'discard' });
    };
    const openFile = (): void => {
      this.#post({ kind: 'openFile' });
    };
    const file = button({ class: 'text-button' }, openFile, 'Open as JSON');
    file.hidden = !this.#isFile;
    const place = this.#isFile ? this.#path : `${this.#path} (made when you save)`;
    this.#app.replaceChildren(
      element(
        'header',
        { class: 'toolbar' },
        element('h1', {}, 'Types'),
        element('span', { class: 'document-name' }, place),
        element(
          'div',
          { class: 'toolbar-group toolbar-end' },
          file,
          button({ class: 'text-button' }, discard, 'Discard Changes'),
          button({ class: 'primary-button' }, save, 'Save'),
        ),
      ),
      element('main', { class: 'types-main' }, this.#section('entities'), this.#section('relations')),
      element('footer', { class: 'status' }, this.#status),
    );
    this.#say('', '');
  }

  #section(kind: Kind): HTMLElement {
    const { title, one, about } = NAMES[kind];
    const add = (): void => {
      this.#add(kind);
    };
    const cards = this.#form[kind].map((_, index) => this.#card(kind, index));
    return element(
      'section',
      { class: 'types-section', 'aria-label': title },
      element('h2', {}, title),
      element('p', { class: 'types-about' }, about),
      element('ul', { class: 'cards', 'data-kind': kind }, ...cards),
      button({ class: 'text-button' }, add, `Add ${one}`),
    );
  }

  #card(kind: Kind, index: number): HTMLElement {
    const type = this.#form[kind][index];
    if (type === undefined) return element('li');
    const id = `${kind}-${index}`;
    const card = element('li', { class: 'card', id });
    style(card, { '--type': type.colour });

    const colour = element('input', { type: 'color', value: type.colour, 'aria-label': 'Colour' });
    colour.addEventListener('input', () => {
      style(card, { '--type': colour.value });
      this.#change(kind, index, { colour: colour.value });
    });
    const name = element('input', { type: 'text', class: 'field name', value: type.name, 'aria-label': 'Name', spellcheck: 'false' });
    name.addEventListener('input', () => {
      this.#change(kind, index, { name: name.value });
      card.querySelector('.remove')?.setAttribute('aria-label', `Remove ${name.value}`);
      if (kind === 'entities')
        for (const label of this.#app.querySelectorAll(`.entity-name[data-index="${index}"]`)) label.textContent = name.value;
    });
    const remove = (): void => {
      this.#remove(kind, index);
    };
    const used = type.was === undefined ? 0 : useOf(this.#use[kind], type.was);
    const description = element('input', { type: 'text', class: 'field', value: type.description, id: `${id}-description` });
    description.addEventListener('input', () => {
      this.#change(kind, index, { description: description.value });
    });
    const guideline = element('textarea', { class: 'field', rows: 2, id: `${id}-guideline` });
    guideline.value = type.guideline;
    guideline.addEventListener('input', () => {
      this.#change(kind, index, { guideline: guideline.value });
    });
    card.append(
      element(
        'div',
        { class: 'card-head' },
        colour,
        name,
        this.#keyChoice(kind, index),
        element('span', { class: 'used number' }, used === 0 ? 'not used yet' : `used ${used} ${used === 1 ? 'time' : 'times'}`),
        button({ class: 'text-button remove', 'aria-label': `Remove ${type.name}` }, remove, 'Remove'),
      ),
      element('label', { class: 'row', for: description.id }, 'Description', description),
      element('label', { class: 'row', for: guideline.id }, 'Guideline: when to choose it, and when not', guideline),
    );
    if (kind === 'relations') card.append(...this.#constraints(index));
    card.append(element('p', { class: 'problem', id: `${id}-problem` }));
    return card;
  }

  #keyChoice(kind: Kind, index: number): HTMLElement {
    const select = element('select', { class: 'field key-choice', 'aria-label': 'Key' });
    const fill = (): void => {
      const types = this.#form[kind];
      const own = types[index]?.key ?? '';
      const taken = new Set(types.filter((_, at) => at !== index).map(({ key }) => key));
      const given = formKeys(types.map((type, at) => (at === index ? { ...type, key: '' } : type)))[index] ?? '';
      const free = TYPE_KEYS.filter((key) => !taken.has(key) && !Object.hasOwn(RESERVED_KEYS, key));
      select.replaceChildren(
        element('option', { value: '' }, given === '' ? 'no key left' : `any key (${given})`),
        ...free.map((key) => element('option', { value: key }, `key ${key}`)),
      );
      // A key that the file has and no type can have is shown all the same, so that it can be seen and changed.
      if (own !== '' && !free.includes(own)) select.append(element('option', { value: own }, `key ${own} (can't be used)`));
      select.value = own;
    };
    fill();
    // What is free depends on the other types: looked at anew whenever the list may be opened.
    select.addEventListener('focus', fill);
    select.addEventListener('change', () => {
      this.#change(kind, index, { key: select.value });
    });
    return select;
  }

  #constraints(index: number): readonly HTMLElement[] {
    const relation = this.#form.relations[index];
    const choice = (end: 'head' | 'tail', legend: string): HTMLElement => {
      const boxes = this.#form.entities.map(({ name }, at) => {
        const box = element('input', { type: 'checkbox', value: at });
        box.checked = relation?.[end].includes(at) ?? false;
        return element('label', { class: 'choice' }, box, element('span', { class: 'entity-name', 'data-index': at }, name));
      });
      const group = element('fieldset', { class: 'ends' }, element('legend', {}, legend), ...boxes);
      group.addEventListener('change', () => {
        const chosen = [...group.querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => Number(value));
        this.#change('relations', index, { [end]: chosen });
      });
      return group;
    };
    const symmetric = element('input', { type: 'checkbox' });
    symmetric.checked = relation?.symmetric ?? false;
    symmetric.addEventListener('change', () => {
      this.#change('relations', index, { symmetric: symmetric.checked });
    });
    return [
      element('div', { class: 'constraints' }, choice('head', 'From (none: any)'), choice('tail', 'To (none: any)')),
      element('label', { class: 'choice' }, symmetric, element('span', {}, 'Symmetric: the same in both directions')),
    ];
  }

  #change(kind: Kind, index: number, change: Partial<RelationFields>): void {
    const changed = <T extends TypeFields>(types: readonly T[]): readonly T[] =>
      types.map((type, at) => (at === index ? { ...type, ...change } : type));
    this.#form =
      kind === 'entities'
        ? { ...this.#form, entities: changed(this.#form.entities) }
        : { ...this.#form, relations: changed(this.#form.relations) };
    this.#keepDraft();
  }

  #add(kind: Kind): void {
    const { entities, relations } = this.#form;
    const index = this.#form[kind].length;
    const name = freeName(kind === 'entities' ? 'New type' : 'New relation', this.#form[kind]);
    const fields = { name, colour: NEW_COLOURS[index % NEW_COLOURS.length] ?? '', key: '', description: '', guideline: '' };
    this.#form =
      kind === 'entities'
        ? { relations, entities: [...entities, fields] }
        : { entities, relations: [...relations, { ...fields, head: [], tail: [], symmetric: false }] };
    this.#keepDraft();
    this.#draw();
    const field = this.#app.querySelector<HTMLInputElement>(`#${kind}-${index} .name`);
    field?.focus();
    field?.select();
  }

  #remove(kind: Kind, index: number): void {
    const { entities, relations } = this.#form;
    // What stands after the removed type moves up by one.
    const without = (indices: readonly number[]): readonly number[] =>
      indices.filter((at) => at !== index).map((at) => (at > index ? at - 1 : at));
    this.#form =
      kind === 'entities'
        ? {
            entities: entities.filter((_, at) => at !== index),
            relations: relations.map((type) => ({ ...type, head: without(type.head), tail: without(type.tail) })),
          }
        : { entities, relations: relations.filter((_, at) => at !== index) };
    this.#keepDraft();
    this.#draw();
    this.#app.querySelector<HTMLElement>(`#${kind}-${Math.max(0, index - 1)} .name`)?.focus();
  }

  #keepDraft(): void {
    this.#say('Not saved yet.', '');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#post({ kind: 'draft', form: this.#form });
    }, DRAFT_DELAY_MS);
  }

  #save(confirmed: boolean): void {
    clearTimeout(this.#timer);
    for (const problem of this.#app.querySelectorAll('.problem')) problem.textContent = '';
    for (const field of this.#app.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
    this.#post({ kind: 'save', form: this.#form, confirmed });
  }

  #showProblems({ problems }: Extract<ToTypes, { kind: 'problems' }>): void {
    for (const { path, message } of [...problems].reverse()) {
      const [kind, name, key] = path;
      const index = kind === 'entities' || kind === 'relations' ? this.#form[kind].findLastIndex((type) => type.name === name) : -1;
      const card = index < 0 ? null : document.getElementById(`${String(kind)}-${index}`);
      const text = card?.querySelector('.problem');
      if (card === null || text === null || text === undefined) continue;
      text.textContent = sentence(message);
      const field = card.querySelector<HTMLElement>(key === 'key' ? '.key-choice' : '.name');
      field?.setAttribute('aria-invalid', 'true');
      field?.setAttribute('aria-describedby', text.id);
      field?.focus();
    }
    const [first] = problems;
    this.#say(first === undefined ? '' : `Not saved: ${first.message}.`, 'error');
  }

  /** What will be renamed, document by document; nothing is until the person says so. */
  #preview(documents: readonly RenamedDocument[], unlisted: readonly string[]): void {
    const dialog = element('dialog', { class: 'preview', 'aria-labelledby': 'preview-title' });
    const cancel = (): void => {
      dialog.close();
    };
    const save = (): void => {
      dialog.close();
      this.#save(true);
    };
    const confirm = button({ class: 'primary-button' }, save, documents.length === 0 ? 'Save' : 'Save and Rename');
    dialog.addEventListener('close', () => {
      dialog.remove();
    });
    const counts = documents.map(({ name, mentions, relations }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', { class: 'number' }, String(mentions)),
        element('td', { class: 'number' }, String(relations)),
      ),
    );
    const total = (of: 'mentions' | 'relations'): string => String(documents.reduce((sum, document) => sum + document[of], 0));
    const table = element(
      'table',
      {},
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Document'), heading('Mentions'), heading('Relations'))),
      element('tbody', {}, ...counts),
      element(
        'tfoot',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, 'All'),
          element('td', { class: 'number' }, total('mentions')),
          element('td', { class: 'number' }, total('relations')),
        ),
      ),
    );
    const title = documents.length === 0 ? 'Remove types that are in use?' : 'Rename in these documents?';
    dialog.append(
      element('h2', { id: 'preview-title' }, title),
      ...(documents.length === 0
        ? []
        : [element('div', { class: 'preview-table', tabindex: 0, role: 'region', 'aria-label': 'Documents' }, table)]),
      ...(documents.length === 0
        ? []
        : [element('p', {}, 'Documents that are open can be undone one by one; the others are written at once.')]),
      ...(unlisted.length === 0
        ? []
        : [element('p', {}, `Annotations of ${unlisted.join(', ')} stay as they are, of a type that is no longer listed.`)]),
      element('div', { class: 'preview-buttons' }, button({ class: 'text-button' }, cancel, 'Cancel'), confirm),
    );
    this.#app.append(dialog);
    dialog.showModal();
    confirm.focus();
  }
}

function heading(name: string): HTMLElement {
  return element('th', { scope: 'col', class: 'number' }, name);
}

function freeName(name: string, types: readonly TypeFields[]): string {
  const taken = new Set(types.map((type) => type.name));
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name} ${count}`;
  return free;
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

new TypesPage().start();
