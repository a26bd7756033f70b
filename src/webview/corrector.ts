import type { Schema } from '../annotation/schema';
import type { TableChange, TableMention } from '../protocol/table';
import { ACTION_OF_KEY, offersFor, SENTENCE_ACTIONS, type Action } from './actions';
import { strengthOf } from './blocks';
import { cellText } from './describe';
import type { TableGrid } from './grid';
import { openNote } from './noteField';
import type { Palette } from './palette';
import { openPicker, type PickerEntry } from './picker';
import type { Closing } from './popup';
import type { Press } from './press';
import { crossing, firstCell, isSameCell, type Block, type Cell, type SentenceTable } from './sentenceTable';
import { blocksIn, pairChoices, relationChoices, targetOf, typeOfKey, type RelationChoice, type Target } from './target';

/** How a message is meant: what was done, what could not be done, or what the keys do for the moment. */
export type Tone = 'done' | 'error' | 'mode';

/** What correcting asks of the page. */
export interface CorrectorEvents {
  /** Sends changes to the editor, as one step to undo; it answers, and `answered` must be called then. */
  change(changes: readonly TableChange[]): void;
  say(message: string, tone: Tone): void;
  /** A relation is to go from this mention, by its id; or no more. */
  relating(mention: string | undefined): void;
  goToDoubt(step: 1 | -1): void;
  goToOpen(): void;
  reveal(): void;
}

/** The sentence as it is shown. */
interface Shown {
  readonly table: SentenceTable;
  readonly schema: Schema;
  readonly palette: Palette;
}

/** What is done once the editor has answered that a change was made. */
interface Pending {
  /** Where the focus goes: to a cell, or to an item by its id, where that is still there. */
  readonly follow?: string | Cell;
  then?(): void;
}

/** A relation that is being made by the keyboard: its ends, and the mentions that its head's relations may go to. */
interface Relating {
  readonly head: TableMention;
  readonly tail: TableMention;
  readonly tails: readonly TableMention[];
}

/** Turns keys, buttons and drags into changes of the sentence that is shown. */
export class Corrector {
  readonly #grid: TableGrid;
  readonly #parent: HTMLElement;
  readonly #events: CorrectorEvents;
  readonly #pending: Pending[] = [];
  #shown: Shown | undefined;
  #relating: Relating | undefined;

  /** @param parent what dialogs are put into */
  constructor(grid: TableGrid, parent: HTMLElement, events: CorrectorEvents) {
    this.#grid = grid;
    this.#parent = parent;
    this.#events = events;
  }

  /** Whether the editor has not yet answered a change: then keys must wait, as they are about what comes of it. */
  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  /** A sentence is shown, or another state of it; without one, there is nothing to correct. */
  show(shown: Shown | undefined): void {
    const isOther = shown?.table.view.index !== this.#shown?.table.view.index;
    this.#shown = shown;
    if (!this.#relating) return;
    const [head, tail] = [this.#relating.head, this.#relating.tail].map(({ id }) => shown?.table.blockOf(id));
    const standing = head?.kind === 'mention' && tail?.kind === 'mention' && !isOther && !this.isWaiting;
    const tails = standing ? this.#tailsOf(head.item) : [];
    if (standing && tails.includes(tail.item)) this.#relating = { head: head.item, tail: tail.item, tails };
    else this.#leave();
  }

  /** The relation that is being made, where one is. */
  get relating(): { readonly head: TableMention; readonly tail: TableMention } | undefined {
    return this.#relating;
  }

  /** The editor has answered a change. */
  answered(error: string | undefined): void {
    const pending = this.#pending.shift();
    if (error !== undefined) {
      this.#events.say(error, 'error');
      return;
    }
    const follow = pending?.follow;
    const block = typeof follow === 'string' ? this.#shown?.table.blockOf(follow) : undefined;
    if (block && block.item.status !== 'rejected' && this.#grid.selection?.block !== block) this.#grid.moveTo(firstCell(block));
    if (follow && typeof follow !== 'string') this.#grid.moveTo(follow);
    if (pending?.then) pending.then();
    else if (this.#shown && this.#grid.selection)
      this.#events.say(cellText(this.#shown.table, this.#grid.selection.cell, undefined), 'done');
  }

  /** The focus has moved: by a way that is none of relating's, the person has thought better of it. */
  moved(cell: Cell): void {
    if (!this.#relating) return;
    if (!isSameCell(cell, crossing(this.#relating.head, this.#relating.tail))) this.#leave();
  }

  /** Does what a key says. Says whether it is one that does something here. */
  press(press: Press): boolean {
    if (!this.#shown || press.alt) return false;
    if (press.control) {
      if (press.key !== 'Enter' || !press.inGrid) return false;
      this.#events.reveal();
      return true;
    }
    if (this.#relating && press.inGrid) return this.#pressRelating(this.#relating, press);
    const action = Object.hasOwn(ACTION_OF_KEY, press.key) ? ACTION_OF_KEY[press.key] : undefined;
    if (action !== undefined) {
      if (!press.inGrid && !SENTENCE_ACTIONS.has(action)) return false;
      this.act(action);
      return true;
    }
    if (!press.inGrid || !/^[a-z0-9]$/u.test(press.key)) return false;
    this.#typed(press.key);
    return true;
  }

  act(action: Action): void {
    const [shown, selection] = [this.#shown, this.#grid.selection];
    if (!shown || !selection) return;
    const target = targetOf(shown.table, selection);
    const block = target.kind === 'gap' ? undefined : target.block;
    switch (action) {
      case 'accept':
        this.#setStatus(blocksIn(shown.table, selection), 'accepted');
        break;
      case 'reject':
        this.#setStatus(blocksIn(shown.table, selection), 'rejected');
        break;
      case 'remove': {
        const blocks = blocksIn(shown.table, selection);
        if (blocks.length === 0) this.#refuse('There is nothing here to delete.');
        // A mention takes its relations along, so they go first.
        const ordered = [...blocks].sort((a, b) => Number(a.kind === 'mention') - Number(b.kind === 'mention'));
        this.#send(ordered.map(({ item: { id } }) => ({ kind: 'remove', id })));
        break;
      }
      case 'reverse':
        if (block?.kind !== 'relation') this.#refuse('Only a relation has a direction. Go to one to reverse it.');
        else if (shown.schema.relations[block.item.type]?.symmetric === true)
          this.#refuse(`${block.item.type} goes both ways: there is nothing to reverse.`);
        else this.#send([{ kind: 'reverse', id: block.item.id }], { follow: block.item.id });
        break;
      case 'discuss':
        if (!block) this.#refuse('There is nothing here to flag.');
        else this.#send([{ kind: 'setDiscuss', id: block.item.id, discuss: block.item.discuss !== true }]);
        break;
      case 'note':
        if (block) this.#openNote(shown.table, block);
        break;
      case 'change':
        this.openPicker();
        break;
      case 'relate':
        this.#relate(shown, target);
        break;
      case 'widenStart':
      case 'narrowStart':
      case 'widenEnd':
      case 'narrowEnd':
        this.#resize(shown.table, block, action);
        break;
      case 'acceptAll':
        this.#send([{ kind: 'acceptAll' }], { then: () => this.#events.say('Every suggestion of this sentence is accepted.', 'done') });
        break;
      case 'acceptAllDone':
        this.#send([{ kind: 'acceptAll' }, { kind: 'setState', state: 'done' }], { then: () => this.#events.goToOpen() });
        break;
      case 'done':
        this.#setState(shown.table, 'done');
        break;
      case 'skip':
        this.#setState(shown.table, 'skipped');
        break;
      case 'nextDoubt':
        this.#events.goToDoubt(1);
        break;
      case 'previousDoubt':
        this.#events.goToDoubt(-1);
        break;
      case 'nextOpen':
        this.#events.goToOpen();
        break;
      case 'reveal':
        this.#events.reveal();
        break;
    }
  }

  /** Gives what is in focus a type. */
  setType(type: string): void {
    const [shown, selection] = [this.#shown, this.#grid.selection];
    if (!shown || !selection) return;
    const target = targetOf(shown.table, selection);
    if (this.#relating) this.#relateAs(shown.schema, this.#relating, type);
    else if (target.kind === 'words') this.#setMentionType(target, type);
    else if (target.kind === 'pair') {
      const choice = pairChoices(shown.schema, target).find((one) => one.type === type);
      if (choice) this.#setRelation(choice);
      else this.#refuse(`${type} does not go between ${target.row.type} and ${target.column.type} in the types of this text.`);
    }
  }

  /** Lists the types that can be chosen at the focus, and what else can be done there. */
  openPicker(): void {
    const [shown, selection] = [this.#shown, this.#grid.selection];
    if (!shown || !selection) return;
    const target = targetOf(shown.table, selection);
    const relating = this.#relating;
    if (target.kind === 'gap') {
      this.#refuseGap(shown.table, target);
      return;
    }
    if (relating) {
      this.#pickRelation(relating.head, relating.tail);
      return;
    }
    const types =
      target.kind === 'words'
        ? this.#mentionEntries(shown, target)
        : pairChoices(shown.schema, target).map((choice) => this.#relationEntry(shown, choice, target.block));
    const actions = offersFor(shown.schema, target)
      .filter(({ action }) => target.block !== undefined && action !== 'change')
      .map(({ action, label, key, isOn }): PickerEntry => ({
        label: isOn === true ? `${label} no more` : label,
        key,
        isCurrent: false,
        choose: () => {
          this.act(action);
        },
      }));
    if (types.length + actions.length === 0 && target.kind === 'pair') this.#refuseNone(target.row, target.column);
    else this.#open(titleOf(shown.table, target), [...types, ...actions]);
  }

  /** The mouse went from one mention to another: a relation from the first to the second, or else the other way round. */
  relate(head: TableMention, tail: TableMention): void {
    const shown = this.#shown;
    if (!shown) return;
    this.#grid.moveTo(crossing(head, tail));
    this.#pickRelation(head, tail, false);
  }

  #pickRelation(head: TableMention, tail: TableMention, strict = true): void {
    const [shown, standing] = [this.#shown, this.#grid.selection?.block];
    if (!shown) return;
    const block = standing?.kind === 'relation' ? standing : undefined;
    const choices = relationChoices(shown.schema, head, tail, strict);
    if (choices.length === 0) this.#refuseNone(head, tail);
    else
      this.#open(
        `Relation from ${shown.table.wordsOf(head)} to ${shown.table.wordsOf(tail)}`,
        choices.map((choice) => this.#relationEntry(shown, choice, block)),
      );
  }

  #open(title: string, entries: readonly PickerEntry[]): void {
    openPicker(this.#parent, title, this.#grid.focusBox, entries, (how) => {
      this.#closed(how);
    });
  }

  #closed(how: Closing): void {
    if (how !== 'left') {
      this.#grid.focus();
      return;
    }
    // Tab leads out of the dialog and to nothing; a click leads where it was made, which may be another window.
    setTimeout(() => {
      if (document.hasFocus() && document.activeElement === document.body) this.#grid.focus();
    });
  }

  #openNote(table: SentenceTable, block: Block): void {
    const { id, note = '' } = block.item;
    const keep = (written: string): void => {
      if (written !== note) this.#send([{ kind: 'setNote', id, note: written }]);
    };
    const name = block.kind === 'mention' ? table.wordsOf(block.item) : `${block.item.type} of ${table.wordsOf(block.head)}`;
    openNote(this.#parent, `Note on ${name}`, this.#grid.focusBox, note, keep, (how) => {
      this.#closed(how);
    });
  }

  #mentionEntries({ schema, palette }: Shown, target: Extract<Target, { kind: 'words' }>): PickerEntry[] {
    return Object.entries(schema.entities).map(([type, { key, description, verbose, guideline }]) => ({
      label: type,
      key,
      description: description ?? verbose,
      guideline,
      paint: palette.paint('mention', type, strengthOf({ status: 'accepted' }, true)),
      isCurrent: target.block?.item.type === type,
      choose: () => {
        this.#setMentionType(target, type);
      },
    }));
  }

  #relationEntry({ schema, palette }: Shown, choice: RelationChoice, block: Block | undefined): PickerEntry {
    const type = schema.relations[choice.type];
    return {
      label: choice.type,
      key: type?.key ?? '',
      description: type?.description ?? type?.verbose,
      guideline: type?.guideline,
      paint: palette.paint('relation', choice.type, strengthOf({ status: 'accepted' }, true)),
      arrow: type?.symmetric === true ? 'both' : choice.head.startToken < choice.tail.startToken ? 'forward' : 'back',
      isCurrent: block?.item.type === choice.type,
      choose: () => {
        this.#setRelation(choice);
      },
    };
  }

  #setMentionType({ words: [startToken, endToken], block }: Extract<Target, { kind: 'words' }>, type: string): void {
    const isThat = block?.rows[0] === startToken && block.rows[1] === endToken;
    if (isThat) this.#send([{ kind: 'setType', id: block.item.id, type }], { follow: block.item.id });
    else this.#send([{ kind: 'addMention', startToken, endToken, type }], { follow: [startToken, startToken] });
  }

  #setRelation({ type, head, tail }: RelationChoice): void {
    this.#send([{ kind: 'addRelation', head: head.id, tail: tail.id, type }]);
  }

  #setStatus(blocks: readonly Block[], status: 'accepted' | 'rejected'): void {
    const verb = status === 'accepted' ? 'accept' : 'reject';
    const others = blocks.filter(({ item }) => item.status !== status);
    if (blocks.length === 0) this.#refuse(`There is nothing here to ${verb}.`);
    else if (others.length === 0) this.#events.say(`This is ${status} already.`, 'done');
    else this.#send(others.map(({ item: { id } }) => ({ kind: 'setStatus', id, status })));
  }

  /** Sets the state and goes on; a second time takes it back and stays. */
  #setState({ view }: SentenceTable, state: 'done' | 'skipped'): void {
    if (view.state === state)
      this.#send([{ kind: 'setState', state: 'in-progress' }], {
        then: () => this.#events.say(`Sentence ${view.index + 1} is in progress again.`, 'done'),
      });
    else
      this.#send([{ kind: 'setState', state }], {
        then: () => {
          this.#events.say(`Sentence ${view.index + 1} is ${state}.`, 'done');
          this.#events.goToOpen();
        },
      });
  }

  #resize(table: SentenceTable, block: Block | undefined, action: 'widenStart' | 'widenEnd' | 'narrowStart' | 'narrowEnd'): void {
    if (block?.kind !== 'mention') {
      this.#refuse('Only a mention can be made wider or narrower. Go to one first.');
      return;
    }
    const [start, end] = block.rows;
    const startToken = start + (action === 'widenStart' ? -1 : action === 'narrowStart' ? 1 : 0);
    const endToken = end + (action === 'widenEnd' ? 1 : action === 'narrowEnd' ? -1 : 0);
    const reached = action === 'widenStart' ? startToken : action === 'widenEnd' ? end : undefined;
    const neighbour = reached === undefined ? undefined : table.standingAt(reached);
    if (startToken >= endToken) this.#refuse('A mention needs at least one word. Delete removes it.');
    else if (startToken < 0 || endToken > table.size) this.#refuse('The sentence ends there.');
    else if (neighbour) this.#refuse(`The word beside it belongs to ${table.wordsOf(neighbour)}. Delete or narrow that first.`);
    else this.#send([{ kind: 'setWords', id: block.item.id, startToken, endToken }], { follow: block.item.id });
  }

  /** A key that no command has: a type's. */
  #typed(key: string): void {
    const [shown, selection] = [this.#shown, this.#grid.selection];
    if (!shown || !selection) return;
    const target = targetOf(shown.table, selection);
    if (target.kind === 'gap') {
      this.#refuseGap(shown.table, target);
      return;
    }
    const type = typeOfKey(target.kind === 'words' ? shown.schema.entities : shown.schema.relations, key);
    if (type === undefined)
      this.#refuse(`No ${target.kind === 'words' ? 'mention' : 'relation'} type has the key ${key}. Enter lists them.`);
    else this.setType(type);
  }

  /** In reading order. */
  #tailsOf(head: TableMention): readonly TableMention[] {
    const shown = this.#shown;
    return (shown?.table.view.mentions ?? [])
      .filter(({ id, status }) => id !== head.id && status !== 'rejected')
      .filter((tail) => shown && relationChoices(shown.schema, head, tail, true).length > 0)
      .sort((a, b) => a.startToken - b.startToken);
  }

  #relate({ table }: Shown, target: Target): void {
    const head = target.kind === 'words' ? target.block?.item : undefined;
    if (!head || head.status === 'rejected') {
      this.#refuse('A relation starts at a mention: go to one, or mark the words first.');
      return;
    }
    const others = table.view.mentions.filter(({ id, status }) => id !== head.id && status !== 'rejected');
    const tails = this.#tailsOf(head);
    const tail = tails.find(({ startToken }) => startToken > head.startToken) ?? tails.at(-1);
    if (!tail) {
      this.#refuse(
        others.length === 0
          ? 'There is no other mention to relate it to. Mark one first.'
          : `No relation goes from ${head.type} to another mention of this sentence.`,
      );
      return;
    }
    this.#aim({ head, tail, tails });
  }

  #aim(relating: Relating): void {
    const shown = this.#shown;
    if (!shown) return;
    const { head, tail } = relating;
    this.#relating = relating;
    this.#grid.mark(head.id);
    this.#events.relating(head.id);
    this.#grid.moveTo(crossing(head, tail));
    const keys = relationChoices(shown.schema, head, tail, true)
      .map(({ type }) => `${shown.schema.relations[type]?.key ?? ''} ${type}`.trim())
      .join(', ');
    const [from, to] = [shown.table.wordsOf(head), shown.table.wordsOf(tail)];
    this.#events.say(`Relate ${from} to ${to}: ${keys}. Arrow keys choose another mention, Escape leaves.`, 'mode');
  }

  #pressRelating(relating: Relating, { key }: Press): boolean {
    const { head, tail, tails } = relating;
    const isRtl = this.#shown?.table.view.direction === 'rtl';
    const [back, forth] = isRtl ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
    const step = [forth, 'ArrowDown', 'n'].includes(key) ? 1 : [back, 'ArrowUp', 'p'].includes(key) ? -1 : 0;
    if (step !== 0) {
      const next = tails[(tails.indexOf(tail) + step + tails.length) % tails.length];
      if (next) this.#aim({ head, tail: next, tails });
    } else if (key === 'Escape') {
      this.#leave();
      this.#events.say('', 'done');
      this.#grid.moveTo([head.startToken, head.startToken]);
    } else if (key === 'Enter' || key === 'e') this.openPicker();
    else if (/^[a-z0-9]$/u.test(key)) this.#relateByKey(relating, key);
    else return false;
    return true;
  }

  #relateByKey(relating: Relating, key: string): void {
    const schema = this.#shown?.schema;
    const type = schema && typeOfKey(schema.relations, key);
    if (schema && type !== undefined) this.#relateAs(schema, relating, type);
    else this.#refuse(`No relation type has the key ${key}. Enter lists them, Escape leaves.`);
  }

  #relateAs(schema: Schema, { head, tail }: Relating, type: string): void {
    const choice = relationChoices(schema, head, tail, true).find((one) => one.type === type);
    if (choice) this.#setRelation(choice);
    else this.#refuse(`${type} does not go from ${head.type} to ${tail.type} in the types of this text.`);
  }

  #leave(): void {
    this.#relating = undefined;
    this.#grid.mark(undefined);
    this.#events.relating(undefined);
  }

  #send(changes: readonly TableChange[], pending: Pending = {}): void {
    if (changes.length === 0) return;
    this.#pending.push(pending);
    this.#events.change(changes);
  }

  #refuse(message: string): void {
    this.#events.say(message, 'error');
  }

  #refuseGap(table: SentenceTable, { words }: Extract<Target, { kind: 'gap' }>): void {
    this.#refuse(`A relation needs a mention in its row and in its column, and “${table.words(words)}” is in none. Mark it first.`);
  }

  #refuseNone(one: TableMention, other: TableMention): void {
    this.#refuse(`No relation goes between ${one.type} and ${other.type} in the types of this text.`);
  }
}

function titleOf(table: SentenceTable, target: Extract<Target, { kind: 'words' | 'pair' }>): string {
  return target.kind === 'words' ? table.words(target.words) : `${table.wordsOf(target.row)} and ${table.wordsOf(target.column)}`;
}
