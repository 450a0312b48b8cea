import { expect, test } from 'vitest';
import { differentiate } from '../../../main/graph/differentiate.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { tidyModel } from '../../../main/graph/tidy-model.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of, type TensorValue } from '../../../main/runtime/tensor-value.ts';

const wave = (length: number, phase: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin(1.3 * at + phase));
const feeds: Record<string, TensorValue> = {
  x: { type: 'float32', dims: [6, 4], data: wave(24, 0) },
  w: { type: 'float32', dims: [5, 4], data: wave(20, 1) },
  targets: { type: 'int64', dims: [6], data: BigInt64Array.from([0, 4, 2, 2, 1, 3], BigInt) },
};

test('loss and gradients are the same, with fewer nodes and no copies for names', async () => {
  const graph = new TypedGraph('loss', operators);
  graph.input('x', 'float32', [6, 4]);
  graph.input('w', 'float32', [5, 4]);
  graph.input('targets', 'int64', [6]);
  const logits = graph.node('Gemm', ['x', 'w'], { transB: 1 });
  const [loss] = graph.nodeN('SoftmaxCrossEntropyLoss', [logits, 'targets'], ['', ''], { reduction: 'mean' });
  const [dx, dw] = differentiate(graph, loss, ['x', 'w']);
  graph.output(loss, 'float32', [], 'loss');
  graph.output(dx, 'float32', [6, 4], 'dx');
  graph.output(dw, 'float32', [5, 4], 'dw');
  const plain = graph.build();
  const tidy = tidyModel(plain);
  const types = tidy.graph.nodes.map(({ opType }) => opType);
  expect(types).not.toContain('SoftmaxCrossEntropyLoss');
  expect(types).not.toContain('Identity');
  // The division by the number of rows has gone into the two products of the gradient.
  expect(types).not.toContain('Mul');
  const results = [];
  for (const model of [plain, tidy]) {
    const session = await openSession(encodeModel(model), { threads: 1 });
    results.push(await session.run(feeds));
    await session.release();
  }
  for (const name of ['loss', 'dx', 'dw']) {
    const [expected, found] = results.map((result) => float32Of(result[name], name));
    for (const [at, value] of expected.entries()) expect(found[at], `${name}[${at}]`).toBeCloseTo(value, 6);
  }
});

test('a factor that is used elsewhere too, or is an output, stays', () => {
  const graph = new TypedGraph('factor', operators);
  graph.input('x', 'float32', [6, 4]);
  graph.input('w', 'float32', [5, 4]);
  const scaled = graph.scale('x', 0.5);
  graph.output(graph.node('Gemm', [scaled, 'w'], { transB: 1 }), 'float32', [6, 5], 'product');
  graph.output(scaled, 'float32', [6, 4], 'half');
  graph.output('x', 'float32', [6, 4], 'copy');
  const types = tidyModel(graph.build()).graph.nodes.map(({ opType }) => opType);
  expect(types.toSorted()).toEqual(['Gemm', 'Identity', 'Mul']);
});
