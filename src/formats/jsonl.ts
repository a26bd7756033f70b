import { checkOffsets, fromJson, toJsonLine } from '../annotation/json';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { pathProblem } from './fileNames';
import type { AnnotatedText, Format } from './format';
import { countedLosses, origIdsLost } from './losses';
import { lineReader } from './pieces';
import { linesOf } from './records';

/** Our own stream: a document a line, as the annotation file has it, with the text in `text.content`. Holds everything of a document. */
export const jsonl: Format = {
  name: 'jsonl',
  aliases: [],
  title: 'Spangrid JSON lines',
  endings: ['.jsonl'],
  isFolder: false,
  detect: ({ content }) => /^\s*\{\s*"format"\s*:\s*"spangrid"/.test(content) && /"content"\s*:/.test(content),
  companions: () => [],
  reader: (_file, _companions, intake) =>
    lineReader(intake, ({ text, number }) => {
      if (text.trim() === '') return [];
      try {
        const read = readLine(text, `line ${String(number)}`);
        intake.accept();
        return [{ ...read, lines: linesOf(read, number) }];
      } catch (error) {
        if (!(error instanceof SpangridError)) throw error;
        intake.refuse(
          [error.message.replace(/ \(line 1\)\.$/, '')],
          error.code === 'annotation.newerVersion' ? error.code : 'data.invalid',
        );
        return [];
      }
    }),
  writer: (file) => ({
    add: ({ text, document, origIds }) => ({
      pieces: [{ name: file, content: `${toJsonLine(document, text)}\n` }],
      losses: countedLosses(origIdsLost(origIds)),
    }),
    end: () => [],
  }),
};

function readLine(line: string, where: string): AnnotatedText {
  const { document, content } = fromJson(line, where);
  const problem = pathProblem(document.text.file, 'text.file');
  if (problem !== undefined) throw new SpangridError('data.invalid', `${where}: ${problem}.`);
  if (content === undefined) throw new SpangridError('data.invalid', `${where}: text.content is missing.`);
  if (textHash(content) !== document.text.sha256)
    throw new SpangridError('data.invalid', `${where}: text.sha256 is not the hash of text.content.`);
  checkOffsets(document, content, where);
  return { text: content, document };
}
