import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { float, floatAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** x where positive, αx elsewhere. */
export const leakyRelu: OpDefinition = {
  op: 'LeakyRelu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x] = node.inputs;
    const positive = graph.node('GreaterOrEqual', [x, graph.number(0, x)]);
    return [graph.node('Where', [positive, dy, graph.scale(dy, floatAttribute(node, 'alpha', 0.01))])];
  },
  float64: false,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      attributes: { alpha: float(0.25) },
      reference: ([x]) => [mapBroadcast((v) => (v >= 0 ? v : 0.25 * v), x)],
    },
  ],
};
