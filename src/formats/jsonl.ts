import * as v from 'valibot';
import type { AnnotatedText, Format, NamedContent } from './format';
import { fromJson, toJsonLine, checkOffsets } from '../annotation/json';
import { parseJson } from '../annotation/parseJson';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';

/** Our own stream: a document a line, as the annotation file has it, with the text in `text.content`. Holds everything. */
export const jsonl: Format = {
  name: 'jsonl',
  aliases: [],
  detect({ content }) {
    const first = parseJson(content.slice(0, content.indexOf('\n') >>> 0));
    return 'data' in first && v.is(v.object({ format: v.literal('spangrid') }), first.data);
  },
  read: (files) => ({ texts: files.flatMap(readLines) }),
  losses: () => [],
  write: (texts, _schema, file) => [{ name: file, content: texts.map(({ text, document }) => `${toJsonLine(document, text)}\n`).join('') }],
};

function readLines(file: NamedContent): readonly AnnotatedText[] {
  const texts: AnnotatedText[] = [];
  const problems: SpangridError[] = [];
  const lines = file.content.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      texts.push(readLine(line, `${file.name}, line ${String(index + 1)}`));
    } catch (error) {
      if (!(error instanceof SpangridError)) throw error;
      problems.push(error);
    }
  }
  const [first] = problems;
  if (first === undefined) return texts;
  const counts = `${String(problems.length)} of ${String(problems.length + texts.length)} records are bad, ${String(texts.length)} are good; nothing was taken over.`;
  throw new SpangridError(first.code === 'annotation.newerVersion' ? first.code : 'data.invalid', `${first.message} ${counts}`, {
    cause: first,
  });
}

function readLine(line: string, where: string): AnnotatedText {
  const { document, content } = fromJson(line, where);
  if (content === undefined) throw new SpangridError('data.invalid', `${where}: text.content is missing.`);
  if (textHash(content) !== document.text.sha256)
    throw new SpangridError('data.invalid', `${where}: text.sha256 is not the hash of text.content.`);
  checkOffsets(document, content, where);
  return { text: content, document };
}
