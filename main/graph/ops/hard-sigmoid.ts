import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { float, floatAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { where } from './selection.ts';
import { known } from './unary.ts';

/** max(0, min(1, αx + β)). */
export const hardSigmoid: OpDefinition = {
  op: 'HardSigmoid',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    const inside = graph.node('And', [
      graph.node('Greater', [y, graph.number(0, y)]),
      graph.node('Less', [y, graph.number(1, y)]),
    ]);
    return [where(graph, inside, graph.scale(dy, floatAttribute(node, 'alpha', 0.2)))];
  },
  float64: false,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      attributes: { alpha: float(0.5), beta: float(0.25) },
      reference: ([x]) => [mapBroadcast((v) => Math.max(0, Math.min(1, 0.5 * v + 0.25)), x)],
    },
  ],
};
