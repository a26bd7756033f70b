import * as vscode from 'vscode';
import { admittedTypes, type Correction, resized } from '../annotation/corrections';
import { extent, type Item, type Mention, type Relation } from '../annotation/document';
import { percent, quoted } from '../annotation/names';
import { doubtBeyond, mentionAt, mentionBeyond, nextOpenSentence, relationsOf, sentenceBefore, startOf } from '../annotation/places';
import type { EntityType } from '../annotation/schema';
import type { Span } from '../text/span';
import { triple } from './itemActions';
import { editSelected } from './itemCommands';
import { offsetAt, positionAt, rangeOf } from './offsets';
import { marking, selectedMentions, selectedSpans } from './selections';
import type { Services } from './services';
import { type Subject, subjectOf } from './subject';
import { pickType, plain, typesNamed } from './typePick';

/** Where the person is in a text. */
interface Here extends Subject {
  readonly editor: vscode.TextEditor;
  /** A span for each cursor. */
  readonly spans: readonly Span[];
  /** Offset of the first cursor. */
  readonly cursor: number;
}

type Work = (here: Here) => unknown;

/** The next relation goes from this mention. */
interface Relating {
  readonly uri: string;
  readonly head: string;
}

/** A relation that was gone to: it is what the keys are about as long as the cursor stays. */
interface AtRelation {
  readonly uri: string;
  readonly id: string;
  readonly cursor: number;
}

/** What keys do in a text: the same as in the table. */
export class AnnotateKeys implements vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Tells of changes that neither the store nor the editor tell of. */
  readonly onDidChange = this.#changed.event;
  #relating: Relating | undefined;
  #atRelation: AtRelation | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Does what a key says, once what the keys before it said is done. */
  press(editor: vscode.TextEditor, key: string): Promise<void> {
    const done = this.#queue.then(() => this.#press(editor, key));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** Leaves what is under way: relating, or the relation that was gone to. Says whether anything was. */
  leave(): boolean {
    const was = this.#relating ?? this.#atRelation;
    if (was === undefined) return false;
    this.#relating = undefined;
    this.#atRelation = undefined;
    this.#services.decorations.light(was.uri, []);
    this.#changed.fire();
    return true;
  }

  /** Whether the tail of a relation is asked for. */
  isRelating(editor: vscode.TextEditor): boolean {
    return this.#relating?.uri === editor.document.uri.toString();
  }

  /** What the keys would be about, in words. */
  describe(editor: vscode.TextEditor): string | undefined {
    const here = this.#here(editor);
    if (here === undefined) return undefined;
    const head = this.#head(here);
    if (head !== undefined) return this.#describeRelating(here, head);
    const relation = this.#relation(here);
    if (relation !== undefined) return `${triple(here, relation)}, ${decision(relation)}`;
    const mention = mentionAt(here.document, here.cursor);
    return mention && `${mention.type} ${quoted(mention.text)}, ${decision(mention)}`;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #press(editor: vscode.TextEditor, key: string): Promise<void> {
    let here = this.#here(editor);
    if (here === undefined || here.document.sentences.length === 0) {
      await this.#services.corrections.prepare(editor.document);
      here = this.#here(editor);
    }
    if (here === undefined) return;
    const works = this.#head(here) === undefined ? this.#works : { ...this.#works, ...this.#worksWhileRelating };
    const work = Object.hasOwn(works, key) ? works[key] : undefined;
    if (work === undefined) this.#type(here, key);
    else await work(here);
    this.#changed.fire();
  }

  readonly #works: Readonly<Record<string, Work>> = {
    a: (here) => this.#decide(here, 'accepted'),
    x: (here) => this.#decide(here, 'rejected'),
    r: (here) => this.#reverse(here),
    e: (here) => this.#relate(here),
    n: (here) => this.#goToDoubt(here, 1),
    p: (here) => this.#goToDoubt(here, -1),
    d: (here) => this.#setState(here, 'done'),
    s: (here) => this.#setState(here, 'skipped'),
    u: (here) => this.#goToOpen(here),
    f: (here) => this.#flag(here),
    delete: (here) => this.#correctItems(here, ({ id }) => ({ kind: 'remove', id })),
    enter: (here) => this.#edit(here),
    tab: (here) => this.#goToMention(here, 1),
    'shift+tab': (here) => this.#goToMention(here, -1),
    'shift+a': (here) => this.#inSentences(here, (sentence) => [{ kind: 'acceptAll', sentence }]),
    'shift+d': (here) => this.#acceptAndFinish(here),
    '[': (here) => this.#resize(here, 'start', 'widen'),
    ']': (here) => this.#resize(here, 'end', 'widen'),
    '{': (here) => this.#resize(here, 'start', 'narrow'),
    '}': (here) => this.#resize(here, 'end', 'narrow'),
  };

  readonly #worksWhileRelating: Readonly<Record<string, Work>> = {
    e: (here) => this.#relateTo(here),
    enter: (here) => this.#relateTo(here),
    n: (here) => this.#goToMention(here, 1),
    p: (here) => this.#goToMention(here, -1),
  };

  #here(editor: vscode.TextEditor): Here | undefined {
    const uri = editor.document.uri.toString();
    if (this.#services.store.get(uri) === undefined) return undefined;
    return {
      ...subjectOf(this.#services, uri),
      editor,
      spans: selectedSpans(editor),
      cursor: offsetAt(editor.document, editor.selection.active),
    };
  }

  /** The head of the relation that is being made. */
  #head({ uri, document }: Here): Mention | undefined {
    return this.#relating?.uri === uri ? document.mentions.get(this.#relating.head) : undefined;
  }

  /** The relation that was gone to, as long as it is there and the cursor where it was put. */
  #relation({ uri, document, cursor, editor }: Here): Relation | undefined {
    const at = this.#atRelation;
    const stays = at?.uri === uri && at.cursor === cursor && editor.selections.length === 1 && editor.selection.isEmpty;
    const relation = stays ? document.relations.get(at.id) : undefined;
    return relation?.status === 'rejected' ? undefined : relation;
  }

  /** What the keys are about: the relation that was gone to, else the mentions at the cursors. */
  #items(here: Here): readonly (Mention | Relation)[] {
    const relation = this.#relation(here);
    return relation === undefined ? selectedMentions(here, here.spans) : [relation];
  }

  #type(here: Here, key: string): void {
    const { entities, relations } = here.schema;
    const head = this.#head(here);
    if (head !== undefined) {
      const type = typeOfKey(relations, key);
      const tail = this.#tail(here, head);
      if (type === undefined) say(`no relation type has the key ${key}`);
      else if (tail === undefined) say('go to the other mention first');
      else if (!admittedTypes(here.schema, head, tail).includes(type)) say(`${type} does not go from ${head.type} to ${tail.type}`);
      else this.#addRelation(here, head, tail, type);
      return;
    }
    const relation = this.#relation(here);
    const type = typeOfKey(relation === undefined ? entities : relations, key);
    if (type === undefined) {
      say(`no ${relation === undefined ? 'type' : 'relation type'} has the key ${key}`);
      return;
    }
    if (relation !== undefined) {
      this.#apply(here, [{ kind: 'setType', id: relation.id, type }]);
      return;
    }
    // The selection stays: keys that move it may be on their way already.
    const corrections = marking(here, here.spans, type);
    if (corrections.length === 0) say('there is no word here');
    else this.#apply(here, corrections);
  }

  #decide(here: Here, status: 'accepted' | 'rejected'): void {
    this.#correctItems(here, ({ id }) => ({ kind: 'setStatus', id, status }));
  }

  #flag(here: Here): void {
    const discuss = this.#items(here).some((item) => item.discuss !== true);
    this.#correctItems(here, ({ id }) => ({ kind: 'setDiscuss', id, discuss }));
  }

  #correctItems(here: Here, correction: (item: Item) => Correction): void {
    const items = this.#items(here);
    if (items.length === 0) say('there is no mention here');
    else this.#apply(here, items.map(correction));
  }

  #reverse(here: Here): unknown {
    const relation = this.#relation(here);
    const [mention] = selectedMentions(here, here.spans);
    const relations = relation === undefined ? relationsOf(here.document, mention?.id ?? '') : [relation];
    const [first] = relations;
    if (first === undefined) say('there is no relation here');
    else if (relations.length > 1) return this.#edit(here);
    else this.#apply(here, [{ kind: 'reverse', id: first.id }]);
    return undefined;
  }

  #edit(here: Here): unknown {
    const relation = this.#relation(here);
    return relation === undefined
      ? editSelected(this.#services, here.editor)
      : vscode.commands.executeCommand('spangrid.editRelation', here.uri, relation.id);
  }

  #relate(here: Here): void {
    const [head] = selectedMentions(here, here.spans);
    if (head === undefined) {
      say('go to a mention first: it becomes the head of the relation');
      return;
    }
    this.#atRelation = undefined;
    this.#relating = { uri: here.uri, head: head.id };
    this.#services.decorations.light(here.uri, head.spans);
  }

  /** The mention at the cursor, where it is another than the head. */
  #tail(here: Here, head: Mention): Mention | undefined {
    return selectedMentions(here, here.spans).find(({ id }) => id !== head.id);
  }

  /** The only type that is admitted is taken; of several, a key says which, or Enter asks. */
  async #relateTo(here: Here): Promise<void> {
    const head = this.#head(here);
    const tail = head && this.#tail(here, head);
    if (head === undefined || tail === undefined) {
      say('go to the other mention first');
      return;
    }
    const types = admittedTypes(here.schema, head, tail);
    const [only] = types;
    if (only === undefined) say(`no relation type goes from ${head.type} to ${tail.type}`);
    else if (types.length === 1) this.#addRelation(here, head, tail, only);
    else {
      const type = await pickType({
        kind: 'relation',
        title: `Relate ${quoted(head.text)} to ${quoted(tail.text)}`,
        types: typesNamed(here.schema.relations, types),
      });
      if (type !== undefined) this.#addRelation(here, head, tail, type);
    }
  }

  #addRelation(here: Here, head: Mention, tail: Mention, type: string): void {
    this.#apply(here, [{ kind: 'addRelation', head: head.id, tail: tail.id, type }]);
    this.leave();
  }

  #describeRelating(here: Here, head: Mention): string {
    const tail = this.#tail(here, head);
    if (tail === undefined) return `Relate ${quoted(head.text)} to …: go to the other mention, then e (Esc leaves)`;
    const types = admittedTypes(here.schema, head, tail);
    const keys = types.map((type) => `${here.schema.relations[type]?.key ?? ''} ${type}`.trim());
    const choice =
      types.length === 0 ? 'no relation type fits' : types.length === 1 ? `e adds ${types.join()}` : `press ${keys.join(', ')}`;
    return `Relate ${quoted(head.text)} to ${quoted(tail.text)}: ${choice}`;
  }

  #resize(here: Here, end: 'start' | 'end', change: 'widen' | 'narrow'): void {
    const corrections = selectedMentions(here, here.spans).flatMap((mention): Correction[] => {
      const span = mention.spans.length === 1 ? resized(here.document, mention, end, change) : undefined;
      return span === undefined ? [] : [{ kind: 'setSpan', id: mention.id, span }];
    });
    if (corrections.length === 0) {
      say(`there is no mention here to ${change} by a word`);
      return;
    }
    this.#apply(here, corrections);
    if (change === 'widen') return;
    // A cursor at the word that was left out would be at the mention no more.
    const starts = corrections.flatMap((correction) => (correction.kind === 'setSpan' ? [correction.span.startChar] : []));
    here.editor.selections = starts.map((start) => cursorAt(here, start));
  }

  /** Sets the state and goes on; a second time takes it back and stays. */
  #setState(here: Here, state: 'done' | 'skipped'): void {
    const isAlready = this.#sentences(here).every((index) => here.document.sentences[index]?.state === state);
    this.#inSentences(here, (sentence) => [{ kind: 'setState', sentence, state: isAlready ? 'in-progress' : state }]);
    if (!isAlready) this.#goOn(here);
  }

  #acceptAndFinish(here: Here): void {
    this.#inSentences(here, (sentence) => [
      { kind: 'acceptAll', sentence },
      { kind: 'setState', sentence, state: 'done' },
    ]);
    this.#goOn(here);
  }

  #goOn({ editor }: Here): void {
    const here = this.#here(editor);
    if (here !== undefined) this.#goToOpen(here);
  }

  #inSentences(here: Here, corrections: (sentence: number) => readonly Correction[]): void {
    this.#apply(here, this.#sentences(here).flatMap(corrections));
  }

  /** Indices of the sentences in which the cursors are, or behind which they stand. */
  #sentences({ document: { sentences }, spans }: Here): readonly number[] {
    if (sentences.length === 0) return [];
    return [...new Set(spans.map(({ startChar }) => Math.max(0, sentenceBefore(sentences, startChar))))];
  }

  #goToOpen(here: Here): void {
    const next = nextOpenSentence(here.document, this.#sentences(here)[0] ?? 0);
    const sentence = here.document.sentences[next ?? -1];
    if (sentence === undefined) say('no other sentence is to be done');
    else this.#goTo(here, { startChar: sentence.startChar, endChar: sentence.endChar });
  }

  #goToMention(here: Here, step: 1 | -1): void {
    const at = mentionAt(here.document, here.cursor);
    const next = mentionBeyond(here.document, at === undefined ? here.cursor : extent(at).startChar, step);
    if (next === undefined) say(`no mention ${step === 1 ? 'after' : 'before'} this one`);
    else this.#goTo(here, extent(next));
  }

  #goToDoubt(here: Here, step: 1 | -1): void {
    const from = this.#relation(here) ?? mentionAt(here.document, here.cursor) ?? here.cursor;
    const next = doubtBeyond(here.document, from, step);
    if (next === undefined) {
      say(`no doubtful item ${step === 1 ? 'after' : 'before'} this one`);
      return;
    }
    const cursor = startOf(here.document, next);
    this.leave();
    if ('head' in next) {
      const ends = [here.document.mentions.get(next.head), here.document.mentions.get(next.tail)];
      this.#atRelation = { uri: here.uri, id: next.id, cursor };
      this.#services.decorations.light(here.uri, ends.flatMap((mention) => mention?.spans ?? [])); // prettier-ignore
      this.#goTo(here, { startChar: cursor, endChar: cursor });
    } else this.#goTo(here, extent(next));
  }

  #goTo(here: Here, span: Span): void {
    here.editor.selection = cursorAt(here, span.startChar);
    here.editor.revealRange(rangeOf(here.editor.document, span), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #apply({ editor }: Here, corrections: readonly Correction[]): void {
    this.#services.corrections.apply(editor.document.uri, corrections);
  }
}

function cursorAt({ editor }: Here, offset: number): vscode.Selection {
  const at = positionAt(editor.document, offset);
  return new vscode.Selection(at, at);
}

function typeOfKey(types: Readonly<Record<string, EntityType>>, key: string): string | undefined {
  return Object.keys(types).find((name) => types[name]?.key === key);
}

/** "suggested, 61 %" */
function decision({ status, score }: Item): string {
  return score === undefined ? status : `${status}, ${percent(score)}`;
}

function say(message: string): void {
  vscode.window.setStatusBarMessage(`Spangrid: ${plain(message)}`, 4000);
}
