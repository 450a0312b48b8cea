import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Upper or lower triangle of the last two axes (causal masks). */
export const trilu: OpDefinition = {
  op: 'Trilu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined
      ? []
      : [graph.node('Trilu', [dy, ...node.inputs.slice(1)], { upper: intAttribute(node, 'upper', 1) })],
  float64: true,
  checks: [
    {
      name: 'lower',
      inputs: [{ dims: [3, 3], fill: 'normal' }],
      attributes: { upper: 0 },
      reference: ([x]) => [fromIndex([3, 3], ([i, j]) => (j <= i ? at(x, [i, j]) : 0))],
    },
  ],
};
