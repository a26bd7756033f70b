import type { Weights } from '../encoder/weights';
import { constantParameters, type Precision } from '../encoder/parameters';
import { Graph, type Value } from '../graph/graph';
import { Concat, MatMul, ReduceSum } from '../graph/operators';
import { float32, int64, type Tensor } from '../graph/tensor';
import { Session, type Provider } from '../runtime/session';
import type { SubwordSentence } from '../subwords/subwords';
import { diagonalLogits, hiddenCells, router, secondKernel, separableConvolution, wordVectors } from './convolution';
import { COLUMN_KERNEL, ROW_KERNEL, scatteringKernel, separableKernels } from './kernels';
import { relationLabelCount } from './labels';
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
}

/** Everything between, for comparison with the reference. */
export interface HeadTrace {
  readonly wordVectors: Tensor;
  readonly attention1: Tensor;
  readonly attention2: readonly Tensor[];
}

/** Numbers of the hidden table that stand in memory at once (4 MB), so that a tile stays in the processor's cache. */
const TILE = 2 ** 20;
const MAXIMUM_TILE_ROWS = 16;

/** The DYTNet head: from subword vectors to the logits of every cell. */
export class Head {
  readonly #options: TableOptions;
  readonly #separate: Session;
  readonly #sum: Session;
  readonly #second: Session;
  readonly #scatter: Session;

  private constructor(options: TableOptions, separate: Session, sum: Session, second: Session, scatter: Session) {
    this.#options = options;
    this.#separate = separate;
    this.#sum = sum;
    this.#second = second;
    this.#scatter = scatter;
  }

  /**
   * @param weights with the head's names as in ../shared/reference (`words.*`, `table.*`, `entity.*`)
   * @param encoderWidth d
   */
  static async open(options: TableOptions, weights: Weights, encoderWidth: number, provider: Provider, precision: Precision): Promise<Head> {
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
      };
      const subwords = graph.input('subwords', 'float32', ['t', encoderWidth]);
      const pieces = graph.input('pieces', 'int64', ['w', 'p']);
      const shapes = graph.input('shapes', 'int64', ['w']);
      const inside = graph.input('inside', 'float32', ['w', 3]);
      const average = graph.input('average', 'float32', ['s', 'w']);
      const sentences = graph.input('sentences', 'int64', ['w']);
      const words = wordVectors(parameters, options, subwords, pieces, shapes);
      const attention = router(parameters, options, 1, bothWords(MatMul(average, words)));
      const parts = separableConvolution(parameters, options, words, inside, attention, sentences);
      graph.output('words', words);
      graph.output('attention', attention);
      graph.output('rows', parts.rows);
      graph.output('columns', parts.columns);
      graph.output('diagonal', diagonalLogits(parameters, options, parts, inside));
    });
    const cells = (graph: Graph): Value =>
      hiddenCells(
        constantParameters(graph, weights, 'float32'),
        options,
        graph.input('rows', 'float32', ['r', 3, hidden]),
        graph.input('insideRows', 'float32', ['r', 3]),
        graph.input('columns', 'float32', [3, `c*${hidden}`]),
        graph.input('insideColumns', 'float32', ['c', 3]),
      );
    const sum = await session((graph) => {
      graph.output('sum', ReduceSum(cells(graph), [0, 1]));
    });
    const second = await session((graph) => {
      const kernels = graph.constant('kernels', float32([experts, hidden * 9 * labels], scatteringKernel(weights, options, labels)));
      const mean = graph.input('mean', 'float32', [1, hidden]);
      const { attention, kernel, bias } = secondKernel(constantParameters(graph, weights, precision), options, mean, kernels);
      graph.output('attention', attention);
      graph.output('kernel', kernel);
      graph.output('bias', bias);
    });
    const scatter = await session((graph) => {
      const kernel = graph.input('kernel', 'float32', [hidden, 9 * labels]);
      graph.output('contributions', MatMul(cells(graph), kernel));
    });
    return new Head(options, separate, sum, second, scatter);
  }

  /**
   * The logits of each sentence's table.
   * @param sentences the pack that was encoded
   * @param subwords [t, d] from the encoder
   * @param trace receives what lies between
   * Throws the signal's reason when it is aborted.
   */
  async tables(
    sentences: readonly ShapedSentence[],
    subwords: Tensor,
    signal?: AbortSignal,
    trace?: (values: HeadTrace) => void,
  ): Promise<TableLogits[]> {
    const { separated, wordVectors: vectors, attention1 } = await this.#separated(sentences, subwords);
    const tables: TableLogits[] = [];
    const attention2: Tensor[] = [];
    for (const sentence of separated) {
      signal?.throwIfAborted();
      const { table, attention } = await this.#table(sentence, signal);
      tables.push(table);
      attention2.push(attention);
    }
    trace?.({ wordVectors: vectors, attention1, attention2 });
    return tables;
  }

  /** Frees the memory of all sessions. */
  async dispose(): Promise<void> {
    await Promise.all([this.#separate, this.#sum, this.#second, this.#scatter].map((session) => session.dispose()));
  }

  async #separated(
    sentences: readonly ShapedSentence[],
    subwords: Tensor,
  ): Promise<{ separated: Separated[]; wordVectors: Tensor; attention1: Tensor }> {
    const sizes = sentences.map(({ ranges }) => ranges.length);
    const count = sizes.reduce((total, size) => total + size, 0);
    const longest = Math.max(...sentences.flatMap(({ ranges }) => ranges.map(([start, end]) => end - start)));
    const pieces = new BigInt64Array(count * longest);
    const inside = new Float32Array(count * 3);
    const average = new Float32Array(sentences.length * count);
    let word = 0;
    let leading = 1;
    sentences.forEach(({ inputIds, ranges }, sentence) => {
      ranges.forEach(([start, end], at) => {
        for (let piece = 0; piece < longest; piece++)
          pieces[word * longest + piece] = BigInt(leading + (start + piece < end ? start + piece : start));
        inside.set([at > 0 ? 1 : 0, 1, at < ranges.length - 1 ? 1 : 0], word * 3);
        average[sentence * count + word] = 1 / ranges.length;
        word++;
      });
      leading += inputIds.length;
    });
    const result = (await this.#separate.run({
      subwords,
      pieces: { type: 'int64', shape: [count, longest], data: pieces },
      shapes: int64([count], sentences.flatMap(({ wordShapes }) => wordShapes)),
      inside: float32([count, 3], inside),
      average: float32([sentences.length, count], average),
      sentences: int64([count], sizes.flatMap((size, sentence) => Array.from({ length: size }, () => sentence))),
    })) as Record<'rows' | 'columns' | 'diagonal' | 'words' | 'attention', Tensor<'float32'>>;
    let first = 0;
    const separated = sizes.map((size) => {
      const part = ({ data }: Tensor<'float32'>): Float32Array => {
        const width = data.length / count;
        return data.subarray(first * width, (first + size) * width);
      };
      const of = {
        size,
        rows: part(result.rows),
        columns: part(result.columns),
        diagonal: part(result.diagonal),
        inside: inside.subarray(first * 3, (first + size) * 3),
      };
      first += size;
      return of;
    });
    return { separated, wordVectors: result.words, attention1: result.attention };
  }

  async #table(sentence: Separated, signal: AbortSignal | undefined): Promise<{ table: TableLogits; attention: Tensor }> {
    const { size, diagonal } = sentence;
    const labels = relationLabelCount(this.#options.relationTypes.length);
    const band = size - 1;
    const mean = await this.#mean(sentence, signal);
    const { attention, kernel, bias } = (await this.#second.run({ mean })) as Record<'attention' | 'kernel' | 'bias', Tensor<'float32'>>;
    const upper = new Float32Array(size * band * labels);
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) upper.set(bias.data, upperIndex(band, labels, i, j));
    // A cell's neighbours in the upper triangle reach one below the diagonal: row i needs columns from i - 1 on.
    for (const [first, end] of tiles(size, this.#options.hidden)) {
      signal?.throwIfAborted();
      const firstColumn = Math.max(0, first - 1);
      const { contributions } = (await this.#scatter.run({ ...this.#cells(sentence, first, end, firstColumn), kernel })) as {
        contributions: Tensor<'float32'>;
      };
      scatterContributions(contributions.data, first, end, firstColumn, size, labels, upper);
    }
    return { table: { size, band, diagonal, upper }, attention };
  }

  /** Mean of layer 1's output over all n x n cells, [1, hidden]. */
  async #mean(sentence: Separated, signal: AbortSignal | undefined): Promise<Tensor> {
    const { hidden } = this.#options;
    const mean = new Float64Array(hidden);
    for (const [first, end] of tiles(sentence.size, hidden)) {
      signal?.throwIfAborted();
      const { sum } = (await this.#sum.run(this.#cells(sentence, first, end, 0))) as { sum: Tensor<'float32'> };
      sum.data.forEach((value, channel) => (mean[channel] = (mean[channel] as number) + value / sentence.size ** 2));
    }
    return float32([1, hidden], Float32Array.from(mean));
  }

  /** The inputs of `hiddenCells` for rows [first, end) and the columns from `firstColumn` on. */
  #cells({ size, rows, columns, inside }: Separated, first: number, end: number, firstColumn: number): Record<string, Tensor> {
    const { hidden } = this.#options;
    const width = size - firstColumn;
    const byOffset = new Float32Array(3 * width * hidden);
    for (let offset = 0; offset < 3; offset++)
      for (let column = 0; column < width; column++) {
        const from = ((firstColumn + column) * 3 + offset) * hidden;
        byOffset.set(columns.subarray(from, from + hidden), (offset * width + column) * hidden);
      }
    return {
      rows: float32([end - first, 3, hidden], rows.subarray(first * 3 * hidden, end * 3 * hidden)),
      insideRows: float32([end - first, 3], inside.subarray(first * 3, end * 3)),
      columns: float32([3, width * hidden], byOffset),
      insideColumns: float32([width, 3], inside.subarray(firstColumn * 3)),
    };
  }
}

/** The mean of the table's input cells [e_i ; e_j] is the mean word vector twice. */
function bothWords(mean: Value): Value {
  return Concat([mean, mean], 1);
}

/** Row ranges [first, end) whose hidden cells fit a tile. */
function* tiles(size: number, hidden: number): Generator<[first: number, end: number]> {
  const rows = Math.min(MAXIMUM_TILE_ROWS, Math.max(1, Math.floor(TILE / (size * hidden))));
  for (let first = 0; first < size; first += rows) yield [first, Math.min(size, first + rows)];
}

/**
 * Adds what each hidden cell (i, j) contributes to itself and its neighbours to the logits: its contribution through kernel cell
 * (di, dj) belongs to (i - di, j - dj), since the kernel is cross-correlated.
 * @param contributions [end - first, size - firstColumn, 9 x labels]
 */
function scatterContributions(
  contributions: Float32Array,
  first: number,
  end: number,
  firstColumn: number,
  size: number,
  labels: number,
  upper: Float32Array,
): void {
  const columns = size - firstColumn;
  for (let i = first; i < end; i++)
    for (let j = firstColumn; j < size; j++) {
      const from = ((i - first) * columns + j - firstColumn) * 9 * labels;
      for (let kernelCell = 0; kernelCell < 9; kernelCell++) {
        const row = i + 1 - Math.floor(kernelCell / 3);
        const column = j + 1 - (kernelCell % 3);
        if (row < 0 || column >= size || row >= column) continue;
        const to = upperIndex(size - 1, labels, row, column);
        for (let label = 0; label < labels; label++)
          upper[to + label] = (upper[to + label] as number) + (contributions[from + kernelCell * labels + label] as number);
      }
    }
}
