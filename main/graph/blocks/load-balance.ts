import { at, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/**
 * Load-balancing loss of a switch layer (Fedus, Zoph & Shazeer 2022, equations 4 to 6, without its coefficient α):
 * experts · Σ f·P, with f the share of tokens sent to an expert and P the mean probability it was given; 1 when even.
 * The gradient flows through P alone.
 *
 * @param scores router scores [tokens, experts]
 */
export function switchLoadBalance(graph: TypedGraph, scores: ValueName): ValueName {
  const experts = Number(graph.typeOf(scores).dims[1]);
  const probabilities = graph.node('Softmax', [scores], { axis: 1 });
  // No gradient passes a condition. Ties are sent to all that share the largest score.
  const most = graph.node('ReduceMax', [scores, graph.ints([1])], { keepdims: 1 });
  const chosen = graph.node('GreaterOrEqual', [scores, most]);
  const sent = graph.node('Where', [chosen, graph.number(1, scores), graph.number(0, scores)]);
  const even = graph.mul(graph.mean(sent, [0]), graph.mean(probabilities, [0]));
  return graph.scale(graph.sum(even, [0, 1], false), experts);
}

function reference([scores]: readonly NdArray[]): NdArray[] {
  const [tokens, experts] = scores.dims;
  const share = new Float64Array(experts);
  const given = new Float64Array(experts);
  for (let token = 0; token < tokens; token++) {
    const row = Array.from({ length: experts }, (_, expert) => at(scores, [token, expert]));
    share[row.indexOf(Math.max(...row))] += 1 / tokens;
    const total = row.reduce((sum, score) => sum + Math.exp(score), 0);
    for (const [expert, score] of row.entries()) given[expert] += Math.exp(score) / total / tokens;
  }
  const sum = share.reduce((all, part, expert) => all + part * given[expert], 0);
  return [{ dims: [], data: Float64Array.of(experts * sum) }];
}

/** Six tokens, three experts. */
export const loadBalanceBlock: BlockDefinition = {
  block: 'switchLoadBalance',
  build: (graph, [scores]) => [switchLoadBalance(graph, scores)],
  float64: true,
  checks: [{ name: 'six tokens', inputs: [{ dims: [6, 3], fill: 'normal' }], reference }],
};
