import { normalizeAxis } from '../dimensions.ts';
import { mapBroadcast, reduceAxes } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** e^x / Σ e^x along an axis; dx = y·(dy − Σ dy·y). */
export const softmax: OpDefinition = {
  op: 'Softmax',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    const axis = normalizeAxis(intAttribute(node, 'axis', -1), graph.typeOf(y).dims.length);
    const weighted = graph.mul(dy, y);
    return [graph.sub(weighted, graph.mul(y, graph.sum(weighted, [axis])))];
  },
  float64: true,
  checks: [0, 1, -1].map((axis) => ({
    name: `axis ${axis}`,
    inputs: [{ dims: [2, 3, 4], fill: 'normal' }],
    attributes: { axis },
    reference: ([x]) => {
      const exp = mapBroadcast(Math.exp, x);
      const total = reduceAxes(exp, [(axis + 3) % 3], true, (v) => v.reduce((a, b) => a + b, 0));
      return [mapBroadcast((a, b) => a / b, exp, total)];
    },
  })),
};
