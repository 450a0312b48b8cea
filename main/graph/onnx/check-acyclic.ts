import { UserError } from '../../core/errors.ts';
import { subgraphsOf, valuesRead } from '../edit/graph-links.ts';
import type { OnnxGraph } from './onnx-model.ts';

/**
 * Makes sure that a graph, subgraphs included, can be computed in some order.
 * @throws UserError `onnx.cycle` naming values that wait for each other
 */
export function checkAcyclic(graph: OnnxGraph): void {
  const made = new Map<string, number>();
  graph.nodes.forEach(({ outputs }, at) => {
    for (const output of outputs) if (output !== '') made.set(output, at);
  });
  const state = new Uint8Array(graph.nodes.length);
  const [OPEN, DONE] = [1, 2];
  for (let root = 0; root < graph.nodes.length; root++) {
    // Depth first, with a stack of its own: exported graphs are thousands of nodes deep.
    const stack = [{ at: root, waiting: valuesRead(graph.nodes[root]) }];
    if (state[root] === DONE) continue;
    state[root] = OPEN;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const value = top.waiting.pop();
      if (value === undefined) {
        state[top.at] = DONE;
        stack.pop();
        continue;
      }
      const next = made.get(value);
      if (next === undefined || state[next] === DONE) continue;
      if (state[next] === OPEN) throw cycle(graph, stack, next);
      state[next] = OPEN;
      stack.push({ at: next, waiting: valuesRead(graph.nodes[next]) });
    }
  }
  for (const node of graph.nodes) for (const inner of subgraphsOf(node)) checkAcyclic(inner);
}

function cycle(graph: OnnxGraph, stack: readonly { readonly at: number }[], back: number): UserError {
  const from = stack.findIndex(({ at }) => at === back);
  const values = stack.slice(from).map(({ at }) => graph.nodes[at].outputs[0]);
  const path = [...values, values[0]].slice(0, 6).join(' ← ');
  return new UserError(
    'onnx.cycle',
    `The model's graph goes in a circle (${path}), so that it cannot be computed. Export the model again.`,
    { path },
  );
}
