import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { float } from '../onnx/attributes.ts';
import { ELEMENT_TYPES } from '../onnx/element-type.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** A slope at which min(1, slope · y) is 1 for every y > 0 that float32 holds in full, and is itself held by it. */
const STEEP = 1e38;

/** max(x, 0); the gradient at 0 is 0. */
export const relu: OpDefinition = {
  op: 'Relu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    // Zeros and ones as factors: choosing by a condition takes ONNX Runtime three times as long.
    if (graph.typeOf(y).type === 'float32')
      return [graph.mul(dy, graph.node('HardSigmoid', [y], { alpha: float(STEEP), beta: float(0) }))];
    const positive = graph.node('Greater', [y, graph.number(0, y)]);
    return [graph.mul(dy, graph.node('Cast', [positive], { to: ELEMENT_TYPES[graph.typeOf(y).type] }))];
  },
  float64: true,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      reference: ([x]) => [mapBroadcast((v) => Math.max(v, 0), x)],
    },
  ],
};
