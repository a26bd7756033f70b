import type { Weights } from '../encoder/weights';
import { constantParameters, type Precision } from '../encoder/parameters';
import { Graph, type Value } from '../graph/graph';
import { Concat, MatMul, ReduceMean, ReduceSum, Unsqueeze } from '../graph/operators';
import { float32, int64, type Tensor } from '../graph/tensor';
import { Session, type Provider } from '../runtime/session';
import type { SubwordSentence } from '../subwords/subwords';
import { diagonalLogits, hiddenCells, router, secondKernel, separableConvolution, wordVectors } from './convolution';
import { biaffineLogits } from './biaffine';
import { COLUMN_KERNEL, ROW_KERNEL, scatteringKernel, separableKernels } from './kernels';
import { relationLabelCount } from './labels';
import { distanceBuckets } from './distance';
import { upperIndex, type TableLogits } from './logits';
import type { TableOptions } from './options';

/** A sentence's subwords, and the shape of each of its words (wordShape.ts). */
export interface ShapedSentence extends SubwordSentence {
  readonly wordShapes: readonly number[];
}

/** What is known of a sentence after the part of the head that costs n: all that the table needs. */
interface Separated {
  readonly size: number;
  /** P [n, 3, hidden] and Q [n, 3, hidden]. */
  readonly rows: Float32Array;
  readonly columns: Float32Array;
  readonly inside: Float32Array;
  readonly diagonal: Float32Array;
  /** [n, n, R], where the model has a biaffine term. */
  readonly biaffine: Float32Array | undefined;
}

/** Everything between, for comparison with the reference. */
export interface HeadTrace {
  readonly wordVectors: Tensor;
  readonly attention1: Tensor;
  /** Where there is a second convolution. */
  readonly attention2: Tensor | undefined;
}

/** What the cells of layer 1's output are multiplied with for relation logits: [1, hidden, side x side x R] and [R]. */
interface RelationKernel {
  readonly kernel: Tensor;
  readonly bias: Tensor<'float32'>;
}

/** The second convolution's kernel is each sentence's own: its router sees the mean of the cells. */
interface SecondConvolution {
  readonly sum: Session;
  readonly kernel: Session;
}

/** Numbers of the hidden table that stand in memory at once (4 MB), so that a tile stays in the processor's cache. */
const TILE = 2 ** 20;
const MAXIMUM_TILE_ROWS = 16;

/** The DYTNet head: from subword vectors to the logits of every cell. */
export class Head {
  readonly #options: TableOptions;
  readonly #separate: Session;
  readonly #relations: SecondConvolution | RelationKernel;
  readonly #scatter: Session;

  private constructor(options: TableOptions, separate: Session, relations: SecondConvolution | RelationKernel, scatter: Session) {
    this.#options = options;
    this.#separate = separate;
    this.#relations = relations;
    this.#scatter = scatter;
  }

  /**
   * @param weights with the head's names as in ../shared/reference (`words.*`, `table.*`, `entity.*`, `relation.*`)
   * @param encoderWidth d
   */
  static async open(
    options: TableOptions,
    weights: Weights,
    encoderWidth: number,
    provider: Provider,
    precision: Precision,
  ): Promise<Head> {
    const { hidden, experts } = options;
    const width = encoderWidth + options.wordShapeWidth;
    const labels = relationLabelCount(options.relationTypes.length);
    const session = async (build: (graph: Graph) => void): Promise<Session> => {
      const graph = new Graph();
      build(graph);
      return Session.create(graph, provider);
    };
    const separate = await session((graph) => {
      const separable = separableKernels(weights, options, width);
      const plain = constantParameters(graph, weights, precision);
      const kernels = constantParameters(graph, separable, precision);
      const parameters = {
        tensor: plain.tensor.bind(plain),
        linear: (x: Value, name: string, from: number, to: number): Value =>
          (name === ROW_KERNEL || name === COLUMN_KERNEL ? kernels : plain).linear(x, name, from, to),
        dropout: plain.dropout.bind(plain),
      };
      const inside = graph.input('inside', 'float32', [1, 'n', 3]);
      const words = wordVectors(
        parameters,
        options,
        graph.input('subwords', 'float32', ['t', encoderWidth]),
        graph.input('pieces', 'int64', ['n', 'p']),
        graph.input('shapes', 'int64', ['n']),
      );
      // The mean of the table's input cells [e_i ; e_j] is the mean word vector twice.
      const mean = Unsqueeze(ReduceMean(words, [0]), 0);
      const attention = router(parameters, options, 1, Concat([mean, mean], 1));
      const parts = separableConvolution(parameters, options, Unsqueeze(words, 0), attention);
      graph.output('words', words);
      graph.output('attention', attention);
      graph.output('rows', parts.rows);
      graph.output('columns', parts.columns);
      graph.output('diagonal', diagonalLogits(parameters, options, parts, inside));
      if (options.biaffine) graph.output('biaffine', biaffineLogits(parameters, options, Unsqueeze(words, 0)));
    });
    const cells = (graph: Graph): Value =>
      hiddenCells(
        constantParameters(graph, weights, 'float32'),
        options,
        graph.input('rows', 'float32', [1, 'r', 3, hidden]),
        graph.input('insideRows', 'float32', [1, 'r', 3]),
        graph.input('columns', 'float32', [1, 3, `c*${hidden}`]),
        graph.input('insideColumns', 'float32', [1, 'c', 3]),
        options.distance ? graph.input('distances', 'int64', ['r', 'c']) : undefined,
      );
    const secondConvolution = async (): Promise<SecondConvolution> => ({
      sum: await session((graph) => {
        graph.output('sum', ReduceSum(cells(graph), [0, 1, 2]));
      }),
      kernel: await session((graph) => {
        const kernels = graph.constant('kernels', float32([experts, hidden * 9 * labels], scatteringKernel(weights, options, labels)));
        const mean = graph.input('mean', 'float32', [1, hidden]);
        const { attention, kernel, bias } = secondKernel(constantParameters(graph, weights, precision), options, mean, kernels);
        graph.output('attention', attention);
        graph.output('kernel', kernel);
        graph.output('bias', bias);
      }),
    });
    const relations = options.convolutions === 2 ? await secondConvolution() : pointKernel(weights, hidden, labels);
    const scatter = await session((graph) => {
      const kernel = graph.input('kernel', 'float32', [1, hidden, sideOf(options) ** 2 * labels]);
      graph.output('contributions', MatMul(cells(graph), kernel));
    });
    return new Head(options, separate, relations, scatter);
  }

  /**
   * The logits of a sentence's table.
   * @param subwords [t, d] from the encoder
   * @param trace receives what lies between
   * Throws the signal's reason when it is aborted.
   */
  async table(sentence: ShapedSentence, subwords: Tensor, signal?: AbortSignal, trace?: (values: HeadTrace) => void): Promise<TableLogits> {
    const { words, attention: attention1, ...separated } = await this.#separated(sentence, subwords);
    const { size, diagonal } = separated;
    const labels = relationLabelCount(this.#options.relationTypes.length);
    const band = size - 1;
    const { attention: attention2, kernel, bias } = await this.#relationKernel(separated, signal);
    const upper = new Float32Array(size * band * labels);
    for (let i = 0; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        const to = upperIndex(band, labels, i, j);
        const from = (i * size + j) * labels;
        for (let label = 0; label < labels; label++)
          upper[to + label] = (bias.data[label] as number) + (separated.biaffine?.[from + label] ?? 0);
      }
    const side = sideOf(this.#options);
    for (const [first, end, firstColumn] of relationTiles(size, this.#options)) {
      signal?.throwIfAborted();
      const { contributions } = (await this.#scatter.run({ ...this.#cells(separated, first, end, firstColumn), kernel })) as {
        contributions: Tensor<'float32'>;
      };
      scatterContributions(contributions.data, first, end, firstColumn, size, side, labels, upper);
    }
    trace?.({ wordVectors: words, attention1, attention2 });
    return { size, band, diagonal, upper };
  }

  /** Frees the memory of all sessions. */
  async dispose(): Promise<void> {
    const ofSecond = 'sum' in this.#relations ? [this.#relations.sum, this.#relations.kernel] : [];
    await Promise.all([this.#separate, ...ofSecond, this.#scatter].map((session) => session.dispose()));
  }

  async #separated(
    { ranges, wordShapes }: ShapedSentence,
    subwords: Tensor,
  ): Promise<Separated & { readonly words: Tensor; readonly attention: Tensor }> {
    const size = ranges.length;
    const longest = Math.max(...ranges.map(([start, end]) => end - start));
    const pieces = ranges.flatMap(([start, end]) =>
      // One on from the leading special token.
      Array.from({ length: longest }, (_, piece) => 1 + (start + piece < end ? start + piece : start)),
    );
    const inside = Float32Array.from(ranges.flatMap((_, at) => [at > 0 ? 1 : 0, 1, at < size - 1 ? 1 : 0]));
    const { words, attention, rows, columns, diagonal, biaffine } = (await this.#separate.run({
      subwords,
      pieces: int64([size, longest], pieces),
      shapes: int64([size], wordShapes),
      inside: float32([1, size, 3], inside),
    })) as Record<'words' | 'attention' | 'rows' | 'columns' | 'diagonal', Tensor<'float32'>> & { readonly biaffine?: Tensor<'float32'> };
    const parts = { rows: rows.data, columns: columns.data, diagonal: diagonal.data, biaffine: biaffine?.data };
    return { size, inside, ...parts, words, attention };
  }

  async #relationKernel(
    sentence: Separated,
    signal: AbortSignal | undefined,
  ): Promise<RelationKernel & { readonly attention?: Tensor<'float32'> }> {
    if (!('sum' in this.#relations)) return this.#relations;
    const mean = await this.#mean(this.#relations.sum, sentence, signal);
    return (await this.#relations.kernel.run({ mean })) as Record<'attention' | 'kernel' | 'bias', Tensor<'float32'>>;
  }

  /** Mean of layer 1's output over all n x n cells, [1, hidden]. */
  async #mean(session: Session, sentence: Separated, signal: AbortSignal | undefined): Promise<Tensor> {
    const { hidden } = this.#options;
    const mean = new Float64Array(hidden);
    for (const [first, end] of tiles(sentence.size, hidden)) {
      signal?.throwIfAborted();
      const { sum } = (await session.run(this.#cells(sentence, first, end, 0))) as { sum: Tensor<'float32'> };
      sum.data.forEach((value, channel) => (mean[channel] = (mean[channel] as number) + value / sentence.size ** 2));
    }
    return float32([1, hidden], Float32Array.from(mean));
  }

  /** The inputs of `hiddenCells` for rows [first, end) and the columns from `firstColumn` on. */
  #cells({ size, rows, columns, inside }: Separated, first: number, end: number, firstColumn: number): Record<string, Tensor> {
    const { hidden, distance } = this.#options;
    const width = size - firstColumn;
    const byOffset = new Float32Array(3 * width * hidden);
    for (let offset = 0; offset < 3; offset++)
      for (let column = 0; column < width; column++) {
        const from = ((firstColumn + column) * 3 + offset) * hidden;
        byOffset.set(columns.subarray(from, from + hidden), (offset * width + column) * hidden);
      }
    return {
      rows: float32([1, end - first, 3, hidden], rows.subarray(first * 3 * hidden, end * 3 * hidden)),
      insideRows: float32([1, end - first, 3], inside.subarray(first * 3, end * 3)),
      columns: float32([1, 3, width * hidden], byOffset),
      insideColumns: float32([1, width, 3], inside.subarray(firstColumn * 3)),
      ...(distance ? { distances: distanceBuckets(first, end, firstColumn, size) } : {}),
    };
  }
}

/** The side of the kernel that relation logits come from: a linear layer of each cell is a convolution with a kernel of one cell. */
function sideOf({ convolutions }: TableOptions): 1 | 3 {
  return convolutions === 2 ? 3 : 1;
}

function pointKernel(weights: Weights, hidden: number, labels: number): RelationKernel {
  const { data } = weights.get('relation.weight', [labels, hidden]);
  const kernel = Float32Array.from(data, (_, at) => data[(at % labels) * hidden + Math.floor(at / labels)] as number);
  return { kernel: float32([1, hidden, labels], kernel), bias: weights.get('relation.bias', [labels]) };
}

/** Row ranges [first, end) whose hidden cells fit a tile. */
function* tiles(size: number, hidden: number): Generator<[first: number, end: number]> {
  const rows = Math.min(MAXIMUM_TILE_ROWS, Math.max(1, Math.floor(TILE / (size * hidden))));
  for (let first = 0; first < size; first += rows) yield [first, Math.min(size, first + rows)];
}

/** The tiles of cells that relation logits come from. A 3 x 3 kernel reaches one below the diagonal: row i needs columns from i - 1 on. */
function* relationTiles(size: number, options: TableOptions): Generator<[first: number, end: number, firstColumn: number]> {
  const reach = (sideOf(options) - 1) / 2;
  for (const [first, end] of tiles(size, options.hidden)) yield [first, end, Math.max(0, first - reach)];
}

/** How many cells of a sentence of n words relation logits come from: those of the upper triangle, and what stands in a tile with them. */
export function relationCells(size: number, options: TableOptions): number {
  return [...relationTiles(size, options)].reduce((sum, [first, end, firstColumn]) => sum + (end - first) * (size - firstColumn), 0);
}

/**
 * Adds what each hidden cell (i, j) contributes to itself and its neighbours to the logits: its contribution through kernel cell
 * (di, dj) belongs to (i - di, j - dj), since the kernel is cross-correlated.
 * @param contributions [end - first, size - firstColumn, side x side x labels]
 */
function scatterContributions(
  contributions: Float32Array,
  first: number,
  end: number,
  firstColumn: number,
  size: number,
  side: 1 | 3,
  labels: number,
  upper: Float32Array,
): void {
  const columns = size - firstColumn;
  const [kernelCells, reach] = [side ** 2, (side - 1) / 2];
  for (let i = first; i < end; i++)
    for (let j = firstColumn; j < size; j++) {
      const from = ((i - first) * columns + j - firstColumn) * kernelCells * labels;
      for (let kernelCell = 0; kernelCell < kernelCells; kernelCell++) {
        const row = i + reach - Math.floor(kernelCell / side);
        const column = j + reach - (kernelCell % side);
        if (row < 0 || column >= size || row >= column) continue;
        const to = upperIndex(size - 1, labels, row, column);
        for (let label = 0; label < labels; label++)
          upper[to + label] = (upper[to + label] as number) + (contributions[from + kernelCell * labels + label] as number);
      }
    }
}
