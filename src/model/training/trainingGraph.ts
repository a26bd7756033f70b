/**
 * One graph for a batch: the model as inference has it (encoder/layers.ts, table/convolution.ts), the loss, and its gradients. Parameters
 * are inputs, so that the optimizer works on memory that the runtime reads without a copy.
 */
import type { EncoderConfig } from '../encoder/config';
import { attentionBias, embed, encoderLayer } from '../encoder/layers';
import type { DropoutPart, Parameters } from '../encoder/parameters';
import { gradients } from '../gradient/gradients';
import { Graph, type Value } from '../graph/graph';
import {
  Add,
  Concat,
  Gather,
  Gemm,
  LogSoftmax,
  MatMul,
  Mul,
  Pad,
  ReduceSum,
  Reshape,
  scalar,
  Slice,
  Transpose,
  Unsqueeze,
} from '../graph/operators';
import type { Shape } from '../graph/shape';
import { hiddenCells, mentionLogits, relationLogits, router, secondKernel, separableConvolution, wordVectors } from '../table/convolution';
import { COLUMN_KERNEL, ROW_KERNEL } from '../table/kernels';
import { BIAFFINE, biaffineLogits } from '../table/biaffine';
import { relationLabelCount } from '../table/labels';
import type { TableOptions } from '../table/options';

/** Name of the second layer's kernels in the order of `scatteringKernel`. */
export const SECOND_KERNELS = 'table.conv2.kernels';

/** Rates of dropout, by where it is. */
export type DropoutRates = Readonly<Record<DropoutPart, number>>;

export interface TrainingGraphOptions {
  /** Sentences in a batch. */
  readonly batch: number;
  readonly dropout: DropoutRates;
  /** Encoder layers below this one are used as they are, the embeddings with the first. */
  readonly firstTrainedLayer: number;
  /** Whether the gradient of the word embeddings that were looked up is given, too. */
  readonly trainsWordEmbeddings: boolean;
}

/** A parameter's name and shape: as the graphs multiply with it, which for the two convolutions is not as checkpoints have it. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A mask that is fed: 0 with the rate of its part, else 1 / (1 - rate). The names in its shape are those of `BATCH_INPUTS`. */
export interface DropoutMask {
  readonly name: string;
  readonly part: DropoutPart;
  readonly shape: Shape;
}

export interface TrainingGraph {
  /** Outputs: `loss` [], and `gradient.NAME` for each trained parameter. */
  readonly graph: Graph;
  readonly trained: readonly ParameterShape[];
  readonly fixed: readonly ParameterShape[];
  readonly masks: readonly DropoutMask[];
}

/**
 * Builds the graph. Inputs beside the parameters and masks, for b sentences of up to n words and s subwords (special tokens included),
 * p at most a word:
 *
 * - `words` [b x s, d] word embeddings; `positions` [b x s]; `buckets` [s, s] (MPNet); `attended` [b, 1, 1, s], 0 or very negative
 * - `pieces` [b x n, p], `shapes` [b x n]; `isWord` [b, n, 1]; `inside` [b, n, 3]; `wordShare` [b, 1, n], 1 / (number of words)
 * - `distances` [n, n] (where the model has them); `isCell` [b, n, n, 1]; `cellShare` [b, 1, n x n], 1 / (number of cells) (with two convolutions); `diagonal` [b x n], where (i, i) is among b x n x n cells
 * - `mentionTargets` [b x n, L], `relationTargets` [b, n, n, R]: what each cell's cross-entropy is taken against, 0 where it does not count
 * - `inverseTemperature` []
 */
export function trainingGraph(config: EncoderConfig, options: TableOptions, training: TrainingGraphOptions): TrainingGraph {
  const { batch, dropout, firstTrainedLayer } = training;
  const graph = new Graph();
  const parameters = new InputParameters(graph, dropout);
  const width = config.hidden_size;
  const b = batch;
  const words = graph.input('words', 'float32', [`${b}*s`, width]);
  const positions = graph.input('positions', 'int64', [`${b}*s`]);
  const attended = graph.input('attended', 'float32', [b, 1, 1, 's']);
  parameters.drops = firstTrainedLayer === 0;
  const bias =
    config.model_type === 'mpnet'
      ? Add(Unsqueeze(attentionBias(parameters, config, graph.input('buckets', 'int64', ['s', 's'])), 0), attended)
      : attended;
  let x = embed(parameters, config, words, positions);
  let frozen: readonly Value[] = [];
  for (let index = 0; index < options.layers; index++) {
    if (index === firstTrainedLayer && index > 0) frozen = parameters.values();
    parameters.drops = index >= firstTrainedLayer;
    x = encoderLayer(parameters, config, index, x, bias, [b, 's']);
  }
  if (firstTrainedLayer >= options.layers && firstTrainedLayer > 0) frozen = parameters.values();
  parameters.drops = true;
  const { mentions, relations } = tableLogits(parameters, options, x, b);
  const loss = Add(crossEntropy(mentions, 'mentionTargets', b), crossEntropy(relations, 'relationTargets', b));
  graph.output('loss', loss);

  const trained = parameters.values().filter((value) => !frozen.includes(value));
  const wanted = training.trainsWordEmbeddings ? [...trained, words] : trained;
  gradients(loss, wanted).forEach((gradient, at) => graph.output(`gradient.${(wanted[at] as Value).name}`, gradient));
  const shapeOf = ({ name, shape }: Value): ParameterShape => ({ name, shape: shape as readonly number[] });
  return { graph, trained: trained.map(shapeOf), fixed: frozen.map(shapeOf), masks: parameters.masks };
}

/** Logits of the diagonal [b x n, L] and of all cells [b, n, n, R]. */
function tableLogits(
  parameters: InputParameters,
  options: TableOptions,
  subwords: Value,
  b: number,
): { mentions: Value; relations: Value } {
  const { graph } = subwords;
  const { hidden } = options;
  const labels = relationLabelCount(options.relationTypes.length);
  const inverseTemperature = graph.input('inverseTemperature', 'float32', []);
  const pieces = graph.input('pieces', 'int64', [`${b}*n`, 'p']);
  const shapes = graph.input('shapes', 'int64', [`${b}*n`]);
  const all = parameters.dropout(wordVectors(parameters, options, subwords, pieces, shapes), 'words');
  const width = Number(all.shape[1]);
  const vectors = Mul(Reshape(all, [b, 'n', width]), graph.input('isWord', 'float32', [b, 'n', 1]));
  const mean = Reshape(MatMul(graph.input('wordShare', 'float32', [b, 1, 'n']), vectors), [b, width]);
  const attention = router(parameters, options, 1, Concat([mean, mean], 1), inverseTemperature);
  const { rows, columns } = separableConvolution(parameters, options, vectors, attention);
  const inside = graph.input('inside', 'float32', [b, 'n', 3]);
  const byOffset = Reshape(Transpose(columns, [0, 2, 1, 3]), [b, 3, `n*${hidden}`]);
  const distances = options.distance ? graph.input('distances', 'int64', ['n', 'n']) : undefined;
  const cells = hiddenCells(parameters, options, rows, inside, byOffset, inside, distances);
  const table = parameters.dropout(Mul(cells, graph.input('isCell', 'float32', [b, 'n', 'n', 1])), 'cells');
  const flat = Reshape(table, [`${b}*n*n`, hidden]);
  const diagonal = Gather(flat, graph.input('diagonal', 'int64', [`${b}*n`]));
  const ofCells =
    options.convolutions === 1
      ? Reshape(relationLogits(parameters, options, flat), [b, 'n', 'n', labels], table)
      : secondConvolution(parameters, options, table, inverseTemperature);
  const relations = options.biaffine ? Add(ofCells, biaffineLogits(parameters, options, vectors)) : ofCells;
  return { mentions: mentionLogits(parameters, options, diagonal), relations };
}

/** Layer 1's output [b, n, n, hidden] -> [b, n, n, R]. */
function secondConvolution(parameters: InputParameters, options: TableOptions, table: Value, inverseTemperature: Value): Value {
  const { graph } = table;
  const { hidden, experts } = options;
  const [b] = table.shape as [number];
  const labels = relationLabelCount(options.relationTypes.length);
  const flat = Reshape(table, [b, 'n*n', hidden]);
  const tableMean = Reshape(MatMul(graph.input('cellShare', 'float32', [b, 1, 'n*n']), flat), [b, hidden]);
  const kernels = parameters.tensor(SECOND_KERNELS, [experts, hidden * 9 * labels]);
  const second = secondKernel(parameters, options, tableMean, kernels, inverseTemperature);
  const contributions = Reshape(MatMul(flat, second.kernel), [b, 'n', 'n', 9 * labels], table);
  const bias = Reshape(second.bias, [b, 1, 1, labels]);
  return Add(gatherContributions(contributions, labels), bias);
}

/** What each cell's neighbours contribute to it: [b, n, n, 9 x R], by kernel cell -> [b, n, n, R]. */
function gatherContributions(contributions: Value, labels: number): Value {
  const shift = (value: Value, axis: number, offset: number): Value => Slice(value, axis, offset, offset === 2 ? undefined : offset - 2);
  const sum = (values: readonly Value[]): Value => values.reduce((total, value) => Add(total, value));
  const padded = Pad(Pad(contributions, 1, 1, 1), 2, 1, 1);
  return sum(
    [0, 1, 2].map((row) => {
      const rows = Slice(shift(padded, 1, row), 3, row * 3 * labels, (row + 1) * 3 * labels);
      return sum([0, 1, 2].map((column) => Slice(shift(rows, 2, column), 3, column * labels, (column + 1) * labels)));
    }),
  );
}

/** Cross-entropy against fed targets, summed over a sentence's cells, the mean over the sentences. */
function crossEntropy(logits: Value, name: string, batch: number): Value {
  const targets = logits.graph.input(name, 'float32', logits.shape);
  const sum = ReduceSum(
    Mul(targets, LogSoftmax(logits, -1)),
    logits.shape.map((_, axis) => axis),
  );
  return Mul(sum, scalar(sum, -1 / batch));
}

/** Parameters and dropout masks as inputs of a graph, each made when it is first asked for. */
class InputParameters implements Parameters {
  readonly masks: DropoutMask[] = [];
  /** Whether dropout is on: it is not in layers that are used as they are. */
  drops = true;
  readonly #values = new Map<string, Value>();

  constructor(
    private readonly graph: Graph,
    private readonly rates: DropoutRates,
  ) {}

  values(): readonly Value[] {
    return [...this.#values.values()];
  }

  tensor(name: string, shape: readonly number[]): Value {
    const value = this.#values.get(name) ?? this.graph.input(name, 'float32', shape);
    this.#values.set(name, value);
    return value;
  }

  linear(x: Value, name: string, from: number, to: number): Value {
    const weight = this.tensor(`${name}.weight`, [to, from]);
    return Gemm(x, weight, WITHOUT_BIAS.includes(name) ? undefined : this.tensor(`${name}.bias`, [to]));
  }

  dropout(x: Value, part: DropoutPart): Value {
    if (!this.drops || this.rates[part] === 0) return x;
    const name = `dropout.${String(this.masks.length)}`;
    this.masks.push({ name, part, shape: x.shape });
    return Mul(x, this.graph.input(name, 'float32', x.shape));
  }
}

/** The first layer's two halves share a bias, which is added once a cell; the biaffine term needs none beside the second layer's. */
const WITHOUT_BIAS: readonly string[] = [ROW_KERNEL, COLUMN_KERNEL, BIAFFINE];
