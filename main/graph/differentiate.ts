import { UserError } from '../core/errors.ts';
import { broadcastAxes } from './dimensions.ts';
import type { ValueName } from './graph-builder.ts';
import type { OnnxNode } from './onnx/onnx-model.ts';
import type { TypedGraph } from './typed-graph.ts';

/** Thrown where a gradient is asked for through an operator that has none: names the operator and the path to it. */
export class NotDifferentiableError extends UserError {
  readonly operator: string;
  readonly path: readonly string[];

  constructor(operator: string, reason: string, path: readonly string[]) {
    const way = path.join(' → ');
    super(
      'graph.not-differentiable',
      `${operator} has no gradient (${reason}); it lies on the path ${way}. Train something after it, or take a model without it.`,
      { operator, path: way },
    );
    this.name = 'NotDifferentiableError';
    this.operator = operator;
    this.path = path;
  }
}

/**
 * Reverse-mode differentiation, graph to graph: appends the nodes that compute ∂`loss`/∂`w` for every `w` and
 * returns their names. `wrt` may name parameters, inputs or inner values (a head's context vectors, say).
 *
 * Each node's gradient rule is applied once, in reverse topological order, to the sum of what flows into its
 * outputs (Griewank & Walther, Evaluating Derivatives, 2008, §3.2).
 *
 * @param loss a scalar (or any value: then the gradient of its sum)
 * @throws NotDifferentiableError where an operator without gradient lies between `loss` and some `wrt`
 * @throws Error where `loss` does not depend on a `wrt`
 */
export function differentiate(graph: TypedGraph, loss: ValueName, wrt: readonly ValueName[]): ValueName[] {
  const nodes = [...graph.emitted];
  const active = dependents(nodes, wrt);
  if (!active.has(loss)) throw new Error(`${loss} does not depend on any of ${wrt.join(', ')}`);
  const flowing = new Map<ValueName, ValueName>([[loss, onesLike(graph, loss)]]);
  for (let position = nodes.length - 1; position >= 0; position--) {
    const node = nodes[position];
    const outputGradients = node.outputs.map((output) => flowing.get(output));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    const needed = node.inputs.map((input) => active.has(input));
    if (!needed.includes(true)) continue;
    const rule = graph.definitionOf(node).gradient;
    if (typeof rule !== 'function') {
      throw new NotDifferentiableError(node.opType, rule.none, pathTo(graph, node, active));
    }
    const inputGradients = rule({ graph, node, outputGradients, needed });
    for (const [slot, input] of node.inputs.entries()) {
      const gradient = inputGradients[slot];
      if (!needed[slot] || gradient === undefined) continue;
      const sofar = flowing.get(input);
      flowing.set(input, sofar === undefined ? gradient : graph.add(sofar, gradient));
    }
  }
  return wrt.map((name) => {
    const gradient = flowing.get(name);
    if (gradient === undefined) throw new Error(`no gradient flows from ${loss} to ${name}`);
    return gradient;
  });
}

/** Sums a gradient over the axes along which `to` was broadcast, so that it has the shape of `to`. */
export function undoBroadcast(graph: TypedGraph, gradient: ValueName, to: ValueName): ValueName {
  const target = graph.typeOf(to).dims;
  const { dims } = graph.typeOf(gradient);
  const { dropped, kept } = broadcastAxes(dims, target);
  if (kept.length === 0 && dropped.length === 1 && dims.length === 2 && typeof dims[0] === 'number')
    return sumOfRows(graph, gradient, dims[0]);
  if (kept.length === 0) return graph.sum(gradient, dropped, false);
  const summed = graph.sum(gradient, [...dropped, ...kept], true);
  return dropped.length === 0 ? summed : graph.node('Squeeze', [summed, graph.ints(dropped)]);
}

/** A row of ones times a matrix: twice as fast as ONNX Runtime's sum over the first axis. */
function sumOfRows(graph: TypedGraph, matrix: ValueName, rows: number): ValueName {
  return graph.reshape(graph.node('Gemm', [graph.ones([1, rows], matrix), matrix]), [-1]);
}

function onesLike(graph: TypedGraph, value: ValueName): ValueName {
  return graph.expandLike(graph.number(1, value), value);
}

/** Every value that depends on one of `roots`, the roots included. */
function dependents(nodes: readonly OnnxNode[], roots: readonly ValueName[]): Set<ValueName> {
  const active = new Set(roots);
  for (const node of nodes) {
    if (node.inputs.some((input) => active.has(input))) for (const output of node.outputs) active.add(output);
  }
  return active;
}

/** From the node back to a root, by the first active input of each step. */
function pathTo(graph: TypedGraph, node: OnnxNode, active: ReadonlySet<ValueName>): string[] {
  const path: string[] = [];
  for (let at: OnnxNode | undefined = node; at !== undefined; ) {
    path.push(`${at.opType} (${at.outputs[0]})`);
    const next: string | undefined = at.inputs.find((input) => active.has(input));
    if (next === undefined) break;
    at = graph.producerOf(next);
    if (at === undefined) path.push(next);
  }
  return path.reverse();
}
