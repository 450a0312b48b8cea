import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate, NotDifferentiableError } from '../../../main/graph/differentiate.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import { evaluateModel } from '../../../main/runtime/evaluate-model.ts';

const numbers = (dims: number[], data: number[]) => ({
  type: 'float64',
  dims,
  data: Float64Array.from(data),
});

describe('differentiate', () => {
  it('adds up the gradients of a value that is used more than once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -3, max: 3, noNaN: true }), async (x) => {
        const g = new TypedGraph('twice', operators);
        const a = g.input('a', 'float64', []);
        const y = g.add(g.mul(a, g.mul(a, a)), g.mul(a, a));
        const [da] = differentiate(g, y, [a]);
        g.output(da, 'float64', [], 'da');
        const { da: found } = await evaluateModel(encodeModel(g.build()), { a: numbers([], [x]) });
        expect(found.data[0]).toBeCloseTo(3 * x * x + 2 * x, 9);
      }),
      { numRuns: 20 },
    );
  });

  it('gives the gradient of an inner value, with symbolic axes', async () => {
    const g = new TypedGraph('inner', operators);
    const x = g.input('x', 'float64', ['batch', 3]);
    const hidden = g.node('Tanh', [x]);
    const loss = g.sum(g.mul(hidden, hidden), [0, 1], false);
    const [dh] = differentiate(g, loss, [hidden]);
    expect(g.typeOf(dh).dims).toEqual(['batch', 3]);
    g.output(dh, 'float64', ['batch', 3], 'dh');
    const input = [0.1, -0.2, 0.3, 1, 2, -1];
    const { dh: found } = await evaluateModel(encodeModel(g.build()), { x: numbers([2, 3], input) });
    for (const [at, value] of input.entries()) expect(found.data[at]).toBeCloseTo(2 * Math.tanh(value), 12);
  });

  it('names the operator without a gradient and the path to it', () => {
    const g = new TypedGraph('path', operators);
    const x = g.input('x', 'float32', [4]);
    const loss = g.sum(g.node('Sign', [g.node('Exp', [x])]), [0], false);
    const attempt = () => differentiate(g, loss, [x]);
    expect(attempt).toThrow(NotDifferentiableError);
    expect(attempt).toThrow(/Sign has no gradient .* path x → Exp \(Exp\) → Sign \(Sign\)/);
  });

  it('says where the loss does not depend on what is asked for', () => {
    const g = new TypedGraph('apart', operators);
    const x = g.input('x', 'float32', [2]);
    const y = g.input('y', 'float32', [2]);
    expect(() => differentiate(g, g.sum(x, [0], false), [y])).toThrow(/does not depend on/);
  });
});

describe('TypedGraph', () => {
  it('shares equal computations and equal constants', () => {
    const g = new TypedGraph('shared', operators);
    const x = g.input('x', 'float32', [2]);
    expect(g.scale(g.node('Exp', [x]), 3)).toBe(g.scale(g.node('Exp', [x]), 3));
    expect(g.emitted).toHaveLength(2);
  });

  it('follows sizes through shape arithmetic', () => {
    const g = new TypedGraph('sizes', operators);
    const x = g.input('x', 'float32', ['batch', 'time', 12]);
    const batch = g.node('Shape', [x], { start: 0, end: 1 });
    const to = g.node('Concat', [batch, g.ints([-1, 3, 4])], { axis: 0 });
    expect(g.typeOf(g.node('Reshape', [x, to])).dims).toEqual(['batch', 'time', 3, 4]);
  });

  it('refuses shapes that do not fit, naming the operator', () => {
    const g = new TypedGraph('misfit', operators);
    const a = g.input('a', 'float32', [2, 3]);
    const b = g.input('b', 'float32', [2, 4]);
    expect(() => g.add(a, b)).toThrow(/Add\(a, b\): shapes \[2,3\] and \[2,4\]/);
  });
});
