import { correctionEdit } from '../../src/annotation/corrections';
import { type AnnotationDocument, emptyDocument, type Mention, type Relation } from '../../src/annotation/document';
import { apply } from '../../src/annotation/edits';
import { makeMention } from '../../src/annotation/mention';
import type { Schema } from '../../src/annotation/schema';
import { correctionOf, listChange, sentenceViewOf, summariesOf } from '../../src/editor/tableContent';
import { messageOf } from '../../src/errors';
import type { SentenceSummary, TableChange, ToTable } from '../../src/protocol/table';
import { segment } from '../../src/text/segment';
import type { TablePageUnderTest } from './page';

type Rest = Partial<Pick<Mention, 'status' | 'score' | 'model' | 'note' | 'discuss'>>;

/** A document of a text: mentions by their words (the first that say so), relations by their mentions' ids. */
export function annotated(
  text: string,
  mentions: Readonly<Record<string, readonly [type: string, words: string, rest?: Rest]>>,
  relations: Readonly<Record<string, readonly [type: string, head: string, tail: string, rest?: Rest]>>,
): AnnotationDocument {
  const suggested = { status: 'suggested', score: 0.9, model: 'fast' } as const;
  return {
    ...emptyDocument(
      { file: 'news.txt', sha256: '' },
      segment(text).map((sentence) => ({ ...sentence, state: 'new' })),
    ),
    mentions: new Map(
      Object.entries(mentions).map(([id, [type, words, rest]]) => {
        const startChar = text.indexOf(words);
        const mention = makeMention(text, id, type, [{ startChar, endChar: startChar + words.length }], 'suggested');
        return [id, { ...mention, ...suggested, ...rest }];
      }),
    ),
    relations: new Map(
      Object.entries(relations).map(([id, [type, head, tail, rest]]): [string, Relation] => [
        id,
        { id, type, head, tail, ...suggested, ...rest },
      ]),
    ),
  };
}

/** The editor's part of the table, without an editor: it makes the changes that the page asks for, and answers. */
export class MemoryEditor {
  readonly #table: TablePageUnderTest;
  readonly #text: string;
  readonly #schema: Schema;
  #list: readonly SentenceSummary[] = [];
  #seen = 0;
  #sentence = 0;
  /** How often a change was asked for: each is one step to undo. */
  steps = 0;

  constructor(
    table: TablePageUnderTest,
    text: string,
    public document: AnnotationDocument,
    schema: Schema,
  ) {
    this.#table = table;
    this.#text = text;
    this.#schema = schema;
  }

  async open(): Promise<void> {
    this.#list = summariesOf(this.document, this.#text);
    const { length } = await this.#table.sentAll();
    this.#seen = length;
    await this.#table.send(
      { kind: 'document', uri: 'file:///work/news.txt', name: 'news.txt', schema: this.#schema, sentences: this.#list },
      this.#view(),
    );
    await this.#table.page.focus('[role=gridcell][tabindex="0"]');
    await this.#table.press('Control+Home');
  }

  /** Presses keys, each answered before the next. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#table.press(key);
      await this.answer();
    }
  }

  /** Answers what the page has asked for, and what it asks for then. */
  async answer(): Promise<void> {
    for (;;) {
      const sent = await this.#table.sentAll();
      const open = sent.slice(this.#seen);
      this.#seen = sent.length;
      if (open.length === 0) return;
      for (const message of open) {
        if (message.kind === 'showSentence') {
          this.#sentence = message.sentence;
          await this.#table.send(this.#view());
        } else if (message.kind === 'change') {
          this.steps += 1;
          await this.#table.send(...this.#changed(message.sentence, message.changes));
        }
      }
    }
  }

  /** What is there and not rejected: "Peop Ada Brandt", "Ada Brandt Work_For Tellus Labs", each with its status where that is no suggestion. */
  items(): readonly string[] {
    const said = ({ status }: Mention | Relation): string => (status === 'suggested' ? '' : ` (${status})`);
    const words = (id: string): string => this.document.mentions.get(id)?.text ?? '?';
    return [
      ...[...this.document.mentions.values()]
        .sort((a, b) => (a.spans[0]?.startChar ?? 0) - (b.spans[0]?.startChar ?? 0))
        .map((mention) => `${mention.type} ${mention.text}${said(mention)}`),
      ...[...this.document.relations.values()].map(
        (relation) => `${words(relation.head)} ${relation.type} ${words(relation.tail)}${said(relation)}`,
      ),
    ];
  }

  #view(): ToTable {
    const sentence = sentenceViewOf(this.document, this.#text, this.#sentence);
    if (!sentence) throw new Error(`there is no sentence ${this.#sentence}`);
    return { kind: 'sentence', sentence };
  }

  #changed(sentence: number, changes: readonly TableChange[]): readonly ToTable[] {
    try {
      const corrections = changes.map((change) => correctionOf(this.document, sentence, change));
      this.document = apply(this.document, correctionEdit(this.document, corrections, { text: this.#text, schema: this.#schema }));
    } catch (error) {
      return [{ kind: 'changed', error: messageOf(error) }];
    }
    const list = summariesOf(this.document, this.#text);
    const change = listChange(this.#list, list);
    this.#list = list;
    return [this.#view(), ...(change ? [{ kind: 'sentences', change } as const] : []), { kind: 'changed' }];
  }
}
