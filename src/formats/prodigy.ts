import * as v from 'valibot';
import type { Mention } from '../annotation/document';
import type { Span } from '../text/span';
import { fileName, pathProblem } from './fileNames';
import type { AnnotatedText, Format } from './format';
import type { Intake } from './intake';
import { countedLosses, origIdsLost, statesLost, type Loss } from './losses';
import {
  CodePoints,
  foreignText,
  fromOffsets,
  itemsToWrite,
  piecesOf,
  remade,
  scoreOf,
  sentencesAround,
  unwritten,
  wholeSpan,
  type ForeignText,
  type OffsetMention,
  type OffsetRelation,
} from './offsets';
import type { Line } from './pieces';
import { checkType, indexShape, jsonLines, refuseRecord, typeShape } from './records';

/**
 * Prodigy's JSON lines, as `rel.manual` has them: a task a line, its text with tokens, spans and relations. Offsets are code points, ends
 * of characters exclusive, those of tokens inclusive. A task that was accepted is done; what one that nobody has answered holds is
 * suggested.
 */
export const prodigy: Format = {
  name: 'prodigy',
  aliases: [],
  title: 'Prodigy JSON lines',
  endings: ['.jsonl'],
  isFolder: false,
  showsWholeTexts: true,
  detect: ({ content }) => /^\s*\{/.test(content) && /"text"\s*:\s*"/.test(content) && /"(?:spans|tokens)"\s*:\s*\[\s*[{\]]/.test(content),
  companions: () => [],
  reader: (file, _companions, intake) => jsonLines(intake, record, (read, line) => readTask(read, line, file, intake)),
  writer: (file) => ({
    add(text) {
      const { task, losses } = taskOf(text);
      return { pieces: [{ name: file, content: `${JSON.stringify(task)}\n` }], losses };
    },
    end: () => [],
  }),
};

const score = v.nullish(v.number('must be a number'));
const extent = {
  start: v.nullish(indexShape),
  end: v.nullish(indexShape),
  token_start: v.nullish(indexShape),
  /** Inclusive. */
  token_end: v.nullish(indexShape),
};
const end = v.nullish(v.object({ ...extent, label: v.nullish(v.string()) }));
const record = v.object({
  text: v.string('must be a string'),
  tokens: v.nullish(v.array(v.object({ text: v.string('must be a string'), start: indexShape, end: indexShape }))),
  spans: v.nullish(v.array(v.object({ ...extent, label: v.nullish(v.string('must be a string')), score })), []),
  relations: v.nullish(
    v.array(v.object({ head: indexShape, child: indexShape, head_span: end, child_span: end, label: typeShape, score })),
    [],
  ),
  answer: v.nullish(v.picklist(['accept', 'reject', 'ignore'], 'must be accept, reject or ignore')),
  meta: v.fallback(v.object({ file: v.string() }), { file: '' }),
});
type Task = v.InferOutput<typeof record>;
type Extent = Pick<Task['spans'][number], keyof typeof extent>;

function readTask(read: Task, line: Line, file: string, intake: Intake): readonly AnnotatedText[] {
  if (read.answer === 'reject' || read.answer === 'ignore') {
    intake.accept([{ what: read.answer === 'reject' ? 'tasks that were rejected' : 'tasks that were ignored', count: 1 }]);
    return [];
  }
  const problem = pathProblem(read.meta.file, 'meta.file');
  if (problem !== undefined) {
    refuseRecord(intake, line, [problem]);
    return [];
  }
  const reader = new TaskReader(read, intake);
  const name = read.meta.file === '' ? `${fileName(file)}-${String(line.number)}` : fileName(read.meta.file);
  const text = reader.read(`${name}.txt`);
  if (text === undefined) {
    refuseRecord(intake, line, reader.findings);
    return [];
  }
  intake.accept(countedLosses(reader.left));
  return [text];
}

class TaskReader {
  readonly findings: string[] = [];
  readonly left: string[] = [];
  readonly #task: Task;
  readonly #intake: Intake;
  /** The first mention at a place: its start and end with its label, without it, or its end alone. */
  readonly #keys = new Map<string, string>();

  constructor(read: Task, intake: Intake) {
    this.#task = read;
    this.#intake = intake;
  }

  /** @param file name of the text; undefined where there are findings */
  read(file: string): AnnotatedText | undefined {
    const { text: raw, tokens, answer } = this.#task;
    const text = foreignText(
      raw,
      tokens?.map(({ text: words, ...at }, index) => ({ ...at, text: words, path: `tokens[${String(index)}].text` })) ?? [],
    );
    if (typeof text === 'string') {
      this.findings.push(text);
      return undefined;
    }
    const status = answer === 'accept' ? 'accepted' : 'suggested';
    const spans = tokens?.flatMap(({ start, end: stop }, index) => this.#span(text, start, stop, `tokens[${String(index)}]`));
    const overlap = spans?.findIndex(({ startChar }, index) => startChar < (spans[index - 1]?.endChar ?? 0)) ?? -1;
    if (overlap >= 0) this.findings.push(`tokens[${String(overlap)}].start: is before the end of the token before`);
    const mentions = this.#task.spans.flatMap((span, index) =>
      this.#mention(span, text, index).map((found): OffsetMention => ({ ...found, status })),
    );
    const relations = this.#task.relations.flatMap((relation, index) =>
      this.#relation(relation, `relations[${String(index)}]`).map((found): OffsetRelation => ({ ...found, status })),
    );
    if (this.findings.length > 0) return undefined;
    const sentences = sentencesAround(text.text, piecesOf(mentions), spans, this.#intake.tokenizer);
    return fromOffsets(file, text.text, { mentions, relations }, sentences, answer === 'accept' ? 'done' : 'new');
  }

  #span(text: ForeignText, start: number, stop: number, path: string): readonly Span[] {
    const span = text.span(start, stop);
    if (typeof span !== 'string') return [span];
    this.findings.push(`${path}: ${span}`);
    return [];
  }

  #mention(
    { label, score: own, ...at }: Task['spans'][number],
    text: ForeignText,
    index: number,
  ): readonly Omit<OffsetMention, 'status'>[] {
    const path = `spans[${String(index)}]`;
    const ends = this.#ends(at, path);
    if (ends === undefined) return [];
    const type = label ?? '';
    if (type === '') this.left.push('spans without a label');
    else checkType(type, this.#intake.schema?.entities, path, this.findings);
    const [start, stop] = ends;
    const spans = this.#span(text, start, stop, path);
    for (const at of [`${String(start)}-${String(stop)} ${type}`, `${String(start)}-${String(stop)}`, `-${String(stop)}`])
      if (type !== '' && !this.#keys.has(at)) this.#keys.set(at, String(index));
    return type === '' || spans.length === 0 ? [] : [{ key: String(index), type, spans, ...scoreOf(own, this.left) }];
  }

  /** Where a span begins and ends in the task's own units; what its tokens say must be the same. */
  #ends({ start, end: stop, token_start: first, token_end: last }: Extent, path: string): readonly [number, number] | undefined {
    const { tokens } = this.#task;
    const [firstToken, lastToken] = [tokens?.[first ?? -1], tokens?.[last ?? -1]];
    const missing = (['token_start', 'token_end'] as const).find(
      (name) => tokens !== null && tokens !== undefined && ({ token_start: first, token_end: last }[name] ?? -1) >= tokens.length,
    );
    if (missing !== undefined) {
      this.findings.push(`${path}.${missing}: is beyond the ${String(tokens?.length)} tokens`);
      return undefined;
    }
    const [from, to] = [start ?? firstToken?.start, stop ?? lastToken?.end];
    if (from === undefined || to === undefined) this.findings.push(`${path}: has neither start and end nor token_start and token_end`);
    else if (from !== (firstToken?.start ?? from))
      this.findings.push(`${path}.token_start: token ${String(first)} begins at ${String(firstToken?.start)}, the span at ${String(from)}`);
    else if (to !== (lastToken?.end ?? to))
      this.findings.push(
        `${path}.token_end: token ${String(last)} (the span's last, not the one behind) ends at ${String(lastToken?.end)}, the span at ${String(to)}`,
      );
    else return [from, to];
    return undefined;
  }

  #relation(
    { label: type, score: own, head, child, head_span: headSpan, child_span: childSpan }: Task['relations'][number],
    path: string,
  ): readonly Omit<OffsetRelation, 'status'>[] {
    checkType(type, this.#intake.schema?.relations, `${path}.label`, this.findings);
    const ends = [this.#end(head, headSpan, `${path}.head`), this.#end(child, childSpan, `${path}.child`)];
    const [from, to] = ends;
    if (from !== undefined && to !== undefined) return [{ type, head: from, tail: to, ...scoreOf(own, this.left) }];
    this.left.push('relations of words that are no entity');
    return [];
  }

  /** The key of the mention that a relation is of: the one at its span, best with the same label; else one whose last token it names. */
  #end(token: number, span: v.InferOutput<typeof end>, path: string): string | undefined {
    const { tokens } = this.#task;
    const last = tokens?.[token];
    if (tokens !== null && tokens !== undefined && last === undefined) {
      this.findings.push(`${path}: is beyond the ${String(tokens.length)} tokens`);
      return undefined;
    }
    const ends = span === null || span === undefined ? undefined : this.#ends(span, `${path}_span`);
    const at = ends?.join('-') ?? `-${String(last?.end)}`;
    return this.#keys.get(`${at} ${span?.label ?? ''}`) ?? this.#keys.get(at);
  }
}

/** A text as a task. */
function taskOf({ text, document, origIds }: AnnotatedText): { readonly task: object; readonly losses: readonly Loss[] } {
  const left = origIdsLost(origIds);
  const codePoints = new CodePoints(text);
  const { mentions, relations } = itemsToWrite(document, (mention) => wholeSpan(mention, codePoints), left);
  const items = [...mentions.map(([mention]) => mention), ...relations];
  const isAccepted = items.some(({ status }) => status === 'accepted');
  const isAnswered = isAccepted || (items.length === 0 && document.sentences.some(({ state }) => state === 'done'));
  left.push(...statesLost(document.sentences, isAnswered ? 'done' : 'new'));
  unwritten(items, isAnswered ? ['note', 'discuss', 'suggested'] : ['note', 'discuss'], left);

  const pieces = piecesOf(mentions.map(([mention]) => mention));
  const own = document.sentences.flatMap((sentence) => sentence.tokens).filter((token) => codePoints.span(token) !== undefined);
  const given = sentencesAround(text, pieces, own).flatMap((sentence) => sentence.tokens);
  remade(document, sentencesAround(text, pieces, given), left);
  const [starts, ends] = [
    new Map(given.map(({ startChar }, id) => [startChar, id])),
    new Map(given.map(({ endChar }, id) => [endChar, id])),
  ];
  const tokens = given.map((token, id) => ({
    text: text.slice(token.startChar, token.endChar),
    ...codePoints.span(token),
    id,
    ws: text.charAt(token.endChar) === ' ',
  }));
  const spanOf = ({ spans: [span], type }: Mention, at: object) => ({
    ...at,
    token_start: starts.get(span?.startChar ?? 0),
    token_end: ends.get(span?.endChar ?? 0),
    label: type,
  });
  const spans = new Map(mentions.map(([mention, at]) => [mention.id, spanOf(mention, at)]));
  return {
    task: {
      text,
      meta: { file: document.text.file },
      tokens,
      spans: mentions.map(([{ id, score: value }]) => ({ ...spans.get(id), score: value })),
      relations: relations.map(({ head, tail, type, score: value }) => ({
        head: spans.get(head)?.token_end,
        child: spans.get(tail)?.token_end,
        head_span: spans.get(head),
        child_span: spans.get(tail),
        label: type,
        score: value,
      })),
      answer: isAnswered ? 'accept' : undefined,
    },
    losses: countedLosses(left),
  };
}
