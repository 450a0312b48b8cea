import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InspectedOp } from '../../../../main/contract/model-inspection.ts';
import {
  isPlumbing,
  layoutGraph,
  NODE_HEIGHT,
  NODE_WIDTH,
} from '../../../../renderer/features/models/graph-layout.ts';
import { findPlans, plansOf } from '../../../../renderer/features/timeline/plans.ts';

function op(id: number, from: readonly number[], flops = 1): InspectedOp {
  const rest = { dims: [], weights: [], factors: [], counted: true, parameters: 0, macs: 0 };
  return { id, op: 'Add', output: `v${id}`, from: [...from], flops, ...rest };
}

/** Nodes in topological order, each reading some of those before it. */
const graph = fc
  .array(fc.tuple(fc.array(fc.nat(30), { maxLength: 3 }), fc.boolean()), { minLength: 1, maxLength: 25 })
  .map((nodes) =>
    nodes.map(([reads, counts], id) =>
      op(
        id,
        [...new Set(reads.map((read) => read % Math.max(1, id)))].filter((read) => read < id),
        counts ? 1 : 0,
      ),
    ),
  );

describe('the graph of a layer', () => {
  test('every node lies below what it reads, and none on another', () => {
    fc.assert(
      fc.property(graph, (ops) => {
        const { nodes, edges, width, height } = layoutGraph(ops, () => true);
        expect(nodes).toHaveLength(ops.length);
        for (const { from, to } of edges) expect(to.y).toBeGreaterThan(from.y + NODE_HEIGHT);
        for (const [at, a] of nodes.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(0);
          expect(a.x + NODE_WIDTH).toBeLessThanOrEqual(width);
          expect(a.y + NODE_HEIGHT).toBeLessThanOrEqual(height);
          for (const b of nodes.slice(at + 1))
            expect(a.y !== b.y || Math.abs(a.x - b.x) >= NODE_WIDTH).toBe(true);
        }
      }),
    );
  });

  test('what only moves numbers is left out, and what flows through it is drawn straight', () => {
    const ops = [op(0, []), op(1, [0], 0), op(2, [1], 0), op(3, [2, 0])];
    const { nodes, edges } = layoutGraph(ops, (one) => !isPlumbing(one));
    expect(nodes.map((node) => node.op.id)).toEqual([0, 3]);
    expect(edges.map(({ from, to }) => [from.op.id, to.op.id])).toEqual([[0, 3]]);
  });
});

describe('training plans', () => {
  const run = (plan: string, name: string, seed: number) => ({
    id: `${plan}-${seed}`,
    plan,
    name,
    seed,
    origin: 'trained' as const,
    state: 'complete' as const,
    simulated: false,
    tokensPerStep: 64,
    totalSteps: 10,
  });

  test('runs that differ in their seed are one plan, called by what their names share', () => {
    const plans = plansOf([run('a', 'tiny, seed 2', 2), run('b', 'large', 1), run('a', 'tiny, seed 1', 1)]);
    expect(plans.map(({ name, runs }) => [name, runs.map(({ seed }) => seed)])).toEqual([
      ['tiny', [1, 2]],
      ['large', [1]],
    ]);
    expect(findPlans(plans, ' LAR ').map(({ id }) => id)).toEqual(['b']);
    expect(findPlans(plans, '')).toHaveLength(2);
  });
});
