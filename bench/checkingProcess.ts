/** Does what `checking.mjs` measures, and prints the figures: a folder of texts that share many names, one of which is edited. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checker, type NamedText } from '../src/annotation/check/checker';
import { correctionEdit } from '../src/annotation/corrections';
import type { Mention, Sentence } from '../src/annotation/document';
import { apply } from '../src/annotation/edits';
import { mentionId } from '../src/annotation/ids';
import { toJson } from '../src/annotation/json';
import { makeMention } from '../src/annotation/mention';
import { schemaOf } from '../src/annotation/schema';
import { textReference } from '../src/annotation/textHash';
import { sourceTexts } from '../src/exchange/sourceTexts';
import { Random } from '../src/model/training/random';
import { segment } from '../src/text/segment';
import { head, row, say } from './figures';

const [DOCUMENTS, SENTENCES, NAMES, WORDS, EDITS] = [1000, 50, 5000, 3000, 200];
const SCHEMA = schemaOf({ Peop: {}, Loc: {}, Org: {} }, {});
const TYPES = Object.keys(SCHEMA.entities);

const random = new Random(1);
/** Below `end`; small ones more often, as words and names are in texts. */
const pick = (end: number): number => Math.floor(end * (random.bits() / 2 ** 32) ** 3);
const syllables = ['ba', 'de', 'lo', 'mi', 'ru', 'san', 'ter', 'vo', 'wen', 'zi'];
const spelled = (number: number): string => Array.from(String(number + 1000), (digit) => syllables[Number(digit)] ?? '').join('');
const nameOf = (number: number): string => {
  const word = spelled(number);
  return `${(word[0] ?? '').toUpperCase()}${word.slice(1)}${number % 3 === 0 ? ` ${spelled(number % 50).toUpperCase()}` : ''}`;
};

/** Twenty words and three names a sentence; of ten names nine are labelled, of a hundred labels one is of another type. */
function made(name: string): NamedText {
  let text = '';
  const found: Mention[] = [];
  for (let sentence = 0; sentence < SENTENCES; sentence += 1) {
    for (let word = 0; word < 23; word += 1) {
      if (word > 0) text += ' ';
      const isName = word % 8 === 3;
      const number = pick(isName ? NAMES : WORDS);
      const words = isName ? nameOf(number) : word === 0 ? `The ${spelled(number)}` : spelled(number);
      const span = { startChar: text.length, endChar: text.length + words.length };
      text += words;
      if (!isName || pick(10) === 9) continue;
      const type = TYPES[(number + Number(pick(100) === 99)) % TYPES.length] ?? '';
      found.push(
        makeMention(
          '',
          mentionId(type, [span], () => false),
          type,
          [span],
          'accepted',
        ),
      );
    }
    text += '.\n';
  }
  const sentences = segment(text).map((one): Sentence => ({ ...one, state: 'done' }));
  const mentions = new Map(found.map(({ id, type, spans }) => [id, makeMention(text, id, type, spans, 'accepted')]));
  return {
    name,
    path: name,
    text,
    schema: SCHEMA,
    document: { text: textReference(name, text), sentences, mentions, relations: new Map() },
  };
}

const heap = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

const folder = mkdtempSync(join(tmpdir(), 'spangrid-checking-'));
try {
  writeFileSync(join(folder, 'spangrid.config.json'), JSON.stringify({ entities: { Peop: {}, Loc: {}, Org: {} } }));
  for (let index = 0; index < DOCUMENTS; index += 1) {
    const { name, text, document } = made(`${String(index)}.txt`);
    writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, `${name}.spangrid.json`), toJson(document));
  }

  const empty = heap();
  const [started, used] = [performance.now(), process.cpuUsage()];
  const checker = new Checker();
  const edited: NamedText[] = [];
  const names: string[] = [];
  for await (const { name, text, document, schema } of sourceTexts([folder])) {
    checker.put({ name, path: name, text, document, schema });
    names.push(name);
    if (names.length % 5 === 0) edited.push({ name, path: name, text, document, schema });
  }
  const read = performance.now();
  checker.compare();
  const done = performance.now();
  const { user, system } = process.cpuUsage(used);
  const found = names.reduce((sum, name) => sum + checker.findings(name).length, 0);
  say(`${String(names.length)} documents of ${String(SENTENCES)} sentences, ${String(found)} findings`);
  say(
    `from nothing: ${((done - started) / 1000).toFixed(2)} s, of which ${((done - read) / 1000).toFixed(2)} s to compare the texts; processor time ${((user + system) / 1e6).toFixed(2)} s`,
  );
  say(`heap with what the checker keeps: ${(heap() - empty).toFixed(0)} MB, some of it the documents that are edited here`);

  const times = new Map<string, number[]>();
  const touched: number[] = [];
  const after = (what: string, text: NamedText): void => {
    const from = performance.now();
    checker.put(text);
    const { changed } = checker.compare();
    for (const name of changed) checker.findings(name);
    times.set(what, [...(times.get(what) ?? []), performance.now() - from]);
    touched.push(changed.size);
  };
  for (const text of edited.slice(0, EDITS)) {
    const { document } = text;
    const [mention, other] = [...document.mentions.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (mention === undefined || other === undefined) continue;
    const corrected = (...corrections: Parameters<typeof correctionEdit>[1]): NamedText => ({
      ...text,
      document: apply(document, correctionEdit(document, corrections, { text: text.text, schema: SCHEMA })),
    });
    after('the type of a mention is changed', corrected({ kind: 'setType', id: mention.id, type: mention.type === 'Loc' ? 'Org' : 'Loc' }));
    after('a mention is deleted', corrected({ kind: 'remove', id: other.id }));
    const [token] = document.sentences[0]?.tokens.slice(1) ?? [];
    if (token !== undefined) after('a word is labelled that nobody labelled', corrected({ kind: 'addMention', span: token, type: 'Loc' }));
  }
  head();
  for (const [what, took] of times) row(what, took);
  say(`texts whose findings changed with an edit: ${String(Math.max(...touched))} at most`);
} finally {
  rmSync(folder, { recursive: true });
}
