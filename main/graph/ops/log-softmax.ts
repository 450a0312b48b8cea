import { normalizeAxis } from '../dimensions.ts';
import { mapBroadcast, reduceAxes } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** x − ln Σ e^x along an axis; dx = dy − e^y · Σ dy. */
export const logSoftmax: OpDefinition = {
  op: 'LogSoftmax',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    const axis = normalizeAxis(intAttribute(node, 'axis', -1), graph.typeOf(y).dims.length);
    return [graph.sub(dy, graph.mul(graph.node('Exp', [y]), graph.sum(dy, [axis])))];
  },
  float64: true,
  checks: [1, -1].map((axis) => ({
    name: `axis ${axis}`,
    inputs: [{ dims: [2, 3, 4], fill: 'normal' }],
    attributes: { axis },
    reference: ([x]) => {
      const total = reduceAxes(mapBroadcast(Math.exp, x), [(axis + 3) % 3], true, (v) =>
        v.reduce((a, b) => a + b, 0),
      );
      return [mapBroadcast((a, b) => a - Math.log(b), x, total)];
    },
  })),
};
