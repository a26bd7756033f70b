import type { Shape } from './shape';
import type { ElementType, Tensor } from './tensor';

/** A value that flows through a graph: an input, a constant or a node's output. Its shape is known when the graph is built. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

export type Attribute = number | string | readonly number[];

/** One operator applied. `float` attributes are marked, since 1 and 1.0 are one number in JavaScript and two types in ONNX. */
export interface Node {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly floats: Readonly<Record<string, number>>;
}

/** An ONNX graph in the making. Operators (operators.ts) add nodes; serialise.ts writes it. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly constants = new Map<Value, Tensor>();
  readonly nodes: Node[] = [];
  readonly #names = new Set<string>();

  /** A value that is fed at run time; dimensions may be symbolic. */
  input(name: string, type: ElementType, shape: Shape): Value {
    const value = this.#value(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** A value that is part of the graph. */
  constant(name: string, tensor: Tensor): Value {
    const value = this.#value(name, tensor.type, tensor.shape);
    this.constants.set(value, tensor);
    return value;
  }

  /** Makes a value one of the graph's results, under this name. */
  output(name: string, value: Value): void {
    const named = this.#value(name, value.type, value.shape);
    this.nodes.push({ operator: 'Identity', inputs: [value], outputs: [named], attributes: {}, floats: {} });
    this.outputs.push(named);
  }

  /** Adds a node with one output; operators.ts calls it after checking the shapes. */
  node(
    operator: string,
    inputs: readonly Value[],
    output: { readonly type: ElementType; readonly shape: Shape },
    attributes: Readonly<Record<string, Attribute>> = {},
    floats: Readonly<Record<string, number>> = {},
  ): Value {
    const foreign = inputs.find((input) => input.graph !== this);
    if (foreign !== undefined) throw new Error(`${operator}: ${foreign.name} belongs to another graph`);
    const value = this.#value(operator, output.type, output.shape);
    this.nodes.push({ operator, inputs, outputs: [value], attributes, floats });
    return value;
  }

  /** The nodes that the outputs need, in order: a reverse pass leaves some that nobody asked for, and ONNX Runtime would run them. */
  needed(): readonly Node[] {
    const values = new Set(this.outputs);
    return [...this.nodes]
      .reverse()
      .filter(({ inputs, outputs }) => {
        const isNeeded = outputs.some((output) => values.has(output));
        if (isNeeded) inputs.forEach((input) => values.add(input));
        return isNeeded;
      })
      .reverse();
  }

  #value(wanted: string, type: ElementType, shape: Shape): Value {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return { graph: this, name, type, shape };
  }
}
