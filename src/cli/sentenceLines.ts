import { stripVTControlCharacters } from 'node:util';
import type { Prediction } from '../annotation/prediction';
import type { SentenceSpans } from '../text/span';
import { displayWidth, padded } from './columns';

/** How a sentence and what was found in it looks to people. */
export class SentenceLines {
  readonly #colours: ReadonlyMap<string, number>;
  readonly #isColoured: boolean;

  /** @param types entity and relation types, in the order in which they get the terminal's colours */
  constructor(types: readonly string[], isColoured: boolean) {
    this.#colours = new Map(types.map((type, index) => [type, COLOURS[index % COLOURS.length] ?? 0]));
    this.#isColoured = isColoured;
  }

  /** The sentence on one line; under it a line for each entity, then one for each relation. */
  format(text: string, { startChar, endChar, tokens }: SentenceSpans, { mentions, relations }: Prediction): string {
    const words = mentions.map(({ startToken, endToken }) =>
      oneLine(text.slice(tokens[startToken]?.startChar ?? startChar, tokens[endToken - 1]?.endChar ?? startChar)),
    );
    const typeWidth = widest(mentions.map(({ type }) => type));
    const headWidth = widest(relations.map(({ head }) => words[head] ?? ''));
    const labelWidth = widest(relations.map(({ type }) => type));
    const rows = [
      ...mentions.map(({ type, score }, index) => ({ cells: [this.#typed(type, typeWidth), words[index] ?? ''], score })),
      ...relations.map(({ type, head, tail, score }) => ({
        cells: [padded(words[head] ?? '', headWidth), '→', this.#typed(type, labelWidth), '→', words[tail] ?? ''],
        score,
      })),
    ].map(({ cells, score }) => ({ line: cells.join(' '), score: this.#styled(score.toFixed(2), DIM) }));
    const width = Math.min(MAXIMUM_WIDTH, widest(rows.map(({ line }) => stripVTControlCharacters(line))));
    const lines = rows.map(
      ({ line, score }) => `  ${line}${' '.repeat(Math.max(0, width - displayWidth(stripVTControlCharacters(line))))}  ${score}`,
    );
    const sentence = oneLine(text.slice(startChar, endChar));
    return [rows.length > 0 ? this.#styled(sentence, BOLD) : sentence, ...lines].map((line) => `${line}\n`).join('');
  }

  /** A line above the sentences of one of several texts. */
  heading(name: string): string {
    return this.#styled(`── ${oneLine(name)}`, DIM) + '\n\n';
  }

  #typed(type: string, width: number): string {
    return this.#styled(padded(oneLine(type), width), this.#colours.get(type) ?? 0);
  }

  #styled(text: string, code: number): string {
    return this.#isColoured ? `\u001B[${String(code)}m${text}\u001B[0m` : text;
  }
}

const BOLD = 1;
const DIM = 2;
/** Green, yellow, blue, magenta, cyan, red, and their bright kin: what every terminal with colours has. */
const COLOURS = [32, 33, 34, 35, 36, 31, 92, 93, 94, 95, 96, 91];

/** Longer lines than this don't push the scores of all the others out of sight. */
const MAXIMUM_WIDTH = 96;

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

/** White space as single blanks. Control characters are shown, not obeyed: a text must not drive the terminal. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '\uFFFD');
}
