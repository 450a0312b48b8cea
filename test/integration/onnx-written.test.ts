import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../../main/graph/graph-builder.ts';
import { decodeModel } from '../../main/graph/onnx/decode.ts';
import { encodeModel } from '../../main/graph/onnx/encode.ts';

it('ONNX Runtime runs a graph that was built here', async () => {
  const g = new GraphBuilder('affine');
  const x = g.input('x', 'float32', ['batch', 2]);
  const w = g.constant('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const product = g.node('MatMul', [x, w]);
  const [low, high] = g.nodeN('Split', [product, g.ints([1, 2])], ['', ''], { axis: 1 });
  g.output(g.node('Mul', [low, g.scalar(2)]), 'float32', ['batch', 1], 'low');
  g.output(g.node('Softmax', [high], { axis: -1 }), 'float32', ['batch', 2], 'high');
  const session = await ort.InferenceSession.create(encodeModel(g.build({ made: 'here' })));
  const result = await session.run({ x: new ort.Tensor('float32', [1, 1, 0, -1], [2, 2]) });
  expect([...(result.low.data as Float32Array)]).toEqual([10, -8]);
  expect(result.high.dims).toEqual([2, 2]);
  expect(Number(result.high.data[0])).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
});

it('ONNX Runtime runs files that were read and written back', async () => {
  for (const name of ['kinds.onnx', 'branches.onnx', 'function.onnx']) {
    const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/graph', name)));
    const session = await ort.InferenceSession.create(encodeModel(decodeModel(bytes)));
    expect(session.outputNames.length).toBeGreaterThan(0);
  }
});
