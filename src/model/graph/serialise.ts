import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Attribute, Graph, Value } from './graph';
import type { ElementType } from './tensor';

const IR_VERSION = 10n;
const OPSET = 21n;
/** Domain of ONNX Runtime's own operators. */
const MICROSOFT = 'com.microsoft';

const DATA_TYPES: Record<ElementType, TensorProto_DataType> = {
  float32: TensorProto_DataType.FLOAT,
  int64: TensorProto_DataType.INT64,
  int8: TensorProto_DataType.INT8,
  uint8: TensorProto_DataType.UINT8,
};

/** The graph as an ONNX model file (protobuf). */
export function serialise(graph: Graph): Uint8Array {
  const nodes = graph.needed();
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'spangrid',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: OPSET }),
      create(OperatorSetIdProtoSchema, { domain: MICROSOFT, version: 1n }),
    ],
    graph: create(GraphProtoSchema, {
      name: 'graph',
      node: nodes.map(({ operator, inputs, outputs, attributes, floats }, index) =>
        create(NodeProtoSchema, {
          name: `${operator}_${index}`,
          opType: operator.replace(`${MICROSOFT}.`, ''),
          domain: operator.startsWith(MICROSOFT) ? MICROSOFT : '',
          input: inputs.map(({ name }) => name),
          output: outputs.map(({ name }) => name),
          attribute: [
            ...Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
            ...Object.entries(floats).map(([name, f]) =>
              create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f }),
            ),
          ],
        }),
      ),
      initializer: [...graph.constants]
        .filter(([value]) => used.has(value))
        .map(([{ name }, { type, shape, data }]) =>
          create(TensorProtoSchema, {
            name,
            dataType: DATA_TYPES[type],
            dims: shape.map(BigInt),
            rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
          }),
        ),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) });
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo({ name, type, shape }: Value): ValueInfoProto {
  const dim = shape.map((dimension) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof dimension === 'number' ? { case: 'dimValue', value: BigInt(dimension) } : { case: 'dimParam', value: dimension },
    }),
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, { elemType: DATA_TYPES[type], shape: create(TensorShapeProtoSchema, { dim }) }),
      },
    }),
  });
}
