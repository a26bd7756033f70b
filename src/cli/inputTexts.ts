import { basename } from 'node:path';
import { SpangridError } from '../errors';
import { readText } from '../files/text';
import { segment } from '../text/segment';
import type { SentenceSpans } from '../text/span';
import type { Tokenizer } from '../text/tokenizer';
import type { Terminal } from './terminal';

/** A text and its sentences, read and ready for a model. */
export interface InputText {
  /** As messages call it. */
  readonly name: string;
  /** Name of the file without its folder: how an annotation document refers to its text. */
  readonly file: string;
  readonly text: string;
  readonly sentences: readonly SentenceSpans[];
}

/**
 * Reads all texts before any work begins, so that a name that is wrong is noticed at once. A text without words is left out with a
 * message where there are others.
 * @param paths `-` is standard input; so are no paths at all, unless it is the keyboard
 * Errors: usage, file.*, text.*.
 */
export async function readInputTexts(paths: readonly string[], tokenizer: Tokenizer, terminal: Terminal): Promise<readonly InputText[]> {
  if (paths.length === 0 && terminal.isInteractive) {
    throw new SpangridError('usage', 'Name a text file, or - for what you type (Ctrl+D ends it). "spangrid extract --help" has examples.');
  }
  const texts: InputText[] = [];
  const empty: SpangridError[] = [];
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const isInput = path === '-';
    const name = isInput ? 'Standard input' : path;
    const text = isInput ? await terminal.readInput() : (await readText(path)).text;
    const sentences = segment(text, tokenizer);
    if (sentences.length > 0) texts.push({ name, file: isInput ? 'stdin.txt' : basename(path), text, sentences });
    else
      empty.push(
        new SpangridError('text.empty', `${name} has no words to extract from: ${describeEmpty(text)}. Choose a text with words in it.`),
      );
  }
  const [first] = empty;
  if (texts.length === 0 && first !== undefined) throw first;
  for (const { message } of empty) terminal.say(`spangrid: ${message}`);
  return texts;
}

function describeEmpty(text: string): string {
  if (text === '') return 'it is empty';
  return text.trim() === '' ? 'it holds only white space' : 'it holds only symbols';
}
