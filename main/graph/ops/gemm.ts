import { undoBroadcast } from '../differentiate.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import { float, floatAttribute, intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** α·op(A)·op(B) + β·C, where op may transpose. */
export const gemm: OpDefinition = {
  op: 'Gemm',
  infer: ({ node, inputs: [left, right] }) => {
    const a = known(left);
    const b = known(right);
    const rows = a.dims[intAttribute(node, 'transA', 0)];
    const cols = b.dims[1 - intAttribute(node, 'transB', 0)];
    return [{ type: a.type, dims: [rows, cols] }];
  },
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    const [a, b, c = ''] = node.inputs;
    const [transA, transB] = [intAttribute(node, 'transA', 0), intAttribute(node, 'transB', 0)];
    const alpha = float(floatAttribute(node, 'alpha', 1));
    const product = (x: ValueName, tx: number, y: ValueName, ty: number) =>
      graph.node('Gemm', [x, y], { transA: tx, transB: ty, alpha });
    const da = () => (transA === 1 ? product(b, transB, dy, 1) : product(dy, 0, b, 1 - transB));
    const db = () => (transB === 1 ? product(dy, 1, a, transA) : product(a, 1 - transA, dy, 0));
    const dc = () => undoBroadcast(graph, graph.scale(dy, floatAttribute(node, 'beta', 1)), c);
    return [needed[0] ? da() : undefined, needed[1] ? db() : undefined, needed[2] ? dc() : undefined];
  },
  float64: true,
  checks: [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ].map(([transA, transB]) => ({
    name: `transA ${transA}, transB ${transB}`,
    inputs: [
      { dims: transA ? [4, 3] : [3, 4], fill: 'normal' },
      { dims: transB ? [2, 4] : [4, 2], fill: 'normal' },
      { dims: [2], fill: 'normal' },
    ],
    attributes: { transA, transB, alpha: float(0.5), beta: float(2) },
    reference: ([a, b, c]) => [
      fromIndex([3, 2], ([row, col]) => {
        let sum = 0;
        for (let k = 0; k < 4; k++)
          sum += at(a, transA ? [k, row] : [row, k]) * at(b, transB ? [col, k] : [k, col]);
        return 0.5 * sum + 2 * c.data[col];
      }),
    ],
  })),
};
