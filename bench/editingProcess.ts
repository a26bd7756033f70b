/** Does what `editing.mjs` measures, and prints the figures: a document as large as the issue asks for, edited through the store. */
import { correctionEdit } from '../src/annotation/corrections';
import type { AnnotationDocument, Mention, Relation, Sentence } from '../src/annotation/document';
import { mentionId, relationId } from '../src/annotation/ids';
import { fromJson, toJson } from '../src/annotation/json';
import { layoutOf } from '../src/annotation/layout';
import { makeMention } from '../src/annotation/mention';
import { schemaOf } from '../src/annotation/schema';
import { textReference } from '../src/annotation/textHash';
import { Store } from '../src/editor/store';
import { listChange, sentenceViewOf, summariesOf } from '../src/editor/tableContent';
import { segment } from '../src/text/segment';
import { head, row, say } from './figures';

const SENTENCES = 2000;
const MENTIONS = 10;
const OPENINGS = 5;
const ROUNDS = 300;
const SCHEMA = schemaOf({ Peop: {}, Loc: {} }, { Live_In: { symmetric: false } });

const words = 'Ann Lee of Rome met Bob Day from Oslo while Eve Fox in Bonn wrote to Max Ray near Kiel about Ida Low of Bern.';
const text = Array.from({ length: SENTENCES }, () => words).join('\n');

function made(): AnnotationDocument {
  const sentences = segment(text).map((sentence): Sentence => ({ ...sentence, state: 'new' }));
  const mentions = new Map<string, Mention>();
  const relations = new Map<string, Relation>();
  const isTaken = (id: string): boolean => mentions.has(id) || relations.has(id);
  for (const { tokens } of sentences) {
    const names = tokens.filter(({ startChar }) => /^[A-Z]/.test(text.slice(startChar, startChar + 1))).slice(0, MENTIONS + 5);
    const ids = Array.from({ length: MENTIONS }, (_, index) => {
      const span = names[index] ?? { startChar: 0, endChar: 0 };
      const type = index % 2 === 0 ? 'Peop' : 'Loc';
      const id = mentionId(type, [span], isTaken);
      mentions.set(id, { ...makeMention(text, id, type, [span], 'suggested'), score: 0.9, model: 'bench' });
      return id;
    });
    for (let index = 0; index < MENTIONS; index += 2) {
      const [head = '', tail = ''] = ids.slice(index, index + 2);
      const id = relationId('Live_In', head, tail, isTaken);
      relations.set(id, { id, type: 'Live_In', head, tail, status: 'suggested', score: 0.8, model: 'bench' });
    }
  }
  return { text: textReference('large.txt', text), sentences, mentions, relations };
}

/** What each kind of work took, in milliseconds. */
const times = new Map<string, number[]>();

function timed<T>(what: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  times.set(what, [...(times.get(what) ?? []), performance.now() - started]);
  return result;
}

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
};

const empty = heap();
const json = toJson(made());
say(
  `${String(SENTENCES)} sentences, ${String(SENTENCES * MENTIONS)} mentions, ${String((SENTENCES * MENTIONS) / 2)} relations; file ${(json.length / 1e6).toFixed(1)} MB`,
);
head();
const opened = (): AnnotationDocument => {
  const read = fromJson(json, 'large.txt.spangrid.json').document;
  layoutOf(read);
  summariesOf(read, text);
  return read;
};
for (let round = 1; round < OPENINGS; round += 1) timed('opening: read, lay out, list', opened);
const document = timed('opening: read, lay out, list', opened);

const store = new Store();
const uri = 'file:///large.txt';
store.open(uri, document, SCHEMA, 'words');
const current = (): AnnotationDocument => store.get(uri)?.document ?? document;
const bytes: number[] = [];
const ids = [...document.mentions.keys()];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = current();
  const summaries = summariesOf(before, text);
  const at = (round * 7919) % ids.length;
  const id = ids[at] ?? '';
  const type = before.mentions.get(id)?.type === 'Loc' ? 'Peop' : 'Loc';
  const edit = timed('from what is asked for to an edit', () =>
    correctionEdit(before, [{ kind: 'setType', id, type }], { text, schema: SCHEMA }),
  );
  timed('applying it', () => {
    store.apply(uri, edit);
  });
  const after = current();
  const messages = timed('what the table is told', () =>
    JSON.stringify([listChange(summaries, summariesOf(after, text)), sentenceViewOf(after, text, Math.floor(at / MENTIONS))]),
  );
  bytes.push(messages.length);
  if (round % 10 === 0) timed('the whole file as a string (when written)', () => toJson(after));
  if (round % 3 === 0) timed('undoing', () => store.undo(uri));
}
for (const [what, took] of times) row(what, took);
say(`bytes told to the table for an edit, at most: ${String(Math.max(...bytes))}`);
say(`heap of the document, its undo steps and its file as a string: ${((heap() - empty) / 1e6).toFixed(0)} MB`);
