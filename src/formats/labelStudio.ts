import * as v from 'valibot';
import type { Item, Mention, Relation, SentenceState } from '../annotation/document';
import { mentionKey } from '../annotation/mention';
import { isRecord } from '../annotation/parseJson';
import { ArrayFile } from './arrayFile';
import { fileName, pathProblem, withoutEnding } from './fileNames';
import type { AnnotatedText, Format } from './format';
import type { Intake } from './intake';
import { countedLosses, origIdsLost, statesLost, type Loss } from './losses';
import type { ForeignText } from './offsets';
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
  type OffsetMention,
  type OffsetRelation,
  type Sample,
  type WrittenItems,
} from './offsets';
import type { Element } from './pieces';
import { checkType, indexShape, jsonElements, refuseRecord, typeShape } from './records';

/**
 * Label Studio's JSON: an array of tasks, each with a text, what people marked in it (`annotations`) and what models did (`predictions`):
 * these are suggestions. Offsets are code points, in older versions UTF-16 units; the words that stand beside them tell.
 */
export const labelStudio: Format = {
  name: 'label-studio',
  aliases: [],
  title: 'Label Studio JSON',
  endings: ['.json'],
  isFolder: false,
  showsWholeTexts: true,
  detect: ({ content }) =>
    /^\s*\[/.test(content) &&
    /"(?:annotations|completions|predictions)"\s*:\s*\[/.test(content) &&
    /"(?:result|data|from_name)"\s*:/.test(content),
  companions: () => [],
  reader: (file, _companions, intake) => jsonElements(intake, task, (read, element) => readTask(read, element, file, intake)),
  writer(file) {
    const array = new ArrayFile(file);
    let id = 0;
    return {
      add(text) {
        const { task, losses } = taskOf(text, ++id);
        return { pieces: [array.add(JSON.stringify(task))], losses };
      },
      end: () => [array.end()],
    };
  },
};

/** What a relation is called that has no label. */
const UNNAMED = 'Relation';

const key = v.pipe(v.union([v.string(), v.number()], 'must be a string or a number'), v.transform(String));
const labels = v.nullish(v.array(typeShape), []);
const score = v.nullish(v.number('must be a number'));
const notes = v.nullish(v.object({ text: v.nullish(v.union([v.string(), v.array(v.string())])) }));

const region = v.object({
  type: v.literal('labels'),
  id: key,
  value: v.object({ start: indexShape, end: indexShape, text: v.nullish(v.string('must be a string')), labels }),
  score,
  meta: v.fallback(notes, undefined),
  origin: v.nullish(v.string()),
});
const relation = v.object({
  type: v.literal('relation'),
  from_id: key,
  to_id: key,
  direction: v.nullish(v.picklist(['right', 'left', 'bi'], 'must be right, left or bi'), 'right'),
  labels,
  score,
});
/** Of another kind: choices, boxes in images, labels on HTML, whose offsets are paths. */
const other = v.object({ type: v.nullish(v.string()), id: v.nullish(key) });
const result = v.nullish(
  v.array(
    v.lazy((input): v.GenericSchema<unknown, Result> => {
      if (!isRecord(input)) return other;
      if (input['type'] === 'relation') return relation;
      const isText = input['type'] === 'labels' && !(isRecord(input['value']) && typeof input['value']['start'] === 'string');
      return isText ? region : other;
    }),
  ),
  [],
);
type Result = v.InferOutput<typeof region> | v.InferOutput<typeof relation> | v.InferOutput<typeof other>;

const annotation = v.object({ result, was_cancelled: v.nullish(v.boolean(), false), parent_prediction: v.nullish(v.unknown()) });
const prediction = v.object({ result, score, model_version: v.nullish(v.string()) });
const annotations = v.nullish(v.array(annotation), []);
const task = v.object({
  id: v.nullish(key),
  data: v.record(v.string(), v.unknown()),
  annotations,
  /** As annotations were called before version 1. */
  completions: annotations,
  // Some exports have but the predictions' numbers.
  predictions: v.nullish(v.array(v.lazy((input) => (typeof input === 'number' ? v.number() : prediction))), []),
});
type Task = v.InferOutput<typeof task>;

/** Results, where they stand in the task, and what they are taken as. */
interface Source {
  readonly results: readonly Result[];
  readonly path: string;
  readonly as: Pick<Item, 'status' | 'model'>;
  /** Of results that have none of their own. */
  readonly score?: number | undefined;
}

function readTask(read: Task, element: Element, file: string, intake: Intake): readonly AnnotatedText[] {
  const reader = new TaskReader(read, intake);
  const text = reader.read(`${withoutEnding(file)}-${read.id ?? String(element.index + 1)}`);
  if (text === undefined) {
    refuseRecord(intake, element, reader.findings);
    return [];
  }
  intake.accept(reader.losses);
  return [text];
}

class TaskReader {
  readonly findings: string[] = [];
  readonly #task: Task;
  readonly #intake: Intake;
  readonly #left: string[] = [];
  readonly #mentions: OffsetMention[] = [];
  readonly #relations: OffsetRelation[] = [];

  constructor(read: Task, intake: Intake) {
    this.#task = read;
    this.#intake = intake;
  }

  get losses(): readonly Loss[] {
    return countedLosses(this.#left);
  }

  /** @param name of a text that has none; undefined where there are findings */
  read(name: string): AnnotatedText | undefined {
    const [sources, state] = this.#sources();
    const text = this.#text(sources);
    if (text === undefined) return undefined;
    for (const source of sources) this.#take(source, text);
    const { file } = this.#task.data;
    const problem = typeof file === 'string' ? pathProblem(file, 'data.file') : undefined;
    if (problem !== undefined) this.findings.push(problem);
    if (this.findings.length > 0) return undefined;
    const read = { mentions: this.#mentions, relations: this.#relations };
    const sentences = sentencesAround(text.text, piecesOf(this.#mentions), [], this.#intake.tokenizer);
    return fromOffsets(`${fileName(typeof file === 'string' ? file : `${name}.txt`)}.txt`, text.text, read, sentences, state);
  }

  /** The first annotation that was not cancelled; of the predictions the first, where no person began with it. */
  #sources(): readonly [readonly Source[], SentenceState | undefined] {
    const { completions, predictions } = this.#task;
    const field = this.#task.annotations.length > 0 ? 'annotations' : 'completions';
    const given = field === 'annotations' ? this.#task.annotations : completions;
    const chosen = given.findIndex((one) => !one.was_cancelled);
    const taken = given[chosen];
    // One that was cancelled says nothing, unless something was labelled before.
    const others = given.filter((one) => one !== taken && (!one.was_cancelled || one.result.length > 0));
    this.#leave('further annotations of a task', others.length);
    const [first, ...more] = predictions.filter((one) => typeof one === 'object');
    this.#leave('further predictions of a task', more.length);
    this.#leave('predictions that only their numbers stand for', predictions.filter((one) => typeof one !== 'object').length);
    const sources: Source[] = [];
    if (taken !== undefined) sources.push({ results: taken.result, path: `${field}[${String(chosen)}]`, as: { status: 'accepted' } });
    const isBegunWithIt =
      taken !== undefined &&
      ((taken.parent_prediction ?? undefined) !== undefined ||
        taken.result.some((one) => 'origin' in one && one.origin?.startsWith('prediction') === true));
    if (first !== undefined && isBegunWithIt) this.#leave('predictions that a person went on with');
    else if (first !== undefined) {
      const model = first.model_version ?? '';
      sources.push({
        results: first.result,
        path: `predictions[${String(predictions.indexOf(first))}]`,
        as: { status: 'suggested', ...(model === '' ? {} : { model }) },
        score: first.score ?? undefined,
      });
    }
    if (taken !== undefined || sources.some(({ results }) => results.length > 0)) return [sources, undefined];
    return [sources, given.length > 0 ? 'skipped' : 'new'];
  }

  /** The text of the task: the one in which the words of the regions are found. */
  #text(sources: readonly Source[]): ForeignText | undefined {
    const samples = sources.flatMap(({ results, path }) =>
      results.flatMap((one, at): Sample[] =>
        isRegion(one) && typeof one.value.text === 'string'
          ? [{ start: one.value.start, end: one.value.end, text: one.value.text, path: `${path}.result[${String(at)}].value.text` }]
          : [],
      ),
    );
    const texts = Object.entries(this.#task.data)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .sort(([a, one], [b, two]) => Number(b === 'text') - Number(a === 'text') || two.length - one.length)
      .map(([, text]) => foreignText(text, samples));
    const found = texts.find((text) => typeof text !== 'string');
    const [problem = 'data: holds no text'] = texts;
    if (found === undefined && typeof problem === 'string') this.findings.push(problem);
    return found;
  }

  #take({ results, path, as, score: ofAll }: Source, text: ForeignText): void {
    /** The mentions of each region by the region's id; none where it is not taken over. */
    const regions = new Map<string, string[]>();
    const standing = new Map(this.#mentions.map((mention) => [mentionKey(mention), mention.key]));
    const accepted = new Set(this.#relations.map(relationKey));
    for (const [at, one] of results.entries()) {
      if (isRelation(one)) continue;
      const id = one.id ?? '';
      const keys = regions.get(id) ?? [];
      regions.set(id, keys);
      if (isRegion(one))
        keys.push(
          ...this.#region(one, `${path}.result[${String(at)}]`, text, standing, { ...as, ...scoreOf(one.score ?? ofAll, this.#left) }),
        );
      else this.#leave(`results of another kind (${one.type ?? 'none'})`);
    }
    for (const [at, one] of results.entries())
      if (isRelation(one))
        for (const found of this.#relation(one, `${path}.result[${String(at)}]`, regions))
          if (!accepted.has(relationKey(found))) this.#relations.push({ ...found, ...as, ...scoreOf(one.score ?? ofAll, this.#left) });
  }

  /** The keys of the mentions that a region is: one for each of its labels. */
  #region(
    { value, meta }: v.InferOutput<typeof region>,
    path: string,
    text: ForeignText,
    standing: ReadonlyMap<string, string>,
    decision: Omit<Item, 'id' | 'type'>,
  ): readonly string[] {
    const span = text.span(value.start, value.end);
    if (typeof span === 'string') {
      this.findings.push(`${path}.value: ${span}`);
      return [];
    }
    if (value.labels.length === 0) this.#leave('regions without a label');
    const note = [meta?.text ?? []].flat().join('\n');
    return value.labels.map((type, at) => {
      checkType(type, this.#intake.schema?.entities, `${path}.value.labels[${String(at)}]`, this.findings);
      const made = { key: `${path} ${String(at)}`, type, spans: [span] };
      const equal = standing.get(mentionKey(made));
      if (equal !== undefined) return equal;
      this.#mentions.push({ ...made, ...decision, ...(note === '' ? {} : { note }) });
      return made.key;
    });
  }

  #relation(
    { from_id: from, to_id: to, direction, labels: types }: v.InferOutput<typeof relation>,
    path: string,
    regions: ReadonlyMap<string, readonly string[]>,
  ): readonly Pick<OffsetRelation, 'type' | 'head' | 'tail'>[] {
    const ends = (
      [
        ['from_id', from],
        ['to_id', to],
      ] as const
    ).map(([name, id]) => {
      if (!regions.has(id)) this.findings.push(`${path}.${name}: there is no region "${id}"`);
      return regions.get(id)?.[0];
    });
    const [head, tail] = direction === 'left' ? ends.reverse() : ends;
    if (head === undefined || tail === undefined) {
      this.#leave('relations of regions that are not taken over');
      return [];
    }
    if (direction === 'bi') this.#leave('relations that go both ways: they go one way');
    if (types.length === 0) this.#leave(`relations without a label: they are called "${UNNAMED}"`);
    return (types.length === 0 ? [UNNAMED] : types).map((type, at) => {
      checkType(type, this.#intake.schema?.relations, `${path}.labels[${String(at)}]`, this.findings);
      return { type, head, tail };
    });
  }

  #leave(what: string, count = 1): void {
    for (let left = 0; left < count; left += 1) this.#left.push(what);
  }
}

function isRegion(one: Result): one is v.InferOutput<typeof region> {
  return 'value' in one;
}

function isRelation(one: Result): one is v.InferOutput<typeof relation> {
  return 'from_id' in one;
}

function relationKey({ type, head, tail }: { readonly type: string; readonly head: string; readonly tail: string }): string {
  return JSON.stringify([type, head, tail]);
}

/** A text as a task. */
function taskOf({ text, document, origIds }: AnnotatedText, id: number): { readonly task: object; readonly losses: readonly Loss[] } {
  const left = origIdsLost(origIds);
  const codePoints = new CodePoints(text);
  const { mentions, relations } = itemsToWrite(document, (mention) => offsetsOf(mention, text, codePoints), left);
  const all = mentions.map(([mention]) => mention);
  unwritten(all, ['discuss'], left);
  unwritten(relations, ['note', 'discuss'], left);
  remade(document, sentencesAround(text, piecesOf(all)), left);

  // An annotation has all ends of its relations; a suggestion that is the same as what is accepted can't be told from it.
  const contents = new Map(all.map((mention) => [mention.id, mentionKey(mention)]));
  const contentOf = ({ type, head, tail }: Relation): string =>
    relationKey({ type, head: contents.get(head) ?? '', tail: contents.get(tail) ?? '' });
  const decided = relations.filter(({ status }) => status === 'accepted');
  const ends = decided.flatMap(({ head, tail }) => [contents.get(head), contents.get(tail)]);
  const taken = new Set([...all.filter(({ status }) => status === 'accepted').map(mentionKey), ...ends]);
  const takenRelations = new Set(decided.map(contentOf));
  const accepted = {
    mentions: mentions.filter(([mention]) => taken.has(mentionKey(mention))),
    relations: relations.filter((relation) => takenRelations.has(contentOf(relation))),
  };
  unwritten([...accepted.mentions.map(([mention]) => mention), ...accepted.relations], ['suggested'], left);
  const suggestedRelations = relations.filter((relation) => !takenRelations.has(contentOf(relation)));
  const needed = new Set(suggestedRelations.flatMap(({ head, tail }) => [head, tail]));
  const suggested = {
    mentions: mentions.filter(([mention]) => needed.has(mention.id) || !taken.has(mentionKey(mention))),
    relations: suggestedRelations,
  };
  const models = new Set([...all, ...relations].filter(({ status }) => status === 'suggested').map(({ model }) => model));

  const isSkipped = document.sentences.length > 0 && document.sentences.every(({ state }) => state === 'skipped');
  const isDone = document.sentences.some(({ state }) => state === 'done') && suggested.mentions.length === 0;
  const isAnnotated = accepted.mentions.length > 0 || isSkipped || isDone;
  const read = isSkipped && accepted.mentions.length === 0 ? 'skipped' : isAnnotated ? 'done' : 'new';
  const readAs = suggested.mentions.length > 0 ? 'new' : read;
  left.push(...statesLost(document.sentences, readAs));
  return {
    task: {
      id,
      data: { text, file: document.text.file },
      annotations: isAnnotated ? [{ result: resultsOf(accepted), was_cancelled: isSkipped && accepted.mentions.length === 0 }] : [],
      predictions:
        suggested.mentions.length > 0
          ? [{ model_version: models.size === 1 ? [...models][0] : undefined, result: resultsOf(suggested) }]
          : [],
    },
    losses: countedLosses(left),
  };
}

interface Offsets {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function offsetsOf(mention: Mention, text: string, codePoints: CodePoints): Offsets | string {
  const found = wholeSpan(mention, codePoints);
  return typeof found === 'string' ? found : { ...found, text: text.slice(mention.spans[0]?.startChar, mention.spans[0]?.endChar) };
}

function resultsOf({ mentions, relations }: WrittenItems<Offsets>): readonly object[] {
  // Of two relations of one pair, Label Studio would drop the second: they are labels of one.
  const pairs = new Map<string, Relation[]>();
  for (const one of relations) {
    const pair = JSON.stringify([one.head, one.tail, one.score]);
    pairs.set(pair, [...(pairs.get(pair) ?? []), one]);
  }
  return [
    ...mentions.map(([{ id, type, score: own, note = '' }, words]) => ({
      id,
      from_name: 'label',
      to_name: 'text',
      type: 'labels',
      value: { ...words, labels: [type] },
      score: own,
      meta: note === '' ? undefined : { text: [note] },
    })),
    ...Array.from(pairs.values(), (ofPair) => ({
      type: 'relation',
      from_id: ofPair[0]?.head,
      to_id: ofPair[0]?.tail,
      direction: 'right',
      labels: ofPair.map(({ type }) => type),
      score: ofPair[0]?.score,
    })),
  ];
}
