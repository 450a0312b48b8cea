import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { outputSizes, type Window } from '../../../main/graph/ops/convolution-shape.ts';
import { kernelGradient } from '../../../main/graph/ops/kernel-gradient.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import { evaluateModel } from '../../../main/runtime/evaluate-model.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const plain: Window = {
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  before: [1, 1],
  after: [1, 1],
  groups: 1,
};

const random = createRandom(7);
const normal = (dims: readonly number[]) => ({
  type: 'float32',
  dims,
  data: Float64Array.from({ length: dims.reduce((a, b) => a * b) }, () => random.normal()),
});

describe('the gradient of a kernel', () => {
  // gradcheck holds the first way against a reference; images that take the second are too large for it.
  it.each<[string, number, number, Window]>([
    ['padded', 4, 6, plain],
    ['fewer channels out than in', 6, 4, { ...plain, before: [0, 1], after: [2, 1] }],
    ['stride with a rest that padding takes up', 4, 5, { ...plain, strides: [2, 2] }],
    ['stride with a rest that is cropped', 4, 5, { ...plain, strides: [3, 2], after: [0, 1] }],
    ['dilated', 3, 5, { ...plain, dilations: [2, 1], before: [2, 0] }],
  ])('is the same over a volume as from windows laid out: %s', async (_name, channels, out, window) => {
    const space = [9, 8];
    const dims = { x: [2, channels, ...space], w: [out, channels, ...window.kernel] };
    const produced = [2, out, ...outputSizes(space, window).map(Number)];
    const graph = new TypedGraph('kernel', operators);
    const x = graph.input('x', 'float32', dims.x);
    const w = graph.input('w', 'float32', dims.w);
    const dy = graph.input('dy', 'float32', produced);
    graph.output(kernelGradient(graph, x, dy, w, window), 'float32', dims.w, 'windows');
    graph.output(kernelGradient(graph, x, dy, w, window, 0), 'float32', dims.w, 'volume');
    const kinds = new Set(
      graph.emitted
        .filter(({ opType }) => opType === 'Conv')
        .map((node) => graph.typeOf(node.inputs[0]).dims.length),
    );
    expect(kinds).toEqual(new Set([4, 5]));
    const found = await evaluateModel(encodeModel(graph.build()), {
      x: normal(dims.x),
      w: normal(dims.w),
      dy: normal(produced),
    });
    expect(found.volume.dims).toEqual(dims.w);
    for (const [at, value] of found.windows.data.entries())
      expect(Math.abs(found.volume.data[at] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
  });
});
