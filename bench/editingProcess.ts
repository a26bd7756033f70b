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

const SENTENCES = 2000;
const MENTIONS = 10;
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

function timed<T>(work: () => T): [T, number] {
  const started = performance.now();
  return [work(), performance.now() - started];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function row(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2).padStart(8);
  say(`${name.padEnd(44)} ${at(0.5)} ${at(0.95)} ${at(1)}`);
}

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
};

const before = heap();
const json = toJson(made());
say(
  `${String(SENTENCES)} sentences, ${String(SENTENCES * MENTIONS)} mentions, ${String((SENTENCES * MENTIONS) / 2)} relations; file ${(json.length / 1e6).toFixed(1)} MB`,
);
say(`${'in ms'.padEnd(44)}   median      p95      max`);
const opening: number[] = [];
let document = fromJson(json, 'large.txt.spangrid.json').document;
for (let round = 0; round < 5; round += 1) {
  const [opened, time] = timed(() => {
    const read = fromJson(json, 'large.txt.spangrid.json').document;
    layoutOf(read);
    summariesOf(read, text);
    return read;
  });
  document = opened;
  opening.push(time);
}
row('opening: read, lay out, list', opening);

const store = new Store();
const uri = 'file:///large.txt';
store.open(uri, document, SCHEMA);
let summaries = summariesOf(document, text);
const [correcting, applying, showing, writing, undoing]: number[][] = [[], [], [], [], []];
const bytes: number[] = [];
const ids = [...document.mentions.keys()];
for (let round = 0; round < ROUNDS; round += 1) {
  const now = store.get(uri)?.document ?? document;
  summaries = summariesOf(now, text);
  const id = ids[(round * 7919) % ids.length] ?? '';
  const sentence = Math.floor(((round * 7919) % ids.length) / MENTIONS);
  const [edit, asked] = timed(() =>
    correctionEdit(now, [{ kind: 'setType', id, type: now.mentions.get(id)?.type === 'Loc' ? 'Peop' : 'Loc' }], { text, schema: SCHEMA }),
  );
  correcting?.push(asked);
  applying?.push(
    timed(() => {
      store.apply(uri, edit);
    })[1],
  );
  const after = store.get(uri)?.document ?? document;
  const [messages, shown] = timed(() => {
    const next = summariesOf(after, text);
    const change = listChange(summaries, next);
    summaries = next;
    return JSON.stringify([change, sentenceViewOf(after, text, sentence)]);
  });
  showing?.push(shown);
  bytes.push(messages.length);
  if (round % 10 === 0) writing?.push(timed(() => toJson(after))[1]);
  if (round % 3 === 0)
    undoing?.push(
      timed(() => {
        store.undo(uri);
      })[1],
    );
}
row('from what is asked for to an edit', correcting ?? []);
row('applying it', applying ?? []);
row('what the table is told', showing ?? []);
row('undoing', undoing ?? []);
row('the whole file as a string (400 ms later)', writing ?? []);
say(`bytes told to the table for an edit, at most: ${String(Math.max(...bytes))}`);
say(`heap of the document, its undo steps and its file as a string: ${((heap() - before) / 1e6).toFixed(0)} MB`);
