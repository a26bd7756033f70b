/** Parameters in memory: from a checkpoint or freshly drawn, in the order in which training graphs multiply with them, and back. */
import type { EncoderConfig } from '../encoder/config';
import type { StoredTensor } from '../encoder/safetensors';
import type { Weights } from '../encoder/weights';
import { float32, sizeOf, type Tensor } from '../graph/tensor';
import { BIAFFINE, BIAFFINE_WIDTH } from '../table/biaffine';
import { routerWidth } from '../table/convolution';
import { COLUMN_KERNEL, expertsOfFirst, expertsOfSecond, ROW_KERNEL, scatteringKernel, separableKernels } from '../table/kernels';
import { mentionLabelCount, relationLabelCount } from '../table/labels';
import type { TableOptions } from '../table/options';
import type { Random } from './random';
import { SECOND_KERNELS, type ParameterShape } from './trainingGraph';

/** By name, in training graphs' order. */
export type ParameterValues = ReadonlyMap<string, Tensor<'float32'>>;

const FIRST_EXPERTS = 'table.conv1.experts.weight';
const SECOND_EXPERTS = 'table.conv2.experts.weight';

/** The parameters of a model, from its checkpoint. Errors: model.invalid names what is missing or has another shape. */
export function parametersOf(
  shapes: readonly ParameterShape[],
  weights: Weights,
  options: TableOptions,
  config: EncoderConfig,
): ParameterValues {
  const width = config.hidden_size + options.wordShapeWidth;
  const labels = relationLabelCount(options.relationTypes.length);
  const first = weights.has(FIRST_EXPERTS) ? separableKernels(weights, options, width) : undefined;
  return new Map(
    shapes.map(({ name, shape }) => {
      if (name === SECOND_KERNELS) return [name, float32(shape, scatteringKernel(weights, options, labels))];
      const source = first !== undefined && [ROW_KERNEL, COLUMN_KERNEL].includes(name.replace(/[.]weight$/, '')) ? first : weights;
      // A copy: what lies in the file's bytes is not to be trained.
      return [name, float32(shape, source.get(name, shape).data.slice())];
    }),
  );
}

/** The checkpoint's tensors, in float32: the inverse of `parametersOf`. Tensors that stay as they are are not copied. */
export function checkpointOf(values: ParameterValues, options: TableOptions, config: EncoderConfig): Map<string, StoredTensor> {
  const { experts, hidden } = options;
  const width = config.hidden_size + options.wordShapeWidth;
  const labels = relationLabelCount(options.relationTypes.length);
  const tensors = new Map<string, StoredTensor>();
  const data = (name: string): Float32Array => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`there is no parameter ${name}`);
    return value.data;
  };
  for (const [name, { shape, data: own }] of values) {
    if (name === `${ROW_KERNEL}.weight`) {
      const kernels = expertsOfFirst(own, data(`${COLUMN_KERNEL}.weight`), options, width);
      tensors.set(FIRST_EXPERTS, { dtype: 'F32', shape: [experts, hidden, 2 * width, 3, 3], data: kernels });
    } else if (name === SECOND_KERNELS) {
      const kernels = expertsOfSecond(own, options, labels);
      tensors.set(SECOND_EXPERTS, { dtype: 'F32', shape: [experts, labels, hidden, 3, 3], data: kernels });
    } else if (name !== `${COLUMN_KERNEL}.weight`) tensors.set(name, { dtype: 'F32', shape, data: own });
  }
  return tensors;
}

/**
 * Parameters of a head that has learned nothing: experts by Kaiming's uniform distribution, each as a kernel of its own; linear layers
 * uniform within 1 / sqrt(inputs); word shapes normal; biases of experts 0; normalisation the identity.
 */
export function freshHead(
  shapes: readonly ParameterShape[],
  options: TableOptions,
  config: EncoderConfig,
  random: Random,
): ParameterValues {
  const width = config.hidden_size + options.wordShapeWidth;
  return new Map(
    shapes
      .filter(({ name }) => !name.startsWith('encoder.'))
      .map(({ name, shape }) => {
        const draw = drawing(name, options, width, random);
        return [name, float32(shape, Float32Array.from({ length: sizeOf(shape) }, draw))];
      }),
  );
}

function drawing(name: string, options: TableOptions, width: number, random: Random): () => number {
  const within = (bound: number) => (): number => (2 * random.uniform() - 1) * bound;
  if (name === `${ROW_KERNEL}.weight` || name === `${COLUMN_KERNEL}.weight`) return within(Math.sqrt(6 / (2 * width * 9)));
  if (name === SECOND_KERNELS) return within(Math.sqrt(6 / (options.hidden * 9)));
  if (name === 'words.shape.weight') return () => random.normal();
  if (name === `${BIAFFINE}.weight`) return () => 0.01 * random.normal();
  if (name.startsWith(BIAFFINE)) return within(1 / Math.sqrt(width));
  if (name === 'table.norm.weight') return () => 1;
  if (name === 'table.norm.bias' || name === 'table.distance.weight' || name.endsWith('experts.bias')) return () => 0;
  const inputs = name.includes('conv1.router') ? 2 * width : options.hidden;
  const isSecond = /router[.]2[.]/.test(name);
  return within(1 / Math.sqrt(isSecond ? routerWidth(inputs) : inputs));
}

/**
 * A head for other types than it was trained on: what does not depend on the types is kept, and so are the labels of types that both
 * have; the rest is freshly drawn.
 */
export function headForTypes(fresh: ParameterValues, trained: ParameterValues, from: TableOptions, to: TableOptions): ParameterValues {
  const mentionRows = labelSources(from.entityTypes, to.entityTypes, 4, mentionLabelCount(to.entityTypes.length));
  const relationRows = labelSources(from.relationTypes, to.relationTypes, 2, relationLabelCount(to.relationTypes.length));
  return new Map(
    [...fresh].map(([name, value]) => {
      const old = trained.get(name);
      if (old === undefined) return [name, value];
      if (name.startsWith('entity.')) return [name, carried(value, old, mentionRows, name === 'entity.weight' ? to.hidden : 1, 'rows')];
      if (name.startsWith('relation.'))
        return [name, carried(value, old, relationRows, name === 'relation.weight' ? to.hidden : 1, 'rows')];
      if (name === `${BIAFFINE}.weight`) return [name, carried(value, old, relationRows, BIAFFINE_WIDTH ** 2, 'rows')];
      if (name === SECOND_KERNELS || name === 'table.conv2.experts.bias') return [name, carried(value, old, relationRows, 1, 'columns')];
      return [name, old];
    }),
  );
}

/** For each label of the new types the label that it had among the old, where it had one. */
function labelSources(from: readonly string[], to: readonly string[], perType: number, labels: number): (number | undefined)[] {
  return Array.from({ length: labels }, (_, label) => {
    if (label === 0) return 0;
    const type = to[Math.floor((label - 1) / perType)] as string;
    const old = from.indexOf(type);
    return old < 0 ? undefined : 1 + old * perType + ((label - 1) % perType);
  });
}

/** `value` with what `old` has for the same labels; labels are rows of `width` numbers, or the last axis. */
function carried(
  value: Tensor<'float32'>,
  old: Tensor<'float32'>,
  sources: readonly (number | undefined)[],
  width: number,
  axis: 'rows' | 'columns',
): Tensor<'float32'> {
  const data = value.data.slice();
  const labels = sources.length;
  const oldLabels = axis === 'rows' ? old.data.length / width : (old.shape.at(-1) as number) / ((value.shape.at(-1) as number) / labels);
  sources.forEach((source, label) => {
    if (source === undefined) return;
    if (axis === 'rows') data.set(old.data.subarray(source * width, (source + 1) * width), label * width);
    else for (let at = 0; at < data.length / labels; at++) data[at * labels + label] = old.data[at * oldLabels + source] as number;
  });
  return float32(value.shape, data);
}
