import type { Graph, Value } from '../graph/graph';
import { Add } from '../graph/operators';
import { float32 } from '../graph/tensor';
import { RULES } from './rules';

/**
 * Adds the reverse pass to a graph: the gradients of a number with respect to values that it was computed from, in their order.
 * @param loss a value of shape []
 * Errors: one that names the operator without a rule, or the value that the loss does not depend on.
 */
export function gradients(loss: Value, values: readonly Value[]): Value[] {
  if (loss.shape.length > 0) throw new RangeError(`the loss ${loss.name} has the shape [${loss.shape.join(', ')}], not []`);
  const { graph } = loss;
  const reached = dependents(graph, values);
  const adjoints = new Map<Value, Value>([[loss, graph.constant('adjoint', float32([], Float32Array.of(1)))]]);
  for (const node of [...graph.nodes].reverse()) {
    const [output] = node.outputs;
    const adjoint = output && adjoints.get(output);
    if (adjoint === undefined || !reached.has(output as Value)) continue;
    const rule = RULES[node.operator];
    if (rule === undefined) throw new Error(`${node.operator} has no gradient rule`);
    rule(node, adjoint).forEach((gradient, at) => {
      const input = node.inputs[at];
      if (gradient === undefined || input === undefined || !reached.has(input)) return;
      const sum = adjoints.get(input);
      adjoints.set(input, sum === undefined ? gradient : Add(sum, gradient));
    });
  }
  return values.map((value) => {
    const adjoint = adjoints.get(value);
    if (adjoint === undefined) throw new Error(`the loss does not depend on ${value.name}`);
    return adjoint;
  });
}

/** The values that depend on any of these, themselves included. */
function dependents(graph: Graph, values: readonly Value[]): ReadonlySet<Value> {
  const reached = new Set(values);
  for (const { inputs, outputs } of graph.nodes)
    if (inputs.some((input) => reached.has(input))) outputs.forEach((output) => reached.add(output));
  return reached;
}
