import { firstPosition, type EncoderConfig } from '../encoder/config';
import { relativePositionBuckets, WORD_EMBEDDINGS } from '../encoder/layers';
import type { Weights } from '../encoder/weights';
import type { Shape } from '../graph/shape';
import { float32, int64, sizeOf } from '../graph/tensor';
import type { Feeds } from '../runtime/session';
import { distanceBuckets } from '../table/distance';
import { mentionLabelCount, NO_RELATION, relationLabelCount } from '../table/labels';
import type { TableOptions } from '../table/options';
import type { Example } from './examples';

/** How the targets of the loss are made. */
export interface TargetOptions {
  /** What is taken from the right label and spread over all. */
  readonly labelSmoothing: number;
  /** Weight of the upper cells without a relation. */
  readonly negativeWeight: number;
}

/** A padded batch. */
export interface Batch {
  /** The inputs of a training graph, without parameters, masks and temperature. */
  readonly feeds: Feeds;
  /** Subwords of all sentences, padding included: the rows of `words`. */
  readonly inputIds: readonly number[];
  /** The sizes behind the names n and s. */
  readonly sizes: Readonly<Record<'n' | 's', number>>;
}

/** Added to the attention score of padding. */
const NOT_ATTENDED = -1e9;

/** Pads sentences to the longest and makes the inputs of a training graph (trainingGraph.ts) of them. */
export function batchOf(
  examples: readonly Example[],
  config: EncoderConfig,
  options: TableOptions,
  embeddings: Weights,
  targets: TargetOptions,
): Batch {
  const b = examples.length;
  const n = Math.max(...examples.map(({ ranges }) => ranges.length));
  const s = Math.max(...examples.map(({ inputIds }) => inputIds.length));
  const p = Math.max(...examples.flatMap(({ ranges }) => ranges.map(([start, end]) => end - start)));
  const mentionLabels = mentionLabelCount(options.entityTypes.length);
  const relationLabels = relationLabelCount(options.relationTypes.length);
  const inputIds = examples.flatMap((example) => padTo(example.inputIds, s, config.model_type === 'mpnet' ? 1 : 0));
  const first = firstPosition(config);

  const attended = new Float32Array(b * s);
  const pieces: number[] = [];
  const isWord = new Float32Array(b * n);
  const wordShare = new Float32Array(b * n);
  const inside = new Float32Array(b * n * 3);
  const isCell = new Float32Array(b * n * n);
  const cellShare = new Float32Array(b * n * n);
  const mentionTargets = new Float32Array(b * n * mentionLabels);
  const relationTargets = new Float32Array(b * n * n * relationLabels);
  const target = (to: Float32Array, at: number, labels: number, label: number, weight: number): void => {
    to.fill((weight * targets.labelSmoothing) / labels, at * labels, (at + 1) * labels);
    to[at * labels + label] = (to[at * labels + label] as number) + weight * (1 - targets.labelSmoothing);
  };
  examples.forEach(({ inputIds: ids, ranges, mentionLabels: gold, relationCells }, at) => {
    const size = ranges.length;
    attended.fill(NOT_ATTENDED, at * s + ids.length, (at + 1) * s);
    for (let word = 0; word < n; word++) {
      // Padding points at the first special token; its vector is masked.
      const [start, end] = ranges[word] ?? [-1, 0];
      for (let piece = 0; piece < p; piece++) pieces.push(at * s + 1 + (start + piece < end ? start + piece : start));
      if (word >= size) continue;
      isWord[at * n + word] = 1;
      wordShare[at * n + word] = 1 / size;
      inside.set([word > 0 ? 1 : 0, 1, word + 1 < size ? 1 : 0], (at * n + word) * 3);
      target(mentionTargets, at * n + word, mentionLabels, gold[word] as number, 1);
      for (let column = 0; column < size; column++) {
        const cell = (at * n + word) * n + column;
        isCell[cell] = 1;
        cellShare[cell] = 1 / size ** 2;
        if (column > word) target(relationTargets, cell, relationLabels, NO_RELATION, targets.negativeWeight);
      }
    }
    for (const { row, column, label } of relationCells) target(relationTargets, (at * n + row) * n + column, relationLabels, label, 1);
  });
  const perSentence = <T>(values: (example: Example) => readonly T[]): T[] => examples.flatMap(values);
  const feeds = {
    words: float32([b * s, config.hidden_size], embeddings.rows(WORD_EMBEDDINGS, [config.vocab_size, config.hidden_size], inputIds)),
    positions: int64(
      [b * s],
      perSentence(() => Array.from({ length: s }, (_, at) => at + first)),
    ),
    ...(config.model_type === 'mpnet' ? { buckets: relativePositionBuckets(s) } : {}),
    attended: float32([b, 1, 1, s], attended),
    pieces: int64([b * n, p], pieces),
    shapes: int64(
      [b * n],
      perSentence(({ wordShapes }) => padTo(wordShapes, n, 0)),
    ),
    isWord: float32([b, n, 1], isWord),
    inside: float32([b, n, 3], inside),
    wordShare: float32([b, 1, n], wordShare),
    ...(options.distance ? { distances: distanceBuckets(0, n, 0, n) } : {}),
    isCell: float32([b, n, n, 1], isCell),
    ...(options.convolutions === 2 ? { cellShare: float32([b, 1, n * n], cellShare) } : {}),
    diagonal: int64(
      [b * n],
      Array.from({ length: b * n }, (_, at) => at * n + (at % n)),
    ),
    mentionTargets: float32([b * n, mentionLabels], mentionTargets),
    relationTargets: float32([b, n, n, relationLabels], relationTargets),
  };
  return { feeds, inputIds, sizes: { n, s } };
}

/** A shape of a training graph with numbers in place of its names. */
export function resolve(shape: Shape, sizes: Batch['sizes']): number[] {
  return shape.map((dimension) =>
    sizeOf(
      String(dimension)
        .split('*')
        .map((part) => (part === 'n' || part === 's' ? sizes[part] : Number(part))),
    ),
  );
}

function padTo(values: readonly number[], length: number, padding: number): number[] {
  return [...values, ...Array.from({ length: length - values.length }, () => padding)];
}
