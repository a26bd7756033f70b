import { admits, type Schema } from '../../annotation/schema';
import type { PredictedMention, PredictedRelation, Prediction, TableProbabilities } from '../../annotation/prediction';
import { mentionLabel, mentionLabelCount, NO_RELATION, OUTSIDE, relationLabelCount } from './labels';
import { upperIndex, type TableLogits } from './logits';

/** What a decoder is told beside the logits. Types are in the order of their labels. */
export interface DecodingOptions {
  readonly entityTypes: readonly string[];
  readonly relationTypes: readonly string[];
  /** With a schema, relations respect its head and tail types, and symmetric ones go forward; without, any type may join any mentions. */
  readonly constraints?: Schema | undefined;
}

/**
 * The best legal reading of a table: the BILOU path with the highest probability (Viterbi), then for each pair of mentions the label with
 * the highest mean log-probability over the pair's cells, none if that is X. Ties go to the label that is numbered lower.
 */
export function decode(logits: TableLogits, options: DecodingOptions): Prediction {
  const mentions = decodeMentions(logits, options.entityTypes);
  return { mentions, relations: decodeRelations(logits, mentions, options) };
}

/**
 * The paper's own reading, kept for comparison: the likeliest label of each diagonal cell, of which only whole BILOU sequences count, and
 * for each pair of mentions the likeliest label of the cell where their last words cross.
 */
export function decodeByArgmax(logits: TableLogits, options: DecodingOptions): Prediction {
  const labels = mentionLabelCount(options.entityTypes.length);
  const best = Array.from({ length: logits.size }, (_, token) => argmax(logSoftmax(logits.diagonal, token * labels, labels)));
  const mentions = mentionsOf(best, options.entityTypes).map((mention) => ({ ...mention, score: 1 }));
  const width = relationLabelCount(options.relationTypes.length);
  const relations = pairs(mentions, logits.band).flatMap(([earlier, later]) => {
    const [a, b] = [mentions[earlier] as PredictedMention, mentions[later] as PredictedMention];
    const cell = logSoftmax(logits.upper, upperIndex(logits.band, width, a.endToken - 1, b.endToken - 1), width);
    const label = argmax(cell);
    return label === NO_RELATION ? [] : [relationOf(label, earlier, later, Math.exp(cell[label] as number), options)];
  });
  return { mentions, relations };
}

/** The logits as probabilities. */
export function probabilities(logits: TableLogits, entityTypes: readonly string[], relationTypes: readonly string[]): TableProbabilities {
  const { size, band } = logits;
  const softmax = (values: Float32Array, labels: number): Float32Array => {
    const result = new Float32Array(values.length);
    for (let start = 0; start < values.length; start += labels) {
      const shift = logSumExp(values, start, labels);
      for (let at = start; at < start + labels; at++) result[at] = Math.exp((values[at] as number) - shift);
    }
    return result;
  };
  const diagonal = softmax(logits.diagonal, mentionLabelCount(entityTypes.length));
  const upper = softmax(logits.upper, relationLabelCount(relationTypes.length));
  return { size, band, entityTypes, relationTypes, diagonal, upper };
}

/** Whether a mention can end, or the text outside mentions go on, after this label: O, L- and U-. */
function closes(label: number): boolean {
  return label === OUTSIDE || (label - 1) % 4 >= 2;
}

/** Whether label `next` may follow label `last` in BILOU. */
function follows(last: number, next: number): boolean {
  const part = (next - 1) % 4;
  const opens = next === OUTSIDE || part === 0 || part === 3;
  return closes(last) ? opens : !opens && Math.floor((last - 1) / 4) === Math.floor((next - 1) / 4);
}

function decodeMentions({ size, diagonal }: TableLogits, entityTypes: readonly string[]): PredictedMention[] {
  const labels = mentionLabelCount(entityTypes.length);
  const emissions = Array.from({ length: size }, (_, token) => logSoftmax(diagonal, token * labels, labels));
  const path = viterbi(emissions, labels);
  const { before, after, total } = closedMass(emissions, entityTypes.length);
  return mentionsOf(path, entityTypes).map((mention) => {
    let score = (before[mention.startToken] as number) + (after[mention.endToken] as number) - total;
    for (let token = mention.startToken; token < mention.endToken; token++) score += emissions[token]?.[path[token] as number] as number;
    return { ...mention, score: Math.min(1, Math.exp(score)) };
  });
}

/** The legal label sequence with the largest sum of log-probabilities. */
function viterbi(emissions: readonly Float64Array[], labels: number): number[] {
  const size = emissions.length;
  let scores = Float64Array.from({ length: labels }, (_, label) =>
    follows(OUTSIDE, label) ? (emissions[0]?.[label] as number) : -Infinity,
  );
  const origins: Int32Array[] = [];
  for (let token = 1; token < size; token++) {
    const origin = new Int32Array(labels);
    const next = new Float64Array(labels).fill(-Infinity);
    const closed = argmax(scores.map((score, label) => (closes(label) ? score : -Infinity)));
    for (let label = 0; label < labels; label++) {
      const part = (label - 1) % 4;
      const opens = label === OUTSIDE || part === 0 || part === 3;
      const begin = label - part;
      const from = opens ? closed : (scores[begin + 1] as number) > (scores[begin] as number) ? begin + 1 : begin;
      origin[label] = from;
      next[label] = (scores[from] as number) + (emissions[token]?.[label] as number);
    }
    origins.push(origin);
    scores = next;
  }
  if (size === 0) return [];
  const path = [argmax(scores.map((score, label) => (closes(label) ? score : -Infinity)))];
  for (const origin of origins.reverse()) path.unshift(origin[path[0] as number] as number);
  return path;
}

/**
 * Log of the total probability of all legal label sequences: of the tokens before each position (that leave no mention open), of those
 * from it on, and of the whole sentence. Forward-backward over whole mentions, so only positions between mentions count.
 */
function closedMass(
  emissions: readonly Float64Array[],
  entityTypes: number,
): { readonly before: Float64Array; readonly after: Float64Array; readonly total: number } {
  const size = emissions.length;
  const at = (token: number, type: number, part: 0 | 1 | 2 | 3): number => emissions[token]?.[mentionLabel(type, part)] as number;
  const before = new Float64Array(size + 1).fill(-Infinity);
  before[0] = 0;
  const open = new Float64Array(entityTypes).fill(-Infinity);
  for (let token = 0; token < size; token++) {
    const closed = before[token] as number;
    let sum = closed + (emissions[token]?.[OUTSIDE] as number);
    for (let type = 0; type < entityTypes; type++) {
      sum = logAdd(sum, closed + at(token, type, 3));
      sum = logAdd(sum, (open[type] as number) + at(token, type, 2));
      open[type] = logAdd(closed + at(token, type, 0), (open[type] as number) + at(token, type, 1));
    }
    before[token + 1] = sum;
  }
  const after = new Float64Array(size + 1).fill(-Infinity);
  after[size] = 0;
  const inside = new Float64Array(entityTypes).fill(-Infinity);
  for (let token = size - 1; token >= 0; token--) {
    const closed = after[token + 1] as number;
    let sum = closed + (emissions[token]?.[OUTSIDE] as number);
    for (let type = 0; type < entityTypes; type++) {
      sum = logAdd(sum, closed + at(token, type, 3));
      sum = logAdd(sum, (inside[type] as number) + at(token, type, 0));
      inside[type] = logAdd(closed + at(token, type, 2), (inside[type] as number) + at(token, type, 1));
    }
    after[token] = sum;
  }
  return { before, after, total: before[size] as number };
}

/** The mentions of a label sequence; parts that make no whole mention are passed over. */
function mentionsOf(path: readonly number[], entityTypes: readonly string[]): Omit<PredictedMention, 'score'>[] {
  const mentions: Omit<PredictedMention, 'score'>[] = [];
  let start = -1;
  path.forEach((label, token) => {
    const part = label === OUTSIDE ? -1 : (label - 1) % 4;
    const continues = token > 0 && start >= 0 && follows(path[token - 1] as number, label);
    if (part === 0 || part === 3) start = token;
    else if (!continues) start = -1;
    if ((part === 2 || part === 3) && start >= 0) {
      mentions.push({ type: entityTypes[Math.floor((label - 1) / 4)] as string, startToken: start, endToken: token + 1 });
      start = -1;
    }
  });
  return mentions;
}

function decodeRelations(logits: TableLogits, mentions: readonly PredictedMention[], options: DecodingOptions): PredictedRelation[] {
  const labels = relationLabelCount(options.relationTypes.length);
  return pairs(mentions, logits.band).flatMap(([earlier, later]) => {
    const [rows, columns] = [mentions[earlier] as PredictedMention, mentions[later] as PredictedMention];
    const mean = new Float64Array(labels);
    const cells = (rows.endToken - rows.startToken) * (columns.endToken - columns.startToken);
    for (let i = rows.startToken; i < rows.endToken; i++)
      for (let j = columns.startToken; j < columns.endToken; j++) {
        const start = upperIndex(logits.band, labels, i, j);
        const shift = logSumExp(logits.upper, start, labels);
        for (let label = 0; label < labels; label++)
          mean[label] = (mean[label] as number) + ((logits.upper[start + label] as number) - shift) / cells;
      }
    const label = argmax(mean.map((value, candidate) => (allowed(candidate, rows.type, columns.type, options) ? value : -Infinity)));
    return label === NO_RELATION ? [] : [relationOf(label, earlier, later, Math.min(1, Math.exp(mean[label] as number)), options)];
  });
}

/** Pairs (earlier, later) of mentions whose cells the table holds. */
function pairs(mentions: readonly Omit<PredictedMention, 'score'>[], band: number): [earlier: number, later: number][] {
  return mentions.flatMap(({ startToken }, earlier) =>
    mentions.flatMap<[number, number]>(({ endToken }, later) =>
      earlier < later && endToken - 1 - startToken <= band ? [[earlier, later]] : [],
    ),
  );
}

/** Whether the schema lets this label join mentions of these types. */
function allowed(label: number, earlier: string, later: string, { relationTypes, constraints }: DecodingOptions): boolean {
  if (label === NO_RELATION || constraints === undefined) return true;
  const type = relationTypes[Math.floor((label - 1) / 2)] as string;
  const forward = label % 2 === 1;
  if (!forward && constraints.relations[type]?.symmetric === true) return false;
  return forward ? admits(constraints, type, earlier, later) : admits(constraints, type, later, earlier);
}

function relationOf(label: number, earlier: number, later: number, score: number, { relationTypes }: DecodingOptions): PredictedRelation {
  const forward = label % 2 === 1;
  return {
    type: relationTypes[Math.floor((label - 1) / 2)] as string,
    head: forward ? earlier : later,
    tail: forward ? later : earlier,
    score,
  };
}

/** Log-probabilities of the `count` logits that start at `start`. */
function logSoftmax(logits: Float32Array, start: number, count: number): Float64Array {
  const result = new Float64Array(count);
  const shift = logSumExp(logits, start, count);
  for (let label = 0; label < count; label++) result[label] = (logits[start + label] as number) - shift;
  return result;
}

function logSumExp(logits: Float32Array, start: number, count: number): number {
  let largest = -Infinity;
  for (let at = start; at < start + count; at++) largest = Math.max(largest, logits[at] as number);
  let sum = 0;
  for (let at = start; at < start + count; at++) sum += Math.exp((logits[at] as number) - largest);
  return largest + Math.log(sum);
}

/** Index of the largest value, the first where several are. */
function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at;
  return best;
}

function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? -Infinity : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}
