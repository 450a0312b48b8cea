import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../main/graph/graph-builder.ts';
import { inspectGraph } from '../../../main/graph/inspect/inspect-graph.ts';
import { operators } from '../../../main/graph/ops/registry.ts';

const size = fc.integer({ min: 1, max: 7 });

/** A convolution over one input whose axes are free, and what it counts for sizes. */
function convolution(
  {
    channels,
    filters,
    kernel,
    stride,
    groups,
    bias,
    transposed,
  }: {
    channels: number;
    filters: number;
    kernel: number;
    stride: number;
    groups: number;
    bias: boolean;
    transposed: boolean;
  },
  sizes: Record<string, number>,
) {
  const g = new GraphBuilder('conv');
  const x = g.input('x', 'float32', ['batch', channels, 'height', 'width']);
  const dims = transposed
    ? [channels, filters / groups, kernel, kernel]
    : [filters, channels / groups, kernel, kernel];
  const count = dims.reduce((a, b) => a * b, 1);
  const w = g.constant('float32', dims, new Float32Array(count), 'kernel');
  const b = bias ? [g.constant('float32', [filters], new Float32Array(filters), 'bias')] : [];
  const y = g.node(transposed ? 'ConvTranspose' : 'Conv', [x, w, ...b], {
    strides: [stride, stride],
    group: groups,
  });
  g.output(y, 'float32', ['batch', filters, 'h', 'w']);
  return inspectGraph(g.build().graph, operators, sizes);
}

describe('operations counted from shapes', () => {
  test('a convolution: output cells × filters × kernel × channels of its group', () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (batch, a, b, groups, bias) => {
          const shape = { channels: 2 * groups, filters: 3 * groups, kernel: 3, stride: 2, groups, bias };
          const [height, width] = [a + 2, b + 2];
          const [op] = convolution({ ...shape, transposed: false }, { batch, height, width }).ops;
          const cells = batch * (Math.floor((height - 3) / 2) + 1) * (Math.floor((width - 3) / 2) + 1);
          expect(op.macs).toBe(cells * 3 * groups * 2 * 9);
          expect(op.flops).toBe(2 * op.macs + (bias ? cells * 3 * groups : 0));
          expect(op.parameters).toBe(3 * groups * 2 * 9 + (bias ? 3 * groups : 0));
          expect(op.factors.reduce((x, y) => x * y, 1)).toBe(op.macs);
        },
      ),
    );
  });

  test('a transposed convolution does the work of the convolution that it is the gradient of', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 3 }), (batch, cells, groups) => {
        const back = convolution(
          {
            channels: 3 * groups,
            filters: 2 * groups,
            kernel: 3,
            stride: 2,
            groups,
            bias: false,
            transposed: true,
          },
          { batch, height: cells, width: cells },
        ).ops[0];
        const there = convolution(
          {
            channels: 2 * groups,
            filters: 3 * groups,
            kernel: 3,
            stride: 2,
            groups,
            bias: false,
            transposed: false,
          },
          { batch, height: 2 * cells + 1, width: 2 * cells + 1 },
        ).ops[0];
        expect(back.dims).toEqual([batch, 2 * groups, 2 * cells + 1, 2 * cells + 1]);
        expect(back.macs).toBe(there.macs);
      }),
    );
  });

  test('twice the batch is twice the arithmetic and the same parameters', () => {
    const shape = { channels: 1, filters: 4, kernel: 3, stride: 1, groups: 1, bias: true, transposed: false };
    const count = (batch: number) => convolution(shape, { batch, height: 9, width: 9 }).ops[0];
    expect(count(2).flops).toBe(2 * count(1).flops);
    expect(count(2).parameters).toBe(count(1).parameters);
  });

  test('a weight that two nodes read counts once; running mean and variance are no parameters', () => {
    const g = new GraphBuilder('shared');
    const x = g.input('x', 'float32', [2, 4]);
    const w = g.constant('float32', [4, 4], new Float32Array(16), 'w');
    const stats = ['scale', 'shift', 'mean', 'variance'].map((name) =>
      g.constant('float32', [4], new Float32Array(4), name),
    );
    const y = g.node('MatMul', [g.node('MatMul', [x, w]), w]);
    g.output(g.node('BatchNormalization', [y, ...stats]), 'float32', [2, 4]);
    const { ops } = inspectGraph(g.build().graph, operators, {});
    expect(ops.map(({ parameters }) => parameters)).toEqual([16, 0, 8]);
    expect(ops.map(({ macs }) => macs)).toEqual([2 * 4 * 4, 2 * 4 * 4, 0]);
  });

  test('what cannot be counted is named with the reason, and what follows it keeps its declared shape', () => {
    const g = new GraphBuilder('strange');
    const x = g.input('x', 'float32', [2, 4]);
    const strange = g.node('Einsum', [x], { equation: 'ij->ji' });
    const y = g.node('Relu', [strange]);
    g.output(y, 'float32', [4, 2]);
    const { ops, uncounted } = inspectGraph(g.build().graph, operators, {});
    expect(uncounted).toEqual([{ op: 'Einsum', why: 'no-shape', detail: '' }]);
    expect(ops[1]).toMatchObject({ dims: [4, 2], flops: 8, counted: true });
  });
});
